"""Matrix products on strided matrices, by which ``link/known.py`` replaces the kernels of the crate matrixmultiply.

What they compute and their derivatives, as rules, is in ``gemm.c``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from importlib.resources import files
from itertools import count

from ad_build.engine.libm import append
from ad_build.engine.pointers import GLOBAL, LOCAL, split_arguments

_KINDS = {"d": "double", "s": "float"}
_DECLARATION = re.compile(r"^declare void @ad_build_([ds])gemm\([^\n]*\n", re.MULTILINE)
_POINTER = re.compile(r"\bptr (?=noundef)")
_CALL = re.compile(r"^(  (?:tail call|call|invoke) [^@\n]*@ad_build_[ds]gemm\()([^\n]*?)(\)[^()\n]*)$", re.MULTILINE)
_LAST = re.compile(rf"(?:{LOCAL}|{GLOBAL})$")
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
    ir = _CALL.sub(partial(_active, count(0)), ir)
    return append(_DECLARATION.sub("", ir), [_HEAP, *(_product(letter) for letter in wanted)])


def _active(numbers: Iterator[int], call: re.Match[str]) -> str:
    """The call with pointers that count as active, constant matrices included.

    Enzyme 0.0.238 asserts in split mode where a function with rules has constant arguments.  The shadow of a constant
    pointer is the pointer itself, which the rules know; the trip through an integer is one that no pass removes.
    """
    lines, words = [], []
    for word in split_arguments(call.group(2) + ")"):
        value = _LAST.search(word)
        name = f"%ad_build.product.{next(numbers)}"
        if value is None:  # null: a matrix without entries
            words.append(word)
            continue
        lines.append(f"  {name}.address = ptrtoint ptr {value.group()} to i64, !enzyme_active_val !{{}}\n")
        lines.append(f"  {name} = inttoptr i64 {name}.address to ptr, !enzyme_active_val !{{}}\n")
        words.append(f"{word[: value.start()]}{name}")
    return f"{''.join(lines)}{call.group(1)}{', '.join(words)}{call.group(3)}"


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
