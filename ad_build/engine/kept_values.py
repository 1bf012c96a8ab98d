"""Keeps the values of transcendental functions for the reverse sweep, and makes the slope of ``tanh`` from its value.

The engine takes a call of ``exp`` or ``sin`` for something cheap and computes it again in the reverse sweep, once or
twice; a number that is kept costs less.

For ``tanh`` it computes ``1 / cosh(x)**2``, one more transcendental function, where every adjoint by hand takes
``1 - tanh(x)**2``.  That loses digits as the value nears one: the slope is taken from the value where that is exact to
some ulp, else from ``e = exp(-2|x|)``, which never overflows, as ``4 e / (1 + e)**2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ad_build import ir_text
from ad_build.engine.libm import append
from ad_build.engine.pointers import LOCAL

_KEPT = ", !enzyme_mustcache !{}"
_PREFIX = "ad_build.slope."
_VALUE = "ad_build.value."
_FLOATS = {"tanh": ("double", "i64", "f64"), "tanhf": ("float", "i32", "f32")}
_CALL = re.compile(
    rf"^  ({LOCAL}) = (?:(?:tail|notail) )?call [^@\n]*@(?:llvm\.)?tanh(|f|\.f64|\.f32)"
    r"\((?:double|float) (?:noundef )?([^,()\n]+)\)[^,\n]*((?:, ![^\n]*)?)$",
    re.MULTILINE,
)
_FUNCTIONS = (
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("exp", "exp2", "exp10", "expm1", "log", "log2", "log10", "log1p", "pow", "cbrt", "erf", "erfc"),
)
_COSTLY = re.compile(
    rf"^  {LOCAL} = (?:(?:tail|notail) )?call [^@\n]*@(?:llvm\.)?(?:{'|'.join(_FUNCTIONS)})(?:f|\.f64|\.f32)?\("
    r"[^\n]*\)[^,()\n]*(?:, ![^\n]*)?$",
    re.MULTILINE,
)
_DECLARED = re.compile(rf"^declare [^@\n]*@{re.escape(_VALUE)}(tanhf?)\([^\n]*", re.MULTILINE)
_RULED = re.compile(rf"^define [^\n]*?@({re.escape(_PREFIX)}tanhf?)\(", re.MULTILINE)


def keep_values(ir: str, again: Callable[[], bool]) -> str:
    """Mark every such call of a module, and give ``tanh`` its rule.

    The rule takes the value for a constant, so it does not hold where the engine differentiates what it made
    ``again`` in the same run.
    """
    wanted: set[str] = set()

    def ruled(match: re.Match[str]) -> str:
        result, form, operand, metadata = match.groups()
        name = "tanhf" if form in ("f", ".f32") else "tanh"
        kind, bits, _ = _FLOATS[name]
        wanted.add(name)
        value = f"%{_VALUE}{match.start()}"
        return (
            f"  {value} = call {bits} @{_VALUE}{name}({kind} {operand}){metadata}{_KEPT}\n"
            f"  {result} = call {kind} @{_PREFIX}{name}({kind} {operand}, {bits} {value}){metadata}"
        )

    if _CALL.search(ir) and not again():
        ir = _CALL.sub(ruled, ir)
    ir = _COSTLY.sub(rf"\g<0>{_KEPT}", ir)
    return append(ir, [_rule(name) for name in sorted(wanted)]) if wanted else ir


def define_values(ir: str) -> str:
    """After the engine: the values are plain calls again."""
    if not _DECLARED.search(ir):
        return ir

    def body(match: re.Match[str]) -> str:
        name = match.group(1)
        kind, bits, _ = _FLOATS[name]
        return (
            f"define internal {bits} @{_VALUE}{name}({kind} %x) alwaysinline {{\n"
            f"  %value = call {kind} @{name}({kind} %x)\n"
            f"  %bits = bitcast {kind} %value to {bits}\n  ret {bits} %bits\n}}"
        )

    ir = ir_text.edit_function_attributes(ir, _RULED.findall(ir), ir_text.always_inline)
    names = dict.fromkeys(match.group(1) for match in _DECLARED.finditer(ir))
    return append(_DECLARED.sub(body, ir), [f"declare {_FLOATS[n][0]} @{n}({_FLOATS[n][0]})\n" for n in names])


def _rule(name: str) -> str:
    """What makes a float of the value's bits, with the derivative of ``tanh`` in both modes.

    The bits are an integer, which no adjoint belongs to: with two floats, of which one is constant, the engine mixes
    up the adjoints.  The value itself is computed once, and kept for the reverse sweep (``enzyme_mustcache``).
    """
    kind, bits, suffix = _FLOATS[name]
    own = f"@{_PREFIX}{name}"
    typed = '"enzyme_type"="{[-1]:Float@KIND}"'
    counted = '"enzyme_type"="{[-1]:Integer}"'
    pure = "nounwind willreturn nosync nofree memory(none)"
    text = f"""declare KIND @llvm.exp.{suffix}(KIND)
declare KIND @llvm.fabs.{suffix}(KIND)
declare {counted} BITS @{_VALUE}{name}(KIND) {pure} "enzyme_inactive"
define internal {typed} KIND {own}(KIND {typed} %x, BITS {counted} %bits) noinline {pure} {{
  %value = bitcast BITS %bits to KIND
  ret KIND %value
}}
define internal KIND {own}.at(KIND %x, BITS %bits) alwaysinline {{
  %value = bitcast BITS %bits to KIND
  %square = fmul KIND %value, %value
  %slope = fsub KIND 1.0, %square
  %small = fcmp olt KIND %square, 0.75
  br i1 %small, label %close, label %far
close:
  ret KIND %slope
far:
  %size = call KIND @llvm.fabs.{suffix}(KIND %x)
  %twice = fmul KIND %size, -2.0
  %e = call KIND @llvm.exp.{suffix}(KIND %twice)
  %sum = fadd KIND %e, 1.0
  %part = fdiv KIND %e, %sum
  %quarter = fdiv KIND %part, %sum
  %tail = fmul KIND %quarter, 4.0
  ret KIND %tail
}}
define internal KIND {own}.augmented(KIND %x, BITS %bits, BITS %unused) {{
  %value = call KIND {own}(KIND %x, BITS %bits)
  ret KIND %value
}}
define internal {{ KIND }} {own}.gradient(KIND %x, BITS %bits, BITS %unused, KIND %seed) {{
  %slope = call KIND {own}.at(KIND %x, BITS %bits)
  %adjoint = fmul KIND %slope, %seed
  %result = insertvalue {{ KIND }} poison, KIND %adjoint, 0
  ret {{ KIND }} %result
}}
define internal {{ KIND, KIND }} {own}.derivative(KIND %x, KIND %dx, BITS %bits, BITS %unused) {{
  %value = call KIND {own}(KIND %x, BITS %bits)
  %slope = call KIND {own}.at(KIND %x, BITS %bits)
  %tangent = fmul KIND %slope, %dx
  %first = insertvalue {{ KIND, KIND }} poison, KIND %value, 0
  %pair = insertvalue {{ KIND, KIND }} %first, KIND %tangent, 1
  ret {{ KIND, KIND }} %pair
}}
@__enzyme_register_gradient_{own[1:]} = internal global [3 x ptr] [ptr {own}, ptr {own}.augmented, ptr {own}.gradient]
@__enzyme_register_derivative_{own[1:]} = internal global [2 x ptr] [ptr {own}, ptr {own}.derivative]
"""
    return text.replace("KIND", kind).replace("BITS", bits)
