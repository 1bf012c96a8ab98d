"""From the fat module and the plans to a module that holds the derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.engine import cache_pool, moves, returns, rotation, trip_counts, word_rules, words
from ad_build.engine.base import Engine
from ad_build.engine.complexes import call_library_again, give_complex_functions
from ad_build.engine.gemm import give_products
from ad_build.engine.guards import (
    check_caches,
    check_differentiated,
    check_reachable_code,
    expose_mutable_globals,
    indirect_call_error,
)
from ad_build.engine.libm import give_bodies
from ad_build.engine.loop_exits import close_exits, give_exits
from ad_build.engine.lowering import lower_intrinsics, mask_offsets
from ad_build.engine.mixing import (
    calls_through_const,
    constant_data,
    mixes_const_with_active,
    mixes_constant_data,
    read_functions,
)
from ad_build.engine.pointers import function_spans, read_name
from ad_build.engine.poles import guard_poles, inline_guarded
from ad_build.engine.shims import pass_packed_floats_in_memory
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

    ``seeds`` concerns requests in the source, the others have them; ``words`` takes apart memory of several kinds.
    """

    name: str
    optimize: bool
    flags: tuple[str, ...]
    seeds: bool = False
    words: bool = False


# In this order; the first that the engine accepts is taken.  Strict aliasing (a memory slot has one type for the
# whole run) makes type analysis succeed more often, but does not hold for payload enums and unions.
ATTEMPTS = (
    Attempt(name="optimised", optimize=True, flags=()),
    Attempt(name="without strict aliasing", optimize=True, flags=("--enzyme-strict-aliasing=0",)),
    Attempt(name="without rematerialisation", optimize=True, flags=("--enzyme-rematerialize=0",)),
    Attempt(
        name="without rematerialisation and strict aliasing",
        optimize=True,
        flags=("--enzyme-rematerialize=0", "--enzyme-strict-aliasing=0"),
    ),
    Attempt(name="unoptimised", optimize=False, flags=()),
    Attempt(name="unoptimised, without strict aliasing", optimize=False, flags=("--enzyme-strict-aliasing=0",)),
    Attempt(name="with mixed words taken apart", optimize=True, flags=("--enzyme-postopt=0",), words=True),
)
# Older engines assert on rules of functions that are but arithmetic.
_RULES_OF_OPERATIONS = 20
ALWAYS = ("--enable-noalias-to-md-conversion=0", rotation.ENGINE_FLAG)


def differentiate(fat: FatModule, plans: Sequence[Plan], engine: Engine, options: Options) -> Differentiated:
    """Derive every plan's function.

    Requests that need different engine options go through the engine separately and are linked again.
    Raises :class:`EngineError` with the function and its source line.
    """
    groups: dict[tuple[str, ...], list[Plan]] = {}
    for plan in plans:
        groups.setdefault(flags_of(plan), []).append(plan)
    results: list[Differentiated] = []
    for flags, group in groups.items():
        results += _differentiate_group(fat, group, flags, engine, options)
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


def _differentiate_group(
    fat: FatModule, plans: Sequence[Plan], flags: tuple[str, ...], engine: Engine, options: Options
) -> list[Differentiated]:
    """Everything in one run of the engine where it accepts that, else halves, down to single plans with fallbacks."""
    if len(plans) > 1:
        try:
            return [_attempt(fat, plans, flags, ATTEMPTS[0], engine, options)]
        except EngineError as error:
            if not error.retry:
                raise
        middle = len(plans) // 2
        return [
            one
            for half in (plans[:middle], plans[middle:])
            for one in _differentiate_group(fat, half, flags, engine, options)
        ]
    return [first_accepted(lambda attempt: _attempt(fat, plans, flags, attempt, engine, options))]


def first_accepted(
    run: Callable[[Attempt], Differentiated], attempts: Sequence[Attempt] | None = None
) -> Differentiated:
    """Try the attempts in order; raises the error of the first, which saw the program as it should be."""
    failure: EngineError | None = None
    for attempt in attempts or ATTEMPTS:
        try:
            result = run(attempt)
        except EngineError as error:
            if not error.retry:
                raise
            failure = failure or error
            continue
        if failure is None:
            return result
        note = f"differentiated {attempt.name}, after: {failure.message}"
        return replace(result, notes=(*result.notes, note))
    assert failure is not None
    raise failure


def _attempt(
    fat: FatModule,
    plans: Sequence[Plan],
    flags: tuple[str, ...],
    attempt: Attempt,
    engine: Engine,
    options: Options,
) -> Differentiated:
    primals = frozenset(plan.signature.symbol for plan in plans)
    with options.timings.stage("passes before the engine"):
        module = llvm.parse_ir(pass_packed_floats_in_memory(fat.ir, plans))
        llvm.internalize(module, primals)
        llvm.drop_dead_globals(module)
        shared = expose_mutable_globals(module)
        written, module = module, prepare(module, attempt)
        if attempt.optimize:  # the others come after these, and still have branches that are never taken
            check_reachable_code(module, written, plans, shared)
        llvm.internalize(module, primals)
        llvm.drop_dead_globals(module)
        notes = add_wrappers(module, plans, attempt)
    with options.timings.stage("engine"):
        text = prepare_text(module, attempt, engine)
        text = keep_primal_pointers(text)
        out = engine.run(text, flags=(*ALWAYS, *attempt.flags, *flags), runner=options.runner)
    exports = declare_exports(module, plans)
    with options.timings.stage("passes after the engine"):
        check_caches(out)
        result = llvm.parse_ir(finish_text(out))
        check_differentiated(result, [name for name, _ in exports])
        llvm.internalize(result, frozenset(name for name, _ in exports))
        llvm.drop_dead_globals(result)
        result = llvm.optimize(result, llvm.AFTER_ENGINE, llvm.CAREFUL)
        llvm.drop_dead_globals(result)
    return Differentiated(ir=str(result), exports=exports, notes=notes)


def prepare(module: llvm.ModuleRef, attempt: Attempt) -> llvm.ModuleRef:
    """Run the passes of an attempt.

    At least scalar replacement: the engine would do it itself, after what :mod:`rotation` must see.
    """
    if attempt.optimize:
        return llvm.optimize(module, llvm.BEFORE_ENGINE)
    llvm.run_passes(module, "sroa", "simplify_cfg")
    return module


def prepare_text(module: llvm.ModuleRef, attempt: Attempt, engine: Engine) -> str:
    """The IR that the engine gets: what hides wrong facts from it, and the name that makes it run.

    The name is added as text because linking would drop a declaration that nothing uses.
    """
    text = lower_intrinsics(trip_counts.count_down_loops(str(module)))
    # The engine does not apply rules to several columns at once.
    if engine.reads_llvm >= _RULES_OF_OPERATIONS and "enzyme_width" not in text:
        text = guard_poles(text)
    text = mask_offsets(give_products(give_bodies(give_complex_functions(text))))
    text = returns.return_mixed_structs_in_memory(separate_variants(text))
    text = rotation.separate_rotating_buffers(text)
    if attempt.words:
        text = words.split_words(text)
    text = give_exits(moves.separate_moves(text))
    return f"{text}\ndeclare void @{ENGINE_MARKER}(...)\n"


def keep_primal_pointers(ir: str) -> str:
    """Where activity is checked at run time, let every function keep its primal pointers for the reverse sweep.

    The check compares them with their shadows.  For a pointer that is only written through, the engine hands over an
    undefined one, and the adjoint is lost (fixtures/c/small/mixedreturn.c).
    """
    if '"enzyme_runtime_activity"' not in ir:
        return ir
    names = [read_name(ir[start:end]) for start, end in function_spans(ir)]
    return ir_text.edit_function_attributes(ir, names, lambda words: (*words, '"enzyme_preserve_primal"'))


def finish_text(ir: str) -> str:
    """What the engine made, with its caches pooled and the copies of :mod:`words` defined."""
    word_rules.check_shadows(ir)
    ir = call_library_again(moves.hide_adjoints(word_rules.define_copies(ir)))
    return cache_pool.pool_caches(restore_addresses(inline_guarded(close_exits(ir))))


def add_wrappers(module: llvm.ModuleRef, plans: Sequence[Plan], attempt: Attempt) -> tuple[str, ...]:
    """Link the glue of every plan into ``module``; returns notes for the user."""
    notes = []
    text = str(module) if plans else ""
    functions, constants = read_functions(text), constant_data(text)
    header = f'target datalayout = "{module.data_layout}"\ntarget triple = "{module.triple}"\n'
    for plan in plans:
        root, constant = global_name(plan.signature.symbol), constant_arguments(plan)
        call = calls_through_const(functions, root, constant)
        if call:
            raise indirect_call_error(plan.signature.source_name, plan.signature.place, call)
        mixes = mixes_const_with_active(functions, root, constant) or mixes_constant_data(functions, root, constants)
        if mixes and not plan.request.runtime_activity:
            notes.append(f"{plan.request.name}: constant and active pointers meet, so activity is checked at run time")
        # The rules of copied words tell inactive memory by its shadow, which is then the memory itself.
        checked = mixes or plan.request.runtime_activity or attempt.words
        wrapper = write_wrapper(plan, module, runtime_activity=checked, split=attempt.words)
        llvm.link_in(module, llvm.parse_ir(header + PRELUDE + wrapper), f"the wrapper of {plan.request.name}")
    return tuple(notes)


def declare_exports(module: llvm.ModuleRef, plans: Sequence[Plan]) -> tuple[tuple[str, str], ...]:
    """Each derivative's name and LLVM declaration."""
    names = [plan.request.name for plan in plans]
    return tuple((name, llvm.declaration_text(module.get_function(name))) for name in names)
