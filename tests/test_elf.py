"""Sections and symbols of ELF objects, on an object that the test builds byte by byte and on a real one."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from ad_build import elf
from ad_build.errors import LinkError
from ad_build.llvm import emit_object, parse_ir

_IR = """
target triple = "x86_64-unknown-linux-gnu"
@datum = weak global i32 7
define double @outer(double %x) {
  %y = call double @missing(double %x)
  %z = call double @inner(double %y)
  ret double %z
}
define internal double @inner(double %x) noinline { ret double %x }
declare double @missing(double)
"""


@pytest.fixture(scope="module")
def obj() -> bytes:
    return emit_object(parse_ir(_IR))


def test_a_section_comes_back_as_it_went_in(obj: bytes) -> None:
    content = bytes(range(256)) * 3 + b"x"
    with_it = elf.add_section(obj, elf.BITCODE_SECTION, content)
    assert elf.read_section(with_it, elf.BITCODE_SECTION) == content
    assert elf.read_section(memoryview(with_it), elf.BITCODE_SECTION) == content
    assert elf.read_section(obj, elf.BITCODE_SECTION) is None
    assert elf.read_section(with_it, elf.BITCODE_SECTION[:-1]) is None


def test_pyelftools_agrees_and_nothing_else_changed(obj: bytes) -> None:
    before = ELFFile(io.BytesIO(obj))
    after = ELFFile(io.BytesIO(elf.add_section(obj, ".extra", b"abc")))
    assert after.num_sections() == before.num_sections() + 1
    for old, new in zip(before.iter_sections(), after.iter_sections(), strict=False):
        assert old.name == new.name
        if old.name != before.get_section(before.header["e_shstrndx"]).name:
            assert old.data() == new.data()
        assert {key: value for key, value in old.header.items() if key not in ("sh_offset", "sh_size")} == {
            key: value for key, value in new.header.items() if key not in ("sh_offset", "sh_size")
        }
    added = after.get_section_by_name(".extra")
    assert added["sh_type"] == "SHT_PROGBITS"
    assert added["sh_flags"] == elf.SHF_EXCLUDE
    assert added["sh_offset"] % 4 == 0


def test_two_sections_can_be_added(obj: bytes) -> None:
    twice = elf.add_section(elf.add_section(obj, ".one", b"1"), ".two", b"22", flags_exclude=False)
    assert elf.read_section(twice, ".one") == b"1"
    assert elf.read_section(twice, ".two") == b"22"
    assert ELFFile(io.BytesIO(twice)).get_section_by_name(".two")["sh_flags"] == 0


_TABLE = """
#include <stdio.h>
double outer(double x);
double missing(double x) { return x + 0.5; }
struct entry { double (*function)(double); long number; };
extern const struct entry start[] __asm__("__start_told"), stop[] __asm__("__stop_told");
int main(void)
{
    for (int i = 0; i < stop - start; i++)
        printf("%ld %g %d\\n", start[i].number, start[i].function(i + 1.0), start[i].function == outer);
    return 0;
}
"""


@pytest.mark.parametrize("linker", ["bfd", "lld"])
def test_a_table_of_addresses(obj: bytes, linker: str, tmp_path: Path) -> None:
    """Of a local function too, in a program whose sections are collected."""
    index = {name: number for number, name in elf.read_functions(obj)}
    assert set(index) == {"outer", "inner"}
    told = elf.add_addresses(obj, "told", [(index["inner"], -7), (index["outer"], 2**62)])
    (tmp_path / "told.o").write_bytes(told)
    (tmp_path / "main.c").write_text(_TABLE)
    clang = Path(sys.executable).with_name("clang")
    words = ("-fPIE", "-pie", f"-fuse-ld={linker}", "-Wl,--gc-sections", "main.c", "told.o", "-o", "main")
    subprocess.run([clang, *words], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True)
    assert done.stdout == f"-7 1 0\n{2**62} 2.5 1\n"


def test_more_sections_than_fit_in_the_header(obj: bytes) -> None:
    """From 0xff00 sections on, their number stands in the first section header."""
    (start,) = struct.unpack_from("<Q", obj, 40)
    (count,) = struct.unpack_from("<H", obj, 60)
    wanted = 0xFF00
    headers = obj[start : start + count * 64]
    empty = struct.pack("<IIQQQQIIQQ", 0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
    many = bytearray(obj[:start] + headers + empty * (wanted - 1 - count))
    struct.pack_into("<H", many, 60, wanted - 1)
    grown = elf.add_section(bytes(many), ".extra", b"abc")
    assert struct.unpack_from("<H", grown, 60) == (0,)
    assert elf.read_section(grown, ".extra") == b"abc"
    again = elf.add_section(grown, ".more", b"def")
    assert elf.read_section(again, ".extra") == b"abc"
    assert elf.read_section(again, ".more") == b"def"


def test_symbols(obj: bytes) -> None:
    symbols = elf.read_symbols(obj)
    assert symbols.defined == {"outer", "datum"}
    assert symbols.undefined == {"missing"}


def test_the_linker_drops_the_section_and_a_relocatable_link_keeps_it(obj: bytes, tmp_path: Path) -> None:
    file, out = tmp_path / "a.o", tmp_path / "out"
    file.write_bytes(elf.add_section(obj, elf.BITCODE_SECTION, b"content."))
    subprocess.run(["ld", "-shared", "-o", out, file], check=True)
    assert ELFFile(io.BytesIO(out.read_bytes())).get_section_by_name(elf.BITCODE_SECTION) is None
    subprocess.run(["ld", "-r", "-o", out, file, file, "-z", "muldefs"], check=True)
    assert elf.read_section(out.read_bytes(), elf.BITCODE_SECTION) == b"content." * 2


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"MZ" * 99, b"\x7fELF\x01\x01" + bytes(90)])
def test_not_an_elf64_file(content: bytes) -> None:
    with pytest.raises(LinkError) as caught:
        elf.read_section(content, ".text")
    assert caught.value.code == "bad-object"


def test_every_truncation_is_refused_or_read(obj: bytes) -> None:
    whole = elf.add_section(obj, ".extra", b"abc")
    for length in range(0, len(whole), 7):
        with pytest.raises(LinkError):
            elf.read_section(whole[:length], ".extra")


def test_damaged_headers_never_raise_anything_else(obj: bytes) -> None:
    whole = elf.add_section(obj, ".extra", b"abc")
    (start,) = struct.unpack_from("<Q", whole, 40)
    for at in [*range(32, 64), *range(start, len(whole), 3)]:
        for value in (0x00, 0x7F, 0xFF):
            damaged = whole[:at] + bytes((value,)) + whole[at + 1 :]
            try:
                elf.read_section(damaged, ".extra")
                elf.read_symbols(damaged)
                elf.add_section(damaged, ".again", b"x")
            except LinkError as error:
                assert error.code == "bad-object"
