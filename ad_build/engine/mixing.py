"""Finds requests in which a ``Const`` pointer and an active one meet in one variable.

``input = x; for layer { input = forward(layer, input) }`` makes one pointer of the ``Const`` argument and of active
memory.  Without its run-time activity check the engine takes the ``Const`` buffer for its own shadow and adds
derivatives into the user's data (fixtures/c/neural: gradients wrong by a factor of 5, inputs overwritten).  Such
requests get ``enzyme_runtime_activity`` by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ad_build.engine import dispatch
from ad_build.engine.pointers import GLOBAL, Function, function_spans, objects, read_function


def read_functions(ir: str) -> dict[str, Function]:
    """Every function with a body, by its name as it stands in IR (``@f``)."""
    functions = (read_function(ir[start:end]) for start, end in function_spans(ir))
    return {function.name: function for function in functions}


def calls_through_const(functions: dict[str, Function], root: str, constant: Iterable[int]) -> str | None:
    """The text of a call, in what ``root`` reaches, through a pointer that is or was loaded through a ``Const``
    parameter and that carries floats or pointers: the engine takes its derivative for zero.  None where there is none.
    """
    for function, const in _const_flow(functions, root, constant):
        if function.name.startswith(dispatch.PREFIX):  # stops where it does not know the function
            continue
        for pointer, text in function.indirect:
            if objects(function, pointer) & const and any(word in text for word in ("double", "float", "ptr ")):
                return text
    return None


def _const_flow(
    functions: dict[str, Function], root: str, constant: Iterable[int]
) -> Iterator[tuple[Function, set[str]]]:
    """The functions that ``root`` hands its ``Const`` pointers to, each with what is derived from those in it."""
    pending = [(root, frozenset(constant))]
    seen = set()
    while pending:
        task = pending.pop()
        if task in seen or task[0] not in functions:
            continue
        seen.add(task)
        function = functions[task[0]]
        const = _constant_pointers(function, task[1])
        yield function, const
        for callee, arguments, _ in function.calls:
            indices = frozenset(
                number for number, value in enumerate(arguments) if value and objects(function, value) & const
            )
            if indices:
                pending.append((callee, indices))


def mixes_const_with_active(functions: dict[str, Function], root: str, constant: Iterable[int]) -> bool:
    """Whether, in ``root`` or what it calls, a pointer derived from a ``Const`` parameter meets another one.

    ``constant`` are the indices of the LLVM parameters of ``root`` that are ``Const``.  A ``Const`` pointer that is
    stored to memory may meet others there, so that counts too.
    """
    for function, const in _const_flow(functions, root, constant):
        for name in (*function.phis, *function.derived):
            bases = objects(function, name)
            if bases & const and bases - const:
                return True
        if any(objects(function, value) & const for value, _ in function.stores):
            return True
    return False


_CONSTANT = re.compile(rf"^({GLOBAL}) = (?:[a-z_]+ )*constant (.*)$", re.MULTILINE)


def constant_data(ir: str) -> frozenset[str]:
    """The module's constants, those that hold addresses (vtables, tables of functions) left out."""
    return frozenset(name for name, value in _CONSTANT.findall(ir) if "ptr @" not in value)


def mixes_constant_data(functions: dict[str, Function], root: str, constants: frozenset[str]) -> bool:
    """Whether, in what ``root`` reaches, a pointer to a constant is stored or meets another pointer.

    Whoever reads through it later cannot tell that there is no shadow, and adjoints are added to the constant.
    """
    pending, seen = [root], set()
    while pending and constants:
        name = pending.pop()
        function = functions.get(name)
        if function is None or name in seen:
            continue
        seen.add(name)
        for pointer in (*function.phis, *function.derived):
            bases = objects(function, pointer)
            if bases & constants and bases - constants:
                return True
        if any(objects(function, value) & constants for value, _ in function.stores):
            return True
        pending += [callee for callee, _, _ in function.calls]
    return False


_MUTABLE_GLOBAL = re.compile(rf"^({GLOBAL}) = (?:[a-z_]+ )*global ", re.MULTILINE)


def writes_globals(functions: dict[str, Function], roots: Iterable[str], ir: str) -> bool:
    """Whether what the roots reach may write to a mutable global, directly or through a callee's parameter.

    Globals that are only read carry no derivative.  For the others the engine keeps shadows, which nobody clears
    from one derivative to the next: a forward pass then reads the adjoints of an earlier reverse pass as tangents.
    """
    mutable = set(_MUTABLE_GLOBAL.findall(ir))
    pending, seen = list(roots), set()
    while pending:
        name = pending.pop()
        function = functions.get(name)
        if function is None or name in seen:
            continue
        seen.add(name)
        if any(objects(function, address) & mutable for address in function.written):
            return True
        for callee, arguments, _ in function.calls:
            # Whatever a global is handed to may write to it.
            if any(value and objects(function, value) & mutable for value in arguments):
                return True
            pending.append(callee)
    return False


def _constant_pointers(function: Function, indices: frozenset[int]) -> set[str]:
    """The parameters that are constant and what is loaded through them or computed from them by a call."""
    const = {function.parameters[index] for index in indices if index < len(function.parameters)}
    changed = True
    while changed:
        changed = False
        derived = [(name, [address]) for name, address in function.loads.items() if address]
        derived += [(result, arguments) for _, arguments, result in function.calls if result]
        for name, sources in derived:
            if name not in const and any(objects(function, source) & const for source in sources if source):
                const.add(name)
                changed = True
    return const
