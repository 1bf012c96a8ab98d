"""Archives: ours read by the real tools, theirs read by us."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ad_build import ar
from ad_build.errors import LinkError
from ad_build.llvm import emit_object, parse_ir

_LONG = "a_name_that_does_not_fit_in_sixteen_bytes.o"
_TOOLS = [tool for tool in ("ar", "llvm-ar-14", "llvm-ar-15", "llvm-ar") if shutil.which(tool)]


def _object(name: str) -> bytes:
    return emit_object(parse_ir(f'target triple = "x86_64-unknown-linux-gnu"\ndefine void @{name}() {{ ret void }}'))


@pytest.fixture(scope="module")
def objects() -> dict[str, bytes]:
    return {"short.o": _object("short"), _LONG: _object("long_one"), "fifteen_bytes.o": _object("fifteen")}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    members = [("a.o", b"odd"), (_LONG, b"even"), ("empty.o", b"")]
    path = tmp_path / "lib.a"
    path.write_bytes(ar.write_archive(members, {"one": 0, "two": 1, "three": 1}))
    read = ar.read_archive(path)
    assert [(member.name, bytes(member.data)) for member in read] == members
    assert ar.read_symbols(path) == {"one": read[0].offset, "two": read[1].offset, "three": read[1].offset}


def test_writing_is_deterministic() -> None:
    members = [("a.o", b"1"), (_LONG, b"2")]
    assert ar.write_archive(members, {"x": 1}) == ar.write_archive(members, {"x": 1})


def test_without_members_and_symbols(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    path.write_bytes(ar.write_archive([], {}))
    assert ar.read_archive(path) == ()
    assert ar.read_symbols(path) == {}


@pytest.mark.parametrize("tool", _TOOLS)
def test_other_tools_read_ours(tool: str, objects: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    path.write_bytes(ar.write_archive(objects.items(), {"short": 0, "long_one": 1, "fifteen": 2}))
    listed = subprocess.run([tool, "t", path], check=True, capture_output=True, text=True).stdout.split()
    assert listed == list(objects)
    for name, data in objects.items():
        assert subprocess.run([tool, "p", path, name], check=True, capture_output=True).stdout == data
    index = subprocess.run(["nm", "-s", path], check=True, capture_output=True, text=True).stdout
    assert f"long_one in {_LONG}" in index


@pytest.mark.parametrize("modifiers", ["rcs", "rcsD", "rcsT"])
@pytest.mark.parametrize("tool", _TOOLS)
def test_we_read_what_other_tools_write(tool: str, modifiers: str, objects: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in objects.items():
        (tmp_path / name).write_bytes(data)
    subprocess.run([tool, modifiers, "lib.a", *objects], check=True, cwd=tmp_path)
    path = tmp_path / "lib.a"
    members = ar.read_archive(path)
    assert {member.name: bytes(member.data) for member in members} == objects
    owner = {member.offset: member.name for member in members}
    assert {symbol: owner[offset] for symbol, offset in ar.read_symbols(path).items()} == {
        "short": "short.o",
        "long_one": _LONG,
        "fifteen": "fifteen_bytes.o",
    }


def test_a_64_bit_index_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    names = b"one\0two\0"
    index = b"".join(number.to_bytes(8, "big") for number in (2, 108, 168)) + names
    head = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n"
    path.write_bytes(b"!<arch>\n" + head % (b"/SYM64/", 0, 0, 0, b"0", len(index)) + index)
    assert ar.read_symbols(path) == {"one": 108, "two": 168}


def test_bsd_names_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lib.a"
    name = b"a name with blanks.o\0\0\0\0"
    head = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n"
    path.write_bytes(b"!<arch>\n" + head % (b"#1/24", 0, 0, 0, b"644", 28) + name + b"data")
    assert [(member.name, bytes(member.data)) for member in ar.read_archive(path)] == [
        ("a name with blanks.o", b"data")
    ]


def test_a_thin_archive_whose_member_is_gone(objects: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "short.o").write_bytes(objects["short.o"])
    subprocess.run(["ar", "rcsT", "lib.a", "short.o"], check=True, cwd=tmp_path)
    (tmp_path / "short.o").unlink()
    with pytest.raises(LinkError) as caught:
        ar.read_archive(tmp_path / "lib.a")
    assert caught.value.code == "thin-archive"
    assert "short.o" in caught.value.message


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(LinkError) as caught:
        ar.read_archive(tmp_path / "none.a")
    assert caught.value.code == "unreadable"
    (tmp_path / "text.a").write_text("INPUT(libc.so.6)")
    with pytest.raises(LinkError) as caught:
        ar.read_archive(tmp_path / "text.a")
    assert caught.value.code == "bad-archive"
    assert not ar.is_archive(tmp_path / "text.a")


def test_every_damage_is_refused_or_read(objects: dict[str, bytes], tmp_path: Path) -> None:
    whole = ar.write_archive(objects.items(), {"short": 0, "long_one": 1})
    path = tmp_path / "lib.a"
    for length in [*range(8, 400, 3), len(whole) - 1]:
        path.write_bytes(whole[:length])
        try:
            ar.read_archive(path)
            ar.read_symbols(path)
        except LinkError as error:
            assert error.code == "bad-archive"
    for at in range(8, 300, 5):
        path.write_bytes(whole[:at] + b"9" + whole[at + 1 :])
        try:
            ar.read_archive(path)
            ar.read_symbols(path)
        except LinkError as error:
            assert error.code == "bad-archive"


@pytest.mark.parametrize(
    ("members", "symbols"), [([("a/b.o", b"")], {}), ([("", b"")], {}), ([("a.o", b"")], {"x": 1}), ([], {"x": 0})]
)
def test_what_cannot_be_written(members: list[tuple[str, bytes]], symbols: dict[str, int]) -> None:
    with pytest.raises(LinkError) as caught:
        ar.write_archive(members, symbols)
    assert caught.value.code == "bad-archive"
