"""Reads mutated debug info in a process of its own: ``dwarf_fuzzer.py OBJECT IR SYMBOL SEED COUNT``.

Prints one line of JSON: how many mutations were read, refused, and what went wrong with which of them (another
exception than ours, too much time, too much memory).  ``SEED/NUMBER`` names a mutation: ``dwarf_fuzzer.py OBJECT IR
SYMBOL SEED NUMBER --only`` reads that one alone and shows what it raises.
"""

from __future__ import annotations

import io
import json
import random
import resource
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from elftools.elf.elffile import ELFFile

from ad_build import llvm
from ad_build.dwarf.sections import open_dwarf
from ad_build.dwarf.signatures import DAMAGED, signatures_of_object
from ad_build.dwarf.table import TypeTable, unknown
from ad_build.errors import AdBuildError

SECONDS = 4
MEGABYTES = 150  # above what the process takes without a mutation
WEIGHTS = {".debug_info": 12, ".debug_abbrev": 6, ".debug_str": 1, ".debug_str_offsets": 1, ".debug_line": 3}
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 1 << 63, (1 << 64) - 1)


class Hang(BaseException):
    """Not an Exception, so that nothing but the fuzzer catches it."""


def alarmed(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def sections(obj: bytes) -> list[tuple[str, int, int]]:
    """Name, start and size of what is mutated."""
    with_names = ((one.name, one["sh_offset"], one["sh_size"]) for one in ELFFile(io.BytesIO(obj)).iter_sections())
    return [(name, at, size) for name, at, size in with_names if size and ("debug" in name or name in (".symtab",))]


def mutate(obj: bytes, places: list[tuple[str, int, int]], numbers: random.Random) -> bytes:
    """One to four damages to one or two sections."""
    out = bytearray(obj)
    weights = [WEIGHTS.get(name, 0.3) for name, _, _ in places]
    for _ in range(numbers.choice((1, 1, 1, 2, 4))):
        _, start, size = numbers.choices(places, weights)[0]
        at = start + numbers.randrange(size)
        end = start + size
        what = numbers.randrange(9)
        if what <= 2:
            out[at] ^= 1 << numbers.randrange(8)
        elif what == 3:
            out[at] = numbers.randrange(256)
        elif what == 4:  # a number that is often a limit
            data = numbers.choice(NUMBERS).to_bytes(8, "little")[: numbers.choice((1, 2, 4, 8))]
            out[at : min(at + len(data), end)] = data[: end - at]
        elif what == 5:  # LEB128 without an end, or with a very large value
            out[at:end] = (b"\xff" * numbers.randrange(1, 12) + bytes(out[at:end]))[: end - at]
        elif what == 6:  # bytes from elsewhere
            _, other, length = numbers.choices(places, weights)[0]
            source = other + numbers.randrange(length)
            data = bytes(out[source : source + numbers.randrange(1, 40)])[: end - at]
            out[at : at + len(data)] = data
        elif what == 7:  # bytes left out or put in: all that follows moves
            shift = numbers.randrange(1, 9)
            moved = out[at + shift : end] + bytes(shift) if numbers.random() < 0.5 else bytes(shift) + out[at:end]
            out[at:end] = moved[: end - at].ljust(end - at, b"\0")
        else:  # the end is missing
            out[at:end] = bytes(end - at)
    if numbers.random() < 0.05:
        del out[numbers.randrange(len(out)) :]
    return bytes(out)


def read_all(obj: bytes) -> None:
    """Everything else that the model can be asked, of every type."""
    dwarf = open_dwarf(obj)
    table = TypeTable(dwarf)
    pending = list(table.units.compile_units())
    for die in pending:
        pending += table.units.children(die)
        if str(die.tag).endswith("_type"):
            offset = table.units.offset(die)
            table.start_function()
            table.size(offset), table.c_name(offset), table.rust_name(offset), table.inhabited(offset)
            unknown(table, offset)


def main(obj_file: str, ir_file: str, symbol: str, seed: str, count: str, only: str = "") -> None:
    obj, module = Path(obj_file).read_bytes(), llvm.parse_ir(Path(ir_file).read_text())
    places = sections(obj)
    signatures_of_object(obj, module, [symbol], None)
    read_all(obj)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.signal(signal.SIGALRM, alarmed)
    counts = {"read": 0, "refused": 0}
    failures: list[str] = []
    for number in [int(count)] if only else range(int(count)):
        damaged = mutate(obj, places, random.Random(f"{seed}/{number}"))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        signal.alarm(SECONDS)
        try:
            try:
                signatures_of_object(damaged, module, [symbol], None)
                counts["read"] += 1
            except AdBuildError as error:
                counts["refused"] += 1
                if only:
                    print(error.render(), repr(error.__cause__), file=sys.stderr)
            if number % 4 == 0:
                try:
                    read_all(damaged)
                except (*DAMAGED, AdBuildError):
                    pass
        except (Exception, Hang) as error:
            failures.append(f"{seed}/{number}: {''.join(traceback.format_exception(error)[-4:])}")
        finally:
            signal.alarm(0)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if after > before and after - start > MEGABYTES * 1024:
            failures.append(f"{seed}/{number}: {(after - start) // 1024} MB")
            start = after
        if len(failures) > 20:
            break
    print(json.dumps({**counts, "failures": failures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
