"""Layouts read from DWARF 4 and 5 against what the compiled programs of tests/layouts say of themselves."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ad_build.clang.toolchain import find_clang
from ad_build.dwarf.sections import open_dwarf
from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import Array, Base, Enumeration, FunctionPointer, Member, Opaque, Pointer, Struct
from ad_build.dwarf.units import Die, text
from ad_build.process import Runner

SOURCES = Path(__file__).with_name("layouts")
# The wheel's clang, and whatever else of the supported range is installed.
CLANGS = ["wheel", *(str(n) for n in range(14, 22) if shutil.which(f"clang-{n}"))]
RUSTCS = [path for path in ("rustc", "/usr/bin/rustc") if shutil.which(path)]


def clang(version: str, *, cxx: bool = False) -> tuple[str, ...]:
    if version != "wheel":
        return (f"clang{'++' if cxx else ''}-{version}",)
    return find_clang(Runner(log=lambda line: None), cxx=cxx, max_llvm=22).command(())


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def table_of(path: Path) -> TypeTable:
    return TypeTable(open_dwarf(path.read_bytes()))


def below(table: TypeTable, die: Die) -> Iterator[Die]:
    for child in table.units.children(die):
        yield child
        yield from below(table, child)


def pointees(table: TypeTable) -> dict[str, tuple[str, int | None]]:
    """What the parameters of ``layouts`` point to: (spelled as in the source, offset) by the parameter's name."""
    for top in table.units.compile_units():
        for die in below(table, top):
            if die.tag == "DW_TAG_subprogram" and text(die, "DW_AT_name") == "layouts":
                formals = [c for c in table.units.children(die) if c.tag == "DW_TAG_formal_parameter"]
                pointers = {text(one, "DW_AT_name"): table.get(table.units.reference(one)) for one in formals}
                assert all(isinstance(one, Pointer) for one in pointers.values())
                return {
                    name: (table.c_name(one.target), one.target)
                    for name, one in pointers.items()
                    if isinstance(one, Pointer)
                }
    raise AssertionError("no function called layouts")


def member_of(kind: object, name: str) -> Member:
    assert isinstance(kind, Struct)
    (found,) = [one for one in kind.members if one.name == name]
    return found


@pytest.fixture(
    scope="session",
    params=[
        *((version, dwarf) for version in CLANGS for dwarf in ("4", "5")),
        *(("wheel", kind) for kind in ("3", "64")),
    ],
    ids="-".join,
)
def c_program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[TypeTable, list[str]]:
    version, dwarf = request.param
    folder = tmp_path_factory.mktemp("layouts")
    # DWARF 3 is out of date, and the last in which LLVM writes bit-fields the old way; 64: that format of DWARF 5.
    flags = ("-gdwarf-5", "-gdwarf64") if dwarf == "64" else (f"-gdwarf-{dwarf}",)
    run(*clang(version), *flags, "-c", SOURCES / "types.c", "-o", folder / "types.o")
    run(*clang(version), folder / "types.o", "-o", folder / "types")
    return table_of(folder / "types.o"), run(folder / "types").splitlines()


def test_c_layouts(c_program: tuple[TypeTable, list[str]]) -> None:
    table, lines = c_program
    types = dict(pointees(table).values())
    assert len(lines) >= 80
    for line in lines:
        what, name, *rest = line.split(" ")
        kind = table.get(types[name])
        assert isinstance(kind, Struct)
        assert not kind.unknown
        if what == "size":
            assert table.size(types[name]) == int(rest[0]), line
            continue
        member = member_of(kind, rest[0])
        if what == "bits":
            assert (member.bits, member.bit_offset, member.bit_size) == (True, int(rest[1]), int(rest[2])), line
            assert member.offset == int(rest[1]) // 8
        else:
            assert not member.bits
            assert (member.offset, table.size(member.type)) == (int(rest[1]), int(rest[2])), line


# Name and encoding, format, bytes in use.
C_SCALARS = {
    "c": ("char", "", 1), "us": ("int", "", 2), "i128": ("int", "", 16), "b": ("bool", "", 1), "f": ("float", "f32", 4),
    "d": ("float", "f64", 8), "ld": ("float", "x87", 10), "cf": ("complex", "f32", 8), "cd": ("complex", "f64", 16),
    "cl": ("complex", "x87", 32), "h": ("float", "f16", 2), "q": ("float", "f128", 16), "ci": ("complex int", "", 8),
}  # fmt: skip


def test_c_scalars_and_pointers(c_program: tuple[TypeTable, list[str]]) -> None:
    table, _ = c_program
    types = dict(pointees(table).values())
    scalars = table.get(types["scalars"])
    assert isinstance(scalars, Struct)
    for member in scalars.members:
        kind = table.get(member.type)
        assert isinstance(kind, Base)
        if member.name in C_SCALARS:
            assert (kind.encoding, kind.format, kind.used) == C_SCALARS[member.name], member.name
        if member.name in ("sc", "s", "i", "l", "ll", "i128"):
            assert kind.signed
        if member.name in ("uc", "us", "u", "ul", "u128", "b"):
            assert not kind.signed
    node = table.get(types["node"])
    call, variadic = (table.get(member_of(node, name).type) for name in ("call", "variadic"))
    assert isinstance(call, FunctionPointer) and isinstance(variadic, FunctionPointer)
    assert (len(call.parameters), call.variadic, len(variadic.parameters), variadic.variadic) == (2, False, 1, True)
    hidden = table.get(member_of(node, "hidden").type)
    assert isinstance(hidden, Pointer)
    assert table.get(hidden.target) == Opaque(name="declared", reason="declared here and defined elsewhere")
    colour, tiny = (table.get(member_of(node, name).type) for name in ("colour", "tiny"))
    assert isinstance(colour, Enumeration) and isinstance(tiny, Enumeration)
    assert (colour.enumerators, colour.size) == ((("RED", 0), ("GREEN", 7), ("BLUE", -3)), 4)
    assert tiny.size == 1


def test_c_arrays(c_program: tuple[TypeTable, list[str]]) -> None:
    table, _ = c_program
    types = dict(pointees(table).values())
    expected = {
        ("arrays", "plain"): ((4,), 4),
        ("arrays", "grid"): ((2, 3, 5), 30),
        ("arrays", "rows"): ((2,), 2),
        ("arrays", "none"): ((0,), 0),
        ("flexible", "data"): ((None,), None),
        ("vectors", "three"): ((3,), 3),
        ("vectors", "four"): ((4,), 4),
    }
    for (name, member), (dimensions, count) in expected.items():
        array = table.get(member_of(table.get(types[name]), member).type)
        assert isinstance(array, Array)
        assert (array.dimensions, array.count, array.vector) == (dimensions, count, name == "vectors")


@pytest.fixture(
    scope="session",
    params=[(rustc, dwarf) for rustc in RUSTCS for dwarf in ("4", "5")],
    ids=lambda pair: f"{Path(pair[0]).parent.name or 'rustup'}-{pair[1]}",
)
def rust_program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TypeTable, list[str]]:
    rustc, dwarf = request.param
    folder = tmp_path_factory.mktemp("layouts")
    words = (rustc, "--edition=2021", "-g", f"-Cdwarf-version={dwarf}", "-Ccodegen-units=1", SOURCES / "types.rs")
    run(*words, "--emit=obj=types.o,link=types", cwd=folder)
    return table_of(folder / "types.o"), run(folder / "types").splitlines()


def test_rust_layouts(rust_program: tuple[TypeTable, list[str]]) -> None:
    table, lines = rust_program
    types = {name: offset for name, (_, offset) in pointees(table).items()}
    seen = dict.fromkeys(("size", "member", "variant", "enumerator"), 0)
    for line in lines:
        what, name, *rest = line.split(" ")
        seen[what] += 1
        kind = table.get(types[name])
        if what == "size":
            assert table.size(types[name]) == int(rest[0]), line
            if isinstance(kind, Struct) and kind.alignment:
                assert kind.alignment == int(rest[1]), line
        elif what == "member":
            member = member_of(kind, rest[0])
            assert (member.offset, table.size(member.type)) == (int(rest[1]), int(rest[2])), line
        elif what == "enumerator":
            assert isinstance(kind, Enumeration) and kind.scoped
            assert dict(kind.enumerators)[rest[0]] == int(rest[1])
        else:
            check_variant(table, kind, line, *rest)
    assert min(seen.values()) >= 5, seen


def check_variant(table: TypeTable, kind: object, line: str, name: str, value: str, *fields: str) -> None:
    """The tag in the value's bytes names its variant, and the fields lie where pointers into it do."""
    assert isinstance(kind, Struct) and kind.enum
    content = bytes.fromhex(value.strip('"'))
    tag = 0
    if kind.discriminant is not None:
        start = kind.discriminant.offset
        tag = int.from_bytes(content[start : start + table.size(kind.discriminant.type)], "little")
    variant = kind.variant(tag)
    if kind.discriminant is None:
        (variant,) = [one for one in kind.variants if table.inhabited(one.type)]
    assert variant is not None and variant.name == name, (line, tag, kind)
    payload = table.get(variant.type)
    for field, offset in zip(fields[::2], map(int, fields[1::2]), strict=True):
        assert variant.offset + member_of(payload, field).offset == offset, line


def test_rust_kinds(rust_program: tuple[TypeTable, list[str]]) -> None:
    table, _ = rust_program
    types = {name: offset for name, (_, offset) in pointees(table).items()}
    assert not table.inhabited(types["never"]) or table.size(types["never"]) == 0
    assert isinstance(table.get(types["function"]), FunctionPointer)
    either = table.get(types["either"])
    assert isinstance(either, Struct) and either.union and len(either.members) == 3
    generic = table.get(types["generic"])
    assert isinstance(generic, Struct)
    assert [(name, table.rust_name(one)) for name, one in generic.parameters] == [("T", "f64")]
    assert table.rust_name(types["array"]) == "[[f32; 3]; 2]"
    vtables = [
        table.get(table.units.offset(die))
        for top in table.units.compile_units()
        for die in below(table, top)
        if die.tag == "DW_TAG_structure_type" and text(die, "DW_AT_name").endswith("as types::Energy>::{vtable_type}")
    ]
    assert vtables
    for one in vtables:
        assert isinstance(one, Struct) and one.vtable
        assert [member.name for member in one.members] == ["drop_in_place", "size", "align", "__method3"]
        assert table.rust_name(one.containing) == "types::Plain"
