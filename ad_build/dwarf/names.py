"""Types as a user writes them, in C, C++ and Rust."""

from __future__ import annotations

from ad_build.dwarf.units import Die, Units, flag, number, text

QUALIFIERS = {
    "DW_TAG_const_type": "const",
    "DW_TAG_volatile_type": "volatile",
    "DW_TAG_restrict_type": "restrict",
    "DW_TAG_atomic_type": "_Atomic",
    "DW_TAG_immutable_type": "const",
    "DW_TAG_packed_type": "",
}
POINTERS = {"DW_TAG_pointer_type": "*", "DW_TAG_reference_type": "&", "DW_TAG_rvalue_reference_type": "&&"}
AGGREGATES = ("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type")

# Function types nest, and what several parameters share is spelled once for each.
_MAX_NAME = 4000
_MAX_DEPTH = 64


class Names:
    """Spells the types of one program; what is deeper or longer than any name ends in ``...``."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._names: dict[int, str] = {}
        self._depth = 0

    def c(self, offset: int | None) -> str:
        """A C or C++ spelling: ``const double *``, ``struct params *``, ``double (*)(double)``."""
        if offset is None:
            return "void"
        known = self._names.get(offset)
        if known is None:
            if self._depth >= _MAX_DEPTH:
                return "..."
            self._depth += 1
            try:
                known = self._spell_c(self._units.die(offset))
            finally:
                self._depth -= 1
            known = self._names[offset] = known if len(known) <= _MAX_NAME else known[:_MAX_NAME] + "..."
        return known

    def _spell_c(self, die: Die) -> str:
        tag, name = die.tag, text(die, "DW_AT_name")
        target = self._units.reference(die)
        if tag in QUALIFIERS:
            inner = self.c(target)
            word = QUALIFIERS[tag]
            if word in ("restrict", ""):
                return inner  # a promise about the definition; a declaration is compatible without it
            return f"{inner} {word}" if inner.endswith("*") else f"{word} {inner}"
        if tag in POINTERS:
            mark = POINTERS[tag]
            if target is not None:
                pointee = self._units.die(target)
                if pointee.tag == "DW_TAG_subroutine_type":
                    return self._function(pointee, mark)
                if pointee.tag == "DW_TAG_array_type":
                    return f"{self.c(self._units.reference(pointee))} ({mark}){self._bounds(pointee)}"
            inner = self.c(target)
            return f"{inner}{'' if inner.endswith('*') else ' '}{mark}"
        if tag == "DW_TAG_ptr_to_member_type":
            return self._member_pointer(die, target)
        if tag == "DW_TAG_array_type":
            return f"{self.c(target)} {self._bounds(die)}"
        if tag in AGGREGATES and name:
            word = {"DW_TAG_structure_type": "struct ", "DW_TAG_union_type": "union "}.get(tag, "")
            return f"{word}{self.qualified(die)}"
        if tag == "DW_TAG_enumeration_type" and name:
            return f"enum {self.qualified(die)}"
        return name or "?"

    def _bounds(self, die: Die) -> str:
        found = (dimension(child) for child in self._units.children(die) if child.tag == "DW_TAG_subrange_type")
        return "".join(f"[{'' if count is None else count}]" for count in found)

    def _member_pointer(self, die: Die, target: int | None) -> str:
        container = self._units.follow(die, "DW_AT_containing_type")
        mark = f"{self.qualified(container) if container is not None else '?'}::*"
        pointee = None if target is None else self._units.die(target)
        if pointee is not None and pointee.tag == "DW_TAG_subroutine_type":
            return self._function(pointee, mark)
        return f"{self.c(target)} {mark}"

    def _function(self, die: Die, mark: str) -> str:
        words: list[str] = []
        for child in self._units.children(die):
            if child.tag == "DW_TAG_formal_parameter" and not flag(child, "DW_AT_artificial"):
                words.append(self.c(self._units.reference(child)))
            elif child.tag == "DW_TAG_unspecified_parameters":
                words.append("...")
            if sum(map(len, words)) > _MAX_NAME:
                break
        return f"{self.c(self._units.reference(die))} ({mark})({', '.join(words) or 'void'})"

    def rust(self, offset: int | None) -> str:
        """A Rust spelling with full paths: ``&[f64]``, ``my_crate::Params``, ``()``."""
        lengths: list[int | None] = []
        while offset is not None:
            die = self._units.die(offset)
            if die.tag != "DW_TAG_array_type" or len(lengths) >= _MAX_DEPTH:
                break
            lengths += [dimension(c) for c in self._units.children(die) if c.tag == "DW_TAG_subrange_type"]
            offset = self._units.reference(die)
        inner = "()" if offset is None else self._rust(self._units.die(offset))
        for length in reversed(lengths):
            inner = f"[{inner}; {length}]"
        return inner

    def _rust(self, die: Die) -> str:
        name = text(die, "DW_AT_name")
        if die.tag in (*AGGREGATES, "DW_TAG_enumeration_type") and not name.startswith(("&", "(", "*", "[")):
            return self.qualified(die)
        return name or "?"

    def qualified(self, die: Die) -> str:
        """The name with its namespaces."""
        names = [text(die, "DW_AT_name")]
        parent = self._units.parent(die)
        while parent is not None and parent.tag in ("DW_TAG_namespace", *AGGREGATES):
            names.append(text(parent, "DW_AT_name"))
            parent = self._units.parent(parent)
        return "::".join(reversed([name for name in names if name]))


def dimension(die: Die) -> int | None:
    """The number of elements along one dimension of an array; None where it is not a constant."""
    if "DW_AT_count" in die.attributes:
        count = number(die, "DW_AT_count", -1)
    elif "DW_AT_upper_bound" in die.attributes:
        # -1 stands for no bound in old compilers, and is none of ours: -2 makes it negative.
        count = number(die, "DW_AT_upper_bound", -2) + 1 - number(die, "DW_AT_lower_bound", 0)
    else:
        count = -1
    return count if 0 <= count < 1 << 48 else None
