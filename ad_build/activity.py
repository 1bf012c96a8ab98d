"""Settles the activity of every parameter: what the request says, checked against the types, or a sensible default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Activity, Mode, Parameter, Request, Signature
from ad_build.spec import nearest


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A request that fits its function: one activity for each source parameter, in order, and the result's.

    ``chosen_by_default`` names what the request left open (``ret`` for the result).
    """

    request: Request
    signature: Signature
    args: tuple[Activity, ...]
    ret: Activity
    chosen_by_default: tuple[str, ...] = ()


def complete(request: Request, signature: Signature) -> Plan:
    """Fill in what the request leaves open and check the rest.

    Raises :class:`UsageError` (``wrong-arguments``, ``wrong-activity``) or a group of them.
    """
    errors: list[AdBuildError] = []
    chosen: list[str] = []
    asked = _asked(request, signature, errors)
    raise_all(errors)
    activities = []
    for index, parameter in enumerate(signature.parameters):
        activity = asked.get(index)
        if activity is None:
            activity = _default(parameter, request.mode)
            chosen.append(parameter.name)
        key = f"args.{parameter.name}" if request.args_by_name is not None else f"args[{index}]"
        problem = _problem(parameter, activity)
        if problem:
            errors.append(_wrong(request, signature, key, f"{activity.value} does not fit parameter {parameter.name}: "
                                 f"{parameter.type_name}", problem))  # fmt: skip
        activities.append(activity)
    ret = request.ret
    if ret is None:
        ret = _default_result(signature, request.mode)
        chosen.append("ret")
    elif ret is not Activity.CONST and signature.result.kind != "float":
        what = "nothing" if signature.result.kind == "unit" else signature.result.type_name
        errors.append(
            _wrong(request, signature, "ret", f"{ret.value} does not fit the result",
                   f"{signature.source_name} returns {what}; only a floating-point result can be {ret.value}")  # fmt: skip
        )
    if not errors and ret is Activity.CONST and all(activity is Activity.CONST for activity in activities):
        errors.append(
            _wrong(request, signature, "args", "nothing to differentiate: every parameter and the result is Const",
                   f"{signature.source_name}({', '.join(f'{p.name}: {p.type_name}' for p in signature.parameters)})")  # fmt: skip
        )
    raise_all(errors)
    return Plan(
        request=request, signature=signature, args=tuple(activities), ret=ret, chosen_by_default=tuple(chosen)
    )


def _asked(request: Request, signature: Signature, errors: list[AdBuildError]) -> Mapping[int, Activity]:
    """What the request says, by parameter index."""
    names = [parameter.name for parameter in signature.parameters]
    if request.args is not None:
        if len(request.args) != len(names):
            listed = ", ".join(f"{p.name}: {p.type_name}" for p in signature.parameters) or "no parameters"
            errors.append(
                UsageError(
                    "wrong-arguments",
                    f"{len(request.args)} activities for the {len(names)} parameters of {signature.source_name}",
                    where=f"{request.where}.args",
                    note=f"{signature.source_name} at {signature.place} takes {listed}",
                )
            )
        return dict(enumerate(request.args))
    found = {}
    for name, activity in request.args_by_name or ():
        if name in names:
            found[names.index(name)] = activity
        else:
            errors.append(
                UsageError(
                    "wrong-arguments",
                    f"{signature.source_name} has no parameter {name}",
                    where=f"{request.where}.args.{name}",
                    hint=nearest(name, names) or f"its parameters: {', '.join(names) or 'none'}",
                )
            )
    return found


def _wrong(request: Request, signature: Signature, key: str, message: str, reason: str) -> UsageError:
    return UsageError(
        "wrong-activity", message, where=f"{request.where}.{key}", note=f"{reason}\nin {signature.source_name} at "
        f"{signature.place}",
    )  # fmt: skip


def _default(parameter: Parameter, mode: Mode) -> Activity:
    reverse = mode is Mode.REVERSE
    if parameter.kind == "float":
        return Activity.ACTIVE if reverse else Activity.DUAL
    if parameter.kind == "pointer" and parameter.pointee_has_float:
        return Activity.DUPLICATED if reverse else Activity.DUAL
    if parameter.kind == "aggregate" and not reverse and _all_float(parameter):
        return Activity.DUAL
    if parameter.kind == "aggregate" and reverse and (_all_float(parameter) or parameter.float_in_integer):
        return Activity.ACTIVE
    return Activity.CONST


def _default_result(signature: Signature, mode: Mode) -> Activity:
    if signature.result.kind != "float":
        return Activity.CONST
    return Activity.ACTIVE if mode is Mode.REVERSE else Activity.DUAL


def _all_float(parameter: Parameter) -> bool:
    floats = ("float", "double", "half", "x86_fp80", "<2 x float>")
    return bool(parameter.llvm_types) and all(kind in floats for kind in parameter.llvm_types)


def _problem(parameter: Parameter, activity: Activity) -> str | None:
    """Why an activity does not fit a parameter, or None."""
    if activity is Activity.CONST:
        return None
    if activity is Activity.ACTIVE:
        if parameter.kind == "int":
            return "an integer has no derivative (std::autodiff accepts this and drops it); use Const"
        if parameter.kind == "pointer":
            return "its adjoint would have to be returned, but the data is behind a pointer; use Duplicated"
        if parameter.kind == "aggregate" and not (
            _all_float(parameter) or parameter.float_in_integer or parameter.indirect
        ):
            return "not all of it is floating point; pass it by reference as Duplicated"
        return "it has no value" if parameter.kind == "unit" else None
    if activity in (Activity.DUPLICATED, Activity.DUPLICATED_ONLY):
        if parameter.kind == "pointer":
            return None if parameter.pointee_has_float else "no floating-point number can be reached through it"
        return "it is passed by value, so a shadow could not receive its adjoint; use Active"
    if parameter.kind == "int":
        return "an integer has no tangent; use Const"
    if parameter.kind == "pointer" and not parameter.pointee_has_float:
        return "no floating-point number can be reached through it"
    if parameter.kind == "aggregate" and parameter.indirect:
        return "it is passed through a hidden pointer; pass it by reference"
    return "it has no value" if parameter.kind == "unit" else None


def explain(plan: Plan) -> str:
    """One line for ``-v``: the function, its parameters with their activities, and which were chosen by default."""
    parts = [f"{p.name}: {a.value}" for p, a in zip(plan.signature.parameters, plan.args, strict=True)]
    text = f"{plan.request.name}: {plan.request.mode.value} mode of {plan.signature.source_name}({', '.join(parts)})"
    text += f" -> {plan.ret.value}"
    if plan.chosen_by_default:
        text += f"   [by default: {', '.join(plan.chosen_by_default)}]"
    return text
