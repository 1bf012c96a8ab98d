"""Makes functions return structs of floats and other things through memory.

In reverse mode the engine takes the whole of a returned ``{ i64, double }`` for inactive, and drops the adjoint of the
float: a silent zero (fixtures/c/small/mixedreturn.c; in Rust every ``Option<f64>`` that is returned in registers).
Such a function gets a pointer to its result as first parameter, and its callers read the parts from there.
"""

from __future__ import annotations

import re

from ad_build import ir_text
from ad_build.engine.instructions import FLOATS, Layout, split_commas, split_type, value_of
from ad_build.engine.pointers import GLOBAL, LOCAL, block_name, rewrite_functions, split_arguments

_DEFINE = re.compile(rf"^define (.*?)(\{{[^{{}}]*\}}) ({GLOBAL})\(", re.MULTILINE)
_CALL = re.compile(rf"^  (?:({LOCAL}) = )?(?:tail |notail )?(call|invoke) (.*?)(\{{[^{{}}]*\}}) ({GLOBAL})\(")
_NORMAL = re.compile(rf"^(\s+to label )({LOCAL})( unwind label {LOCAL}.*)$")
_WORDS = re.compile(r"\b(?:noundef|nonnull|zeroext|signext|inreg|range\([^)]*\)|nofpclass\([^)]*\)) ")
_INSERT = re.compile(rf"^  ({LOCAL}) = insertvalue (\{{[^{{}}]*\}} .*)$")
_SUFFIX = ".ad_build.out"


def return_mixed_structs_in_memory(ir: str) -> str:
    """Rewrite every function that returns floats together with integers or pointers, and all direct calls of it."""
    layout = Layout.of(ir)
    mixed = {name: kind for _, kind, name in _DEFINE.findall(ir) if _is_mixed(layout, kind)}
    if not mixed:
        return ir

    def rewrite(text: str) -> str:
        return _Rewriter(layout, mixed, text).rewrite() if any(name in text for name in mixed) else text

    ir = rewrite_functions(ir, rewrite)
    names = [_new_name(name)[1:].strip('"') for name in mixed]
    return ir_text.edit_function_attributes(ir, names, _writes_memory)


def forget_result_memory(ir: str) -> str:
    """The module without ``sret`` on functions of its own, where only they and their direct calls know of it.

    The engine takes a function that writes to its ``sret`` parameter alone for one that writes nothing, and drops
    adjoints where all it is given is local memory: glam's four-vectors, before inlining, had no gradient.
    """
    local = {name for name in _LOCAL_RESULT.findall(ir) if len(re.findall(_mention(name), ir)) == ir.count(f"{name}(")}
    if not local:
        return ir
    return "\n".join(_without_result(line, local) if " sret(" in line else line for line in ir.split("\n"))


_LOCAL_RESULT = re.compile(rf"^define (?:internal|private) [^\n]*?({GLOBAL})\([^\n]*? sret\(", re.MULTILINE)
_NAMED = re.compile(rf"^(?:define |  (?:{LOCAL} = )?(?:tail |notail )?(?:call|invoke) )[^(]*?(?:\([^@]*?)?({GLOBAL})\(")
_RESULT = re.compile(r" sret\((?:[^()]|\([^()]*\))*\)")


def _mention(name: str) -> str:
    return rf"{re.escape(name)}(?![-a-zA-Z$._0-9])"


def _without_result(line: str, names: set[str]) -> str:
    named = _NAMED.match(line)
    return _RESULT.sub("", line, count=1) if named and named.group(1) in names else line


def _is_mixed(layout: Layout, kind: str) -> bool:
    scalars = [scalar for _, scalar in layout.leaves(kind)]
    # The same happens to long doubles, with whatever they are returned.
    return len({scalar in FLOATS or scalar.startswith("<") for scalar in scalars}) > 1 or "x86_fp80" in scalars


def _new_name(name: str) -> str:
    return f'{name[:-1]}{_SUFFIX}"' if name.endswith('"') else name + _SUFFIX


def _writes_memory(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if not word.startswith("memory(") and word not in ("readnone", "readonly"))


class _Rewriter:
    """Rewrites one function: its own results, and its calls."""

    def __init__(self, layout: Layout, mixed: dict[str, str], text: str) -> None:
        self.layout = layout
        self.mixed = mixed
        self.lines = text.split("\n")
        self.slots: list[str] = []
        self.relabelled: list[tuple[str, str, str]] = []
        self.out: list[str] = []
        self.block = ""
        self.count = 0
        self.inserted: dict[str, tuple[str, str, str]] = {}
        for line in self.lines:
            insert = _INSERT.match(line)
            if insert:
                whole, part, index = split_commas(insert.group(2))[:3]
                values = (value_of(split_type(operand)[1]) for operand in (whole, part))
                self.inserted[insert.group(1)] = (*values, index)  # type: ignore[assignment]

    def rewrite(self) -> str:
        """The new text; a function that is rewritten keeps a body under its old name that calls the new one."""
        head = next(line for line in self.lines if line.startswith("define "))
        match = _DEFINE.match(head)
        own = match.group(3) if match and match.group(3) in self.mixed else None
        kind = self.mixed.get(own or "", "")
        lines = iter(self.lines)
        for line in lines:
            self.block = block_name(line) or self.block
            call = _CALL.match(line)
            if call and self.mixed.get(call.group(5)) == call.group(4):
                following = next(lines) if call.group(2) == "invoke" else ""
                self._call(line, call, following)
            elif own and line.startswith(f"  ret {kind} "):
                self._return(kind, line[len(f"  ret {kind} ") :])
            else:
                self.out.append(line)
        text = "\n".join(self._with_slots())
        for old, new, target in self.relabelled:
            text = _replace_in_phis(text, old, new, target)
        if own is None or match is None:
            return text
        return self._renamed(text, head, match.group(1), kind, own)

    def _fields(self, kind: str, pointer: str) -> list[tuple[int, str, str]]:
        """Index, type and address of each field; emits the addresses."""
        fields = split_commas(kind[1:-1].strip())
        found = []
        for index, field in enumerate(fields):
            offset = self.layout.step(kind, index)[1]
            address = pointer
            if offset:
                address = f"%ad_build.field.{self.count}"
                self.count += 1
                self.out.append(f"  {address} = getelementptr inbounds i8, ptr {pointer}, i64 {offset}")
            found.append((index, field, address))
        return found

    def _return(self, kind: str, rest: str) -> None:
        value = re.split(r", !\w+ !\d+", rest)[0].strip()
        fields = self._fields(kind, "%ad_build.result")
        constants = split_commas(value[1:-1].strip()) if value.startswith("{") else []
        for index, field, address in fields:
            part = self._inserted(value, index)
            if part in ("undef", "poison"):
                continue
            if part is not None:
                pass
            elif value.startswith("%"):
                part = f"%ad_build.part.{self.count}"
                self.count += 1
                self.out.append(f"  {part} = extractvalue {kind} {value}, {index}")
            else:
                part = value_of(split_type(constants[index])[1]) if constants else "zeroinitializer"
            self.out.append(f"  store {field} {part}, ptr {address}")
        self.out.append("  ret void")

    def _inserted(self, whole: str, index: int) -> str | None:
        """What was put into a struct at an index, where that can be seen: passes look at such values later."""
        while whole in self.inserted:
            whole, part, at = self.inserted[whole]
            if at == str(index):
                return part
        return "poison" if whole in ("undef", "poison") else None

    def _call(self, line: str, call: re.Match[str], following: str) -> None:
        result, opcode, convention, kind, callee = call.groups()
        arguments = split_arguments(line[call.end() :])
        slot = f"%ad_build.returned.{self.count}"
        self.count += 1
        self.slots.append(f"  {slot} = alloca {kind}, align 8")
        debug = re.search(r"(, )?!dbg !\d+", line)
        given = ", ".join([f"ptr {slot}", *arguments])
        text = f"  {opcode} {_WORDS.sub('', convention)}void {_new_name(callee)}({given})"
        normal = _NORMAL.match(following)
        if normal is None:
            self.out.append(f"{text}, {debug.group().removeprefix(', ')}" if debug else text)
        else:
            fresh = f"{slot}.read"
            self.out += [text, f"{normal.group(1)}{fresh}{normal.group(3)}", "", f"{fresh[1:]}:"]
        if result:
            whole = "poison"
            fields = self._fields(kind, slot)
            for index, field, address in fields:
                self.out.append(f"  {slot}.{index} = load {field}, ptr {address}")
                name = result if index == len(fields) - 1 else f"{slot}.with.{index}"
                self.out.append(f"  {name} = insertvalue {kind} {whole}, {field} {slot}.{index}, {index}")
                whole = name
        if normal is not None:
            target = normal.group(2)
            self.out.append(f"  br label {target}")
            self.relabelled.append((self.block, f"{slot}.read", target))
            self.block = f"{slot}.read"

    def _with_slots(self) -> list[str]:
        if not self.slots:
            return self.out
        at = next(number for number, line in enumerate(self.out) if line.startswith("define ")) + 1
        if block_name(self.out[at]):
            at += 1
        return [*self.out[:at], *self.slots, *self.out[at:]]

    def _renamed(self, text: str, head: str, before: str, kind: str, own: str) -> str:
        old_start = f"{before}{kind} {own}("
        new_start = f"{_WORDS.sub('', before)}void {_new_name(own)}(ptr noalias %ad_build.result"
        new_head = head.replace(old_start, f"{new_start}{'' if f'{own}()' in head else ', '}", 1)
        text = text.replace(head, new_head, 1)
        # The old name stays for those who hold the function's address.
        parameters = split_arguments(head[head.index(f"{own}(") + len(own) + 1 :])
        given = ", ".join(["ptr %ad_build.result", *parameters])
        debug = re.search(r" !dbg !\d+", head)
        wrapper = [
            head.replace(debug.group(), "") if debug else head,
            f"  %ad_build.result = alloca {kind}, align 8",
            f"  call {_convention(before)}void {_new_name(own)}({given})",
            f"  %ad_build.whole = load {kind}, ptr %ad_build.result, align 8",
            f"  ret {kind} %ad_build.whole",
            "}",
        ]
        return text + "\n".join(wrapper) + "\n"


def _convention(before: str) -> str:
    """The calling convention among the words before a function's result type."""
    found = re.search(r"\b(fastcc|coldcc|tailcc|preserve_mostcc|cc \d+) ", before)
    return found.group() if found else ""


def _replace_in_phis(text: str, old: str, new: str, target: str) -> str:
    """Where the phis of block ``target`` name ``old``, let them name ``new``."""
    lines = text.split("\n")
    inside = False
    for number, line in enumerate(lines):
        label = block_name(line)
        if label:
            inside = label == target
        elif inside and " = phi " in line:
            lines[number] = line.replace(f", {old} ]", f", {new} ]")
    return "\n".join(lines)
