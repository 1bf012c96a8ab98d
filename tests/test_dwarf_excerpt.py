"""What is cut out of a module gives the same signatures as all of it, and nothing but what they need."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_dwarf_layouts import RUSTCS, SOURCES, clang, run

from ad_build import llvm
from ad_build.dwarf import read_signatures
from ad_build.dwarf.excerpt import excerpt
from ad_build.dwarf.signatures import signatures_of_object
from ad_build.errors import AdBuildError
from ad_build.model import Signature

RUST = """
pub fn apply<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 { f(x) }
pub fn twice(x: f64) -> f64 { apply(|y| y * 2.0, x) }
pub fn shim(x: f64) -> f64 { let f: fn(f64) -> f64 = twice; apply(f, apply(twice, x)) }
pub enum Choice { Left, Right }
pub fn choose(c: Choice, o: Option<()>, p: (&f64, bool)) -> f64 { if p.1 { *p.0 } else { 1.0 } }
"""


def module_of(suffix: str, dwarf: str, folder: Path) -> str:
    ir = folder / "case.ll"
    if suffix == "rs":
        (folder / "case.rs").write_text(RUST)
        flags = ("--crate-type=lib", "-Copt-level=2", "-Cno-prepopulate-passes", "-g", f"-Cdwarf-version={dwarf}")
        run(RUSTCS[0], *flags, "-Clink-dead-code", "--emit=llvm-ir", "case.rs", "-o", ir, cwd=folder)
    else:
        standard = ("-std=c++20",) if suffix == "cpp" else ()
        compiler = (*clang("wheel", cxx=suffix == "cpp"), *standard, "-g", f"-gdwarf-{dwarf}")
        run(*compiler, "-S", "-emit-llvm", SOURCES / f"types.{suffix}", "-o", ir)
    return ir.read_text()


def described(ir: str) -> list[str]:
    heads = [chunk.partition("\n")[0] for chunk in ir.split("\ndefine ")[1:]]
    return [head.partition("@")[2].partition("(")[0].strip('"') for head in heads if "!dbg !" in head]


@pytest.mark.parametrize("suffix", ["c", "cpp", "rs"])
@pytest.mark.parametrize("dwarf", ["4", "5"])
def test_same_signatures(suffix: str, dwarf: str, tmp_path: Path) -> None:
    ir = module_of(suffix, dwarf, tmp_path)
    module = llvm.parse_ir(ir)
    names = described(ir)
    llvm.skip_code(module, frozenset(names))
    obj = llvm.emit_object(module, level=0)

    def answer(symbol: str, *, whole: bool) -> Signature | str:
        try:
            if whole:
                return signatures_of_object(obj, module, [symbol], None)[symbol]
            return read_signatures(ir, [symbol])[symbol]
        except AdBuildError as error:
            return error.code

    same = 0
    for symbol in names:
        cut, all_of_it = answer(symbol, whole=False), answer(symbol, whole=True)
        # Parameters that the code does not mention, and what a shim is passed, are known from the excerpt alone.
        better = suffix == "rs" and (all_of_it == "signature-mismatch" or "4core3ops8function" in symbol)
        assert cut == all_of_it or better, symbol
        same += cut == all_of_it and isinstance(cut, Signature)
    assert same > len(names) * 0.7
    if suffix == "rs":
        read_signatures(ir, names)


def test_nothing_but_what_is_needed(tmp_path: Path) -> None:
    ir = module_of("cpp", "5", tmp_path)
    text = excerpt(ir, ["main"])
    assert len(text) < 3000 < 400_000 < len(ir)
    layouts = next(name for name in described(ir) if "layouts" in name)
    text = excerpt(ir, [layouts])
    assert "DICompositeType" in text
    assert "DW_TAG_imported" not in text
    assert text.count("!DISubprogram(") == 1


def test_nodes_out_of_order(tmp_path: Path) -> None:
    ir = module_of("c", "5", tmp_path)
    before = read_signatures(ir, ["layouts"])
    at = ir.index("\n!0 = ") + 1
    lines = ir[at:].rstrip("\n").split("\n")
    assert read_signatures(ir[:at] + "\n".join(reversed(lines)) + "\n", ["layouts"]) == before


def test_modules_do_not_meet_in_llvm(tmp_path: Path) -> None:
    """Equal nodes of several modules: LLVM 22.1 hit an assertion here."""
    ir = module_of("rs", "4", tmp_path)
    kept = llvm.parse_ir(ir)
    for symbol in described(ir) * 2:
        llvm.emit_object(llvm.parse_ir(excerpt(ir, [symbol])), level=0)
    assert kept is not None
    for line in excerpt(ir, described(ir)[:1]).splitlines():
        assert not line.startswith("!") or line.startswith("!llvm.") or " = distinct !" in line


def test_an_unknown_function() -> None:
    with pytest.raises(AdBuildError) as caught:
        excerpt('target triple = "x86_64-unknown-linux-gnu"\n', ["f"])
    assert caught.value.code == "no-function"
