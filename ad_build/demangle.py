"""Source names of symbols: Rust (v0 and legacy) and C++ (Itanium).

C++ names come from ``__cxa_demangle`` of the C++ runtime, which LLVM itself needs and so is always there.  Rust's are
read here, from the grammar of RFC 2603 (https://rust-lang.github.io/rfcs/2603-rust-symbol-name-mangling-v0.html):
the packages that could do it need Python 3.11, or are wrong on one symbol of twelve.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_BASIC_NAMES = "i8 bool char f64 str f32 u8 isize usize i32 u32 i128 u128 _ i16 u16 () ... i64 u64 !"
_BASIC_TYPES = dict(zip("abcdefhijlmnopstuvxyz", _BASIC_NAMES.split(), strict=True))
_POINTERS = {"R": "&", "Q": "&mut ", "P": "*const ", "O": "*mut "}
_SPECIAL_NAMESPACES = {"C": "closure", "S": "shim"}
_STEPS = 50_000  # back references can make a short symbol huge
_DEPTH = 200
_LEGACY = re.compile(r"^_ZN(.*)17h[0-9a-f]{16}E$")
_LEGACY_ESCAPES = {"SP": "@", "BP": "*", "RF": "&", "LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ","}
# What LLVM and linkers append to a symbol: ``.llvm.123``, ``.1``, ``$got``.
_SUFFIX = re.compile(r"[.$].*$", re.DOTALL)


@lru_cache(maxsize=65536)
def demangle(symbol: str) -> str:
    """The source name of a symbol, or the symbol itself where it is not mangled.

    Rust paths have no crate hashes, C++ names have their parameter types: ``<krate::Model>::energy``,
    ``krate::norm::<f64>``, ``ns::f(double, int)``.
    """
    bare = symbol[1:] if symbol.startswith(("__R", "__Z")) else symbol  # Mach-O puts an underscore in front
    if bare.startswith("_R"):
        split = split_rust(symbol)
        return split[0] if split else symbol
    if not bare.startswith("_Z"):
        return symbol
    legacy = _LEGACY.match(re.sub(r"\.llvm\.\d+$", "", bare))
    return (legacy and _legacy_path(legacy[1])) or _cxx_name(_SUFFIX.sub("", bare)) or symbol


def split_rust(symbol: str) -> tuple[str, str] | None:
    """A v0 symbol as (path, what identifies the function), or None where it is no valid one.

    The second part leaves out which crate a generic function was compiled in: two symbols that differ only there
    are copies of the same function.
    """
    bare = _SUFFIX.sub("", symbol[1:] if symbol.startswith("__R") else symbol)
    # A digit is the version of an encoding newer than this one.
    if not bare.startswith("_R") or not bare.isascii() or bare[2:3].isdigit():
        return None
    parser = _V0(bare[2:])
    try:
        path = parser.path(in_value=True)
    except (ValueError, IndexError, KeyError, OverflowError):
        return None
    return path, bare[: 2 + parser.at]


def rust_identity(symbol: str) -> tuple[str, str] | None:
    """What a v0 symbol says in every build of the same source, and the symbol's own crates; None for other symbols.

    The first part is the path with every number that keeps functions apart, but without the hashes of crates, which
    follow the build's settings.  The second tells functions of different builds of a crate apart, and leaves out which
    crate a generic function was compiled in.
    """
    found = split_rust(symbol)
    if found is None:
        return None
    parser = _V0(found[1][2:], exact=True)
    return parser.path(in_value=True), found[1]


# --- Rust, v0 -----------------------------------------------------------------------------------------------------


class _V0:
    """A recursive-descent parser of v0; one method for each rule of the grammar.  Raises ValueError and the like."""

    def __init__(self, text: str, *, exact: bool = False) -> None:
        self.text = text
        self.exact = exact  # keep what people leave out of a path
        self.at = 0
        self.steps = 0
        self.depth = 0
        self.lifetimes = 0

    def next(self) -> str:
        char = self.text[self.at]
        self.at += 1
        return char

    def eat(self, char: str) -> bool:
        if self.text.startswith(char, self.at):
            self.at += 1
            return True
        return False

    def until_end(self, rule: Callable[[], str]) -> list[str]:
        found = []
        while not self.eat("E"):
            found.append(rule())
        return found

    def nested(self, rule: Callable[[], str]) -> str:
        self.steps += 1
        self.depth += 1
        if self.steps > _STEPS or self.depth > _DEPTH:
            raise ValueError("symbol too complex")
        text = rule()
        self.depth -= 1
        return text

    def base62(self) -> int:
        """``_`` is 0, ``0_`` is 1, ..."""
        if self.eat("_"):
            return 0
        value = 0
        while not self.eat("_"):
            char = self.next()
            digit = int(char, 36) if not char.isupper() else ord(char) - ord("A") + 36
            value = value * 62 + digit
        return value + 1

    def optional62(self, tag: str) -> int:
        return self.base62() + 1 if self.eat(tag) else 0

    def backref(self, rule: Callable[[], str]) -> str:
        target, after = self.base62(), self.at
        if target >= after:
            raise ValueError("forward reference")
        self.at = target
        text = self.nested(rule)
        self.at = after
        return text

    def name(self) -> str:
        """An identifier without disambiguator."""
        punycode = self.eat("u")
        digits = re.compile(r"0|[1-9]\d*").match(self.text, self.at)
        if digits is None:
            raise ValueError("no length")
        self.at = digits.end()
        self.eat("_")
        length = int(digits[0])
        text = self.text[self.at : self.at + length]
        if len(text) < length:
            raise ValueError("cut off")
        self.at += length
        if punycode:
            head, _, tail = text.rpartition("_")
            text = f"{head}-{tail}".removeprefix("-").encode().decode("punycode")
        return text

    def path(self, *, in_value: bool = False) -> str:
        return self.nested(lambda: self._path(in_value))

    def _path(self, in_value: bool) -> str:
        tag = self.next()
        if tag == "C":
            self.optional62("s")
            return self.name()
        if tag == "N":
            return self._nested_path(in_value)
        if tag == "M":
            place = self._impl_path()
            return f"<{place}{self.type()}>"
        if tag == "X":
            place = self._impl_path()
            return f"<{place}{self.type()} as {self.path()}>"
        if tag == "Y":
            return f"<{self.type()} as {self.path()}>"
        if tag == "I":
            base = self.path(in_value=in_value)
            arguments = ", ".join(self.until_end(self._generic_argument))
            return f"{base}{'::' if in_value else ''}<{arguments}>"
        if tag == "B":
            return self.backref(lambda: self.path(in_value=in_value))
        raise ValueError(f"path {tag}")

    def _nested_path(self, in_value: bool) -> str:
        namespace = self.next()
        base = self.path(in_value=in_value)
        number = self.optional62("s")
        name = self.name()
        if namespace.isupper():
            kind = _SPECIAL_NAMESPACES.get(namespace, namespace)
            return f"{base}::{{{kind}{':' if name else ''}{name}#{number}}}"
        if self.exact:
            return f"{base}::{namespace}{name}#{number}"
        return f"{base}::{name}" if name else base

    def _impl_path(self) -> str:
        """Where an ``impl`` stands, which is not part of a path as people write it."""
        number = self.optional62("s")
        place = self.path()
        return f"{place}#{number}: " if self.exact else ""

    def _generic_argument(self) -> str:
        if self.eat("L"):
            return self._lifetime(self.base62())
        return self.const() if self.eat("K") else self.type()

    def _lifetime(self, index: int) -> str:
        if index == 0:
            return "'_"
        number = self.lifetimes - index
        if number < 0:
            raise ValueError("unbound lifetime")
        return f"'{chr(ord('a') + number)}" if number < 26 else f"'_{number}"

    def type(self) -> str:
        return self.nested(self._type)

    def _type(self) -> str:
        tag = self.next()
        if tag in _BASIC_TYPES:
            return _BASIC_TYPES[tag]
        if tag in _POINTERS:
            lifetime = self.base62() if tag in "RQ" and self.eat("L") else 0
            mark = _POINTERS[tag]
            return f"{mark[0]}{self._lifetime(lifetime)} {mark[1:]}{self.type()}" if lifetime else mark + self.type()
        if tag == "A":
            return f"[{self.type()}; {self.const()}]"
        if tag == "S":
            return f"[{self.type()}]"
        if tag == "T":
            members = self.until_end(self.type)
            return f"({', '.join(members)}{',' if len(members) == 1 else ''})"
        if tag == "F":
            return self._with_binder(self._function)
        if tag == "D":
            bounds = self._with_binder(lambda: " + ".join(self.until_end(self._dyn_trait)))
            if not self.eat("L"):
                raise ValueError("dyn without lifetime")
            lifetime = self.base62()
            return f"dyn {bounds}{f' + {self._lifetime(lifetime)}' if lifetime else ''}"
        if tag == "B":
            return self.backref(self.type)
        self.at -= 1
        return self.path()

    def _with_binder(self, rule: Callable[[], str]) -> str:
        count = self.optional62("G")
        if count > 100:
            raise ValueError("too many lifetimes")
        self.lifetimes += count
        names = ", ".join(self._lifetime(count - index) for index in range(count))
        text = rule()
        self.lifetimes -= count
        return f"for<{names}> {text}" if count else text

    def _function(self) -> str:
        words = "unsafe " if self.eat("U") else ""
        if self.eat("K"):
            abi = "C" if self.eat("C") else self.name().replace("_", "-")
            words += f'extern "{abi}" '
        parameters = ", ".join(self.until_end(self.type))
        result = self.type()
        return f"{words}fn({parameters}){'' if result == '()' else f' -> {result}'}"

    def _dyn_trait(self) -> str:
        trait = self.path()
        bindings = []
        while self.eat("p"):
            name = self.name()
            bindings.append(f"{name} = {self.type()}")
        if not bindings:
            return trait
        if trait.endswith(">"):
            return f"{trait[:-1]}, {', '.join(bindings)}>"
        return f"{trait}<{', '.join(bindings)}>"

    def const(self) -> str:
        return self.nested(self._const)

    def _const(self) -> str:
        tag = self.next()
        if tag == "p":
            return "_"
        if tag == "B":
            return self.backref(self.const)
        if tag in "hjmotyailnsx":
            negative = self.eat("n")
            return f"{'-' if negative else ''}{int(self._hex() or '0', 16)}"
        if tag == "b":
            return {"0": "false", "1": "true"}[self._hex()]
        if tag == "c":
            return repr(chr(int(self._hex(), 16)))
        if tag == "e":
            return f'*"{bytes.fromhex(self._hex()).decode()}"'
        if tag in "RQ":
            if tag == "R" and self.eat("e"):
                return f'"{bytes.fromhex(self._hex()).decode()}"'
            return f"{_POINTERS[tag]}{self.const()}"
        if tag == "A":
            return f"[{', '.join(self.until_end(self.const))}]"
        if tag == "T":
            return f"({', '.join(self.until_end(self.const))})"
        if tag == "V":
            return self._const_value()
        raise ValueError(f"const {tag}")

    def _const_value(self) -> str:
        shape = self.next()
        path = self.path(in_value=True)
        if shape == "T":
            return f"{path}({', '.join(self.until_end(self.const))})"
        if shape == "S":
            return f"{path} {{ {', '.join(self.until_end(self._const_field))} }}"
        return path

    def _const_field(self) -> str:
        self.optional62("s")
        return f"{self.name()}: {self.const()}"

    def _hex(self) -> str:
        end = self.text.index("_", self.at)
        digits, self.at = self.text[self.at : end], end + 1
        return digits


# --- Rust, legacy -------------------------------------------------------------------------------------------------


def _legacy_path(body: str) -> str:
    """``4core3fmt`` (between ``_ZN`` and the hash) as ``core::fmt``; ``""`` where it is malformed."""
    parts, at = [], 0
    while at < len(body):
        digits = re.compile(r"\d+").match(body, at)
        if digits is None or digits.end() + int(digits[0]) > len(body):
            return ""
        at = digits.end() + int(digits[0])
        parts.append(_unescape(body[digits.end() : at]))
    return "::".join(parts)


def _unescape(part: str) -> str:
    def escape(match: re.Match[str]) -> str:
        word = match[1]
        return chr(int(word[1:], 16)) if word.startswith("u") else _LEGACY_ESCAPES.get(word, match[0])

    # An underscore only makes the part start like an identifier.
    part = part[1:] if part.startswith("_$") else part
    return re.sub(r"\$(u[0-9a-f]{1,5}|[A-Z]{1,2})\$", escape, part).replace("..", "::")


# --- C++ ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _cxx_runtime() -> Callable[[bytes], bytes | None] | None:
    """``__cxa_demangle`` of the platform's C++ runtime, or None where there is none."""
    import ctypes

    for name in ("libc++abi.dylib",) if sys.platform == "darwin" else ("libstdc++.so.6", "libc++abi.so.1"):
        try:
            return _bind(ctypes.CDLL(name)["__cxa_demangle"], ctypes.CDLL(None)["free"])
        except (OSError, AttributeError):
            continue
    return None


def _bind(function: Any, free: Any) -> Callable[[bytes], bytes | None]:
    import ctypes

    function.argtypes, function.restype = [ctypes.c_char_p, *[ctypes.c_void_p] * 3], ctypes.c_void_p
    free.argtypes, free.restype = [ctypes.c_void_p], None

    def call(symbol: bytes) -> bytes | None:
        address = function(symbol, None, None, None)
        if not address:
            return None
        text = ctypes.string_at(address)
        free(address)
        return text

    return call


def _cxx_name(symbol: str) -> str:
    """The demangled C++ name, or ``""`` where it is none."""
    runtime = _cxx_runtime()
    text = runtime(symbol.encode()) if runtime else None
    return text.decode(errors="replace").replace("> >", ">>") if text else ""
