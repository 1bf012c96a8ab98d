"""What is read from debug info against what llvm-dwarfdump prints of it, and against clang's own record layouts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from test_dwarf_layouts import CLANGS, RUSTCS, SOURCES, below, clang, pointees, run, table_of

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import FunctionPointer, Member, MemberPointer, Pointer, Struct
from ad_build.dwarf.units import number, text

DWARFDUMP = next((name for n in ("", "-22", "-19", "-15") if (name := shutil.which(f"llvm-dwarfdump{n}"))), None)


@dataclass
class Record:
    """One line of -fdump-record-layouts with those that are indented below it."""

    offset: str
    text: str
    below: list[Record] = field(default_factory=list)


_LINE = re.compile(r"^ *(\d+(?::\d+-\d+|:-)?) \| ( *)(.*)$")


def record_layouts(dump: str) -> dict[str, Record]:
    """The records that clang dumped, by name."""
    found: dict[str, Record] = {}
    for block in dump.split("*** Dumping AST Record Layout\n")[1:]:
        above: list[Record] = []
        for line in block.partition("*** Dumping IRgen")[0].splitlines():
            match = _LINE.match(line)
            if not match:
                continue
            depth = len(match.group(2)) // 2
            record = Record(match.group(1), match.group(3))
            del above[depth:]
            if above:
                above[-1].below.append(record)
            else:
                found[record.text.partition(" ")[2].removesuffix(" (empty)")] = record
            above.append(record)
    return found


def compare(table: TypeTable, kind: object, record: Record, start: int, seen: list[str]) -> None:
    """Every base and field of a record lies where debug info says, and so do those inside of them."""
    assert isinstance(kind, Struct), record
    bases = [one for one in kind.members if one.base]
    fields = [one for one in kind.members if not one.base and not one.name.startswith("_vptr$")]
    for line in record.below:
        if line.text.endswith(" vtable pointer)"):
            assert [m.offset for m in kind.members if m.name.startswith("_vptr$")] in ([], [int(line.offset) - start])
        elif "virtual base)" in line.text:
            assert has_virtual_base(table, kind)
        elif line.text.partition(" (")[0] and re.search(r"\((primary )?base\)", line.text):
            base = next(one for one in bases if one.offset == int(line.offset) - start and matches(table, one, line))
            bases.remove(base)
            compare(table, table.get(base.type), line, int(line.offset), seen)
        else:
            check_field(table, fields.pop(0), line, start, seen)
    assert not bases and not fields, (record, bases, fields)
    seen.append(kind.name)


def has_virtual_base(table: TypeTable, kind: Struct) -> bool:
    """Whether a class or one of its bases has a virtual base: the complete object ends with those."""
    bases = [table.get(one.type) for one in kind.members if one.base]
    return bool(kind.virtual_bases) or any(has_virtual_base(table, one) for one in bases if isinstance(one, Struct))


def matches(table: TypeTable, base: Member, line: Record) -> bool:
    """Two empty bases may share an offset: the name tells them apart, without its template arguments."""
    name = struct(table, base.type).name.partition("<")[0]
    return re.search(rf"\b{re.escape(name)}\b", line.text) is not None


def check_field(table: TypeTable, member: Member, line: Record, start: int, seen: list[str]) -> None:
    words = re.sub(r" \((empty|anonymous [^)]*|unnamed [^)]*)\)", "", line.text)
    byte, _, bits = line.offset.partition(":")
    if bits:
        first, last = map(int, bits.split("-"))
        expected = (8 * (int(byte) - start) + first, last - first + 1)
        assert (member.bits, member.bit_offset, member.bit_size) == (True, *expected), line
    else:
        assert (member.bits, member.offset) == (False, int(byte) - start), (member, line)
    if member.name:
        assert words.split()[-1] == member.name, (member, line)
    if line.below:
        compare(table, table.get(member.type), line, int(byte), seen)


@pytest.mark.parametrize("dwarf", ["4", "5"])
@pytest.mark.parametrize("version", CLANGS)
def test_cxx_records(version: str, dwarf: str, tmp_path: Path) -> None:
    source = SOURCES / "types.cpp"
    compiler = (*clang(version, cxx=True), "-std=c++20")
    flags = (f"-gdwarf-{dwarf}", "-fstandalone-debug", "-Xclang", "-fdump-record-layouts")
    dumped = record_layouts(run(*compiler, *flags, "-c", source, "-o", tmp_path / "types.o"))
    table = table_of(tmp_path / "types.o")
    seen: list[str] = []
    for name, (spelled, offset) in ((n, p) for n, p in pointees(table).items()):
        record = dumped[spelled.removeprefix("struct ")]
        kind = table.get(offset)
        compare(table, kind, record, 0, seen)
        assert isinstance(kind, Struct) and name
        assert has_virtual_base(table, kind) == any(one.text.endswith("(virtual base)") for one in record.below)
    # The members of Std are compared down to the scalars of the library's own classes.
    assert len(seen) > 60
    members = dict(pointees(table).values())["struct Members"]
    kinds = {one.name: table.get(one.type) for one in struct(table, members).members}
    data, function, null = kinds["data"], kinds["function"], kinds["null"]
    assert isinstance(data, MemberPointer) and (data.function, data.size) == (False, 8)
    assert isinstance(function, MemberPointer) and (function.function, function.size) == (True, 16)
    assert isinstance(null, Pointer) and null.target is None and null.size == 8
    assert isinstance(kinds["free"], FunctionPointer)
    marks = [kind.mark for name in ("reference", "moved") if isinstance(kind := kinds[name], Pointer)]
    assert marks == ["&", "&&"]


def struct(table: TypeTable, offset: int | None) -> Struct:
    found = table.get(offset)
    assert isinstance(found, Struct)
    return found


@dataclass
class Entry:
    """One entry as llvm-dwarfdump prints it."""

    tag: str
    parent: int | None
    attributes: dict[str, str]


def dumped_entries(path: Path) -> dict[int, Entry]:
    assert DWARFDUMP
    found: dict[int, Entry] = {}
    above: list[tuple[int, int]] = []
    for line in run(DWARFDUMP, "--debug-info", path).splitlines():
        match = re.match(r"^(0x[0-9a-f]{8}): ( *)(DW_TAG_\w+)", line)
        if match:
            depth, offset = len(match.group(2)), int(match.group(1), 16)
            while above and above[-1][0] >= depth:
                above.pop()
            # The names of DWARF 3 and those of DWARF 2, which pyelftools keeps.
            tag = re.sub(r"(template_\w+_param)eter$", r"\1", match.group(3))
            found[offset] = Entry(tag, above[-1][1] if above else None, {})
            above.append((depth, offset))
        elif match := re.match(r"^ +(DW_AT_\w+)\t\((.*)\)$", line):
            found[above[-1][1]].attributes[match.group(1)] = match.group(2)
    return found


def constant(entry: Entry, name: str) -> int | None:
    value = entry.attributes.get(name)
    if value is not None and value.startswith("<"):  # 16 bytes, the lowest first
        return int.from_bytes(bytes.fromhex(value.partition("> ")[2]), "little")
    return None if value is None else int(value.split(" ")[0].strip('"'), 0)


def children(entries: dict[int, Entry]) -> Iterator[tuple[int, list[tuple[int, Entry]]]]:
    grouped: dict[int, list[tuple[int, Entry]]] = {}
    for offset, entry in entries.items():
        if entry.parent is not None:
            grouped.setdefault(entry.parent, []).append((offset, entry))
    yield from grouped.items()


CASES = [("c", "4"), ("c", "5"), ("cpp", "4"), ("cpp", "5"), ("rs", "4"), ("rs", "5")]


@pytest.mark.skipif(DWARFDUMP is None, reason="needs llvm-dwarfdump")
@pytest.mark.parametrize(("suffix", "dwarf"), CASES, ids=map("-".join, CASES))
def test_entries_are_those_of_dwarfdump(suffix: str, dwarf: str, tmp_path: Path) -> None:
    obj, source = tmp_path / "types.o", SOURCES / f"types.{suffix}"
    if suffix == "rs":
        flags = (f"-Cdwarf-version={dwarf}", "-Ccodegen-units=1", "--emit=obj=types.o")
        run(RUSTCS[0], "--edition=2021", "-g", *flags, source, cwd=tmp_path)
    else:
        compiler = clang("wheel", cxx=suffix == "cpp")
        standard = ("-std=c++20",) if suffix == "cpp" else ()
        run(*compiler, *standard, f"-gdwarf-{dwarf}", "-c", source, "-o", obj)
    table = table_of(obj)
    entries = dumped_entries(obj)
    mine = {}
    for top in table.units.compile_units():
        mine[table.units.offset(top)] = top
        mine |= {table.units.offset(die): die for die in below(table, top)}
    assert mine.keys() == entries.keys()
    for offset, entry in entries.items():
        die = mine[offset]
        parent = table.units.parent(die)
        assert (die.tag, parent and table.units.offset(parent)) == (entry.tag, entry.parent)
        assert text(die, "DW_AT_name") == entry.attributes.get("DW_AT_name", '""')[1:-1].replace("\\\\", "\\")
        assert table.units.reference(die) == constant(entry, "DW_AT_type")
        if "DW_AT_byte_size" in entry.attributes:
            assert number(die, "DW_AT_byte_size", -1) == constant(entry, "DW_AT_byte_size")
    for offset, below_it in children(entries):
        if entries[offset].tag in ("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type"):
            check_members(table, offset, entries, [entry for _, entry in below_it])
        if entries[offset].tag == "DW_TAG_variant_part":
            check_variants(table, offset, entries)


def check_members(table: TypeTable, offset: int, entries: dict[int, Entry], parts: list[Entry]) -> None:
    kind = table.get(offset)
    if "DW_AT_declaration" in entries[offset].attributes:
        return
    assert isinstance(kind, Struct) and kind.size == constant(entries[offset], "DW_AT_byte_size")
    found = [
        p for p in parts if p.tag in ("DW_TAG_member", "DW_TAG_inheritance") and "DW_AT_external" not in p.attributes
    ]
    plain = [p for p in found if "DW_AT_virtuality" not in p.attributes]
    assert len(found) - len(plain) == len(kind.virtual_bases)
    places = [
        (
            bits // 8
            if (bits := constant(p, "DW_AT_data_bit_offset")) is not None
            else constant(p, "DW_AT_data_member_location") or 0
        )
        for p in plain
    ]
    assert [(m.offset, m.type) for m in kind.members] == list(
        zip(places, (constant(p, "DW_AT_type") for p in plain), strict=True)
    )


def check_variants(table: TypeTable, offset: int, entries: dict[int, Entry]) -> None:
    kind = struct(table, entries[offset].parent)
    variants = [(at, e) for at, e in entries.items() if e.parent == offset and e.tag == "DW_TAG_variant"]
    payloads = [next(e for e in entries.values() if e.parent == at) for at, _ in variants]
    assert [constant(one, "DW_AT_type") for one in payloads] == [one.type for one in kind.variants]
    for (_, entry), one in zip(variants, kind.variants, strict=True):
        value = constant(entry, "DW_AT_discr_value")
        if value is None:
            assert one.default
        else:
            # The shortest form, printed without sign.
            assert [low & 0xFF for low, _ in one.values] == [value & 0xFF]
    tag = entries[offset].attributes.get("DW_AT_discr")
    assert (tag is None) == (kind.discriminant is None)
    if tag is not None and kind.discriminant is not None:
        assert constant(entries[int(tag.split(" ")[0], 0)], "DW_AT_data_member_location") == kind.discriminant.offset
