"""The corpus of types, fixtures/{rust,c}/types: every construct in each mode, against finite differences.

``python tools/types_table.py`` runs it without seeds as well and prints the table of docs/types.md.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator

import pytest
from types_table import MODES, Corpus, constructs

BOTH = MODES
CONFLICT = "a memory slot is a float here and an integer or a pointer there"
UNREACHED = "the tree does not tell that a float can be reached"
RETURNED = "a struct of a float and an integer, returned in registers, loses its adjoint"
INDIRECT = "forward derivatives behind a function pointer return the tangent alone, their calls expect the primal too"
UNSOUND = "the tree says what is not so: behind a union in a union, a counted slice, a vtable"
ENDLESS = "the engine does not end"
BITS = "total_cmp: floats that are loaded as integers, compared bit by bit and stored as integers lose their adjoint"

# What does not work yet, and why.
NOT_YET: dict[tuple[str, str], str] = {
    (label, mode): reason
    for reason, modes, labels in (
        (UNSOUND, BOTH, "rust/arc_of_slice c/variant c/virtual_bases"),
        (ENDLESS, BOTH, "rust/btree_map_made_inside rust/enum_btree_map"),
        (
            INDIRECT,
            ("forward",),
            """
            rust/closure_boxed rust/dyn_generic_reference rust/function_pointer c/function
            c/function_pointers c/member_function_pointers
            """,
        ),
        (
            "the shadow of a vtable is a vtable of derivatives, which no program can make",
            BOTH,
            """
            rust/dyn_by_reference c/virtual_functions_by_reference
            """,
        ),
        (
            CONFLICT,
            BOTH,
            """
            rust/enum_black_box rust/enum_f32_f64 rust/enum_hash_map rust/enum_tree_made_inside
            rust/enum_vec rust/hash_map_made_inside rust/result_box_error
            c/tagged_made_inside c/union_pointer_or_integer c/unordered_map c/variant_made_inside
            """,
        ),
        (CONFLICT, ("reverse",), "rust/enum_volatile rust/result_question c/function"),
        ("an assertion of the engine", ("reverse",), "rust/enum_expression_tree"),
        ("an assertion of the engine", ("forward",), "rust/hash_map_fixed_hasher"),
        (
            UNREACHED,
            BOTH,
            """
            rust/enum_float_int_pointer rust/hash_map_by_reference rust/union_float_or_integer
            rust/union_float_or_pointer c/union_float_or_integer c/union_float_or_pointer
            """,
        ),
        (RETURNED, ("reverse",), "rust/enum_returned rust/option_question c/struct_returned"),
        (
            "nested loops with several exits: caches of another iteration are read",
            ("reverse",),
            """
            rust/enum_through_iterators
            """,
        ),
        ("floats in an integer", BOTH, "rust/f32_pair_returned rust/rc_made_inside"),
        (
            "a copy whose type is not known",
            ("reverse",),
            """
            rust/hash_map_fixed_hasher rust/slice_of_tuples rust/vec_deque_made_inside c/vector
            """,
        ),
        (BITS, ("reverse",), "rust/vec_made_inside"),
        ("complex division has a wrong derivative", BOTH, "c/complex"),
        ("cexp and csqrt have no derivative", BOTH, "c/complex_functions"),
        ("a square root that is computed too early: 0 times infinity", ("reverse",), "c/optional"),
        ("the wrapper names a type that its module does not have", BOTH, "c/struct_large_by_value"),
    )
    for label in labels.split()
    for mode in modes
}
ALL = {construct.label: construct for construct in constructs()}
# Right with seeds and not without: (construct, mode).
DECIDED_BY_SEEDS = (
    ("rust/rc_by_reference", "reverse"),
    ("rust/refcell_by_reference", "forward"),
    ("c/struct_copied", "reverse"),
)
X86_ONLY = ("rust/simd_128", "rust/simd_256", "c/long_double")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    yield Corpus(tmp_path_factory.mktemp("types"))


def cases(*, failing: bool) -> list[object]:
    found = []
    for label in ALL:
        for mode in MODES:
            reason = NOT_YET.get((label, mode))
            marks: list[pytest.MarkDecorator] = []
            if label in X86_ONLY:
                marks.append(pytest.mark.skipif(platform.machine() != "x86_64", reason="x86-64 only"))
            if reason == ENDLESS:
                marks.append(pytest.mark.slow)
            if reason == UNSOUND or (reason and not failing):
                marks.append(pytest.mark.xfail(reason=reason, strict=True))
            if reason or not failing:
                found.append(pytest.param(label, mode, marks=marks, id=f"{label}-{mode}"))
    return found


@pytest.mark.parametrize(("label", "mode"), cases(failing=False))
def test_construct(label: str, mode: str, corpus: Corpus) -> None:
    outcome = corpus.judge(ALL[label], mode)
    assert outcome.right, f"{outcome.verdict}\n{outcome.output}"


# What works with seeds cannot violate this, so only the rest is built without them.  Where trees are known to be
# wrong (UNSOUND), the failure is expected.
@pytest.mark.parametrize(("label", "mode"), cases(failing=True))
def test_what_fails_with_seeds_fails_without(label: str, mode: str, corpus: Corpus) -> None:
    assert corpus.judge(ALL[label], mode).right or not corpus.judge(ALL[label], mode, seeds=False).right


@pytest.mark.parametrize(("label", "mode"), DECIDED_BY_SEEDS)
def test_seeds_make_it_right(label: str, mode: str, corpus: Corpus) -> None:
    assert corpus.judge(ALL[label], mode).right
    assert not corpus.judge(ALL[label], mode, seeds=False).right


def test_every_construct_is_named_rightly() -> None:
    assert len(ALL) >= 75
    assert set(NOT_YET) <= {(label, mode) for label in ALL for mode in MODES}
    for construct in ALL.values():
        folder = construct.source.parent.parent if construct.rust else construct.source.parent
        assert (folder / "specs" / f"{construct.name}.toml").is_file()
