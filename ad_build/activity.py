"""Settles the activity of every parameter: what the request says, checked against the types, or a sensible default.

Where a choice could make a derivative silently zero there is no default: the request has to say it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Activity, Mode, Parameter, Request, Signature
from ad_build.spec import nearest

_FLOAT_BYTES = {"half": 2, "bfloat": 2, "float": 4, "double": 8, "x86_fp80": 16, "fp128": 16, "<2 x float>": 8}
_DUPLICATED = (Activity.DUPLICATED, Activity.DUPLICATED_ONLY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A request that fits its function: one activity for each source parameter, in order, and the result's.

    ``chosen_by_default`` names what the request left open (``ret`` for the result).  ``seeds``: the engine is told
    the types of the arguments.
    """

    request: Request
    signature: Signature
    args: tuple[Activity, ...]
    ret: Activity
    chosen_by_default: tuple[str, ...] = ()
    seeds: bool = True
    check_shadows: bool = False


def complete(request: Request, signature: Signature) -> Plan:
    """Fill in what the request leaves open and check the rest.

    Raises :class:`UsageError` (``wrong-arguments``, ``wrong-activity``, ``needs-activity``,
    ``nothing-to-differentiate``) or a group of them.
    """
    errors: list[AdBuildError] = []
    chosen: list[str] = []
    asked = _asked(request, signature, errors)
    activities = []
    for index, parameter in enumerate(signature.parameters):
        activity = asked.get(index)
        if activity is not None:
            problem = _problem(parameter, activity) or _width_problem(request, parameter, activity)
            if not problem and index in request.zeroed and parameter.unzeroable:
                problem = f"{parameter.unzeroable}; {_BY_REFERENCE}"
            if not problem and _is_seeded(request, signature, index, activity) and parameter.inner_pointer:
                problem = (
                    f"it holds a pointer ({parameter.inner_pointer}), and the function puts another one where the seed "
                    "has its own; write the result through a `&mut` parameter, as Duplicated"
                )
            if problem:
                written = _as_written(request, signature, index, activity)
                message = f"{written} does not fit {_what(request, signature, index)}"
                errors.append(
                    _error("wrong-activity", request, signature, _key(request, index, parameter), message, problem)
                )
        elif request.args is None:
            activity = _default(parameter, request.mode)
            chosen.append(parameter.name)
            if activity is None:
                message = f"parameter {parameter.name}: {parameter.type_name} needs an activity"
                key = f"args.{parameter.name}"
                errors.append(
                    _error("needs-activity", request, signature, key, message, _why_undecided(parameter, request.mode))
                )
        activities.append(activity or Activity.CONST)
    ret = _result(request, signature, chosen, errors)
    if not errors:
        nothing = _nothing(signature, activities, ret, request.mode)
        if nothing:
            errors.append(_error("nothing-to-differentiate", request, signature, "args", *nothing))
    raise_all(errors)
    return Plan(request=request, signature=signature, args=tuple(activities), ret=ret, chosen_by_default=tuple(chosen))


def explain(plan: Plan) -> str:
    """One line for ``-v``: the function, its parameters with their activities, and which were chosen by default."""
    parts = [f"{p.name}: {a.value}" for p, a in zip(plan.signature.parameters, plan.args, strict=True)]
    text = f"{plan.request.name}: {plan.request.mode.value} mode of {plan.signature.source_name}({', '.join(parts)})"
    text += f" -> {plan.ret.value}"
    if plan.chosen_by_default:
        text += f"   [by default: {', '.join(plan.chosen_by_default)}]"
    return text


# --- what the request says ----------------------------------------------------------------------------------------


def _asked(request: Request, signature: Signature, errors: list[AdBuildError]) -> Mapping[int, Activity]:
    """The activities that the request gives, by parameter index."""
    names = [parameter.name for parameter in signature.parameters]
    if request.args is not None:
        given, wanted = len(request.args), len(names)
        if given != wanted:
            message = (
                f"{given} activit{'y' if given == 1 else 'ies'} for the {wanted} parameters of {signature.source_name}"
            )
            errors.append(_error("wrong-arguments", request, signature, "args", message))
            return {}
        return dict(enumerate(request.args))
    found = {}
    for name, activity in request.args_by_name or ():
        if name in names:
            found[names.index(name)] = activity
            continue
        error = _error(
            "wrong-arguments", request, signature, f"args.{name}", f"{signature.source_name} has no parameter {name}"
        )
        error.hint = nearest(name, names)
        errors.append(error)
    return found


_BY_REFERENCE = "pass it by reference, as Duplicated"
# What the companion crate calls the parameter in its shims.
_RESULT = "__ad_build_result"


def is_result(request: Request, signature: Signature, index: int) -> bool:
    """Whether a parameter stands for the result, which an attribute's shim writes through its last one."""
    last = index == len(signature.parameters) - 1
    return request.raw and last and signature.parameters[index].name == _RESULT


def _is_seeded(request: Request, signature: Signature, index: int, activity: Activity) -> bool:
    """Whether a parameter stands for an ``Active`` result, whose shadow is a copy of the seed."""
    return activity in (Activity.DUPLICATED, Activity.DUPLICATED_ONLY) and is_result(request, signature, index)


def _as_written(request: Request, signature: Signature, index: int, activity: Activity) -> str:
    """The activity as the user gave it: attributes lower that of values which travel through pointers."""
    if index in request.zeroed or (is_result(request, signature, index) and activity is Activity.DUPLICATED):
        return Activity.ACTIVE.value
    if is_result(request, signature, index) and activity is Activity.DUPLICATED_ONLY:
        return Activity.ACTIVE_ONLY.value
    return activity.value


def _what(request: Request, signature: Signature, index: int) -> str:
    parameter = signature.parameters[index]
    if is_result(request, signature, index):
        return f"the result {parameter.type_name.removeprefix('*mut ')}"
    kind = parameter.type_name
    return f"parameter {parameter.name}: {kind.removeprefix('*const ') if index in request.zeroed else kind}"


def _width_problem(request: Request, parameter: Parameter, activity: Activity) -> str | None:
    """Why an activity does not go with a width."""
    if activity is Activity.DUALV and not parameter.element_size:
        return "its shadows would have to follow one another in memory, as those of a slice can; use Dual"
    if request.width > 1 and activity is Activity.ACTIVE:
        return f"its adjoint is one value where a width of {request.width} gives {request.width}; {_BY_REFERENCE}"
    return None


def _key(request: Request, index: int, parameter: Parameter) -> str:
    return f"args[{index}]" if request.args is not None else f"args.{parameter.name}"


def _error(
    code: str, request: Request, signature: Signature, key: str, message: str, reason: str | None = None
) -> UsageError:
    """An error that shows the function as its source declares it."""
    parts = [_what(request, signature, index) for index in range(len(signature.parameters))]
    result = "" if signature.result.kind == "unit" else f" -> {signature.result.type_name}"
    if parts and is_result(request, signature, len(parts) - 1):
        result = f" -> {parts.pop().removeprefix('the result ')}"
    listed = ", ".join(part.removeprefix("parameter ") for part in parts)
    shown = f"{signature.source_name}({listed}){result}\nat {signature.place}"
    note = f"{reason}\n{shown}" if reason else shown
    # An attribute stands right beside the function.
    where = f"{signature.place} {request.where}" if request.raw else f"{request.where}.{key}"
    return UsageError(code, message, where=where, note=note)


# --- what the types say -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Content:
    """What a parameter holds: floats and other things by value, and what its pointers lead to.

    ``known``: the type information covers every value that it holds.
    """

    floats: bool
    others: bool
    pointers: bool
    floats_behind: bool
    unknown_behind: bool
    known: bool


def _content(parameter: Parameter) -> _Content:
    # Behind the hidden pointer of an aggregate that is passed in memory, its own bytes are one level down.
    level = 2 if parameter.indirect or parameter.float_in_integer else 1
    own: list[str] = []
    floats_behind = unknown_behind = False
    known = bool(parameter.trees)
    for text in parameter.trees:
        tree = {tuple(path.split(",")): what for path, what in re.findall(r"\[([-\d,]+)\]:([\w@]+)", text)}
        here = [what for path, what in tree.items() if len(path) == level]
        own += here
        known = known and bool(here)
        floats_behind |= any(what.startswith("Float") for path, what in tree.items() if len(path) > level)
        for path, what in tree.items():
            if what == "Pointer" and len(path) >= level:
                unknown_behind |= not any(len(other) > len(path) and other[: len(path)] == path for other in tree)
    return _Content(
        floats=any(what.startswith("Float") for what in own),
        others=any(what == "Integer" for what in own),
        pointers="Pointer" in own,
        floats_behind=floats_behind,
        unknown_behind=unknown_behind,
        known=known,
    )


def _default(parameter: Parameter, mode: Mode) -> Activity | None:
    """The activity that differentiates whatever can be, None where none does and Const would hide floats."""
    reverse = mode is Mode.REVERSE
    if parameter.kind == "float":
        return Activity.ACTIVE if reverse else Activity.DUAL
    if parameter.kind == "pointer":
        if not parameter.pointee_has_float:
            return Activity.CONST
        return Activity.DUPLICATED if reverse else Activity.DUAL
    if parameter.kind != "aggregate":
        return Activity.CONST
    content = _content(parameter)
    if content.known and not content.floats and not content.floats_behind:
        return Activity.CONST
    for activity in (Activity.ACTIVE, Activity.DUPLICATED) if reverse else (Activity.DUAL,):
        if _problem(parameter, activity) is None:
            return activity
    return None


def _why_undecided(parameter: Parameter, mode: Mode) -> str:
    reason = _problem(parameter, Activity.ACTIVE if mode is Mode.REVERSE else Activity.DUAL)
    return f"{reason}\nsay Const if its derivative is not wanted"


def _problem(parameter: Parameter, activity: Activity) -> str | None:
    """Why an activity does not fit a parameter, or None."""
    if activity is Activity.CONST:
        return None
    if parameter.kind == "unit":
        return "it has no value"
    if parameter.kind == "int":
        lax = ": std::autodiff accepts this and drops it" if activity is Activity.ACTIVE else ""
        return f"an integer has no derivative{lax}; use Const"
    if activity is Activity.ACTIVE:
        return _active_problem(parameter)
    if parameter.kind == "float":
        return "it is passed by value, so its adjoint is returned, not added to a shadow; use Active" if (
            activity in _DUPLICATED
        ) else None  # fmt: skip
    content = _content(parameter)
    if parameter.kind == "pointer":
        reachable = parameter.pointee_has_float or content.floats_behind or content.unknown_behind or not content.known
        return None if reachable else "no floating-point number can be reached through it; use Const"
    if activity in _DUPLICATED:
        if content.floats or not content.known:
            return "it holds numbers by value, whose adjoints a shadow passed by value would lose; pass it by reference"
        return (
            None if content.floats_behind or content.unknown_behind else "it holds no floating-point number; use Const"
        )
    if parameter.float_in_integer:
        return "its floats travel in an integer register, where their tangent would be lost; pass it by reference"
    if content.known and not (content.floats or content.floats_behind or content.unknown_behind):
        return "it holds no floating-point number; use Const"
    return None


def _active_problem(parameter: Parameter) -> str | None:
    if parameter.kind == "pointer":
        return (
            "the numbers lie behind a pointer, so their adjoint goes into a shadow, not into a result; use Duplicated"
        )
    if parameter.kind == "float":
        return None
    content = _content(parameter)
    if content.pointers:
        return f"it holds a pointer, and what lies behind one cannot be returned; {_BY_REFERENCE}"
    if not content.known or not content.floats:
        return f"it is not certain that it holds floating-point numbers; {_BY_REFERENCE}"
    if parameter.indirect or parameter.float_in_integer:
        return None
    if content.others or any(kind not in _FLOAT_BYTES for kind in parameter.llvm_types):
        return f"not all of it is floating point; {_BY_REFERENCE}"
    if sum(_FLOAT_BYTES[kind] for kind in parameter.llvm_types) != parameter.size:
        return f"it has padding, so that its adjoint cannot be put together from numbers; {_BY_REFERENCE}"
    return None


# --- the result, and the whole ------------------------------------------------------------------------------------


def _result(request: Request, signature: Signature, chosen: list[str], errors: list[AdBuildError]) -> Activity:
    """The result's activity; reports one that does not fit, or one that has to be said."""
    result = signature.result
    if request.ret is not None:
        if request.ret is not Activity.CONST and result.kind != "float":
            what = "returns nothing" if result.kind == "unit" else f"returns {result.type_name}"
            cure = "use Const" if result.kind in ("unit", "int") else "write the result through a pointer or `&mut`"
            reason = f"only one floating-point number can be {request.ret.value}, but the function {what}; {cure}"
            message = f"{request.ret.value} does not fit the result"
            errors.append(_error("wrong-activity", request, signature, "ret", message, reason))
        return request.ret
    chosen.append("ret")
    if result.kind == "float":
        return Activity.ACTIVE if request.mode is Mode.REVERSE else Activity.DUAL
    hides_floats = result.kind in ("aggregate", "pointer") and (
        result.sret or result.float_in_integer or re.search(r"float|double", f"{result.llvm_type} {result.tree}", re.I)
    )
    if hides_floats:
        reason = (
            f"what depends on numbers inside {result.type_name} would get no derivative\n"
            "say Const if that is meant, else write the result through a pointer or `&mut`"
        )
        errors.append(_error("needs-activity", request, signature, "ret", "the result needs an activity", reason))
    return Activity.CONST


def _nothing(signature: Signature, activities: list[Activity], ret: Activity, mode: Mode) -> tuple[str, str] | None:
    """Message and reason where the derivative would be zero whatever the function does."""
    if all(activity is Activity.CONST for activity in activities):
        return "nothing to differentiate: every parameter is Const", "a derivative is taken with respect to a parameter"
    if ret is not Activity.CONST:
        return None
    pairs = zip(signature.parameters, activities, strict=True)
    if any(activity.has_shadow and _can_be_output(parameter) for parameter, activity in pairs):
        return None
    what = "adjoint" if mode is Mode.REVERSE else "tangent"
    return (
        f"every {what} would be zero: the result is Const, and no parameter with a shadow can be written to",
        "what is differentiated is the result, or numbers that the function writes through a pointer",
    )


def _can_be_output(parameter: Parameter) -> bool:
    """Whether the function can leave numbers behind a pointer of this parameter."""
    if parameter.kind == "float":
        return False
    if parameter.kind == "pointer" and parameter.pointee_mutable:
        return True
    # Through `const T *` or `&T` only what further pointers, or cells, lead to.
    words = " ".join(parameter.trees)
    deeper = re.search(r"\[[-\d]+,[-\d,]+\]:Pointer", words) if parameter.kind == "pointer" else "Pointer" in words
    opaque = parameter.kind == "pointer" and _content(parameter).unknown_behind
    return bool(deeper) or opaque or "Cell<" in parameter.rust_type
