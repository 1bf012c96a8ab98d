"""Rewrites functions whose parameters carry floats inside integers, which the engine cannot follow.

Rust passes ``[f32; 2]`` as ``i64``, C passes ``struct { float x; int n; }`` so.  In the code that the compilers emit
before any optimisation such a parameter is stored to a local at once and never used otherwise: the parameter
becomes a pointer and the store a copy from it, and scalar replacement finds the floats.
"""

from __future__ import annotations

from collections.abc import Sequence

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.errors import RefusedError
from ad_build.model import Activity


def pass_packed_floats_in_memory(ir: str, plans: Sequence[Plan]) -> str:
    """Rewrite, in unoptimised IR, every active parameter that travels as an integer.

    Raises :class:`RefusedError` (``float-in-integer``) where the parameter is used in another way.
    """
    for plan in plans:
        for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
            if parameter.float_in_integer and activity is not Activity.CONST:
                ir = _rewrite(ir, plan, parameter.llvm[0], parameter.name)
    return ir


def _rewrite(ir: str, plan: Plan, index: int, parameter: str) -> str:
    symbol = plan.signature.symbol
    module = llvm.parse_ir(ir)
    function = module.get_function(symbol)
    argument = list(function.arguments)[index]
    kind = str(argument.type)
    name = _local_name(str(argument))
    uses = [
        instruction
        for block in function.blocks
        for instruction in block.instructions
        if any(llvm.is_argument(operand) and str(operand) == str(argument) for operand in instruction.operands)
    ]
    if len(uses) != 1 or uses[0].opcode != "store":
        raise RefusedError(
            "float-in-integer",
            f"parameter {parameter} of {plan.signature.source_name} carries floats in an integer register ({kind})",
            where=plan.signature.place,
            note="its derivative would silently be zero",
            hint="pass it by reference",
        )
    target = _local_name(str(list(uses[0].operands)[1]).split(" = ", 1)[0])
    size = -(-int(kind[1:]) // 8)
    start, end = ir_text.body_span(ir, symbol)
    text = ir[start:end]
    header, body = text.split("\n", 1)
    header = _retype(header, kind, name)
    copy = f"  call void @llvm.memcpy.p0.p0.i64(ptr {target}, ptr {name}, i64 {size}, i1 false)\n"
    lines = body.splitlines(keepends=True)
    marker = f"store {kind} {name}, ptr {target}"
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(marker))
    lines[at] = copy
    declare = "" if "@llvm.memcpy.p0.p0.i64(" in ir else "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"
    return ir[:start] + header + "\n" + "".join(lines) + ir[end:] + declare


def _local_name(text: str) -> str:
    """The ``%name`` at the end of an operand's text."""
    return text.strip().split(" ")[-1]


def _retype(header: str, kind: str, name: str) -> str:
    """Replace ``i64 attributes %name`` in a parameter list by ``ptr noalias %name``."""
    end = header.index(f" {name}", header.index("(")) + len(name) + 1
    start = max(header.rindex("(" if "(" in header[:end] else " ", 0, end), header.rfind(", ", 0, end) + 1)
    # `range(...)` and the like hold commas of their own, so the parameter starts at the last plain type.
    start = header.rindex(f"{kind} ", 0, end) if f"{kind} " in header[start:end] else start + 1
    return f"{header[:start]}ptr noalias {name}{header[end:]}"
