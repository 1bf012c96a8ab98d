"""Both passes with the real cargo; the archive stands in for what the engine would make."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ad_build.cargo.build import ProgramArchive, archive_path, final_build, store_archive
from ad_build.cargo.emit import EmittedProgram, emit_ir
from ad_build.cargo.session import CargoSession, open_session
from ad_build.cargo.std import carries_bitcode
from ad_build.errors import CompilerError, ToolError, UsageError
from ad_build.process import Runner

FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["app", "phys", "mac"]\nresolver = "2"\n',
    "app/Cargo.toml": """
[package]
name = "my-app"
version = "0.1.0"
edition = "2021"
default-run = "my-app"
[dependencies]
phys = { path = "../phys" }
mac = { path = "../mac" }
[build-dependencies]
phys = { path = "../phys" }
[[bench]]
name = "speed"
harness = false
""",
    "app/build.rs": 'fn main() { println!("cargo:rustc-env=BUILT={}", phys::energy(&[1.0, 2.0])); }',
    "app/src/lib.rs": """
//! ```
//! assert_eq!(my_app::derivative(&[1.0, 2.0]), 6.0);
//! ```
extern "C-unwind" { fn d_energy(x: *const f64, n: usize) -> f64; }
pub fn total(x: &[f64]) -> f64 { phys::energy(x) }
pub fn derivative(x: &[f64]) -> f64 { unsafe { d_energy(x.as_ptr(), x.len()) } }
#[test] fn unit() { assert_eq!(derivative(&[1.0]), 2.0); }
""",
    "app/src/main.rs": """
fn main() {
    let unused = 1;
    println!("{} {} {}", my_app::derivative(&[1.0, 2.0]), env!("BUILT"), mac::answer!());
    println!("cfg {}", cfg!(user_flag));
    if std::env::args().len() > 1 {
        println!("caught {}", std::panic::catch_unwind(|| my_app::derivative(&[])).is_err());
    }
    std::process::exit(std::env::args().len() as i32 - 1)
}
""",
    "app/src/bin/other.rs": 'fn main() { println!("other {}", my_app::total(&[2.0])); }',
    "app/examples/ex.rs": 'fn main() { println!("example {}", my_app::derivative(&[2.0])); }',
    "app/tests/it.rs": "#[test] fn it() { assert_eq!(my_app::derivative(&[3.0]), 6.0); }",
    "app/benches/speed.rs": 'fn main() { println!("bench {}", my_app::derivative(&[4.0])); }',
    "phys/Cargo.toml": '[package]\nname = "phys"\nversion = "0.1.0"\nedition = "2021"\n',
    "phys/src/lib.rs": "#[inline(never)] pub fn energy(x: &[f64]) -> f64 { x.iter().map(|x| x * x).sum() }",
    "mac/Cargo.toml": '[package]\nname = "mac"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n',
    "mac/src/lib.rs": """
use proc_macro::TokenStream;
#[proc_macro] pub fn answer(_: TokenStream) -> TokenStream { "42".parse().unwrap() }
""",
}

# What an archive looks like to the linker: it needs std's allocator, panic entry points and libm.
DERIVATIVE = """
#[no_mangle]
pub unsafe extern "C-unwind" fn d_energy(x: *const f64, n: usize) -> f64 {
    let copy: Vec<f64> = std::slice::from_raw_parts(x, n).to_vec();
    let scale = FACTOR / n.checked_next_power_of_two().unwrap() as f64;
    std::hint::black_box(copy[0].exp());
    copy.iter().map(|x| 2.0 * x).sum::<f64>() * scale * n.next_power_of_two() as f64
}
"""


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = {}
    for factor in ("1.0", "10.0"):
        folder = tmp_path_factory.mktemp("archive")
        (folder / "d.rs").write_text(DERIVATIVE.replace("FACTOR", factor))
        flags = ["--crate-type=lib", "--emit=obj", "-Copt-level=1", "-Ccodegen-units=1", "-Cpanic=unwind"]
        subprocess.run(["rustc", "d.rs", *flags, "-o", "d.o"], cwd=folder, check=True)
        subprocess.run(["ar", "rcsD", "d.a", "d.o"], cwd=folder, check=True)
        made[factor] = (folder / "d.a").read_bytes()
    return made


@dataclass
class Project:
    """A workspace on disk and what was done with it."""

    root: Path
    archive: bytes
    programs: tuple[EmittedProgram, ...] = ()
    log: list[str] = field(default_factory=list)

    def session(self, line: str) -> CargoSession:
        return open_session(Runner(log=self.log.append, verbose=True), line.split(), self.root)

    def emit(self, line: str) -> tuple[EmittedProgram, ...]:
        self.programs = emit_ir(self.session(line))
        return self.programs

    def build(self, line: str) -> int:
        session = self.session(line)
        self.programs = emit_ir(session)
        placed = {program: archive_path(session, program) for program in self.programs}
        for path in placed.values():
            store_archive(path, self.archive)
        return final_build(session, {program: ProgramArchive(path=path) for program, path in placed.items()})


def program_ir(program: EmittedProgram) -> str:
    from llvmlite import binding

    return "\n".join(str(binding.parse_bitcode(path.read_bytes())) for path in program.emitted.objects)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, archives: dict[str, bytes]) -> Project:
    root = tmp_path_factory.mktemp("with a space")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(root, archives["1.0"])


@pytest.fixture
def project(workspace: Project, archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in list(os.environ):
        if name.startswith(("CARGO_PROFILE", "RUSTFLAGS", "CARGO_ENCODED", "CARGO_TARGET", "RUSTC_WRAPPER")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
    workspace.archive = archives["1.0"]
    return workspace


def test_run_links_the_derivative_and_leaves_everything_else_alone(
    project: Project, archives: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    assert project.build("run --release -- a b") == 2
    out, err = capfd.readouterr()
    assert out == "6 5 42\ncfg false\ncaught true\n"
    assert err.count("unused variable") == 1  # warnings appear once
    assert [(p.name, p.kind, p.package) for p in project.programs] == [("my-app", "bin", "my-app")]

    # A plain cargo finds everything fresh, and so does the next run.
    plain = subprocess.run(
        ["cargo", "run", "--release", "-v"], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert (plain.returncode, plain.stdout) == (0, "6 5 42\ncfg false\n")
    assert "Compiling" not in plain.stderr and "Dirty" not in plain.stderr
    assert project.build("run --release") == 0
    assert "Compiling" not in capfd.readouterr().err

    # Another derivative relinks the one artifact.
    project.archive = archives["10.0"]
    assert project.build("run --release") == 0
    out, err = capfd.readouterr()
    assert out.startswith("60 ")
    assert [line.split()[1] for line in err.splitlines() if "Compiling" in line] == ["my-app"]


def test_every_kind_of_artifact(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    assert project.build("test") == 0
    kinds = sorted((program.name, program.kind) for program in project.programs)
    assert kinds == [
        ("ex", "example"), ("it", "test"), ("my-app", "bin"), ("my-app", "test"), ("my_app", "test"),
        ("other", "bin"), ("other", "test"), ("phys", "test"),
    ]  # fmt: skip
    assert len({program.key for program in project.programs}) == len(kinds)
    out = capfd.readouterr().out
    assert "test unit ... ok" in out and "test it ... ok" in out and "app/src/lib.rs - (line" in out
    assert project.build("run --example ex") == 0
    assert capfd.readouterr().out == "example 4\n"
    assert project.build("bench --bench speed") == 0
    assert capfd.readouterr().out == "bench 8\n"
    assert sorted(program.kind for program in project.programs) == ["bench", "bin", "bin"]


@pytest.mark.parametrize("panic", ["unwind", "abort"])
@pytest.mark.parametrize("lto", ["thin", "fat"])
def test_profiles(
    project: Project, lto: str, panic: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for key, value in {"LTO": lto, "PANIC": panic, "STRIP": "true", "CODEGEN_UNITS": "2", "DEBUG": "0"}.items():
        monkeypatch.setenv(f"CARGO_PROFILE_RELEASE_{key}", value)
    status = project.build("run --release -- x")
    out, err = capfd.readouterr()
    assert out.startswith("6 5 42\n"), err
    assert status == (1 if panic == "unwind" else 128 + 6) or (panic == "abort" and status == 101), err
    assert ("caught true" in out) == (panic == "unwind")
    assert project.programs[0].lto == lto
    assert all(path.read_bytes()[:2] == b"BC" for path in project.programs[0].emitted.objects)


@pytest.mark.parametrize("how", ["config", "environment"])
def test_the_users_rustflags_hold_in_both_passes(
    project: Project, how: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    config = project.root / ".cargo" / "config.toml"
    flags = (
        ["--cfg", "user_flag", "-Ctarget-cpu=x86-64-v2"] if os.uname().machine == "x86_64" else ["--cfg", "user_flag"]
    )
    if how == "config":
        config.parent.mkdir(exist_ok=True)
        config.write_text(f"[build]\nrustflags = {flags}\ntarget-dir = 'elsewhere'\n")
    else:
        monkeypatch.setenv("RUSTFLAGS", " ".join(flags))
        monkeypatch.setenv("CARGO_TARGET_DIR", str(project.root / "from env"))
    try:
        assert project.build("run --release") == 0
    finally:
        config.unlink(missing_ok=True)
    assert "cfg true" in capfd.readouterr().out
    folder = project.root / ("elsewhere" if how == "config" else "from env")
    assert (folder / "release" / "my-app").is_file()
    assert project.programs[0].executable.is_relative_to(folder / "ad-build")
    if os.uname().machine == "x86_64":
        assert '"target-cpu"="x86-64-v2"' in program_ir(project.programs[0])


def test_the_shape_of_what_is_emitted(project: Project) -> None:
    (program,) = project.emit("build --bin my-app")
    emitted = program.emitted
    assert [path.name.split("-")[0] for path in emitted.libraries] == ["libmy_app", "libphys"]
    names = [path.name.split("-")[0] for path in emitted.std_libraries]
    assert {"libstd", "libcore", "liballoc"} <= set(names)
    assert carries_bitcode(next(path for path in emitted.std_libraries if path.name.startswith("libcore-")))
    assert "-lc" in program.native_libs and emitted.rust
    assert project.emit("build --bin my-app")[0].fingerprint == program.fingerprint
    (project.root / "phys" / "src" / "lib.rs").write_text(FILES["phys/src/lib.rs"] + "\npub fn more() {}\n")
    assert project.emit("build --bin my-app")[0].fingerprint != program.fingerprint
    # Build scripts and proc macros are machine code, linked by the user's own linker.
    host = project.session("build").emit_dir / "debug"
    macros = list((host / "deps").glob("libmac-*.so"))
    scripts = list((host / "build").glob("my-app-*/build-script-build"))
    assert macros and scripts
    assert all(path.read_bytes()[:4] == b"\x7fELF" for path in (*macros, *scripts))


def test_compile_errors_are_cargos_own(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    path = project.root / "app" / "src" / "bin" / "other.rs"
    path.write_text("fn main() { let x: u32 = 1.5; }")
    try:
        with pytest.raises(CompilerError) as caught:
            project.emit("build --bin other")
        err = capfd.readouterr().err
        plain = subprocess.run(
            ["cargo", "build", "--bin", "other"], cwd=project.root, capture_output=True, text=True, check=False
        )
    finally:
        path.write_text(FILES["app/src/bin/other.rs"])
    assert caught.value.exit_code == 4
    message = plain.stderr[plain.stderr.index("error[E0308]") : plain.stderr.index("For more information")]
    assert message in err


def test_default_run_and_workspace_member(project: Project) -> None:
    assert project.session("run").default_bin == ("my-app", "my-app")
    inner = open_session(Runner(), ["run"], project.root / "phys")
    assert inner.default_bin is None
    assert inner.target_dir == project.root / "target"


def test_crates_that_a_program_never_names(project: Project) -> None:
    """rustc leaves them out of the link; a derivative may still be of one of their functions."""
    programs = {program.name: program for program in project.emit("build -p my-app")}
    assert [path.name.split("-")[0] for path in programs["other"].emitted.libraries] == ["libmy_app", "libphys"]
    assert programs["other"].unnamed == ()
    source = project.root / "app/src/bin/other.rs"
    source.write_text("fn main() {}")
    try:
        programs = {program.name: program for program in project.emit("build -p my-app")}
    finally:
        source.write_text(FILES["app/src/bin/other.rs"])
    assert programs["other"].emitted.libraries == ()
    assert len(programs["other"].unnamed) == 2
    assert programs["my-app"].unnamed == ()


def test_shared_libraries_and_library_crates(project: Project) -> None:
    manifest = project.root / "phys" / "Cargo.toml"
    manifest.write_text(FILES["phys/Cargo.toml"] + '[lib]\ncrate-type = ["cdylib", "rlib"]\n')
    try:
        programs = emit_ir(project.session("build -p phys"), libraries=True)
    finally:
        manifest.write_text(FILES["phys/Cargo.toml"])
    assert [(program.name, program.kind) for program in programs] == [("phys", "cdylib"), ("phys", "lib")]
    assert programs[1].emitted.objects[0].suffix == ".rlib"


def test_unoptimized_profiles_keep_what_the_engine_needs(project: Project) -> None:
    (program,) = project.emit("build -p phys --lib") or emit_ir(project.session("build -p phys"), libraries=True)
    member = program.emitted.objects[0].read_bytes()
    assert b"BC\xc0\xde" in member  # the rlib's members are bitcode


def test_toolchain_is_what_rustc_says(project: Project) -> None:
    toolchain = project.session("build").toolchain
    assert toolchain.llvm_version[0] >= 19 and toolchain.libdir.is_dir()
    if shutil.which("rustup"):  # no registry has rustup, and without it no toolchain has a name
        assert project.session("+stable build").toolchain.channel == "stable"
    with pytest.raises(ToolError) as caught:
        project.session("+no-such-toolchain build")
    assert caught.value.code == "toolchain-missing"


def test_interrupts_and_broken_manifests(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    manifest = project.root / "phys" / "Cargo.toml"
    manifest.write_text("[package]\nname = 1\n")
    try:
        with pytest.raises(CompilerError) as caught:
            project.session("build")
    finally:
        manifest.write_text(FILES["phys/Cargo.toml"])
    assert caught.value.code == "cargo-failed"
    assert "invalid type" in capfd.readouterr().err


def test_two_builds_at_once(project: Project) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: emit_ir(project.session("build --bin my-app")), range(2))
    assert first == second


def test_the_users_own_wrapper_stays(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = tmp_path / "user-wrapper"
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/log"\nexec "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("RUSTC_WRAPPER", str(wrapper))
    monkeypatch.setenv("CARGO_TARGET_DIR", str(tmp_path / "target"))
    assert project.build("build -p my-app --bin my-app") == 0
    log = (tmp_path / "log").read_text().splitlines()
    linked = [line for line in log if "main.rs" in line]
    assert len(linked) == 2 and "-Clinker-plugin-lto" in linked[0] and "-Clink-arg=" in linked[1]
    assert any("build_script_build" in line and "-Clinker=" not in line for line in log)


def test_no_place_to_write(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CARGO_TARGET_DIR", str(tmp_path / "file"))
    with pytest.raises(UsageError) as caught:
        project.emit("build")
    assert caught.value.code == "cannot-write"
