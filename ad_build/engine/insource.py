"""Programs that ask for derivatives in their source, by Enzyme's ``__enzyme_autodiff`` and its relatives.

There the calls stand inside the user's own functions, so the whole program is transformed and linked in place of
the original objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.demangle import demangle
from ad_build.engine import rotation
from ad_build.engine.base import Engine
from ad_build.engine.differentiate import (
    ALWAYS,
    ATTEMPTS,
    Attempt,
    Differentiated,
    add_wrappers,
    declare_exports,
    finish_text,
    first_accepted,
    flags_of,
    keep_primal_pointers,
    prepare_text,
)
from ad_build.engine.guards import (
    check_caches,
    check_reachable_from_requests,
    indirect_call_error,
    requested_in_source,
    surviving_requests,
)
from ad_build.engine.inlining import inline_calls
from ad_build.engine.mixing import (
    calls_through_const,
    constant_data,
    mixes_const_with_active,
    mixes_constant_data,
    read_functions,
    writes_globals,
)
from ad_build.engine.pointers import LOCAL, Function, function_spans, split_arguments
from ad_build.engine.seeds import ReadTrees, seed_values
from ad_build.engine.threads import check_threads_from_requests
from ad_build.engine.wrappers import write_seeded_call
from ad_build.errors import EngineError, UsageError
from ad_build.model import FatModule, Signature
from ad_build.options import Options

# Names the engine gives a meaning: calls of functions, and globals that register rules for functions.
_REGISTRATIONS = (
    "__enzyme_register_gradient",
    "__enzyme_register_derivative",
    "__enzyme_register_splitderivative",
    "__enzyme_inactivefn",
    "__enzyme_nofree",
    "__enzyme_function_like",
    "__enzyme_allocation_like",
    "__enzyme_inactive_global",
)
GLOBALS_INACTIVE = "--enzyme-globals-default-inactive=1"
_FUNCTION_REFERENCE = re.compile(r'ptr (@(?:"(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+))')


ReadSignatures = Callable[[Sequence[str]], Mapping[str, Signature]]


def transform_program(
    fat: FatModule,
    plans: Sequence[Plan],
    engine: Engine,
    options: Options,
    *,
    level: int,
    read_signatures: ReadSignatures,
    read_trees: ReadTrees | None = None,
) -> Differentiated:
    """Run the engine over the whole program, the derivatives of ``plans`` included.

    ``level`` (0 to 3) is the optimisation level of the user's command line, for the pipeline after the engine;
    ``read_signatures`` and ``read_trees`` read debug info, where the engine cannot do without.
    Raises :class:`ad_build.errors.EngineError`.
    """
    flags = tuple(dict.fromkeys(flag for plan in plans for flag in flags_of(plan)))

    def attempt(how: Attempt) -> Differentiated:
        with options.timings.stage("passes before the engine"):
            module = llvm.parse_ir(fat.ir)
            ruled = _functions_with_rules(module)
            if ruled:
                module = llvm.parse_ir(ir_text.edit_function_attributes(fat.ir, ruled, ir_text.never_inline))
            check_reachable_from_requests(module)
            check_threads_from_requests(module)
            if how.inlined:
                module = llvm.parse_ir(inline_calls(str(module), ruled))
            module = llvm.optimize(module, llvm.BEFORE_ENGINE)
            notes = add_wrappers(module, plans, how)
            exports = declare_exports(module, plans)
            text = prepare_text(module, how, engine, read_trees if options.seeds else None)
            functions = read_functions(text)
            roots = [ir_text.global_name(name) for name in requested_in_source(module)]
            constant_globals = () if writes_globals(functions, roots, text) else (GLOBALS_INACTIVE,)
            text = check_activity_where_mixed(text, functions)
            if how.seeds and options.seeds:
                text = _seed_requests(text, module, read_signatures)
            if how.variables and read_trees is not None:
                text = seed_values(text, read_trees)
            text = keep_primal_pointers(text)
        with options.timings.stage("engine"):
            given = (*ALWAYS, *how.flags, *flags, *constant_globals)
            given += rotation.flags_for(text, given)
            out = engine.run(text, flags=given, runner=options.runner)
        with options.timings.stage("passes after the engine"):
            check_caches(out)
            result = llvm.parse_ir(finish_text(out))
            surviving_requests(result)
            result = llvm.optimize(result, llvm.after_engine(level), llvm.CAREFUL)
        return Differentiated(ir=str(result), exports=exports, notes=notes)

    plain, *rest = [way for way in ATTEMPTS if (options.seeds and read_trees is not None) or not way.variables]
    return first_accepted(attempt, (plain, replace(plain, name="with types from debug info", seeds=True), *rest))


def _seed_requests(ir: str, module: llvm.ModuleRef, read_signatures: ReadSignatures) -> str:
    """Let requests name a function that calls theirs with the type trees of its parameters."""
    names = requested_in_source(module)
    try:
        signatures = read_signatures(names)
    except UsageError as error:
        raise EngineError(error.code, error.message, where=error.where, note=error.note) from error
    glue = []
    for name in names:
        original, seeded = ir_text.global_name(name), ir_text.global_name(f"ad_build.seeded.{name}")
        glue.append(write_seeded_call(signatures[name], module, seeded))
        pattern = re.compile(rf"({_REQUEST.pattern}ptr (?:[a-z_]+(?:\([^)]*\))? )*){re.escape(original)}(?=[,)])")
        ir = pattern.sub(lambda match, seeded=seeded: f"{match.group(1)}{seeded}", ir)  # type: ignore[misc]
    return f"{ir}\n{''.join(glue)}"


def _functions_with_rules(module: llvm.ModuleRef) -> tuple[str, ...]:
    """Functions that custom rules name: inlined before the engine runs, their rule would be silently ignored."""
    found: dict[str, None] = {}
    for variable in module.global_variables:
        if any(word in variable.name for word in _REGISTRATIONS):
            for name in _named_functions(str(variable)):
                found[name] = None
    return tuple(found)


def _named_functions(text: str) -> Iterable[str]:
    for match in _FUNCTION_REFERENCE.finditer(text[text.index("=") :]):
        yield match.group(1)[1:].strip('"')


_REQUEST = re.compile(
    r"\b(?:call|invoke) .*?@\"?[-a-zA-Z$._0-9]*__enzyme_(?:autodiff|fwddiff|augmentfwd|reverse)[^(]*\("
)
_MARKER = re.compile(rf"  ({LOCAL}) = load i32, ptr @(enzyme_[a-z_]+)")
# Markers that are followed by a value and its shadow; after any other marker of activity stands a value alone.
_WITH_SHADOW = ("enzyme_dup", "enzyme_dupnoneed", "enzyme_dupv", "enzyme_dupnoneedv")


def check_activity_where_mixed(ir: str, functions: dict[str, Function]) -> str:
    """Add ``enzyme_runtime_activity`` to requests in which a constant pointer meets active ones."""
    parts, at = [], 0
    constants = constant_data(ir)
    for start, end in function_spans(ir):
        text = ir[start:end]
        if "__enzyme_" not in text:
            continue
        markers = dict(_MARKER.findall(text))
        lines = [
            _checked(line, markers, functions, constants) if "__enzyme_" in line else line for line in text.split("\n")
        ]
        parts += [ir[at:start], "\n".join(lines)]
        at = end
    return "".join([*parts, ir[at:]])


def _checked(line: str, markers: dict[str, str], functions: dict[str, Function], constants: frozenset[str]) -> str:
    call = _REQUEST.search(line)
    if call is None:
        return line
    arguments = split_arguments(line[call.end() :])
    words = [argument.rsplit(" ", 1)[-1] for argument in arguments]
    named = [markers.get(word, word) for word in words]
    if not named or not named[0].startswith("@") or "enzyme_runtime_activity" in named:
        return line
    constant = _constant_indices(named[1:], arguments[1:])
    indirect = calls_through_const(functions, named[0], constant)
    if indirect:
        raise indirect_call_error(demangle(named[0][1:].strip('"')), None, indirect)
    if mixes_const_with_active(functions, named[0], constant) or mixes_constant_data(functions, named[0], constants):
        first = call.end() + len(arguments[0])
        return f'{line[:first]}, metadata !"enzyme_runtime_activity"{line[first:]}'
    return line


def _constant_indices(named: Sequence[str], arguments: Sequence[str]) -> tuple[int, ...]:
    """Which of the primal's parameters are constant, as the markers of a request say."""
    constant = []
    parameter = position = 0
    while position < len(named):
        word = named[position]
        if word in ("enzyme_primal_return", "enzyme_noret", "enzyme_const_return"):
            position += 1
            continue
        if word in ("enzyme_width", "enzyme_tape", "enzyme_allocated", "enzyme_nofree"):
            position += 2
            continue
        marked = word.startswith("enzyme_")
        position += marked
        if word == "enzyme_const":
            constant.append(parameter)
        # Without a marker, pointers have a shadow and all else is by value.
        pointer = position < len(arguments) and arguments[position].startswith("ptr")
        shadow = word in _WITH_SHADOW or (not marked and pointer)
        position += 2 if shadow else 1
        parameter += 1
    return tuple(constant)
