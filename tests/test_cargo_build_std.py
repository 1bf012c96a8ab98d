"""--build-std with Debian's rustc-web, cargo-web and rust-web-src."""

from __future__ import annotations

from pathlib import Path

import pytest

from ad_build.cargo.build import final_build
from ad_build.cargo.emit import emit_ir
from ad_build.cargo.session import open_session
from ad_build.process import Runner


@pytest.mark.slow
def test_std_is_the_same_in_both_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n')
    (tmp_path / "src/main.rs").write_text('fn main() { println!("{}", [1.0f64].iter().sum::<f64>()); }')
    session = open_session(Runner(), ["run"], tmp_path, build_std=True)
    (program,) = emit_ir(session)
    names = {path.name for path in program.emitted.std_libraries}
    assert {"libstd", "libcore", "liballoc"} <= {name.split("-")[0] for name in names}
    assert not program.emitted.libraries
    assert all(path.is_relative_to(session.emit_dir) for path in program.emitted.std_libraries)
    assert final_build(session, {}) == 0
    assert capfd.readouterr().out == "1\n"
    # Names carry the hash from which the symbols are made: the archive finds pass 1's symbols in pass 2's std.
    built = {path.name for path in (tmp_path / "target" / session.targets[0] / "debug" / "deps").glob("*.rlib")}
    assert names <= built
