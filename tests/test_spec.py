"""Spec files, right ones and wrong ones: what is reported, all at once, with place, reason and the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from ad_build.errors import AdBuildError, ErrorGroup, UsageError
from ad_build.model import Activity, Mode
from ad_build.spec import ARGUMENT_ACTIVITIES, RESULT_ACTIVITIES, load_spec, nearest, parse_spec

_MINIMAL = '[[derivative]]\nfunction = "k::f"\nname = "d_f"\nmode = "reverse"\n'


def _errors(text: str) -> list[AdBuildError]:
    try:
        parse_spec(text, "autodiff.toml")
    except ErrorGroup as group:
        assert group.exit_code == 2
        return list(group.errors)
    except UsageError as error:
        return [error]
    pytest.fail("the spec was accepted")


def _one(text: str) -> AdBuildError:
    (error,) = _errors(text)
    return error


def test_a_full_request() -> None:
    (request,) = parse_spec(
        """
[[derivative]]
function = "my_crate::energy"
name = "d_energy"
mode = "Reverse"
args = ["Duplicated", "const", "DUPLICATEDONLY", "active"]
ret = "activeonly"
noalias = true
runtime_activity = true
engine_flags = ["--enzyme-inline=1", "-enzyme-rematerialize=0"]
""",
        "autodiff.toml",
    )
    assert request.function == "my_crate::energy"
    assert request.name == "d_energy"
    assert request.mode is Mode.REVERSE
    assert request.args == (Activity.DUPLICATED, Activity.CONST, Activity.DUPLICATED_ONLY, Activity.ACTIVE)
    assert request.ret is Activity.ACTIVE_ONLY
    assert request.noalias and request.runtime_activity
    assert request.engine_flags == ("--enzyme-inline=1", "--enzyme-rematerialize=0")
    assert request.where == "autodiff.toml:2 derivative[0]"


def test_what_is_left_out_stays_open() -> None:
    (request,) = parse_spec(_MINIMAL, "autodiff.toml")
    assert request.args is None and request.args_by_name is None and request.ret is None
    assert not request.noalias and not request.runtime_activity and request.engine_flags == ()


@pytest.mark.parametrize("table", ['args = { x = "Dual", n = "Const" }', '[derivative.args]\nx = "Dual"\nn = "Const"'])
def test_arguments_by_name(table: str) -> None:
    (request,) = parse_spec(_MINIMAL.replace("reverse", "forward") + table, "autodiff.toml")
    assert request.args is None
    assert request.args_by_name == (("x", Activity.DUAL), ("n", Activity.CONST))


def test_no_arguments_is_not_open_arguments() -> None:
    (request,) = parse_spec(_MINIMAL + "args = []\n", "autodiff.toml")
    assert request.args == ()


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("activity", list(Activity))
def test_which_activities_a_mode_takes(mode: Mode, activity: Activity) -> None:
    for field, table in (('args = ["{}"]', ARGUMENT_ACTIVITIES), ('ret = "{}"', RESULT_ACTIVITIES)):
        text = _MINIMAL.replace("reverse", mode.value) + field.format(activity.value)
        if activity in table[mode]:
            parse_spec(text, "autodiff.toml")
        else:
            error = _one(text)
            assert f"{activity.value} does not fit" in error.message and mode.value in error.message
            assert error.note and "use " in error.note
            assert error.hint and error.hint.startswith("valid: Const, ")


@pytest.mark.parametrize(
    ("line", "where", "message", "hint"),
    [
        ('args = ["Duplicate"]', "derivative[0].args[0]", "'Duplicate' is no activity", "did you mean Duplicated?"),
        ('args = ["Const", 3]', "derivative[0].args[1]", "3 is no activity", "valid: Const, Active"),
        ('args = { x = "Konst" }', "derivative[0].args.x", "'Konst' is no activity", "did you mean Const?"),
        ('args = "Const"', "derivative[0].args", "args must be a list or a table", "e.g. args = ["),
        ("ret = false", "derivative[0].ret", "False is no activity", "valid: Const, Active, ActiveOnly"),
        ('noalias = "yes"', "derivative[0].noalias", "noalias must be true or false, not 'yes'", None),
        ("runtime_activity = 1", "derivative[0].runtime_activity", "must be true or false", None),
        ('engine_flags = "-O2"', "derivative[0].engine_flags", "must be a list of strings", "--enzyme-inline=1"),
        ('engine_flags = ["-O2"]', "derivative[0].engine_flags[0]", "'-O2' is no engine option", "look like"),
    ],
)
def test_a_wrong_value(line: str, where: str, message: str, hint: str | None) -> None:
    error = _one(_MINIMAL + line)
    assert error.code == "bad-spec"
    assert error.where == f"autodiff.toml:5 {where}"
    assert message in error.message
    assert (hint is None and error.hint is None) or (hint and error.hint and hint in error.hint)


@pytest.mark.parametrize(
    "flag", ["loop-invariant-cache=0", "loose-types=1", "loose-types", "loose-types=true", "coalese=1"]
)
def test_flags_that_gave_wrong_derivatives_are_refused(flag: str) -> None:
    error = _one(_MINIMAL + f'engine_flags = ["--enzyme-{flag}"]')
    assert "is refused" in error.message and error.note


@pytest.mark.parametrize("flag", ["loop-invariant-cache=1", "loop-invariant-cache", "loose-types=0", "coalese=false"])
def test_the_harmless_value_of_such_a_flag_is_taken(flag: str) -> None:
    (request,) = parse_spec(_MINIMAL + f'engine_flags = ["--enzyme-{flag}"]', "autodiff.toml")
    assert request.engine_flags == (f"--enzyme-{flag}",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2f", "is not an identifier"),
        ("d-f", "is not an identifier"),
        ("größe", "is not an identifier"),
        ("k::d_f", "is not an identifier"),
        ("k::f", "is not an identifier"),
        ("", "must be a non-empty string"),
        ("while", "reserved word"),
        ("main", "reserved word"),
        ("__enzyme_autodiff_f", "is reserved"),
    ],
)
def test_a_name_that_cannot_be_a_function(name: str, message: str) -> None:
    error = _one(_MINIMAL.replace("d_f", name))
    assert message in error.message
    assert error.where == "autodiff.toml:3 derivative[0].name"


def test_the_name_of_the_function_itself() -> None:
    error = _one(_MINIMAL.replace("k::f", "f").replace("d_f", "f"))
    assert error.message == "the derivative has the name of its function, f"


def test_two_derivatives_of_one_name() -> None:
    error = _one(_MINIMAL + _MINIMAL)
    assert error.code == "duplicate-name"
    assert error.where == "autodiff.toml:7 derivative[1].name"
    assert error.note == "the first is derivative[0], at autodiff.toml:3"


@pytest.mark.parametrize(("field", "line"), [("function", 0), ("name", 1), ("mode", 2)])
def test_something_is_missing(field: str, line: int) -> None:
    lines = _MINIMAL.splitlines()
    error = _one("\n".join(text for text in lines if not text.startswith(field)))
    assert error.message == f"{field} is missing"
    assert error.where == f"autodiff.toml:1 derivative[0].{field}"


def test_unknown_keys() -> None:
    first, second, third = _errors('title = "x"\n' + _MINIMAL + 'rets = "Active"\nlanes = 4\n')
    assert first.code == second.code == third.code == "unknown-key"
    assert (first.where, first.message) == ("autodiff.toml:1", "unknown key title")
    assert (second.where, second.hint) == ("autodiff.toml:6", "did you mean ret?")
    assert third.hint and third.hint.startswith("valid: function, name, mode")


def test_everything_is_reported_at_once() -> None:
    errors = _errors(
        """
[[derivative]]
function = "f"
name = "d_f"
mode = "revers"
args = ["Konst"]

[[derivative]]
function = 3
name = "d_f"
mode = "forward"
args = { x = "Active" }
ret = "Duplicated"
"""
    )
    assert [(error.where or "").split()[0].rpartition(":")[2] for error in errors] == ["5", "6", "9", "12", "13", "10"]
    group = ErrorGroup(errors)
    assert group.render().count("error[") == 6


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "empty-spec", "autodiff.toml"),
        ("derivative = []\n", "empty-spec", "autodiff.toml"),
        ("[[derivative]]\nname = \n", "malformed-spec", "autodiff.toml:2:8"),
        ("a = 1\na = 2\n", "malformed-spec", None),
        ("x = " + "[" * 5000, "malformed-spec", None),
        ('[derivative]\nfunction = "f"\n', "bad-spec", "autodiff.toml"),
        ("derivative = 3\n", "bad-spec", "autodiff.toml"),
        ("derivative = [1]\n", "bad-spec", "autodiff.toml"),
        ("[[derivatives]]\n", "unknown-key", "autodiff.toml:1"),
    ],
)
def test_a_spec_that_is_no_spec(text: str, code: str, where: str | None) -> None:
    error = _one(text)
    assert error.code == code
    if where:
        assert error.where == where


def test_files(tmp_path: Path) -> None:
    spec = tmp_path / "autodiff.toml"
    spec.write_text("﻿" + _MINIMAL.replace("\n", "\r\n"))
    (request,) = load_spec(spec)
    assert request.where == f"{spec}:1 derivative[0]"
    for path, reason in ((tmp_path / "no.toml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(UsageError) as caught:
            load_spec(path)
        assert (caught.value.code, caught.value.note) == ("unreadable-spec", reason)
        assert str(path) in caught.value.message
    spec.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError) as caught:
        load_spec(spec)
    assert caught.value.note == "it is not UTF-8 text"


def test_nearest() -> None:
    assert nearest("duplicatd", ["Duplicated", "Dual"]) == "did you mean Duplicated?"
    assert nearest("zzz", ["Duplicated", "Dual"]) is None
