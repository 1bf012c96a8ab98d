"""Bodies for the functions of libstdc++ behind ``std::list``, which compilers only see declared.

They link nodes, ``{ next, previous }``; without a body the engine could not copy the links of the shadow.
"""

from __future__ import annotations

import re

_PREFIX = "_ZNSt8__detail15_List_node_base"
_LINKS = {
    # Puts a node before another.
    f"{_PREFIX}7_M_hookEPS0_": """(ptr %node, ptr %at) nounwind {
  %last = getelementptr inbounds i8, ptr %at, i64 8
  %before = load ptr, ptr %last, align 8
  %back = getelementptr inbounds i8, ptr %node, i64 8
  store ptr %at, ptr %node, align 8
  store ptr %before, ptr %back, align 8
  store ptr %node, ptr %before, align 8
  store ptr %node, ptr %last, align 8
  ret void
}""",
    # Takes a node out.
    f"{_PREFIX}9_M_unhookEv": """(ptr %node) nounwind {
  %back = getelementptr inbounds i8, ptr %node, i64 8
  %next = load ptr, ptr %node, align 8
  %before = load ptr, ptr %back, align 8
  %last = getelementptr inbounds i8, ptr %next, i64 8
  store ptr %next, ptr %before, align 8
  store ptr %before, ptr %last, align 8
  ret void
}""",
}
_DECLARED = re.compile(rf"^declare [^@\n]*void @({_PREFIX}\w+)\(.*$", re.MULTILINE)


def give_links(ir: str) -> str:
    """The module in which such functions have bodies of their own, where it calls them."""
    if f"@{_PREFIX}" not in ir:
        return ir

    def body(match: re.Match[str]) -> str:
        text = _LINKS.get(match.group(1))
        return f"define internal void @{match.group(1)}{text}" if text else match.group()

    return _DECLARED.sub(body, ir)
