"""Which activities fit which types, what is chosen where a request leaves it open, and what is refused, and why."""

from __future__ import annotations

from typing import Any

import pytest

from ad_build.activity import Plan, complete, explain
from ad_build.errors import AdBuildError, ErrorGroup, UsageError
from ad_build.model import Activity, Language, Mode, Parameter, Request, Result, Signature

_DOUBLE = "{[-1]:Float@double}"
_INTEGER = "{[-1]:Integer}"
_DOUBLES = "{[-1]:Pointer, [-1,-1]:Float@double}"


def _parameter(name: str, type_name: str, kind: str, types: str, *trees: str, size: int = 8, **more: Any) -> Parameter:
    words = tuple(types.split())
    return Parameter(
        name=name,
        type_name=type_name,
        size=size,
        kind=kind,
        llvm=tuple(range(len(words))),
        llvm_types=words,
        trees=trees,
        **more,
    )


X = _parameter("x", "double", "float", "double", _DOUBLE)
F = _parameter("f", "f32", "float", "float", "{[-1]:Float@float}", size=4)
N = _parameter("n", "usize", "int", "i64", _INTEGER)
FLAG = _parameter("flag", "bool", "int", "i1", _INTEGER, size=1)
OUT = _parameter("out", "double *", "pointer", "ptr", _DOUBLES, pointee_has_float=True, pointee_mutable=True)
SLICE = _parameter("xs", "&[f64]", "pointer", "ptr i64", _DOUBLES, _INTEGER, size=16, pointee_has_float=True)
MUT = _parameter("ys", "&mut [f64]", "pointer", "ptr i64", _DOUBLES, _INTEGER, size=16, pointee_has_float=True,
                 pointee_mutable=True)  # fmt: skip
INTS = _parameter("ids", "const int *", "pointer", "ptr", "{[-1]:Pointer, [-1,-1]:Integer}")
VOID = _parameter("context", "void *", "pointer", "ptr", "{[-1]:Pointer}", pointee_mutable=True)
OPAQUE = _parameter("o", "struct op *", "pointer", "ptr", "", pointee_mutable=True)
PAIR = _parameter("p", "struct pair", "aggregate", "double double", _DOUBLE, _DOUBLE, size=16)
PACKED = _parameter("legs", "[f32; 2]", "aggregate", "i64", "{[-1]:Pointer, [-1,0]:Float@float, [-1,4]:Float@float}",
                    float_in_integer=True)  # fmt: skip
VIEW = _parameter("m", "struct matrix", "aggregate", "ptr i64", _DOUBLES, _INTEGER, size=16)
MIXED = _parameter("q", "struct mixed", "aggregate", "double i64", _DOUBLE, _INTEGER, size=16)
PADDED = _parameter("d", "struct padded", "aggregate", "double float", _DOUBLE, "{[-1]:Float@float}", size=16)
UNION = _parameter("u", "union u", "aggregate", "i64", "{[-1]:Pointer}", float_in_integer=True)
IDS = _parameter("span", "struct span", "aggregate", "i64 i64", _INTEGER, _INTEGER, size=16)
BIG = _parameter("b", "struct big", "aggregate", "ptr", "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@double, "
                 "[-1,16]:Float@double}", size=24, indirect=True)  # fmt: skip
BIG_VIEW = _parameter("v", "struct big_view", "aggregate", "ptr", "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer, "
                      "[-1,8,-1]:Float@double}", size=24, indirect=True)  # fmt: skip
UNIT = _parameter("marker", "PhantomData", "unit", "", size=0)

NUMBER = Result(type_name="double", size=8, kind="float", llvm_type="double", tree=_DOUBLE)
NOTHING = Result(type_name="void", size=0, kind="unit", llvm_type="void")
STATUS = Result(type_name="int", size=4, kind="int", llvm_type="i32", tree=_INTEGER)
POINT = Result(type_name="struct pair", size=16, kind="aggregate", llvm_type="{ double, double }")
LARGE = Result(type_name="struct big", size=24, kind="aggregate", llvm_type="void", sret=True)
COUNTS = Result(type_name="struct counts", size=16, kind="aggregate", llvm_type="{ i64, i64 }")


def _signature(parameters: tuple[Parameter, ...], result: Result = NUMBER) -> Signature:
    return Signature(
        symbol="f",
        source_name="f",
        language=Language.C,
        parameters=parameters,
        result=result,
        file="f.c",
        line=7,
    )


def _plan(mode: Mode, parameters: tuple[Parameter, ...], result: Result = NUMBER, **asked: Any) -> Plan:
    request = Request(function="f", name="d_f", mode=mode, where="spec.toml:1 derivative[0]", **asked)
    return complete(request, _signature(parameters, result))


def _errors(mode: Mode, parameters: tuple[Parameter, ...], result: Result = NUMBER, **asked: Any) -> list[AdBuildError]:
    try:
        _plan(mode, parameters, result, **asked)
    except ErrorGroup as group:
        return list(group.errors)
    except UsageError as error:
        return [error]
    pytest.fail("the request was accepted")


def _one(mode: Mode, parameters: tuple[Parameter, ...], result: Result = NUMBER, **asked: Any) -> AdBuildError:
    (error,) = _errors(mode, parameters, result, **asked)
    return error


# --- defaults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "reverse", "forward"),
    [
        (X, "Active", "Dual"),
        (F, "Active", "Dual"),
        (N, "Const", "Const"),
        (FLAG, "Const", "Const"),
        (OUT, "Duplicated", "Dual"),
        (SLICE, "Duplicated", "Dual"),
        (MUT, "Duplicated", "Dual"),
        (INTS, "Const", "Const"),
        (VOID, "Const", "Const"),
        (OPAQUE, "Const", "Const"),
        (UNIT, "Const", "Const"),
        (PAIR, "Active", "Dual"),
        (BIG, "Active", "Dual"),
        (PACKED, "Active", None),
        (VIEW, "Duplicated", "Dual"),
        (IDS, "Const", "Const"),
        (MIXED, None, "Dual"),
        (PADDED, None, "Dual"),
        (BIG_VIEW, None, "Dual"),
        (UNION, None, None),
    ],
    ids=lambda value: value.name if isinstance(value, Parameter) else str(value),
)
def test_defaults(parameter: Parameter, reverse: str | None, forward: str | None) -> None:
    for mode, wanted in ((Mode.REVERSE, reverse), (Mode.FORWARD, forward)):
        if wanted is None:
            error = _one(mode, (X, parameter))
            assert error.code == "needs-activity"
            assert error.where == f"spec.toml:1 derivative[0].args.{parameter.name}"
            assert error.note and "say Const if its derivative is not wanted" in error.note
            plan = _plan(mode, (X, parameter), args_by_name=((parameter.name, Activity.CONST),))
            assert plan.args[1] is Activity.CONST and plan.chosen_by_default == ("x", "ret")
        else:
            plan = _plan(mode, (X, parameter))
            assert plan.args[1].value == wanted
            assert plan.chosen_by_default == ("x", parameter.name, "ret")


@pytest.mark.parametrize(
    ("result", "reverse", "forward"),
    [
        (NUMBER, "Active", "Dual"),
        (NOTHING, "Const", "Const"),
        (STATUS, "Const", "Const"),
        (COUNTS, "Const", "Const"),
        (POINT, None, None),
        (LARGE, None, None),
    ],
    ids=lambda value: value.type_name if isinstance(value, Result) else str(value),
)
def test_default_results(result: Result, reverse: str | None, forward: str | None) -> None:
    for mode, wanted in ((Mode.REVERSE, reverse), (Mode.FORWARD, forward)):
        if wanted is None:
            error = _one(mode, (OUT,), result)
            assert (error.code, error.where) == ("needs-activity", "spec.toml:1 derivative[0].ret")
            assert _plan(mode, (OUT,), result, ret=Activity.CONST).ret is Activity.CONST
        else:
            assert _plan(mode, (OUT,), result).ret.value == wanted


def test_what_is_named_is_taken_and_the_rest_is_chosen() -> None:
    plan = _plan(Mode.REVERSE, (X, SLICE, N), args_by_name=(("x", Activity.CONST),), ret=Activity.ACTIVE_ONLY)
    assert plan.args == (Activity.CONST, Activity.DUPLICATED, Activity.CONST)
    assert plan.ret is Activity.ACTIVE_ONLY
    assert plan.chosen_by_default == ("xs", "n")
    assert explain(plan) == (
        "d_f: reverse mode of f(x: Const, xs: Duplicated, n: Const) -> ActiveOnly   [by default: xs, n]"
    )


def test_a_complete_request_is_explained_without_defaults() -> None:
    plan = _plan(Mode.FORWARD, (X,), args=(Activity.DUAL,), ret=Activity.DUAL_ONLY)
    assert explain(plan) == "d_f: forward mode of f(x: Dual) -> DualOnly"


# --- what fits ----------------------------------------------------------------------------------------------------

_FITS = {
    # parameter: activities beside Const that fit in reverse mode, and in forward mode
    X: ("Active", "Dual DualOnly"),
    N: ("", ""),
    FLAG: ("", ""),
    OUT: ("Duplicated DuplicatedOnly", "Dual DualOnly"),
    SLICE: ("Duplicated DuplicatedOnly", "Dual DualOnly"),
    INTS: ("", ""),
    VOID: ("Duplicated DuplicatedOnly", "Dual DualOnly"),
    OPAQUE: ("Duplicated DuplicatedOnly", "Dual DualOnly"),
    UNIT: ("", ""),
    PAIR: ("Active", "Dual DualOnly"),
    BIG: ("Active", "Dual DualOnly"),
    PACKED: ("Active", ""),
    VIEW: ("Duplicated DuplicatedOnly", "Dual DualOnly"),
    IDS: ("", ""),
    MIXED: ("", "Dual DualOnly"),
    PADDED: ("", "Dual DualOnly"),
    BIG_VIEW: ("", "Dual DualOnly"),
    UNION: ("", ""),
}


@pytest.mark.parametrize("parameter", list(_FITS), ids=lambda parameter: parameter.name)
def test_what_fits(parameter: Parameter) -> None:
    for mode, activities in (
        (Mode.REVERSE, (Activity.ACTIVE, Activity.DUPLICATED, Activity.DUPLICATED_ONLY)),
        (Mode.FORWARD, (Activity.DUAL, Activity.DUAL_ONLY)),
    ):
        fits = _FITS[parameter][mode is Mode.FORWARD].split()
        other = MUT if mode is Mode.REVERSE else X  # something else to differentiate
        first = Activity.DUPLICATED if mode is Mode.REVERSE else Activity.DUAL
        for activity in activities:
            if activity.value in fits:
                assert _plan(mode, (other, parameter), args=(first, activity)).args[1] is activity
                continue
            error = _one(mode, (other, parameter), args=(first, activity))
            assert error.code == "wrong-activity"
            assert error.message == f"{activity.value} does not fit parameter {parameter.name}: {parameter.type_name}"
            assert error.where == "spec.toml:1 derivative[0].args[1]"
            assert error.note and error.note.endswith("at f.c:7")


@pytest.mark.parametrize(
    ("parameter", "activity", "reason"),
    [
        (N, Activity.ACTIVE, "an integer has no derivative: std::autodiff accepts this and drops it; use Const"),
        (OUT, Activity.ACTIVE, "the numbers lie behind a pointer"),
        (X, Activity.DUPLICATED, "it is passed by value, so its adjoint is returned"),
        (INTS, Activity.DUPLICATED, "no floating-point number can be reached through it"),
        (MIXED, Activity.ACTIVE, "not all of it is floating point"),
        (PADDED, Activity.ACTIVE, "it has padding"),
        (VIEW, Activity.ACTIVE, "it holds a pointer"),
        (UNION, Activity.ACTIVE, "it is not certain that it holds floating-point numbers"),
        (PAIR, Activity.DUPLICATED, "it holds numbers by value"),
        (UNIT, Activity.ACTIVE, "it has no value"),
    ],
)
def test_reasons(parameter: Parameter, activity: Activity, reason: str) -> None:
    error = _one(Mode.REVERSE, (parameter,), args=(activity,))
    assert error.note and error.note.startswith(reason)


@pytest.mark.parametrize(
    ("result", "what"),
    [
        (NOTHING, "returns nothing"),
        (STATUS, "returns int"),
        (POINT, "returns struct pair"),
        (LARGE, "returns struct big"),
    ],
)
@pytest.mark.parametrize(
    ("mode", "ret"),
    [
        (Mode.REVERSE, Activity.ACTIVE),
        (Mode.REVERSE, Activity.ACTIVE_ONLY),
        (Mode.FORWARD, Activity.DUAL),
        (Mode.FORWARD, Activity.DUAL_ONLY),
    ],
)
def test_results_that_are_no_number(mode: Mode, ret: Activity, result: Result, what: str) -> None:
    error = _one(mode, (OUT,), result, ret=ret)
    assert (error.code, error.where) == ("wrong-activity", "spec.toml:1 derivative[0].ret")
    assert error.note and what in error.note


# --- names and counts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_count_shows_the_parameters(count: int) -> None:
    error = _one(Mode.REVERSE, (X, N), args=(Activity.CONST,) * count)
    assert error.code == "wrong-arguments"
    assert error.where == "spec.toml:1 derivative[0].args"
    assert error.message.startswith(f"{count} activit") and error.message.endswith(" for the 2 parameters of f")
    assert error.note == "f(x: double, n: usize) -> double\nat f.c:7"


def test_an_unknown_parameter() -> None:
    error = _one(Mode.REVERSE, (X, SLICE), args_by_name=(("xss", Activity.DUPLICATED),))
    assert error.message == "f has no parameter xss"
    assert error.hint == "did you mean xs?"


def test_everything_is_reported_at_once() -> None:
    asked = (("x", Activity.DUPLICATED), ("n", Activity.ACTIVE), ("z", Activity.CONST))
    errors = _errors(Mode.REVERSE, (X, N, MIXED), STATUS, args_by_name=asked, ret=Activity.ACTIVE)
    assert [(error.where or "").rpartition("derivative[0].")[2] for error in errors] == [
        "args.z",
        "args.x",
        "args.n",
        "args.q",
        "ret",
    ]


# --- derivatives that would be zero -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_to_differentiate(mode: Mode) -> None:
    assert _one(mode, (N, INTS)).code == "nothing-to-differentiate"
    assert _one(mode, (X,), args=(Activity.CONST,)).code == "nothing-to-differentiate"
    assert _one(mode, ()).code == "nothing-to-differentiate"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("parameters", [(X,), (SLICE,), (X, SLICE, N)])
def test_nothing_is_written(mode: Mode, parameters: tuple[Parameter, ...]) -> None:
    error = _one(mode, parameters, NOTHING)
    assert error.code == "nothing-to-differentiate"
    assert "would be zero" in error.message
    assert _one(mode, parameters, NUMBER, ret=Activity.CONST).code == "nothing-to-differentiate"


_INNER = _parameter("rows", "double *const *", "pointer", "ptr", "{[-1]:Pointer, [-1,-1]:Pointer, "
                    "[-1,-1,-1]:Float@double}", pointee_has_float=True)  # fmt: skip
_CELL = _parameter("cell", "&core::cell::Cell<f64>", "pointer", "ptr", _DOUBLES, pointee_has_float=True,
                   rust_type="&core::cell::Cell<f64>")  # fmt: skip


@pytest.mark.parametrize("parameter", [OUT, MUT, VIEW, _INNER, _CELL], ids=lambda parameter: parameter.name)
def test_something_is_written(parameter: Parameter) -> None:
    for mode in Mode:
        plan = _plan(mode, (X, parameter), NOTHING)
        assert plan.ret is Activity.CONST
