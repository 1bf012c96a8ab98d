"""Well-known functions that crates bring their own code for, in terms of what the engine can differentiate.

The crate ``libm`` computes with the bits of floats, ``matrixmultiply`` asks the processor for its features and has a
kernel for each: neither can be differentiated as it stands.  In the module that derivatives are made of, their
functions get bodies that call the C library's, and ``ad_build_dgemm`` (``engine/gemm.c``).  The program itself keeps
the crates' code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ad_build import ir_text, llvm
from ad_build.demangle import demangle

# fmt: off
_UNARY = (
    "exp", "exp2", "exp10", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "erf", "erfc", "tgamma", "lgamma", "j0", "j1", "y0",
    "y1",
)
# fmt: on
_BINARY = ("pow", "atan2", "hypot", "fmod", "remainder", "fdim")
# Function -> intrinsic, and its number of arguments.
_INTRINSICS = {
    "sqrt": ("sqrt", 1),
    "fabs": ("fabs", 1),
    "floor": ("floor", 1),
    "ceil": ("ceil", 1),
    "trunc": ("trunc", 1),
    "round": ("round", 1),
    "rint": ("rint", 1),
    "copysign": ("copysign", 2),
    "fmin": ("minnum", 2),
    "fmax": ("maxnum", 2),
    "fma": ("fma", 3),
}
# Functions with an integer: (result, parameters) of the C function.
_MIXED = {
    "jn": ("i32", "F"),
    "yn": ("i32", "F"),
    "ldexp": ("F", "i32"),
    "scalbn": ("F", "i32"),
}
# Functions that return a pair in Rust, and the second through a pointer in C.
_PAIRS = {"lgamma_r": "i32", "frexp": "i32", "modf": "F"}


def _libm() -> Iterator[tuple[str, str, str, str]]:
    """Name in the crate, LLVM type, what is declared, and the body's lines for parameters ``%0``, ``%1`` …"""
    for kind, suffix, bits in (("double", "", "f64"), ("float", "f", "f32")):
        for names, count in ((_UNARY, 1), (_BINARY, 2)):
            for name in names:
                yield _forward(name + suffix, name + suffix, kind, [kind] * count)
        for name, (intrinsic, count) in _INTRINSICS.items():
            yield _forward(name + suffix, f"llvm.{intrinsic}.{bits}", kind, [kind] * count)
        for name, types in _MIXED.items():
            yield _forward(name + suffix, name + suffix, kind, [kind if t == "F" else t for t in types])
        for name, second in _PAIRS.items():
            yield _pair(name, suffix, kind, kind if second == "F" else second)
        sine, cosine = f"llvm.sin.{bits}", f"llvm.cos.{bits}"
        result = f"{{ {kind}, {kind} }}"
        yield (
            f"sincos{suffix}",
            f"{result} ({kind})",
            f"declare {kind} @{sine}({kind})\ndeclare {kind} @{cosine}({kind})\n",
            f"  %a = call {kind} @{sine}({kind} %0)\n  %b = call {kind} @{cosine}({kind} %0)\n" + _both(kind, kind),
        )


def _forward(name: str, target: str, result: str, parameters: list[str]) -> tuple[str, str, str, str]:
    types = ", ".join(parameters)
    values = ", ".join(f"{kind} %{i}" for i, kind in enumerate(parameters))
    body = f"  %r = call {result} @{target}({values})\n  ret {result} %r\n"
    return name, f"{result} ({types})", f"declare {result} @{target}({types})\n", body


def _pair(name: str, suffix: str, kind: str, second: str) -> tuple[str, str, str, str]:
    target = f"lgamma{suffix}_r" if name == "lgamma_r" else name + suffix
    body = (
        f"  %p = alloca {second}, align 8\n  %a = call {kind} @{target}({kind} %0, ptr %p)\n"
        f"  %b = load {second}, ptr %p\n{_both(kind, second)}"
    )
    return (
        f"lgamma{suffix}_r" if name == "lgamma_r" else name + suffix,
        f"{{ {kind}, {second} }} ({kind})",
        f"declare {kind} @{target}({kind}, ptr)\n",
        body,
    )


def _both(first: str, second: str) -> str:
    result = f"{{ {first}, {second} }}"
    return (
        f"  %p0 = insertvalue {result} poison, {first} %a, 0\n"
        f"  %p1 = insertvalue {result} %p0, {second} %b, 1\n  ret {result} %p1\n"
    )


def _gemm() -> Iterator[tuple[str, str, str, str]]:
    """Sizes, strides and factors go through memory, as ``engine/gemm.c`` wants them."""
    for name, kind, align in (("sgemm", "float", 4), ("dgemm", "double", 8)):
        matrix = ["ptr", "i64", "i64"]
        parameters = ["i64", "i64", "i64", kind, *matrix, *matrix, kind, *matrix]
        fields = [index for index, parameter in enumerate(parameters) if parameter == "i64"]
        lines = ["%shape = alloca [9 x i64], align 8", f"%factors = alloca [2 x {kind}], align {align}"]
        for number, index in enumerate(fields):
            lines.append(f"%s{number} = getelementptr i64, ptr %shape, i64 {number}")
            lines.append(f"store i64 %{index}, ptr %s{number}")
        lines += [
            f"store {kind} %3, ptr %factors",
            f"%beta = getelementptr {kind}, ptr %factors, i64 1",
            f"store {kind} %10, ptr %beta",
            f"call void @ad_build_{name}(ptr %shape, ptr %factors, ptr %4, ptr %7, ptr %11)",
            "ret void",
        ]
        body = "".join(f"  {line}\n" for line in lines)
        facts = "nofree nosync nounwind willreturn memory(argmem: readwrite)"
        declared = f"declare void @ad_build_{name}(ptr, ptr, ptr, ptr, ptr) {facts}\n"
        yield name, f"void ({', '.join(parameters)})", declared, body


# Crate -> a part of its functions' symbols, the table of what they are, and the form of their paths.
_CRATES = (
    ("4libm4math", {row[0]: row[1:] for row in _libm()}, re.compile(r"^libm::math::(?:\w+::)*(\w+)$")),
    ("14matrixmultiply4gemm", {row[0]: row[1:] for row in _gemm()}, re.compile(r"^matrixmultiply::gemm::(\w+)$")),
)


# One instruction of inline assembly -> the intrinsic it is; the crate libm has them in functions that get inlined.
_ASSEMBLY = re.compile(
    r"call (?P<kind>double|float) asm (?:inteldialect )?"
    r'"(?P<instruction>sqrts[sd]|fsqrt|vfmadd213s[sd]|vfmadds[sd]|fmadd) [^"\\n;]*", "[^"]*"(?=\()'
)
_INSTRUCTIONS = {"sqrt": ("sqrt", 1), "fsqrt": ("sqrt", 1), "vfmadd": ("fma", 3), "fmadd": ("fma", 3)}


def _named_instructions(ir: str, declarations: dict[str, None]) -> str:
    def intrinsic(match: re.Match[str]) -> str:
        kind = match.group("kind")
        name, count = next(v for k, v in _INSTRUCTIONS.items() if match.group("instruction").startswith(k))
        target = f"llvm.{name}.{'f64' if kind == 'double' else 'f32'}"
        declarations[f"declare {kind} @{target}({', '.join([kind] * count)})\n"] = None
        return f"call {kind} @{target}"

    return _ASSEMBLY.sub(intrinsic, ir)


def replace_known(ir: str, program: llvm.ModuleRef) -> str:
    """The text of ``program`` in which well-known functions have bodies that can be differentiated."""
    declarations: dict[str, None] = {}
    for function in program.functions:
        name = function.name
        for part, table, path in _CRATES:
            match = None if function.is_declaration or part not in name else path.match(demangle(name))
            if match is None or match.group(1) not in table:
                continue
            kind, declared, body = table[match.group(1)]
            if str(function.global_value_type) != kind:
                continue
            ir = _give_body(ir, function, body)
            declarations.update(dict.fromkeys(declared.splitlines(keepends=True)))
    ir = _named_instructions(ir, declarations)
    known = set(_NAMED.findall(ir)) if declarations else set()
    missing = [line for line in declarations if line.split("@")[1].split("(")[0] not in known]
    return f"{ir}\n{''.join(missing)}"


_NAMED = re.compile(r"^(?:declare|define) [^@\n]*@([-a-zA-Z$._0-9]+)\(", re.MULTILINE)


def _give_body(ir: str, function: llvm.ValueRef, body: str) -> str:
    start, end = ir_text.body_span(ir, function.name)
    header = ir[start : ir.index("\n", start)]
    for index, argument in enumerate(function.arguments):
        body = re.sub(rf"%{index}\b", f"%ad_build.{index}", body)
        header = header.replace(f" {str(argument).rsplit(' ', 1)[-1]},", f" %ad_build.{index},")
        header = header.replace(f" {str(argument).rsplit(' ', 1)[-1]})", f" %ad_build.{index})")
    return f"{ir[:start]}{header}\n{body}}}\n{ir[end:]}"
