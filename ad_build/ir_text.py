"""Edits of textual LLVM IR that llvmlite has no call for.

Only LLVM's own printer writes the text that is edited here, so its form is known: one ``define`` line per
function with an attribute group ``#N`` after the parameter list, one line per group at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ad_build.errors import AdBuildError

_GROUP_LINE = re.compile(r"^attributes #(\d+) = \{ (.*) \}$", re.MULTILINE)
_PLAIN_NAME = re.compile(r"^[-a-zA-Z._][-a-zA-Z._0-9]*$")


def global_name(name: str) -> str:
    """A global's name as it stands in IR, quoted where it must be."""
    if _PLAIN_NAME.match(name):
        return f"@{name}"
    return '@"' + "".join(c if " " <= c < "\x7f" and c not in '"\\' else f"\\{ord(c):02X}" for c in name) + '"'


def plain_name(quoted: str) -> str:
    """The name behind a global's text in IR: the reverse of :func:`global_name`."""
    return re.sub(r"\\([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)), quoted.removeprefix("@").strip('"'))


def _definition_line(ir: str, name: str, opening: tuple[str, ...] = ("define ",)) -> tuple[int, int] | None:
    """Start and end of the ``define`` (or ``declare``) line of a function, or None."""
    needle = f" {global_name(name)}("
    at = ir.find(needle)
    while at >= 0:
        start = ir.rfind("\n", 0, at) + 1
        if ir.startswith(opening, start):
            return start, ir.index("\n", at)
        at = ir.find(needle, at + 1)
    return None


_CONSTRUCTOR = re.compile(r"\{ i32, ptr, ptr \} \{ i32 (-?\d+), ptr (\S+), ptr (null|\S+) \}")
_CONSTRUCTOR_TABLES = (("llvm.global_ctors", ".init_array"), ("llvm.global_dtors", ".fini_array"))
_DEFAULT_PRIORITY = 65535


def lay_out_constructors(ir: str) -> str:
    """Replace the tables of constructors and destructors by pointers in the sections that run them.

    llvmlite's target machine lays the tables out as ``.ctors``, which programs linked with lld never run.  To be
    called right before machine code is made: passes do not know what the pointers are for.
    """
    for table, section in _CONSTRUCTOR_TABLES:
        found = re.search(rf"^@{re.escape(table)} = appending global \[(\d+) x [^\]]*\] (.*)$", ir, re.MULTILINE)
        if found is None:
            continue
        entries = _CONSTRUCTOR.findall(found.group(2))
        if len(entries) != int(found.group(1)):
            raise AdBuildError("bad-ir", f"cannot read the table {table}", note=found.group()[:300])
        lines = []
        for number, (priority, function, data) in enumerate(entries):
            name = section if int(priority) == _DEFAULT_PRIORITY else f"{section}.{priority.zfill(5)}"
            comdat = f", comdat(${data[1:]})" if data != "null" and f"\n${data[1:]} = comdat" in f"\n{ir}" else ""
            variable = f"@ad_build{section}.{number} = internal constant ptr {function}"
            lines.append(f'{variable}, section "{name}"{comdat}, align 8')
        ir = ir[: found.start()] + "\n".join(lines) + ir[found.end() :]
    return ir


_THREAD_LOCAL = re.compile(r"^(@[^\n]* thread_local[( ][^\n]*), !dbg ![0-9]+$", re.MULTILINE)


def without_thread_local_locations(ir: str) -> str:
    """The module whose thread-local variables have no debug info: pyelftools knows no relocation for their place."""
    return _THREAD_LOCAL.sub(r"\1", ir)


def body_span(ir: str, name: str) -> tuple[int, int]:
    """Start of the ``define`` line of a function and end of its closing brace's line; KeyError where it has none."""
    span = _definition_line(ir, name)
    if span is None:
        raise KeyError(name)
    return span[0], ir.index("\n}\n", span[1] - 1) + 3


def edit_function_attributes(ir: str, names: Iterable[str], edit: Callable[[tuple[str, ...]], tuple[str, ...]]) -> str:
    """Give the named functions a changed attribute group.

    ``edit`` takes and returns the words of a group (``"noinline"``, ``"\\"target-cpu\\"=\\"x86-64\\""``); functions
    that the module does not have are passed over.
    """
    groups = {number: tuple(_words(body)) for number, body in _GROUP_LINE.findall(ir)}
    fresh = max((int(number) for number in groups), default=-1) + 1
    added: dict[tuple[str, ...], int] = {}
    for name in names:
        span = _definition_line(ir, name, ("define ", "declare "))
        if span is None:
            continue
        line = ir[span[0] : span[1]]
        head, tail = split_after_parameters(line)
        match = re.search(r" #(\d+)\b", tail)
        words = edit(groups[match.group(1)] if match else ())
        group = f" #{added.setdefault(words, fresh + len(added))}" if words else ""
        tail = tail[: match.start()] + group + tail[match.end() :] if match else f"{group}{tail}"
        ir = ir[: span[0]] + head + tail + ir[span[1] :]
    lines = "".join(f"attributes #{number} = {{ {' '.join(words)} }}\n" for words, number in added.items())
    return f"{ir}\n{lines}" if lines else ir


def let_terminations_unwind(ir: str) -> str:
    """The module in which functions that may end the program (panic, ``abort``, failed assertion) are not ``nounwind``.

    In such a function the engine drops what leads to ``unreachable``, calls that are ``noreturn nounwind`` with it, and
    the derivative goes on behind a failed check (``panic = "abort"``, all of C).  Passes know that ``abort`` does not
    unwind, so it has another name until :func:`let_terminations_end`.
    """
    ir = ir.replace("@abort(", f"{_ABORT}(")

    def may_unwind(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in words if word != "nounwind") or ('"ad_build"',)  # no group may be empty

    def edit(match: re.Match[str]) -> str:
        words = tuple(_words(match.group(2)))
        if "noreturn" not in words:
            return match.group()
        return f"attributes #{match.group(1)} = {{ {' '.join(may_unwind(words))} }}"

    ending, name = [], ""
    for line in ir.splitlines():
        if line.startswith("define "):
            match = _DEFINED.search(line)
            name = plain_name(match.group(1)) if match else ""
        elif line.startswith("  unreachable") and name:
            ending.append(name)
            name = ""
    return _GROUP_LINE.sub(edit, edit_function_attributes(ir, ending, may_unwind))


_ABORT = "@ad_build.abort"


def let_terminations_end(ir: str) -> str:
    """After the engine: no call that does not return is promised to return, as the engine does in derivatives."""
    if re.search(r"^declare [^\n]*@abort\(", ir, re.MULTILINE):
        ir = re.sub(rf"^declare [^\n]*{re.escape(_ABORT)}\([^\n]*\n", "", ir, flags=re.MULTILINE)
    ir = ir.replace(f"{_ABORT}(", "@abort(")

    def edit(match: re.Match[str]) -> str:
        words = tuple(_words(match.group(2)))
        kept = [word for word in words if word != "willreturn" or "noreturn" not in words]
        return f"attributes #{match.group(1)} = {{ {' '.join(kept)} }}"

    return _GROUP_LINE.sub(edit, ir)


_DEFINED = re.compile(r'(@(?:"(?:[^"\\]|\\.)*"|[-a-zA-Z$._0-9]+))\(')


def split_after_parameters(line: str) -> tuple[str, str]:
    """Split a ``define`` line behind its parameter list and ``unnamed_addr`` words, where attributes may stand."""
    depth = 0
    quoted = False
    opened = False
    for index, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
            opened = True
        elif char == ")":
            depth -= 1
            if opened and depth == 0 and line.find("@") < index:
                end = index + 1
                for word in (" unnamed_addr", " local_unnamed_addr"):
                    if line.startswith(word, end):
                        end += len(word)
                return line[:end], line[end:]
    return line, ""


def _words(body: str) -> Iterable[str]:
    """The attributes of a group: words, ``key="value"`` pairs and ``name(...)`` forms."""
    word = ""
    quoted = False
    depth = 0
    for char in body:
        if char == '"':
            quoted = not quoted
        if not quoted:
            depth += (char == "(") - (char == ")")
        if char == " " and not quoted and depth == 0:
            if word:
                yield word
            word = ""
        else:
            word += char
    if word:
        yield word


def inline_single_calls(ir: str, names: Iterable[str]) -> str:
    """Let each of the named functions be inlined where it is called, if that is one place.

    LLVM's inliner does so with functions that nothing else can call; a function that a derivative is asked of stays
    visible, and would be left alone, where another such function calls it.
    """
    for name in names:
        span = _definition_line(ir, name)
        places = [match.start() for match in re.finditer(rf"{re.escape(global_name(name))}(?![-a-zA-Z$._0-9])", ir)]
        if span is None or len(places) != 2 or "noinline" in _group_of(ir, span):
            continue
        place = next(place for place in places if not span[0] <= place < span[1])
        start, end = ir.rfind("\n", 0, place) + 1, ir.index("\n", place)
        own = body_span(ir, name)
        if own[0] <= start < own[1] or not re.match(
            r"  (?:%\S+ = )?(?:tail |musttail )?(?:call|invoke) ", ir[start:end]
        ):
            continue
        head, tail = split_after_parameters(ir[start:end])
        ir = f"{ir[:start]}{head} alwaysinline{tail}{ir[end:]}"
    return ir


def _group_of(ir: str, span: tuple[int, int]) -> tuple[str, ...]:
    """The attributes of the function whose ``define`` line is there."""
    match = re.search(r" #(\d+)\b", split_after_parameters(ir[span[0] : span[1]])[1])
    group = match and re.search(rf"^attributes #{match.group(1)} = \{{ (.*) \}}$", ir, re.MULTILINE)
    return tuple(_words(group.group(1))) if group else ()


def always_inline(words: tuple[str, ...]) -> tuple[str, ...]:
    """An edit: inline everywhere."""
    drop = {"noinline", "cold", "optsize", "minsize", "optnone", "inlinehint", "alwaysinline"}
    return (*(word for word in words if word not in drop), "alwaysinline")


def inactive(words: tuple[str, ...]) -> tuple[str, ...]:
    """An edit: keep as a function of its own that takes no part in differentiation.

    Without the other two words the engine would ask for its derivative yet, for the sake of what it may free or
    allocate.
    """
    return (*never_inline(words), "nofree", '"enzyme_inactive"', '"enzyme_no_escaping_allocation"')


def give_integers(ir: str, names: Iterable[str]) -> str:
    """The module in which the named functions take no part in differentiation, and their results are integers.

    Type analysis does not look inside.
    """
    names = list(names)
    for name in names:
        span = _definition_line(ir, name, ("define ", "declare "))
        if span is not None:
            line = ir[span[0] : span[1]]
            typed = _INTEGERS.sub(r'"enzyme_type"="{[-1]:Integer}" \1', line, count=1)
            ir = ir[: span[0]] + typed + ir[span[1] :]
    return edit_function_attributes(ir, names, lambda words: (*inactive(words), '"enzyme_notypeanalysis"'))


_INTEGERS = re.compile(r"((?:i\d+|\{ i\d+(?:, i\d+)* \}) @)")


def never_inline(words: tuple[str, ...]) -> tuple[str, ...]:
    """An edit: keep as a function of its own."""
    drop = {"alwaysinline", "inlinehint", "noinline"}
    return (*(word for word in words if word not in drop), "noinline")
