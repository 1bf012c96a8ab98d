"""Attributes as requests: the fixture in several profiles, what is refused and how, and adding the companion crate."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, AdBuild

from ad_build.cargo.manifest import add_companion, manifest_of, with_dependency
from ad_build.errors import UsageError

COMPANION = ROOT / "ad_build/cargo/companion/ad-build"


@dataclass(frozen=True)
class Workplace:
    """The fixture in a copy, and a target directory that all tests share."""

    folder: Path
    target: Path
    ad_build: AdBuild

    def cargo(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.ad_build(
            "cargo", *words, cwd=cwd or self.folder / "fixtures/rust/attributes", CARGO_TARGET_DIR=str(self.target)
        )


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attributes")
    skipped = shutil.ignore_patterns("target")
    for part in ("fixtures/rust/attributes", "fixtures/rust/checks", "ad_build/cargo/companion"):
        shutil.copytree(ROOT / part, folder / part, ignore=skipped)
    return folder


@pytest.fixture
def work(_folder: Path, ad_build: AdBuild) -> Workplace:
    return Workplace(folder=_folder, target=_folder / "target", ad_build=ad_build)


Write = Callable[..., Path]


@pytest.fixture
def crate(tmp_path: Path) -> Write:
    """Writes a crate that depends on the companion crate."""

    def write(source: str, *, name: str = "asked", spec: str = "") -> Path:
        (tmp_path / "src").mkdir()
        (tmp_path / "src/main.rs").write_text(source)
        (tmp_path / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n\n'
            f'[dependencies]\nad-build = {{ path = "{COMPANION}" }}\n'
        )
        if spec:
            (tmp_path / "autodiff.toml").write_text(spec)
        return tmp_path

    return write


PROFILES = [
    pytest.param(("--release",), id="release"),
    pytest.param((), id="dev", marks=pytest.mark.slow),
    pytest.param(("--profile", "abort"), id="abort", marks=pytest.mark.slow),
    pytest.param(("--profile", "fat"), id="fat", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_shape_of_function(work: Workplace, profile: tuple[str, ...]) -> None:
    done = work.cargo("run", *profile)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" ok\n") >= 50
    assert "FAILED" not in done.stdout
    names = [path for path in work.target.rglob("*.json") if "libattributes" in path.name]
    assert names
    assert all("d_unused" not in path.read_text() for path in names)


def test_attributes_and_a_spec_together(work: Workplace, crate: Write) -> None:
    folder = crate(
        """
        #[ad_build::autodiff_reverse(d_square, Active, Active)]
        fn square(x: f64) -> f64 { x * x }
        #[unsafe(no_mangle)]
        pub extern "C" fn quart(x: &f64) -> f64 { x * x * x * x }
        unsafe extern "C" { fn d_quart(x: &f64, dx: &mut f64, seed: f64) -> f64; }
        fn main() {
            let mut slope = 0.0;
            let value = unsafe { d_quart(&2.0, &mut slope, 1.0) };
            println!("{:?} {value} {slope}", d_square(3.0, 1.0));
        }
        """,
        spec='[[derivative]]\nfunction = "quart"\nname = "d_quart"\nmode = "reverse"\nargs = ["Duplicated"]\n'
        'ret = "Active"\n',
    )
    done = work.cargo("--spec", "autodiff.toml", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(9.0, 6.0) 16 32\n"


REFUSED = {
    "payload-enum": (
        """
        #[derive(Clone, Copy)] enum Kind { One(f64), Two(f64, f64) }
        #[ad_build::autodiff_reverse(d_value, Active, Active)]
        fn value(kind: Kind) -> f64 { match kind { Kind::One(x) => x, Kind::Two(x, y) => x * y } }
        fn main() { d_value(Kind::One(1.0), 1.0); d_value(Kind::Two(1.0, 2.0), 1.0); }
        """,
        ("wrong-activity", "asked::d_value", "is an enum, and its shadow would have to be of the same variant"),
    ),
    "reference": (
        """
        #[derive(Clone, Copy)] struct View<'a> { scale: f64, values: &'a f64 }
        #[ad_build::autodiff_reverse(d_value, Active, Active)]
        fn value(view: View<'_>) -> f64 { view.scale * view.values }
        fn main() { d_value(View { scale: 1.0, values: &2.0 }, 1.0); }
        """,
        ("wrong-activity", "asked::d_value", "values: &f64 is a pointer"),
    ),
    "result-with-pointer": (
        """
        #[ad_build::autodiff_reverse(d_value, Duplicated, Active)]
        fn value(x: &f64) -> Box<f64> { Box::new(x * x) }
        fn main() { let mut dx = 0.0; d_value(&2.0, &mut dx, Box::new(1.0)); }
        """,
        ("wrong-activity", "asked::d_value", "pointer"),
    ),
    "generic-impl": (
        """
        struct Scale<T>(T);
        impl<T: Copy + Into<f64>> Scale<T> {
            #[ad_build::autodiff_reverse(d_times, Const, Active, Active)]
            fn times(&self, x: f64) -> f64 { self.0.into() * x }
        }
        fn main() { Scale(1.0_f32).d_times(1.0, 1.0); Scale(2.0_f64).d_times(1.0, 1.0); }
        """,
        ("generic-request", "asked::d_times", "#[autodiff_impl]"),
    ),
}


@pytest.mark.parametrize(("source", "parts"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(work: Workplace, crate: Write, source: str, parts: tuple[str, ...]) -> None:
    done = work.cargo("build", cwd=crate(source))
    assert done.returncode in (2, 5), done.stderr
    for part in parts:
        assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_printed_inside(work: Workplace, crate: Write) -> None:
    """Once for each call, whatever the mode, and without effect on the derivative."""
    folder = crate(
        """
        use std::io::Write;
        #[ad_build::autodiff_reverse(d_cube, Active, Active)]
        #[ad_build::autodiff_forward(t_cube, Dual, Dual)]
        fn cube(x: f64) -> f64 { println!("at {x}"); let y = x * x; eprintln!("{y:.3}"); dbg!(y * x) }
        #[ad_build::autodiff_reverse(d_sum, Duplicated, Active)]
        fn sum(x: &[f64]) -> f64 {
            let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
            writeln!(std::io::stdout().lock(), "{squares:?}").unwrap();
            squares.iter().sum()
        }
        fn main() {
            let (x, mut slope) = ([1.0, 2.0], [0.0; 2]);
            println!("{:?} {:?}", d_cube(2.0, 1.0), t_cube(2.0, 1.0));
            println!("{}", d_sum(&x, &mut slope, 1.0));
            println!("{slope:?}");
        }
        """
    )
    done = work.cargo("run", "-q", "--release", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "at 2\nat 2\n(8.0, 12.0) (8.0, 12.0)\n[1.0, 4.0]\n5\n[2.0, 4.0]\n"
    assert done.stderr.count("4.000\n") == 2
    assert done.stderr.count("y * x = 8.0") == 2


STOPPING = """
use std::sync::atomic::{AtomicUsize, Ordering};
#[ad_build::autodiff_reverse(d_apply, Const, Active, Active)]
pub fn apply(f: &dyn Fn(f64) -> f64, x: f64) -> f64 { x * f(x) }
static CALLS: AtomicUsize = AtomicUsize::new(0);
fn main() {
    let k = std::env::args().count() as f64 / 2.0;
    let which = std::env::args().nth(1).unwrap_or_default();
    println!("{:?}", d_apply(&|x| { eprintln!("at {x}"); x * k }, 1.5, 1.0));
    let f: &dyn Fn(f64) -> f64 = match &*which {
        "variable" => &|x| { CALLS.fetch_add(1, Ordering::SeqCst); x * x },
        "thread" => &|x| std::thread::spawn(move || x * x).join().unwrap(),
        _ => &|x| if x > 1.0 { panic!("too large: {x}") } else { x },
    };
    println!("{:?}", d_apply(f, 1.5, 1.0));
}
"""


def test_closures_from_outside_that_have_no_derivative(work: Workplace, crate: Write) -> None:
    folder = crate(STOPPING)
    done = work.ad_build("-v", "cargo", "build", "--release", cwd=folder, CARGO_TARGET_DIR=str(work.target))
    assert done.returncode == 0, done.stderr
    for number in (0, 1):
        name = f"asked::main::{{closure#{number}}}"
        assert f"note: {name} is not differentiated where it comes from outside" in done.stderr
    for which, status, message in (
        ("variable", -6, "called a function through a pointer that has no derivative"),
        ("thread", -6, "called a function through a pointer that has no derivative"),
        ("panic", 101, "too large: 1.5"),
    ):
        ran = subprocess.run([work.target / "release/asked", which], capture_output=True, text=True, check=False)
        assert ran.returncode == status, ran.stderr
        assert ran.stdout == "(2.25, 3.0)\n"
        assert ran.stderr.startswith("at 1.5\n")
        assert message in ran.stderr


TWICE = """
pub fn curve(k: f64) -> impl Fn(f64) -> f64 { move |x| x * x * k }
"""


def test_modules_that_belong_to_two_crates_of_one_name(work: Workplace, crate: Write) -> None:
    """Nothing tells the library's closure from the program's: neither is called in place of the other."""
    folder = crate(
        """
        mod twice;
        fn main() {
            let k = std::env::args().count() as f64;
            let own = |x: f64| x * x * x * k;
            println!("{:?}", asked::d_apply(&own, 1.5, 1.0));
            println!("{:?}", asked::d_apply(&twice::curve(k), 1.5, 1.0));
            println!("{:?}", asked::d_apply(&asked::twice::curve(k), 1.5, 1.0));
        }
        """
    )
    (folder / "src/twice.rs").write_text(TWICE)
    (folder / "src/lib.rs").write_text(
        """
        pub mod twice;
        #[ad_build::autodiff_reverse(d_apply, Const, Active, Active)]
        pub fn apply(f: &dyn Fn(f64) -> f64, x: f64) -> f64 { x * f(x) }
        """
    )
    done = work.cargo("run", "--release", cwd=folder)
    assert done.stdout == "(5.0625, 13.5)\n"
    assert "cannot be told from another one" in done.stderr


def test_enums_in_debug_builds(work: Workplace, crate: Write) -> None:
    """Their tags are compared on entry, but for a result's: there is none yet."""
    folder = crate(
        """
        #[ad_build::autodiff_forward(t_square, 2, Dual, Dual)]
        #[ad_build::autodiff_reverse(d_square, Duplicated, Active)]
        fn square(x: &Option<f64>) -> Option<f64> { x.map(|x| x * x) }
        fn main() {
            println!("{:?}", t_square(&Some(2.0), &Some(1.0), &Some(10.0)));
            let mut shadow = if std::env::args().len() > 1 { None } else { Some(0.0) };
            println!("{:?} {shadow:?}", d_square(&Some(3.0), &mut shadow, Some(1.0)));
        }
        """
    )
    done = work.cargo("run", "-q", cwd=folder)
    found = "[Some(4.0), Some(4.0), Some(40.0)]\nSome(9.0) Some(6.0)\n"
    assert (done.returncode, done.stdout) == (0, found), done.stderr
    done = work.cargo("run", "-q", "--", "none", cwd=folder)
    assert done.returncode != 0
    assert "ad-build: asked::d_square: the shadow of `x` is another variant" in done.stderr


def test_nothing_is_asked_for(work: Workplace, crate: Write) -> None:
    folder = crate("fn main() {}")
    done = work.cargo("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "no program of this build calls a derivative" in done.stderr
    (folder / "Cargo.lock").unlink()
    (folder / "Cargo.toml").write_text('[package]\nname = "asked"\nversion = "0.1.0"\nedition = "2024"\n')
    done = work.cargo("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "nothing asks for a derivative" in done.stderr
    assert "ad-build cargo init" in done.stderr


# --- ad-build cargo init, ad-build crate-dir ----------------------------------------------------------------------


LINE = 'ad-build = { path = "/x/ad-build" }'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[package]\n", f"[package]\n\n[dependencies]\n{LINE}\n"),
        ("[package]", f"[package]\n\n[dependencies]\n{LINE}\n"),
        (
            "# top\n[dependencies] # what we need\nrand = '1'  # dice\n\n[features]\n",
            f"# top\n[dependencies] # what we need\n{LINE}\nrand = '1'  # dice\n\n[features]\n",
        ),
        ("[dependencies]", f"[dependencies]\n{LINE}\n"),
        ("[package]\r\n[dependencies]\r\n", f"[package]\r\n[dependencies]\r\n{LINE}\r\n"),
    ],
)
def test_where_the_dependency_goes(before: str, after: str) -> None:
    assert with_dependency(before, LINE) == after


PACKAGE = '[package]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[workspace]\n", "no-package"),
        (f'{PACKAGE}[dependencies]\nad-build = "0.1"\n', "already-there"),
        (f'{PACKAGE}[dependencies]\nad = {{ package = "ad-build", path = "x" }}\n', "already-there"),
        (f'dependencies = {{ rand = "1" }}\n{PACKAGE}', "unusual-manifest"),
        ("[package\n", "bad-manifest"),
    ],
)
def test_manifests_that_are_left_alone(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "Cargo.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        add_companion(path, Path("/x/ad-build"))
    assert caught.value.code == code
    assert path.read_text() == text


def test_arguments_of_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no .*Cargo\.toml"):
        manifest_of((), tmp_path)
    with pytest.raises(UsageError, match="--lib"):
        manifest_of(("--lib",), tmp_path)


def test_from_init_to_a_gradient(work: Workplace, crate: Write) -> None:
    folder = crate(
        """
        #[ad_build::autodiff_reverse(d_energy, Duplicated, Active)]
        fn energy(x: &[f64]) -> f64 { x.iter().map(|x| x * x).sum() }
        fn main() {
            let mut gradient = [0.0; 2];
            let value = d_energy(&[3.0, 4.0], &mut gradient, 1.0);
            println!("{value} {gradient:?}");
        }
        """
    )
    manifest = folder / "Cargo.toml"
    manifest.write_text('[package]\nname = "asked"\nversion = "0.1.0"\nedition = "2024" # the newest\n')
    done = work.cargo("init", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "next: " in done.stderr
    assert manifest.read_text().endswith(
        "# the newest\n\n[dependencies]\n" + f'ad-build = {{ path = "{COMPANION}" }}\n'
    )
    again = work.cargo("init", cwd=folder)
    assert again.returncode == 2
    assert "error[already-there]" in again.stderr
    done = work.cargo("run", "-q", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "25 [6.0, 8.0]\n"), done.stderr
    assert work.ad_build("crate-dir", cwd=folder).stdout == f"{COMPANION}\n"
