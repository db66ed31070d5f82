"""The one mark for what is not shown, and where a true zero may be printed.

It must never leave a zero beside a `c`: the reader would learn that the `c` is none.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.lattice import Flags, Lattice
from reports.tables import NOT_SHOWN, TRUE_ZERO, Key, Mark


def hide_zeros_beside(lattice: Lattice, hidden: Flags) -> Flags:
    """The hidden cells and every zero that stands in a row or column with one, until none does."""
    result = hidden.copy()
    while True:
        beside = np.isin(lattice.row, lattice.row[result]) | np.isin(lattice.column, lattice.column[result])
        if not (lattice.zeros & beside & ~result).any():
            return result
        result |= lattice.zeros & beside


def published_cells(lattice: Lattice, hidden: Flags) -> Mapping[Key, int | float | Mark]:
    """What is printed for each cell: its count, `c` where it is hidden, `-` where it is none."""
    cells: dict[Key, int | float | Mark] = {}
    for cell, count, is_hidden in zip(lattice.cells, lattice.counts, hidden, strict=True):
        cells[cell] = NOT_SHOWN if is_hidden else int(count) or TRUE_ZERO
    return cells
