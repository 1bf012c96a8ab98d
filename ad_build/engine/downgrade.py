"""Rewrites the text of LLVM IR so that an older LLVM can read it.

Only spellings change.  What has no older spelling is left out where it is a mere promise (an attribute, a flag,
the place of a variable for a debugger); anything else stays as it is, and the older LLVM says that it cannot read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

# The oldest LLVM that reads opaque pointers without being asked to, below which rewriting cannot help.
OLDEST = 15
# The newest LLVM whose spellings the rules know.
NEWEST_REWRITTEN = 22


class _Lines(Enum):
    """The kinds of lines of a module that a rule looks at; string constants are never among them."""

    CODE = "code"  # instructions, define, declare, attributes, globals without strings
    METADATA = "metadata"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """``pattern`` was new in LLVM ``since``; readers below get ``replacement``."""

    since: int
    pattern: re.Pattern[str]
    replacement: str = ""
    lines: _Lines = _Lines.CODE


# One level of nested parentheses inside an attribute's argument, as in `initializes((0, 8), (16, 24))`.
_ARGUMENT = r"\((?:[^()]|\([^()]*\))*\)"


def _word(since: int, *names: str) -> tuple[Rule, ...]:
    """Attributes without argument, which can be left out."""
    return tuple(Rule(since=since, pattern=re.compile(rf" {name}(?=[ ,)]|$)")) for name in names)


def _call(since: int, *names: str) -> tuple[Rule, ...]:
    """Attributes with an argument, which can be left out."""
    return tuple(Rule(since=since, pattern=re.compile(rf" {name}{_ARGUMENT}")) for name in names)


def _spelling(since: int, old: str, new: str) -> Rule:
    return Rule(since=since, pattern=re.compile(re.escape(old)), replacement=new)


def _flags(since: int, opcode: str, *flags: str) -> Rule:
    """Flags right after an opcode."""
    return Rule(since=since, pattern=re.compile(rf"\b({opcode})((?: (?:{'|'.join(flags)}))+)(?= )"), replacement=r"\1")


def _field(since: int, *names: str) -> tuple[Rule, ...]:
    """Fields of specialized metadata nodes."""
    return tuple(
        Rule(since=since, pattern=re.compile(rf', {name}: (?:"[^"]*"|[^,()]+)'), lines=_Lines.METADATA)
        for name in names
    )


_FAST = ("fast", "nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc")

RULES = (
    # Where the weights come from: `!{!"branch_weights", !"expected", i32 1, …}`.
    Rule(
        since=20,
        pattern=re.compile(r'!"branch_weights", !"expected"'),
        replacement='!"branch_weights"',
        lines=_Lines.METADATA,
    ),
    # memory(...) came with LLVM 16. What has no old spelling falls under the last rule: no promise at all.
    _spelling(16, " memory(none)", " readnone"),
    _spelling(16, " memory(read)", " readonly"),
    _spelling(16, " memory(write)", " writeonly"),
    _spelling(16, " memory(argmem: readwrite)", " argmemonly"),
    _spelling(16, " memory(argmem: read)", " argmemonly readonly"),
    _spelling(16, " memory(argmem: write)", " argmemonly writeonly"),
    _spelling(16, " memory(inaccessiblemem: readwrite)", " inaccessiblememonly"),
    _spelling(16, " memory(inaccessiblemem: write)", " inaccessiblememonly writeonly"),
    _spelling(16, " memory(argmem: readwrite, inaccessiblemem: readwrite)", " inaccessiblemem_or_argmemonly"),
    *_call(16, "memory"),
    _spelling(21, " captures(none)", " nocapture"),
    *_call(21, "captures"),
    *_call(17, "nofpclass"),
    *_call(19, "range", "initializes", "inrange"),
    *_call(22, "dead_on_return"),
    *_word(18, "dead_on_unwind", "writable", "optdebug", "nodivergencesource"),
    *_word(20, "noext", "sanitize_type", "sanitize_realtime", "sanitize_realtime_blocking"),
    *_word(19, "hybrid_patchable", "sanitize_numerical_stability"),
    *_word(21, "dead_on_return", "sanitize_alloc_token"),
    *_word(22, "nocreateundeforpoison"),
    Rule(since=19, pattern=re.compile(r"\b(getelementptr(?: inbounds)?)(?: nusw| nuw)+"), replacement=r"\1"),
    _flags(18, "zext", "nneg"),
    _flags(19, "uitofp", "nneg"),
    _flags(18, "or", "disjoint"),
    _flags(19, "trunc", "nuw", "nsw"),
    _flags(20, "icmp", "samesign"),
    _flags(20, "fptrunc|fpext", *_FAST),
    _flags(22, "ptrtoaddr"),
    # Lifetimes lost their size argument in LLVM 22; -1 means "the whole object".
    Rule(
        since=22,
        pattern=re.compile(r"(@llvm\.lifetime\.(?:start|end)\.p\d+\()(?=ptr[^)]* %)"),
        replacement=r"\1i64 -1, ",
    ),
    Rule(
        since=22,
        pattern=re.compile(r"^(declare .*@llvm\.lifetime\.(?:start|end)\.p\d+\()(?=ptr)"),
        replacement=r"\1i64 immarg, ",
    ),
    # Links between variables and stores; without the debug records nothing refers to them.
    Rule(since=17, pattern=re.compile(r"!DIAssignID\(\)"), replacement="!{}", lines=_Lines.METADATA),
    # Static members were members like any other before DWARF 5's reading won.
    Rule(
        since=18,
        pattern=re.compile(r"(!DIDerivedType\(tag: )DW_TAG_variable\b"),
        replacement=r"\1DW_TAG_member",
        lines=_Lines.METADATA,
    ),
    *_field(16, "targetFuncName"),
    *_field(20, "enumKind", "numExtraInhabitants", "dataSize"),
    *_field(21, "keyInstructions", "atomGroup", "atomRank", "bitStride"),
    *_field(22, "sourceLanguageVersion"),
)

_UNTOUCHED = ("source_filename", ";", "target ", "module asm")
_DEBUG_RECORD = "#dbg_"
_DEBUG_RECORDS_SINCE = 19
_SPLAT_SINCE = 19
_SPLAT = re.compile(r"splat \((\S+) ([^()]+)\)")
_VECTOR = re.compile(r"<(\d+) x ([^<>]+)>")


def downgrade_ir(ir: str, to_major: int) -> str:
    """The module in the spelling of LLVM ``to_major`` (15 or newer); IR of that LLVM or older is not changed.

    Pure.  Places of local variables (debug records) are dropped; lines and functions stay.
    """
    rules = {kind: [rule for rule in RULES if to_major < rule.since and rule.lines is kind] for kind in _Lines}
    if not any(rules.values()):
        return ir
    drop_records, expand_splats = to_major < _DEBUG_RECORDS_SINCE, to_major < _SPLAT_SINCE
    out = []
    for line in ir.split("\n"):
        if drop_records and line.lstrip().startswith(_DEBUG_RECORD):
            continue
        if line.startswith("declare !dbg "):
            # Older verifiers want places on every call of a function with debug info; the engine's own calls have none.
            line = "declare " + line.split(" ", 3)[3]
        kind = _Lines.METADATA if line.startswith("!") else _Lines.CODE
        if kind is _Lines.CODE and (' c"' in line or line.startswith(_UNTOUCHED)):
            out.append(line)
            continue
        for rule in rules[kind]:
            line = rule.pattern.sub(rule.replacement, line)
        out.append(_expand_splats(line) if expand_splats and "splat (" in line else line)
    return "\n".join(out)


def _expand_splats(line: str) -> str:
    """Write ``splat (T v)`` as a vector constant, its length taken from the nearest vector type to the left."""

    def spelled_out(match: re.Match[str]) -> str:
        element, value = match.groups()
        types = [t for t in _VECTOR.findall(line[: match.start()]) if t[1] == element]
        if not types:
            return match.group(0)
        return "<" + ", ".join([f"{element} {value}"] * int(types[-1][0])) + ">"

    return _SPLAT.sub(spelled_out, line)
