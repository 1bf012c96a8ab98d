"""``ad-build types``: functions and types as text and as JSON, and what it says of names that do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import AdBuild

from ad_build.dwarf.find import fit

SOURCE = """
struct flags { unsigned low : 3; int high : 7; double weight; };
union word { double real; long count; };
typedef struct { char tag; union word value; double *data; } item;
struct big { double values[100]; void *extra; };
enum colour { RED, GREEN = 5 };
double weigh(const struct flags *f, item *it, enum colour c, struct big *b) {
  return f->weight + it->data[0] + (c == RED) + b->values[0];
}
"""
TEMPLATE = """
namespace ns { template <class T> struct Pair { T a; T b; T sum() const; }; }
template <class T> T ns::Pair<T>::sum() const { return a + b; }
template struct ns::Pair<double>;
template struct ns::Pair<float>;
struct Base { double x; };
struct Derived : Base { int n; virtual double f() { return x; } };
double use() { Derived d; return d.f(); }
"""
RUST = """
pub enum Scale { Steps(u64), Factor(f64), Table(Box<[f64; 2]>) }
pub struct Model { pub scale: Scale, pub weight: Option<Box<f64>>, pub values: Vec<f64> }
pub fn energy(model: &Model, x: &[f64]) -> f64 {
    let scale = match &model.scale { Scale::Steps(n) => *n as f64, Scale::Factor(f) => *f, Scale::Table(t) => t[0] };
    scale * x[0] * model.values[0] + model.weight.as_deref().copied().unwrap_or(0.0)
}
pub fn twice<T: Copy + std::ops::Add<Output = T>>(x: T) -> T { x + x }
pub fn uses() -> f64 { twice(1.0f64) + f64::from(twice(1.0f32)) }
"""
Show = Callable[..., str]
# The fields of schema 1, in order.
TYPE = [
    *("what", "name", "language", "category", "size", "alignment", "file", "line", "members", "enumerators"),
    *("tree", "tree_behind_pointer", "unknown"),
]
PARAMETER = ["name", "type", "size", "kind", "float_in_integer", "indirect", "llvm", "layout", "pointee"]


@pytest.fixture
def show(tmp_path: Path, ad_build: AdBuild) -> Show:
    (tmp_path / "case.c").write_text(SOURCE)
    (tmp_path / "case.cpp").write_text(TEMPLATE)

    def run(*names: str, file: str = "case.c", status: int = 0) -> str:
        done = ad_build("types", *names, "--in", file, cwd=tmp_path)
        assert done.returncode == status, done.stderr
        return done.stderr if status else done.stdout

    return run


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    (folder / "src").mkdir()
    (folder / "Cargo.toml").write_text('[package]\nname = "model"\nversion = "0.1.0"\nedition = "2021"\n')
    (folder / "src/lib.rs").write_text(RUST)
    return folder


def rows(text: str) -> list[str]:
    """The layout of a printed type, with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines()[1:]]


def test_bit_fields_and_padding(show: Show) -> None:
    # System V: both bit-fields share the first int, the double is aligned to 8.
    assert rows(show("struct flags"))[:4] == [
        "0b 3b low: unsigned int",
        "3b 7b high: int",
        "2 6 (padding)",
        "8 8 weight: double",
    ]


def test_what_overlaps_is_told(show: Show) -> None:
    shown = show("item")
    assert rows(shown)[:3] == ["0 1 tag: char", "1 7 (padding)", "8 8 value: union word"]
    assert "unknown: bytes 8 to 15: what overlaps here disagrees: value.real: double, value.count: long" in shown
    assert "{[0]:Integer, [16]:Pointer, [16,-1]:Float@double}" in shown


def test_what_the_engine_does_not_follow_is_told(show: Show) -> None:
    shown = show("big")
    assert "unknown: bytes 500 to 807: the engine follows the first 500 bytes alone" in shown


def test_enumerators(show: Show) -> None:
    assert rows(show("colour"))[:2] == ["RED = 0", "GREEN = 5"]


def test_a_function_shows_its_types(show: Show) -> None:
    shown = show("weigh")
    assert "f: const struct flags *   (8 bytes, pointer)" in shown
    assert "%0 ptr      {[-1]:Pointer, [-1,0]:Integer, [-1,1]:Integer, [-1,8]:Float@double}" in shown
    assert "3b    7b  high: int" in shown
    assert "value.real: double, value.count: long" in shown


def test_a_type_of_a_function_s_own(show: Show, tmp_path: Path) -> None:
    (tmp_path / "local.cpp").write_text(
        "template <class T> double first(T t) { typedef T Alias; struct Own { long n; Alias x; }; Own own{1, t}; "
        "auto get = [](const Own &it) { return it.x * it.n; }; return get(own); }\n"
        "double use(double x) { return first(x); }\n"
    )
    assert rows(show("Own", file="local.cpp"))[:2] == ["0 8 n: long", "8 8 x: Alias"]


def test_several_names_in_order(show: Show) -> None:
    shown = show("colour", "weigh", "union word")
    assert shown.index("enum colour") < shown.index("symbol weigh") < shown.index("union word   C, union, 8 bytes")


def test_template_instances_and_bases(show: Show) -> None:
    assert rows(show("ns::Pair<double>", file="case.cpp"))[:2] == ["0 8 a: double", "8 8 b: double"]
    assert rows(show("Pair<float>", file="case.cpp"))[:2] == ["0 4 a: float", "4 4 b: float"]
    assert rows(show("struct Derived", file="case.cpp"))[:4] == [
        "0 8 _vptr$Derived: int (*)(void) *",
        "8 8 base struct Base",
        "8 8 x: double",
        "16 4 n: int",
    ]
    assert "ns::Pair<float>::sum() const" in show("ns::Pair<float>::sum", file="case.cpp")


def test_a_name_of_several_types(show: Show) -> None:
    told = show("Pair", file="case.cpp", status=2)
    assert "error[ambiguous-type]: Pair names 2 types" in told
    assert "ns::Pair<double>" in told and "ns::Pair<float>" in told


def test_nearest_names_on_a_miss(show: Show) -> None:
    told = show("flgs", status=2)
    assert "error[no-such-name]: the program has no function and no type flgs" in told and "types: flags" in told
    assert "did you mean weigh?" in show("weig", status=2)


def check_row(row: dict[str, Any]) -> None:
    assert row.keys() >= {"kind", "name", "type", "offset", "size"}
    assert row["kind"] in ("member", "base", "variant", "tag", "element", "padding")
    assert ("bit_offset" in row) == ("bit_size" in row)
    assert (row["kind"] == "variant") == ("tags" in row) == ("default" in row)
    for one in row.get("members", ()):
        check_row(one)


def check_type(record: dict[str, Any]) -> None:
    assert list(record) == TYPE
    for row in record["members"]:
        check_row(row)
    for one in record["unknown"]:
        assert list(one) == ["offset", "size", "behind", "reason"]


def test_json(tmp_path: Path, crate: Path, ad_build: AdBuild) -> None:
    done = ad_build("types", "model::energy", "Scale", "--json", cwd=crate)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert list(record) == ["schema", "results"] and record["schema"] == 1
    function, scale = record["results"]
    assert list(function) == ["what", "name", "symbol", "language", "file", "line", "parameters", "result"]
    for parameter in function["parameters"]:
        assert list(parameter) == (
            ["name", "type", "size", "kind", "float_in_integer", "indirect", "llvm", "layout", "pointee"]
        )
        check_type(parameter["layout"])
        check_type(parameter["pointee"])
    check_type(function["result"]["layout"])
    check_type(scale)
    tag, *variants = scale["members"]
    assert (tag["kind"], tag["offset"], tag["size"], tag["name"]) == ("tag", 0, 8, "")
    assert [(one["name"], one["tags"]) for one in variants] == [
        ("Steps", [[0, 0]]),
        ("Factor", [[1, 1]]),
        ("Table", [[2, 2]]),
    ]
    (unknown,) = scale["unknown"]
    assert (unknown["offset"], unknown["size"]) == (8, 8)
    assert "Factor.__0: f64" in unknown["reason"]


def test_a_crate(crate: Path, ad_build: AdBuild) -> None:
    done = ad_build("types", "model::Model", "Option<Box<f64>>", "&[f64]", "model::twice::<f32>", cwd=crate)
    assert done.returncode == 0, done.stderr
    model, option, slice_, twice = done.stdout.split("\n\n")
    assert model.startswith("model::Model   Rust, struct, 48 bytes, aligned to 8")
    assert "variant Table (tag 2)" in model
    assert "tag: u64 (a niche of Some)" in option and "variant Some (any other tag)" in option
    assert "{[0]:Pointer, [0,-1]:Float@double}" in option
    assert "data_ptr: *f64" in slice_
    assert "x: f32   (4 bytes, float)" in twice
    done = ad_build("types", "model::twice", cwd=crate)
    assert done.returncode == 2 and "twice::<f64>" in done.stderr.replace("twice<f64>", "twice::<f64>")


@pytest.mark.parametrize(
    ("wanted", "name", "better"),
    [
        ("Vec<f64>", "alloc::vec::Vec<f64, alloc::alloc::Global>", "alloc::vec::Vec<u8, alloc::alloc::Global>"),
        ("Option<Params>", "core::option::Option<krate::Params>", "core::option::Option<krate::Other>"),
        ("struct params", "params", "ns::other"),
        ("Params", "krate::Params", "krate::MyParams"),
        ("&[f64]", "&[f64]", "&mut [f64]"),
        ("std::string", "std::__cxx11::string", "std::basic_string<char>"),
    ],
)
def test_names_that_leave_things_out(wanted: str, name: str, better: str) -> None:
    assert fit(wanted, name) > fit(wanted, better)
