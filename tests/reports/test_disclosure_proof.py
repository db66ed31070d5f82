"""The proof itself: two tables of whole numbers for every target, and a check that takes nobody's word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.audit import Proof, is_proved, prove
from reports.lattice import Lattice, build_lattice
from reports.marks import hide_zeros_beside
from reports.moves import Budget
from reports.sensitive import Targets, find_targets, thresholds
from reports.small_numbers import SmallNumbers
from reports.suppression import hide_enough
from reports.tables import CountedTable, Dimension
from tests.reports.grids import counted, table_of

RULES = SmallNumbers()
TWO_WAY = counted(
    """
    form   |  F |  M | UNK
    SEX    | 12 |  2 |  20
    LABOUR | 30 | 15 |  17
    BEG    | 17 | 22 |   6
    """,
    "form x sex",
)
SERVICES = counted(
    """
    service | AL | RS
    SHELTER | 20 | 40
    LEGAL   |  3 | 30
    TOTAL   | 22 | 50
    """,
    "service x country",
    not_additive="service",
)


def test_every_target_has_a_low_and_a_high_table() -> None:
    """And all tables agree with every published number."""
    lattice, targets, proof = _proved(TWO_WAY)

    values = lattice.sums[targets.cells] @ proof.witnesses.T
    assert (values.min(axis=1) <= 1).all()
    assert (values.max(axis=1) >= RULES.threshold - 1).all()
    assert (proof.witnesses >= 0).all()
    assert _is_proved(lattice, targets, proof)


def test_a_proof_of_another_pattern_is_refused() -> None:
    """One more published number than the witnesses agree with."""
    lattice, targets, proof = _proved(TWO_WAY)
    moved = (lattice.sums @ (proof.witnesses - lattice.atom_counts).T != 0).any(axis=1)

    for cell in np.flatnonzero(moved):
        hidden = proof.hidden.copy()
        hidden[cell] = False
        assert not _is_proved(lattice, targets, replace(proof, hidden=hidden))


def test_a_proof_without_one_of_its_tables_is_refused() -> None:
    """Some target would be closed on one side."""
    lattice, targets, proof = _proved(TWO_WAY)

    assert not _is_proved(lattice, targets, replace(proof, witnesses=proof.witnesses[:1]))


def test_a_table_with_fewer_than_none_is_refused() -> None:
    """However well its sums agree."""
    lattice, targets, proof = _proved(TWO_WAY)
    everything = replace(proof, hidden=np.ones_like(proof.hidden), witnesses=proof.witnesses - 30)

    assert not _is_proved(lattice, targets, everything)


def test_a_table_in_which_a_service_has_more_persons_than_all_is_refused() -> None:
    """The limits between blocks are part of the check."""
    lattice, targets, proof = _proved(SERVICES)
    shelter = [lattice.cells[atom] for atom in lattice.atoms].index(("SHELTER", "AL"))
    wrong = proof.witnesses.copy()
    wrong[1:, shelter] += 1_000

    assert _is_proved(lattice, targets, proof)
    assert not _is_proved(
        lattice, targets, replace(proof, hidden=np.ones_like(proof.hidden), witnesses=wrong)
    )


def test_a_table_below_what_a_mark_tells_is_refused() -> None:
    """Where a zero would be printed, a `c` is one at least."""
    lattice, targets, proof = _proved(TWO_WAY)
    floors = proof.witnesses.min(axis=0)

    assert is_proved(lattice, proof, targets=targets, floors=floors)
    assert not is_proved(lattice, proof, targets=targets, floors=floors + 1)


@pytest.mark.parametrize(("shape", "seed"), [((3, 3, 3), 7), ((3, 3, 3), 17), ((4, 3, 3), 5)])
def test_where_half_persons_would_do_whole_ones_are_found(shape: tuple[int, int, int], seed: int) -> None:
    """In these tables a cheapest change comes out in fractions; with no budget to search on, less is published."""
    table = _three_way(shape, seed)
    lattice = build_lattice(table)
    targets, floors = _targets(table, lattice), np.zeros_like(lattice.atoms)
    nothing = np.zeros(len(lattice.cells), dtype=np.bool_)

    with_search = hide_enough(lattice, nothing, targets=targets, floors=floors, budget=Budget())
    without = hide_enough(lattice, nothing, targets=targets, floors=floors, budget=Budget(nodes=0))

    assert with_search.sum() < without.sum()


def _proved(table: CountedTable) -> tuple[Lattice, Targets, Proof]:
    lattice = build_lattice(table)
    targets = _targets(table, lattice)
    hidden = np.zeros(len(lattice.cells), dtype=np.bool_)
    hidden[targets.cells] = True
    proof = prove(
        lattice,
        hide_zeros_beside(lattice, hidden),
        targets=targets,
        floors=np.zeros_like(lattice.atoms),
        budget=Budget(),
    )
    assert proof is not None
    return lattice, targets, proof


def _targets(table: CountedTable, lattice: Lattice) -> Targets:
    nothing = np.zeros(len(lattice.cells), dtype=np.bool_)
    return find_targets(lattice, nothing, thresholds(table, lattice, RULES))


def _is_proved(lattice: Lattice, targets: Targets, proof: Proof) -> bool:
    return is_proved(lattice, proof, targets=targets, floors=np.zeros_like(lattice.atoms))


def _three_way(shape: tuple[int, int, int], seed: int) -> CountedTable:
    counts = np.random.default_rng(seed).choice([0, 1, 2, 3, 5, 8, 13, 21], size=shape)
    dimensions = tuple(
        Dimension(name, name, codes, {code: code for code in codes})
        for name, size in zip(("form", "sex", "nationality"), shape, strict=True)
        for codes in [tuple(f"{name[0]}{number}" for number in range(size))]
    )
    return table_of(
        dimensions,
        {
            tuple(one.codes[at] for one, at in zip(dimensions, cell, strict=True)): int(counts[cell])
            for cell in np.ndindex(*shape)
        },
    )
