"""Which function a request names.  The symbols are those that rustc 1.95 and clang 22 gave the sources quoted below."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from ad_build.demangle import demangle, rust_identity, split_rust
from ad_build.errors import ErrorGroup, UsageError
from ad_build.model import Mode, Request
from ad_build.names import FunctionName, name_functions, resolve
from ad_build.qualified import parse_name

# pub mod physics {
#     pub struct Model;  impl Model { pub fn energy(&self, x: f64) -> f64 }
#     pub trait Potential { fn at(&self, r: f64) -> f64; }  implemented for Model and f64
#     pub struct View<'a, T>(&'a [T]);  impl View { pub fn total(&self) -> f64 }
# }
# pub fn norm<T>(x: &[T]) -> f64;  pub fn fixed<const N: usize>(x: [f64; N]) -> f64;
# pub fn neg<const N: i32, const B: bool, const C: char>() -> f64;  pub fn gen<F: Fn(f64) -> f64>(f: F) -> f64
_RUST = {
    "_RINvCsatdfoCJcp2e_1k3genNCNvB2_7use_all0EB2_": "k::gen::<k::use_all::{closure#0}>",
    "_RINvCsatdfoCJcp2e_1k3genNvMNtCsjrHSEGnQ3l9_3std3f64d3sinEB2_": "k::gen::<<f64>::sin>",
    "_RINvCsatdfoCJcp2e_1k3negKln3_Kb1_Kc61_EB2_": "k::neg::<-3, true, 'a'>",
    "_RINvCsatdfoCJcp2e_1k4normdEB2_": "k::norm::<f64>",
    "_RINvCsatdfoCJcp2e_1k4normfEB2_": "k::norm::<f32>",
    "_RINvCsatdfoCJcp2e_1k5fixedKj3_EB2_": "k::fixed::<3>",
    "_RNvCsatdfoCJcp2e_1k5apply": "k::apply",
    "_RNvMNtCsatdfoCJcp2e_1k7physicsNtB2_5Model6energy": "<k::physics::Model>::energy",
    "_RNvMs1_NtCsatdfoCJcp2e_1k7physicsINtB5_4ViewdE5totalB7_": "<k::physics::View<f64>>::total",
    "_RNvMs1_NtCsatdfoCJcp2e_1k7physicsINtB5_4ViewfE5totalB7_": "<k::physics::View<f32>>::total",
    "_RNvXNtCsatdfoCJcp2e_1k7physicsNtB2_5ModelNtB2_9Potential2at": "<k::physics::Model as k::physics::Potential>::at",
    "_RNvXs_NtCsatdfoCJcp2e_1k7physicsdNtB4_9Potential2at": "<f64 as k::physics::Potential>::at",
}
_LEGACY = {
    "_ZN1k4norm17h6e2cfbee30edf0a8E": "k::norm",
    "_ZN1k7physics13View$LT$T$GT$5total17haedc721d6022c89fE": "k::physics::View<T>::total",
    "_ZN45_$LT$f64$u20$as$u20$k..physics..Potential$GT$2at17h6e3f2b6d4749cf40E": "<f64 as k::physics::Potential>::at",
    "_ZN1k7use_all17h8517f34f77dcacabE.llvm.123": "k::use_all",
}
_CXX = {
    "_Z6ns_useN2ns1AE": "ns_use(ns::A)",
    "_ZL4statd": "stat(double)",
    "_ZN2ns12_GLOBAL__N_16hiddenEd": "ns::(anonymous namespace)::hidden(double)",
    "_ZN2ns1A2stEPKdm": "ns::A::st(double const*, unsigned long)",
    "_ZN2ns1AC1Ed": "ns::A::A(double)",
    "_ZN2ns1AC2Ed": "ns::A::A(double)",
    "_ZN2ns1AclEd": "ns::A::operator()(double)",
    "_ZN2ns1fEd": "ns::f(double)",
    "_ZN2ns1fEdi": "ns::f(double, int)",
    "_ZN2ns4normIdEET_PKS1_i": "double ns::norm<double>(double const*, int)",
    "_ZN2ns4normIfEET_PKS1_i": "float ns::norm<float>(float const*, int)",
    "_ZN2ns4pickEPFddEPKPKd": "ns::pick(double (*)(double), double const* const*)",
    "_ZN2nsplENS_1AES0_": "ns::operator+(ns::A, ns::A)",
    "_ZNK2ns1A6energyEd": "ns::A::energy(double) const",
    "_ZNK2ns1VILi3EE5totalEv": "ns::V<3>::total() const",
    "_ZN2ns3vecERKSt6vectorIdSaIdEERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEjl": "ns::vec("
    "std::vector<double, std::allocator<double>> const&, "
    "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>> const&, unsigned int, long)",
}
_PROGRAM = tuple(name_functions([*_RUST, *_CXX, "plain"]))


def _request(function: str, name: str = "d") -> Request:
    return Request(function=function, name=name, mode=Mode.REVERSE, where="spec.toml:1 derivative[0]")


def _resolve(function: str, candidates: tuple[FunctionName, ...] = _PROGRAM, declared: tuple[str, ...] = ()) -> str:
    (resolved,) = resolve([_request(function)], candidates, declared)
    return resolved.symbol


def _refused(
    function: str, candidates: tuple[FunctionName, ...] = _PROGRAM, declared: tuple[str, ...] = ()
) -> UsageError:
    with pytest.raises(UsageError) as caught:
        _resolve(function, candidates, declared)
    assert caught.value.where == "spec.toml:1 derivative[0].function"
    return caught.value


# --- demangling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("symbol", "path"), [*_RUST.items(), *_LEGACY.items(), *_CXX.items()])
def test_demangled(symbol: str, path: str) -> None:
    assert demangle(symbol) == path
    assert demangle(f"_{symbol}") == path  # as Mach-O has it


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        ("main", "main"),
        ("", ""),
        ("_R", "_R"),
        ("_Z", "_Z"),
        ("_Znonsense", "_Znonsense"),
        ("_RNvCsatdfoCJcp2e_1k9tooshort", "_RNvCsatdfoCJcp2e_1k9tooshort"),
        ("_RNvB_1f", "_RNvB_1f"),
        ("_R1NvC1k1f", "_R1NvC1k1f"),  # a version of the encoding that does not exist yet
        ("_RNvC1k1f.llvm.4395460611205378856", "k::f"),
        ("_RNvCsatdfoCJcp2e_1ku9gre_6ka8i", "k::größe"),
        ("_RNvNtCsatdfoCJcp2e_1ku3_9cau5_2_dha", "k::é::ü2"),
        ("_RINvC1k1fFG_RL0_dEdE", "k::f::<for<'a> fn(&'a f64) -> f64>"),
        ("_RINvC1k1fFUKCdEuE", 'k::f::<unsafe extern "C" fn(f64)>'),
        ("_RINvC1k1fDNtB2_1TEL_E", "k::f::<dyn k::T>"),
        ("_RINvC1k1fDINtB2_2FnTdEEp6OutputdEL_E", "k::f::<dyn k::Fn<(f64,), Output = f64>>"),
        ("_RINvC1k1fAdj3_SfRQhE", "k::f::<[f64; 3], [f32], &&mut u8>"),
    ],
)
def test_odd_symbols(symbol: str, path: str) -> None:
    assert demangle(symbol) == path


def test_a_symbol_that_would_explode_is_left_alone() -> None:
    # Each tuple holds the one before it twice.
    text = "_RINvC1a1bTTTTTTTTTTTTTTTTTTTTTTTTTTuEB9_EB8_EB7_EB6_EB5_EB4_EB3_EB2_EE"
    start = time.perf_counter()
    demangle(text)
    demangle("_RINvC1a1b" + "R" * 5000 + "dE")
    assert time.perf_counter() - start < 1


def test_copies_of_an_instance_have_one_identity() -> None:
    first = split_rust("_RINvCsatdfoCJcp2e_1k4normdECs1_3app")
    second = split_rust("_RINvCsatdfoCJcp2e_1k4normdECs2_5other")
    assert first == second == ("k::norm::<f64>", "_RINvCsatdfoCJcp2e_1k4normdE")


def test_identities_hold_from_build_to_build() -> None:
    """Symbols of the same source, built twice: back references stand elsewhere where a crate's hash is longer."""
    first = rust_identity("_RNvXs_Cs1_3appNtB4_4WellINtB4_5ModelBc_E4damp")
    second = rust_identity("_RNvXs_CsatdfoCJcp2e_3appNtB4_4WellINtB4_5ModelBm_E4damp")
    assert first is not None
    assert second is not None
    assert first[0] == second[0]
    assert first[1] != second[1]
    # Another impl of the same text (`cfg`), another closure of a function, another function of one name in two blocks.
    for symbol, other in (
        ("_RNvXs_Cs1_3appNtB4_4WellNtB4_5Model4damp", "_RNvXs0_Cs1_3appNtB5_4WellNtB5_5Model4damp"),
        ("_RNCNvCs1_3app4main0B4_", "_RNCNvCs1_3app4mains_0B4_"),
        ("_RNvNvCs1_3app4main5inner", "_RNvNvCs1_3app4mains_5inner"),
    ):
        one, two = rust_identity(symbol), rust_identity(other)
        assert one is not None
        assert two is not None
        assert one[0] != two[0]
    assert rust_identity("main") is None


def test_rust_std_against_llvm_cxxfilt() -> None:
    """Every 40th dynamic symbol of the compiler itself, which is Rust."""
    root = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    # Debian keeps it in lib/<triple>.
    library = next(path for place in ("lib", "lib/*") for path in Path(root).glob(f"{place}/librustc_driver-*.so"))
    nm = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
    symbols = sorted({line.split()[-1] for line in nm.stdout.splitlines()})
    symbols = [symbol for symbol in symbols if symbol.startswith("_R") and "." not in symbol][::40]
    assert len(symbols) > 200
    tool = next(tool for tool in ("llvm-cxxfilt", "llvm-cxxfilt-22", "llvm-cxxfilt-15") if shutil.which(tool))
    done = subprocess.run([tool], input="\n".join(symbols), capture_output=True, text=True, check=True)
    wrong = [pair for pair in zip(symbols, done.stdout.splitlines(), strict=True) if demangle(pair[0]) != pair[1]]
    assert wrong == []


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", [*_RUST, *_CXX, "plain"])
def test_by_symbol(symbol: str) -> None:
    assert _resolve(symbol) == symbol


@pytest.mark.parametrize("symbol", [symbol for symbol, path in _RUST.items() if "{" not in path])
def test_by_the_demangled_path(symbol: str) -> None:
    assert _resolve(_RUST[symbol]) == symbol


@pytest.mark.parametrize("symbol", [symbol for symbol in _CXX if "C2E" not in symbol])
def test_by_the_demangled_signature(symbol: str) -> None:
    assert _resolve(_CXX[symbol]) == symbol


@pytest.mark.parametrize(
    ("function", "path"),
    [
        ("k::apply", "k::apply"),
        (" k :: apply ", "k::apply"),
        ("k::norm<f64>", "k::norm::<f64>"),
        ("k::norm :: < f32 >", "k::norm::<f32>"),
        ("k::fixed", "k::fixed::<3>"),
        ("k::neg", "k::neg::<-3, true, 'a'>"),
        ("k::physics::Model::energy", "<k::physics::Model>::energy"),
        ("k::physics::View::<f64>::total", "<k::physics::View<f64>>::total"),
        ("k::physics::View<'_, f32>::total", "<k::physics::View<f32>>::total"),
        ("k::physics::Model::at", "<k::physics::Model as k::physics::Potential>::at"),
        ("< k::physics::Model as k::physics::Potential >::at", "<k::physics::Model as k::physics::Potential>::at"),
    ],
)
def test_rust_paths(function: str, path: str) -> None:
    assert demangle(_resolve(function)) == path


@pytest.mark.parametrize(
    ("function", "symbol"),
    [
        ("ns::f(double)", "_ZN2ns1fEd"),
        ("ns::f( double,int )", "_ZN2ns1fEdi"),
        ("ns::f(const double, int)", "_ZN2ns1fEdi"),
        ("ns::norm<double>", "_ZN2ns4normIdEET_PKS1_i"),
        ("ns::norm(const float *, int)", "_ZN2ns4normIfEET_PKS1_i"),
        ("ns::A::energy", "_ZNK2ns1A6energyEd"),
        ("ns::A::energy(double)", "_ZNK2ns1A6energyEd"),
        ("ns::A::A", "_ZN2ns1AC1Ed"),
        ("ns::A::operator ()", "_ZN2ns1AclEd"),
        ("ns::operator+", "_ZN2nsplENS_1AES0_"),
        ("ns::hidden", "_ZN2ns12_GLOBAL__N_16hiddenEd"),
        ("stat", "_ZL4statd"),
        ("ns_use(struct ns::A)", "_Z6ns_useN2ns1AE"),
        ("ns::A::st(const double *, std::size_t)", "_ZN2ns1A2stEPKdm"),
        ("ns::A::st(double const *, unsigned long int)", "_ZN2ns1A2stEPKdm"),
        ("ns::pick(double(*)(double), const double *const *)", "_ZN2ns4pickEPFddEPKPKd"),
        ("ns::V<3>::total", "_ZNK2ns1VILi3EE5totalEv"),
        ("ns::V::total(void)", "_ZNK2ns1VILi3EE5totalEv"),
        (
            "ns::vec(const std::vector<double> &, const std::string &, unsigned, int64_t)",
            "_ZN2ns3vecERKSt6vectorIdSaIdEERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEjl",
        ),
    ],
)
def test_cxx_names(function: str, symbol: str) -> None:
    assert _resolve(function) == symbol


def test_the_crate_may_be_named_as_its_package() -> None:
    program = tuple(name_functions(["_RNvC8my_crate1f", "_RNvXC8my_crateNtB2_1ANtB2_1T1g"]))
    assert _resolve("my-crate::f", program) == "_RNvC8my_crate1f"
    assert _resolve("<my-crate::A as my-crate::T>::g", program) == "_RNvXC8my_crateNtB2_1ANtB2_1T1g"


def test_an_inherent_method_goes_before_a_trait_method() -> None:
    inherent, trait = "_RNvMC1kNtB2_1A1f", "_RNvXC1kNtB2_1ANtB2_1T1f"
    assert _resolve("k::A::f", tuple(name_functions([trait, inherent]))) == inherent
    assert _resolve("<k::A as k::T>::f", tuple(name_functions([trait, inherent]))) == trait


def test_copies_in_several_crates_count_once() -> None:
    copies = ["_RINvCsatdfoCJcp2e_1k4normdECs1_3app", "_RINvCsatdfoCJcp2e_1k4normdECs2_5other"]
    assert _resolve("k::norm", tuple(name_functions(copies))) == copies[0]


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "listed"),
    [
        ("k::norm", ("k::norm::<f32>", "k::norm::<f64>")),
        ("k::physics::View::total", ("<k::physics::View<f32>>::total", "<k::physics::View<f64>>::total")),
        ("ns::f", ("ns::f(double) ", "ns::f(double, int) ")),
        ("ns::norm", ("ns::norm<double>(double const*, int)", "ns::norm<float>(float const*, int)")),
    ],
)
def test_ambiguous(function: str, listed: tuple[str, ...]) -> None:
    error = _refused(function)
    assert error.code == "ambiguous-function"
    assert error.note and all(name in error.note for name in listed) and "symbol _" in error.note


def test_a_long_list_is_cut() -> None:
    error = _refused("f", tuple(name_functions(f"_Z1f{kind}" for kind in "abcdefhijlmstvwxy")))
    assert error.note and error.note.endswith("\n... and 11 more")


def test_two_static_functions_of_one_name() -> None:
    both = tuple(name_functions(["f", "f.3"], local={"f", "f.3"}))
    assert _refused("f", both).code == "ambiguous-function"
    assert _resolve("f", tuple(name_functions(["f", "f.3"], local={"f.3"}))) == "f"


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        ("k::aply", "did you mean k::apply?"),
        ("kk::apply", "did you mean k::apply?"),
        ("energy", "did you mean k::physics::Model::energy, ns::A::energy(double) const?"),
        ("k::physics::Model::Energy", "did you mean k::physics::Model::energy?"),
        ("ns::F", "did you mean ns::f(double), ns::f(double, int)?"),
        ("plane", "did you mean plain?"),
        ("k::norm::<f16>", "did you mean k::norm::<f64>, k::norm::<f32>?"),
        ("ns::f(float)", "did you mean ns::f(double), ns::f(double, int)?"),
        ("zzz", "a function that nothing uses, or a generic one that nothing instantiates, is not compiled"),
    ],
)
def test_no_such_function(function: str, hint: str) -> None:
    error = _refused(function)
    assert error.code == "no-such-function"
    assert error.message == f"no function {function} in the program"
    assert error.hint and error.hint.startswith(hint)


def test_suggestions_leave_out_the_standard_library() -> None:
    std = "_RNvMNtCsjrHSEGnQ3l9_3std3f64d3sin"
    error = _refused("app::sin", tuple(name_functions([std, "_RNvCs1_3app4sine"])))
    assert error.hint == "did you mean app::sine?"


def test_only_declared() -> None:
    error = _refused("k::gone", _PROGRAM, ("_RNvCsatdfoCJcp2e_1k4gone", "puts"))
    assert error.code == "not-defined"
    assert _refused("puts", _PROGRAM, ("puts",)).code == "not-defined"
    assert _refused("puts", _PROGRAM).code == "no-such-function"


def test_a_closure() -> None:
    error = _refused("k::use_all::{closure#0}")
    assert error.code == "unsupported-function" and error.hint


def test_everything_is_reported_at_once() -> None:
    with pytest.raises(ErrorGroup) as caught:
        resolve([_request("nope"), _request("plain"), _request("ns::f")], _PROGRAM)
    assert [error.code for error in caught.value.errors] == ["no-such-function", "ambiguous-function"]


def test_names_that_are_not_ascii() -> None:
    assert _resolve("k::größe", tuple(name_functions(["_RNvCsatdfoCJcp2e_1ku9gre_6ka8i"]))).endswith("ka8i")


def test_any_text_can_be_asked_for() -> None:
    words = ["::", "<", ">", "(", ")", ",", "a", " ", "&", "*", "as", "operator", "-", "'x", "{", "}", "[", "é"]
    pick = random.Random(7)
    for _ in range(300):
        text = "".join(pick.choice(words) for _ in range(pick.randrange(1, 12)))
        parse_name(text)
        with pytest.raises(UsageError):
            resolve([_request(text)], _PROGRAM)


def test_a_large_program_is_searched_fast() -> None:
    symbols = [f"_RNvNtCs{number:x}_5crate6module{len(str(number)) + 1}f{number}" for number in range(20000)]
    program = tuple(name_functions(symbols))
    start = time.perf_counter()
    for number in range(50):
        _resolve(f"crate::module::f{number}", program)
    assert time.perf_counter() - start < 5
    start = time.perf_counter()
    _refused("crate::module::g7", program)
    assert time.perf_counter() - start < 3
