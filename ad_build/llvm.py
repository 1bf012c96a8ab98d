"""LLVM in this process, through llvmlite: parse, optimise, emit.

The only module that imports ``llvmlite.binding``'s pass managers.  LLVM's command-line options are global to
the process, so every pipeline sets all that it depends on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import llvmlite.binding as llvm

from ad_build import ir_text
from ad_build.errors import AdBuildError, EngineError, LinkError

ModuleRef = Any  # llvmlite ships no type information
ValueRef = Any

LLVM_MAJOR: int = llvm.llvm_version_info[0]

EXTERNAL = "external"
INTERNAL = "internal"
EXTERNAL_LINKAGE = llvm.Linkage.external
INTERNAL_LINKAGE = llvm.Linkage.internal


@cache
def _initialize() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()


def parse_ir(text: str) -> ModuleRef:
    """Parse textual IR; a failure is our own bug and raises :class:`AdBuildError` (``bad-ir``)."""
    try:
        return llvm.parse_assembly(text)
    except RuntimeError as error:
        raise AdBuildError("bad-ir", "ad-build made LLVM IR that does not parse", note=str(error)[:2000]) from error


def parse_bitcode(data: bytes, origin: str) -> ModuleRef:
    """Parse bitcode of LLVM 22 or older; raises :class:`LinkError` (``bad-bitcode``) that names ``origin``."""
    try:
        return llvm.parse_bitcode(data)
    except RuntimeError as error:
        raise LinkError(
            "bad-bitcode",
            f"cannot read the LLVM bitcode in {origin}",
            note=str(error).strip()[:500],
            hint=f"ad-build reads bitcode of LLVM {LLVM_MAJOR} and older: use a compiler built on that",
        ) from error


def link_in(destination: ModuleRef, source: ModuleRef, origin: str) -> None:
    """Link ``source`` (destroyed) into ``destination``; raises :class:`LinkError` (``link-failed``)."""
    try:
        destination.link_in(source)
    except RuntimeError as error:
        raise LinkError("link-failed", f"cannot link {origin}", note=str(error).strip()[:500]) from error


def set_flag(name: str, value: str) -> None:
    """Set one of LLVM's command-line options for all passes that run from now on."""
    llvm.set_option("ad-build", f"--{name}={value}")


def target_machine(module: ModuleRef, *, cpu: str = "", features: str = "", level: int = 2) -> Any:
    """A target machine for the module's triple that makes position-independent code."""
    _initialize()
    triple = module.triple or llvm.get_default_triple()
    try:
        target = llvm.Target.from_triple(triple)
    except RuntimeError as error:
        raise LinkError("unknown-target", f"LLVM has no code generator for {triple}", note=str(error)) from error
    return target.create_target_machine(cpu=cpu, features=features, opt=level, reloc="pic", codemodel="default")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pipeline:
    """A default per-module pipeline of LLVM, with what ad-build changes in it.

    ``runtime_unrolling`` is unrolling by a factor chosen at compile time with a remainder loop; loops of small
    constant trip count are unrolled completely either way.  ``noalias_to_metadata`` lets the inliner turn ``noalias``
    parameters into scoped metadata, which does not hold in the reverse sweep (docs/engine.md).
    """

    level: int
    vectorize: bool
    runtime_unrolling: bool
    noalias_to_metadata: bool

    def run(self, module: ModuleRef) -> None:
        """Optimise ``module`` in place."""
        set_flag("enable-noalias-to-md-conversion", str(int(self.noalias_to_metadata)))
        # Its shuffles with undefined lanes get wrong adjoints from the engine (fixtures/c/small/floatpair.c).
        set_flag("disable-vector-combine", str(int(not self.vectorize)))
        set_flag("unroll-runtime", str(int(self.runtime_unrolling)))
        set_flag("unroll-allow-partial", str(int(self.runtime_unrolling)))
        tuning = llvm.create_pipeline_tuning_options(speed_level=self.level)
        tuning.loop_vectorization = self.vectorize
        tuning.slp_vectorization = self.vectorize
        tuning.loop_interleaving = self.vectorize
        tuning.loop_unrolling = True
        builder = llvm.create_pass_builder(target_machine(module), tuning)
        builder.getModulePassManager().run(module, builder)


BEFORE_ENGINE = Pipeline(level=2, vectorize=False, runtime_unrolling=False, noalias_to_metadata=False)
# -O3 beyond -O2 brings a few per cent at most, and asserts in LLVM 22.1 on some derivatives (fixtures/c/neural).
AFTER_ENGINE = Pipeline(level=2, vectorize=True, runtime_unrolling=True, noalias_to_metadata=False)


# Where LLVM does not survive the pipeline above.
CAREFUL = Pipeline(level=1, vectorize=False, runtime_unrolling=False, noalias_to_metadata=False)


def after_engine(level: int) -> Pipeline:
    """The pipeline for a whole program compiled at ``-O<level>``; derivatives are always optimised somewhat."""
    return Pipeline(level=max(level, 1), vectorize=level >= 2, runtime_unrolling=level >= 2, noalias_to_metadata=False)


def optimize(module: ModuleRef, *pipelines: Pipeline) -> ModuleRef:
    """The module after the first of the pipelines that LLVM survives; ``module`` itself is left as it was.

    llvmlite's LLVM is built with assertions, and an assertion ends the process: each pipeline runs in a child.
    Raises :class:`EngineError` (``optimizer-crashed``) where none succeeds.
    """
    for pipeline in pipelines:
        data = _in_child(partial(_optimized_bitcode, module, pipeline))
        if data is not None:
            return llvm.parse_bitcode(data)
    raise EngineError(
        "optimizer-crashed",
        "LLVM's optimizer crashed on this program",
        note="AD_BUILD_KEEP=DIR keeps the IR",
        hint="a smaller function to differentiate may avoid it; please report it",
    )


def _optimized_bitcode(module: ModuleRef, pipeline: Pipeline) -> bytes:
    pipeline.run(module)
    return bytes(module.as_bitcode())


def without_debug_info(ir: str) -> ModuleRef:
    """The module of ``ir`` without debug info.

    LLVM drops debug info of a version that it does not know while it reads a module, with a warning that is not
    for the user: it is read in a child.
    """
    text = ir.replace('!"Debug Info Version", i32 3', '!"Debug Info Version", i32 0')
    data = _in_child(lambda: bytes(parse_ir(text).as_bitcode()))
    return parse_ir(ir) if data is None else llvm.parse_bitcode(data)


def _in_child(work: Callable[[], bytes]) -> bytes | None:
    """Run ``work`` in a forked child with standard error closed; None where the child died."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(receive)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with os.fdopen(send, "wb") as pipe:
                pipe.write(work())
            status = 0
        finally:
            # Not sys.exit: nothing of the parent's (temporary folders, buffers) may be cleaned up twice.
            os._exit(status)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    return data if status == 0 else None


def run_passes(module: ModuleRef, *passes: str) -> None:
    """Run single passes, named as the ``add_…_pass`` methods of llvmlite's module pass manager."""
    builder = llvm.create_pass_builder(target_machine(module), llvm.create_pipeline_tuning_options())
    manager = llvm.create_new_module_pass_manager()
    for name in passes:
        getattr(manager, f"add_{name}_pass")()
    manager.run(module, builder)


def drop_dead_globals(module: ModuleRef) -> None:
    """Remove what nothing external reaches, dead declarations included."""
    run_passes(module, "global_dead_code_eliminate", "strip_dead_prototype")


def definitions(module: ModuleRef) -> list[ValueRef]:
    """Functions and global variables that the module defines, intrinsics' globals (``llvm.…``) left out."""
    return [
        value
        for values in (module.functions, module.global_variables)
        for value in values
        if not value.is_declaration and not value.name.startswith("llvm.")
    ]


def undefined(module: ModuleRef) -> list[str]:
    """Names that the module declares and does not define, intrinsics left out."""
    return [
        value.name
        for values in (module.functions, module.global_variables)
        for value in values
        if value.is_declaration and not value.name.startswith("llvm.")
    ]


_GLOBAL = (llvm.Linkage.external, llvm.Linkage.weak_any, llvm.Linkage.weak_odr)
# Lists by which a module keeps things alive or runs code at start-up: the final program has its own.
_ANCHORS = ("llvm.used", "llvm.compiler.used", "llvm.global_ctors", "llvm.global_dtors")


def internalize(module: ModuleRef, keep: frozenset[str]) -> None:
    """Give every definition but those named in ``keep`` internal linkage, and take comdats away.

    Start-up code and ``used`` lists are dropped: the result is a library of the kept functions.
    """
    kept = _keep(module, keep)
    for value in kept:
        # The one mark that the pass respects and llvmlite can set; it means nothing for ELF and Mach-O.
        value.storage_class = "dllexport"
    run_passes(module, "internalize")
    for value in kept:
        value.storage_class = "default"


def drop_unreached(module: ModuleRef, keep: frozenset[str]) -> None:
    """Drop what ``keep`` does not reach.  Modules that are linked later may refer to the rest, by the same names."""
    _keep(module, keep)
    for value in definitions(module):
        if value.name not in keep and value.linkage in _GLOBAL:
            value.linkage = "linkonce_odr"
    drop_dead_globals(module)


def _keep(module: ModuleRef, keep: frozenset[str]) -> list[ValueRef]:
    """Make the definitions named in ``keep`` visible, and start-up code and ``used`` lists droppable."""
    for name in _ANCHORS:
        anchor = find_variable(module, name)
        if anchor is not None:
            anchor.name = f"ad_build.dropped.{name}"
            anchor.linkage = INTERNAL
    kept = [value for value in definitions(module) if value.name in keep]
    for value in kept:
        value.visibility = "default"
        value.linkage = EXTERNAL
    return kept


def is_argument(operand: ValueRef) -> bool:
    """Whether an operand is a parameter of the function it stands in."""
    return bool(operand.value_kind == llvm.ValueKind.argument)


def is_function(operand: ValueRef) -> bool:
    """Whether an operand is a function."""
    return bool(operand.value_kind == llvm.ValueKind.function)


def refers_to_data(operand: ValueRef) -> bool:
    """Whether an operand is a global variable or constant, or an address in one."""
    return operand.value_kind in (llvm.ValueKind.global_variable, llvm.ValueKind.constant_expr)


_SYMBOL = re.compile(r"@(?:\"(?:[^\"\\]|\\.)*\"|[-a-zA-Z$._0-9]+)")


def functions_in(operand: ValueRef, seen: set[str]) -> Iterator[str]:
    """Names of the functions whose addresses a global's initial value holds, also through other globals.

    Globals in ``seen`` are passed over; those that are looked at are added to it.
    """
    if operand.name in seen:
        return
    module, pending = operand.module, [operand]
    while pending:
        for quoted in _SYMBOL.findall(str(pending.pop()).split(", !dbg ", 1)[0]):
            name = ir_text.plain_name(quoted)
            if name in seen:
                continue
            if find_function(module, name) is not None:
                yield name
                continue
            seen.add(name)
            other = find_variable(module, name)
            if other is not None:
                pending.append(other)


def find_function(module: ModuleRef, name: str) -> ValueRef | None:
    """The function of that name, or None."""
    try:
        return module.get_function(name)
    except NameError:
        return None


def find_global(module: ModuleRef, name: str) -> ValueRef | None:
    """The function or global variable of that name, or None."""
    return find_function(module, name) or find_variable(module, name)


def find_variable(module: ModuleRef, name: str) -> ValueRef | None:
    """The global variable of that name, or None."""
    try:
        return module.get_global_variable(name)
    except NameError:
        return None


def skip_code(module: ModuleRef, keep: frozenset[str]) -> None:
    """Make :func:`emit_object` leave out the machine code of all functions but those named in ``keep``."""
    for function in module.functions:
        if not function.is_declaration and function.name not in keep and not function.name.startswith("llvm."):
            function.linkage = llvm.Linkage.available_externally


def make_lazy(module: ModuleRef) -> None:
    """Prepare ``module`` for linking so that only what the destination refers to comes along."""
    for value in definitions(module):
        if value.linkage in _GLOBAL:
            value.linkage = "linkonce_odr"


def leave_variables_elsewhere(module: ModuleRef) -> None:
    """Let the mutable variables that :func:`make_lazy` made lazy stay those of the final program.

    They are there under the same names: a second set, which the program does not know of, would be wrong.
    """
    for variable in module.global_variables:
        if variable.linkage == llvm.Linkage.linkonce_odr and is_mutable(variable):
            variable.linkage = llvm.Linkage.available_externally


_MUTABLE = re.compile(r"^@(?:\"(?:[^\"\\]|\\.)*\"|[-a-zA-Z$._0-9]+) = (?:[a-z_]+(?:\([^)]*\))? )*global ")


def is_mutable(variable: ValueRef) -> bool:
    """Whether a global variable is one that the program may write to."""
    return bool(_MUTABLE.match(str(variable)))


def is_elsewhere(variable: ValueRef) -> bool:
    """Whether the module only knows of a global variable, whose memory is another object's."""
    return bool(variable.is_declaration or variable.linkage == llvm.Linkage.available_externally)


def declaration_text(function: ValueRef) -> str:
    """The one line that declares a function, without body, linkage and attribute groups."""
    kind = str(function.global_value_type)
    at = kind.index("(")
    return f"declare {kind[:at].strip()} {ir_text.global_name(function.name)}{kind[at:]}"


def forwarding_stub(function: ValueRef, target: str) -> str:
    """IR of a function with the name and type of ``function`` that calls ``target``, and returns where that does."""
    kind = str(function.global_value_type)
    at = kind.index("(")
    result, parameters = kind[:at].strip(), [str(a.type) for a in function.arguments]
    names = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(parameters))
    called = f"call {result} {ir_text.global_name(target)}({names})"
    if any(b"noreturn" in attribute.split() for attribute in function.attributes):
        words, inline, body = " cold noreturn", " noinline", f"  {called} cold noreturn\n  unreachable\n"
    elif result == "void":
        words, inline, body = "", " alwaysinline", f"  {called}\n  ret void\n"
    else:
        words, inline, body = "", " alwaysinline", f"  %r = {called}\n  ret {result} %r\n"
    return (
        f"declare {result} {ir_text.global_name(target)}({', '.join(parameters)}){words}\n"
        f"define {result} {ir_text.global_name(function.name)}({names}){words}{inline} {{\n{body}}}\n"
    )


def try_emit_object(module: ModuleRef, *, level: int = 2) -> bytes | None:
    """Machine code as :func:`emit_object` makes it, None where LLVM does not survive (some debug info of types)."""
    return _in_child(lambda: emit_object(module, level=level))


def emit_object(module: ModuleRef, *, level: int = 2) -> bytes:
    """Machine code of the module, as a relocatable object."""
    if find_variable(module, "llvm.global_ctors") or find_variable(module, "llvm.global_dtors"):
        module = parse_ir(ir_text.lay_out_constructors(str(module)))
    machine = target_machine(module, level=level)
    try:
        return bytes(machine.emit_object(module))
    except RuntimeError as error:
        raise LinkError("codegen-failed", "LLVM could not emit machine code", note=str(error)[:500]) from error
