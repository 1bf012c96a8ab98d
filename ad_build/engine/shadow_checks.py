"""Checks at run time, in debug builds, that the shadow of an enum is of the same variant as the enum itself.

The derivative reads and writes the shadow as the variant that the primal is: another one there is memory of another
type, and where it keeps a pointer, anything may happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ad_build.ir_text import global_name
from ad_build.model import Tag, TagRange

DECLARATIONS = "declare i32 @dprintf(i32, ptr, ...)\ndeclare void @abort() noreturn\n"
_STANDARD_ERROR = 2


def write_check(derivative: str, shown: str, parameter: str, index: int, tags: Sequence[Tag]) -> tuple[str, str]:
    """A function that compares what two pointers, primal and shadow, point to; its name and its IR.

    ``shown`` is the derivative's name for the user.
    """
    name = global_name(f"ad_build.check.{derivative}.{index}")
    text = global_name(f"ad_build.check.{derivative}.{index}.text")
    said = (
        f"ad-build: {shown}: the shadow of `{parameter}` is another variant of its enum than `{parameter}` is\n"
    ).encode()
    body = _Body()
    wrong = "false"
    for tag in tags:
        own, shadow = body.load("%a", tag.offset, tag.size), body.load("%s", tag.offset, tag.size)
        bits = 8 * tag.size
        bad = "false"
        for values in tag.variants:
            differ = body.add(f"xor i1 {body.inside(own, bits, values)}, {body.inside(shadow, bits, values)}")
            bad = body.add(f"or i1 {bad}, {differ}")
        for around in tag.within:
            bad = body.add(f"and i1 {bad}, {_holds(body, around)}")
        wrong = body.add(f"or i1 {wrong}, {bad}")
    escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:02X}" for byte in said)
    lines = "\n".join(f"  {line}" for line in body.lines)
    return name, (
        f'{text} = private unnamed_addr constant [{len(said) + 1} x i8] c"{escaped}\\00"\n'
        f"define internal void {name}(ptr %a, ptr %s) noinline nounwind {{\n{lines}\n"
        f"  br i1 {wrong}, label %fail, label %done\n"
        "fail:\n"
        f"  %told = call i32 (i32, ptr, ...) @dprintf(i32 {_STANDARD_ERROR}, ptr {text})\n"
        "  call void @abort()\n  unreachable\ndone:\n  ret void\n}\n"
    )


def _holds(body: _Body, around: TagRange) -> str:
    inside = body.inside(body.load("%a", around.offset, around.size), 8 * around.size, around.values)
    return body.add(f"xor i1 {inside}, true") if around.outside else inside


@dataclass(slots=True)
class _Body:
    """Instructions, one behind the other."""

    lines: list[str] = field(default_factory=list)

    def add(self, instruction: str) -> str:
        value = f"%v{len(self.lines)}"
        self.lines.append(f"{value} = {instruction}")
        return value

    def load(self, pointer: str, offset: int, size: int) -> str:
        at = self.add(f"getelementptr inbounds i8, ptr {pointer}, i64 {offset}")
        # Of a variant that is not there the bytes may never have been written.
        return self.add(f"freeze i{8 * size} {self.add(f'load i{8 * size}, ptr {at}, align 1')}")

    def inside(self, value: str, bits: int, values: Sequence[tuple[int, int]]) -> str:
        """Whether a value lies in one of the ranges."""
        found = "false"
        for low, high in values:
            apart = self.add(f"sub i{bits} {value}, {low}")
            one = self.add(f"icmp ule i{bits} {apart}, {high - low}")
            found = self.add(f"or i1 {found}, {one}")
        return found
