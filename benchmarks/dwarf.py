"""Time and memory of reading signatures and type trees from debug info.

``python benchmarks/dwarf.py``: an ordinary crate's fat module, the standard library linked into one module with debug
info of its own (``--build-std``, Debian's rustc and sources; about a minute, or ``--std-target FOLDER`` to keep them),
and how both grow with the types that a request reaches and with those that it does not.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ad_build import llvm
from ad_build.cargo.emit import emit_ir
from ad_build.cargo.session import open_session
from ad_build.dwarf import read_signatures
from ad_build.errors import AdBuildError
from ad_build.link.bitcode import open_library
from ad_build.link.fat import link_fat_module
from ad_build.model import EmittedIr, Mode, Request
from ad_build.process import Runner

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
HEAD = f"{'module':<34}{'text':>9}{'functions':>10}{'read':>7}{'time':>10}{'memory':>10}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--std-target", type=Path, help="cargo's target folder of the --build-std program")
    parser.add_argument("--no-std", action="store_true", help="leave the standard library out")
    options = parser.parse_args()
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="ad-build-bench-") as name:
        folder = Path(name)
        program = emitted(folder / "gmm", "gmm")
        fat = link_fat_module(program, [request("gmm::log_likelihood")])
        report("crate (rust/gmm), its request", fat.ir, [one.symbol for one in fat.requests])
        report("crate (rust/gmm), all it reaches", fat.ir, described(fat.ir))
        if not options.no_std:
            standard(folder, options.std_target)
    for count in (100, 1000, 10_000):
        report(f"{count} types, all reached", synthetic(count, reached=count), ["fun"])
    for count in (100, 1000, 10_000, 100_000):
        report(f"{count} types, 10 reached", synthetic(count, reached=10), ["fun"])


def standard(folder: Path, target: Path | None) -> None:
    """A program's own module, and the whole of std that was built for it."""
    os.environ["PATH"] = "/usr/bin:/bin"
    if target is not None:
        os.environ["CARGO_TARGET_DIR"] = str(target)
    program = emitted(folder / "sixty", "sixty", build_std=True)
    fat = link_fat_module(program, [request("sixty::rosenbrock")])
    report("--build-std program, its request", fat.ir, [one.symbol for one in fat.requests])
    ir = whole_library(program.std_libraries)
    names = described(ir)
    for count in (1, 10, 100, 1000):
        report(f"all of std, {count} functions", ir, names[:: len(names) // count][:count])


def request(function: str) -> Request:
    return Request(function=function, name="d", mode=Mode.REVERSE, where="benchmark")


def emitted(folder: Path, fixture: str, *, build_std: bool = False) -> EmittedIr:
    """What pass 1 emits of a fixture crate's program."""
    shutil.copytree(ROOT / "fixtures/rust", folder, ignore=shutil.ignore_patterns("target"))
    session = open_session(Runner(log=lambda line: None), ("build", "--release"), folder / fixture, build_std=build_std)
    return emit_ir(session)[0].emitted


def whole_library(paths: Sequence[Path]) -> str:
    """core, alloc and std with what they use, linked and not pruned."""
    wanted = [path for path in paths if path.name.split("-")[0] in ("libcore", "liballoc", "libstd", "libhashbrown")]
    program = llvm.parse_ir("")
    for path in wanted:
        library = open_library(path)
        for offset in library.members:
            for bitcode in library.member(offset):
                module = llvm.parse_bitcode(bitcode.data, bitcode.origin)
                llvm.link_in(program, module, bitcode.origin)
    return str(program)


def described(ir: str) -> list[str]:
    """The functions of a module that have debug info."""
    found = []
    for line in ir.split("\ndefine ")[1:]:
        head = line.partition("\n")[0]
        if "!dbg !" in head and '@"' not in head:
            found.append(head.partition("@")[2].partition("(")[0])
    return found


def synthetic(count: int, *, reached: int) -> str:
    """A module of ``count`` structs of five members, of which the function's parameter leads to ``reached``."""
    lines = [
        'target triple = "x86_64-unknown-linux-gnu"',
        "define double @fun(ptr %x) !dbg !5 {",
        "  unreachable, !dbg !9",
        "}",
        "!llvm.dbg.cu = !{!0}",
        "!llvm.module.flags = !{!2, !3}",
        "!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug, retainedTypes: !12)",
        '!1 = !DIFile(filename: "x.c", directory: ".")',
        '!2 = !{i32 2, !"Debug Info Version", i32 3}',
        '!3 = !{i32 7, !"Dwarf Version", i32 5}',
        '!4 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)',
        '!5 = distinct !DISubprogram(name: "fun", scope: !1, file: !1, line: 1, type: !6, unit: !0, '
        "spFlags: DISPFlagDefinition, retainedNodes: !8)",
        "!6 = !DISubroutineType(types: !7)",
        "!7 = !{!4, !11}",
        "!8 = !{!10}",
        "!9 = !DILocation(line: 1, scope: !5)",
        '!10 = !DILocalVariable(name: "x", arg: 1, scope: !5, file: !1, line: 1, type: !11)',
        "!11 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !13, size: 64)",
        f"!12 = !{{{', '.join(f'!{13 + 8 * one}' for one in range(count))}}}",
    ]
    for one in range(count):
        at = 13 + 8 * one
        group, size = (0, reached) if one < reached else (reached, count - reached)
        following = [group + (step * (one - group) + step) % size for step in (1, 2)]
        lines += [
            f'!{at} = !DICompositeType(tag: DW_TAG_structure_type, name: "s{one}", file: !1, size: 320, '
            f"elements: !{at + 1})",
            f"!{at + 1} = !{{{', '.join(f'!{at + 2 + k}' for k in range(5))}}}",
            *(
                f'!{at + 2 + k} = !DIDerivedType(tag: DW_TAG_member, name: "{name}", scope: !{at}, baseType: !{kind}, '
                f"size: 64, offset: {64 * k})"
                for k, (name, kind) in enumerate(
                    [("a", 4), ("b", 4), ("c", 4), ("n", 13 + 8 * following[0] + 7), ("m", 13 + 8 * following[1] + 7)]
                )
            ),
            f"!{at + 7} = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !{at}, size: 64)",
        ]
    return "\n".join(lines) + "\n"


def report(name: str, ir: str, symbols: Sequence[str]) -> None:
    """One line of the table, measured in a child process, so that memory is that of this line alone."""
    print(f"{name:<34}{len(ir) / 1e6:>6.1f} MB{len(symbols):>10}", end="", flush=True)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            measure(ir, symbols)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{name} failed")


def measure(ir: str, symbols: Sequence[str]) -> None:
    """Print how many of the functions can be read, the median time, and the memory beyond that of the text."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    count, peak = 0, before
    for run in range(RUNS):
        start = time.perf_counter()
        count = read(ir, symbols)
        times.append(time.perf_counter() - start)
        if run == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count:>7}{1000 * sorted(times)[RUNS // 2]:>7.1f} ms{(peak - before) / 1024:>7.1f} MB", flush=True)


def read(ir: str, symbols: Sequence[str]) -> int:
    """How many of the functions could be read."""
    try:
        return len(read_signatures(ir, symbols))
    except AdBuildError as error:
        return len(symbols) - len(getattr(error, "errors", (error,)))


if __name__ == "__main__":
    main()
