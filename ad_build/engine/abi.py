"""How results are returned: by what LLVM type, in Rust's ABI and in C's on x86-64 and AArch64.

Sources: System V ABI AMD64 section 3.2.3, AAPCS64 section 6.9, and what rustc and clang emit (tests compare).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ad_build.model import Language

# LLVM floating-point and integer scalar types: size and alignment in bytes.
SCALARS: dict[str, tuple[int, int]] = {
    "half": (2, 2),
    "bfloat": (2, 2),
    "float": (4, 4),
    "double": (8, 8),
    "x86_fp80": (16, 16),
    "fp128": (16, 16),
    "i1": (1, 1),
    "i8": (1, 1),
    "i16": (2, 2),
    "i32": (4, 4),
    "i64": (8, 8),
    "i128": (16, 16),
    "ptr": (8, 8),
}
_SSE = frozenset({"half", "bfloat", "float", "double"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One result: its LLVM type, size and alignment in bytes; an aggregate that travels as an integer or in memory
    is not ``scalar``."""

    type: str
    size: int
    align: int
    scalar: bool = True


def scalar_leaf(kind: str) -> Leaf:
    """The leaf for an LLVM scalar, vector or literal struct type."""
    if kind in SCALARS:
        return Leaf(type=kind, size=SCALARS[kind][0], align=SCALARS[kind][1])
    if kind.startswith("{") or kind.startswith("["):
        inner = [word.strip() for word in kind.strip("{} ").split(",")]
        sizes = [SCALARS.get(word, (8, 8)) for word in inner]
        align = max(a for _, a in sizes)
        return Leaf(type=kind, size=_round_up(sum(s for s, _ in sizes), align), align=align, scalar=False)
    if kind.startswith("<"):
        count, _, element = kind.strip("<>").partition(" x ")
        size, align = SCALARS[element.strip()]
        return Leaf(type=kind, size=int(count) * size, align=align, scalar=False)
    return Leaf(type=kind, size=8, align=8, scalar=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultLayout:
    """Several results as one aggregate: the offset of each and how the aggregate travels.

    ``llvm_type`` is the LLVM return type, ``void`` where it is written through a leading ``sret`` pointer.
    """

    offsets: tuple[int, ...]
    size: int
    align: int
    llvm_type: str
    sret: bool


def _round_up(value: int, align: int) -> int:
    return -(-value // align) * align


def layout_results(leaves: Sequence[Leaf], language: Language, triple: str) -> ResultLayout:
    """Lay out several results, in order, as a Rust tuple or a C struct."""
    order = list(range(len(leaves)))
    if language is Language.RUST:
        # rustc orders the fields of a tuple by falling alignment, but the last, which might be unsized, stays last.
        order[:-1] = sorted(order[:-1], key=lambda index: -leaves[index].align)
    offsets = [0] * len(leaves)
    at = 0
    for index in order:
        at = _round_up(at, leaves[index].align)
        offsets[index] = at
        at += leaves[index].size
    align = max(leaf.align for leaf in leaves)
    size = _round_up(at, align)
    in_memory_order = [leaves[index].type for index in order]
    scalars = all(leaf.scalar for leaf in leaves)
    if language is Language.RUST:
        llvm_type = _rust_return(in_memory_order, size, scalars=scalars)
    elif triple.startswith(("aarch64", "arm64")):
        llvm_type = _aapcs_return(in_memory_order, size)
    else:
        llvm_type = _sysv_return(in_memory_order, sorted(offsets), size)
    return ResultLayout(
        offsets=tuple(offsets), size=size, align=align, llvm_type=llvm_type or "void", sret=not llvm_type
    )


def _rust_return(types: Sequence[str], size: int, *, scalars: bool) -> str:
    if len(types) == 2 and scalars:
        return f"{{ {types[0]}, {types[1]} }}"
    return f"i{8 * size}" if size <= 8 else ""


def _sysv_return(types: Sequence[str], offsets: Sequence[int], size: int) -> str:
    if size > 16 or any(kind in ("x86_fp80", "fp128") for kind in types):
        return ""
    words = []
    for start in range(0, size, 8):
        inside = [kind for kind, offset in zip(types, offsets, strict=True) if start <= offset < start + 8]
        if len(inside) == 1:
            words.append(inside[0])
        elif all(kind == "float" for kind in inside):
            words.append("<2 x float>")
        elif all(kind in _SSE for kind in inside):
            words.append("double")
        else:
            words.append(f"i{8 * min(8, size - start)}")
    return words[0] if len(words) == 1 else f"{{ {', '.join(words)} }}"


def _aapcs_return(types: Sequence[str], size: int) -> str:
    if len(set(types)) == 1 and types[0] in _SSE and len(types) <= 4:
        return f"[{len(types)} x {types[0]}]"
    if size > 16:
        return ""
    return "i64" if size <= 8 else "[2 x i64]"
