"""Turns calls through pointers into tests of the pointer and direct calls.

What the engine does with a function pointer is to keep a second one, to the derivative.  In forward mode that
derivative returns the tangent alone where the call expects the primal too, and both come out wrong; a table of
functions counts as constant where globals do, and the derivative is zero (fixtures/c/small/indirect.c).  A module holds
every function that its pointers can point to, so each call through a pointer becomes one of a *dispatcher*, which calls
by name whichever function the pointer is.  A pointer to something else, which came from outside, stops the program in
a derivative; elsewhere it is called as before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ad_build import ir_text, llvm
from ad_build.demangle import demangle
from ad_build.engine.instructions import FLOATS, split_type
from ad_build.engine.pointers import GLOBAL, LOCAL, function_spans, read_name, split_arguments
from ad_build.errors import EngineError, RefusedError
from ad_build.outside import SECTION, number_of

PREFIX = "@ad_build.dispatch."
_NUMBER = re.compile(r"ad_build\.dispatch\.(\d+)")
_UNKNOWN = "@ad_build.unknown_callee"
_STOPPING = "@ad_build.stop"

_SITE = re.compile(
    rf"^(  (?:{LOCAL} = )?)(?:tail |musttail |notail )?((?:call|invoke) )([^@\n]*?)({LOCAL})\(", re.MULTILINE
)
_HEADER = re.compile(rf"^(?:define|declare) ([^@\n]*)({GLOBAL})\(")
_ADDRESS = re.compile(rf"({GLOBAL})(?!\()")
_DIRECT = re.compile(rf"\b(?:call|invoke) [^@\n]*?({GLOBAL})\(")
_VARIABLE = re.compile(rf"^({GLOBAL}) = (?!.*\balias )", re.MULTILINE)
_ALIAS = re.compile(rf"^({GLOBAL}) = (?:[a-z_]+ )*alias .*, ptr ({GLOBAL})", re.MULTILINE)
_CONVENTION = re.compile(r"^(?:(?:fast|cold|tail|swift|swifttail|preserve_most|preserve_all)cc|cc \d+|ccc)$")
# Attributes that change how a value travels; the others are promises about it.
_TRAVEL = ("zeroext", "signext", "inreg", "byval", "sret", "byref", "nest", "swiftself", "swifterror", "inalloca")
_TYPE = re.compile(r"^(?:[{\[<%]|(?:ptr|void|float|double|half|bfloat|x86_fp80|fp128|i\d+)\b)")
# The address is an operand there, but for purposes of the compiler or the engine.
_KEEPERS = ("@llvm.used ", "@llvm.compiler.used ", "@llvm.global_ctors ", "@llvm.global_dtors ")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a function is called: calling convention, result and parameters, each with the attributes that matter."""

    convention: str
    result: str
    parameters: tuple[str, ...]

    @property
    def result_type(self) -> str:
        """The result's type without attributes."""
        return _split(self.result)[1]

    @property
    def carries_data(self) -> bool:
        """Whether floats or pointers go in or come out."""
        text = " ".join((self.result, *self.parameters))
        return any(re.search(rf"\b{word}\b", text) for word in (*FLOATS, "ptr"))


@dataclass(slots=True)
class _Module:
    """A module's functions as text, and what they mention."""

    text: str
    shapes: dict[str, _Shape] = field(default_factory=dict)
    bodies: dict[str, tuple[int, int]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(ir: str) -> _Module:
        """Read the headers of functions and the initialisers of variables."""
        module = _Module(ir)
        for start, end in function_spans(ir):
            shape = _header(ir[start + 1 : ir.index("\n", start + 1)])
            if shape:
                module.bodies[shape[0]] = start, end
                module.shapes[shape[0]] = shape[1]
        for line in re.findall(r"^declare .*$", ir, re.MULTILINE):
            shape = _header(line)
            if shape and _is_numeric(shape[1]):
                module.shapes[shape[0]] = shape[1]
        module.aliases = dict(_ALIAS.findall(ir))
        for match in _VARIABLE.finditer(ir):
            line = ir[match.start() : ir.index("\n", match.start())]
            if not line.startswith(_KEEPERS) and "__enzyme_" not in match.group(1):
                module.variables[match.group(1)] = line[len(match.group()) :]
        return module

    def lines(self, function: str) -> list[str]:
        """The instructions of a function."""
        start, end = self.bodies[function]
        return self.text[start:end].split("\n")[2:]

    def addresses(self) -> set[str]:
        """Functions whose address is taken in code or in a variable.

        An external function that is handed one (``qsort``, ``pthread_create``) keeps it to itself.
        """
        found: set[str] = set()
        for value in self.variables.values():
            found.update(_ADDRESS.findall(value))
        for name in self.bodies:
            for line in self.lines(name):
                if "@" not in line:
                    continue
                direct = _DIRECT.search(line)
                mentioned = _ADDRESS.findall(line)
                if direct and "__enzyme_" in direct.group(1):
                    del mentioned[:1]  # what is to be differentiated; the others are its arguments
                elif direct and self._resolve(direct.group(1)) not in self.bodies:
                    continue
                found.update(mentioned)
        return {self._resolve(name) for name in found} & set(self.shapes)

    def _resolve(self, name: str) -> str:
        while name in self.aliases:
            name = self.aliases[name]
        return name

    def reached(self, roots: Iterable[str], seen: set[str]) -> Iterator[str]:
        """Functions with a body that the roots mention, directly or through variables; ``seen`` is kept up to date."""
        pending = [self._resolve(name) for name in roots]
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.variables:
                text = self.variables[name]
            elif name in self.bodies:
                yield name
                text = "\n".join(self.lines(name))
            else:
                continue
            pending += map(self._resolve, set(re.findall(GLOBAL, text)))


def dispatch_calls(ir: str, roots: Iterable[str], handed_in: Sequence[str] = (), told: Collection[str] = ()) -> str:
    """Rewrite the calls through pointers in what ``roots`` (names as in IR) reach; ``ir`` is text of LLVM's printer.

    ``handed_in`` are functions whose address may come from outside, where it is the program's and not our copy's;
    a symbol tells it, or for those ``told`` a table that the last link makes (:func:`define_ours`).
    Left alone are those with a variable number of arguments.  Raises :class:`RefusedError` (``indirect-call``) where
    such a call returns a float.
    """
    if not _SITE.search(ir):
        return ir
    module = _Module.read(ir)
    addresses: dict[_Shape, list[str]] = {}
    for name in sorted(module.addresses().union(handed_in) & set(module.shapes)):
        addresses.setdefault(module.shapes[name], []).append(name)
    outside = set(handed_in)
    edits: list[tuple[int, int, str]] = []
    dispatchers: dict[_Shape, str] = {}
    first = max((int(number) + 1 for number in _NUMBER.findall(ir)), default=0)
    seen: set[str] = set()
    pending = list(roots)
    while pending:
        shapes: dict[_Shape, None] = {}
        for name in module.reached(pending, seen):
            if PREFIX[1:] in name:
                continue  # made for a derivative of lower order
            start, end = module.bodies[name]
            for match in _SITE.finditer(ir, start, end):
                if " asm " in match.group(3):
                    continue
                site = _read_site(ir, match)
                if site is None:
                    _refuse_floats(match.group(3), name)
                    continue
                shape, close = site
                shapes[shape] = None
                dispatcher = dispatchers.setdefault(shape, f"{PREFIX}{first + len(dispatchers)}")
                comma = ", " if shape.parameters else ""
                middle = ir[match.end() : close]
                callee = match.group(4)
                head = f"{match.group(1)}{match.group(2)}{match.group(3)}{dispatcher}("
                if any(name in told for name in addresses.get(shape, ())):
                    # Here, and not in the dispatcher, so that it leaves loops with what it depends on.
                    ours = f"%ad_build.ours.{len(edits)}"
                    head = f"  {ours} = call ptr {_OURS}(ptr {callee})\n{head}"
                    callee = ours
                edits.append((match.start(), close, f"{head}{middle}{comma}ptr {callee}"))
        pending = [name for shape in shapes for name in addresses.get(shape, ())]
    if not edits:
        return ir
    parts, at = [], 0
    for start, end, text in sorted(edits):
        parts += [ir[at:start], text]
        at = end
    # In the source, the engine can be asked for shadows of function pointers, which only it can call.
    shadows = "@__enzyme_virtual" in ir
    named = outside.difference(told)
    written = [
        _dispatcher(name, shape, addresses.get(shape, []), named, shadows) for shape, name in dispatchers.items()
    ]
    used = "".join(written)
    if any(f" {_OURS}(" in text for _, _, text in edits) and f" {_OURS}(" not in ir:
        written.append(_DECLARE_OURS)
    for name in map(_in_program, handed_in):
        if f" {name}\n" in used and f" {name}(" not in ir:
            written.append(f"declare void {name}()\n")
    # Calls with a side effect, so that they stay; what they do is decided once the engine is through.
    declared = f'declare void {_UNKNOWN}() nofree nounwind "enzyme_inactive" "enzyme_no_escaping_allocation"\n'
    return "".join([*parts, ir[at:], "\n", declared, "" if f" {_SAME}(ptr" in ir else _HIDE_TYPES, *written])


_PROGRAM = "ad_build.program."


def _in_program(name: str) -> str:
    """What stands for the address that a function has in the program."""
    return f'@"{_PROGRAM}{name[2:]}' if name.startswith('@"') else f"@{_PROGRAM}{name[1:]}"


def find_handed_in(
    ir: str, roots: Iterable[str], known: Mapping[str, Collection[int]] | None = None
) -> tuple[str, ...]:
    """The functions of a program to which pointers may point that come into what ``roots`` reach, as LLVM names them.

    With ``known`` only of these, each with its places in vtables.
    """
    if not _SITE.search(ir):
        return ()
    module = _Module.read(ir)
    possible: dict[_Shape, dict[str, Collection[int]]] = {}
    for name in sorted(module.addresses() & set(module.bodies)):
        plain = ir_text.plain_name(name)
        if known is None or plain in known:
            possible.setdefault(module.shapes[name], {})[name] = known[plain] if known else ()
    found: dict[str, None] = {}
    seen: set[str] = set()
    pending = [ir_text.global_name(name) for name in roots]
    while pending:
        called: dict[tuple[_Shape, int | None], None] = {}
        for name in module.reached(pending, seen):
            places = _Places(ir[slice(*module.bodies[name])])
            for match in _SITE.finditer(ir, *module.bodies[name]):
                site = None if " asm " in match.group(3) else _read_site(ir, match)
                if site is not None and site[0].carries_data:
                    called[site[0], places.find(match.group(4))] = None
        pending = [
            name
            for shape, place in called
            for name, own in possible.get(shape, {}).items()
            if name not in found and (place is None or not known or place in own)
        ]
        found.update(dict.fromkeys(pending))
    return tuple(map(ir_text.plain_name, found))


class _Places:
    """From which places of vtables a function of unoptimised Rust takes the functions it calls."""

    _LOAD = re.compile(
        rf"^  ({LOCAL}) = load ptr, ptr ({LOCAL}|{GLOBAL}|getelementptr [^\n]*\)), [^\n]*!invariant\.load ",
        re.MULTILINE,
    )
    _STEP = re.compile(rf"^  ({LOCAL}) = getelementptr (?:[a-z]+ )*i8, ptr {LOCAL}, i64 (\d+)", re.MULTILINE)

    def __init__(self, function: str) -> None:
        self._loads = dict(self._LOAD.findall(function))
        self._steps = dict(self._STEP.findall(function))

    def find(self, callee: str) -> int | None:
        """The place in bytes; None where the pointer does not come from a vtable, -1 where it is not from outside."""
        address = self._loads.get(callee)
        if address is None:
            return None
        return int(self._steps.get(address, 0)) if address.startswith("%") else -1


def name_as_in_program(module: llvm.ModuleRef, names: Iterable[str]) -> None:
    """At the very end: what stood for the program's functions becomes a reference to them.

    Our copies get other names, so that nobody takes them for the program's.
    """
    for name in names:
        copy = llvm.find_function(module, name)
        if copy is not None:
            copy.name = f"ad_build.copy.{name}"
        reference = llvm.find_function(module, f"{_PROGRAM}{name}")
        if reference is not None:
            reference.name = name
            # The program need not have it any more: its linker may have found that nobody calls it.
            reference.linkage = "external_weak"


# Gives back its argument under a name of which type analysis knows nothing.
_SAME = "@ad_build.same"
_HIDING = 'noinline nofree nosync nounwind willreturn memory(none) "enzyme_notypeanalysis"'
_HIDE_TYPES = f"""
define internal ptr {_SAME}(ptr %p) {_HIDING} {{
  ret ptr %p
}}
"""


# The address that our copy of a function of the program has; the pointer itself where there is none.
_OURS = "@ad_build.ours"
_DECLARE_OURS = (
    f'declare ptr {_OURS}(ptr) nofree nosync nounwind speculatable willreturn memory(none) "enzyme_inactive" '
    '"enzyme_no_escaping_allocation"\n'
)
_LOOK_UP = """
@__start_{section} = extern_weak hidden constant i8
@__stop_{section} = extern_weak hidden constant i8

define internal ptr {ours}(ptr %p) noinline nofree nosync nounwind speculatable willreturn memory(none) {{
entry:
  br label %loop

loop:
  %at = phi ptr [ @__start_{section}, %entry ], [ %next, %step ]
  %end = icmp eq ptr %at, @__stop_{section}
  br i1 %end, label %unknown, label %look

look:
  %address = load ptr, ptr %at, !invariant.load !{{}}
  %same = icmp eq ptr %address, %p
  br i1 %same, label %found, label %step

step:
  %next = getelementptr i8, ptr %at, i64 16
  br label %loop

found:
  %behind = getelementptr i8, ptr %at, i64 8
  %number = load i64, ptr %behind, !invariant.load !{{}}
  switch i64 %number, label %unknown [
{cases}
  ]

{blocks}

unknown:
  ret ptr %p
}}
"""


def check_callees(ir: str) -> None:
    """Raise :class:`EngineError` (``lost-pointer``) where a derivative asks which function an undefined pointer is."""
    if _LOST.search(ir):
        raise EngineError(
            "lost-pointer",
            "the engine made a derivative that has lost the function pointer it is to call",
            hint="call the function by its name",
        )


_LOST = re.compile(rf"call [^\n]*{re.escape(_OURS)}\(ptr (?:undef|poison)\)")


def define_ours(ir: str, outside: Iterable[tuple[str, str]]) -> str:
    """After the engine: how the address of a function in the program leads to our copy.

    ``outside`` are the functions and what tells them: pairs (name, identity).
    """
    if f" {_OURS}(" not in ir:
        return ir
    ir = re.sub(rf"^declare [^\n]*{re.escape(_OURS)}\([^\n]*\n", "", ir, flags=re.MULTILINE)
    if _MACH_O.search(ir):  # without such symbols, and without a linker of ours
        return f"{ir}\ndefine internal ptr {_OURS}(ptr %p) alwaysinline {{\n  ret ptr %p\n}}\n"
    defined = set(re.findall(rf"^define [^@\n]*({GLOBAL})\(", ir, re.MULTILINE))
    # Of a generic function, each crate that uses it can have a copy: one does for all.
    names = ((ir_text.global_name(name), number_of(identity)) for name, identity in outside)
    known = {number: name for name, number in names if name in defined}
    body = _LOOK_UP.format(
        section=SECTION,
        ours=_OURS,
        cases="\n".join(f"    i64 {number}, label %is.{index}" for index, number in enumerate(known)),
        blocks="\n".join(f"is.{index}:\n  ret ptr {name}\n" for index, name in enumerate(known.values())),
    )
    return ir + body


_MACH_O = re.compile(r'^target triple = "[^"]*-apple-', re.MULTILINE)


def _dispatcher(name: str, shape: _Shape, targets: Sequence[str], outside: set[str], shadows: bool) -> str:
    arguments = ", ".join(f"{kind} %a{index}" for index, kind in enumerate(shape.parameters))
    formal = f"{arguments}, " if arguments else ""
    void = shape.result_type == "void"
    # What one function does with an object says nothing about the objects that another gets.
    words = ' "enzyme_ta_norecur"'
    call = f"call {shape.convention}{' ' if shape.convention else ''}"
    if shape.result_type in FLOATS:
        call += f'"enzyme_type"="{{[-1]:Float@{shape.result_type}}}" '
    elif any(kind in shape.result_type for kind in FLOATS):
        words = ""
    call += shape.result
    lines = []
    for index, target in enumerate(targets):
        given = [f"{kind} %a{number}" for number, kind in enumerate(shape.parameters)]
        hidden = []
        for number, kind in enumerate(shape.parameters):
            if kind == "ptr":
                given[number] = f"ptr %p{index}.{number}"
                hidden.append(f'  %p{index}.{number} = call ptr {_SAME}(ptr %a{number}) "enzyme_ta_norecur"')
        called = f"{call} {target}({', '.join(given)}){words}"
        test = [f"  %is.{index} = icmp eq ptr %callee, {target}"]
        if target in outside:
            test = [
                f"  %copy.{index} = icmp eq ptr %callee, {target}",
                f"  %program.{index} = icmp eq ptr %callee, {_in_program(target)}",
                f"  %is.{index} = or i1 %copy.{index}, %program.{index}",
            ]
        lines += [
            *test,
            f"  br i1 %is.{index}, label %call.{index}, label %test.{index}",
            f"call.{index}:",
            *hidden,
            f"  {called}" if void else f"  %r.{index} = {called}",
            "  ret void" if void else f"  ret {shape.result_type} %r.{index}",
            f"test.{index}:",
        ]
    ignored = "" if shadows else ' nofree "enzyme_inactive" "enzyme_no_escaping_allocation"'
    called = f"{call} %callee({arguments}){ignored}"
    lines += [
        # A function that neither gets nor gives floats or pointers is a callback: it takes no part.
        *([f"  call void {_UNKNOWN}()"] if shape.carries_data and not shadows else []),
        f"  {called}" if void else f"  %unknown = {called}",
        "  ret void" if void else f"  ret {shape.result_type} %unknown",
    ]
    inactive = "" if shadows else ' "enzyme_inactive"'
    head = f"define internal {shape.convention} {shape.result} {name}({formal}ptr{inactive} %callee) noinline {{\n"
    return f"{head}{chr(10).join(lines)}\n}}\n"


_MESSAGE = (
    "ad-build: a derivative called a function through a pointer that has no derivative: it is not part of the program, "
    "cannot be told from another one (a C++ lambda, two functions of one name), or works with threads, global "
    "variables or assembly (ad-build -v names these)\\0A"
)
# The engine promises that derivatives return, so LLVM must not see that this does not: no call of abort.
_STOP = """
@ad_build.message = private unnamed_addr constant [{size} x i8] c"{message}"
declare i64 @write(i32, ptr, i64)
declare i32 @raise(i32)
define internal void @ad_build.stop() cold noinline nofree "enzyme_inactive" "enzyme_no_escaping_allocation" {{
  %written = call i64 @write(i32 2, ptr @ad_build.message, i64 {size})
  %abort = call i32 @raise(i32 6)
  %kill = call i32 @raise(i32 9)
  ret void
}}
"""


def stop_at_unknown(ir: str) -> str:
    """After the engine: let derivatives of dispatchers stop where the function is not known, and inline them all."""
    if _UNKNOWN not in ir:
        return ir
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        if _UNKNOWN not in text:
            continue
        primal = f" {PREFIX}" in text[: text.index("(")] or f' @"{PREFIX[1:]}' in text[: text.index("(")]
        lines = [line for line in text.split("\n") if not (primal and _UNKNOWN in line)]
        parts += [ir[at:start], "\n".join(lines).replace(_UNKNOWN, _STOPPING)]
        at = end
    ir = "".join([*parts, ir[at:]])
    ir = re.sub(rf"^declare [^\n]*{re.escape(_UNKNOWN)}\(\)[^\n]*\n", "", ir, flags=re.MULTILINE)
    copies = [read_name(ir[start:end]) for start, end in function_spans(ir)]
    ir = ir_text.edit_function_attributes(
        ir, [name for name in copies if PREFIX[1:] in name or _SAME[1:] in name], _inline
    )
    if re.search(rf"^define [^\n]*{re.escape(_STOPPING)}\(", ir, re.MULTILINE):
        return ir
    size = len(_MESSAGE) - 2
    lines = _STOP.format(size=size, message=_MESSAGE).split("\n")
    known = {
        match.group(2)
        for match in map(_HEADER.match, re.findall(r"^(?:declare|define) .*$", ir, re.MULTILINE))
        if match
    }
    return ir + "\n".join(x for x in lines if not (x.startswith("declare ") and x.split("(")[0].split()[-1] in known))


def _inline(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word != "noinline")


# --- reading ---------------------------------------------------------------------------------------------------------


def _header(line: str) -> tuple[str, _Shape] | None:
    """Name and shape of a function; None where the number of its arguments varies."""
    match = _HEADER.match(line)
    if match is None:
        return None
    parameters = split_arguments(line[match.end() :])
    shape = _shape(match.group(1), parameters)
    return None if shape is None else (match.group(2), shape)


def _read_site(ir: str, match: re.Match[str]) -> tuple[_Shape, int] | None:
    """The shape of a call, and where its list of arguments closes."""
    rest = ir[match.end() : ir.index("\n", match.end())]
    shape = _shape(match.group(3), split_arguments(rest))
    return None if shape is None else (shape, match.end() + _closing(rest))


def _refuse_floats(before: str, function: str) -> None:
    if any(kind in _split(before)[1] for kind in FLOATS):
        raise RefusedError(
            "indirect-call",
            f"{demangle(function[1:].strip(chr(34)))} calls a function with a variable number of arguments through a "
            "pointer, which has no derivative",
            hint="call the function by its name, or give it a fixed number of arguments",
        )


def _shape(before: str, parameters: Sequence[str]) -> _Shape | None:
    words, kind, rest = _split(before)
    if rest or not kind or "..." in parameters:
        return None
    convention = next((word for word in words if _CONVENTION.match(word)), "")
    split = [_split(parameter) for parameter in parameters]
    if any(not kind or kind == "metadata" for _, kind, _ in split):
        return None
    return _Shape(
        "" if convention == "ccc" else convention,
        " ".join([*_travel(words), kind]),
        tuple(" ".join([kind, *_travel(_words(rest))]) for _, kind, rest in split),
    )


def _split(text: str) -> tuple[list[str], str, str]:
    """Words before a type, the type, and what follows it."""
    before = []
    text = text.strip()
    while text and not _TYPE.match(text):
        word, text = _first_word(text)
        before.append(word)
    if not text:
        return before, "", ""
    kind, rest = split_type(text)
    return before, kind, rest


def _words(text: str) -> list[str]:
    words = []
    text = text.strip()
    while text:
        word, text = _first_word(text)
        words.append(word)
    return words


def _first_word(text: str) -> tuple[str, str]:
    """A word with what stands in parentheses behind it, or with the number that belongs to it."""
    numbered = re.match(r"(?:cc|align) \d+", text)
    if numbered:
        return numbered.group(), text[numbered.end() :].lstrip()
    depth, quoted = 0, False
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if char == " " and depth == 0:
                return text[:index], text[index:].lstrip()
    return text, ""


def _travel(words: Sequence[str]) -> list[str]:
    kept = [word for word in words if word.split("(", 1)[0] in _TRAVEL]
    in_memory = any(word.startswith(("byval(", "byref(")) for word in kept)
    return [*kept, *(word for word in words if in_memory and word.startswith("align "))]


def _closing(text: str) -> int:
    depth, quoted = 0, False
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "([{<":
            depth += 1
        elif not quoted and char in ")]}>":
            if depth == 0:
                return index
            depth -= 1
    return len(text)


def _is_numeric(shape: _Shape) -> bool:
    """Functions like those of ``math.h``, which the engine may know without their body."""
    scalar = re.compile(r"(?:i\d+|" + "|".join(FLOATS) + r")(?: \w+)*$")
    return shape.result in FLOATS and all(scalar.match(kind) for kind in shape.parameters)
