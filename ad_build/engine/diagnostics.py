"""Turns what Enzyme writes when it fails into one error a user can act on.

Enzyme prints whole functions or the whole module around one line that matters.  Of all that, only names, types
and single instructions, each of bounded length, get into the error.
"""

from __future__ import annotations

import re

from ad_build.engine.irdebug import ModuleText, Place, is_library, symbols
from ad_build.engine.reasons import FAMILIES, REASONS, TIMED_OUT, Reason
from ad_build.errors import EngineError

__all__ = ["TIMED_OUT", "calls_engine", "check_differentiated", "explain"]

_MAX_TEXT = 200
# Names of the copies that Enzyme makes of a function start so.
_COPIES = ("preprocess_", "augmented_", "fakeaugmented_", "fwddiffe", "diffe", "fwdsplit", "nofree_", "readonly_")
_HEADER = re.compile(r"error: (?P<file>.*?):(?P<line>\d+):(?P<column>\d+): in function (?P<rest>\S.*)")
_ASSERTION = re.compile(r"([\w.]+):(\d+): .*Assertion `(.*)' failed")
_ILLEGAL = re.compile(r"Illegal updateAnalysis prev:(\{[^}]*\}) new: (\{[^}]*\})")
_REGISTER_PREFIXES = ("call ", "invoke ", "callbr ")


def explain(output: str, ir: str, *, status: int | None = None) -> EngineError:
    """The error for an engine that failed on ``ir`` with this standard error and exit status.

    Pure.  ``where`` is ``file:line`` of the user's code where debug info tells, the code is one of the table's.
    """
    module = ModuleText(ir)
    reason = next(reason for reason in REASONS if reason.needle in output)
    header, detail = _header(output), _after(output, reason.needle)
    known = _strip_copy(header[0], module) if header else _last_printed(output, module)
    symbol = known or _first_asked(module)
    place = _place(header, symbol, module)
    asm = _assembly_line(_complaint(output, reason), symbol, module)
    code, hint = reason.code, reason.hint
    if asm is not None:
        place = module.place_at(asm) or place
        inline = next(reason for reason in REASONS if reason.code == "inline-assembly")
        code, hint, reason = inline.code, inline.hint, inline
    if code == "no-derivative":
        for prefix, family_code, family_hint in FAMILIES:
            if detail.startswith(prefix):
                code, hint = family_code, family_hint
    old, new = _types(output)
    words = {
        "function": f"`{place.function}`" if place and place.function else f"`{symbol}`" if symbol else "a function",
        "detail": f"`{detail}`",
        "bare": detail,
        "callee": f"`{_called(detail)}`",
        "target": _target(output),
        "old": old,
        "new": new,
    }
    error = EngineError(
        code,
        _bounded(_fill(reason.message, words)),
        where=place.text if place else None,
        note=_note(output, reason, header, symbol, words["function"], status),
        hint=_fill(hint, words),
    )
    error.symbol = known
    return error


def calls_engine(ir: str) -> bool:
    """Whether the module asks for anything: has a call of a declared ``__enzyme_*`` function."""
    return "__enzyme_" in ir and any("__enzyme_" in line and not _declares(line) for line in ir.splitlines())


def check_differentiated(ir: str) -> None:
    """Raise :class:`EngineError` (``engine-skipped``) where a call of a declared ``__enzyme_*`` function survived."""
    if "__enzyme_" not in ir:
        return
    lines = ir.splitlines()
    declared = {next(symbols(x), "") for x in lines if _declares(x) and "__enzyme_" in x}
    for line in lines:
        if "__enzyme_" in line and line.startswith("  "):
            for symbol in symbols(line):
                if symbol in declared:
                    place = ModuleText(ir).place_at(line)
                    raise EngineError(
                        "engine-skipped",
                        f"a call of {symbol} is still there after the engine has run",
                        where=place.text if place else None,
                        hint="this is a fault of ad-build or of the engine's version: please report it",
                    )


def _declares(line: str) -> bool:
    return line.startswith("declare ")


def _fill(text: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def _header(output: str) -> tuple[str, str, int] | None:
    """Function, file and line out of Enzyme's `error: file:line:col: in function name type: …`."""
    at = output.find(": in function ")
    if at < 0:
        return None
    start = output.rfind("\n", 0, at) + 1
    match = _HEADER.match(output, start)
    if not match:
        return None
    # The name ends where the function's type starts; names may be quoted but have no blanks when they are not.
    name = match["rest"].split(" ", 1)[0].rstrip(":")
    return name.strip('"'), match["file"], int(match["line"])


def _after(output: str, needle: str) -> str:
    """The word after the needle; for the fallback the reason itself."""
    start = output.find(needle) + len(needle)
    line = output[start:].split("\n", 1)[0].strip()
    if line.startswith(("'", '"')):
        return line[1:].split(line[0], 1)[0][:_MAX_TEXT]
    if " " in line and ("call " in line or line.startswith("%")):
        return _bounded(line)
    return line.split(" ", 1)[0][:_MAX_TEXT] if line else ""


def _called(instruction: str) -> str:
    return next(symbols(instruction), "") or instruction[:_MAX_TEXT]


def _target(output: str) -> str:
    """What Enzyme found in place of a function with a body."""
    found = output.split(" - found - ", 1)
    if len(found) < 2:
        return "?"
    line = found[1].split("\n", 1)[0]
    name = next(symbols(line), "")
    return f"`{name}`" if name else "it is a function pointer"


def _types(output: str) -> tuple[str, str]:
    match = _ILLEGAL.search(output)
    return (_bounded(match[1]), _bounded(match[2])) if match else ("?", "?")


def _strip_copy(name: str, module: ModuleText) -> str:
    """The function of the module of which Enzyme made this copy."""
    while not module.defines(name):
        prefix = next((p for p in _COPIES if name.startswith(p)), None)
        if prefix is None:
            break
        name = name[len(prefix) :]
    return name


def _last_printed(output: str, module: ModuleText) -> str:
    """The function at fault where Enzyme does not say: the last one it printed."""
    printed = [line for line in output.splitlines() if line.startswith("define ")]
    for line in reversed(printed):
        name = _strip_copy(next(symbols(line), ""), module)
        # What Enzyme is building is called after the copy and a number.
        for candidate in (name, name.rstrip("0123456789").rstrip(".")):
            if module.place_of(candidate):
                return candidate
    return ""


def _first_asked(module: ModuleText) -> str:
    """The first function to differentiate, where nothing is known of the one at fault."""
    for line in module.lines():
        if "@__enzyme_" in line and not _declares(line) and any(word in line for word in _REGISTER_PREFIXES):
            for name in symbols(line):
                if module.defines(name) and "__enzyme_" not in name:
                    return _below_wrapper(name, module)
    return ""


def _below_wrapper(name: str, module: ModuleText) -> str:
    """The first function with debug info that a function without calls, which then is a wrapper of ours."""
    if module.place_of(name):
        return name
    for line in module.body(name):
        if " call " in line:
            for callee in symbols(line):
                if module.place_of(callee):
                    return callee
    return name


def _place(header: tuple[str, str, int] | None, symbol: str, module: ModuleText) -> Place | None:
    place = module.place_of(symbol) if symbol else None
    if header is None or header[2] == 0 or header[1] in ("", "<unknown>"):
        return place
    name, file, line = (place.function if place else header[0]), header[1], header[2]
    if is_library(file):
        # The library's line says nothing to the user; the line into which it was inlined does.
        return module.caller_of_library_line(symbol, file, line) or place
    return Place(function=name, file=file, line=line)


def _complaint(output: str, reason: Reason) -> str:
    """The lines around what decided: where Enzyme prints the instruction or value it could not handle."""
    at = output.find(reason.needle)
    if reason.code not in ("inline-assembly", "no-derivative", "engine-crashed"):
        return ""
    return output[max(0, at - 300) : at + len(reason.needle) + 300]


def _assembly_line(complaint: str, symbol: str, module: ModuleText) -> str | None:
    """The first inline assembly in the function at fault, where the engine's complaint is about one."""
    if " asm " not in complaint:
        return None
    return next((x for x in module.body(symbol) if " asm " in x and any(w in x for w in _REGISTER_PREFIXES)), None)


def _note(
    output: str, reason: Reason, header: tuple[str, str, int] | None, symbol: str, shown: str, status: int | None
) -> str | None:
    notes = []
    if symbol and shown != f"`{symbol}`":
        notes.append(f"symbol {_bounded(symbol)}")
    if reason.code in ("engine-crashed", "inline-assembly"):
        match = _ASSERTION.search(output)
        if match:
            notes.append(_bounded(f"assertion at {match[1]}:{match[2]}: {match[3]}"))
    elif reason.code == "engine-failed":
        notes.append(_bounded(_first_line(output, header)))
        if status is not None and status < 0:
            notes.append(f"the engine was ended by signal {-status}" + (" (out of memory?)" if status == -9 else ""))
        elif status is not None:
            notes.append(f"the engine's exit status was {status}")
    elif reason.code == "wrong-arguments":
        notes.append(_bounded(_first_line(output, header)))
    return "\n".join(note for note in notes if note) or None


def _first_line(output: str, header: tuple[str, str, int] | None) -> str:
    """What Enzyme says, without position, function and instructions."""
    if header is None:
        lines = [line for line in output.splitlines() if "error" in line.lower()]
        return lines[0] if lines else ""
    line = output[output.find(": in function ") :].split("\n", 1)[0]
    text = line.split(": Enzyme: ", 1)[-1]
    return text.split("  %", 1)[0] if not text.startswith(("define ", ";", "<")) else ""


def _bounded(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"
