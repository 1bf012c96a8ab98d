"""Matrix products on strided matrices, by which ``link/known.py`` replaces the kernels of the crate matrixmultiply.

What they compute and their derivatives, as rules, is in ``gemm.c``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from ad_build.engine.libm import append

_KINDS = {"d": "double", "s": "float"}
_DECLARATION = re.compile(r"^declare void @ad_build_([ds])gemm\([^\n]*\n", re.MULTILINE)
_POINTER = re.compile(r"\bptr (?=[^,()]*%)")
_HEAP = (
    "declare ptr @malloc(i64)\n"
    "declare void @free(ptr)\n"
    "declare double @llvm.fmuladd.f64(double, double, double)\n"
    "declare float @llvm.fmuladd.f32(float, float, float)\n"
)


def give_products(ir: str) -> str:
    """The module in which the matrix products that it declares have a body and rules."""
    wanted = sorted({match.group(1) for match in _DECLARATION.finditer(ir)})
    if not wanted:
        return ir
    return append(_DECLARATION.sub("", ir), [_HEAP, *(_product(letter) for letter in wanted)])


@cache
def _product(letter: str) -> str:
    name = f"@ad_build_{letter}gemm"
    text = files("ad_build.engine").joinpath("gemm.ll").read_text()
    functions = [body for body in text.split("\n}\n") if f"{name}" in body.split("\n", 1)[0]]
    functions = [_seeded(body, _KINDS[letter]) if f" {name}(" in body.split("\n", 1)[0] else body for body in functions]
    rules = (
        f"@__enzyme_register_gradient_{name[1:]} = internal global [3 x ptr]"
        f" [ptr {name}, ptr {name}_augmented, ptr {name}_gradient]\n"
        f"@__enzyme_register_derivative_{name[1:]} = internal global [2 x ptr] [ptr {name}, ptr {name}_derivative]\n"
    )
    return "\n}\n".join([*functions, rules])


def _seeded(body: str, kind: str) -> str:
    """The product with types on its parameters: type analysis does not look into functions with rules."""
    header, rest = body.split("\n", 1)
    inside = iter(["Integer", *[f"Float@{kind}"] * 4])
    seeded = _POINTER.sub(lambda _: f'ptr "enzyme_type"="{{[-1]:Pointer, [-1,-1]:{next(inside)}}}" ', header)
    return f"{seeded}\n{rest}"
