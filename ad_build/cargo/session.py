"""One run of ``ad-build cargo``: everything that is resolved once, before any pass."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ad_build.cache import make_dir, write_script
from ad_build.cargo import shim
from ad_build.cargo.command_line import Invocation, parse_cargo
from ad_build.cargo.config import CargoConfig, read_config
from ad_build.cargo.toolchain import RustToolchain, find_rust
from ad_build.errors import CompilerError, UsageError
from ad_build.process import Runner

# Part of the path of everything that pass 1 leaves: a new way of emitting must not meet old files.
_LAYOUT = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class CargoSession:
    """Toolchain, command line, configuration and folders of one run.

    ``target_dir`` is the user's, ``work_dir`` ours inside it; ``targets`` are the triples that pass 1 builds for;
    ``default_bin`` is (package, binary) that ``cargo run`` would run, where metadata tells.  ``uses_attributes``: the
    companion crate is among the packages.
    """

    runner: Runner
    toolchain: RustToolchain
    invocation: Invocation
    config: CargoConfig
    targets: tuple[str, ...]
    target_dir: Path
    default_bin: tuple[str, str] | None = None
    build_std: bool = False
    uses_attributes: bool = False

    @property
    def work_dir(self) -> Path:
        """Our folder in the user's target folder."""
        return self.target_dir / "ad-build"

    @property
    def bin_dir(self) -> Path:
        """Where the scripts are that cargo and rustc call."""
        return self.work_dir / "bin"

    @property
    def emit_dir(self) -> Path:
        """The target folder of pass 1."""
        return self.work_dir / f"emit-{_LAYOUT}{'-std' if self.build_std else ''}"


def open_session(
    runner: Runner, words: Sequence[str], cwd: Path, *, build_std: bool = False, toolchain: RustToolchain | None = None
) -> CargoSession:
    """Resolve a cargo command line (without ``cargo`` and our own options) that links.

    Raises :class:`UsageError`, :class:`ToolError`, or :class:`CompilerError` (``cargo-failed``) where cargo cannot
    read the manifest; cargo's own message then stands on standard error.
    """
    invocation = parse_cargo(words, cwd)
    config = read_config(cwd, invocation.values("--config"))
    if not invocation.links:
        invocation = parse_cargo(words, cwd, dict(config.aliases))
    found = toolchain or find_rust(runner, cwd, channel=invocation.toolchain, rustc=config.rustc)
    targets = invocation.values("--target") or config.targets or (found.host,)
    targets = tuple(found.host if target == "host-tuple" else target for target in targets)
    if len(set(targets)) > 1:
        raise UsageError(
            "several-targets", f"derivatives for {len(targets)} targets at once: {', '.join(targets)}",
            hint="run ad-build once for each --target",
        )  # fmt: skip
    metadata = _metadata(runner, found, invocation) if invocation.links else {}
    override = invocation.values("--target-dir")
    target_dir = cwd / override[-1] if override else Path(metadata.get("target_directory", cwd / "target"))
    uses_attributes = invocation.links and _has_companion(runner, found, invocation, metadata, target_dir)
    return CargoSession(
        runner=runner,
        toolchain=found,
        invocation=invocation,
        config=config,
        targets=targets,
        target_dir=target_dir,
        default_bin=_default_bin(metadata, invocation) if invocation.subcommand == "run" else None,
        build_std=build_std,
        uses_attributes=uses_attributes,
    )


COMPANION = "ad-build"


def _has_companion(
    runner: Runner, toolchain: RustToolchain, invocation: Invocation, metadata: dict[str, Any], target_dir: Path
) -> bool:
    """Whether a package of the workspace, or one that they need, uses the companion crate.

    Members and lock file tell at once; where they do not, the lock file may be missing or old, and cargo is asked.
    """
    if any(_names_companion(package) for package in metadata["packages"]):
        return True
    lock = Path(metadata["workspace_root"]) / "Cargo.lock"
    try:
        locked = set(re.findall(r'^name = "(.*)"$', lock.read_text(), re.MULTILINE))
    except (OSError, UnicodeDecodeError):
        locked = set()
    if COMPANION in locked:
        return True
    members = {str(Path(package["manifest_path"]).parent) for package in metadata["packages"]}
    needed = [dependency for package in metadata["packages"] for dependency in package["dependencies"]]
    # What comes from a registry cannot change behind the lock file's back.
    if all(one["name"] in locked and one.get("path") in (None, *members) for one in needed):
        return False
    # cargo keeps what it knows of rustc in its target folder, if there is one, for one wrapper at a time: the folder of
    # this call must not be that of pass 2, which would ask rustc anew each time.
    own = {"CARGO_TARGET_DIR": str(make_dir(target_dir / "ad-build" / "metadata"))}
    everything = _metadata(runner, toolchain, invocation, dependencies=True, environment=own)
    return any(_names_companion(package) for package in everything.get("packages", ()))


def _names_companion(package: dict[str, Any]) -> bool:
    return any(dependency["name"] == COMPANION for dependency in package["dependencies"])


def _metadata(
    runner: Runner,
    toolchain: RustToolchain,
    invocation: Invocation,
    *,
    dependencies: bool = False,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What ``cargo metadata`` says; without ``dependencies`` it needs neither the network nor a lock file.

    With them, what keeps cargo from an answer will keep it from building too, and is told then: the answer is empty.
    """
    names = ("--manifest-path", "--config", "-Z")
    passed = [word for name in names for value in invocation.values(name) for word in (name, value)]
    if dependencies:
        passed += [flag for flag in ("--offline", "--locked", "--frozen") if invocation.has(flag)]
    else:
        passed.append("--no-deps")
    start = (f"+{toolchain.channel}",) if toolchain.channel else ()
    done = runner.run(
        (toolchain.cargo, *start, "metadata", "--format-version", "1", *passed),
        cwd=invocation.cwd,
        env=environment,
        capture_stderr=dependencies,
    )
    if done.returncode != 0:
        if dependencies:
            return {}
        raise CompilerError("cargo-failed", "cargo cannot read the manifest")
    metadata: dict[str, Any] = json.loads(done.stdout)
    return metadata


def _default_bin(metadata: dict[str, Any], invocation: Invocation) -> tuple[str, str] | None:
    """The binary that ``cargo run`` picks when none is named: ``default-run``, or the only one."""
    packages = {package["id"]: package for package in metadata["packages"]}
    chosen = invocation.values("-p", "--package")
    if chosen:
        selected = [package for package in packages.values() if package["name"] in chosen]
    else:
        manifest = invocation.values("--manifest-path")
        folder = (invocation.cwd / manifest[-1]).resolve().parent if manifest else invocation.cwd.resolve()
        by_folder = {Path(package["manifest_path"]).parent: package for package in packages.values()}
        nearest = next((by_folder[parent] for parent in (folder, *folder.parents) if parent in by_folder), None)
        defaults = metadata.get("workspace_default_members") or metadata["workspace_members"]
        selected = [nearest] if nearest else [packages[name] for name in defaults if name in packages]
    named = [(package["name"], package["default_run"]) for package in selected if package.get("default_run")]
    bins = [(p["name"], target["name"]) for p in selected for target in p["targets"] if "bin" in target["kind"]]
    found = named or bins
    return found[0] if len(found) == 1 else None


def write_shims(session: CargoSession) -> tuple[Path, Path]:
    """Put the rustc wrapper and pass 1's linker into our folder; returns their paths.

    They are written only when they change: cargo asks rustc for its version again after that.
    """
    quick = (sys.executable, "-I", "-S", str(Path(shim.__file__)))
    folder = session.bin_dir
    # rustc guesses the linker's dialect from its name: `…-cc` is called like a C compiler.
    return (
        write_script(folder / "ad-build-rustc", (*quick, "wrapper")),
        write_script(folder / "ad-build-cc", (*quick, "linker")),
    )


def wrapper_environment(session: CargoSession, wrapper: Path) -> dict[str, str]:
    """Variables that put our wrapper before the user's own, if there is one."""
    user = session.config.rustc_wrapper
    nested = user is not None and os.path.basename(user) == wrapper.name
    return {
        "RUSTC_WRAPPER": str(wrapper),
        "AD_BUILD_USER_WRAPPER": "" if user is None or nested else user,
        **({"RUSTC_BOOTSTRAP": "1"} if session.build_std else {}),
    }
