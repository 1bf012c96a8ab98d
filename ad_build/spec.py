"""The spec file ``autodiff.toml``: text to frozen requests, every mistake reported at once."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Activity, Mode, Request

_KEYS = ("function", "name", "mode", "args", "ret", "noalias", "runtime_activity", "engine_flags")
_ACTIVITIES = {activity.value.lower(): activity for activity in Activity}
_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")

# What each mode takes: the rules of rustc's std::autodiff.
ARGUMENT_ACTIVITIES = {
    Mode.REVERSE: (Activity.CONST, Activity.ACTIVE, Activity.DUPLICATED, Activity.DUPLICATED_ONLY),
    Mode.FORWARD: (Activity.CONST, Activity.DUAL, Activity.DUAL_ONLY),
}
RESULT_ACTIVITIES = {
    Mode.REVERSE: (Activity.CONST, Activity.ACTIVE, Activity.ACTIVE_ONLY),
    Mode.FORWARD: (Activity.CONST, Activity.DUAL, Activity.DUAL_ONLY),
}

# Measured to give wrong derivatives or to crash (docs/engine.md).
_REFUSED_FLAGS = {
    "loop-invariant-cache": "it gave gradients wrong by 32 %",
    "loose-types": "it gave gradients wrong by 27 %",
    "coalese": "it corrupts the heap",
    "coalesce": "it corrupts the heap",
}


def load_spec(path: Path) -> tuple[Request, ...]:
    """Read a spec file; raises :class:`UsageError` or an :class:`ErrorGroup` of them (``bad-spec`` and others)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable-spec", f"cannot read the spec {path}", note=str(error)) from error
    return parse_spec(text, str(path))


def parse_spec(text: str, origin: str) -> tuple[Request, ...]:
    """The requests in the text of a spec; ``origin`` names it in messages."""
    try:
        document = _toml(text)
    except ValueError as error:
        raise UsageError("malformed-spec", f"{origin} is not valid TOML", where=origin, note=str(error)) from error
    errors: list[AdBuildError] = []
    for key in document:
        if key != "derivative":
            errors.append(_unknown_key(key, ("derivative",), origin, key))
    entries = document.get("derivative", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError("bad-spec", "derivative is not an array of tables", where=origin, hint="write [[derivative]]")
    if not entries and not errors:
        raise UsageError("empty-spec", f"{origin} asks for nothing", hint="add a [[derivative]] table")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith("[[derivative]]")]
    requests = []
    for index, entry in enumerate(entries):
        where = f"{origin}:{lines[index]}" if len(lines) == len(entries) else origin
        request = _Reader(entry, f"derivative[{index}]", where, errors).read()
        if request is not None:
            requests.append(request)
    errors += _duplicates(requests)
    raise_all(errors)
    return tuple(requests)


def _toml(text: str) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib as parser
    else:
        import tomli as parser
    document: Mapping[str, Any] = parser.loads(text)
    return document


def _duplicates(requests: Iterable[Request]) -> list[AdBuildError]:
    seen: dict[str, Request] = {}
    errors: list[AdBuildError] = []
    for request in requests:
        first = seen.setdefault(request.name, request)
        if first is not request:
            errors.append(
                UsageError("duplicate-name", f"two derivatives are named {request.name}", where=f"{request.where}.name")
            )
    return errors


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """``did you mean`` for a word, or None where nothing is near."""
    found = difflib.get_close_matches(word, list(valid), n=1)
    return f"did you mean {found[0]}?" if found else None


def _unknown_key(key: str, valid: tuple[str, ...], where: str, path: str) -> UsageError:
    hint = nearest(key, valid) or f"valid keys: {', '.join(valid)}"
    return UsageError("unknown-key", f"unknown key {path}", where=where, hint=hint)


class _Reader:
    """Reads one ``[[derivative]]`` table and collects what is wrong with it."""

    def __init__(self, entry: Mapping[str, Any], key: str, where: str, errors: list[AdBuildError]) -> None:
        self.entry = entry
        self.key = key
        self.where = where
        self.errors = errors

    def fail(self, field: str, message: str, hint: str | None = None, note: str | None = None) -> None:
        self.errors.append(
            UsageError("bad-spec", message, where=f"{self.where} {self.key}.{field}", hint=hint, note=note)
        )

    def read(self) -> Request | None:
        before = len(self.errors)
        for key in self.entry:
            if key not in _KEYS:
                self.errors.append(_unknown_key(key, _KEYS, self.where, f"{self.key}.{key}"))
        function, name = self.text("function"), self.text("name")
        if name and not _IDENTIFIER.match(name):
            self.fail("name", f"{name!r} is not an identifier", note="it becomes a symbol of the archive")
        if name and name == function:
            self.fail("name", f"the derivative has the name of its function, {name}")
        mode = self.mode()
        positional, by_name = self.arguments(mode)
        ret = self.activity("ret", self.entry.get("ret"), RESULT_ACTIVITIES.get(mode) if mode else None)
        flags = self.flags()
        noalias, runtime = self.flag("noalias"), self.flag("runtime_activity")
        if len(self.errors) > before or not function or not name or mode is None:
            return None
        return Request(
            function=function,
            name=name,
            mode=mode,
            args=positional,
            args_by_name=by_name,
            ret=ret,
            noalias=noalias,
            runtime_activity=runtime,
            engine_flags=flags,
            where=f"{self.where} {self.key}",
        )

    def text(self, field: str) -> str:
        value = self.entry.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fail(field, f"{field} is missing" if value is None else f"{field} must be a non-empty string")
        return ""

    def flag(self, field: str) -> bool:
        value = self.entry.get(field, False)
        if not isinstance(value, bool):
            self.fail(field, f"{field} must be true or false, not {value!r}")
        return bool(value)

    def mode(self) -> Mode | None:
        value = self.entry.get("mode")
        try:
            return Mode(value.lower() if isinstance(value, str) else value)
        except ValueError:
            words = [mode.value for mode in Mode]
            hint = nearest(str(value), words) or f"valid: {', '.join(words)}"
            self.fail("mode", "mode is missing" if value is None else f"{value!r} is no mode", hint)
            return None

    def arguments(self, mode: Mode | None) -> tuple[tuple[Activity, ...] | None, tuple[tuple[str, Activity], ...] | None]:
        value = self.entry.get("args")
        valid = ARGUMENT_ACTIVITIES.get(mode) if mode else None
        if value is None:
            return None, None
        if isinstance(value, list):
            found = [self.activity(f"args[{index}]", word, valid) for index, word in enumerate(value)]
            return tuple(activity for activity in found if activity is not None), None
        if isinstance(value, dict):
            pairs = [(name, self.activity(f"args.{name}", word, valid)) for name, word in value.items()]
            return None, tuple((name, activity) for name, activity in pairs if activity is not None)
        self.fail("args", "args must be a list of activities or a table { parameter = activity }")
        return None, None

    def activity(self, field: str, value: object, valid: tuple[Activity, ...] | None) -> Activity | None:
        if value is None:
            return None
        activity = _ACTIVITIES.get(value.lower()) if isinstance(value, str) else None
        if activity is None:
            words = [activity.value for activity in valid or Activity]
            hint = nearest(str(value).capitalize(), words) or f"valid: {', '.join(words)}"
            self.fail(field, f"{value!r} is no activity", hint)
            return None
        if valid is not None and activity not in valid:
            words = ", ".join(activity.value for activity in valid)
            reason = None
            if activity is Activity.ACTIVE_ONLY and field != "ret":
                reason = "ActiveOnly is for results: of a parameter nothing would be left out"
            mode = self.entry.get("mode")
            self.fail(field, f"{activity.value} does not fit {mode} mode here", f"valid: {words}", reason)
            return None
        return activity

    def flags(self) -> tuple[str, ...]:
        value = self.entry.get("engine_flags", [])
        if not isinstance(value, list) or not all(isinstance(flag, str) for flag in value):
            self.fail("engine_flags", "engine_flags must be a list of strings")
            return ()
        for flag in value:
            bare = flag.lstrip("-").removeprefix("enzyme-").partition("=")
            if not flag.startswith("--enzyme-"):
                self.fail("engine_flags", f"{flag!r} is no engine option", "they start with --enzyme-")
            elif bare[0] in _REFUSED_FLAGS and bare[2] not in (("1",) if bare[0] == "loop-invariant-cache" else ("0",)):
                self.fail("engine_flags", f"{flag} is refused", note=_REFUSED_FLAGS[bare[0]])
        return tuple(value)
