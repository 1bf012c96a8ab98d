"""How several results are returned, compared with what rustc and clang emit for such declarations."""

from __future__ import annotations

import itertools
import re
import shutil

import pytest

from ad_build import llvm
from ad_build.clang.toolchain import find_clang
from ad_build.engine.abi import layout_results, scalar_leaf
from ad_build.model import Language
from ad_build.process import Runner

RUNNER = Runner(log=lambda line: None)
TRIPLE = "x86_64-unknown-linux-gnu"
RESULTS = [kinds for count in (2, 3, 4) for kinds in itertools.product(("double", "float"), repeat=count)]
RUST = {"double": "f64", "float": "f32"}


def declared(ir: str, name: str) -> str:
    """The return type of a declaration, ``sret`` where it is returned through memory."""
    function = llvm.parse_ir(ir).get_function(name)
    attributes = b" ".join(word for argument in function.arguments for word in argument.attributes)
    kind = llvm.declaration_text(function)
    found = re.match(r"declare (.*) @", kind)
    assert found, kind
    return "sret" if b"sret" in attributes else found.group(1)


def expected(kinds: tuple[str, ...], language: Language) -> str:
    layout = layout_results([scalar_leaf(kind) for kind in kinds], language, TRIPLE)
    return "sret" if layout.sret else layout.llvm_type


@pytest.fixture(scope="module")
def rust(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("rust")
    lines = []
    for number, kinds in enumerate(RESULTS):
        types = ", ".join(RUST[kind] for kind in kinds)
        lines.append(f'unsafe extern "Rust" {{ fn f{number}() -> ({types}); }}')
        total = " + ".join(f"r.{index} as f64" for index in range(len(kinds)))
        lines.append(f"pub fn g{number}() -> f64 {{ let r = unsafe {{ f{number}() }}; {total} }}")
    (folder / "case.rs").write_text("\n".join(lines))
    rustc = shutil.which("rustc")
    assert rustc, "the tests need rustc"
    flags = ("--crate-type=lib", "--emit=llvm-ir", "-Clink-dead-code", "-Cno-prepopulate-passes", "-Copt-level=2")
    done = RUNNER.run((rustc, *flags, "case.rs", "-o", "case.ll"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


@pytest.fixture(scope="module")
def c(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("c")
    lines = []
    for number, kinds in enumerate(RESULTS):
        members = " ".join(f"{kind} m{index};" for index, kind in enumerate(kinds))
        lines.append(f"struct s{number} {{ {members} }}; struct s{number} f{number}(void);")
        lines.append(f"double g{number}(void) {{ return f{number}().m0; }}")
    (folder / "case.c").write_text("\n".join(lines))
    clang = find_clang(RUNNER, max_llvm=22)
    words = clang.command(("-O1", "-S", "-emit-llvm", "case.c", "-o", "case.ll"))
    done = RUNNER.run(words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


@pytest.mark.parametrize("number", range(len(RESULTS)), ids=lambda number: "-".join(RESULTS[number]))
def test_rust_tuples(number: int, rust: str) -> None:
    assert expected(RESULTS[number], Language.RUST) == declared(rust, f"f{number}")


@pytest.mark.parametrize("number", range(len(RESULTS)), ids=lambda number: "-".join(RESULTS[number]))
def test_c_structs(number: int, c: str) -> None:
    assert expected(RESULTS[number], Language.C) == declared(c, f"f{number}")
