"""The spec file ``autodiff.toml``: text to frozen requests, every mistake reported at once."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Activity, Mode, Request

_KEYS = ("function", "name", "mode", "args", "ret", "width", "noalias", "runtime_activity", "engine_flags")
_ACTIVITIES = {activity.value.lower(): activity for activity in Activity}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# What each mode takes: the rules of rustc's std::autodiff, but for an ActiveOnly argument (see _MISFITS).
ARGUMENT_ACTIVITIES = {
    Mode.REVERSE: (Activity.CONST, Activity.ACTIVE, Activity.DUPLICATED, Activity.DUPLICATED_ONLY),
    Mode.FORWARD: (Activity.CONST, Activity.DUAL, Activity.DUAL_ONLY, Activity.DUALV),
}
RESULT_ACTIVITIES = {
    Mode.REVERSE: (Activity.CONST, Activity.ACTIVE, Activity.ACTIVE_ONLY),
    Mode.FORWARD: (Activity.CONST, Activity.DUAL, Activity.DUAL_ONLY),
}

# Why an activity does not fit, by (mode, whether it is the result's).
_MISFITS = {
    (Mode.REVERSE, False): {
        Activity.ACTIVE_ONLY: "ActiveOnly is for results; use Active (std::autodiff takes it and loses the adjoint)",
        Activity.DUAL: "a tangent belongs to forward mode; use Duplicated (pointers) or Active (numbers)",
        Activity.DUAL_ONLY: "a tangent belongs to forward mode; use DuplicatedOnly",
        Activity.DUALV: "a tangent belongs to forward mode; use Duplicated",
    },
    (Mode.REVERSE, True): {
        Activity.DUPLICATED: "the adjoint of a result comes in as the seed, not through memory; use Active",
        Activity.DUPLICATED_ONLY: "the adjoint of a result comes in as the seed, not through memory; use ActiveOnly",
        Activity.DUAL: "a tangent belongs to forward mode; use Active",
        Activity.DUAL_ONLY: "a tangent belongs to forward mode; use ActiveOnly",
        Activity.DUALV: "a tangent belongs to forward mode; use Active",
    },
    (Mode.FORWARD, False): {
        Activity.ACTIVE: "an adjoint belongs to reverse mode; use Dual",
        Activity.ACTIVE_ONLY: "an adjoint belongs to reverse mode; use Dual",
        Activity.DUPLICATED: "an adjoint belongs to reverse mode; use Dual",
        Activity.DUPLICATED_ONLY: "an adjoint belongs to reverse mode; use DualOnly",
    },
    (Mode.FORWARD, True): {
        Activity.ACTIVE: "an adjoint belongs to reverse mode; use Dual",
        Activity.ACTIVE_ONLY: "an adjoint belongs to reverse mode; use DualOnly",
        Activity.DUPLICATED: "an adjoint belongs to reverse mode; use Dual",
        Activity.DUPLICATED_ONLY: "an adjoint belongs to reverse mode; use DualOnly",
        Activity.DUALV: "the tangents of a result are returned one by one; use Dual",
    },
}
_MAX_WIDTH = 64  # each lane is a copy of the derivative's code

# Engine options (without --enzyme-), the value that is refused and what it did when it was measured.
_REFUSED_FLAGS = {
    "loop-invariant-cache": (False, "without it gradients were wrong by 32 %, silently"),
    "loose-types": (True, "it made gradients wrong by 27 %, silently"),
    "coalese": (True, "it corrupted the heap"),
}
_FALSE = ("0", "false", "FALSE", "False")

# Words that cannot name a function where the derivative is declared: in C, C++ or Rust.
_RESERVED_WORDS = """
    main _ abstract alignas alignof as asm async auto await become bool box break case catch char class const
    constexpr continue crate default delete do double dyn else enum explicit export extern false final float fn for
    friend gen goto if impl in inline int let long loop macro match mod move mut mutable namespace new noexcept nullptr
    operator override priv private protected pub public ref register restrict return self Self short signed sizeof
    static struct super switch template this throw trait true try type typedef typeid typename typeof union unsafe
    unsigned unsized using virtual void volatile where while yield
"""
RESERVED = frozenset(_RESERVED_WORDS.split())


def load_spec(path: Path) -> tuple[Request, ...]:
    """Read a spec file.

    Raises :class:`UsageError` (``unreadable-spec``, ``malformed-spec``, ``empty-spec``, ``bad-spec``,
    ``unknown-key``, ``duplicate-name``) or an :class:`ErrorGroup` of all that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            "unreadable-spec", f"cannot read the spec {path}", note=error.strerror or str(error)
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("unreadable-spec", f"cannot read the spec {path}", note="it is not UTF-8 text") from error
    return parse_spec(text, str(path))


def parse_spec(text: str, origin: str) -> tuple[Request, ...]:
    """The requests in the text of a spec; ``origin`` names it in messages.  Raises as :func:`load_spec`."""
    document = _toml(text, origin)
    errors: list[AdBuildError] = []
    for key in document:
        if key != "derivative":
            line = _line_of(text.split("\n"), rf"\s*\[*\s*{re.escape(key)}\b")
            errors.append(_unknown_key(key, ("derivative",), _place(origin, line), key))
    entries = document.get("derivative", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        errors.append(
            UsageError(
                "bad-spec", "derivative must be an array of tables", where=origin, hint="write [[derivative]], doubled"
            )
        )
        entries = []
    if not entries and not errors:
        raise UsageError(
            "empty-spec",
            f"{origin} asks for no derivative",
            where=origin,
            hint='begin with\n[[derivative]]\nfunction = "f"\nname = "d_f"\nmode = "reverse"',
        )
    tables = _tables(text.split("\n"), len(entries))
    requests = []
    for index, (entry, lines) in enumerate(zip(entries, tables, strict=True)):
        request = _Reader(entry, f"derivative[{index}]", origin, lines, errors).read()
        if request is not None:
            requests.append(request)
    errors += _duplicates(entries, tables, origin)
    raise_all(errors)
    return tuple(requests)


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """``did you mean`` for a word, or None where nothing is near; case does not matter."""
    by_lower = {known.lower(): known for known in valid}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean {by_lower[found[0]]}?" if found else None


def _toml(text: str, origin: str) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib as parser
    else:
        import tomli as parser
    try:
        document: Mapping[str, Any] = parser.loads(text)
    except (ValueError, RecursionError) as error:
        at = re.search(r" ?\(at line (\d+), column (\d+)\)", str(error))
        where = f"{origin}:{at[1]}:{at[2]}" if at else origin
        note = str(error).replace(at[0], "") if at else str(error)
        raise UsageError("malformed-spec", f"{origin} is not valid TOML", where=where, note=note) from error
    return document


# --- places -------------------------------------------------------------------------------------------------------

# A [[derivative]] table's lines: the number of its first one, and their text.
_Lines = tuple[int, Sequence[str]]


def _tables(lines: Sequence[str], count: int) -> list[_Lines]:
    """Where each [[derivative]] table stands; without lines where the spec is written in another way."""
    starts = [index for index, line in enumerate(lines) if re.match(r"\s*\[\[\s*\"?derivative\"?\s*\]\]", line)]
    if len(starts) != count:
        return [(0, ())] * count
    return [(start + 1, lines[start:end]) for start, end in zip(starts, [*starts, len(lines)][1:], strict=True)]


def _line_of(lines: Sequence[str], pattern: str, start: int = 1) -> int:
    """The number of the first line that matches, 0 where there is none."""
    return next((number for number, line in enumerate(lines, start) if re.match(pattern, line)), 0)


def _place(origin: str, line: int) -> str:
    return f"{origin}:{line}" if line else origin


def _field_place(origin: str, lines: _Lines, field: str) -> str:
    """``FILE:LINE`` of a field such as ``args[1]`` or ``args.x``, as near as it can be told cheaply."""
    start, text = lines
    head, _, rest = re.sub(r"\[.*", "", field).partition(".")
    line = (rest and _line_of(text, rf'\s*(?:{head}\.)?"?{re.escape(rest)}"?\s*=', start)) or _line_of(
        text, rf"\s*\[?(?:derivative\.)?{head}\b", start
    )
    return _place(origin, line or start)


def _duplicates(entries: Sequence[Mapping[str, Any]], tables: Sequence[_Lines], origin: str) -> list[AdBuildError]:
    seen: dict[str, int] = {}
    errors: list[AdBuildError] = []
    for index, entry in enumerate(entries):
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            continue
        first = seen.setdefault(name.strip(), index)
        if first != index:
            errors.append(
                UsageError(
                    "duplicate-name",
                    f"two derivatives are named {name.strip()}",
                    where=f"{_field_place(origin, tables[index], 'name')} derivative[{index}].name",
                    note=f"the first is derivative[{first}], at {_field_place(origin, tables[first], 'name')}",
                    hint="give each derivative a name of its own: it becomes a symbol",
                )
            )
    return errors


def _unknown_key(key: str, valid: tuple[str, ...], where: str, path: str) -> UsageError:
    hint = nearest(key, valid) or f"valid: {', '.join(valid)}"
    return UsageError("unknown-key", f"unknown key {path}", where=where, hint=hint)


# --- one request --------------------------------------------------------------------------------------------------


class _Reader:
    """Reads one ``[[derivative]]`` table and collects what is wrong with it."""

    def __init__(
        self, entry: Mapping[str, Any], key: str, origin: str, lines: _Lines, errors: list[AdBuildError]
    ) -> None:
        self.entry = entry
        self.key = key
        self.origin = origin
        self.lines = lines
        self.errors = errors

    def fail(self, field: str, message: str, hint: str | None = None, note: str | None = None) -> None:
        where = f"{_field_place(self.origin, self.lines, field)} {self.key}.{field}"
        self.errors.append(UsageError("bad-spec", message, where=where, hint=hint, note=note))

    def read(self) -> Request | None:
        before = len(self.errors)
        for key in self.entry:
            if key not in _KEYS:
                place = _field_place(self.origin, self.lines, key)
                self.errors.append(_unknown_key(key, _KEYS, place, f"{self.key}.{key}"))
        function, name = self.text("function"), self.name()
        mode = self.mode()
        positional, by_name = self.arguments(mode)
        ret = self.activity("ret", self.entry.get("ret"), mode)
        flags = self.flags()
        width = self.width()
        noalias, runtime = self.flag("noalias"), self.flag("runtime_activity")
        if len(self.errors) > before or mode is None:
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
            width=width,
            where=f"{_place(self.origin, self.lines[0])} {self.key}",
        )

    def text(self, field: str) -> str:
        value = self.entry.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fail(field, f"{field} is missing" if value is None else f"{field} must be a non-empty string")
        return ""

    def name(self) -> str:
        name = self.text("name")
        if name and not _IDENTIFIER.fullmatch(name):
            self.fail("name", f"{name!r} is not an identifier", "use letters, digits and _, e.g. d_energy",
                      "the program calls the derivative by this name")  # fmt: skip
        elif name in RESERVED:
            self.fail("name", f"{name!r} is a reserved word of C, C++ or Rust", f"take another name, e.g. d_{name}")
        elif name.startswith("__enzyme"):
            self.fail("name", f"{name!r} is reserved", note="names that start with __enzyme are calls to the engine")
        elif name and name == str(self.entry.get("function", "")).strip():
            self.fail("name", f"the derivative has the name of its function, {name}", f"take another, e.g. d_{name}")
        return name

    def flag(self, field: str) -> bool:
        value = self.entry.get(field, False)
        if not isinstance(value, bool):
            self.fail(field, f"{field} must be true or false, not {value!r}")
        return bool(value)

    def width(self) -> int:
        value = self.entry.get("width", 1)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_WIDTH:
            return value
        self.fail("width", f"width must be a whole number from 1 to {_MAX_WIDTH}, not {value!r}")
        return 1

    def mode(self) -> Mode | None:
        value = self.entry.get("mode")
        words = [mode.value for mode in Mode]
        if isinstance(value, str) and value.lower() in words:
            return Mode(value.lower())
        hint = nearest(str(value), words) or f"valid: {', '.join(words)}"
        self.fail("mode", "mode is missing" if value is None else f"{value!r} is no mode", hint)
        return None

    def arguments(
        self, mode: Mode | None
    ) -> tuple[tuple[Activity, ...] | None, tuple[tuple[str, Activity], ...] | None]:
        """Activities in order, or pairs of parameter name and activity; None for what is not given."""
        value = self.entry.get("args")
        if value is None:
            return None, None
        if isinstance(value, list):
            found = [self.activity(f"args[{index}]", word, mode) for index, word in enumerate(value)]
            return tuple(activity for activity in found if activity is not None), None
        if isinstance(value, dict):
            pairs = [(name, self.activity(f"args.{name}", word, mode)) for name, word in value.items()]
            return None, tuple((name, activity) for name, activity in pairs if activity is not None)
        self.fail("args", f"args must be a list or a table of activities, not {value!r}",
                  'e.g. args = ["Duplicated", "Const"] or args = { x = "Duplicated", n = "Const" }')  # fmt: skip
        return None, None

    def activity(self, field: str, value: object, mode: Mode | None) -> Activity | None:
        if value is None:
            return None
        table = RESULT_ACTIVITIES if field == "ret" else ARGUMENT_ACTIVITIES
        valid = table[mode] if mode else tuple(Activity)
        words = ", ".join(activity.value for activity in valid)
        activity = _ACTIVITIES.get(value.strip().lower()) if isinstance(value, str) else None
        if activity is None:
            hint = nearest(str(value), [activity.value for activity in valid]) or f"valid: {words}"
            self.fail(field, f"{value!r} is no activity", hint)
            return None
        if mode is not None and activity not in valid:
            what = "a result in" if field == "ret" else "an argument in"
            note = _MISFITS[mode, field == "ret"].get(activity)
            self.fail(field, f"{activity.value} does not fit {what} {mode.value} mode", f"valid: {words}", note)
            return None
        return activity

    def flags(self) -> tuple[str, ...]:
        """Engine options, all in the form ``--enzyme-...``."""
        value = self.entry.get("engine_flags", [])
        if not isinstance(value, list) or not all(isinstance(flag, str) for flag in value):
            self.fail("engine_flags", "engine_flags must be a list of strings", 'e.g. ["--enzyme-inline=1"]')
            return ()
        found = []
        for index, flag in enumerate(value):
            match = re.fullmatch(r"--?(enzyme-([\w-]+)(?:=(.*))?)", flag.strip())
            if match is None:
                hint = "engine options look like --enzyme-inline=1"
                self.fail(f"engine_flags[{index}]", f"{flag!r} is no engine option", hint)
                continue
            refused = _REFUSED_FLAGS.get(match[2])
            if refused is not None and refused[0] == (match[3] not in _FALSE):
                self.fail(f"engine_flags[{index}]", f"{flag} is refused", note=refused[1])
            found.append(f"--{match[1]}")
        return tuple(found)
