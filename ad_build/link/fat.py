"""Links the program into one fat module and prunes it to what the requests reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ad_build import llvm, names
from ad_build.demangle import rust_identity
from ad_build.errors import AdBuildError, LinkError, UsageError, raise_all
from ad_build.ir_text import global_name
from ad_build.link import known, rust_runtime
from ad_build.link.bitcode import Bitcode, Library, open_library, read_object
from ad_build.link.requests import FoundRequest, find_requests
from ad_build.model import EmittedIr, FatModule, Request, ResolvedRequest


class FindHandedIn(Protocol):
    """Names the functions that pointers from outside may point to, with ``known`` only of these.

    They come with their places in vtables.
    """

    def __call__(
        self, ir: str, roots: Iterable[str], known: Mapping[str, Collection[int]] | None = None
    ) -> tuple[str, ...]: ...


class Dynamic(Protocol):
    """What the parameters of functions lead to, other than data; false where there is nothing."""

    @property
    def marks(self) -> Sequence[bytes]:
        """Bytes of which a module with such functions has one."""

    def functions(self, ir: str) -> Mapping[str, Collection[int]]:
        """The functions of the program that may be behind it, with their places in vtables."""


FindDynamic = Callable[[str, Iterable[str]], Dynamic]


def link_fat_module(
    emitted: EmittedIr,
    requests: Sequence[Request],
    *,
    whole_program: bool = False,
    everything: bool = True,
    strict: bool = True,
    attributes: bool = False,
    skip: Collection[str] = (),
    find_handed_in: FindHandedIn | None = None,
    find_dynamic: FindDynamic | None = None,
) -> FatModule:
    """Link everything the front end emitted, resolve the requests' functions and prune.

    With ``whole_program`` every definition stays, with the linkage its source gave it (for programs whose own
    functions are rewritten); otherwise only what the requested functions reach, all of it internal but they.
    Without ``everything``, requests whose derivative the program does not refer to are only looked for; without
    ``strict`` such a request, or any with ``everything``, may match nothing.  ``find_handed_in`` names functions that
    stay although nothing reaches them by name, as pointers to them come from outside; in Rust ``find_dynamic`` tells
    which they can be.

    The requests of attributes in Rust source come on top: those that the program uses, or all of them with
    ``attributes``, but none whose name is in ``skip``.

    Raises :class:`LinkError` for bad or contradictory bitcode and :class:`ad_build.errors.UsageError` for
    requests that match nothing or whose name is taken.
    """
    objects = [module for path in emitted.objects for module in read_object(path)]
    libraries = [open_library(path) for path in emitted.libraries]
    linker = _Linker(emitted, objects)
    if whole_program:
        linker.require(sorted(emitted.needed_elsewhere), libraries)
        linker.pull(libraries, lazily=False)
    modules = (*objects, *(m for library in libraries for offset in library.members for m in library.member(offset)))
    marked = find_requests(modules, everything=attributes) if emitted.rust else ()
    marked = tuple(one for one in marked if one.request.name not in skip)
    declared = linker.declarations((*requests, *(one.request for one in marked)), modules)
    used = {name for name, _ in declared}
    candidates = [*linker.defined(), *(name for library in libraries for name in library.symbols)]
    functions = tuple(names.name_functions(dict.fromkeys(candidates), local=linker.local()))
    resolved, missing = _resolve(
        requests, functions, linker.undefined(), None if strict else set() if everything else used
    )
    found = tuple(one.request.name for one in resolved)
    if not everything:
        resolved = tuple(one for one in resolved if one.request.name in used)
    resolved += tuple(ResolvedRequest(request=one.request, symbol=one.shim) for one in marked)
    found += tuple(one.request.name for one in marked)
    if not resolved and not whole_program:
        return FatModule(ir="", requests=(), found=found, missing=missing)
    symbols = frozenset(one.symbol for one in resolved)
    linker.take_homes(marked, libraries)
    linker.require(sorted(symbols), libraries)
    handed_in: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    if not whole_program:
        if find_handed_in is not None and not emitted.rust:
            handed_in, outside = _name_or_tell(find_handed_in(str(linker.program), symbols), linker.local())
            linker.show(name for name, _ in outside)
        elif find_handed_in is not None and find_dynamic is not None:
            llvm.drop_unreached(linker.program, symbols)
            dynamic = find_dynamic(str(linker.program), symbols)
            if dynamic:  # few programs have any, and all others need not be looked at as a whole
                linker = _Linker(emitted, objects)
                linker.take_homes(marked, libraries)
                linker.require(sorted(symbols), libraries)
                linker.pull_marked(libraries, dynamic.marks)
                outside = _tell_apart(find_handed_in, dynamic, str(linker.program), symbols)
                handed_in = tuple(name for name, _ in outside)
                linker.show(handed_in)
        kept = symbols.union(handed_in)
        llvm.drop_unreached(linker.program, kept)
        linker.pull(libraries, lazily=True)
        linker.prune(kept)
    renamed: tuple[tuple[str, str], ...] = ()
    if emitted.rust:
        rust_runtime.pull_std(linker.program, [open_library(path) for path in emitted.std_libraries])
        renamed = rust_runtime.present_allocator(linker.program)
        linker.prune(symbols.union(handed_in))
    renamed += _shorten(linker.program, marked)
    ir = str(linker.program)
    if emitted.rust:
        ir = rust_runtime.name_variants(rust_runtime.inline_growth(ir, linker.program), renamed)
        ir = known.replace_known(ir, linker.program)
        ir = rust_runtime.mark_inactive(ir, linker.program)
    return FatModule(
        ir=ir,
        requests=resolved,
        declared=declared,
        renamed=renamed,
        consumed=tuple(linker.consumed),
        found=found,
        missing=missing,
        handed_in=handed_in,
        outside=outside,
    )


def _name_or_tell(
    handed_in: Iterable[str], local: Collection[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The functions that an archive can name or be told of, and of those that it is told of, by which symbol.

    Local functions of one name were numbered when their modules were linked, and nothing tells them apart.  clang
    numbers lambdas in the order in which it comes upon them, which is another one without debug info.
    """
    plain = {name: re.sub(r"\.\d+$", "", name) for name in local}
    count = Counter(plain.values())
    found = tuple(name for name in handed_in if name not in plain or (count[plain[name]] == 1 and "$_" not in name))
    return found, tuple((name, plain[name]) for name in found if name in plain)


def _tell_apart(
    find_handed_in: FindHandedIn, dynamic: Dynamic, ir: str, symbols: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """The functions that may come from outside, each with what tells it in another build; ambiguous ones are left out.

    A package's library and its program have the same name, and may have the same modules.
    """
    known = dynamic.functions(ir)
    told = {name: identity for name in find_handed_in(ir, symbols, known) if (identity := rust_identity(name))}
    crates: dict[str, set[str]] = {}
    for path, crate in told.values():
        crates.setdefault(path, set()).add(crate)
    return tuple((name, path) for name, (path, _) in told.items() if len(crates[path]) == 1)


def _shorten(program: llvm.ModuleRef, marked: Sequence[FoundRequest]) -> tuple[tuple[str, str], ...]:
    """Give raw derivatives, which the differentiated code may call itself, plain names; returns both names of each."""
    for one in marked:
        function = llvm.find_function(program, one.request.symbol)
        if function is not None:
            function.name = one.request.name
    return tuple((one.request.name, one.request.symbol) for one in marked)


def _resolve(
    requests: Sequence[Request], functions: Sequence[names.FunctionName], declared: Sequence[str], used: set[str] | None
) -> tuple[tuple[ResolvedRequest, ...], tuple[AdBuildError, ...]]:
    """Resolve every request; errors of requests that are not in ``used`` are handed back instead of raised."""
    resolved: list[ResolvedRequest] = []
    errors: list[AdBuildError] = []
    missing: list[AdBuildError] = []
    for request in requests:
        try:
            resolved += names.resolve((request,), functions, declared)
        except UsageError as error:
            unused = used is not None and request.name not in used
            (missing if unused and error.code == "no-such-function" else errors).append(error)
    raise_all(errors)
    return tuple(resolved), tuple(missing)


class _Linker:
    """The fat module while it grows."""

    def __init__(self, emitted: EmittedIr, objects: Iterable[Bitcode]) -> None:
        self.rust = emitted.rust
        self.defined_elsewhere = emitted.defined_elsewhere
        self.module: llvm.ModuleRef | None = None
        self.consumed: dict[Path, None] = {}
        # Of what was loaded lazily each symbol counts for itself: the next one may need another part of it.
        self._loaded: set[tuple[Path, int, str]] = set()
        self._origin: dict[str, str] = {}
        for module in objects:
            self.add(module)

    @property
    def program(self) -> llvm.ModuleRef:
        """The module linked so far."""
        if self.module is None:
            raise LinkError("no-bitcode", "no input carries LLVM bitcode", hint="compile the program through ad-build")
        return self.module

    def defined(self) -> list[str]:
        """Names of the functions with a body."""
        return [] if self.module is None else [f.name for f in self.module.functions if not f.is_declaration]

    def defines(self, name: str) -> bool:
        """Whether a function has its body here."""
        function = None if self.module is None else llvm.find_function(self.module, name)
        return function is not None and not function.is_declaration

    def local(self) -> frozenset[str]:
        """Names of the functions that only their own source can see."""
        functions = () if self.module is None else self.module.functions
        return frozenset(f.name for f in functions if f.linkage == llvm.INTERNAL_LINKAGE)

    def undefined(self) -> tuple[str, ...]:
        """Names that are declared and not defined so far."""
        return () if self.module is None else tuple(llvm.undefined(self.module))

    def add(self, bitcode: Bitcode, *, lazily: bool = False) -> None:
        """Link one module in; ``lazily`` takes only what is referenced already."""
        module = llvm.parse_bitcode(bitcode.data, bitcode.origin)
        if self.rust:
            if rust_runtime.is_allocator_shim(module):
                return
            module = rust_runtime.leave_allocator_elsewhere(module)
        self.consumed[bitcode.path] = None
        if self.module is None:
            self.module = module
            return
        if lazily:
            llvm.make_lazy(module)
        self._check_duplicates(module, bitcode.origin)
        llvm.link_in(self.module, module, bitcode.origin)

    def _check_duplicates(self, module: llvm.ModuleRef, origin: str) -> None:
        for value in llvm.definitions(module):
            if value.linkage != llvm.EXTERNAL_LINKAGE:
                continue
            first = self._origin.setdefault(value.name, origin)
            if first != origin and self._defines_strongly(value.name):
                raise LinkError("duplicate-symbol", f"{value.name} is defined in {first} and in {origin}", where=origin)

    def _defines_strongly(self, name: str) -> bool:
        value = llvm.find_global(self.program, name)
        return value is not None and not value.is_declaration and value.linkage == llvm.EXTERNAL_LINKAGE

    def pull(self, libraries: Iterable[Library], *, lazily: bool) -> None:
        """Add the archive members that define what is still undefined, until nothing changes."""
        libraries = tuple(libraries)
        found = bool(libraries) and self.module is not None
        while found:
            found = self._require(llvm.undefined(self.program), libraries, lazily=lazily)

    def require(self, symbols: Iterable[str], libraries: Sequence[Library]) -> None:
        """Make sure that these symbols are in the module."""
        defined = set(self.defined())
        self._require([symbol for symbol in symbols if symbol not in defined], tuple(libraries), lazily=False)

    def _require(self, symbols: Sequence[str], libraries: tuple[Library, ...], *, lazily: bool) -> bool:
        wanted: dict[tuple[Path, int], Library] = {}
        for symbol in symbols:
            if symbol in self.defined_elsewhere:
                continue
            library = next((library for library in libraries if symbol in library.symbols), None)
            if library is None:
                continue
            offset = library.symbols[symbol]
            key = (library.path, offset, symbol if lazily else "")
            if key not in self._loaded:
                self._loaded.add(key)
                wanted[library.path, offset] = library
        members = [bitcode for (_, offset), library in wanted.items() for bitcode in library.member(offset)]
        for bitcode in members:
            self.add(bitcode, lazily=lazily)
        return bool(members)

    def prune(self, keep: frozenset[str]) -> None:
        """Make everything but ``keep`` internal and drop what it does not reach."""
        llvm.internalize(self.program, keep)
        llvm.drop_dead_globals(self.program)

    def pull_marked(self, libraries: Iterable[Library], marks: Sequence[bytes]) -> None:
        """Add the archive members that hold one of these marks."""
        for library in libraries:
            for offset in library.members:
                if (library.path, offset, "") in self._loaded:
                    continue
                modules = library.member(offset)
                if any(mark in module.data for module in modules for mark in marks):
                    self._loaded.add((library.path, offset, ""))
                    for module in modules:
                        self.add(module)

    def show(self, symbols: Iterable[str]) -> None:
        """Make functions visible, so that they stay."""
        for symbol in symbols:
            function = llvm.find_function(self.program, symbol)
            if function is not None:
                function.linkage = llvm.EXTERNAL

    def take_homes(self, marked: Sequence[FoundRequest], libraries: Sequence[Library]) -> None:
        """Add the modules that define the functions of attributes: these are often no symbols of their archive."""
        for one in marked:
            if self.defines(one.shim):
                continue
            for library in libraries:
                for offset in library.members if library.path == one.home.path else ():
                    modules = library.member(offset)
                    if any(module.data == one.home.data for module in modules):
                        self._loaded.add((library.path, offset, ""))
                        for module in modules:
                            self.add(module)

    def declarations(self, requests: Sequence[Request], modules: Sequence[Bitcode]) -> tuple[tuple[str, str], ...]:
        """How the program's code declares the derivatives: (name, LLVM declaration) pairs, one per distinct form.

        Raises :class:`UsageError` (``name-taken``) where the program defines a function of that name.
        """
        wanted = {request.symbol or request.name: request for request in requests}
        found: dict[tuple[str, str], None] = {}
        errors: list[AdBuildError] = []
        for bitcode in modules:
            present = [name for name in wanted if name.encode() in bitcode.data]
            if not present:
                continue
            module = llvm.parse_bitcode(bitcode.data, bitcode.origin)
            for name in present:
                function = llvm.find_function(module, name)
                if function is None:
                    continue
                request = wanted[name]
                if function.is_declaration:
                    text = llvm.declaration_text(function).replace(global_name(name), global_name(request.name))
                    found[request.name, text] = None
                else:
                    errors.append(
                        UsageError(
                            "name-taken",
                            f"{name} is defined already, in {bitcode.origin}",
                            where=f"{request.where}.name",
                            hint="give the derivative another name",
                        )
                    )
        raise_all(errors)
        return tuple(found)
