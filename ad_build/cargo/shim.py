"""Stands between cargo and rustc, and between rustc and the linker; run as a script, never imported by a stage.

cargo is told to use it as ``RUSTC_WRAPPER``: what a wrapper adds to rustc's command line is not part of
cargo's fingerprints, so neither the user's rustflags nor their cached builds are touched.

* ``wrapper`` with ``AD_BUILD_PASS=emit``: every unit that is built for the target (it has ``--target``; build
  scripts and proc macros have not) is emitted as unoptimized bitcode with debug info, and "linked" by:
* ``linker``: writes what it was asked to link as a JSON manifest to the output file and keeps the objects,
  which rustc deletes as soon as the linker returns.
* ``wrapper`` with ``AD_BUILD_PASS=link``: the artifacts named in the file ``AD_BUILD_LINK_TABLE`` get their
  archive as a linker argument, and cargo learns through rustc's dep-info that they depend on it.  Where the archive
  calls functions of the program, :mod:`ad_build.outside` stands before their linker.

It runs once for each crate, under ``python -I -S``: it imports nothing but what it needs.
"""

from __future__ import annotations

import os
import sys

MANIFEST_FORMAT = "ad-build-link-1"
STD_MARK = ".ad-build-std"
LTO_NOTE = "--ad-build-lto="

# Options of the linker driver whose value is the next word.
ONE_VALUE = ("-o", "-l", "-L", "-B", "-z", "-T", "-u", "-e", "-Xlinker", "-target", "-arch", "-framework", "-isysroot")

# Later options win in rustc, so these are appended.  Each has its reason:
EMIT_FLAGS = (
    "-Clinker-plugin-lto",  # objects and rlib members are bitcode
    "-Cno-prepopulate-passes",  # unoptimized: our own pass order decides the speed of the derivative
    "-Cdebuginfo=2",  # types come from DWARF
    "-Clto=off",  # a profile's lto would merge (and optimize) the crates before we see them
    "-Ccodegen-units=1",  # fewer modules to link; no machine code is made, so nothing is lost
    "-Csymbol-mangling-version=v0",  # names generic instances by their types
    "-Cstrip=none",
    "-Csplit-debuginfo=off",
)


def option(args: list[str], *names: str) -> str | None:
    """The last value of an option, given as ``--name value`` or ``--name=value``."""
    value = None
    for index, word in enumerate(args):
        for name in names:
            if word == name and index + 1 < len(args):
                value = args[index + 1]
            elif word.startswith(name + "="):
                value = word[len(name) + 1 :]
    return value


def codegen_options(args: list[str], name: str) -> list[str]:
    """All values of ``-C name[=value]``, in any of its spellings; a missing value is ``""``."""
    values = []
    for index, word in enumerate(args):
        body = None
        if word in ("-C", "--codegen") and index + 1 < len(args):
            body = args[index + 1]
        elif word.startswith("-C"):
            body = word[2:]
        elif word.startswith("--codegen="):
            body = word[len("--codegen=") :]
        if body is not None:
            key, _, value = body.partition("=")
            if key.replace("_", "-") == name:
                values.append(value)
    return values


def source_of(args: list[str]) -> str | None:
    """The crate root on rustc's command line as an absolute real path; None for probes."""
    for word in args:
        if word.endswith(".rs") and not word.startswith("-"):
            return os.path.realpath(word)
    return None


def artifact_key(source: str, crate: str, test: bool) -> str:
    """What names an artifact in both passes: crate root, crate name, and whether it is a test or bench."""
    return f"{source}|{crate}|{'test' if test else ''}"


def is_test(args: list[str]) -> bool:
    """Whether cargo builds a test or bench; those with ``harness = false`` get ``--cfg test`` instead of ``--test``."""
    return "--test" in args or any(args[index : index + 2] == ["--cfg", "test"] for index in range(len(args)))


def emitting_flags(args: list[str], linker: str) -> list[str]:
    """What pass 1 appends to rustc's arguments."""
    extra = [*EMIT_FLAGS, f"-Clinker={linker}", "-Clinker-flavor=gcc"]
    lto = codegen_options(args, "lto")
    if lto:  # the manifest tells what the profile says
        extra.append(f"-Clink-arg={LTO_NOTE}{lto[-1] or 'fat'}")
    level = (codegen_options(args, "opt-level") or ["0"])[-1]
    if level in ("0", "1"):
        # Below -O2 rustc leaves out what the engine lives on (noalias, dereferenceable, lifetimes).  What the
        # level implies for the program's meaning is spelt out, so that it stays as it was.
        checks = (codegen_options(args, "debug-assertions") or ["on" if level == "0" else "off"])[-1] or "on"
        overflow = (codegen_options(args, "overflow-checks") or [checks])[-1] or "on"
        extra += ["-Copt-level=2", f"-Cdebug-assertions={checks}", f"-Coverflow-checks={overflow}"]
    if option(args, "--cap-lints") is None:  # none of a registry's crates
        extra += ["--cap-lints", "allow"]  # pass 2 shows the warnings: once is enough
        # Also functions that MIR inlining made superfluous: a request may name them.  Elsewhere that is not asked for:
        # it evaluates constants of functions that are never called, where crates have assertions (pulp, under faer).
        extra.append("-Clink-dead-code")
    return extra


def output_stem(args: list[str]) -> str:
    """Path of the unit's outputs without extension, as rustc forms it."""
    crate = option(args, "--crate-name") or ""
    return os.path.join(option(args, "--out-dir") or ".", crate + (codegen_options(args, "extra-filename") or [""])[-1])


def run_wrapper(command: list[str]) -> int:
    """Run rustc as cargo asked, with what the pass adds."""
    user = os.environ.get("AD_BUILD_USER_WRAPPER")
    if user:
        command = [user, *command]
    crate = option(command, "--crate-name")
    source = source_of(command)
    if crate and source and option(command, "--print") is None:
        if os.environ.get("AD_BUILD_PASS") == "emit":
            if option(command, "--target") is not None:
                if any("force-unstable-if-unmarked" in word for word in command):
                    head, tail = os.path.split(output_stem(command))
                    with open(os.path.join(head, f"lib{tail}{STD_MARK}"), "w"):
                        pass
                if crate != "compiler_builtins":  # rustc accepts it in its own configuration only
                    command += emitting_flags(command, os.environ["AD_BUILD_LINKER"])
        elif "link" in (option(command, "--emit") or ""):
            entry = table_entry(artifact_key(source, crate, is_test(command)))
            if entry:
                link_args, depends, outside = entry
                environment: dict[str, str] = {}
                if outside:
                    linker, real = table_linker(command)
                    environment = {"AD_BUILD_REAL_LINKER": real, "AD_BUILD_OUTSIDE": outside}
                    link_args = [f"-Clinker={linker}", *link_args]
                return link_with_archive([*command, *link_args], depends, environment)
    os.execvp(command[0], command)


def table_entry(key: str) -> tuple[list[str], list[str], str] | None:
    """What rustc gets in addition, the files the artifact depends on, and the one that says what comes from outside."""
    table = os.environ.get("AD_BUILD_LINK_TABLE")
    if not table:
        return None
    import json

    with open(table, encoding="utf-8") as file:
        entry = json.load(file).get(key)
    return (entry["args"], entry["depends"], entry["outside"]) if entry else None


def table_linker(command: list[str]) -> tuple[str, str]:
    """The program to link with that makes the table of functions first, and the linker that it calls then."""
    real = (codegen_options(command, "linker") or [""])[-1] or "cc"
    program = os.environ["AD_BUILD_TABLE_LINKER"]
    # rustc guesses from the linker's name how it is to be called.
    folder = os.path.join(os.path.dirname(program), "linkers")
    os.makedirs(folder, exist_ok=True)
    named = os.path.join(folder, os.path.basename(real))
    if not os.path.lexists(named):
        partial = f"{named}.{os.getpid()}.part"
        os.symlink(program, partial)
        os.replace(partial, named)
    return named, real


def link_with_archive(command: list[str], depends: list[str], environment: dict[str, str]) -> int:
    """Compile and link one artifact, then note in its dep-info what the linker read."""
    import subprocess

    # The jobserver is in inherited descriptors.
    status = subprocess.call(command, close_fds=False, env={**os.environ, **environment})
    if status == 0:
        path = output_stem(command) + ".d"
        try:
            with open(path, encoding="utf-8") as file:
                first, _, rest = file.read().partition("\n")
        except OSError:
            return status  # no dep-info was asked for
        words = "".join(" " + name.replace("\\", "\\\\").replace(" ", "\\ ") for name in depends)
        replace_file(path, f"{first}{words}\n{rest}")
    return status if status >= 0 else 128 - status


def replace_file(path: str, text: str) -> None:
    """Write a file whole or not at all."""
    partial = f"{path}.{os.getpid()}.part"
    with open(partial, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(partial, path)


def response_words(text: str) -> list[str]:
    """The arguments in a GNU response file: white space separates, a backslash or quotes protect."""
    import shlex

    return shlex.split(text)


def expand(args: list[str]) -> list[str]:
    """Replace each ``@file`` by the arguments it holds."""
    words = []
    for word in args:
        if word.startswith("@"):
            with open(word[1:], encoding="utf-8") as file:
                words += expand(response_words(file.read()))
        else:
            words.append(word)
    return words


def keep_object(path: str, folder: str, index: int) -> str:
    """Put an object where it survives rustc's cleaning up; a hard link where the file system allows it."""
    kept = os.path.join(folder, f"{index:04d}-{os.path.basename(path)}")
    try:
        os.link(path, kept)
    except OSError:
        import shutil

        shutil.copyfile(path, kept)
    return kept


def run_linker(args: list[str]) -> int:
    """Write the manifest of a link line to its output file."""
    import json
    import shutil

    words = expand(args)
    output = option(words, "-o")
    if output is None:
        sys.stderr.write("ad-build: the linker was called without -o\n")
        return 1
    output = os.path.abspath(output)
    folder = output + ".objects"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    objects, libraries, native = [], [], []
    lto = ""
    queue = list(enumerate(words))
    while queue:
        index, word = queue.pop(0)
        if word in ONE_VALUE and queue:
            value = queue.pop(0)[1]
            if word in ("-l", "-L", "-framework"):
                native.append(f"{word}{value}" if word != "-framework" else f"-Wl,-framework,{value}")
        elif word.startswith(LTO_NOTE):
            lto = word[len(LTO_NOTE) :]
        elif word.endswith(".rlib"):
            libraries.append(os.path.abspath(word))
        elif word.startswith(("-l", "-L")):
            native.append(word)
        elif word.startswith("-"):
            pass
        elif word.endswith((".a", ".so", ".dylib")):
            native.append(os.path.abspath(word))
        elif os.path.isfile(word):
            with open(word, "rb") as file:
                magic = file.read(4)
            if magic in (b"BC\xc0\xde", b"\xde\xc0\x17\x0b"):
                objects.append(keep_object(word, folder, index))
    manifest = {"format": MANIFEST_FORMAT, "objects": objects, "libraries": libraries, "native": native, "lto": lto}
    if os.path.lexists(output):
        os.unlink(output)  # cargo's hard link of the last build would change with it
    replace_file(output, json.dumps(manifest, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(run_linker(sys.argv[2:]) if sys.argv[1] == "linker" else run_wrapper(sys.argv[2:]))
