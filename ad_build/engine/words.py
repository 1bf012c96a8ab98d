"""Takes apart memory slots that hold a float at one time and an integer or a pointer at another.

The engine gives each slot one type for the whole run, and each register too.  Payload enums and unions break that:
their variants overlap, and optimisation moves payloads about as integers without knowing what they are.  Such
accesses are rewritten to go through local memory of one type, filled by copy functions that have rules of our own
(:mod:`word_rules`), about which type analysis learns nothing:

- what is read or written as a float, an integer or a pointer is copied as that;
- a word that is moved without being looked at is copied by what its bits say when the program runs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ad_build.engine import word_rules
from ad_build.engine.instructions import FLOATS, read_gep, split_commas, split_type, value_of
from ad_build.engine.pointers import GLOBAL, LOCAL, block_name, split_arguments
from ad_build.engine.regions import INTEGER, POINTER, Body, Contents, instruction
from ad_build.errors import EngineError

_CAST = re.compile(r"^(bitcast|inttoptr|ptrtoint) (.+) to (\S+)")
_INCOMING = re.compile(r"\[ ([^\[\]]*?), (%[^\[\]]*?) \]")
_LABEL = re.compile(r'^(?:"((?:[^"\\]|\\..)*)"|([-a-zA-Z$._0-9]+)):')
_NORMAL = re.compile(r'\bto label %(?:"((?:[^"\\]|\\..)*)"|([-a-zA-Z$._0-9]+))')
_METADATA = re.compile(r"^!(\d+) = ", re.MULTILINE)
_ANY_LOCAL = re.compile(LOCAL)
_NAME_END = r"(?![-a-zA-Z$._0-9])"
_COPY_CALL = re.compile(r"^(?:tail )?call void @llvm\.mem(?:cpy|move)\.[a-z0-9.]+\(")
_SET_CALL = re.compile(r"^(?:tail )?call void @llvm\.memset\.[a-z0-9.]+\(")
_CONSTANT = re.compile(rf"^({GLOBAL}) = (?:[a-z_]+ )*constant (.*)$", re.MULTILINE)
_WORDS = {"i8": 1, "i16": 2, "i32": 4, "i64": 8}
# Names of this rewriting, which are marked already.
_OWN = tuple(f"%ad_build.{kind}." for kind in ("slot", "local", "at", "active"))
# Copies of up to so many words are written out.
_UNROLLED = 64


def split_words(ir: str) -> str:
    """The module with every access to a slot of several kinds rewritten; unchanged where there is none.

    Raises :class:`EngineError` (``mixed-word``) where such a word crosses a call by value or is part of a vector.
    """
    contents = Contents(ir)
    if not contents.mixed:
        return ir
    parts, at = [], 0
    changed = False
    constants = {name: split_type(kind)[0] for name, kind in _CONSTANT.findall(ir)}
    reverse = "@__enzyme_fwddiff" not in ir
    mark = max((int(number) for number in _METADATA.findall(ir)), default=-1) + 1
    for body in contents.bodies:
        lines = _Rewriter(contents, body, f"!{mark}", constants, reverse=reverse).rewrite()
        if lines is not None:
            parts += [ir[at : body.start], "\n", "\n".join(lines)]
            at = body.end
            changed = True
    if not changed:
        return ir
    return "".join([*parts, ir[at:], word_rules.rules_for(ir), f"!{mark} = !{{}}\n"])


@dataclass(slots=True)
class _Rewriter:
    """Rewrites one function.

    ``constants`` are the module's constants with their types.  ``slotted`` are the integer registers whose content is
    kept in memory, with the name of that memory; ``halved`` those that are loaded from where an ``f32`` may fill one
    half; ``edges`` lead between registers that hold the same.
    """

    contents: Contents
    body: Body
    mark: str
    constants: dict[str, str]
    reverse: bool
    slotted: dict[str, str] = field(default_factory=dict)
    halved: set[str] = field(default_factory=set)
    edges: dict[str, set[str]] = field(default_factory=dict)
    locals: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    block: str = "%0"
    phis: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)
    at_end: dict[str, list[str]] = field(default_factory=dict)
    after_phis: list[str] = field(default_factory=list)
    actives: dict[str, str] = field(default_factory=dict)
    changed: bool = False

    def rewrite(self) -> list[str] | None:
        """The function's lines after rewriting; None where nothing changes."""
        self._choose()
        self.at_end = self._ends_of_predecessors()
        self.out = [self.body.lines[0]]
        for line in self.body.lines[1:]:
            self._line(line)
        if not self.changed:
            return None
        return self._finish()

    # --- which registers --------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Integer registers that move words of unknown or several kinds and touch a mixed slot."""
        edges = self.edges
        chosen: set[str] = set()
        for line in self.body.lines[1:]:
            result, text = instruction(line)
            opcode = text.split(" ", 1)[0]
            if opcode == "load" and self._kind_of_load(text) in _WORDS:
                if self._mixed_address(self._address(text), self._kind_of_load(text)):
                    chosen.add(result)
                if self._kind_of_load(text) == "i64" and self._holds_float32(self._address(text)):
                    self.halved.add(result)
                edges.setdefault(result, set())
            elif opcode == "store":
                kind, value = self._stored(text)
                if kind in _WORDS and value.startswith("%") and self._mixed_address(self._address(text), kind):
                    chosen.add(value)
            elif opcode in ("phi", "select", "freeze"):
                kind, values = self._merged(text)
                if kind in ("i64", "i32"):
                    for value in values:
                        if value.startswith("%"):
                            edges.setdefault(result, set()).add(value)
                            edges.setdefault(value, set()).add(result)
                    edges.setdefault(result, set())
            elif opcode in ("bitcast", "ptrtoint") and split_type(_cast(text)[1])[0] in (*FLOATS, "ptr"):
                edges.setdefault(result, set())
        for name in edges:
            word = self.contents.word(self.body.name, name)
            if word is not None and self.contents.find(word) in self.contents.mixed:
                chosen.add(name)
        pending = [name for name in chosen if name in edges]
        seen: set[str] = set()
        while pending:
            name = pending.pop()
            if name in seen or name not in edges or self._only_integer(name):
                continue
            seen.add(name)
            pending += edges[name]
        if seen - {instruction(line)[0] for line in self.body.lines[1:]}:
            raise self._unsupported("one of them is a parameter")
        self.slotted = {name: f"%ad_build.slot.{number}" for number, name in enumerate(sorted(seen))}

    def _only_integer(self, name: str) -> bool:
        word = self.contents.word(self.body.name, name)
        return word is not None and self.contents.kinds[self.contents.find(word)] == {INTEGER}

    # --- helpers on text --------------------------------------------------------------------------------------------

    @staticmethod
    def _kind_of_load(text: str) -> str:
        return split_type(split_commas(text)[0].removeprefix("load ").removeprefix("volatile "))[0]

    @staticmethod
    def _address(text: str) -> str:
        return value_of(split_type(split_commas(text)[1])[1])

    @staticmethod
    def _stored(text: str) -> tuple[str, str]:
        kind, rest = split_type(split_commas(text)[0].removeprefix("store ").removeprefix("volatile "))
        return kind, value_of(rest)

    @staticmethod
    def _merged(text: str) -> tuple[str, list[str]]:
        if text.startswith("phi "):
            kind, rest = split_type(text[4:])
            return kind, [value.strip() for value, _ in _INCOMING.findall(rest)]
        parts = [part for part in split_commas(text) if not part.startswith("!")]
        operands = parts[1:] if text.startswith("select ") else [parts[0].removeprefix("freeze ")]
        return split_type(operands[0])[0], [value_of(split_type(operand)[1]) for operand in operands]

    def _mixed_address(self, address: str, kind: str) -> bool:
        pointer = self.contents.pointer(self.body.name, address)
        if pointer is None:
            return False
        size = self.contents.layout.size(kind)
        return any(
            self.contents.find(content) in self.contents.mixed for _, content, _ in self.contents.span(pointer, size)
        )

    def _local(self, kind: str) -> str:
        name = f"%ad_build.local.{len(self.locals)}"
        # Memory of integers alone counts as inactive, whatever its mark says.
        space = f"{{ {kind}, [8 x i8], double }}" if kind in _WORDS else kind
        self.locals.append(f"  {name} = alloca {space}, align 8, !enzyme_active_val {self.mark}")
        return name

    def _emit(self, *lines: str) -> None:
        self.out += [f"  {line}" for line in lines]
        self.changed = True

    def _active(self, pointer: str) -> str:
        """The pointer under a name that counts as active.

        The rules of copies take shadows for both arguments; the engine cannot leave one out (it asserts).
        """
        if pointer.startswith(_OWN):
            return pointer
        name = self.actives.setdefault(pointer, f"%ad_build.active.{len(self.actives)}")
        self.changed = True
        return name

    def _make_active(self, pointer: str) -> list[str]:
        """What gives a pointer its other name, once, where it is defined: among equal ones, the mark would be lost."""
        name = self.actives[pointer]
        return [
            f"  {name}.address = ptrtoint ptr {pointer} to i64, !enzyme_active_val {self.mark}",
            f"  {name} = inttoptr i64 {name}.address to ptr, !enzyme_active_val {self.mark}",
        ]

    def _place_actives(self, lines: list[str]) -> list[str]:
        """Put the other names of pointers behind the pointers' definitions."""
        left = dict.fromkeys(self.actives)
        placed: list[str] = []
        waiting: list[str] = []  # until the phis of a block are over
        returned: dict[str, list[str]] = {}  # by the block where an invoke goes on
        invoked = ""
        for line in lines:
            label = _LABEL.match(line)
            if label:
                waiting += returned.pop(label.group(1) or label.group(2), [])
            result, text = instruction(line)
            if waiting and text and not text.startswith(("phi ", "landingpad")):
                placed += waiting
                waiting = []
            placed.append(line)
            if result in left:
                del left[result]
                if text.startswith("invoke "):
                    invoked = result
                elif text.startswith("phi "):
                    waiting += self._make_active(result)
                else:
                    placed += self._make_active(result)
            normal = _NORMAL.search(line) if invoked else None
            if normal:
                returned[normal.group(1) or normal.group(2)] = self._make_active(invoked)
                invoked = ""
        first = 2 if _LABEL.match(lines[1]) else 1
        return [*placed[:first], *(line for one in left for line in self._make_active(one)), *placed[first:]]

    # --- rewriting --------------------------------------------------------------------------------------------------

    def _line(self, line: str) -> None:
        label = block_name(line)
        if label:
            self.block = label
            self.out.append(line)
            return
        result, text = instruction(line)
        if not text:
            self.out.append(line)
            return
        opcode = text.split(" ", 1)[0]
        if opcode == "phi" and result in self.slotted:
            slot = self.slotted[result]
            self.changed = True
            incoming = f"{slot}.next"
            self.after_phis += [f"  {word_rules.copy_word(self._width(text), slot, incoming)}", f"\0{result}"]
            return
        if self.after_phis and opcode not in ("phi", "landingpad"):
            self.out += self.after_phis
            self.after_phis = []
        if self.block in self.at_end and opcode in ("br", "switch", "invoke", "ret", "unreachable", "resume"):
            self._emit(*self.at_end.pop(self.block))
        if not self._rewritten(result, text, opcode):
            self.out.append(line)
        elif _ATOMIC.match(line):
            raise self._unsupported("one of them is read or changed atomically")

    @staticmethod
    def _width(text: str) -> int:
        return 4 if text.startswith(("phi i32", "freeze i32")) or ", i32 " in text else 8

    def _rewritten(self, result: str, text: str, opcode: str) -> bool:
        if opcode == "load":
            return self._load(result, text)
        if opcode == "store":
            return self._store(text)
        if opcode in ("bitcast", "inttoptr", "ptrtoint"):
            return self._cast(result, text)
        if opcode in ("select", "freeze") and result in self.slotted:
            return self._select(result, text, opcode)
        if opcode in ("cmpxchg", "atomicrmw"):
            return result in self.slotted or self._mixed_address(_changed_atomically(text), "i64")
        if _COPY_CALL.match(text):
            return self._copy(text)
        if _SET_CALL.match(text):
            return self._set(text)
        return False

    def _load(self, result: str, text: str) -> bool:
        kind, address = self._kind_of_load(text), self._address(text)
        if result in self.slotted:
            self._check_place(kind, address)
            self._emit(word_rules.copy_word(_WORDS[kind], self.slotted[result], self._active(address)))
            self.out.append(f"\0{result}")
            return True
        if not self._mixed_address(address, kind):
            return False
        self._emit(*self._get(kind, result, self._active(address)))
        return True

    def _get(self, kind: str, result: str, address: str) -> list[str]:
        """Load a register of a known kind."""
        self._check(kind)
        local = self._local(kind)
        return [word_rules.read_typed(kind, local, address), f"{result} = load {kind}, ptr {local}, align 8"]

    def _check(self, kind: str) -> None:
        if word_rules.typed_name(kind) is None:
            raise self._unsupported(f"{kind} lies where pointers or integers do")

    def _check_word(self, kind: str, address: str, value: str) -> None:
        """Words are copied as one float at most, and :mod:`halves` has split those that go straight to memory."""
        pending, seen = [value], set[str]()
        while pending:
            name = pending.pop()
            if name not in seen and name in self.slotted:
                seen.add(name)
                pending += self.edges.get(name, ())
        if kind == "i64" and (seen & self.halved or self._holds_float32(address)):
            raise self._unsupported("an f32 fills half of a word that is moved")

    def _check_place(self, kind: str, address: str) -> None:
        """A word that is moved is a whole one, not the ends of two."""
        if any(self._words_from(address, _WORDS[kind])) and 0 not in self._words_from(address, 1):
            raise self._unsupported("one of them is moved in halves")

    def _holds_float32(self, address: str) -> bool:
        pointer = self.contents.pointer(self.body.name, address)
        return pointer is not None and "float" in self._kinds_in_word(pointer)

    def _store(self, text: str) -> bool:
        kind, value = self._stored(text)
        address = self._address(text)
        if value in self.slotted:
            self._check_place(kind, address)
            self._check_word(kind, address, value)
            self._emit(word_rules.copy_word(_WORDS[kind], self._active(address), self.slotted[value]))
            return True
        if value in ("undef", "poison") or not self._mixed_address(address, kind):
            return False
        literal = kind == "i64" and _LITERAL.match(value) and _as_float(kind, value)[0] == kind
        if literal and self._holds_float32(address):
            bits = int(value) % 2**64
            for at, half in ((0, bits % 2**32), (4, bits // 2**32)):
                self._emit(*self._put("i32", str(half), self._offset(self._active(address), at)))
            return True
        self._emit(*self._put(kind, value, self._active(address)))
        return True

    def _put(self, kind: str, value: str, address: str) -> list[str]:
        """Store a register or constant of a known kind."""
        self._check(kind)
        kind, value = _as_float(kind, value)
        local = self._local(kind)
        return [f"store {kind} {value}, ptr {local}, align 8", word_rules.write_typed(kind, address, local)]

    def _cast(self, result: str, text: str) -> bool:
        _, operand, to = _cast(text)
        kind, rest = split_type(operand)
        value = value_of(rest)
        if value in self.slotted and (to == "ptr" or to in FLOATS):
            self._emit(*self._get(to, result, self.slotted[value]))
            return True
        if result in self.slotted:
            self._emit(*self._put(kind, value, self.slotted[result]))
            self.out.append(f"\0{result}")
            return True
        return False

    def _select(self, result: str, text: str, opcode: str) -> bool:
        kind, values = self._merged(text)
        size = _WORDS[kind]
        places = []
        for value in values:
            if value in self.slotted:
                places.append(self.slotted[value])
                continue
            place = self._local(kind)
            self._emit(*self._put(kind, value if value not in ("undef", "poison") else "0", place))
            places.append(place)
        if opcode == "freeze":
            chosen = places[0]
        else:
            condition = split_commas(text)[0].removeprefix("select ")
            chosen = f"{self.slotted[result]}.chosen"
            self._emit(
                f"{chosen} = select {condition}, ptr {places[0]}, ptr {places[1]}, !enzyme_active_val {self.mark}"
            )
        self._emit(word_rules.copy_word(size, self.slotted[result], chosen))
        self.out.append(f"\0{result}")
        return True

    def _copy(self, text: str) -> bool:
        arguments = [split_type(word) for word in split_arguments(text[text.index("(") + 1 :])]
        destination, source, size = (value_of(rest) for _, rest in arguments[:3])
        if not self._to_split(destination, size) and not self._to_split(source, size):
            return False
        typed_by = source
        aligned = any(_ALIGNED.search(rest) for _, rest in arguments[:2])
        long = not size.isdigit() or int(size) > 8 * _UNROLLED
        phase = self._phase((destination, source), None if long else int(size), aligned=aligned)
        constant = self._constant(source)
        if constant is not None and not long:
            self._copy_constant(destination, *constant, source, int(size), phase)
            return True
        destination, source = self._active(destination), self._active(source)
        if long:
            if phase:
                raise self._unsupported("an array of them is copied from the middle of a word")
            width = self._width_in_array(arguments)
            count = self._local("i64")
            copy = word_rules.copy_words(width, destination, source, count)
            self._emit(f"store i64 {size}, ptr {count}, align 8", copy)
            return True
        between = self._local(f"[{size} x i8]") if "memmove" in text else None
        for there, here in ((between, source), (destination, between)) if between else ((destination, source),):
            self._copy_pieces(there or "", here or "", int(size), typed_by, phase)
        return True

    def _phase(self, addresses: Sequence[str], size: int | None, *, aligned: bool) -> int:
        """How many bytes of a copied range come before its first whole word.

        Optimisation leaves out the field in front of a pointer (the key of a map's entry) and copies the rest.  The
        halves of a pointer, copied one by one, would be taken for floats.  ``aligned`` is what starts with a word.
        """
        phases = {distance % 8 for address in addresses for distance in self._words_from(address, size)}
        if len(phases) < 2:
            return phases.pop() if phases else 0
        if aligned:
            return 0
        raise self._unsupported("they are copied from places that are not aligned alike")

    def _words_from(self, address: str, size: int | None) -> Iterator[int]:
        """Distances from an address to the words that may hold a pointer or an ``f64``."""
        pointer = self.contents.pointer(self.body.name, address)
        for distance, content, width in self.contents.span(pointer, size) if pointer is not None else ():
            if width == 8 and not {POINTER, "double"}.isdisjoint(self.contents.kinds[self.contents.find(content)]):
                yield distance

    def _copy_pieces(self, destination: str, source: str, size: int, typed_by: str, phase: int) -> None:
        pointer = self.contents.pointer(self.body.name, typed_by)
        at = 0
        while at < size:
            width = self._width_of_piece(pointer, at, size, phase)
            there, here = self._offset(destination, at), self._offset(source, at)
            self._emit(word_rules.copy_word(width, there, here))
            at += width

    def _width_in_array(self, arguments: Sequence[tuple[str, str]]) -> int:
        """The size of the words of a copy of variable length."""
        kinds = {
            kind
            for _, rest in arguments[:2]
            if (pointer := self.contents.pointer(self.body.name, value_of(rest))) is not None
            for _, content, _ in self.contents.span(pointer, None)
            for kind in self.contents.kinds[self.contents.find(content)]
        }
        if "float" not in kinds:
            return 8
        if self.reverse and not kinds.isdisjoint((POINTER, "double")):
            raise self._unsupported("an f32 lies in an array beside pointers or f64")
        return 4

    def _width_of_piece(self, pointer: tuple[int, int] | None, at: int, size: int, phase: int) -> int:
        width = next(width for width in (8, 4, 2, 1) if width <= size - at and (at - phase) % width == 0)
        return 4 if width == 8 and pointer is not None and self._has_float32(pointer, at) else width

    def _constant(self, address: str) -> tuple[str, int] | None:
        """The type of the constant that an address points into, and the offset; None for what is no constant's."""
        offset = 0
        if address.startswith("getelementptr"):
            source, address, indices = read_gep(address)
            offset, variable = self.contents.layout.offset(source, indices)
            if variable:
                return None
        kind = self.constants.get(address)
        return None if kind is None else (kind, offset)

    def _copy_constant(self, destination: str, kind: str, start: int, source: str, size: int, phase: int) -> None:
        """A copy out of a constant, which the engine takes for inactive even where a name says otherwise."""
        leaves = [(offset - start, scalar) for offset, scalar in self.contents.layout.leaves(kind)]
        pointer = self.contents.pointer(self.body.name, destination)
        destination = self._active(destination)
        at = 0
        while at < size:
            scalar = self._part_of_constant(leaves, at, self._width_of_piece(pointer, at, size, phase))
            self._copy_of_constant(self._offset(destination, at), f"i8, ptr {source}, i64 {at}", scalar)
            at += self.contents.layout.size(scalar)

    def _part_of_constant(self, leaves: list[tuple[int, str]], at: int, width: int) -> str:
        """The type to read a constant with: a pointer, a float, or else an integer of at most ``width`` bytes."""
        size = self.contents.layout.size
        while width:
            here = [leaf for leaf in leaves if leaf[0] < at + width and leaf[0] + size(leaf[1]) > at]
            if here and all(scalar.startswith("i") for _, scalar in here):
                return f"i{8 * width}"
            if len(here) == 1 and here[0][0] == at and size(here[0][1]) == width:
                return here[0][1]
            width //= 2
        raise self._unsupported("one of them is set from a constant whose parts are not known")

    def _copy_of_constant(self, destination: str, place: str, scalar: str) -> None:
        name = f"%ad_build.constant.{len(self.out)}"
        self._emit(f"{name}.at = getelementptr {place}", f"{name} = load {scalar}, ptr {name}.at, align 1")
        if not scalar.startswith("i"):
            self._emit(*self._put(scalar, name, destination))
            return
        local = self._local(scalar)
        # By its bits: floats hide in arrays of bytes.
        self._emit(f"store {scalar} {name}, ptr {local}, align 8", word_rules.copy_constant(scalar, destination, local))

    def _has_float32(self, pointer: tuple[int, int], at: int) -> bool:
        kinds = self._kinds_in_word((pointer[0], pointer[1] + at))
        if "float" in kinds and ("ptr" in kinds or "pointer" in kinds or "double" in kinds):
            raise self._unsupported("an f32 lies where pointers or f64 do")
        return "float" in kinds

    def _kinds_in_word(self, pointer: tuple[int, int]) -> set[str]:
        span = self.contents.span(pointer, 8)
        return set().union(*(self.contents.kinds[self.contents.find(content)] for _, content, _ in span))

    def _offset(self, pointer: str, at: int) -> str:
        if at == 0:
            return pointer
        name = f"%ad_build.at.{len(self.out)}"
        self._emit(f"{name} = getelementptr inbounds i8, ptr {pointer}, i64 {at}, !enzyme_active_val {self.mark}")
        return name

    def _to_split(self, address: str, size: str) -> bool:
        """Whether a copied range holds a mixed slot, or nothing that is known."""
        pointer = self.contents.pointer(self.body.name, address)
        if pointer is None:
            return False
        span = self.contents.span(pointer, int(size) if size.isdigit() else None)
        kinds = [self.contents.kinds[self.contents.find(content)] for _, content, _ in span]
        return any(self.contents.find(content) in self.contents.mixed for _, content, _ in span) or not any(kinds)

    def _set(self, text: str) -> bool:
        arguments = [split_type(word) for word in split_arguments(text[text.index("(") + 1 :])]
        destination, byte, size = (value_of(rest) for _, rest in arguments[:3])
        if byte != "0" or not self._to_split(destination, size):
            return False
        aligned = _ALIGNED.search(arguments[0][1]) is not None
        long = not size.isdigit() or int(size) > 8 * _UNROLLED
        phase = 0 if long else self._phase((destination,), int(size), aligned=aligned)
        destination = self._active(destination)
        if long:
            count = self._local("i64")
            self._emit(f"store i64 {size}, ptr {count}, align 8", word_rules.set_zeros(destination, count))
            return True
        at = 0
        while at < int(size):
            width = self._width_of_piece(None, at, int(size), phase)
            self._emit(*self._put(f"i{8 * width}", "0", self._offset(destination, at)))
            at += width
        return True

    # --- phis ---------------------------------------------------------------------------------------------------------

    def _ends_of_predecessors(self) -> dict[str, list[str]]:
        """What each predecessor of a block with slotted phis copies before it leaves."""
        ends: dict[str, list[str]] = {}
        done: set[tuple[str, str]] = set()
        for line in self.body.lines[1:]:
            result, text = instruction(line)
            if result not in self.slotted or not text.startswith("phi "):
                continue
            kind, rest = split_type(text[4:])
            slot = self.slotted[result]
            for value, block in _INCOMING.findall(rest):
                if (result, block) in done:
                    continue
                done.add((result, block))
                value = value.strip()
                lines = ends.setdefault(block, [])
                if value in self.slotted:
                    lines.append(word_rules.copy_word(_WORDS[kind], f"{slot}.next", self.slotted[value]))
                elif value not in ("undef", "poison"):
                    lines += self._put(kind, value, f"{slot}.next")
        return ends

    # --- putting together -----------------------------------------------------------------------------------------

    def _finish(self) -> list[str]:
        """Place the locals, and read as integers those words that are looked at as such."""
        text = "\n".join(line for line in self.out if not line.startswith(("\0", "    #dbg_")))
        lines: list[str] = []
        read: dict[str, str] = {}
        for line in self.out:
            if line.startswith("    #dbg_"):
                continue
            if not line.startswith("\0"):
                lines.append(line)
                continue
            name = line[1:]
            if re.search(re.escape(name) + _NAME_END, text):
                kind = self._kinds[name]
                # Behind the phis that follow, where its number would be out of order.
                read[name] = f"%ad_build.read.{name[1:]}" if name[1:].isdigit() else name
                lines += [f"  {text}" for text in self._get(kind, read[name], self.slotted[name])]
        slots = [
            f"  {slot}{suffix} = alloca {self._kinds[name]}, align 8, !enzyme_active_val {self.mark}"
            for name, slot in self.slotted.items()
            for suffix in ("", ".next")
        ]
        lines = [_ANY_LOCAL.sub(lambda match: read.get(match.group(), match.group()), line) for line in lines]
        first = 2 if _LABEL.match(lines[1]) else 1
        return self._place_actives([*lines[:first], *slots, *self.locals, *lines[first:]])

    @property
    def _kinds(self) -> dict[str, str]:
        kinds = {}
        for line in self.body.lines[1:]:
            result, text = instruction(line)
            if result in self.slotted:
                kinds[result] = next(
                    (kind for kind in ("i64", "i32", "i16", "i8") if re.search(rf"\b{kind}\b", text)), "i64"
                )
        return kinds

    def _unsupported(self, reason: str) -> EngineError:
        return EngineError(
            "mixed-word",
            f"`{self.body.name}` keeps values of several kinds in one place, and {reason}",
            hint="split the union, or the enum's payloads, into separate fields",
        )


_LITERAL = re.compile(r"^-?\d+$")
_ALIGNED = re.compile(r"\balign (?:8|16|32|64)\b")
# How struct packs the integer and the float; the float's name, its smallest normal number and the bits of NaN.
_FORMATS = {
    "i32": ("<I", "<f", "float", 2.0**-126, 0x7FC00000),
    "i64": ("<Q", "<d", "double", 2.0**-1022, 0x7FF8000000000000),
}


def _as_float(kind: str, value: str) -> tuple[str, str]:
    """An integer literal that is a float by its bits as that float, whose shadow is zero; others as they are.

    Floats are normal numbers, infinities and the NaN that compilers write: -1 and the like are none.
    """
    if kind not in _FORMATS or not _LITERAL.match(value):
        return kind, value
    integer, packed, name, smallest, nan = _FORMATS[kind]
    bits = int(value) % (1 << int(kind[1:]))
    number = struct.unpack(packed, struct.pack(integer, bits))[0]
    if abs(number) >= smallest or bits in (nan, nan + (1 << (int(kind[1:]) - 1))):
        # LLVM writes the float with the bits of the double that is equal.
        return name, f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"
    return kind, value


_ATOMIC = re.compile(r"^  (?:\S+ = )?(?:load atomic|store atomic|cmpxchg|atomicrmw) ")


def _changed_atomically(text: str) -> str:
    """The address that a ``cmpxchg`` or ``atomicrmw`` works on."""
    match = re.search(r" ptr (\S+),", text)
    return match.group(1) if match else ""


def _cast(text: str) -> tuple[str, str, str]:
    match = _CAST.match(split_commas(text)[0])
    return (match.group(1), match.group(2), match.group(3)) if match else ("", "", "")
