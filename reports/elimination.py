"""Which cells may be published so that no sum or difference of them gives a hidden cell away exactly.

Gaussian elimination over the table's sums, modulo a prime: whole numbers only, so that every machine finds
the same cells. It looks at equations alone; what follows from counts being no less than zero is the audit's
work.
"""

from __future__ import annotations

import numpy as np

from reports.lattice import Flags, Lattice, Numbers

PRIME = 2**31 - 1
"""A prime whose products fit in 64 bits. Fractions are exact modulo a prime; a cell that is a combination
modulo the prime but not in truth would only be hidden once too often."""


def hide_by_elimination(lattice: Lattice, hidden: Flags, targets: Numbers) -> Flags:
    """The hidden cells and the further ones that must be hidden with them.

    Totals and large cells are kept first, so that what is hidden is small detail. Blocks share no atom and
    are treated one by one.
    """
    result = hidden.copy()
    for block in np.unique(lattice.block[targets]):
        _hide_in_block(lattice, result, targets[lattice.block[targets] == block], block)
    return result


def _hide_in_block(lattice: Lattice, hidden: Flags, targets: Numbers, block: int) -> None:
    candidates = np.flatnonzero(~hidden & (lattice.block == block) & (lattice.counts > 0))
    order = candidates[np.lexsort((candidates, -lattice.counts[candidates], lattice.depth[candidates]))]
    sums = lattice.sums[np.concatenate([targets, order])][:, _open_atoms(lattice, hidden, targets)]
    matrix = np.asarray(sums.todense(), dtype=np.int64)
    for number in range(len(targets), len(matrix)):
        if not _keep(matrix, number, len(targets)):
            hidden[order[number - len(targets)]] = True


def _open_atoms(lattice: Lattice, hidden: Flags, targets: Numbers) -> Numbers:
    """The atoms of the block that no published zero already settles."""
    zeros = ~hidden & (lattice.counts == 0)
    settled = lattice.sums[np.flatnonzero(zeros)].sum(axis=0).A1 > 0
    in_block = lattice.block[lattice.atoms] == lattice.block[targets[0]]
    return np.flatnonzero(in_block & ~settled)


def _keep(matrix: Numbers, number: int, targets: int) -> bool:
    """Take the row into what is published, unless a target would become a combination of published rows."""
    filled = np.flatnonzero(matrix[number])
    if filled.size == 0:
        return True  # already follows from what is published: to print it tells nothing new
    pivot = filled[
        np.argmin((matrix[:targets, filled] != 0).sum(axis=0) + (matrix[number:, filled] != 0).sum(axis=0))
    ]
    inverse = pow(int(matrix[number, pivot]), -1, PRIME)
    row = matrix[number] * inverse % PRIME
    touched = np.flatnonzero(matrix[:, pivot])
    touched = touched[(touched < targets) | (touched > number)]
    reduced = (matrix[touched] - matrix[touched, pivot][:, None] * row % PRIME) % PRIME
    if (~reduced[touched < targets].any(axis=1)).any():
        return False
    matrix[touched] = reduced
    return True
