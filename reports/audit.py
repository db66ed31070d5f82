"""The audit: for every sensitive cell two whole-number tables that agree with all that is published.

One has the cell low, the other high, so that no reader can tell. Where there is none, further cells are
hidden until there is one. It must never take a solver's word: every table is added up again in whole
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.lattice import Flags, Lattice, Numbers
from reports.marks import hide_zeros_beside
from reports.moves import Budget, Moves
from reports.sensitive import Targets


@dataclass(frozen=True)
class Proof:
    """What is hidden, and the tables (a row each, a count for each atom) that a reader must think possible
    with it."""

    hidden: Flags
    witnesses: Numbers


def prove(
    lattice: Lattice, hidden: Flags, *, targets: Targets, floors: Numbers, budget: Budget
) -> Proof | None:
    """Hide further cells until every target is open on both sides; None when the budget does not suffice.

    `floors` has the least count that a reader must expect of each atom. What is hidden later only adds to
    what is possible, so that one pass over the targets is enough.
    """
    moves = Moves(lattice, hidden, targets=targets.cells, floors=floors, budget=budget)
    seen = _Seen(lattice, targets)
    while (needed := seen.next_needed()) is not None:
        change = moves.change(*needed)
        if change is None:
            return None
        hidden = hide_zeros_beside(lattice, hidden | (lattice.sums @ change != 0))
        moves.hide(hidden)
        if not seen.add(lattice.atom_counts + change):
            return None
    proof = Proof(hidden, np.array(seen.witnesses))
    return proof if is_proved(lattice, proof, targets=targets, floors=floors) else None


def is_proved(lattice: Lattice, proof: Proof, *, targets: Targets, floors: Numbers) -> bool:
    """Whether all witnesses agree with everything published, and leave every target open. Whole numbers
    only."""
    witnesses = proof.witnesses.T
    cells = lattice.sums @ witnesses
    values = cells[targets.cells]
    return bool(
        (cells[~proof.hidden] == lattice.counts[~proof.hidden, None]).all()
        and (witnesses >= floors[:, None]).all()
        and (lattice.limits @ witnesses <= 0).all()
        and (values.min(axis=1) <= targets.low).all()
        and (values.max(axis=1) >= targets.high).all()
    )


class _Seen:
    """The witnesses so far and how low and high they take each target. The truth is the first."""

    def __init__(self, lattice: Lattice, targets: Targets) -> None:
        self._sums = lattice.sums[targets.cells]
        self._targets = targets
        self._counts = lattice.counts[targets.cells]
        self._low, self._high = self._counts, self._counts
        self.witnesses = [lattice.atom_counts]

    def add(self, witness: Numbers) -> bool:
        """Take a witness; False when it takes no target further than those before."""
        values = self._sums @ witness
        is_further = bool((values < self._low).any() or (values > self._high).any())
        self._low, self._high = np.minimum(self._low, values), np.maximum(self._high, values)
        self.witnesses.append(witness)
        return is_further

    def next_needed(self) -> tuple[int, int] | None:
        """The first target that is not open yet, and by how many persons it has to change; None when all
        are."""
        targets = self._targets
        is_open = (self._low <= targets.low) & (self._high >= targets.high)
        if is_open.all():
            return None
        first = int(np.argmin(is_open))
        wanted = targets.high if self._high[first] < targets.high[first] else targets.low
        return int(targets.cells[first]), int(wanted[first] - self._counts[first])
