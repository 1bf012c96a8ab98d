"""The command line: the only module that imports click, prints and decides the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ad_build import __version__
from ad_build.errors import AdBuildError
from ad_build.options import Options
from ad_build.process import Runner

_PASS_THROUGH = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": ["--ad-help"]}


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit status."""
    debug = bool(os.environ.get("AD_BUILD_DEBUG")) or "--debug" in argv[:2]
    try:
        result = main.main(args=list(argv), prog_name="ad-build", standalone_mode=False)
    except AdBuildError as error:
        if debug:
            raise
        click.echo(error.render(), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 141
    except Exception as error:  # the last resort: our own bug must not look like the user's
        if debug:
            raise
        click.echo(f"error[internal]: {type(error).__name__}: {error}", err=True)
        click.echo("  note: this is a bug of ad-build; `ad-build --debug …` shows where", err=True)
        return 70
    return result if isinstance(result, int) else 0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ad-build", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show Python tracebacks.")
@click.option("-v", "--verbose", is_flag=True, help="Show every command, the activities chosen, and fallbacks.")
@click.pass_context
def main(context: click.Context, debug: bool, verbose: bool) -> None:
    """Differentiate existing Rust, C and C++ programs on stock compilers."""
    context.obj = verbose or bool(os.environ.get("AD_BUILD_VERBOSE"))


def _options(*, verbose: bool = False, engine: str | None = None, spec: Path | None = None) -> Options:
    return Options(
        runner=Runner(verbose=verbose),
        engine=engine or os.environ.get("AD_BUILD_ENGINE") or None,
        spec=spec or (Path(os.environ["AD_BUILD_SPEC"]) if os.environ.get("AD_BUILD_SPEC") else None),
        keep=Path(os.environ["AD_BUILD_KEEP"]) if os.environ.get("AD_BUILD_KEEP") else None,
        verbose=verbose,
        seeds=os.environ.get("AD_BUILD_SEEDS") != "off",
        check_shadows={"on": True, "off": False}.get(os.environ.get("AD_BUILD_CHECK_SHADOWS", "")),
    )


@main.command(name="clang", context_settings=_PASS_THROUGH)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def clang_command(verbose: bool, arguments: tuple[str, ...]) -> int:
    """Compile and link C as clang does, with derivatives."""
    from ad_build.pipeline import run_clang

    return run_clang(arguments, _options(verbose=verbose), cxx=False)


@main.command(name="clang++", context_settings=_PASS_THROUGH)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def clangxx_command(verbose: bool, arguments: tuple[str, ...]) -> int:
    """Compile and link C++ as clang++ does, with derivatives."""
    from ad_build.pipeline import run_clang

    return run_clang(arguments, _options(verbose=verbose), cxx=True)


@main.command(name="cargo", context_settings=_PASS_THROUGH)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def cargo_command(verbose: bool, arguments: tuple[str, ...]) -> int:
    """Run cargo, with derivatives: --spec autodiff.toml build|run|test|bench|…"""
    from ad_build.pipeline import run_cargo

    return run_cargo(arguments, _options(verbose=verbose))


@main.command(name="crate-dir")
def crate_dir_command() -> None:
    """Print where the Rust crate with the attributes is."""
    from ad_build.cargo.manifest import crate_dir

    click.echo(str(crate_dir()))


@main.group()
def engine() -> None:
    """The differentiation engine: install, list, path."""


@engine.command(name="install")
@click.option("--force", is_flag=True, help="Install again even where it is there already.")
@click.pass_obj
def engine_install(verbose: bool, force: bool) -> None:
    """Download the pinned engine into the user's cache."""
    from ad_build.engine.download import install_catalyst

    click.echo(str(install_catalyst(Runner(verbose=verbose), progress=_progress(), force=force)))


@engine.command(name="path")
@click.option("--engine", "choice", help="catalyst or plugin:PATH")
def engine_path(choice: str | None) -> None:
    """Print the engine that would be used."""
    from ad_build.engine.find import find_engine

    options = _options(engine=choice)
    click.echo(str(find_engine(options.engine, options.runner).path))


@engine.command(name="list")
def engine_list() -> None:
    """List every engine found on this machine."""
    from ad_build.engine.find import list_engines

    for info in list_engines(Runner()):
        click.echo(f"{info.name:<10} LLVM {info.llvm:<8} {info.path}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> int:
    """Show every tool, its version, what is missing and the command that gets it."""
    from ad_build import doctor as module

    report = module.examine(Runner())
    click.echo(report.to_json() if as_json else module.render(report))
    return 0 if report.ok else 3


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--in", "files", multiple=True, type=click.Path(path_type=Path), help="Object, archive, or C/C++ source.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def types(verbose: bool, names: tuple[str, ...], files: tuple[Path, ...], as_json: bool) -> None:
    """Print the layouts and type trees of functions and types.

    Names may leave out paths and generic arguments where one function or type matches.  Without --in, they are looked
    up in the cargo package of the current directory.
    """
    from ad_build.pipeline import describe_types

    click.echo(describe_types(names, files, as_json=as_json, options=_options(verbose=verbose)))


def _progress() -> Callable[[int, int], None] | None:
    """A progress callback on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\rengine: {done >> 20} of {total >> 20} MiB", end=end, file=sys.stderr, flush=True)

    return show
