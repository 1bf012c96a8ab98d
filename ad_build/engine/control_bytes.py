"""Control bytes of hash tables: one byte for each slot, of which a lookup compares sixteen at once (hashbrown).

They lie behind the slots, in the same allocation, and so share their type with the values' floats where an offset is
not known: the engine refuses that.  No float's bytes are looked at so, in groups that are compared and then forgotten.
Groups, and single bytes of the memory in which they lie, are read and written here by calls that neither type analysis
nor activity analysis sees through.

The bytes of the shadow's table stay what they are, and nobody but a caller would look at them: where a table of the
caller's may be changed, that of the shadow is changed likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ad_build.activity import Plan
from ad_build.engine.irdebug import ModuleText
from ad_build.engine.pointers import LOCAL, function_spans
from ad_build.errors import RefusedError
from ad_build.model import ANY_TABLE, Mode, Parameter

_VALUE = rf"(?:{LOCAL}|@[^\s,]+)"
_GROUP = re.compile(rf"^  ({LOCAL}) = load (<(?:8|16|32) x i8>), ptr ({_VALUE}), align \d+")
_BYTE = re.compile(rf"^  ({LOCAL}) = load (i8), ptr ({_VALUE}), align \d+")
_STORE = re.compile(rf"^  store (i8) ([^,]+), ptr ({_VALUE}), align \d+")
_FILL = re.compile(
    rf"^  (?:tail )?call void @llvm\.memset\.p0\.i64\(ptr [^,]*?({_VALUE}), i8 (-\d+), "
    r"i64 (?:noundef |range\([^)]*\) )*([^,]+), i1 false\)"
)
_COPY = re.compile(
    rf"^  (?:tail )?call void @llvm\.memcpy\.p0\.p0\.i64\(ptr [^,]*?({_VALUE}), ptr [^,]*?({_VALUE}), "
    r"i64 (?:noundef |range\([^)]*\) )*([^,]+), i1 false\)[^\n]*$",
    re.MULTILINE,
)
# Of that type they are in hashbrown, and nothing else is.
_TAG = "<hashbrown::control::tag::Tag>"
_POINTER = re.compile(
    rf"^  ({LOCAL}) = (?:(load) ptr, ptr ({_VALUE})|getelementptr [^\n]*?, ptr ({_VALUE}),|"
    r"(phi|select|freeze) ([^\n]*))"
)
_DEFINITION = re.compile(rf"^  ({LOCAL}) = (?:tail )?(\w+)")
_NAME = re.compile(LOCAL)
_PLACE = re.compile(r", !dbg !\d+")
_OPERAND = re.compile(rf"\bptr ({_VALUE})|\[ ({_VALUE}), ")
# What looks at a byte, and what a byte that stands for a slot is made of.
_LOOKS = frozenset(("icmp", "and", "or", "xor", "lshr", "shl", "zext", "sext", "trunc"))
_PREFIX = "ad_build.control"
_FOLLOW = f"{_PREFIX}.follow"


def hide_control_bytes(ir: str) -> str:
    """Rewrite every function of a module that compares groups of bytes."""
    debug = ModuleText(ir) if f"copy_nonoverlapping{_TAG}" in ir else None
    if " x i8>, ptr " not in ir and debug is None:
        return ir
    parts, at = [], 0
    kinds: set[str] = set()
    for start, end in function_spans(ir):
        text = _rewrite(ir[start:end], kinds)
        parts += [ir[at:start], text if debug is None else _hide_copies(text, debug, kinds)]
        at = end
    return "".join([*parts, ir[at:], "\n", *(f"{_declaration(kind)}\n" for kind in sorted(kinds))]) if kinds else ir


def follow_tables(ir: str, plans: Sequence[Plan]) -> str:
    """Change the shadows of tables that a caller may look at, behind ``&mut`` or in a cell, like the tables themselves.

    Raises :class:`RefusedError` (``changed-table``) for

    - reverse mode: the adjoint of what makes a table frees the shadow,
    - several columns at once: the engine applies no rules,
    - keys or values with pointers or variants: the engine copies pointers to what takes no part, such as text, to the
      shadow, and leaves out tags.
    """
    if not _CHANGE.search(ir):
        return ir
    shared = {table.name: (table, one) for one in _shared(plans) for table in one[1].tables}
    if not shared:
        return ir
    module = ModuleText(ir)
    lines: list[str] = []
    kinds: set[str] = set()
    rehashing = ""
    for line in ir.split("\n"):
        lines.append(line)
        match, rehash = _CHANGE.match(line), _REHASH.match(line)
        if match is None and rehash is None:
            continue
        changed = _table_of(module, line)
        found = [shared[name] for name in shared if changed in ("", name) or shared[name][0] == ANY_TABLE]
        for table, (plan, parameter) in found:
            if plan.request.mode is not Mode.FORWARD or "enzyme_width" in ir or not table.plain:
                raise _changed_table(plan, parameter)
        if found and rehash:
            rehashing, own = rehash.groups()
            lines.append(f"  call void @{_FOLLOW}.rehash(ptr {own}){_place(line)}")
        elif found and match:
            kind, (place, *others) = match.group(1), match.group(2).split(", ")
            kinds.add(kind)
            if kind != "store":
                lines.append(f"  call void @{_PREFIX}.tell({others[1]}){_place(line)}")
            lines.append(f"  call void @{_FOLLOW}.{kind}({place}){_place(line)}")
    if not kinds:
        return ir
    lines += [_HELPERS, *(_rule(kind) for kind in sorted(kinds))]
    if rehashing:
        lines.append(_registered("rehash", f"  call {rehashing}(ptr %pd)\n"))
    if "\ndeclare void @llvm.memmove.p0.p0.i64(" not in ir:
        lines.append("declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)")
    return "\n".join([*lines, ""])


def check_followed(ir: str, plans: Sequence[Plan]) -> None:
    """Every change of a table that a caller may look at reached its shadow.

    Where the engine takes a table for inactive, its shadow is none.  Raises :class:`RefusedError` (``changed-table``).
    """
    if f"@{_FOLLOW}" not in ir:
        return
    for start, end in function_spans(ir):
        text = ir[start:end]
        if _DERIVED.search(text.lstrip("\n").split("\n", 1)[0]) and _LEFT.search(text):
            raise _changed_table(*next(_shared(plans)))


def _shared(plans: Sequence[Plan]) -> Iterator[tuple[Plan, Parameter]]:
    """Parameters with a shadow through which tables of the caller may be changed; those of reverse mode last."""
    for plan in sorted(plans, key=lambda plan: plan.request.mode is not Mode.FORWARD):
        for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True):
            if activity.has_shadow and parameter.tables:
                yield plan, parameter


def _changed_table(plan: Plan, parameter: Parameter) -> RefusedError:
    return RefusedError(
        "changed-table",
        f"{plan.signature.source_name} makes or changes hash tables, and may change one behind "
        f"`{parameter.name}: {parameter.type_name}`",
        where=plan.signature.place,
        note="the shadow of a table gets the keys that the table gets only for numbers, in forward mode",
        hint="take the table by value or by & (outside of cells), or pass what is changed as a slice",
    )


def _table_of(module: ModuleText, line: str) -> str:
    """The type of the table that an instruction changes, ``""`` where debug info does not tell."""
    for frame in module.frames(line):
        match = _OWNER.match(frame.function)
        if match:
            return match.group(1)
    return ""


_OWNER = re.compile(r"^(hashbrown::raw::RawTable<.*>)::\w+")
_CHANGE = re.compile(rf"^  call void @{re.escape(_PREFIX)}\.(store|fill|copy)\(([^()]*)\)", re.MULTILINE)
_REHASH = re.compile(
    r"^  (?:tail )?call ([^@\n]*@\w*9hashbrown3raw\w*?13RawTableInner23prepare_rehash_in_place\w*)"
    rf"\(ptr [^\n]*?({LOCAL})\)"
)
_DERIVED = re.compile(r"@\"?fwddiffe")
_LEFT = re.compile(rf"call [^\n]*@{re.escape(_FOLLOW)}\.(?:store|fill|copy|rehash)\(")


def restore_control_bytes(ir: str) -> str:
    """After the engine: groups and bytes are read and written again."""
    return _DECLARED.sub(lambda match: _body(match.group(1)), ir)


_ATTRIBUTES = 'nofree nosync nounwind willreturn memory(argmem: {}) "enzyme_inactive"'
_DECLARED = re.compile(rf"^declare [^\n]*@{re.escape(_PREFIX)}\.([a-z0-9.]+)\([^\n]*", re.MULTILINE)
_TELLS = (
    'nofree nosync nounwind willreturn memory(inaccessiblemem: readwrite) "enzyme_inactive" '
    '"enzyme_no_escaping_allocation"'
)
_HELPERS = f"""
declare void @{_FOLLOW}.nothing(ptr) {_ATTRIBUTES.format("readwrite")}
declare void @{_PREFIX}.tell(i64) {_TELLS}
declare "enzyme_type"="{{[-1]:Integer}}" i64 @{_PREFIX}.told() {_TELLS}"""


def _read_name(kind: str) -> str:
    return f"@{_PREFIX}.{kind.strip('<>').replace(' ', '')}"


def _declaration(kind: str) -> str:
    if kind == "store":
        return f"declare void @{_PREFIX}.store(ptr, i8) {_ATTRIBUTES.format('write')}"
    if kind == "copy":
        return f"declare void @{_PREFIX}.copy(ptr, ptr, i64) {_ATTRIBUTES.format('readwrite')}"
    if kind == "fill":
        return f"declare void @{_PREFIX}.fill(ptr, i8, i64) {_ATTRIBUTES.format('write')}"
    return f'declare "enzyme_type"="{{[-1]:Integer}}" {kind} {_read_name(kind)}(ptr) {_ATTRIBUTES.format("read")}'


def _rule(kind: str) -> str:
    """A function whose rule copies the bytes that were just written.

    How many was told before, since the engine wants each argument of a rule to have a shadow.
    """
    size, told = ("1", "") if kind == "store" else ("%n", f"  %n = call i64 @{_PREFIX}.told()\n")
    copy = f"  call void @llvm.memmove.p0.p0.i64(ptr %pd, ptr %p, i64 {size}, i1 false)\n"
    return _registered(kind, told + copy)


def _registered(kind: str, change: str) -> str:
    """A function that does nothing, and whose rule changes the shadow ``%pd``."""
    name, words = f"{_FOLLOW}.{kind}", "noinline nofree nosync nounwind willreturn"
    return f"""
define internal void @{name}(ptr %p) {words} memory(argmem: readwrite) "enzyme_notypeanalysis" {{
  call void @{_FOLLOW}.nothing(ptr %p)
  ret void
}}
define internal void @{name}.tangent(ptr %p, ptr %pd) {words} {{
{change}  ret void
}}
@__enzyme_register_derivative_{name} = internal global [2 x ptr] [ptr @{name}, ptr @{name}.tangent]
"""


def _body(name: str) -> str:
    if name == "follow.nothing":
        return f"define internal void @{_FOLLOW}.nothing(ptr %p) alwaysinline {{\n  ret void\n}}"
    if name == "tell":
        return (
            f"@{_PREFIX}.length = internal thread_local global i64 0\n"
            f"define internal void @{_PREFIX}.tell(i64 %n) alwaysinline {{\n"
            f"  store i64 %n, ptr @{_PREFIX}.length, align 8\n  ret void\n}}"
        )
    if name == "told":
        return (
            f"define internal i64 @{_PREFIX}.told() alwaysinline {{\n"
            f"  %n = load i64, ptr @{_PREFIX}.length, align 8\n  ret i64 %n\n}}"
        )
    if name == "store":
        parameters, lines = "ptr %p, i8 %v", "  store i8 %v, ptr %p, align 1\n"
    elif name == "copy":
        parameters = "ptr %p, ptr %q, i64 %n"
        lines = "  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %p, ptr align 1 %q, i64 %n, i1 false)\n"
    elif name == "fill":
        parameters = "ptr %p, i8 %v, i64 %n"
        lines = "  call void @llvm.memset.p0.i64(ptr align 1 %p, i8 %v, i64 %n, i1 false)\n"
    else:
        count = name.removesuffix("i8").removesuffix("x")
        kind = f"<{count} x i8>" if count else "i8"
        return (
            f"define internal {kind} @{_PREFIX}.{name}(ptr %p) alwaysinline {{\n"
            f"  %v = load {kind}, ptr %p, align 1\n  ret {kind} %v\n}}"
        )
    return f"define internal void @{_PREFIX}.{name}({parameters}) alwaysinline {{\n{lines}  ret void\n}}"


def _rewrite(text: str, kinds: set[str]) -> str:
    if " x i8>, ptr " not in text:
        return text
    lines = text.split("\n")
    used: dict[str, list[int]] = {}
    defined: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.startswith("    #dbg_"):
            continue
        definition = _DEFINITION.match(line)
        own = definition.group(1) if definition else ""
        if own:
            defined[own] = number
        for name in set(_NAME.findall(line)) - {own}:
            used.setdefault(name, []).append(number)

    def is_looked_at(name: str) -> bool:
        readers = [_DEFINITION.match(lines[number]) for number in used.get(name, ())]
        return all(reader and reader.group(2) in _LOOKS for reader in readers)

    groups = [
        (number, match)
        for number, line in enumerate(lines)
        if (match := _GROUP.match(line)) and all(" = icmp " in lines[reader] for reader in used.get(match.group(1), ()))
    ]
    if not groups:
        return text
    memory = _Memory(lines)
    tables = {memory.root(match.group(3)) for _, match in groups}
    hidden = {match.group(1) for _, match in groups}
    found = dict(groups)
    for number, line in enumerate(lines):
        match = _BYTE.match(line)
        if match and memory.root(match.group(3)) in tables and is_looked_at(match.group(1)):
            found[number] = match
            hidden.add(match.group(1))
    for number, match in found.items():
        name, kind, pointer = match.groups()
        kinds.add(kind)
        lines[number] = f"  {name} = call {kind} {_read_name(kind)}(ptr {pointer}){_place(lines[number])}"
    for number, line in enumerate(lines):
        if store := _STORE.match(line):
            value, pointer = store.group(2), store.group(3)
            if memory.root(pointer) in tables and (value.startswith("-") or _is_made(lines, defined, value, hidden)):
                kinds.add("store")
                lines[number] = f"  call void @{_PREFIX}.store(ptr {pointer}, i8 {value}){_place(line)}"
        elif (fill := _FILL.match(line)) and memory.root(fill.group(1)) in tables:
            kinds.add("fill")
            pointer, value, size = fill.groups()
            lines[number] = f"  call void @{_PREFIX}.fill(ptr {pointer}, i8 {value}, i64 {size}){_place(line)}"
    return "\n".join(lines)


def _hide_copies(text: str, debug: ModuleText, kinds: set[str]) -> str:
    """Copy the control bytes of a table that is cloned by a call."""

    def hidden(match: re.Match[str]) -> str:
        frame = next(debug.frames(match.group()), None)
        if frame is None or not frame.function.endswith(_TAG):
            return match.group()
        kinds.add("copy")
        to, source, size = match.groups()
        return f"  call void @{_PREFIX}.copy(ptr {to}, ptr {source}, i64 {size}){_place(match.group())}"

    return _COPY.sub(hidden, text)


def _place(line: str) -> str:
    match = _PLACE.search(line)
    return match.group() if match else ""


def _is_made(lines: list[str], defined: dict[str, int], value: str, hidden: set[str]) -> bool:
    """Whether a byte was worked out as a number, or is one that was read as a control byte."""
    if value in hidden:
        return True
    match = _DEFINITION.match(lines[defined[value]]) if value in defined else None
    if match is not None and match.group(2) in ("select", "phi"):
        line = lines[defined[value]]
        return all(constant.startswith("-") for constant in re.findall(r"\bi8 ([^,\s]+)", line)) and " phi " not in line
    return match is not None and match.group(2) in _LOOKS


class _Memory:
    """Which pointers of a function lie in one piece of memory, by how they are worked out."""

    def __init__(self, lines: list[str]) -> None:
        self._parents: dict[str, str] = {}
        for line in lines:
            match = _POINTER.match(line)
            if match is None:
                continue
            name, loaded, address, base, _, operands = match.groups()
            if loaded:
                # What is loaded from one place is one pointer, mostly.
                self._join(name, f"load {address}")
            elif base:
                self._join(name, base)
            else:
                for operand in _pointers(line, operands):
                    self._join(name, operand)

    def root(self, name: str) -> str:
        while name in self._parents:
            name = self._parents[name]
        return name

    def _join(self, first: str, second: str) -> None:
        first, second = self.root(first), self.root(second)
        if first != second:
            self._parents[first] = second


def _pointers(line: str, operands: str) -> Iterator[str]:
    if not (operands.startswith("ptr ") or ", ptr " in operands):
        return
    for one, incoming in _OPERAND.findall(operands):
        if one or incoming:
            yield one or incoming
