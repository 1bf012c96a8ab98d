"""Cuts out of a module what the debug info of some functions reaches: nothing else need be parsed and emitted.

Only LLVM's own printer writes the text that is cut here: one line per function head and per metadata node.  The nodes
are followed by their numbers and never interpreted; what they mean is read from the DWARF that LLVM makes of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ad_build import ir_text
from ad_build.errors import AdBuildError

_REFERENCE = re.compile(r"!(\d+)")
_NODE = re.compile(r"!(\d+) = ")
_NODE_LINE = re.compile(r"^!(\d+) = (.*)$", re.MULTILINE)
# A node is looked for in so many characters: those of every so many are known.
_STEP = 8192
_NAMED = 1 << 20
_NAME = re.compile(r'@("[^"]*"|[-\w.$]+)\(')
_TYPE = re.compile(r'^(%(?:"[^"]*"|[-\w.$]+)) = type .*$', re.MULTILINE)
_TYPE_NAME = re.compile(r'%(?:"[^"]*"|[-\w.$]+)')
_ATTACHED = re.compile(r"!dbg !(\d+)")
_HEADER = re.compile(r"^target .*$", re.MULTILINE)
_WANTED_FLAGS = ('!"Debug Info Version"', '!"Dwarf Version"', '!"DWARF64"')
# What a unit, a function and an aggregate refer to beside what their own description needs.
_OF_UNIT = re.compile(r", (?:enums|retainedTypes|globals|imports|macros): (?:!\d+|!\{\})")
_OF_FUNCTION = re.compile(r", (?:retainedNodes|thrownTypes|annotations): (?:!\d+|!\{\})")
_OF_OTHERS_FUNCTION = re.compile(r", (?:retainedNodes|thrownTypes|annotations|type): (?:!\d+|!\{\})")
_RETAINED = re.compile(r"\bretainedNodes: !(\d+)")
_TYPE_OF = re.compile(r"\btype: !(\d+)")
_UNIT = re.compile(r"\bunit: !(\d+)")
_TYPES = re.compile(r"\btypes: !(\d+)")
_PARAMETER = re.compile(r"!DILocalVariable\(.*\barg: (\d+), scope: !(\d+),")
_SCOPE = re.compile(r" scope: !(\d+),")
_IN_FUNCTION = re.compile(r"(?:distinct )?!DI(?:Subprogram|LexicalBlock|LexicalBlockFile)\(")
_ELEMENTS = re.compile(r"\belements: !(\d+)")
# Numbers of nodes that are not in the module.
_FRESH = 2_000_000_000
_VALUE = re.compile(r", value: .*\)$")


def excerpt(ir: str, symbols: Sequence[str]) -> str:
    """A module of the named functions, with debug info and without code.

    Raises :class:`AdBuildError` (``no-function``) for a function that the module does not define.
    """
    return _Cutter(ir).cut(symbols)


def excerpt_of_types(ir: str, nodes: Sequence[int]) -> str:
    """A module of functions ``ad_build.type.N``, each with one parameter: the type that the N-th node describes."""
    return _Cutter(ir).cut_types(nodes)


class _Nodes:
    """The metadata nodes of a module, found in its text without a copy of it: they stand in order of their numbers."""

    def __init__(self, ir: str) -> None:
        self._ir = ir
        self._numbers: list[int] = []
        self._starts: list[int] = []
        self._all: dict[int, str] | None = None
        at = ir.find("\n!0 = ")
        while at >= 0:
            found = _NODE.match(ir, at + 1)
            if found is None:
                at = ir.find("\n!", at + 1)
                continue
            self._numbers.append(int(found.group(1)))
            self._starts.append(at)
            at = ir.find("\n!", at + _STEP)

    def line(self, number: int) -> str:
        """A node without its number; an empty one for a number that only looks like a node's."""
        index = bisect_right(self._numbers, number) - 1
        if index >= 0 and self._all is None:
            mark = f"\n!{number} = "
            end = self._starts[index + 1] + len(mark) if index + 1 < len(self._starts) else len(self._ir)
            at = self._ir.find(mark, self._starts[index], end)
            if at >= 0:
                close = self._ir.find("\n", at + 1)
                return self._ir[at + len(mark) : close if close >= 0 else len(self._ir)]
        if self._all is None:  # not in order: somebody has edited the text
            self._all = {int(found.group(1)): found.group(2) for found in _NODE_LINE.finditer(self._ir)}
        return self._all.get(number, "!{}")


class _Cutter:
    def __init__(self, ir: str) -> None:
        self._ir = ir
        self._line = _Nodes(ir).line
        self._kept: dict[int, str] = {}
        self._pending: list[int] = []
        self._next = _FRESH
        # LLVM does not live through a type of a function's own whose function has no code.
        self._without_functions = False

    def cut(self, symbols: Sequence[str]) -> str:
        definitions = self._definitions(symbols)
        return self._module([self._function(*definitions[symbol]) for symbol in symbols])

    def cut_types(self, nodes: Sequence[int]) -> str:
        """What :func:`excerpt_of_types` makes."""
        self._without_functions = True
        unit = next(iter(_references(self._named("llvm.dbg.cu"))), None)
        return self._module([self._carrier(at, node, unit) for at, node in enumerate(nodes)])

    def _carrier(self, at: int, node: int, unit: int | None) -> str:
        """A function whose parameter has a type."""
        number, file, kind, types, variable, retained, place = range(self._next, self._next + 7)
        self._next += 7
        self._kept[file] = '!DIFile(filename: "types", directory: "")'
        self._kept[number] = (
            f'distinct !DISubprogram(name: "ad_build.type.{at}", scope: !{file}, file: !{file}, line: 1, '
            f"type: !{kind}, spFlags: DISPFlagDefinition, unit: !{unit}, retainedNodes: !{retained})"
        )
        self._kept[kind] = f"!DISubroutineType(types: !{types})"
        self._kept[types] = f"!{{null, !{node}}}"
        self._kept[variable] = f'!DILocalVariable(name: "it", arg: 1, scope: !{number}, file: !{file}, type: !{node})'
        self._kept[retained] = f"!{{!{variable}}}"
        self._kept[place] = f"!DILocation(line: 1, scope: !{number})"
        self._pending += [node, *([] if unit is None else [unit])]
        return (
            f"define void @ad_build.type.{at}() !dbg !{number} {{\n"
            f"  call void @llvm.trap(), !dbg !{place}\n  unreachable\n}}"
        )

    def _module(self, functions: Sequence[str]) -> str:
        flags = [number for number in self._flag_numbers() if any(w in self._line(number) for w in _WANTED_FLAGS)]
        self._pending += flags
        self._follow()
        units = [number for number, line in self._kept.items() if "!DICompileUnit(" in line]
        return "\n".join(
            [
                *_HEADER.findall(self._ir, 0, self._ir.find("\ndefine ")),
                *self._types(functions),
                *functions,
                "declare void @llvm.trap()",
                f"!llvm.dbg.cu = !{{{_listed(units)}}}",
                f"!llvm.module.flags = !{{{_listed(flags)}}}",
                # LLVM keeps equal nodes once for all modules of a process, and LLVM 22.1 may hit an assertion where a
                # module's nodes, cycles among them, meet equal ones of an earlier module: none of ours is to.
                *(f"!{number} = distinct {line.removeprefix('distinct ')}" for number, line in self._kept.items()),
                "",
            ]
        )

    # --- the module's text ---------------------------------------------------------------------------------------

    def _definitions(self, symbols: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Head and body of each function."""
        wanted = {ir_text.global_name(symbol)[1:]: symbol for symbol in symbols}
        found: dict[str, tuple[str, str]] = {}
        for start in _defined(self._ir):
            end = self._ir.find("\n", start)
            name = _NAME.search(self._ir, start, end)
            if name is not None and name.group(1) in wanted:
                close = self._ir.find("\n}", end)
                found[wanted[name.group(1)]] = (self._ir[start:end], self._ir[end:close])
                if len(found) == len(wanted):
                    break
        for symbol in symbols:
            if symbol not in found:
                raise AdBuildError("no-function", f"{symbol} is not in the module")
        return found

    def _types(self, functions: Sequence[str]) -> Iterator[str]:
        """The definitions of the LLVM types that heads mention, and of those that these mention."""
        pending = [name for head in functions for name in _TYPE_NAME.findall(head)]
        if not pending:
            return
        end = self._ir.find("\ndefine ")
        known = {found.group(1): found.group() for found in _TYPE.finditer(self._ir, 0, end)}
        for name in pending:
            line = known.pop(name, None)
            if line is not None:
                yield line
                pending += _TYPE_NAME.findall(line.partition("=")[2])

    def _flag_numbers(self) -> list[int]:
        return _references(self._named("llvm.module.flags"))

    def _named(self, name: str) -> str:
        """A line of named metadata, or nothing."""
        first = self._ir.find("\n!0 = ")
        # Named metadata stands right before the numbered: to look there first saves a search of all the code.
        at = self._ir.rfind(f"\n!{name} = ", max(first - _NAMED, 0), max(first, 0))
        at = at if at >= 0 else self._ir.rfind(f"\n!{name} = ")
        return "" if at < 0 else self._ir[at + 1 : self._ir.find("\n", at + 1)]

    # --- what is kept ---------------------------------------------------------------------------------------------

    def _function(self, head: str, body: str) -> str:
        """The function without code; its parameters are listed where its description keeps them."""
        start, tail = ir_text.split_after_parameters(head)
        start = start.replace("define available_externally ", "define ", 1)
        attached = _ATTACHED.search(tail)
        if attached is None:
            return f"{start} {{\n  unreachable\n}}"
        number = int(attached.group(1))
        line = self._line(number)
        parameters = self._parameters(number, line, body)
        self._kept[self._next] = f"!{{{_listed(parameters)}}}"
        self._kept[number] = f"{_OF_FUNCTION.sub('', line)[:-1]}, retainedNodes: !{self._next})"
        # LLVM describes the parameters of functions alone that have code with a place in the source.
        self._kept[self._next + 1] = f"!DILocation(line: 0, scope: !{number})"
        place = f", !dbg !{self._next + 1}"
        self._next += 2
        self._pending += _references(self._kept[number])
        return f"{start} !dbg !{number} {{\n  call void @llvm.trap(){place}\n  unreachable\n}}"

    def _parameters(self, number: int, line: str, body: str) -> list[int]:
        """The nodes of a function's parameters in order, those that its code does not mention made up from its type."""
        mentioned = _references(body)
        retained = _references_as(_RETAINED, line)
        if retained is not None:
            mentioned += _references(self._line(retained))
        found: dict[int, int] = {}
        for one in dict.fromkeys(mentioned):
            variable = _PARAMETER.match(self._line(one))
            if variable is not None and int(variable.group(2)) == number:
                found[int(variable.group(1))] = one
        types = self._types_of_parameters(line)
        agreeing = {at: one for at, one in found.items() if _references_as(_TYPE_OF, self._line(one)) == types.get(at)}
        if len(agreeing) < len(found) and types and self._is_rust(line):
            # A shim that is called with a tuple: its type has the elements, which are what is passed.
            found = agreeing
        if found == agreeing:
            for at in types.keys() - found.keys():
                self._kept[self._next] = f"!DILocalVariable(arg: {at}, scope: !{number}, type: !{types[at]})"
                self._pending.append(types[at])
                found[at] = self._next
                self._next += 1
        self._pending += found.values()
        return [found[at] for at in sorted(found)]

    def _is_rust(self, line: str) -> bool:
        unit = _references_as(_UNIT, line)
        return unit is not None and "language: DW_LANG_Rust" in self._line(unit)

    def _types_of_parameters(self, line: str) -> dict[int, int]:
        """The parameters' types by their place, from 1; what is variadic has none."""
        kind = _references_as(_TYPE_OF, line)
        types = None if kind is None else _references_as(_TYPES, self._line(kind))
        listed = [] if types is None else self._line(types)[2:-1].split(", ")
        return {at: int(one[1:]) for at, one in enumerate(listed) if at and one.startswith("!")}

    def _follow(self) -> None:
        """Keep what is referred to, and what that refers to."""
        while self._pending:
            number = self._pending.pop()
            if number not in self._kept:
                line = self._kept[number] = self._shortened(self._line(number))
                self._pending += _references(line)

    def _shortened(self, line: str) -> str:
        kind = line.removeprefix("distinct ")
        if self._without_functions and kind.startswith(("!DICompositeType(", "!DIDerivedType(")):
            scope = _references_as(_SCOPE, line)
            if scope is not None and _IN_FUNCTION.match(self._line(scope)):
                line = _SCOPE.sub("", line, count=1)
                kind = line.removeprefix("distinct ")
        if kind.startswith("!DICompileUnit("):
            return _OF_UNIT.sub("", line)
        if kind.startswith("!DISubprogram("):
            # A method's definition leaves its types to its declaration.
            return (_OF_OTHERS_FUNCTION if "DISPFlagDefinition" in line else _OF_FUNCTION).sub("", line)
        if kind.startswith("!DITemplateValueParameter(") and "@" in line:
            return _VALUE.sub(")", line)
        if kind.startswith("!DICompositeType("):
            number = _references_as(_ELEMENTS, line)
            if number is not None:
                members = [one for one in _references(self._line(number)) if self._is_data(self._line(one))]
                if number not in self._kept:
                    self._kept[number] = f"!{{{_listed(members)}}}"
                    self._pending += members
        return line

    @staticmethod
    def _is_data(line: str) -> bool:
        """Whether an element of an aggregate has a place in it, unlike methods and static members."""
        return not line.removeprefix("distinct ").startswith("!DISubprogram(") and "DIFlagStaticMember" not in line


def _defined(ir: str) -> Iterator[int]:
    """Where the heads of the functions with a body begin."""
    at = 0 if ir.startswith("define ") else ir.find("\ndefine ") + 1
    while at > 0 or (at == 0 and ir.startswith("define ")):
        yield at
        at = ir.find("\ndefine ", at) + 1


def _references(line: str) -> list[int]:
    return [int(one) for one in _REFERENCE.findall(line)]


def _references_as(field: re.Pattern[str], line: str) -> int | None:
    """The node that a field of another refers to."""
    found = field.search(line)
    return int(found.group(1)) if found else None


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"!{number}" for number in numbers)
