"""How a derivative is declared in C and in Rust: the conventions of docs/conventions.md, from a plan.

They are those of rustc's ``std::autodiff``: the primal's parameters in order, each followed by its shadow; in reverse
mode the seed last; results are the primal's, then adjoints (or the tangent), as a tuple or a struct.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ad_build.activity import Plan
from ad_build.model import Activity, Language, Mode, Parameter


@dataclass(frozen=True, kw_only=True, slots=True)
class DerivativeParameter:
    """A parameter of a derivative: its name and its type in C and in Rust; ``kind`` is primal, shadow or seed."""

    name: str
    kind: str
    c_type: str
    rust_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DerivativeResult:
    """A result of a derivative; ``name`` is its member in the C struct."""

    name: str
    c_type: str
    rust_type: str


def derivative_parameters(plan: Plan) -> tuple[DerivativeParameter, ...]:
    """The parameters of the derivative, in order."""
    reverse = plan.request.mode is Mode.REVERSE
    found = []
    for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
        name = _identifier(parameter.name)
        rust = parameter.rust_type or parameter.type_name
        found.append(DerivativeParameter(name=name, kind="primal", c_type=parameter.type_name, rust_type=rust))
        if activity.has_shadow:
            c_type, rust_type = parameter.type_name, rust
            if reverse:
                c_type, rust_type = _mutable_c(c_type), _mutable_rust(rust)
            found.append(DerivativeParameter(name=f"d_{name}", kind="shadow", c_type=c_type, rust_type=rust_type))
    if reverse and plan.ret in (Activity.ACTIVE, Activity.ACTIVE_ONLY):
        result = plan.signature.result
        rust = result.rust_type or result.type_name
        found.append(DerivativeParameter(name="seed", kind="seed", c_type=result.type_name, rust_type=rust))
    return tuple(found)


def derivative_results(plan: Plan) -> tuple[DerivativeResult, ...]:
    """The results of the derivative, in order."""
    result = plan.signature.result
    c_type, rust_type = result.type_name, result.rust_type or result.type_name
    found = []
    if result.kind != "unit":
        if plan.ret not in (Activity.ACTIVE_ONLY, Activity.DUAL_ONLY):
            found.append(DerivativeResult(name="primal", c_type=c_type, rust_type=rust_type))
        if plan.ret in (Activity.DUAL, Activity.DUAL_ONLY):
            found.append(DerivativeResult(name="tangent", c_type=c_type, rust_type=rust_type))
    for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
        if activity is Activity.ACTIVE:
            found.append(_adjoint(parameter))
    return tuple(found)


def _adjoint(parameter: Parameter) -> DerivativeResult:
    rust = parameter.rust_type or parameter.type_name
    return DerivativeResult(name=f"d_{_identifier(parameter.name)}", c_type=_unqualified(parameter.type_name), rust_type=rust)


def _identifier(name: str) -> str:
    return name if name.isidentifier() else f"p_{''.join(c if c.isalnum() else '_' for c in name)}"


def _unqualified(c_type: str) -> str:
    return c_type.removeprefix("const ").strip()


def _mutable_c(c_type: str) -> str:
    """``const double *`` becomes ``double *``: adjoints are added into the shadow."""
    return c_type.removeprefix("const ").strip()


def _mutable_rust(rust_type: str) -> str:
    """``&T`` becomes ``&mut T``."""
    if rust_type.startswith("&") and not rust_type.startswith("&mut "):
        return f"&mut {rust_type[1:].lstrip()}"
    return rust_type.replace("*const ", "*mut ", 1)


# --- C ------------------------------------------------------------------------------------------------------------


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
    """A C header (also good for C++) that declares the derivatives; types of the program itself are not declared."""
    macro = f"{''.join(c if c.isalnum() else '_' for c in guard).upper()}_H"
    tags = sorted(
        {
            word.rstrip(" *").removeprefix("const ").strip()
            for plan in plans
            for parameter in plan.signature.parameters
            if (word := parameter.type_name).removeprefix("const ").startswith(("struct ", "union ")) and "*" in word
        }
    )
    forward = "".join(f"{tag.partition(' *')[0]};\n" for tag in tags)
    body = "\n\n".join(f"/* {_summary(plan)} */\n{c_prototype(plan)}" for plan in plans)
    return (
        f"/* Made by ad-build; do not edit. */\n#ifndef {macro}\n#define {macro}\n\n#include <stdbool.h>\n"
        f'#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern "C" {{\n#endif\n\n'
        f"{forward}{body}\n\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    )


def _summary(plan: Plan) -> str:
    """What the derivative is, in one comment."""
    mode = plan.request.mode
    text = f"{mode.value.capitalize()}-mode derivative of {plan.signature.source_name}."
    if mode is Mode.REVERSE:
        if any(activity.has_shadow for activity in plan.args):
            text += " Adds the adjoints, times the seed, into the shadows."
    else:
        text += " The shadows hold the tangents."
    return text


# --- Rust ---------------------------------------------------------------------------------------------------------


def rust_declaration(plan: Plan) -> str:
    """The function item for an ``extern`` block."""
    parameters = ", ".join(f"{p.name}: {p.rust_type}" for p in derivative_parameters(plan))
    results = [result.rust_type for result in derivative_results(plan)]
    returned = f" -> ({', '.join(results)})" if len(results) > 1 else f" -> {results[0]}" if results else ""
    return f"pub fn {plan.request.name}({parameters}){returned};"


def rust_bindings(plans: Sequence[Plan]) -> str:
    """``extern`` blocks that declare the derivatives."""
    blocks = []
    for abi, members in (
        ("Rust", [plan for plan in plans if plan.signature.language is Language.RUST]),
        ("C", [plan for plan in plans if plan.signature.language is not Language.RUST]),
    ):
        if members:
            lines = [f"    /// {_summary(plan)}\n    {rust_declaration(plan)}" for plan in members]
            blocks.append(f'unsafe extern "{abi}" {{\n' + "\n".join(lines) + "\n}\n")
    return "\n".join(blocks)


def paste(plan: Plan) -> str:
    """The declaration a user should have written, in the language of the primal."""
    if plan.signature.language is Language.RUST:
        return rust_bindings((plan,)).rstrip()
    return c_prototype(plan)
