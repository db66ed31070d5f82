"""A counted table as one system of sums: cells, the atoms that they add up, and what a reader knows of both.

An atom is a cell that no other cell divides further. Every printed cell is a sum of atoms; what is published
of the cells is what anybody can put into equations. It must never leave this package: it holds the true
counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from reports.tables import TOTAL, CountedTable, Key

COUNTRY = "reporting_country"
"""The dimension whose codes are the countries that report."""

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Lattice:
    """The cells of one table in the order of print, and how they hang together.

    `sums @ atom_counts == counts` holds for the truth and for everything a reader may think possible; so
    does `limits @ atom_counts <= 0` (a service is received by no more persons than any service). `block`
    numbers the codes of dimensions that are not additive: cells of two blocks share no atom.
    """

    cells: tuple[Key, ...]
    counts: Numbers
    atoms: Numbers
    sums: csr_matrix
    limits: csr_matrix
    row: Numbers
    column: Numbers
    block: Numbers
    zeros: Flags
    """The zeros that one mark hides beside a hidden cell: all, but for those that a rule lets stand and those that
    cannot be anything else."""
    depth: Numbers
    """How much a cell tells: two for each attribute, one for a sum of several and for its country. A country's total
    is the last cell but the region's that is to be hidden, because it stands in many tables."""

    @cached_property
    def atom_counts(self) -> Numbers:
        """The true count of each atom."""
        return self.counts[self.atoms]


def build_lattice(table: CountedTable) -> Lattice:
    """The lattice of a counted table. Raises ValueError when a cell is missing or a sum does not add up."""
    cells = tuple(product(*(dimension.printed_codes for dimension in table.dimensions)))
    if any(cell not in table.counts for cell in cells):
        raise ValueError("A cell of the table was not counted: count every combination of codes and TOTAL.")
    position = {cell: number for number, cell in enumerate(cells)}
    counts = np.array([table.counts[cell] for cell in cells], dtype=np.int64)
    possible = np.array([_is_possible(table, cell) for cell in cells], dtype=np.bool_)
    atoms = np.array([n for n, c in enumerate(cells) if possible[n] and _is_atom(table, c)], dtype=np.int64)
    sums = _sums(table, cells, position, atoms)
    if not np.array_equal(sums @ counts[atoms], counts):
        raise ValueError(
            "The codes of a dimension do not sum to its TOTAL: declare it as not additive, or count again."
        )
    return Lattice(
        cells=cells,
        counts=counts,
        atoms=atoms,
        sums=sums,
        limits=_limits(table, cells, position, atoms, counts),
        row=_numbered([_row_of(table, cell) for cell in cells]),
        column=_numbered([_column_of(table, cell) for cell in cells]),
        block=_numbered([_block_of(table, cell) for cell in cells]),
        zeros=(counts == 0) & possible,
        depth=np.array([_depth(table, cell) for cell in cells], dtype=np.int64),
    )


def _is_atom(table: CountedTable, cell: Key) -> bool:
    if cell[-1] in table.sums:
        return False
    return all(code != TOTAL or not d.is_additive for d, code in zip(table.dimensions, cell, strict=True))


def _is_possible(table: CountedTable, cell: Key) -> bool:
    """Whether a reader may think that anybody stands there."""
    told = [code for d, code in zip(table.dimensions, cell, strict=True) if d.name in table.never_same]
    told = [code for code in told if code != TOTAL]
    return len(set(told)) == len(told)


def _sums(
    table: CountedTable, cells: tuple[Key, ...], position: dict[Key, int], atoms: Numbers
) -> csr_matrix:
    """One row a cell, one column an atom: 1 where the atom is part of the cell."""
    pairs = [(position[cell], n) for n, atom in enumerate(atoms) for cell in _cells_with(table, cells[atom])]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return csr_matrix((np.ones(len(pairs), dtype=np.int64), (rows, columns)), shape=(len(cells), len(atoms)))


def _cells_with(table: CountedTable, atom: Key) -> Iterator[Key]:
    """All cells that count the persons of an atom: each additive code also stands in its TOTAL and in its sums."""
    *others, last = (
        (code, TOTAL) if d.is_additive and d.has_total else (code,)
        for d, code in zip(table.dimensions, atom, strict=True)
    )
    sums = (one for one, codes in table.sums.items() if atom[-1] in codes)
    return product(*others, (*last, *sums))


def _limits(
    table: CountedTable, cells: tuple[Key, ...], position: dict[Key, int], atoms: Numbers, counts: Numbers
) -> csr_matrix:
    """What holds between blocks: a code has no more persons than the TOTAL, all codes together no fewer.

    The second is taken where it is true, since readers may know that everybody stands under one code at
    least.
    """
    column = {int(atom): n for n, atom in enumerate(atoms)}
    rows: list[dict[int, int]] = []
    for axis, dimension in enumerate(table.dimensions):
        if dimension.is_additive or not dimension.has_total:
            continue
        for atom in (cells[n] for n in atoms if cells[n][axis] == TOTAL):
            whole = position[atom]
            parts = [position[(*atom[:axis], code, *atom[axis + 1 :])] for code in dimension.codes]
            rows += [{column[part]: 1, column[whole]: -1} for part in parts]
            if counts[parts].sum() >= counts[whole]:
                rows.append({column[whole]: 1} | {column[part]: -1 for part in parts})
    entries = [(n, where, sign) for n, row in enumerate(rows) for where, sign in row.items()]
    row, where, sign = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    return csr_matrix((sign, (row, where)), shape=(len(rows), len(atoms)))


def _row_of(table: CountedTable, cell: Key) -> Key:
    return tuple(code for d, code in zip(table.dimensions, cell, strict=True) if d.name == table.rows)


def _column_of(table: CountedTable, cell: Key) -> Key:
    return tuple(code for d, code in zip(table.dimensions, cell, strict=True) if d.name != table.rows)


def _block_of(table: CountedTable, cell: Key) -> Key:
    return tuple(code for d, code in zip(table.dimensions, cell, strict=True) if not d.is_additive)


def _depth(table: CountedTable, cell: Key) -> int:
    return sum(
        1 if d.name == COUNTRY or code in table.sums else 2
        for d, code in zip(table.dimensions, cell, strict=True)
        if code != TOTAL
    )


def _numbered(names: list[Key]) -> Numbers:
    numbers: dict[Key, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
