"""Programs that ask for derivatives in their source, by Enzyme's ``__enzyme_autodiff`` and its relatives.

There the calls stand inside the user's own functions, so the whole program is transformed and linked in place of
the original objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.engine.base import Engine
from ad_build.engine.differentiate import (
    ALWAYS,
    Attempt,
    Differentiated,
    add_wrappers,
    declare_exports,
    first_accepted,
    flags_of,
    prepare,
    prepare_text,
)
from ad_build.engine.guards import check_reachable_from_requests, surviving_requests
from ad_build.model import FatModule
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
_FUNCTION_REFERENCE = re.compile(r'ptr (@(?:"(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+))')


def transform_program(
    fat: FatModule, plans: Sequence[Plan], engine: Engine, options: Options, *, level: int
) -> Differentiated:
    """Run the engine over the whole program, the derivatives of ``plans`` included.

    ``level`` (0 to 3) is the optimisation level of the user's command line, for the pipeline after the engine.
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
            module = prepare(module, how)
            add_wrappers(module, plans)
            exports = declare_exports(module, plans)
            text = prepare_text(module)
        with options.timings.stage("engine"):
            out = engine.run(text, flags=(*ALWAYS, *how.flags, *flags), runner=options.runner)
        with options.timings.stage("passes after the engine"):
            result = llvm.parse_ir(out)
            surviving_requests(result)
            result = llvm.optimize(result, llvm.after_engine(level), llvm.CAREFUL)
        return Differentiated(ir=str(result), exports=exports)

    return first_accepted(attempt)


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
