"""The lengths of rings: linked lists that end in the place where they begin, as ``std::list`` does.

The ring's own head takes part as a node without a value; where the nodes have theirs, ``std::list`` keeps its length.
A pointer that walks the ring may point to either, so type analysis finds a float and an integer in one place.  Integers
beside a head that counts are read and written here by calls that neither type analysis nor activity analysis sees
through.  A head is a local object into which its own address is stored.

The functions that link nodes are part of the C++ library's binary; they get bodies.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL, rewrite_functions

_PREFIX = "ad_build.length"
_LINK = "_ZNSt8__detail15_List_node_base"
# A node holds the next and the previous one.
_BODIES = {
    f"{_LINK}7_M_hookEPS0_": """(ptr %node, ptr %place) {
  %back = getelementptr inbounds i8, ptr %place, i64 8
  %before = load ptr, ptr %back, align 8
  %node.back = getelementptr inbounds i8, ptr %node, i64 8
  store ptr %place, ptr %node, align 8
  store ptr %before, ptr %node.back, align 8
  store ptr %node, ptr %before, align 8
  store ptr %node, ptr %back, align 8
  ret void
}""",
    f"{_LINK}9_M_unhookEv": """(ptr %node) {
  %node.back = getelementptr inbounds i8, ptr %node, i64 8
  %after = load ptr, ptr %node, align 8
  %before = load ptr, ptr %node.back, align 8
  %after.back = getelementptr inbounds i8, ptr %after, i64 8
  store ptr %after, ptr %before, align 8
  store ptr %before, ptr %after.back, align 8
  ret void
}""",
    f"{_LINK}11_M_transferEPS0_S1_": """(ptr %place, ptr %first, ptr %end) {
entry:
  %nothing = icmp eq ptr %place, %end
  br i1 %nothing, label %done, label %move
move:
  %place.back = getelementptr inbounds i8, ptr %place, i64 8
  %first.back = getelementptr inbounds i8, ptr %first, i64 8
  %end.back = getelementptr inbounds i8, ptr %end, i64 8
  %before.place = load ptr, ptr %place.back, align 8
  %before.first = load ptr, ptr %first.back, align 8
  %last = load ptr, ptr %end.back, align 8
  store ptr %place, ptr %last, align 8
  store ptr %last, ptr %place.back, align 8
  store ptr %end, ptr %before.first, align 8
  store ptr %before.first, ptr %end.back, align 8
  store ptr %first, ptr %before.place, align 8
  store ptr %before.place, ptr %first.back, align 8
  br label %done
done:
  ret void
}""",
    f"{_LINK}10_M_reverseEv": """(ptr %head) {
entry:
  br label %node
node:
  %at = phi ptr [ %head, %entry ], [ %after, %node ]
  %back = getelementptr inbounds i8, ptr %at, i64 8
  %after = load ptr, ptr %at, align 8
  %before = load ptr, ptr %back, align 8
  store ptr %before, ptr %at, align 8
  store ptr %after, ptr %back, align 8
  %around = icmp eq ptr %after, %head
  br i1 %around, label %done, label %node
done:
  ret void
}""",
}
_SELF = re.compile(rf"^  store ptr ({LOCAL}), ptr ({LOCAL}),", re.MULTILINE)
_OFFSET = re.compile(
    rf"^  ({LOCAL}) = getelementptr (?:inbounds |nuw |nusw )*i8, ptr ({LOCAL}), i64 \d+(?=[,\n])", re.MULTILINE
)
_LOAD = re.compile(rf"^  ({LOCAL}) = load i64, ptr ({LOCAL}), align \d+", re.MULTILINE)
_STORE = re.compile(rf"^  store i64 ([^,]+), ptr ({LOCAL}), align \d+", re.MULTILINE)
_STEP = re.compile(rf"^  ({LOCAL}) = (?:add|sub) (?:nuw |nsw )*i64 ({LOCAL}), (-?\d+)(?=[,\n]|$)", re.MULTILINE)
_LOCAL_HEAD = re.compile(rf"^  ({LOCAL}) = alloca ", re.MULTILINE)
_READER = re.compile(rf"^  ({LOCAL}) = (\w+)|^  (store|switch) ")
_PLACE = re.compile(r", !dbg !\d+")
_COUNTS = frozenset(("add", "sub", "icmp", "trunc"))


def give_links(ir: str) -> str:
    """Give the library's functions that link nodes their bodies."""
    if f"@{_LINK}" not in ir:
        return ir
    for name, body in _BODIES.items():
        declared = re.search(rf"^declare [^\n]*@{name}\([^\n]*$", ir, re.MULTILINE)
        if declared:
            ir = f"{ir[: declared.start()]}define internal void @{name}{body}{ir[declared.end() :]}"
    return ir


def hide_lengths(ir: str) -> str:
    """Rewrite every function of a module in which a ring is made or changed."""
    rewritten = rewrite_functions(ir, _rewrite)
    if rewritten is ir:
        return ir
    words = 'nofree nosync nounwind willreturn memory(argmem: {}) "enzyme_inactive"'
    return (
        rewritten
        + f'\ndeclare "enzyme_type"="{{[-1]:Integer}}" i64 @{_PREFIX}.load(ptr) {words.format("read")}\n'
        + f"declare void @{_PREFIX}.store(ptr, i64) {words.format('write')}\n"
    )


def restore_lengths(ir: str) -> str:
    """After the engine: they are read and written again."""
    if f"@{_PREFIX}." not in ir:
        return ir
    ir = _LOADS.sub(
        f"define internal i64 @{_PREFIX}.load(ptr %p) alwaysinline {{\n"
        "  %v = load i64, ptr %p, align 1\n  ret i64 %v\n}",
        ir,
    )
    return _STORES.sub(
        f"define internal void @{_PREFIX}.store(ptr %p, i64 %v) alwaysinline {{\n"
        "  store i64 %v, ptr %p, align 1\n  ret void\n}",
        ir,
    )


_LOADS = re.compile(rf"^declare [^\n]*@{re.escape(_PREFIX)}\.load\([^\n]*", re.MULTILINE)
_STORES = re.compile(rf"^declare [^\n]*@{re.escape(_PREFIX)}\.store\([^\n]*", re.MULTILINE)


def _rewrite(text: str) -> str:
    bases = dict(_OFFSET.findall(text))
    heads = {value for value, place in _SELF.findall(text) if bases.get(place, place) == value}
    # A list of somebody else has a shadow whose length must be right.
    heads &= set(_LOCAL_HEAD.findall(text))
    if not heads:
        return text
    loads = dict(_LOAD.findall(text))
    steps = {result: loads.get(value) for result, value, _ in _STEP.findall(text)}
    # The places that are counted up or down.
    counted = {place for value, place in _STORE.findall(text) if value in steps and steps[value] == place}
    beside = {place for place, base in bases.items() if base in heads}
    lengths = counted & beside
    # Whoever sets the length of a head to zero need not count with it.
    lengths |= {place for value, place in _STORE.findall(text) if place in beside and value == "0"}
    lengths = {place for place in lengths if _is_length(text, place)}
    if not lengths:
        return text

    def load(match: re.Match[str]) -> str:
        line = match.group()
        found = _LOAD.match(line)
        if found and found.group(2) in lengths:
            return f"  {found.group(1)} = call i64 @{_PREFIX}.load(ptr {found.group(2)}){_place(line)}"
        found = _STORE.match(line)
        if found and found.group(2) in lengths:
            return f"  call void @{_PREFIX}.store(ptr {found.group(2)}, i64 {found.group(1)}){_place(line)}"
        return line

    return re.sub(r"^  [^\n]* i64[^\n]*$", load, text, flags=re.MULTILINE)


def _is_length(text: str, place: str) -> bool:
    """Whether a place is only counted with: what is read there goes into sums, comparisons and itself."""
    for value, source in _LOAD.findall(text):
        if source != place:
            continue
        name = re.escape(value) + r"(?![-a-zA-Z$._0-9])"
        for line in re.findall(rf"^  (?! ).*{name}.*$", text, re.MULTILINE):
            if line.startswith(f"  {value} = "):
                continue
            reader = _READER.match(line)
            if reader is None or (reader.group(2) not in _COUNTS and reader.group(3) != "switch"):
                return False
    return True


def _place(line: str) -> str:
    match = _PLACE.search(line)
    return match.group() if match else ""
