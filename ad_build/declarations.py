"""How a derivative is declared in C and in Rust: the conventions of docs/conventions.md, from a plan.

They are those of rustc's ``std::autodiff``: the primal's parameters in order, each followed by its shadow; in reverse
mode the seed last; results are the primal's, then adjoints (or the tangent), as a tuple or a struct.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ad_build.activity import Plan
from ad_build.model import Activity, Language, Mode, Parameter
from ad_build.spec import RESERVED

# What a C compiler knows after the header's own includes.
_C_KNOWN = """
    void char short int long float double signed unsigned bool const volatile _Complex _Float16 __int128 size_t
    ptrdiff_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t struct union enum
"""
_C_WORDS = frozenset(_C_KNOWN.split())


@dataclass(frozen=True, kw_only=True, slots=True)
class DerivativeParameter:
    """A parameter of a derivative; ``kind`` is primal, shadow or seed.

    ``c_type`` and ``rust_type`` are its types, ``parameter`` is what it belongs to in the primal (None: the seed).
    """

    name: str
    kind: str
    c_type: str
    rust_type: str
    parameter: Parameter | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DerivativeResult:
    """A result of a derivative; ``name`` is its member in the C struct: primal, tangent, or ``d_x``."""

    name: str
    c_type: str
    rust_type: str


def derivative_parameters(plan: Plan) -> tuple[DerivativeParameter, ...]:
    """The parameters of the derivative, in order.

    In reverse mode shadows are written to, so they are ``&mut T`` or ``T *`` whatever the primal is.
    """
    reverse = plan.request.mode is Mode.REVERSE
    taken = {_identifier(parameter.name) for parameter in plan.signature.parameters}
    found = []
    for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
        name, c_type, rust = _identifier(parameter.name), _c_type(parameter.type_name, parameter.size), _rust(parameter)
        found.append(DerivativeParameter(name=name, kind="primal", c_type=c_type, rust_type=rust, parameter=parameter))
        if activity.has_shadow:
            if reverse and parameter.kind == "pointer":
                c_type, rust = _mutable_c(c_type), _mutable_rust(rust)
            count = activity.shadows(plan.request.width)
            found += [
                DerivativeParameter(
                    name=_unique(f"d{name.strip('_')}{lane}", taken),
                    kind="shadow",
                    c_type=c_type,
                    rust_type=rust,
                    parameter=parameter,
                )
                for lane in _lanes(count)
            ]
    if reverse and plan.ret in (Activity.ACTIVE, Activity.ACTIVE_ONLY):
        c_type, rust = _result_types(plan)
        found.append(DerivativeParameter(name=_unique("seed", taken), kind="seed", c_type=c_type, rust_type=rust))
    return tuple(found)


def derivative_results(plan: Plan) -> tuple[DerivativeResult, ...]:
    """The results of the derivative, in order."""
    found = []
    if plan.signature.result.kind != "unit":
        c_type, rust = _result_types(plan)
        if plan.ret not in (Activity.ACTIVE_ONLY, Activity.DUAL_ONLY):
            found.append(DerivativeResult(name="primal", c_type=c_type, rust_type=rust))
        if plan.ret in (Activity.DUAL, Activity.DUAL_ONLY):
            lanes = _lanes(plan.request.width)
            found += [DerivativeResult(name=f"tangent{lane}", c_type=c_type, rust_type=rust) for lane in lanes]
    for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
        if activity is Activity.ACTIVE:
            found.append(
                DerivativeResult(
                    name=f"d_{_identifier(parameter.name).strip('_')}",
                    c_type=_c_type(parameter.type_name, parameter.size),
                    rust_type=_rust(parameter),
                )
            )
    return tuple(found)


def _lanes(count: int) -> list[str]:
    """What tells the names of several lanes apart."""
    return [""] if count == 1 else [f"_{lane}" for lane in range(count)]


def _result_types(plan: Plan) -> tuple[str, str]:
    result = plan.signature.result
    return _c_type(result.type_name, result.size), _rust_type(result.rust_type or result.type_name)


def _identifier(name: str) -> str:
    """A parameter's name made fit for C and Rust: ``self`` becomes ``self_``, ``__0`` (a pattern) stays."""
    name = re.sub(r"\W", "_", name, flags=re.ASCII)
    name = f"p{name}" if name[:1].isdigit() or not name.strip("_") else name
    return f"{name}_" if name in RESERVED else name


def _unique(name: str, taken: set[str]) -> str:
    while name in taken or name in RESERVED:
        name += "_"
    taken.add(name)
    return name


# --- C ------------------------------------------------------------------------------------------------------------


def _c_type(spelled: str, size: int) -> str:
    """A type as a C header can say it, without the ``const`` and references that mean nothing there."""
    text = re.sub(r"&&?$", "*", spelled)
    text = re.sub(r"\s*\bconst$", "", text) if text.endswith("const") else text
    if not text.endswith("*") and "(*" not in text:
        text = text.removeprefix("const ")
    text = re.sub(r"\b_Bool\b", "bool", text)
    if re.search(r"\bcomplex\b", text):
        text = re.sub(r"\bcomplex\b", "float _Complex" if size == 8 else "double _Complex", text)
    if re.search(r"::|<|\?", text) and text.endswith("*"):
        # A C++ class has no name in C; neither has what debug info leaves unnamed.
        return f"{'const ' if text.startswith('const ') else ''}void *"
    return text


def _mutable_c(c_type: str) -> str:
    """``const double *`` becomes ``double *``: adjoints are added into the shadow."""
    return c_type.removeprefix("const ").strip()


def c_prototype(plan: Plan) -> str:
    """The prototype, preceded by the struct of its results where there are several."""
    results = derivative_results(plan)
    name = plan.request.name
    lines = []
    if len(results) > 1:
        lines.append(f"struct {name}_result {{")
        lines += [f"    {_declarator(result.c_type, result.name)};" for result in results]
        lines.append("};")
        returned = f"struct {name}_result"
    else:
        returned = results[0].c_type if results else "void"
    parameters = ", ".join(_declarator(p.c_type, p.name) for p in derivative_parameters(plan)) or "void"
    lines.append(f"{returned}{'' if returned.endswith('*') else ' '}{name}({parameters});")
    return "\n".join(lines)


def _declarator(c_type: str, name: str) -> str:
    """A type and a name put together: ``double *`` and ``x`` give ``double *x``."""
    if "(*)" in c_type:
        return c_type.replace("(*)", f"(*{name})", 1)
    return f"{c_type}{name}" if c_type.endswith("*") else f"{c_type} {name}"


def c_header(plans: Sequence[Plan], guard: str) -> str:
    """A C header (also good for C++) that declares the derivatives; ``guard`` names it.

    Structs that are only pointed to are declared, not defined.  A comment lists the program's types that have to be
    declared before the header is included.
    """
    macro = re.sub(r"\W", "_", guard, flags=re.ASCII).upper() + "_H"
    macro = f"AD_{macro}" if macro[:1].isdigit() else macro
    types = [parameter.c_type for plan in plans for parameter in derivative_parameters(plan)]
    types += [result.c_type for plan in plans for result in derivative_results(plan)]
    tags = sorted({tag for text in types if "*" in text for tag in re.findall(r"\b(?:struct|union) \w+", text)})
    forward = "".join(f"{tag};\n" for tag in tags)
    body = "\n\n".join(f"{_c_comment(plan)}\n{c_prototype(plan)}" for plan in plans)
    return (
        f"/* Made by ad-build; do not edit. */\n#ifndef {macro}\n#define {macro}\n\n{_needs(types)}"
        "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n"
        '#ifdef __cplusplus\nextern "C" {\n#endif\n\n'
        f"{forward}{body}\n\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    )


def _needs(types: Iterable[str]) -> str:
    """A comment about the types that the header uses and cannot declare."""
    found: dict[str, None] = {}
    for text in types:
        tagged = re.findall(r"\b(?:struct|union|enum) \w+", text)
        complete = [tag for tag in tagged if "*" not in text or tag.startswith("enum")]
        bare = re.sub(r"\b(?:struct|union|enum) \w+", "", text)
        found.update(
            dict.fromkeys([*complete, *(word for word in re.findall(r"[A-Za-z_]\w*", bare) if word not in _C_WORDS)])
        )
    return f"/* Include what declares {', '.join(sorted(found))} before this. */\n\n" if found else ""


def _c_comment(plan: Plan) -> str:
    return f"/* {_summary(plan)} */".replace("\n", "\n * ")


def _summary(plan: Plan) -> str:
    """What the derivative is, for whoever reads its declaration."""
    mode = plan.request.mode
    lines = [f"{mode.value.capitalize()}-mode derivative of {plan.signature.source_name}."]
    shadows = [p.name for p in derivative_parameters(plan) if p.kind == "shadow"]
    constants = [
        _identifier(p.name)
        for p, activity in zip(plan.signature.parameters, plan.args, strict=True)
        if activity is Activity.CONST
    ]
    if mode is Mode.REVERSE:
        if shadows:
            scaled = ", times the seed," if plan.ret is not Activity.CONST else ""
            lines.append(f"Adds the adjoints{scaled} into {', '.join(shadows)}.")
    elif shadows:
        lines.append(f"The tangents of the inputs are {', '.join(shadows)}.")
    results = [result.name for result in derivative_results(plan)]
    if results not in ([], ["primal"]):
        lines.append(f"Returns {', '.join(results)}.")
    if constants:
        lines.append(f"Constant: {', '.join(constants)}.")
    return "\n".join(lines)


# --- Rust ---------------------------------------------------------------------------------------------------------


def _rust(parameter: Parameter) -> str:
    return _rust_type(parameter.rust_type or parameter.type_name)


def _rust_type(spelled: str) -> str:
    """A type as Rust source can say it: the standard library's paths and allocator arguments are debug info's."""
    text = re.sub(r", alloc::alloc::Global\b", "", spelled)
    text = re.sub(
        r"\b(?:alloc|core)::(?:vec|boxed|string|option|result)::(Vec|Box|String|Option|Result)\b", r"\1", text
    )
    text = re.sub(r"\b(?:alloc|core)::(?=\w+::)", "std::", text)
    pointer = re.match(r"((?:\*const |\*mut )+)(.*)$", text)
    if pointer and (not pointer[2].strip() or "?" in pointer[2]):
        return f"{pointer[1]}std::ffi::c_void"  # a type without a name
    return text


def _mutable_rust(rust_type: str) -> str:
    """``&T`` becomes ``&mut T``, ``*const T`` becomes ``*mut T``."""
    if rust_type.startswith("&") and not rust_type.startswith("&mut "):
        return f"&mut {rust_type[1:].lstrip()}"
    return f"*mut {rust_type[7:]}" if rust_type.startswith("*const ") else rust_type


def rust_declaration(plan: Plan) -> str:
    """The function item for an ``extern`` block."""
    parameters = ", ".join(f"{p.name}: {p.rust_type}" for p in derivative_parameters(plan))
    results = [result.rust_type for result in derivative_results(plan)]
    returned = f" -> {results[0]}" if results else ""
    if len(results) > 1:
        rust = plan.signature.language is Language.RUST
        returned = f" -> ({', '.join(results)})" if rust else f" -> {plan.request.name}_result"
        if rust and plan.request.width > 1:
            returned = f" -> [{results[0]}; {len(results)}]"
    return f"pub fn {plan.request.name}({parameters}){returned};"


def rust_bindings(plans: Sequence[Plan]) -> str:
    """``extern`` blocks that declare the derivatives; for functions of C and C++ also the structs they return."""
    blocks = []
    for abi, members in (
        ("Rust", [plan for plan in plans if plan.signature.language is Language.RUST]),
        ("C", [plan for plan in plans if plan.signature.language is not Language.RUST]),
    ):
        if not members:
            continue
        blocks += [_rust_struct(plan) for plan in members if abi == "C" and len(derivative_results(plan)) > 1]
        lines = [f"{_rust_comment(plan)}\n    {rust_declaration(plan)}" for plan in members]
        blocks.append(f'unsafe extern "{abi}" {{\n' + "\n".join(lines) + "\n}\n")
    return "\n".join(blocks)


def _rust_comment(plan: Plan) -> str:
    return "\n".join(f"    /// {line}" for line in _summary(plan).splitlines())


def _rust_struct(plan: Plan) -> str:
    """The struct of several results, laid out as C does it."""
    results = derivative_results(plan)
    members = "".join(f"    pub {result.name}: {result.rust_type},\n" for result in results)
    # The program's own types need not be Copy or Debug.
    plain = all(result.rust_type in ("f32", "f64") for result in results)
    head = f"#[repr(C)]\n{'#[derive(Clone, Copy, Debug)]' if plain else ''}\n#[allow(non_camel_case_types)]\n"
    head = head.replace("\n\n", "\n")
    return f"{head}pub struct {plan.request.name}_result {{\n{members}}}\n"


def paste(plan: Plan) -> str:
    """The declaration a user should have written, in the language of the primal."""
    if plan.signature.language is Language.RUST:
        return rust_bindings((plan,)).rstrip()
    return c_prototype(plan)
