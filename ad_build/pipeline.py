"""The order of the stages: the only module that knows it."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ad_build import __version__
from ad_build.cache import locked, write_atomically
from ad_build.errors import AdBuildError, CompilerError, EngineError, LinkError, ToolError, UsageError, raise_all
from ad_build.model import Derivative, EmittedIr, FatModule, Language, Outside, Request, StaticArchive
from ad_build.options import Options

if TYPE_CHECKING:
    from ad_build.activity import Plan
    from ad_build.cargo.emit import EmittedProgram
    from ad_build.cargo.session import CargoSession
    from ad_build.clang.command_line import Invocation
    from ad_build.clang.link import Collected
    from ad_build.clang.toolchain import Clang
    from ad_build.dwarf.find import NamedType
    from ad_build.dwarf.inspect import FunctionReport, TypeReport
    from ad_build.engine.base import Engine


# The catalyst engine's LLVM, known without asking it: plain compilations must not load or fetch an engine.
ENGINE_LLVM = 22


# --- what both front ends share --------------------------------------------------------------------------------


def make_plans(fat: FatModule, language: Language | None, options: Options) -> tuple[Plan, ...]:
    """Read the requested functions' signatures from debug info and settle every activity."""
    from ad_build import activity
    from ad_build.dwarf import read_signatures

    symbols = tuple(dict.fromkeys(resolved.symbol for resolved in fat.requests))
    with options.timings.stage("types from DWARF"):
        signatures = read_signatures(fat.ir, symbols, language) if symbols else {}
    plans: list[Plan] = []
    errors: list[AdBuildError] = []
    for resolved in fat.requests:
        try:
            signature = signatures[resolved.symbol]
            if resolved.request.raw:  # what is differentiated is a shim, which the user has not written
                signature = replace(signature, source_name=resolved.request.where)
            plan = activity.complete(resolved.request, signature)
            plans.append(replace(plan, seeds=options.seeds, check_shadows=bool(options.check_shadows)))
        except AdBuildError as error:
            errors.extend(getattr(error, "errors", (error,)))
    raise_all(errors)
    if options.verbose:
        for plan in plans:
            options.runner.log(activity.explain(plan))
    return tuple(plans)


def check_declarations(fat: FatModule, plans: Sequence[Plan], exports: Sequence[tuple[str, str]]) -> None:
    """Compare how the user's code declares each derivative with what it is.

    Raises :class:`UsageError` (``wrong-declaration``) that shows both and the right declaration.
    """
    from ad_build import declarations

    generated = dict(exports)
    errors = []
    for name, declared in fat.declared:
        plan = next(plan for plan in plans if plan.request.name == name)
        if declared == generated[name]:
            continue
        if plan.request.raw:
            raise AdBuildError(
                "wrong-declaration",
                f"the attribute and ad-build disagree about {plan.request.where}",
                where=plan.signature.place,
                note=f"declared:  {declared}\ngenerated: {generated[name]}\nthis is a bug of ad-build",
            )
        errors.append(
            UsageError(
                "wrong-declaration",
                f"the program declares {name} in a way that does not match the derivative",
                where=plan.request.where,
                note=f"declared:  {declared}\ngenerated: {generated[name]}",
                hint=f"declare it so:\n{declarations.paste(plan)}",
            )
        )
    raise_all(errors)


def build_archive(
    fat: FatModule, archive: Path, options: Options, engine: Engine, *, rust: bool, header: Path | None = None
) -> StaticArchive:
    """From the fat module to the static archive on disk (and its C header)."""
    from ad_build import declarations
    from ad_build.dwarf import read_trees
    from ad_build.engine.differentiate import differentiate
    from ad_build.link.archive import emit_archive_object, write_static_archive

    keep(options, f"{archive.stem}.fat.ll", fat.ir)
    plans = make_plans(fat, Language.RUST if rust else None, options)
    try:
        result = differentiate(fat, plans, engine, options, read_trees)
    except EngineError as error:
        raise located(error, fat, plans) from error
    keep(options, f"{archive.stem}.derived.ll", result.ir)
    report(options, result.notes)
    check_declarations(fat, plans, result.exports)
    with options.timings.stage("machine code"):
        shown = dict(fat.renamed)
        exports = [shown.get(name, name) for name, _ in result.exports]
        obj = emit_archive_object(result.ir, exports, fat.renamed)
        write_static_archive(archive, obj, exports)
    if header is not None:
        write_atomically(header, declarations.c_header(plans, header.stem).encode())
    derivatives = tuple(
        Derivative(
            name=plan.request.name,
            primal=plan.signature.source_name,
            llvm_declaration=dict(result.exports)[plan.request.name],
            c_prototype=declarations.c_header((plan,), "ad_build"),
            rust_declaration=declarations.rust_bindings((plan,)),
        )
        for plan in plans
    )
    outside = Outside(functions=tuple(dict.fromkeys(identity for _, identity in fat.outside)), rust=rust)
    return StaticArchive(path=archive, derivatives=derivatives, outside=outside)


def keep(options: Options, name: str, text: str) -> None:
    """Leave intermediate IR where ``AD_BUILD_KEEP`` says."""
    if options.keep is not None:
        write_atomically(options.keep / name, text.encode())


def report(options: Options, notes: Iterable[str]) -> None:
    """Tell with ``-v`` what had to be done beyond the ordinary."""
    if options.verbose:
        for note in notes:
            options.runner.log(f"note: {note}")


def located(error: EngineError, fat: FatModule, plans: Sequence[Plan]) -> EngineError:
    """Add to an engine's error the chain of calls that leads to the function it names."""
    from ad_build import llvm
    from ad_build.demangle import demangle
    from ad_build.engine.guards import call_chain

    named = error.message.split("`")[1::2]
    if named and error.code == "no-derivative":
        module = llvm.parse_ir(fat.ir)
        symbols = [
            function.name for function in module.functions if named[-1] in (function.name, demangle(function.name))
        ]
        chains = (call_chain(module, plan.signature.symbol, symbol) for plan in plans for symbol in symbols)
        chain = next(filter(None, chains), None)
        if chain:
            through = f"called through {' -> '.join(map(demangle, chain))}"
            error.note = "\n".join(filter(None, (error.note, through)))
    if error.where is None and len(plans) == 1:
        error.where = plans[0].signature.place
    return error


def require_engine_reads(engine: Engine, llvm_version: tuple[int, int], compiler: str) -> None:
    """Bitcode flows upward only: raise :class:`ToolError` where the compiler's LLVM is newer than the engine's."""
    if llvm_version[0] > engine.reads_llvm:
        raise ToolError(
            "engine-too-old",
            f"{compiler} is built on LLVM {llvm_version[0]}, the engine reads LLVM {engine.reads_llvm}",
            note="bitcode can be read by the same or a newer LLVM only",
            hint=f"use a compiler on LLVM {engine.reads_llvm} or older, or a newer engine (`ad-build engine list`)",
        )


def read_spec(options: Options) -> tuple[Request, ...]:
    """The requests of the spec file, if one is given."""
    if options.spec is None:
        return ()
    from ad_build.spec import load_spec

    return load_spec(options.spec)


# --- archives that are made only when something changed ----------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """What one program needed: the archive (None where it uses no derivative), and which requests it could serve.

    ``found`` are the names of the requests whose function is part of the program; ``missing`` the errors of others.
    ``outside`` is :attr:`ad_build.model.StaticArchive.outside`.
    """

    archive: Path | None
    found: tuple[str, ...]
    derivatives: tuple[Derivative, ...] = ()
    missing: tuple[AdBuildError, ...] = ()
    outside: Outside = field(default_factory=Outside)


def _stamp(*parts: object) -> str:
    """A fingerprint of everything an archive depends on, our own version included."""
    text = json.dumps([__version__, *map(str, parts)])
    return hashlib.sha256(text.encode()).hexdigest()


def _engine_identity(engine: Engine) -> str:
    status = engine.path.stat()
    return f"{engine.name} {engine.path} {status.st_size} {status.st_mtime_ns}"


def _recall(archive: Path, wanted: str) -> _Made | None:
    """What an earlier run left, where it was made from the same input by the same tools."""
    try:
        record = json.loads(archive.with_suffix(".json").read_text())
        if record["stamp"] != wanted or (record["archive"] and not archive.is_file()):
            return None
        return _Made(
            archive=archive if record["archive"] else None,
            found=tuple(record["found"]),
            derivatives=tuple(Derivative(**fields) for fields in record["derivatives"]),
            outside=Outside(functions=tuple(record["outside"]), rust=True),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no record, or one of another version: make it again


def _remember(archive: Path, made_from: str, made: _Made) -> None:
    record = {
        "stamp": made_from,
        "archive": made.archive is not None,
        "found": made.found,
        "derivatives": [asdict(derivative) for derivative in made.derivatives],
        "outside": made.outside.functions,
    }
    write_atomically(archive.with_suffix(".json"), json.dumps(record).encode())


# --- clang -------------------------------------------------------------------------------------------------------


def run_clang(words: Sequence[str], options: Options, *, cxx: bool) -> int:
    """``ad-build clang``: clang's work, with derivatives where a link asks for them; returns the exit status."""
    from ad_build.clang.command_line import Action, parse_clang, split_own_options
    from ad_build.clang.compile import compile_objects, no_bitcode_warning
    from ad_build.clang.link import collect, has_requests, link_as_written
    from ad_build.clang.toolchain import find_clang

    own, rest = split_own_options(words)
    runner = replace(options.runner, verbose=options.runner.verbose or own.verbose)
    options = replace(
        options,
        runner=runner,
        spec=own.spec or options.spec,
        engine=own.engine or options.engine,
        verbose=options.verbose or own.verbose,
    )
    clang = find_clang(runner, cxx=cxx, max_llvm=ENGINE_LLVM)
    invocation = parse_clang(rest)
    archive_only = own.archive is not None
    if archive_only and not invocation.inputs:
        raise UsageError("no-input", "--emit-archive needs sources, objects or archives")
    if not archive_only:
        if invocation.action is Action.PASS_THROUGH:
            return link_as_written(invocation, clang, runner)
        if invocation.action is Action.COMPILE:
            return compile_objects(clang, invocation, runner)
    with tempfile.TemporaryDirectory(prefix="ad-build-") as folder:
        work = Path(folder)
        with options.timings.stage("bitcode (clang)"):
            collected = collect(invocation, clang, runner, work)
        if collected.failed:  # clang shows its own errors, once, and has its own status
            status = link_as_written(invocation, clang, runner)
            for one in collected.failed if status == 0 else ():
                runner.log(no_bitcode_warning(one.source, one.error))
            return status
        requests = read_spec(options)
        in_source = not archive_only and has_requests(collected)
        if not requests and not in_source:
            if archive_only:
                raise UsageError("no-request", "--emit-archive needs --spec FILE (or AD_BUILD_SPEC)")
            return link_as_written(invocation, clang, runner)
        job = _ClangJob(invocation=invocation, clang=clang, collected=collected, requests=requests, work=work)
        if in_source:
            status = _link_transformed(job, options)
        else:
            status = _link_with_archive(job, options, archive=own.archive, header=own.header)
    if own.timings:
        runner.log(options.timings.table())
    return status


@dataclass(frozen=True, kw_only=True, slots=True)
class _ClangJob:
    """A link with derivatives."""

    invocation: Invocation
    clang: Clang
    collected: Collected
    requests: tuple[Request, ...]
    work: Path


def _clang_engine(job: _ClangJob, options: Options) -> Engine:
    from ad_build.engine.find import find_engine

    engine = find_engine(options.engine, options.runner)
    require_engine_reads(engine, (job.clang.llvm_major, 0), f"clang {job.clang.version}")
    return engine


def _link_with_archive(job: _ClangJob, options: Options, *, archive: Path | None, header: Path | None) -> int:
    """The spec's derivatives as an archive: on its own, or behind the program's unchanged objects."""
    from ad_build.clang.link import final_link, link_as_written

    path = archive or job.work / "libad_build_derivatives.a"
    engine = _clang_engine(job, options)
    try:
        asked = _Asked(requests=job.requests, everything=archive is not None)
        made = _make_archive(job.collected.emitted, asked, path, options, engine, header=header)
    except EngineError as error:
        if error.code != "mutable-global" or archive is not None:
            raise
        report(options, [f"{error.message}: the whole program is transformed"])
        return _link_transformed(job, options)
    if archive is not None:
        return 0
    if made.archive is None:  # this program refers to none of the derivatives
        return link_as_written(job.invocation, job.clang, options.runner)
    with options.timings.stage("link (clang)"):
        return final_link(
            job.invocation,
            job.collected,
            job.clang,
            options.runner,
            job.work,
            extra=(path,),
            outside=made.outside,
        )


def _link_transformed(job: _ClangJob, options: Options) -> int:
    """Requests in the source: the transformed program takes the place of the objects it was made from."""
    from ad_build import llvm
    from ad_build.clang.link import final_link, link_as_written, whole_program
    from ad_build.dwarf import read_signatures, read_trees
    from ad_build.engine.guards import requested_in_source
    from ad_build.engine.insource import transform_program
    from ad_build.link.fat import link_fat_module

    with options.timings.stage("link"):
        emitted = whole_program(job.invocation, job.collected)
        fat = link_fat_module(emitted, job.requests, whole_program=True)
    keep(options, "program.fat.ll", fat.ir)
    if not job.requests and not requested_in_source(llvm.parse_ir(fat.ir)):
        # The request stands in a member of an archive that this program does not need.
        return link_as_written(job.invocation, job.clang, options.runner)
    if job.invocation.instrumentation:
        options.runner.log(
            f"warning[not-instrumented]: {' '.join(job.invocation.instrumentation)} leaves out what ad-build transforms"
        )
    plans = make_plans(fat, None, options) if job.requests else ()
    try:
        result = transform_program(
            fat,
            plans,
            _clang_engine(job, options),
            options,
            level=job.invocation.engine_level,
            read_signatures=lambda symbols: read_signatures(fat.ir, symbols),
            read_trees=read_trees,
        )
    except EngineError as error:
        raise located(error, fat, plans) from error
    keep(options, "program.derived.ll", result.ir)
    report(options, result.notes)
    with options.timings.stage("machine code"):
        read = llvm.parse_ir if job.invocation.debug_info else llvm.without_debug_info
        merged = job.work / "ad_build_program.o"
        merged.write_bytes(llvm.emit_object(read(result.ir)))
    with options.timings.stage("link (clang)"):
        return final_link(
            job.invocation,
            job.collected,
            job.clang,
            options.runner,
            job.work,
            merged=merged,
            consumed=frozenset(fat.consumed),
        )


# --- cargo -------------------------------------------------------------------------------------------------------


def run_cargo(words: Sequence[str], options: Options) -> int:
    """``ad-build cargo``: pass 1, one archive for each program, pass 2; returns the exit status."""
    from ad_build.cargo import build as cargo_build
    from ad_build.cargo.command_line import split_own_options
    from ad_build.cargo.emit import emit_ir
    from ad_build.cargo.session import open_session
    from ad_build.engine.find import find_engine

    own, rest = split_own_options(words)
    if rest and rest[0] == "init":
        return _add_companion(rest[1:], options)
    options = replace(options, spec=own.spec or options.spec, engine=own.engine or options.engine)
    requests = read_spec(options)
    with options.timings.stage("find tools"):
        session = open_session(options.runner, rest, Path.cwd(), build_std=own.build_std)
    attributes = session.uses_attributes
    if not session.invocation.links or not (requests or attributes):
        if session.invocation.links:
            options.runner.log(
                "note: nothing asks for a derivative: there is neither --spec FILE nor a dependency on the crate "
                "`ad-build` (`ad-build cargo init` adds it); this is plain cargo"
            )
        return cargo_build.pass_through(options.runner, session.toolchain.cargo, rest, session.invocation.cwd)
    with options.timings.stage("find tools"):
        engine = find_engine(options.engine, options.runner)
        require_engine_reads(engine, session.toolchain.llvm_version, f"rustc {session.toolchain.version}")
    if options.check_shadows is None:
        options = replace(options, check_shadows=session.invocation.profile in ("dev", "test"))
    archive_only = own.archive_only or own.archive is not None or session.invocation.subcommand == "bindings"
    with locked(session.work_dir / "lock"):
        with options.timings.stage("pass 1 (cargo)"):
            programs = emit_ir(session, libraries=archive_only)
        if not archive_only and all(program.kind == "lib" for program in programs):
            options.runner.log(
                "note: this build links no program: derivatives are made where one is linked, or by --emit archive"
            )
        made = _cargo_archives(
            session, programs, requests, options, engine, everything=archive_only, attributes=attributes
        )
    if session.invocation.subcommand == "bindings":
        _print_bindings(made.values())
        return 0
    if made and not archive_only and all(one.archive is None for one in made.values()):
        options.runner.log("note: no program of this build calls a derivative")
    if archive_only:
        return _hand_out_archive(made, own.archive)
    with options.timings.stage("pass 2 (cargo)"):
        archives = {
            program: cargo_build.ProgramArchive(path=one.archive, outside=one.outside)
            for program, one in made.items()
            if one.archive is not None and program.kind != "lib"
        }
        status = cargo_build.final_build(session, archives)
    if own.timings:
        options.runner.log(options.timings.table())
    return status


def _add_companion(words: Sequence[str], options: Options) -> int:
    """``ad-build cargo init``: the dependency on the companion crate, and what to do next."""
    from ad_build.cargo.manifest import add_companion, crate_dir, manifest_of

    path, crate = manifest_of(words, Path.cwd()), crate_dir()
    add_companion(path, crate)
    options.runner.log(
        f"{path} now depends on the crate `ad-build` in {crate}\n"
        "next: put an attribute on a function,\n\n"
        "    #[ad_build::autodiff_reverse(d_energy, Duplicated, Active)]\n"
        "    fn energy(x: &[f64]) -> f64 { x.iter().map(|x| x * x).sum() }\n\n"
        "call `d_energy(&x, &mut gradient, 1.0)`, and run `ad-build cargo run --release`"
    )
    return 0


def _cargo_archives(
    session: CargoSession,
    programs: Sequence[EmittedProgram],
    requests: Sequence[Request],
    options: Options,
    engine: Engine,
    *,
    everything: bool,
    attributes: bool,
) -> dict[EmittedProgram, _Made]:
    """An archive for every program that uses a derivative; with ``everything`` each request is made once.

    ``attributes``: there may be requests in the source too.  Raises where a request matches no function of any program.
    """
    from ad_build.cargo.build import archive_path, links_from_outside

    made: dict[EmittedProgram, _Made] = {}
    fresh = []
    # cargo lists dependencies first: for a library's archive the library itself comes before what it depends on.
    for program in reversed(programs) if everything else programs:
        done = {name for one in made.values() for name in one.found} if everything else set()
        wanted = [request for request in requests if request.name not in done]
        if not (wanted or attributes):
            break
        path = archive_path(session, program)
        asked = _Asked(
            requests=wanted,
            everything=everything,
            attributes=everything or links_from_outside(session, program),
            skip=tuple(sorted(done)),
        )
        known, stamp = _program_archive(program, asked, path, options, engine)
        if stamp is not None:
            fresh.append((path, stamp, known))
        made[program] = known
    found = {name for one in made.values() for name in one.found}
    errors = {error.where: error for one in made.values() for error in one.missing}
    places = {request.name: f"{request.where}.function" for request in requests}
    raise_all([errors[place] for name, place in places.items() if name not in found and place in errors])
    for path, stamp, known in fresh:
        _remember(path, stamp, known)
    return made


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What an archive has to hold: those of the requests that the program uses, or ``everything``.

    ``attributes``: of the requests in the source also those that nothing uses; ``skip`` are the names of requests
    that another archive serves.
    """

    requests: Sequence[Request]
    everything: bool
    attributes: bool = False
    skip: tuple[str, ...] = ()


def _program_archive(
    program: EmittedProgram,
    asked: _Asked,
    path: Path,
    options: Options,
    engine: Engine,
) -> tuple[_Made, str | None]:
    """One program's archive, and the stamp to remember it by; None where an earlier run left it."""
    from ad_build.cargo.emit import fingerprint

    ways = [(program.emitted, program.fingerprint)]
    if program.unnamed:
        wider = replace(program.emitted, libraries=(*program.emitted.libraries, *program.unnamed))
        ways.append((wider, fingerprint(wider)))
    stamps = [_stamp(mark, asked, _engine_identity(engine), options.seeds, options.check_shadows) for _, mark in ways]
    for stamp in stamps:
        known = _recall(path, stamp)
        if known is not None:
            return known, None
    for (emitted, _), stamp in zip(ways[:-1], stamps[:-1], strict=True):
        try:
            return _make_archive(emitted, asked, path, options, engine, strict=False), stamp
        except AdBuildError as error:
            if all(one.code != "no-such-function" for one in getattr(error, "errors", (error,))):
                raise
    emitted, stamp = ways[-1][0], stamps[-1]
    return _make_archive(emitted, asked, path, options, engine, strict=False), stamp


def _make_archive(
    emitted: EmittedIr,
    asked: _Asked,
    path: Path,
    options: Options,
    engine: Engine,
    *,
    strict: bool = True,
    header: Path | None = None,
) -> _Made:
    """From emitted IR to the static archive on disk."""
    from ad_build.dwarf import dynamic_types
    from ad_build.engine.dispatch import find_handed_in
    from ad_build.link.fat import link_fat_module

    with options.timings.stage("link and prune"):
        fat = link_fat_module(
            emitted,
            asked.requests,
            everything=asked.everything,
            strict=strict,
            attributes=asked.attributes,
            skip=asked.skip,
            find_handed_in=find_handed_in,
            find_dynamic=dynamic_types,
        )
    if not fat.requests:
        return _Made(archive=None, found=fat.found, missing=fat.missing)
    archive = build_archive(fat, path, options, engine, rust=emitted.rust, header=header)
    return _Made(
        archive=path,
        found=fat.found,
        derivatives=archive.derivatives,
        missing=fat.missing,
        outside=archive.outside,
    )


def _print_bindings(made: Iterable[_Made]) -> None:
    """Print every derivative's Rust declaration once."""
    shown = {d.name: d.rust_declaration for one in made for d in one.derivatives}
    for text in shown.values():
        sys.stdout.write(text.rstrip() + "\n")


def _hand_out_archive(made: Mapping[EmittedProgram, _Made], wanted: Path | None) -> int:
    """Copy the one archive to where the user wants it, or print where the archives are."""
    archives = [one.archive for one in made.values() if one.archive is not None]
    if not archives:
        raise UsageError("no-archive", "no artifact of this build has a function that the spec asks for")
    if wanted is None:
        for path in archives:
            sys.stdout.write(f"{path}\n")
        return 0
    if len(archives) > 1:
        raise UsageError(
            "several-archives",
            f"{len(archives)} artifacts are built, --emit-archive names one file",
            hint="pick one with --lib, --bin NAME or --example NAME",
        )
    write_atomically(wanted, archives[0].read_bytes())
    return 0


# --- types -------------------------------------------------------------------------------------------------------


def describe_types(names: Sequence[str], files: Sequence[Path], *, as_json: bool, options: Options) -> str:
    """``ad-build types``: parameters, layouts and type trees of functions and types.

    ``files`` are objects, archives or C and C++ sources; without any, the cargo package of the current folder is
    emitted.  Raises :class:`UsageError` where a name is neither a function's nor a type's, or one of several.
    """
    from ad_build.dwarf import describe, to_json

    with tempfile.TemporaryDirectory(prefix="ad-build-") as folder:
        programs = [_emitted_by_clang(files, Path(folder), options)] if files else _emitted_by_cargo(options)
        reports = []
        errors: list[AdBuildError] = []
        for name in names:
            try:
                reports.append(_describe_one(name, programs))
            except UsageError as error:
                errors.append(error)
        raise_all(errors)
    return to_json(reports) if as_json else "\n\n".join(describe(report) for report in reports)


# What a name that is no function's fails with; anything else is worth telling at once.
_NO_FUNCTION = ("no-such-function", "unsupported-function", "not-defined", "no-bitcode")


def _describe_one(name: str, programs: Sequence[EmittedIr]) -> FunctionReport | TypeReport:
    from ad_build.dwarf import inspect_functions
    from ad_build.link.fat import link_fat_module
    from ad_build.model import Mode

    failures: list[AdBuildError] = []
    request = Request(function=name, name="ad_build_types", mode=Mode.REVERSE, where="command line")
    for emitted in () if name.startswith(_TYPE_WORDS) else programs:
        try:
            fat = link_fat_module(emitted, [request])
        except (UsageError, LinkError) as error:
            if error.code not in _NO_FUNCTION:
                raise
            failures.append(error)
            continue
        language = Language.RUST if emitted.rust else None
        return inspect_functions(fat.ir, [fat.requests[0].symbol], language)[0]
    return _describe_type(name, programs, failures)


_TYPE_WORDS = ("struct ", "class ", "union ", "enum ", "type ")


def _describe_type(name: str, programs: Sequence[EmittedIr], failures: Sequence[AdBuildError]) -> TypeReport:
    from ad_build.dwarf import inspect_types
    from ad_build.dwarf.find import best, identifier, named_types, nearest
    from ad_build.link.modules import module_texts

    top = 0
    found: dict[str, NamedType] = {}
    texts: dict[str, tuple[str, Language | None]] = {}
    for emitted in programs:
        for ir in module_texts(emitted, identifier(name)):
            rank, types = best(name, named_types(ir))
            if rank > top:
                top, found = rank, {}
            if rank and rank == top:
                for one in types.values():
                    if one.name not in found or (found[one.name].declared and not one.declared):
                        found[one.name] = one
                        texts[one.name] = (ir, Language.RUST if emitted.rust else None)
    if len(found) == 1:
        ((full, one),) = found.items()
        ir, language = texts[full]
        return inspect_types(ir, [one.node], language)[0]
    if found:
        listed = sorted(found)
        more = [f"... and {len(listed) - 12} more"] if len(listed) > 12 else []
        raise UsageError(
            "ambiguous-type",
            f"{name} names {len(found)} types",
            note="\n".join(listed[:12] + more),
            hint="name one with its path and generic arguments",
        )
    for error in failures:
        if error.code != "no-such-function":
            raise error
    known = dict.fromkeys(one.name for emitted in programs for ir in module_texts(emitted) for one in named_types(ir))
    close = nearest(name, list(known))
    hints = [f"types: {', '.join(close)}"] if close else []
    hints += [f"functions: {error.hint}" for error in failures[:1] if error.hint]
    raise UsageError(
        "no-such-name",
        f"the program has no function and no type {name}",
        note="types that nothing uses, and functions that nothing instantiates, are not compiled",
        hint="\n".join(hints) or None,
    )


def _emitted_by_clang(files: Sequence[Path], work: Path, options: Options) -> EmittedIr:
    from ad_build.clang.command_line import parse_clang
    from ad_build.clang.link import collect
    from ad_build.clang.toolchain import find_clang

    cxx = any(path.suffix in (".cpp", ".cc", ".cxx", ".C") for path in files)
    clang = find_clang(options.runner, cxx=cxx, max_llvm=ENGINE_LLVM)
    collected = collect(parse_clang([str(path) for path in files]), clang, options.runner, work)
    if collected.failed:
        failed = collected.failed[0]
        raise CompilerError(
            "compile-failed", f"clang cannot compile {failed.source.name}", note=failed.error.strip()[:2000]
        )
    return collected.emitted


def _emitted_by_cargo(options: Options) -> list[EmittedIr]:
    from ad_build.cargo.emit import emit_ir
    from ad_build.cargo.session import open_session

    session = open_session(options.runner, ("build",), Path.cwd())
    return [program.emitted for program in emit_ir(session, libraries=True)]
