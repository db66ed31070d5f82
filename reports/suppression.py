"""How many cells have to be hidden so that every sensitive one is proved open: fewest first, all at the
worst.

It must never return a pattern without a proof, unless nothing at all is published.
"""

from __future__ import annotations

import numpy as np

from reports.audit import prove
from reports.elimination import hide_by_elimination
from reports.lattice import Flags, Lattice, Numbers
from reports.marks import hide_zeros_beside
from reports.moves import Budget
from reports.sensitive import Targets


def hide_enough(
    lattice: Lattice, hidden: Flags, *, targets: Targets, floors: Numbers, budget: Budget
) -> Flags:
    """The cells to hide: as few as we find, else all cells of the finest detail, and so on down to all cells.

    A table of which nothing is published needs no proof.
    """
    for depth in np.unique(lattice.depth)[::-1]:
        sensitive = hidden | (lattice.depth > depth)
        sensitive[targets.cells] = True
        enough = hide_by_elimination(lattice, hide_zeros_beside(lattice, sensitive), targets.cells)
        enough = hide_zeros_beside(lattice, enough)
        proof = prove(lattice, enough, targets=targets, floors=floors, budget=budget)
        if proof is not None:
            return proof.hidden
    return np.ones_like(hidden)
