"""Functions of the C library's mathematics whose derivative Enzyme does not know, or knows wrongly.

Each gets a body in terms of functions that it does know, or a rule (its derivative as a function) where there is no
such body.  Found by differentiating every function of ``math.h`` (``fixtures/c/small/mathfunctions.c``): reverse mode
of ``lgamma`` ends the engine, that of ``tgamma`` is digamma without the factor gamma, many ``float`` forms are unknown.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence

PREFIX = "ad_build."


def _double(value: float) -> str:
    """A constant as LLVM spells it exactly."""
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


# psi(x): reflection below 0.5, recurrence up to 10, then the asymptotic series (DLMF 5.5.4, 5.5.2, 5.11.2).  Plain
# arithmetic, so that it can be differentiated again.
_DIGAMMA = f"""
declare double @llvm.log.f64(double)
declare double @llvm.sin.f64(double)
declare double @llvm.cos.f64(double)
define internal double @ad_build.digamma(double %x) noinline {{
entry:
  %low = fcmp olt double %x, 5.0e-01
  %mirrored = fsub double 1.0e+00, %x
  %start = select i1 %low, double %mirrored, double %x
  br label %head
head:
  %y = phi double [ %start, %entry ], [ %next, %step ]
  %sum = phi double [ 0.0, %entry ], [ %lower, %step ]
  %small = fcmp olt double %y, 1.0e+01
  br i1 %small, label %step, label %series
step:
  %inverse = fdiv double 1.0e+00, %y
  %lower = fsub double %sum, %inverse
  %next = fadd double %y, 1.0e+00
  br label %head
series:
  %r = fdiv double 1.0e+00, %y
  %t = fmul double %r, %r
  %t7 = fmul double %t, {_double(1 / 12)}
  %s6 = fsub double {_double(691 / 32760)}, %t7
  %t6 = fmul double %t, %s6
  %s5 = fsub double {_double(1 / 132)}, %t6
  %t5 = fmul double %t, %s5
  %s4 = fsub double {_double(1 / 240)}, %t5
  %t4 = fmul double %t, %s4
  %s3 = fsub double {_double(1 / 252)}, %t4
  %t3 = fmul double %t, %s3
  %s2 = fsub double {_double(1 / 120)}, %t3
  %t2 = fmul double %t, %s2
  %s1 = fsub double {_double(1 / 12)}, %t2
  %t1 = fmul double %t, %s1
  %half = fmul double %r, 5.0e-01
  %log = call double @llvm.log.f64(double %y)
  %a = fsub double %log, %half
  %b = fsub double %a, %t1
  %psi = fadd double %b, %sum
  br i1 %low, label %reflect, label %done
reflect:
  %angle = fmul double %x, {_double(math.pi)}
  %sine = call double @llvm.sin.f64(double %angle)
  %cosine = call double @llvm.cos.f64(double %angle)
  %cotangent = fdiv double %cosine, %sine
  %turned = fmul double %cotangent, {_double(math.pi)}
  %reflected = fsub double %psi, %turned
  ret double %reflected
done:
  ret double %psi
}}
"""


# Type analysis does not look into functions with rules.
_DOUBLE = '"enzyme_type"="{[-1]:Float@double}"'


def _rule(name: str, slope: str) -> str:
    """A function with its derivative as a rule; ``slope`` is IR that computes ``%slope`` from ``%x`` and ``%value``.

    The primal must not be inlined: its rule would be ignored.  Both modes and second derivatives use it.
    """
    own = f"@{PREFIX}{name}"
    register = f"@__enzyme_register_{{}}_{PREFIX}{name} = internal global [{{}} x ptr] [ptr {own}, {{}}]\n"
    value = f"  %value = call double {own}(double %x)\n"
    return (
        f"declare double @{name}(double)\n"
        f"define internal {_DOUBLE} double {own}(double {_DOUBLE} %x) noinline memory(none) {{\n"
        f"  %value = call double @{name}(double %x)\n  ret double %value\n}}\n"
        f"define internal double {own}.augmented(double %x) {{\n{value}  ret double %value\n}}\n"
        f"define internal {{ double }} {own}.gradient(double %x, double %seed) {{\n{value}{slope}"
        "  %adjoint = fmul double %slope, %seed\n"
        "  %result = insertvalue { double } poison, double %adjoint, 0\n  ret { double } %result\n}\n"
        f"define internal {{ double, double }} {own}.derivative(double %x, double %tangent) {{\n{value}{slope}"
        "  %product = fmul double %slope, %tangent\n"
        "  %primal = insertvalue { double, double } poison, double %value, 0\n"
        "  %result = insertvalue { double, double } %primal, double %product, 1\n"
        "  ret { double, double } %result\n}\n"
        + register.format("gradient", 3, f"ptr {own}.augmented, ptr {own}.gradient")
        + register.format("derivative", 2, f"ptr {own}.derivative")
    )


_LGAMMA = _rule("lgamma", "  %slope = call double @ad_build.digamma(double %x)\n")
_TGAMMA = _rule("tgamma", "  %psi = call double @ad_build.digamma(double %x)\n  %slope = fmul double %value, %psi\n")

# Gamma is negative between an odd and the next even integer below zero.
_LGAMMA_R = """
declare double @llvm.floor.f64(double)
define internal double @ad_build.lgamma_r(double %x, ptr %sign) {
  %value = call double @ad_build.lgamma(double %x)
  %negative = fcmp olt double %x, 0.0
  %floor = call double @llvm.floor.f64(double %x)
  %half = fmul double %floor, 5.0e-01
  %whole = call double @llvm.floor.f64(double %half)
  %odd = fcmp one double %half, %whole
  %flips = and i1 %negative, %odd
  %one = select i1 %flips, i32 -1, i32 1
  store i32 %one, ptr %sign
  ret double %value
}
"""


def _in_double(name: str, wide: str, parameters: str) -> str:
    """The body of a ``float`` function by its ``double`` form; ``parameters`` has a letter each: f(loat), p(ointer)."""
    formal = ", ".join(f"{'float' if kind == 'f' else 'ptr'} %a{i}" for i, kind in enumerate(parameters))
    actual = ", ".join(f"double %w{i}" if kind == "f" else f"ptr %a{i}" for i, kind in enumerate(parameters))
    types = ", ".join("double" if kind == "f" else "ptr" for kind in parameters)
    wider = "".join(f"  %w{i} = fpext float %a{i} to double\n" for i, kind in enumerate(parameters) if kind == "f")
    declared = "" if wide.startswith(PREFIX) else f"declare double @{wide}({types})\n"
    return (
        f"{declared}define internal float @{PREFIX}{name}({formal}) {{\n{wider}"
        f"  %r = call double @{wide}({actual})\n  %n = fptrunc double %r to float\n  ret float %n\n}}\n"
    )


def _pair(name: str, kind: str, suffix: str, first: str, second: str) -> str:
    """The body of an intrinsic that returns two numbers."""
    result = f"{{ {kind}, {kind} }}"
    return (
        f"define internal {result} @{PREFIX}{name}.{suffix}({kind} %x) {{\n{first}{second}"
        f"  %p = insertvalue {result} poison, {kind} %a, 0\n"
        f"  %r = insertvalue {result} %p, {kind} %b, 1\n  ret {result} %r\n}}\n"
    )


def _sincos(kind: str, suffix: str, *, pointer: bool) -> str:
    """``sincos``: the intrinsic, or the function."""
    sine, cosine = f"llvm.sin.{suffix}", f"llvm.cos.{suffix}"
    declared = f"declare {kind} @{sine}({kind})\ndeclare {kind} @{cosine}({kind})\n"
    first, second = f"  %a = call {kind} @{sine}({kind} %x)\n", f"  %b = call {kind} @{cosine}({kind} %x)\n"
    if not pointer:
        return declared + _pair("sincos", kind, suffix, first, second)
    name = "sincos" if kind == "double" else "sincosf"
    return (
        f"{declared}define internal void @{PREFIX}{name}({kind} %x, ptr %sine, ptr %cosine) {{\n{first}{second}"
        f"  store {kind} %a, ptr %sine\n  store {kind} %b, ptr %cosine\n  ret void\n}}\n"
    )


def _parts(kind: str, suffix: str) -> str:
    """Instructions that split ``%x`` into ``%a``, the fraction (zero of an infinity), and ``%b``, the whole."""
    return (
        f"  %b = call {kind} @llvm.trunc.{suffix}({kind} %x)\n  %difference = fsub {kind} %x, %b\n"
        f"  %size = call {kind} @llvm.fabs.{suffix}({kind} %x)\n"
        f"  %infinite = fcmp oeq {kind} %size, 0x7FF0000000000000\n"
        f"  %a = select i1 %infinite, {kind} 0.0, {kind} %difference\n"
    )


def _modf(kind: str, suffix: str, *, pointer: bool) -> str:
    """``modf``: the intrinsic, or the function, whose value Enzyme loses."""
    declared = f"declare {kind} @llvm.trunc.{suffix}({kind})\ndeclare {kind} @llvm.fabs.{suffix}({kind})\n"
    if not pointer:
        return declared + _pair("modf", kind, suffix, _parts(kind, suffix), "")
    name = "modf" if kind == "double" else "modff"
    return (
        f"{declared}define internal {kind} @{PREFIX}{name}({kind} %x, ptr %whole) {{\n"
        f"{_parts(kind, suffix)}  store {kind} %b, ptr %whole\n  ret {kind} %a\n}}\n"
    )


# Function -> the pieces of IR that stand for it; the first defines ``ad_build.<name>``.
_PIECES: dict[str, tuple[str, ...]] = {
    "lgamma": (_LGAMMA, _DIGAMMA),
    "tgamma": (_TGAMMA, _DIGAMMA),
    "lgammaf": (_in_double("lgammaf", f"{PREFIX}lgamma", "f"), _LGAMMA, _DIGAMMA),
    "lgamma_r": (_LGAMMA_R, _LGAMMA, _DIGAMMA),
    "lgammaf_r": (_in_double("lgammaf_r", f"{PREFIX}lgamma_r", "fp"), _LGAMMA_R, _LGAMMA, _DIGAMMA),
    "tgammaf": (_in_double("tgammaf", f"{PREFIX}tgamma", "f"), _TGAMMA, _DIGAMMA),
    "exp10f": (_in_double("exp10f", "exp10", "f"),),
    "remainderf": (_in_double("remainderf", "remainder", "ff"),),
    "llvm.sincos.f64": (_sincos("double", "f64", pointer=False),),
    "llvm.sincos.f32": (_sincos("float", "f32", pointer=False),),
    "sincos": (_sincos("double", "f64", pointer=True),),
    "sincosf": (_sincos("float", "f32", pointer=True),),
    "llvm.modf.f64": (_modf("double", "f64", pointer=False),),
    "llvm.modf.f32": (_modf("float", "f32", pointer=False),),
    "modf": (_modf("double", "f64", pointer=True),),
    "modff": (_modf("float", "f32", pointer=True),),
}
# Intrinsics that the engine knows as functions.
_PLAIN = {"llvm.tan.f64": "tan", "llvm.tan.f32": "tanf", "llvm.atan2.f64": "atan2", "llvm.atan2.f32": "atan2f"}

_DECLARED = re.compile(r"^declare [^@\n]*@([-a-zA-Z$._0-9]+)\([^\n]*\n", re.MULTILINE)


def give_bodies(ir: str) -> str:
    """The module in which those functions that it declares have a body or a rule."""
    declared = {match.group(1): match.group() for match in _DECLARED.finditer(ir)}
    pieces: dict[str, None] = {}
    for name in declared.keys() & (_PIECES.keys() | _PLAIN.keys()):
        ir = ir.replace(declared[name], "")
        if name in _PLAIN:
            known = _PLAIN[name]
            kind = "float" if known.endswith("f") else "double"
            arguments = ", ".join([kind] * (2 if "atan2" in name else 1))
            pieces[f"declare {kind} @{known}({arguments})\n"] = None
            ir = ir.replace(f"@{name}(", f"@{known}(")
        else:
            pieces.update(dict.fromkeys(_PIECES[name]))
            ir = ir.replace(f"@{name}(", f"@{PREFIX}{name.removeprefix('llvm.')}(")
    return append(ir, sorted(pieces))


def append(ir: str, pieces: Sequence[str]) -> str:
    """Add IR to a module, without the declarations it has already."""
    known = {match.group(1) for match in _DECLARED.finditer(ir)}

    def fresh(match: re.Match[str]) -> str:
        if match.group(1) in known or f"define double @{match.group(1)}(" in ir:
            return ""
        known.add(match.group(1))
        return match.group()

    return "\n".join([ir, *(_DECLARED.sub(fresh, piece) for piece in pieces)])
