"""What the stages hand to one another, and the words of the field they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ad_build.errors import AdBuildError


class Mode(Enum):
    """Reverse mode computes adjoints (vector-Jacobian products), forward mode tangents (Jacobian-vector products)."""

    REVERSE = "reverse"
    FORWARD = "forward"


class Activity(Enum):
    """How a parameter or result takes part in differentiation; the words are those of rustc's ``std::autodiff``."""

    CONST = "Const"
    ACTIVE = "Active"
    ACTIVE_ONLY = "ActiveOnly"
    DUPLICATED = "Duplicated"
    DUPLICATED_ONLY = "DuplicatedOnly"
    DUAL = "Dual"
    DUAL_ONLY = "DualOnly"
    DUALV = "Dualv"

    @property
    def has_shadow(self) -> bool:
        """Whether the derivative takes a shadow right after the primal argument."""
        return self not in (Activity.CONST, Activity.ACTIVE, Activity.ACTIVE_ONLY)

    def shadows(self, width: int) -> int:
        """How many shadows follow the primal argument; that of ``Dualv`` is one, ``width`` times as long."""
        return (1 if self is Activity.DUALV else width) if self.has_shadow else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One derivative the user asked for.

    ``function`` is a Rust path, a C or C++ name or a symbol, ``name`` the symbol of the derivative.
    ``args`` is None (choose from the types), a tuple in parameter order, or a tuple of pairs
    (parameter name, activity).  ``ret`` is None for "choose".  ``where`` is the dotted spec key, for messages.
    ``width`` is how many shadows each differentiated argument has.

    ``raw``: the request of an attribute in Rust source.  ``symbol`` is then the name by which the program calls the
    derivative; it takes an address first, and several results go through pointers at the end.  ``zeroed`` are the
    parameters that stand for an ``Active`` value and whose shadow is zeroed memory.
    """

    function: str
    name: str
    mode: Mode
    args: tuple[Activity, ...] | None = None
    args_by_name: tuple[tuple[str, Activity], ...] | None = None
    ret: Activity | None = None
    noalias: bool = False
    runtime_activity: bool = False
    engine_flags: tuple[str, ...] = ()
    where: str = "spec"
    width: int = 1
    raw: bool = False
    symbol: str = ""
    zeroed: tuple[int, ...] = ()


class Language(Enum):
    """Source language: decides the ABI by which parameters are lowered and the engine's aliasing rules."""

    C = "C"
    CXX = "C++"
    RUST = "Rust"


@dataclass(frozen=True, kw_only=True, slots=True)
class TagRange:
    """A condition on ``size`` bytes at an offset: that their number lies in one of the inclusive ranges, or in none."""

    offset: int
    size: int
    values: tuple[tuple[int, int], ...]
    outside: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """Where an enum keeps its tag, and for each variant but a default one the tags that mean it.

    ``within`` are the conditions under which there is such an enum: it may lie in a variant of another.
    """

    offset: int
    size: int
    variants: tuple[tuple[tuple[int, int], ...], ...]
    within: tuple[TagRange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HashTable:
    """A type of hash tables of Rust, as debug info names it; ``plain`` says that it holds numbers alone."""

    name: str
    plain: bool


# Among a parameter's tables: what is behind a trait object may hold any.
ANY_TABLE = HashTable(name="any", plain=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One source-level parameter of a function, as DWARF and the LLVM signature together tell it.

    ``type_name`` is the source type as a user would write it; ``size`` is in bytes.  ``llvm`` are the
    indices of the LLVM parameters that carry it (a Rust slice has two, a zero-sized type none) and
    ``llvm_types`` their types (``"double"``, ``"ptr"``).  ``trees`` are their type trees in Enzyme's
    notation, one per LLVM parameter, ``""`` where nothing is known.

    ``kind`` says which activities make sense:
    ``float`` (a floating-point scalar by value), ``int`` (integer, bool, char, C enum), ``pointer`` (to
    anything; slices and references too), ``aggregate`` (a struct, tuple, array or enum by value), ``unit``.
    ``pointee_has_float``: a float can be reached through the pointer.  ``pointee_mutable``: ``&mut`` / non-const.
    ``float_in_integer``: floats travel in an integer register (`[f32; 2]` as i64), which the engine cannot follow.
    ``element_size`` is that of a slice's elements, 0 for all else.  ``unzeroable`` says why zeroed memory is no shadow
    for what it points to, ``""`` where it is one; ``inner_pointer`` is a pointer in that.
    for what it points to, ``""`` where it is one.  ``tags`` are those of the enums in what the pointer points to, which
    a shadow must have too.  ``tables`` are the types of the hash tables that the function may change through it.
    """

    name: str
    type_name: str
    size: int
    kind: str
    llvm: tuple[int, ...]
    llvm_types: tuple[str, ...]
    trees: tuple[str, ...]
    pointee_has_float: bool = False
    pointee_mutable: bool = False
    float_in_integer: bool = False
    indirect: bool = False
    rust_type: str = ""
    element_size: int = 0
    unzeroable: str = ""
    inner_pointer: str = ""
    tags: tuple[Tag, ...] = ()
    tables: tuple[HashTable, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """The result of a function; ``llvm_type`` is the LLVM return type, ``sret`` whether it goes through a pointer."""

    type_name: str
    size: int
    kind: str
    llvm_type: str
    tree: str = ""
    sret: bool = False
    float_in_integer: bool = False
    rust_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """A function as its source declares it, matched with its LLVM signature.

    ``param_attributes`` are the LLVM types with their ABI attributes (``"ptr byval(%T) align 8"``) in order.
    ``file`` and ``line`` say where it is declared.
    """

    symbol: str
    source_name: str
    language: Language
    parameters: tuple[Parameter, ...]
    result: Result
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """``file:line``, or the symbol where debug info does not tell."""
        return f"{self.file}:{self.line}" if self.file else self.symbol


@dataclass(frozen=True, kw_only=True, slots=True)
class EmittedIr:
    """What a front end collected: files that hold bitcode (objects, archives, raw bitcode), in link order.

    ``libraries`` are searched lazily, member by member (``.a``, ``.rlib``); ``std_libraries`` hold the language's
    standard library, whose panic entry points stay declarations.  Symbols that inputs without bitcode define must
    not be pulled from a library; those they need (``main`` too) are roots when a whole program is linked.
    """

    objects: tuple[Path, ...]
    libraries: tuple[Path, ...] = ()
    std_libraries: tuple[Path, ...] = ()
    rust: bool = False
    defined_elsewhere: frozenset[str] = frozenset()
    needed_elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedRequest:
    """A request with the symbol of the function it names."""

    request: Request
    symbol: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """Functions of a program that an archive calls and cannot name, by their identities.

    These are symbols; with ``rust`` they are what :func:`ad_build.demangle.rust_identity` tells.
    """

    functions: tuple[str, ...] = ()
    rust: bool = False

    def __bool__(self) -> bool:
        return bool(self.functions)


@dataclass(frozen=True, kw_only=True, slots=True)
class FatModule:
    """The linked and pruned program: LLVM IR as text, and the functions that are asked for.

    ``declared`` maps the derivative names the user's code already declares to their LLVM declarations;
    ``consumed`` are the input files whose code is in the module.  ``renamed`` are pairs (name in the module, name in
    the final link) of runtime functions that the engine knows under plain names.  ``found`` are the names of all
    requests whose function exists, used or not; ``missing`` the errors of unused requests whose function does not.
    ``handed_in`` are functions of the program that its pointers may point to when they come into a derivative;
    ``outside`` says of those that the archive cannot name by a symbol what they are to be told by: (symbol, identity).
    """

    ir: str
    requests: tuple[ResolvedRequest, ...]
    declared: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    consumed: tuple[Path, ...] = ()
    found: tuple[str, ...] = ()
    missing: tuple[AdBuildError, ...] = ()
    handed_in: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Derivative:
    """A finished derivative function: its symbol and LLVM signature, and declarations to paste."""

    name: str
    primal: str
    llvm_declaration: str
    c_prototype: str
    rust_declaration: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticArchive:
    """The archive on disk, and the derivatives it exports.

    ``outside`` are the functions whose addresses it looks for in a table that the last link makes.
    """

    path: Path
    derivatives: tuple[Derivative, ...]
    outside: Outside = field(default_factory=Outside)
