"""The corpus of types, fixtures/{rust,c}/types: every construct in each mode, against finite differences.

``python tools/types_table.py`` runs it without seeds as well and prints the table of docs/types.md.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator

import pytest
from types_table import MODES, Corpus, constructs

# What does not work yet, in which modes, and why.
_NOT_YET: tuple[tuple[str, str, str], ...] = ()
NOT_YET = {(label, mode): reason for label, modes, reason in _NOT_YET for mode in modes.split()}
ALL = {construct.label: construct for construct in constructs()}
# Right with seeds and not without: (construct, mode).
DECIDED_BY_SEEDS = (
    # Arguments of what is differentiated.
    ("c/struct_copied", "reverse"),
    # Copies of arrays whose length is known at run time only.
    ("c/copied_array", "reverse"),
    ("c/vector_of_records", "reverse"),
    ("rust/vec_of_records", "reverse"),
    # Copies of constant length, of what only debug info tells.
    ("c/unordered_map_of_numbers", "reverse"),
    # Parameters of callees, allocations and local variables.
    ("rust/sorted_long", "reverse"),
    ("rust/rc_made_inside", "reverse"),
)
# Half a minute of processor time each.
SLOW = ("rust/btree_map_grows", "rust/enum_btree_map", "rust/slice_of_tuples")
X86_ONLY = ("rust/simd_128", "rust/simd_256", "c/long_double")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    yield Corpus(tmp_path_factory.mktemp("types"))


def cases() -> list[object]:
    found = []
    for label in ALL:
        for mode in MODES:
            reason = NOT_YET.get((label, mode))
            marks: list[pytest.MarkDecorator] = []
            if label in X86_ONLY:
                marks.append(pytest.mark.skipif(platform.machine() != "x86_64", reason="x86-64 only"))
            if label in SLOW:
                marks.append(pytest.mark.slow)
            if reason:
                marks.append(pytest.mark.xfail(reason=reason, strict=True))
            found.append(pytest.param(label, mode, marks=marks, id=f"{label}-{mode}"))
    return found


@pytest.mark.parametrize(("label", "mode"), cases())
def test_construct(label: str, mode: str, corpus: Corpus) -> None:
    outcome = corpus.judge(ALL[label], mode)
    assert outcome.right, f"{outcome.verdict}\n{outcome.output}"


# What works with seeds cannot violate this, so only the rest is built without them.
def test_what_fails_with_seeds_fails_without(corpus: Corpus) -> None:
    for label, mode in NOT_YET:
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
