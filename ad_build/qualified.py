"""Function names as people write them, taken apart so that they can be compared: Rust paths and C++ names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_OPEN, _CLOSE = "<([{", ">)]}"

# Inside these brackets would confuse the count: they become characters of the private use area while we parse.
_OPERATOR = re.compile(r"\boperator\s*(?:\(\)|\[\]|<=>|<<=?|>>=?|->\*?|<=?|>=?)|\boperator (?=\w)|->")
_PRIVATE = 0xE000

# What C++ programmers write for what demanglers print.  64-bit names are those of LP64 systems.
_ALIASES = {
    "unsigned": "unsigned int",
    "long int": "long",
    "short int": "short",
    "long unsigned int": "unsigned long",
    "unsigned long int": "unsigned long",
    "long long int": "long long",
    "unsigned long long int": "unsigned long long",
    "size_t": "unsigned long",
    "ptrdiff_t": "long",
    "int8_t": "signed char",
    "uint8_t": "unsigned char",
    "int16_t": "short",
    "uint16_t": "unsigned short",
    "int32_t": "int",
    "uint32_t": "unsigned int",
    "int64_t": "long",
    "uint64_t": "unsigned long",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a path; ``arguments`` are its generic arguments, None where the name gives none.

    The qualified head ``<A as T>`` of a Rust path has the name ``""``, ``self_type`` A and ``trait`` T.
    """

    name: str
    arguments: str | None = None
    self_type: QualifiedName | None = None
    trait: QualifiedName | None = None


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """A function's name: its segments; for C++ its parameter types and what follows them (``const``), else None."""

    segments: tuple[Segment, ...]
    parameters: tuple[str, ...] | None = None
    qualifiers: str = ""

    @property
    def last(self) -> str:
        """The function's own name."""
        return self.segments[-1].name

    @property
    def plain(self) -> str:
        """The names alone, joined by ``::``."""
        return "::".join(
            segment.name if segment.self_type is None else segment.self_type.plain for segment in self.segments
        )

    @property
    def first(self) -> str:
        """The crate or outermost namespace, or the name itself."""
        head = self.segments[0]
        return head.self_type.first if head.self_type is not None else head.name

    def fit(self, other: QualifiedName) -> int:
        """How well this name, which may leave things out, describes ``other``; 0 if it does not."""
        if self.parameters is not None and self.parameters != other.parameters:
            return 0
        if self.qualifiers and self.qualifiers != other.qualifiers:
            return 0
        exact = self.qualifiers == other.qualifiers
        if _segments_fit(self.segments, other.segments):
            return 4 if exact else 3
        # `A::f` may also be a method that A has from a trait.
        head = other.segments[0]
        if head.self_type is not None and _segments_fit(self.segments, head.self_type.segments + other.segments[1:]):
            return 1
        return 0


def _segments_fit(wanted: tuple[Segment, ...], other: tuple[Segment, ...]) -> bool:
    return len(wanted) == len(other) and all(_segment_fits(w, o) for w, o in zip(wanted, other, strict=True))


def _segment_fits(wanted: Segment, other: Segment) -> bool:
    if wanted.self_type is None or wanted.trait is None or other.self_type is None or other.trait is None:
        return (
            wanted.name == other.name
            and (wanted.self_type is None) == (other.self_type is None)
            and wanted.arguments in (None, other.arguments)
        )
    return _segments_fit(wanted.self_type.segments, other.self_type.segments) and _segments_fit(
        wanted.trait.segments, other.trait.segments
    )


def without_result(text: str) -> str:
    """``double ns::norm<double>(int)`` without the result type that C++ symbols of template instances hold."""
    head, parameters, _ = _split_parameters(_hide(text))
    if parameters is None:
        return text
    return text[len(head) - len(_split(head, " ")[-1]) :]


def _hide(text: str) -> str:
    return _OPERATOR.sub(lambda match: "".join(chr(_PRIVATE + ord(char)) for char in match[0]), text)


@lru_cache(maxsize=65536)
def parse_name(text: str) -> QualifiedName:
    """Take a name apart; never fails, what it does not understand stays one segment."""
    text = _hide(re.sub(r"\boperator\s+(?=\W)", "operator", text)).replace("(anonymous namespace)::", "")
    text = re.sub(r"\[abi:\w+\]", "", text)
    text = re.sub(r"'\w+(?:, )?", "", text)  # lifetimes, which have no part in what code is made
    text = re.sub(r"<\s*>", "", text)
    text = re.sub(r"(?<=\w)-(?=\w)", "_", text)  # a package may be called my-crate, its crate is my_crate
    head, parameters, qualifiers = _split_parameters(text.strip())
    if parameters is not None:
        head = _split(head, " ")[-1]  # instances of C++ templates have their result type in front
    return QualifiedName(
        segments=_segments(head),
        parameters=None if parameters is None else tuple(_cxx_type(word) for word in parameters),
        qualifiers=qualifiers,
    )


def _split_parameters(text: str) -> tuple[str, tuple[str, ...] | None, str]:
    """``f(double, int) const`` as ``f``, (``double``, ``int``), ``const``."""
    match = re.search(r"\)\s*((?:const|volatile|&&?|noexcept|\s)*)$", text)
    if match is None:
        return text, None, ""
    depth = 0
    for index in range(match.start(), -1, -1):
        depth += (text[index] in _CLOSE) - (text[index] in _OPEN)
        if depth == 0:
            words = _split(text[index + 1 : match.start()], ",")
            parameters = tuple(word for word in words if word not in ("", "void"))
            return text[:index].strip(), parameters, match[1].strip()
    return text, None, ""


def _segments(text: str) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for part in _split(text, "::"):
        name, bracket, rest = part.partition("<")
        if bracket and not name and not found:
            found.extend(_qualified(part[1:-1]))
        elif bracket and not name:
            found[-1] = Segment(found[-1].name, _arguments(part))  # a turbofish: `f::<f64>`
        else:
            found.append(Segment(name.strip(), _arguments(bracket + rest) if bracket else None))
    return tuple(found)


def _qualified(inside: str) -> tuple[Segment, ...]:
    """What stands in the angle brackets at the head of a Rust path: ``A as T``, or ``A`` alone."""
    own, *trait = _split(inside, " as ")
    if trait:
        return (Segment("", None, QualifiedName(_segments(own)), QualifiedName(_segments(trait[0]))),)
    return _segments(own)


def _arguments(text: str) -> str:
    words = _split(text.strip()[1:-1], ",")
    return ",".join(_compact(_cxx_type(word)) for word in words if not word.startswith("std::allocator<"))


def _split(text: str, separator: str) -> list[str]:
    """Split where no bracket is open."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(text):
        depth += (text[index] in _OPEN) - (text[index] in _CLOSE)
        if depth == 0 and text.startswith(separator, index):
            parts.append(text[start:index].strip())
            start = index = index + len(separator)
        else:
            index += 1
    return [*parts, text[start:].strip()]


def _cxx_type(text: str) -> str:
    """One spelling for each C++ type: ``const double *`` becomes ``double const*``."""
    text = re.sub(r"\bstd::(?:__cxx11|__\d+)::", "std::", text)
    text = re.sub(r"\bstd::basic_string<char, *std::char_traits<char>, *std::allocator<char> *>", "std::string", text)
    text = re.sub(r", *std::allocator<[^<>]*(?:<[^<>]*>)?[^<>]*>(?= *>)", "", text)
    text = re.sub(r"\b(?:struct|class|enum|std(?=::\w+_t\b)::) *", "", text)
    match = re.match(r"(const\s+)?([^*&()]*?)(\s+const)?\s*([*&(].*)?$", text)
    if match is None:
        return _compact(text)
    base = _ALIASES.get(" ".join(match[2].split()), match[2])
    constant = " const" if (match[1] or match[3]) and match[4] else ""  # on a value `const` is no part of the type
    return _compact(f"{base}{constant}{match[4] or ''}")


def _compact(text: str) -> str:
    """Without the spaces that do not separate words; ``::`` before generic arguments is Rust's and optional."""
    return re.sub(r"\s*([^\w\s])\s*", r"\1", " ".join(text.split())).replace("::<", "<")
