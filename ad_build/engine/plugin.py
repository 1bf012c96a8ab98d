"""The engine as an LLVM plugin: ``LLVMEnzyme-N.so`` in the ``opt`` of the same LLVM."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ad_build.cache import cache_dir, locked
from ad_build.engine.catalyst import engine_timeout
from ad_build.engine.diagnostics import TIMED_OUT, calls_engine, check_differentiated, explain
from ad_build.engine.downgrade import NEWEST_REWRITTEN, downgrade_ir
from ad_build.errors import EngineError, ToolError, UsageError
from ad_build.process import Runner, fixed_addresses

# Where an `opt` of LLVM {major} may be, after AD_BUILD_OPT and the folders near the plugin.
_OPT_PLACES = (
    "opt-{major}",
    "/usr/lib/llvm-{major}/bin/opt",
    "/usr/lib/llvm{major}/bin/opt",
    "/opt/homebrew/opt/llvm@{major}/bin/opt",
    "/usr/local/opt/llvm@{major}/bin/opt",
    "/home/linuxbrew/.linuxbrew/opt/llvm@{major}/bin/opt",
    "/opt/homebrew/opt/llvm/bin/opt",
    "/usr/local/opt/llvm/bin/opt",
    "/home/linuxbrew/.linuxbrew/opt/llvm/bin/opt",
    "opt",
)
_LIBRARY_PREFIX = "libLLVM"


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginEngine:
    """Runs ``opt`` with the plugin; ``library_path`` is a folder for the loader, or None where none is needed.

    ``plugin`` is the file that is loaded: ``path`` itself, or a copy of it beside a link to the right libLLVM.
    """

    path: Path
    plugin: Path
    opt: Path
    llvm_version: tuple[int, int]
    library_path: Path | None = None

    @property
    def name(self) -> str:
        return "plugin"

    def command(self, source: Path, output: Path, flags: tuple[str, ...]) -> tuple[str, ...]:
        """The command line; loaded both as a pass and as a library, so that ``--enzyme-...`` options are known."""
        return (
            *(str(self.opt), f"--load-pass-plugin={self.plugin}", f"-load={self.plugin}", "-passes=enzyme"),
            *(*flags, str(source), "-S", "-o", str(output)),
        )

    @property
    def reads_llvm(self) -> int:
        """LLVM 22: newer IR than the plugin's own is rewritten by :func:`downgrade_ir`."""
        return max(self.llvm_version[0], NEWEST_REWRITTEN)

    def run(self, ir: str, *, flags: tuple[str, ...], runner: Runner) -> str:
        """Differentiate ``ir``; a module without any ``__enzyme_*`` call comes back as it is.

        IR in the spelling of a newer LLVM is rewritten where that can be done without changing its meaning.
        Raises :class:`EngineError` with the reason and the place, ``engine-too-old`` (a :class:`ToolError`)
        where ``opt`` cannot read the module.
        """
        if not calls_engine(ir):
            return ir
        with tempfile.TemporaryDirectory(prefix="ad-build-engine-") as folder:
            source, output = Path(folder, "module.ll"), Path(folder, "out.ll")
            text = downgrade_ir(ir, self.llvm_version[0])
            source.write_text(text, encoding="utf-8", errors="surrogateescape")
            try:
                with fixed_addresses():
                    # Relative names: the lengths of paths, too, would move what the engine allocates.
                    done = runner.run(
                        self.command(Path(source.name), Path(output.name), flags),
                        cwd=Path(folder),
                        env=_loader_environment(self.library_path),
                        stdout="discard",
                        timeout=engine_timeout(),
                    )
            except ToolError as error:
                if error.code == "tool-timeout":
                    raise explain(TIMED_OUT, ir) from error
                raise
            if done.returncode != 0:
                _check_readable(self, source.name, text, done.stderr)
                raise explain(done.stderr, ir, status=done.returncode)
            if not output.is_file():
                raise EngineError("engine-skipped", "the engine ended without doing anything", note=f"{self.opt}")
            result = output.read_text(encoding="utf-8", errors="surrogateescape")
        check_differentiated(result)
        return result


def load_plugin(path: Path, runner: Runner) -> PluginEngine:
    """Find what a plugin needs to run: its LLVM's ``opt`` and, where it names another libLLVM, a link to that.

    Raises :class:`ToolError`: ``engine-unavailable`` (no such file), ``engine-unusable`` (not a plugin, does not
    load), ``opt-missing``.
    """
    if not path.is_file():
        raise ToolError("engine-unavailable", f"there is no plugin {path}")
    # Clang's plugin has symbols that only clang can give it; the same build has one for opt beside it.
    sibling = path.with_name(path.name.replace("ClangEnzyme", "LLVMEnzyme"))
    source = sibling if sibling.is_file() else path
    needed = _needed(source)
    major = plugin_llvm(source, needed)
    opt, version = _find_opt(source, major, runner)
    plugin, library_path = source, None
    if sys.platform.startswith("linux"):
        plugin, library_path = _link_library(source, needed, opt, runner)
    engine = PluginEngine(path=path, plugin=plugin, opt=opt, llvm_version=version, library_path=library_path)
    _check_loads(engine, runner)
    return engine


def plugin_llvm(path: Path, needed: tuple[str, ...]) -> int:
    """The LLVM major version of a plugin, from its file name, else from the libLLVM it needs."""
    stem = path.name.split(".", 1)[0]
    tail = stem.rsplit("-", 1)[-1]
    if "-" in stem and tail.isdigit():
        return int(tail)
    for name in needed:
        # libLLVM-15.so.1, libLLVM-15-a95c9aa1.so.1, libLLVM.so.22.1
        words = name.removeprefix(_LIBRARY_PREFIX).replace("-", ".").split(".")
        number = next((word for word in words if word.isdigit()), None)
        if number is not None and name.startswith(_LIBRARY_PREFIX):
            return int(number)
    raise ToolError(
        "engine-unusable",
        f"cannot tell which LLVM {path} is made for",
        hint="its name should end in the major version, as in LLVMEnzyme-22.so: a link of such a name will do",
    )


def _needed(path: Path) -> tuple[str, ...]:
    """The shared libraries an ELF file asks for, by DT_NEEDED; none for files of another format."""
    from elftools.common.exceptions import ELFError
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.elffile import ELFFile

    if not sys.platform.startswith("linux"):
        return ()
    try:
        with path.open("rb") as file:
            elf = ELFFile(file)
            sections = [s for s in elf.iter_sections() if isinstance(s, DynamicSection)]
            # pyelftools gives a tag's string an attribute named after the tag, which its annotations do not know.
            return tuple(str(getattr(tag, "needed", "")) for s in sections for tag in s.iter_tags("DT_NEEDED"))
    except (ELFError, OSError) as error:
        raise ToolError("engine-unusable", f"{path} is no shared library", note=str(error)) from error


def _opt_candidates(plugin: Path, major: int) -> Iterator[Path]:
    folder = plugin.resolve().parent
    for near in (folder, folder.parent / "bin", folder.parent.parent / "bin"):
        yield near / f"opt-{major}"
        yield near / "opt"
    for place in _OPT_PLACES:
        found = shutil.which(place.format(major=major))
        if found:
            yield Path(found)


def _find_opt(plugin: Path, major: int, runner: Runner) -> tuple[Path, tuple[int, int]]:
    override = os.environ.get("AD_BUILD_OPT")
    candidates = [Path(override).absolute()] if override else [p for p in _opt_candidates(plugin, major) if p.is_file()]
    seen = []
    for candidate in candidates:
        version = opt_version(candidate, runner)
        if version is not None and version[0] == major:
            return candidate, version
        seen.append(f"{candidate}: " + (f"LLVM {version[0]}.{version[1]}" if version else "does not run"))
    raise ToolError(
        "opt-missing",
        f"the plugin {plugin.name} needs the `opt` of LLVM {major}",
        note="\n".join(seen) or None,
        hint=f"Debian, Ubuntu: apt-get install llvm-{major}; Homebrew: brew install llvm@{major};\n"
        "or AD_BUILD_OPT=/path/to/opt",
    )


def opt_version(opt: Path, runner: Runner) -> tuple[int, int] | None:
    """Major and minor version that ``opt --version`` prints; None where it does not run."""
    try:
        done = runner.run((str(opt), "--version"))
    except ToolError:
        return None
    for line in done.stdout.splitlines():
        if "LLVM version " in line:
            numbers = line.split("LLVM version ", 1)[1].split(".")
            if len(numbers) > 1 and numbers[0].isdigit() and numbers[1].isdigit():
                return int(numbers[0]), int(numbers[1])
    return None


def _link_library(plugin: Path, needed: tuple[str, ...], opt: Path, runner: Runner) -> tuple[Path, Path | None]:
    """What to load and which folder the loader must search, so that plugin and ``opt`` share one libLLVM.

    A plugin out of a wheel names a private copy; two libLLVMs in one process would each have their own option
    tables and type ids.  So the plugin's name for it becomes a link to the one that ``opt`` has.
    """
    wanted = [name for name in needed if name.startswith(_LIBRARY_PREFIX)]
    if not wanted or set(wanted) <= set(_needed(opt.resolve())):
        return plugin, None
    have = _loaded_library(opt, runner)
    if have is None:
        raise ToolError(
            "engine-unusable",
            f"{plugin.name} needs {wanted[0]}, and {opt} has no shared libLLVM to offer",
            hint="AD_BUILD_OPT=/path/to/an/opt that is linked with the shared library",
        )
    data = plugin.read_bytes()
    key = hashlib.sha256(data + str(have).encode()).hexdigest()[:8]
    engines = cache_dir() / "engines"
    folder = engines / f"{plugin.name.split('.', 1)[0]}-{key}"
    if (folder / plugin.name).is_file():
        return folder / plugin.name, folder
    with locked(engines / ".lock"):
        if not folder.is_dir():
            try:
                with tempfile.TemporaryDirectory(dir=engines, prefix=".partial-") as scratch:
                    made = Path(scratch, "folder")
                    made.mkdir()
                    # A copy: the original's own search path leads to the wheel's private libLLVM.
                    (made / plugin.name).write_bytes(data)
                    for name in wanted:
                        (made / name).symlink_to(have)
                    made.rename(folder)
            except OSError as error:
                raise UsageError("cannot-write", f"cannot prepare the plugin in {engines}", note=str(error)) from error
    return folder / plugin.name, folder


def _loaded_library(opt: Path, runner: Runner) -> Path | None:
    """The libLLVM that the loader gives to ``opt``."""
    for line in runner.run(("ldd", str(opt))).stdout.splitlines():
        name, arrow, target = line.strip().partition(" => ")
        if arrow and name.startswith(_LIBRARY_PREFIX) and target.startswith("/"):
            return Path(target.split(" ", 1)[0])
    return None


def _loader_environment(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {}
    before = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{folder}:{before}" if before else str(folder)}


def _check_loads(engine: PluginEngine, runner: Runner) -> None:
    """Run the plugin on an empty module; raises :class:`ToolError` (``engine-unusable``) where it does not load."""
    done = runner.run(engine.command(Path("-"), Path("-"), ()), env=_loader_environment(engine.library_path), stdin="")
    if done.returncode != 0:
        raise ToolError(
            "engine-unusable",
            f"{engine.opt} cannot load the plugin {engine.path}",
            note="\n".join(line[:300] for line in done.stderr.splitlines()[:3]),
        )


def _check_readable(engine: PluginEngine, source: str, text: str, output: str) -> None:
    """Raise :class:`ToolError` (``engine-too-old``) where ``opt`` could not even read the module."""
    marker = f"{source}:"
    for line in output.splitlines():
        where, found, message = line.partition(" error: ")
        if found and marker in where:
            number = where.split(marker, 1)[1].split(":", 1)[0]
            at = text.splitlines()[int(number) - 1].strip()[:160] if number.isdigit() else ""
            raise ToolError(
                "engine-too-old",
                f"the engine's LLVM {engine.llvm_version[0]} cannot read this program's IR",
                note=f"{message.strip()}: {at}",
                hint="compile with a clang or rustc whose LLVM is no newer, or take a newer engine: --engine catalyst",
            )
