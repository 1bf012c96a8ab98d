"""Checks around the engine, so that no derivative is silently wrong."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from ad_build import llvm
from ad_build.activity import Plan
from ad_build.demangle import demangle
from ad_build.errors import EngineError, RefusedError, raise_all


def check_reachable_code(
    module: llvm.ModuleRef, written: llvm.ModuleRef, plans: Sequence[Plan], shared: frozenset[str]
) -> None:
    """Refuse what cannot be differentiated in what the plans' functions reach.

    That is inline assembly on data, and mutable variables of the program (``shared``).  ``module`` is optimised:
    generic code that tests types has lost the branches that are never taken.  ``written`` is the same before, where
    the chains of calls are those of the source.
    """
    errors = []
    assembly = " asm " in str(module)  # looking at every instruction is slow
    for plan in plans:
        signature = plan.signature
        found = assembly and _assembly_error(module, signature.symbol, signature.source_name, signature.place)
        if found:
            errors.append(_assembly_error(written, signature.symbol, signature.source_name, signature.place) or found)
        elif shared:
            variable = next((name for name, _ in _used_variables(module, signature.symbol, shared)), None)
            if variable is not None:
                errors.append(_variable_error(written, plan, variable))
    raise_all(errors)


def reach_hazards(module: llvm.ModuleRef, symbols: Iterable[str], shared: frozenset[str]) -> frozenset[str]:
    """Those of the functions that :func:`check_reachable_code` would refuse."""
    return frozenset(
        symbol
        for symbol in symbols
        if _assembly_error(module, symbol, symbol, None) or next(_used_variables(module, symbol, shared), None)
    )


def check_reachable_from_requests(module: llvm.ModuleRef) -> None:
    """The same for programs that ask in their source: for the functions that ``__enzyme_*`` calls name."""
    raise_all([error for name in requested_in_source(module) if (error := _assembly_error(module, name, name, None))])


def requested_in_source(module: llvm.ModuleRef) -> tuple[str, ...]:
    """The functions that are the first operand of an ``__enzyme_*`` call."""
    found: dict[str, None] = {}
    for function in module.functions:
        if function.is_declaration:
            continue
        for block in function.blocks:
            for instruction in block.instructions:
                if instruction.opcode not in ("call", "invoke"):
                    continue
                operands = list(instruction.operands)
                if is_request(operands[-1].name):
                    found.update((operand.name, None) for operand in operands[:-1] if llvm.is_function(operand))
    return tuple(found)


def asks_within_derivatives(module: llvm.ModuleRef) -> bool:
    """Whether what is differentiated asks for a derivative itself: the engine differentiates that one again."""
    functions = (one for root in requested_in_source(module) for one, _ in reachable(module, root))
    return any(is_request(name) for function in functions for name in references(function))


def is_request(name: str) -> bool:
    """Whether a symbol asks the engine for a derivative; C++ mangles the names."""
    return any(word in name for word in REQUESTS)


REQUESTS = ("__enzyme_autodiff", "__enzyme_fwddiff", "__enzyme_augmentfwd", "__enzyme_reverse", "__enzyme_batch")


def _assembly_error(module: llvm.ModuleRef, symbol: str, name: str, place: str | None) -> EngineError | None:
    for function, chain in reachable(module, symbol):
        asm = next(iter(_assembly(function)), None)
        if asm is not None:
            return RefusedError(
                "inline-assembly",
                f"{name} reaches inline assembly, which has no derivative",
                where=place,
                note=f"in {demangle(chain[-1])}: {asm}\ncalled through {' -> '.join(map(demangle, chain))}",
                hint="provide the same computation without assembly, or leave that function out",
            )
    return None


def _assembly(function: llvm.ValueRef) -> Iterable[str]:
    """Inline assembly that computes on data; an empty template is only a barrier for the optimiser."""
    for block in function.blocks:
        for instruction in block.instructions:
            if instruction.opcode not in ("call", "invoke", "callbr"):
                continue
            text = str(instruction)
            at = text.find(" asm ")
            if at < 0:
                continue
            template = text[text.index('"', at) + 1 :]
            if template[: template.index('"')]:
                yield text.strip()[:120]


def reachable(module: llvm.ModuleRef, root: str) -> Iterable[tuple[llvm.ValueRef, tuple[str, ...]]]:
    """Functions with a body that ``root`` calls or refers to, each with the chain of names that leads there."""
    first = llvm.find_function(module, root)
    if first is None:
        return
    queue: deque[tuple[llvm.ValueRef, tuple[str, ...]]] = deque([(first, (root,))])
    seen = {root}
    tables: set[str] = set()
    while queue:
        function, chain = queue.popleft()
        yield function, chain
        for name in references(function, tables):
            if name in seen:
                continue
            seen.add(name)
            callee = module.get_function(name)
            if not callee.is_declaration:
                queue.append((callee, (*chain, name)))


def references(function: llvm.ValueRef, tables: set[str] | None = None) -> Iterable[str]:
    """Names of the functions that instructions of ``function`` have as operands, or find in constants (vtables).

    Constants in ``tables`` are passed over; those that are looked at are added to it.
    """
    tables = set() if tables is None else tables
    for block in function.blocks:
        for instruction in block.instructions:
            for operand in instruction.operands:
                if llvm.is_function(operand):
                    yield operand.name
                elif llvm.refers_to_data(operand):
                    yield from llvm.functions_in(operand, tables)


def call_chain(module: llvm.ModuleRef, root: str, target: str) -> tuple[str, ...] | None:
    """The shortest chain of calls from ``root`` to ``target``, both included, or None."""
    for function, chain in reachable(module, root):
        if function.name == target:
            return chain
        if target in references(function):
            return (*chain, target)
    return None


def check_differentiated(module: llvm.ModuleRef, names: Sequence[str]) -> None:
    """After the engine: every derivative has a body.  That no ``__enzyme_*`` call survived, the engine checks."""
    for name in names:
        function = llvm.find_function(module, name)
        if function is None or function.is_declaration:
            raise EngineError("engine-skipped", f"the engine gave no body for {name}", note="it was not run")


def indirect_call_error(function: str, place: str | None, call: str) -> RefusedError:
    """For a call through a ``Const`` function pointer, which would be differentiated as zero."""
    return RefusedError(
        "indirect-call",
        f"{function} calls a function through a Const pointer, and what it computes would count as constant",
        where=place,
        note=call[:160],
        hint="call the function by its name, or write one function for each that is passed in",
    )


def expose_mutable_globals(module: llvm.ModuleRef) -> frozenset[str]:
    """Names of the program's mutable variables, which become visible from outside.

    An archive has copies of its own of them.  Their writers may be gone from ``module``: the optimiser must not take
    them for constants before :func:`check_reachable_code` has seen whether they are used.
    """
    found = [
        variable
        for variable in module.global_variables
        if llvm.is_mutable(variable) and not llvm.is_elsewhere(variable) and not variable.name.startswith("ad_build.")
    ]
    for variable in found:
        variable.linkage = llvm.EXTERNAL
    return frozenset(variable.name for variable in found)


def _used_variables(
    module: llvm.ModuleRef, symbol: str, names: frozenset[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Those of the variables that a function reaches, each with a chain of calls."""
    for function, chain in reachable(module, symbol):
        for name in sorted(set(globals_of(function)) & names):
            yield name, chain


def _variable_error(module: llvm.ModuleRef, plan: Plan, variable: str) -> RefusedError:
    symbol = plan.signature.symbol
    chain = next((chain for _, chain in _used_variables(module, symbol, frozenset({variable}))), (symbol,))
    rust = symbol.startswith("_R")
    return RefusedError(
        "mutable-global",
        f"{plan.signature.source_name} uses the mutable variable {demangle(variable)}",
        where=plan.signature.place,
        note=f"in {' -> '.join(map(demangle, chain))}\nthe archive would have a variable of its own",
        hint=f"pass its value as an argument{'' if rust else ', or ask for the derivative in the source'}",
    )


def globals_of(function: llvm.ValueRef) -> Iterable[str]:
    """Names of the variables that instructions of ``function`` mention."""
    for block in function.blocks:
        for instruction in block.instructions:
            yield from (name.strip('"') for name in _VARIABLE.findall(str(instruction)))


_VARIABLE = re.compile(r"@(\"(?:[^\"\\]|\\..)*\"|[-a-zA-Z$._0-9]+)")


def check_caches(ir: str) -> None:
    """Refuse derivatives whose caches the engine gave no room: they would corrupt the heap."""
    match = _EMPTY_CACHE.search(ir)
    if match:
        raise EngineError(
            "bad-cache",
            "the engine made a derivative that overruns its own memory",
            note="it could not work out how often a loop runs",
            hint="write the loop with a counter: for (i = 0; i < n; i++)",
        )


_EMPTY_CACHE = re.compile(r"@realloc\(ptr [^,]*, i64 (?:noundef )?0\)|@malloc\(i64 0\).*!enzyme_cache_alloc")


def surviving_requests(module: llvm.ModuleRef) -> None:
    """After the engine has run over a whole program: no function may still ask for a derivative."""
    for function in module.functions:
        if function.is_declaration:
            continue
        for callee in references(function):
            if is_request(callee):
                raise EngineError(
                    "engine-skipped",
                    f"the engine left a call of {callee} in {function.name}",
                    note="it would be an undefined symbol, or silently no derivative",
                )
