"""Complex functions and quotients, which Enzyme does not know, or (``__divdc3``) knows wrongly.

In the code of derivatives the bodies in ``complex.c``, made of real functions, stand for them.  The library's own are
called wherever the primal is computed for its own sake: the bodies carry a name of theirs only while the engine runs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from ad_build.engine.instructions import split_commas, split_type
from ad_build.engine.libm import append
from ad_build.engine.pointers import split_arguments

_PREFIX = "ad_build.complex."
_CORE = "ad_build_complex_"
_UNARY = (
    *("cabs", "carg", "cexp", "clog", "clog10", "csqrt", "csin", "ccos", "ctan", "casin", "cacos", "catan"),
    *("csinh", "ccosh", "ctanh", "casinh", "cacosh", "catanh", "cproj", "conj", "creal", "cimag"),
)
# Name in the library -> name in complex.c.
_FUNCTIONS = {f"{name}{suffix}": name for name in (*_UNARY, "cpow") for suffix in ("", "f")}
_FUNCTIONS |= {f"__{name}c3": f"{name[:3]}dc3" for name in ("muld", "muls", "divd", "divs")}
_FUNCTIONS |= {f"__{name}c3": f"{name}c3" for name in ("mulx", "divx")}

_DECLARED = re.compile(r"^declare ([^\n@]*)@([_a-z0-9]+)(\([^\n]*)$", re.MULTILINE)
_OWN = re.compile(rf"^define weak_odr ([^\n@]*@{re.escape(_PREFIX)})", re.MULTILINE)
_CALLED = re.compile(rf"^(?!define )([^\n]*@){re.escape(_PREFIX)}([_a-z0-9]+)\(", re.MULTILINE)
_SCALARS = ("double", "float", "x86_fp80")


def give_complex_functions(ir: str) -> str:
    """The module in which complex functions that it declares have a body."""
    pieces = []
    for result, name, rest in _DECLARED.findall(ir):
        if name not in _FUNCTIONS:
            continue
        parameters = [split_type(parameter)[0] for parameter in split_arguments(rest[1:])]
        adapter = _adapt(name, _result_type(result), parameters)
        if adapter is not None:
            pieces += [adapter, *_core(_FUNCTIONS[name])]
            ir = ir.replace(f"@{name}(", f"@{_PREFIX}{name}(").replace(f"@{_PREFIX}{name}{rest}", f"@{name}{rest}", 1)
    return append(ir, list(dict.fromkeys(pieces))) if pieces else ir


def call_library_again(ir: str) -> str:
    """Undo the renaming in what is no derivative, once the engine is through."""
    if f"@{_PREFIX}" not in ir:
        return ir
    known = {name for _, name, _ in _DECLARED.findall(ir)}
    declarations = []
    for line in re.findall(rf"^define [^\n]*@{re.escape(_PREFIX)}[^\n]*", ir, re.MULTILINE):
        head, _, rest = line.partition(f"@{_PREFIX}")
        name, _, parameters = rest.partition("(")
        if name not in known and name in _FUNCTIONS:
            types = ", ".join(split_type(parameter)[0] for parameter in split_arguments(parameters))
            declarations.append(f"declare {_result_type(head)} @{name}({types})\n")
    ir = _CALLED.sub(r"\1\2(", ir)
    return _OWN.sub(r"define internal \1", ir) + "".join(declarations)


def _result_type(words: str) -> str:
    """The type at the end of what stands before a function's name."""
    words = words.strip()
    opening = next((words.index(char) for char in words if char in "{<["), None)
    return words[opening:] if opening is not None else words.rsplit(" ", 1)[-1]


def _elements(kind: str) -> list[str] | None:
    """The scalars of a parameter's or result's type; None where it is none that complex numbers have."""
    if kind in _SCALARS:
        return [kind]
    inside = kind[1:-1].strip()
    if kind.startswith("{"):
        scalars = split_commas(inside)
    elif " x " in inside and inside.split(" x ")[0] == "2":
        scalars = [inside.split(" x ")[1]] * 2
    else:
        return None
    return scalars if all(scalar in _SCALARS for scalar in scalars) else None


def _adapt(name: str, result: str, parameters: list[str]) -> str | None:
    """A function of the declared type that calls the one in ``complex.ll``; None where the type is not as expected.

    Weak, so that no pass changes what it is passed.
    """
    core = _FUNCTIONS[name]
    wide = "x86_fp80" if core.endswith("xc3") else "double"
    scalars = [_elements(kind) for kind in parameters]
    parts = _elements(result)
    count = 4 if core == "cpow" or core.endswith("c3") else 2
    if parts is None or None in scalars or sum(len(kinds) for kinds in scalars if kinds) != count:
        return None
    lines: list[str] = []
    values: list[str] = []
    for number, (kind, kinds) in enumerate(zip(parameters, scalars, strict=True)):
        for index, scalar in enumerate(kinds or ()):
            value = f"%a{number}"
            if kind != scalar:
                part = f"{value}.{index}"
                lines.append(f"{part} = {_take(kind, value, index)}")
                value = part
            if scalar != wide:
                lines.append(f"{value}.wide = fpext {scalar} {value} to {wide}")
                value += ".wide"
            values.append(f"{wide} {value}")
    several = len(parts) == 2
    whole = f"{{ {wide}, {wide} }}" if several else wide
    lines.append(f"%r = call {whole} @{_CORE}{core}({', '.join(values)})")
    made = "poison" if several else ""
    for index, part in enumerate(parts):
        value = "%r"
        if several:
            value = f"%r.{index}"
            lines.append(f"{value} = extractvalue {whole} %r, {index}")
        if part != wide:
            lines.append(f"{value}.narrow = fptrunc {wide} {value} to {part}")
            value += ".narrow"
        if several:
            lines.append(f"%s.{index} = {_put(result, made, part, value, index)}")
            value = f"%s.{index}"
        made = value
    formal = ", ".join(f"{kind} %a{number}" for number, kind in enumerate(parameters))
    body = "".join(f"  {line}\n" for line in [*lines, f"ret {result} {made}"])
    # Long doubles will be returned in memory (returns.py).
    pure = "" if wide == "x86_fp80" else " memory(none)"
    return f"define weak_odr {result} @{_PREFIX}{name}({formal}) noinline nounwind{pure} {{\n{body}}}\n"


def _take(kind: str, value: str, index: int) -> str:
    if kind.startswith("<"):
        return f"extractelement {kind} {value}, i64 {index}"
    return f"extractvalue {kind} {value}, {index}"


def _put(kind: str, whole: str, part: str, value: str, index: int) -> str:
    if kind.startswith("<"):
        return f"insertelement {kind} {whole}, {part} {value}, i64 {index}"
    return f"insertvalue {kind} {whole}, {part} {value}, {index}"


@cache
def _pieces() -> tuple[dict[str, str], tuple[str, ...]]:
    """The functions of ``complex.ll`` by name, and its declarations."""
    text = files("ad_build.engine").joinpath("complex.ll").read_text(encoding="utf-8")
    bodies = {
        match.group(1): match.group() for match in re.finditer(rf"^define .*@{_CORE}(\w+)\((?:.|\n)*?^}}\n", text, re.M)
    }
    return bodies, tuple(line + "\n" for line in text.split("\n") if line.startswith("declare "))


def _core(name: str) -> list[str]:
    bodies, declarations = _pieces()
    body = bodies[name]
    called = set(re.findall(r"@([a-z0-9.]+)\(", body))
    return [*(line for line in declarations if re.search(r"@([a-z0-9.]+)\(", line)[1] in called), body]  # type: ignore[index]
