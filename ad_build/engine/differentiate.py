"""From the fat module and the plans to a module that holds the derivatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.demangle import demangle
from ad_build.engine import (
    arrays,
    bits,
    cache_pool,
    control_bytes,
    dispatch,
    halves,
    moves,
    returns,
    rings,
    rotation,
    seeds,
    texts,
    trip_counts,
    type_depth,
    type_facts,
    word_rules,
    words,
    zeros,
)
from ad_build.engine.barriers import drop_looks
from ad_build.engine.base import Engine
from ad_build.engine.complexes import call_library_again, give_complex_functions
from ad_build.engine.element_copies import copy_elements
from ad_build.engine.gemm import give_products
from ad_build.engine.guards import (
    asks_within_derivatives,
    check_caches,
    check_differentiated,
    check_reachable_code,
    expose_mutable_globals,
    indirect_call_error,
    reach_hazards,
    requested_in_source,
)
from ad_build.engine.inlining import inline_calls
from ad_build.engine.instructions import Layout
from ad_build.engine.kept_values import define_values, keep_values
from ad_build.engine.libm import give_bodies
from ad_build.engine.locks import take_locks_out
from ad_build.engine.loop_exits import close_exits, give_exits
from ad_build.engine.lowering import (
    lower_intrinsics,
    mask_offsets,
    split_aggregates,
)
from ad_build.engine.mixing import (
    calls_through_const,
    constant_data,
    mixes_const_with_active,
    mixes_constant_data,
    read_functions,
)
from ad_build.engine.nested_exits import forget_kept_values, keep_left_values
from ad_build.engine.nesting import Inner, between_layers, callers, inner_derivatives, layers, with_inner
from ad_build.engine.packing import split_assembled_words
from ad_build.engine.pointers import function_spans, read_name
from ad_build.engine.poles import guard_poles, inline_guarded
from ad_build.engine.readings import read_where_used
from ad_build.engine.returned_pairs import return_pairs
from ad_build.engine.shims import pass_packed_floats_in_memory
from ad_build.engine.threads import check_threads, reach_threads
from ad_build.engine.typed_copies import type_copies
from ad_build.engine.variants import restore_addresses, separate_variants
from ad_build.engine.wrappers import ENGINE_MARKER, PRELUDE, constant_arguments, write_wrapper
from ad_build.errors import EngineError
from ad_build.ir_text import global_name
from ad_build.model import FatModule
from ad_build.options import Options


@dataclass(frozen=True, kw_only=True, slots=True)
class Differentiated:
    """LLVM IR without ``__enzyme_*`` calls; ``exports`` are the derivatives and their LLVM declarations.

    ``notes`` tell what had to be done beyond the ordinary (a fallback), for ``-v``.
    """

    ir: str
    exports: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One way to prepare a module for the engine.

    ``seeds`` concerns requests in the source, the others have them; ``words`` takes apart memory of several kinds;
    ``arrays`` guesses what arrays hold; ``variables`` tells the engine the types of all variables (:mod:`seeds`);
    ``inlined`` puts all that is called into the function, and reads words where they are used; ``handed_in``
    differentiates the functions that pointers from outside may point to.
    """

    name: str
    flags: tuple[str, ...]
    seeds: bool = False
    words: bool = False
    arrays: bool = False
    variables: bool = False
    inlined: bool = False
    handed_in: bool = True


NO_STRICT_ALIASING = "--enzyme-strict-aliasing=0"
# In this order; the first that the engine accepts is taken.  Strict aliasing (a memory slot has one type for the
# whole run) makes type analysis succeed more often, but does not hold for payload enums and unions.  Unoptimised code
# is none of the ways: where values go through memory from call to call (glam's vectors before inlining), the engine's
# analysis of activity gave wrong zeros, and the corpus of types (docs/types.md) needs it nowhere.
ATTEMPTS = (
    Attempt(name="optimised", flags=()),
    Attempt(name="without strict aliasing", flags=(NO_STRICT_ALIASING,)),
    Attempt(name="without rematerialisation", flags=("--enzyme-rematerialize=0",)),
    Attempt(
        name="without rematerialisation and strict aliasing",
        flags=("--enzyme-rematerialize=0", NO_STRICT_ALIASING),
    ),
    Attempt(name="with arrays typed by their elements", flags=(), arrays=True),
    Attempt(name="with mixed words taken apart", flags=("--enzyme-postopt=0",), words=True),
    # Looking for the fewest values to keep for the reverse sweep, the engine may erase a pointer that it still holds
    # (that in the head of a `VecDeque`), and abort.
    Attempt(
        name="with mixed words taken apart, and all values kept",
        flags=("--enzyme-postopt=0", "--enzyme-mincut-cache=0"),
        words=True,
    ),
    # Last, so that whatever works without stays as it is.
    Attempt(name="with the types of variables", flags=(), seeds=True, variables=True),
    Attempt(name="with all calls inlined", flags=(), inlined=True),
    Attempt(name="with all calls inlined, without strict aliasing", flags=(NO_STRICT_ALIASING,), inlined=True),
)
# Older engines assert on rules of functions that are but arithmetic.
_RULES_OF_OPERATIONS = 20
ALWAYS = ("--enable-noalias-to-md-conversion=0", rotation.ENGINE_FLAG)


def differentiate(
    fat: FatModule,
    plans: Sequence[Plan],
    engine: Engine,
    options: Options,
    read_trees: seeds.ReadTrees | None = None,
) -> Differentiated:
    """Derive every plan's function; ``read_trees`` reads debug info, where the engine cannot do without.

    Requests that need different engine options go through the engine separately and are linked again.
    Raises :class:`EngineError` with the function and its source line.
    """
    groups: dict[tuple[str, ...], list[Plan]] = {}
    for plan in plans:
        groups.setdefault(flags_of(plan), []).append(plan)
    job = _Job(
        fat=fat,
        inner=inner_derivatives(fat.ir, plans),
        engine=engine,
        options=options,
        read_trees=read_trees if options.seeds else None,
    )
    results: list[Differentiated] = []
    for flags, group in groups.items():
        results += _differentiate_group(job, group, flags)
    if len(results) == 1:
        return results[0]
    module = llvm.parse_ir(results[0].ir)
    for result in results[1:]:
        llvm.link_in(module, llvm.parse_ir(result.ir), "derivatives that were made separately")
    return Differentiated(
        ir=str(module),
        exports=tuple(export for result in results for export in result.exports),
        notes=tuple(note for result in results for note in result.notes),
    )


def flags_of(plan: Plan) -> tuple[str, ...]:
    request = plan.request
    flags = list(request.engine_flags)
    if request.noalias:
        flags.append("--enzyme-noalias=1")
    return tuple(flags)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    """What all requests have in common; ``read_trees`` is None where no types are to be read."""

    fat: FatModule
    inner: Inner
    engine: Engine
    options: Options
    read_trees: seeds.ReadTrees | None


# How often the engine is believed when it names the function at fault.
_NAMED = 8


def _differentiate_group(
    job: _Job, plans: Sequence[Plan], flags: tuple[str, ...], believed: int = 0
) -> list[Differentiated]:
    """Everything in one run of the engine where it accepts that, else parts, down to single plans with fallbacks.

    The parts are what the engine names and all else, or halves where it names nothing.
    """
    if len(plans) > 1:
        try:
            return [_attempt(job, plans, flags, ATTEMPTS[0])]
        except EngineError as error:
            if not error.retry:
                raise
            at_fault = callers(job.fat.ir, error.symbol)
            named = [plan for plan in plans if at_fault.intersection(_differentiated(job, plan))]
        if believed < _NAMED and 0 < len(named) < len(plans):
            parts = ([plan for plan in plans if plan not in named], named)
        else:
            parts, believed = (list(plans[: len(plans) // 2]), list(plans[len(plans) // 2 :])), -1
        return [one for part in parts for one in _differentiate_group(job, part, flags, believed + 1)]
    seeded = job.read_trees is not None
    attempts = [attempt for attempt in ATTEMPTS if seeded or not attempt.variables]
    if type_depth.flags_for(job.fat.ir, ()):
        # An iterator over a tree keeps a node where it keeps a height: nothing else helps, and each attempt is slow.
        attempts.sort(key=lambda attempt: attempt is not ATTEMPTS[0] and not attempt.words)
    if job.fat.handed_in:
        # One of them may have no derivative, and never come.
        attempts.append(replace(ATTEMPTS[0], name="without functions from outside", handed_in=False))
    return [first_accepted(lambda attempt: _attempt(job, plans, flags, attempt), attempts)]


def _differentiated(job: _Job, plan: Plan) -> tuple[str, ...]:
    """The functions that are differentiated for a plan: those of the derivatives that it calls, and its own."""
    return tuple(one.signature.symbol for one in (*job.inner.get(plan.request.name, ()), plan))


def first_accepted(
    run: Callable[[Attempt], Differentiated], attempts: Sequence[Attempt] | None = None
) -> Differentiated:
    """Try the attempts in order; raises the error of the first, which saw the program as it should be.

    Where the engine did not end in time, its type analysis goes around in circles over memory of several kinds: the
    attempts that only change an option or a pass do the same, those that take such memory apart may not.
    """
    failure: EngineError | None = None
    endless = False
    for attempt in attempts or ATTEMPTS:
        if endless and not attempt.words:
            continue
        try:
            result = run(attempt)
        except EngineError as error:
            if not error.retry:
                raise
            failure = failure or error
            endless = endless or error.code == "engine-timeout"
            continue
        if failure is None:
            return result
        note = f"differentiated {attempt.name}, after: {failure.message}"
        return replace(result, notes=(*result.notes, note))
    assert failure is not None
    raise failure


def _attempt(job: _Job, plans: Sequence[Plan], flags: tuple[str, ...], attempt: Attempt) -> Differentiated:
    options = job.options
    exported, plans = plans, with_inner(plans, job.inner)
    told = frozenset(name for name, _ in job.fat.outside)
    primals = frozenset(plan.signature.symbol for plan in plans)
    with options.timings.stage("passes before the engine"):
        handed_in = job.fat.handed_in if attempt.handed_in else ()
        text = drop_looks(pass_packed_floats_in_memory(job.fat.ir, plans))
        module = llvm.parse_ir(ir_text.inline_single_calls(text, sorted(primals)))
        llvm.internalize(module, primals.union(handed_in))
        llvm.drop_dead_globals(module)
        if attempt.inlined:
            module = llvm.parse_ir(inline_calls(str(module), primals.union(handed_in)))
    notes: tuple[str, ...] = ()
    out = ""
    for layer, needed in layers(plans, job.inner):
        with options.timings.stage("passes before the engine"):
            if out:  # what the last layer made is part of the program that this one differentiates
                module = llvm.parse_ir(between_layers(_complete(out)))
                llvm.internalize(module, needed.union(handed_in))
                llvm.drop_dead_globals(module)
            check_threads(module, layer)
            threaded = reach_threads(module, handed_in)
            shared = expose_mutable_globals(module)
            written, module = module, llvm.optimize(module, llvm.BEFORE_ENGINE)
            check_reachable_code(module, written, layer, shared)
            # Nobody says that they come: a derivative stops if they do.
            left_out = threaded | reach_hazards(module, handed_in, shared)
            notes += tuple(
                f"{demangle(one)} is not differentiated where it comes from outside" for one in sorted(left_out)
            )
            handed_in = tuple(name for name in handed_in if name not in left_out)
            llvm.internalize(module, needed.union(handed_in))
            llvm.drop_dead_globals(module)
            notes += add_wrappers(module, layer, attempt, handed_in)
        with options.timings.stage("engine"):
            text = prepare_text(module, attempt, job.engine, job.read_trees, handed_in, told)
            text = control_bytes.follow_tables(text, layer)
            if attempt.variables and job.read_trees is not None:
                text = seeds.seed_values(text, job.read_trees)
            text = keep_primal_pointers(text, always=bool(handed_in))
            given = (*ALWAYS, *attempt.flags, *flags)
            given += rotation.flags_for(text, given)
            given += type_depth.flags_for(text, given)
            out = job.engine.run(text, flags=given, runner=options.runner)
            check_caches(out)
            dispatch.check_callees(out)
            control_bytes.check_followed(out, layer)
    exports = declare_exports(module, exported)
    with options.timings.stage("passes after the engine"):
        result = llvm.parse_ir(dispatch.define_ours(finish_text(out), job.fat.outside))
        check_differentiated(result, [name for name, _ in exports])
        llvm.internalize(result, frozenset(name for name, _ in exports))
        llvm.drop_dead_globals(result)
        result = llvm.optimize(result, llvm.AFTER_ENGINE, llvm.CAREFUL)
        llvm.drop_dead_globals(result)
        dispatch.name_as_in_program(result, handed_in)
    return Differentiated(ir=str(result), exports=exports, notes=notes)


# What spells the program so that the engine gets it right, in this order.
_BEFORE: tuple[Callable[[str], str], ...] = (
    ir_text.let_terminations_unwind,
    take_locks_out,
    trip_counts.count_down_loops,
    lower_intrinsics,
    give_complex_functions,
    give_bodies,
    give_products,
    mask_offsets,
    bits.hide_compared_bits,
    control_bytes.hide_control_bytes,
    zeros.spell_zeros,
    rings.give_links,
    rings.hide_lengths,
    returns.forget_result_memory,
    texts.format_shadows,
    separate_variants,
    return_pairs,
    returns.return_mixed_structs_in_memory,
    split_assembled_words,
    rotation.separate_rotating_buffers,
)
# What defines the functions that these and :mod:`words` call, or takes them away.
_AFTER: tuple[Callable[[str], str], ...] = (
    dispatch.stop_at_unknown,
    ir_text.let_terminations_end,
    word_rules.define_copies,
    moves.hide_adjoints,
    call_library_again,
    restore_addresses,
    arrays.forget_arrays,
    bits.restore_bits,
    control_bytes.restore_control_bytes,
    rings.restore_lengths,
    texts.forget_texts,
    inline_guarded,
    define_values,
    close_exits,
    forget_kept_values,
)


def prepare_text(
    module: llvm.ModuleRef,
    attempt: Attempt,
    engine: Engine,
    read_trees: seeds.ReadTrees | None,
    handed_in: Sequence[str] = (),
    told: Collection[str] = (),
) -> str:
    """The IR that the engine gets: what hides wrong facts from it, and the name that makes it run.

    The name is added as text because linking would drop a declaration that nothing uses.  ``read_trees`` reads debug
    info, None where types from it are not wanted.
    """
    roots = [global_name(name) for name in requested_in_source(module)]
    text = str(module)
    if read_trees is not None:
        text = type_copies(copy_elements(text, read_trees), read_trees)
    text = dispatch.dispatch_calls(
        text, roots, [global_name(name) for name in handed_in], {global_name(name) for name in told}
    )
    # The engine does not apply rules to several columns at once.
    if engine.reads_llvm >= _RULES_OF_OPERATIONS and "enzyme_width" not in text:
        text = keep_values(guard_poles(text), again=partial(asks_within_derivatives, module))
    for rewrite in _BEFORE:
        text = rewrite(text)
    if attempt.inlined:
        text = read_where_used(text)
    if attempt.arrays:
        text = arrays.type_arrays(text)
    if attempt.words or NO_STRICT_ALIASING in attempt.flags:
        text = type_facts.vtables_need_no_shadows(type_facts.name_returned_floats(text))
    if attempt.words or attempt.variables:
        text = halves.split_halves(text)
    if attempt.words:
        text = words.split_words(split_aggregates(arrays.type_counts(text)))
    text = keep_left_values(give_exits(moves.separate_moves(text)))
    return f"{text}\ndeclare void @{ENGINE_MARKER}(...)\n"


def keep_primal_pointers(ir: str, *, always: bool = False) -> str:
    """Where activity is checked at run time, or ``always``, let every function keep its primal pointers for the
    reverse sweep.

    The check compares them with their shadows.  For a pointer that is only written through, the engine hands over an
    undefined one, and the adjoint is lost (fixtures/c/small/mixedreturn.c).  So it does for a function pointer that
    comes from outside, and the reverse sweep asks anew which function it is.
    """
    if not always and '"enzyme_runtime_activity"' not in ir:
        return ir
    names = [read_name(ir[start:end]) for start, end in function_spans(ir)]
    return ir_text.edit_function_attributes(ir, names, lambda words: (*words, '"enzyme_preserve_primal"'))


def finish_text(ir: str) -> str:
    """What the engine made, complete, with its caches pooled."""
    word_rules.check_shadows(ir)
    return cache_pool.pool_caches(_complete(ir))


def _complete(ir: str) -> str:
    for rewrite in _AFTER:
        ir = rewrite(ir)
    return ir


def add_wrappers(
    module: llvm.ModuleRef, plans: Sequence[Plan], attempt: Attempt, handed_in: Sequence[str] = ()
) -> tuple[str, ...]:
    """Link the glue of every plan into ``module``; returns notes for the user."""
    notes = []
    text = str(module) if plans else ""
    functions, constants = read_functions(text), constant_data(text)
    header = f'target datalayout = "{module.data_layout}"\ntarget triple = "{module.triple}"\n'
    # With calls through pointers, which dispatchers stand for, the engine loses a result that lies apart
    # (fixtures/rust/features, the boxed closure).
    apart = not any(function.indirect for function in functions.values())
    for plan in plans:
        root, constant = global_name(plan.signature.symbol), constant_arguments(plan)
        call = calls_through_const(functions, root, constant)
        if call and not handed_in:
            refused = indirect_call_error(plan.signature.source_name, plan.signature.place, call)
            # To leave out the functions from outside is no way to differentiate such a call: what failed first is told.
            raise refused if attempt.handed_in else EngineError(refused.code, refused.message)
        mixes = mixes_const_with_active(functions, root, constant) or mixes_constant_data(functions, root, constants)
        if mixes and not plan.request.runtime_activity:
            notes.append(f"{plan.request.name}: constant and active pointers meet, so activity is checked at run time")
        # The rules of copied words tell inactive memory by its shadow, which is then the memory itself.
        checked = mixes or plan.request.runtime_activity or attempt.words
        wrapper = write_wrapper(plan, module, runtime_activity=checked, split=attempt.words, apart=apart)
        glue = f"{header}{named_types(wrapper, module)}{PRELUDE}{wrapper}"
        llvm.link_in(module, llvm.parse_ir(glue), f"the wrapper of {plan.request.name}")
    return tuple(notes)


_TYPE_NAME = re.compile(
    r'(?:\b(?:byval|sret|byref)\(|\b(?:internal|define|declare|call) )(%(?:"[^"]*"|[-a-zA-Z$._0-9]+))'
)
_NAME = re.compile(r'%(?:"[^"]*"|[-a-zA-Z$._0-9]+)')


def named_types(text: str, module: llvm.ModuleRef) -> str:
    """The definitions of the named types of ``module`` that ``text`` mentions, and of those that they mention."""
    pending = _TYPE_NAME.findall(text)
    if not pending:
        return ""
    known = Layout.of(str(module)).named
    found: dict[str, str] = {}
    while pending:
        name = pending.pop()
        if name in known and name not in found:
            found[name] = known[name]
            pending += _NAME.findall(known[name])
    return "".join(f"{name} = type {definition}\n" for name, definition in found.items())


def declare_exports(module: llvm.ModuleRef, plans: Sequence[Plan]) -> tuple[tuple[str, str], ...]:
    """Each derivative's name and LLVM declaration."""
    names = [plan.request.name for plan in plans]
    return tuple((name, llvm.declaration_text(module.get_function(name))) for name in names)
