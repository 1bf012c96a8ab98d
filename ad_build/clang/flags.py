"""What the front end has to know about clang's options, as tables.

Sources: clang's command-line reference and ``clang --help-hidden``.  An option that stands in no table takes no
separate argument and is kept.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Options whose argument may be the next word (where nothing is joined to them): option -> number of such words.
ARITY: dict[str, int] = {
    **dict.fromkeys(
        _words("""-o -x -D -U -I -L -l -F -A -B -G -T -u -e -z
        --output --language --define-macro --undefine-macro --include-directory --include-directory-after
        --include --imacros --include-prefix --include-with-prefix --include-with-prefix-after
        --include-with-prefix-before --library-directory --for-linker --for-assembler --entry --prefix --config
        --param --sysroot --force-link --serialize-diagnostics --output-class-directory
        -include -include-pch -imacros -iprefix -iwithprefix -iwithprefixbefore -iwithsysroot -isystem
        -isystem-after -iquote -idirafter -isysroot -iframework -iframeworkwithsysroot -ivfsoverlay -imultilib
        -cxx-isystem -stdlib++-isystem -c-isystem -objc-isystem -objcxx-isystem -vfsoverlay
        -MF -MT -MQ -MJ
        -Xclang -Xlinker -Xassembler -Xpreprocessor -Xanalyzer -Xopenmp-target -Xoffload-linker -Xcuda-fatbinary
        -Xcuda-ptxas -mllvm -mthread-model -target -arch -dumpdir -working-directory -serialize-diagnostics
        -ccc-gcc-name -ccc-install-dir -ccc-arcmt-migrate -gcc-toolchain
        -rpath -install_name -framework -weak_framework -weak_library -force_load -bundle_loader -undefined -umbrella
        -current_version -compatibility_version -exported_symbols_list -unexported_symbols_list -init -filelist
        -dylib_file -sub_library -sub_umbrella -seg1addr -pagezero_size -image_base -client_name -allowable_client
        -Tbss -Tdata -Ttext -dependency-file"""),
        1,
    ),
    **dict.fromkeys(_words("-segaddr -segprot -segcreate -read_only_relocs -multiply_defined"), 1),
    **dict.fromkeys(_words("-segprot -sectcreate -sectalign -sectorder -sectobjectsymbols"), 3),
}

# Of these, the ones whose argument may also be joined (``-ofile``, ``-DNAME``), the longest first.
JOINED = tuple(
    sorted(
        _words("""-o -x -D -U -I -L -l -F -A -B -G -T -u -e -z -include -imacros -isystem -iquote -idirafter -iprefix
        -iwithprefix -isysroot -iframework -MF -MT -MQ -MJ --output= --language= --sysroot= --include="""),
        key=len,
        reverse=True,
    )
)

# Options after which clang does something else than make objects or link: then we stay out of it.
PASS_THROUGH = frozenset(
    _words("""-S -E -M -MM -### -fsyntax-only -emit-llvm -emit-ast -emit-pch -emit-interface-stubs -emit-static-lib -r
    -rewrite-objc -rewrite-legacy-objc -verify-pch -fdriver-only -cc1 -cc1as -V
    --assemble --preprocess --dependencies --user-dependencies --analyze --analyze-auto --precompile --relocatable
    --migrate --verify-debug-info --emit-static-lib -extract-api
    --help --help-hidden -help --version --autocomplete -dumpversion -dumpmachine -dumpspecs
    -fmodules-ts -fmodule-header""")
)
PASS_THROUGH_PREFIXES = ("-print-", "--print-", "-fmodule-header=", "--autocomplete=", "--offload-arch", "--cuda-")
# Arguments of -Xclang that change what is made.
PASS_THROUGH_XCLANG = frozenset(_words("-emit-llvm -emit-llvm-bc -emit-pch -ast-dump -fsyntax-only -emit-obj"))

COMPILE = frozenset(("-c", "--compile"))

# What bitcode emission leaves out, with its argument.
NOT_FOR_BITCODE = frozenset(
    _words(
        # outputs beside the object, which the real compilation alone writes; instrumentation; other debug info;
        # what concerns the linker
        """-c --compile -MD -MMD -MG -MP -MV --write-dependencies --write-user-dependencies
        -MF -MT -MQ -MJ -o --output -dumpdir -serialize-diagnostics --serialize-diagnostics -dependency-file
        -save-temps --save-temps -ftime-trace -ftime-report -fsave-optimization-record -fstack-usage -gsplit-dwarf
        -v --verbose -pipe -H -ftest-coverage -fprofile-arcs --coverage -coverage -fcoverage-mapping
        -fprofile-instr-generate -fprofile-generate -fcs-profile-generate -fmcdc-coverage -fxray-instrument
        -fembed-bitcode -fembed-bitcode-marker -ffat-lto-objects -flto -fwhole-program-vtables -fsplit-lto-unit
        -fno-integrated-as -pg -g0 -ggdb0 -gline-tables-only -gline-directives-only -gmlt
        -L -l --library-directory -Xlinker --for-linker -T -u -e -z -rpath"""
    )
)
NOT_FOR_BITCODE_PREFIXES = (
    "-Wl,", "-Wa,", "-MF", "-MT", "-MQ", "-MJ", "-save-temps=", "--save-temps=", "-ftime-trace=", "-ftime-trace-",
    "-fsave-optimization-record=", "-foptimization-record-", "-gsplit-dwarf=", "-fprofile-generate=",
    "-fprofile-instr-generate=", "-fcs-profile-generate=", "-fprofile-use", "-fprofile-instr-use", "-fprofile-update",
    "-fauto-profile", "-fprofile-sample-use", "-fcoverage-", "-fsanitize=", "-fsanitize-", "-fembed-bitcode=",
    "-flto=", "-fthinlto-index=", "-fpass-plugin=", "-fxray-", "-fuse-ld=", "--ld-path=", "-fstats-",
    "-Wp,-MD,", "-Wp,-MMD,", "-Wp,-MF,", "-Wp,-MT,",
)  # fmt: skip
# Options that begin like those and are not meant.
KEPT_FOR_BITCODE_PREFIXES = ("-fcoverage-compilation-dir=", "-fcoverage-prefix-map=")

# Of these, the ones that put checks or counters into the code.
INSTRUMENTATION = ("-fsanitize=", "-fprofile-generate", "-fprofile-instr-generate", "-fprofile-arcs", "--coverage",
                   "-coverage", "-fcs-profile-generate", "-fxray-instrument")  # fmt: skip

# Options of the linker without an argument that may stand before a library.
LINKER_FLAGS = frozenset(
    _words(
        """--start-group -( --end-group -) --as-needed --no-as-needed --push-state --pop-state --whole-archive
        --no-whole-archive -Bstatic -Bdynamic --gc-sections --no-undefined"""
    )
)

# Dependency files: written by whichever command compiles a source.
DEPENDENCY_FLAGS = frozenset(("-MD", "-MMD", "--write-dependencies", "--write-user-dependencies"))

# Language of an input, from its extension; what is not here goes to the linker as it is.
LANGUAGE_OF_SUFFIX: dict[str, str] = {
    ".c": "c",
    ".i": "cpp-output",
    **dict.fromkeys((".cc", ".cp", ".cxx", ".cpp", ".CPP", ".c++", ".C", ".CXX", ".C++"), "c++"),
    ".ii": "c++-cpp-output",
    **dict.fromkeys((".bc", ".ll"), "ir"),
    ".s": "assembler",
    **dict.fromkeys((".S", ".asm"), "assembler-with-cpp"),
    ".m": "objective-c",
    **dict.fromkeys((".mm", ".M"), "objective-c++"),
    ".cu": "cuda",
    ".hip": "hip",
    ".cl": "cl",
    ".cppm": "c++-module",
    ".f90": "f95",
    **dict.fromkeys((".h", ".H"), "c-header"),
    **dict.fromkeys((".hh", ".hpp", ".hxx"), "c++-header"),
    ".pcm": "pcm",
}
ASSEMBLER = frozenset(("assembler", "assembler-with-cpp"))
WITH_BITCODE = frozenset(("c", "c++", "cpp-output", "c++-cpp-output", "ir"))
OBJECT_SUFFIXES = frozenset((".o", ".obj", ".lo"))
