"""Other tables that a reader must think possible: the smallest change of the truth that gives a cell another
count.

One linear program a table. What is hidden changes at a low price and what is published at a high one, so
that the cheapest change either leaves all published numbers as they are, or names those that stand in the
way and are to be hidden too. It must never leave this package: it holds the true counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, eye, hstack, vstack

from reports.lattice import Flags, Lattice, Numbers

Prices = NDArray[np.float64]
Columns = NDArray[np.int32]

HIDDEN_PRICE = 1.0
"""To change a hidden atom by one person. Short changes are found first, and most of them are whole numbers.
"""

PUBLISHED_PRICE = 1_000.0
"""To change a published cell of the finest detail: more than a way through hidden cells alone. Each
step up in depth (see the lattice) doubles it, so that totals are the last to be hidden."""

COUNT_PRICE_AT_MOST = 900.0
"""Of cells of the same detail the smaller is hidden first: each adds its count to its price, up to this."""

WHOLE = 1e-6
"""How far from a whole number a solver's answer may lie to be one; the audit repeats the sums in whole
numbers."""

GAP = 0.1
"""An integer program may stop within this share of the best price: one hidden cell costs much more than any
way."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much the search for one change may take, in steps and not in seconds, so that every machine
    agrees.

    In trials on generated years no change took more than 1,500 iterations, and integer programs ended at
    their first node.
    """

    iterations: int = 100_000
    nodes: int = 1_000


class Moves:
    """Finds changes of one table's atoms.

    Columns of the program: each atom up, each atom down, each sum that is published or a target up, each
    down.
    """

    def __init__(
        self, lattice: Lattice, hidden: Flags, *, targets: Numbers, floors: Numbers, budget: Budget
    ) -> None:
        self._lattice = lattice
        self._sums = _sums(lattice, hidden, targets)
        self._budget = budget
        self._program = _program(lattice, self._sums, floors)
        self._prices = _prices(lattice, self._sums, hidden)
        self._linear = _solver(
            self._program, {"presolve": "off", "simplex_iteration_limit": budget.iterations}
        )
        self._linear.run()
        self._rest = self._linear.getBasis()

    def hide(self, hidden: Flags) -> None:
        """From now on everything hidden moves at the low price."""
        self._prices = _prices(self._lattice, self._sums, hidden)

    def change(self, cell: int, by: int) -> Numbers | None:
        """The cheapest change, an integer for each atom, that moves a cell by at least so many persons up (or
        down when negative); None when the budget ended before one was found."""
        columns = self._columns(cell, by)
        atoms = self._solve_linear(columns, abs(by))
        if atoms is not None and np.abs(atoms - np.rint(atoms)).max(initial=0.0) > WHOLE:
            atoms = self._solve_whole(columns, abs(by))
        return None if atoms is None else np.rint(atoms).astype(np.int64)

    def _columns(self, cell: int, by: int) -> Columns:
        """The column that has to grow for the wanted change, and the opposite one, which must not undo it."""
        atoms = self._lattice.atoms
        at = int(np.searchsorted(atoms, cell))
        if at < len(atoms) and atoms[at] == cell:
            columns = [at, len(atoms) + at]
        else:
            place = 2 * len(atoms) + int(np.searchsorted(self._sums, cell))
            columns = [place, place + len(self._sums)]
        return np.array(columns if by > 0 else columns[::-1], dtype=np.int32)

    def _solve_linear(self, columns: Columns, least: int) -> Prices | None:
        """Solve from the state of rest, so that the answer does not depend on what was asked before."""
        _set_prices(self._linear, self._prices)
        self._linear.setBasis(self._rest)
        upper = np.array(self._program.col_upper_)[columns]
        self._linear.changeColsBounds(2, columns, np.array([least, 0.0]), np.array([upper[0], 0.0]))
        answer = _run(self._linear, len(self._lattice.atoms))
        self._linear.changeColsBounds(2, columns, np.zeros(2), upper)
        return answer

    def _solve_whole(self, columns: Columns, least: int) -> Prices | None:
        solver = _solver(self._program, {"mip_max_nodes": self._budget.nodes, "mip_rel_gap": GAP})
        _set_prices(solver, self._prices)
        upper = float(self._program.col_upper_[columns[0]])
        solver.changeColsBounds(2, columns, np.array([least, 0.0]), np.array([upper, 0.0]))
        atoms = 2 * len(self._lattice.atoms)
        whole = np.full(atoms, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        solver.changeColsIntegrality(atoms, np.arange(atoms, dtype=np.int32), whole)
        return _run(solver, len(self._lattice.atoms))


def _sums(lattice: Lattice, hidden: Flags, targets: Numbers) -> Numbers:
    """The cells that are sums of atoms and that the program has to watch."""
    watched = ~hidden
    watched[targets] = True
    watched[lattice.atoms] = False
    return np.flatnonzero(watched)


def _program(lattice: Lattice, watched: Numbers, floors: Numbers) -> highspy.HighsLp:
    matrix = _matrix(lattice, watched)
    sums, limits = len(watched), lattice.limits.shape[0]
    down = (lattice.atom_counts - floors).astype(np.float64)
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = np.zeros(matrix.shape[1])
    program.col_lower_ = np.zeros(matrix.shape[1])
    program.col_upper_ = np.concatenate([np.full(len(down), np.inf), down, np.full(2 * sums, np.inf)])
    program.row_lower_ = np.concatenate([np.zeros(sums), np.full(limits, -np.inf)])
    program.row_upper_ = np.concatenate(
        [np.zeros(sums), -(lattice.limits @ lattice.atom_counts).astype(np.float64)]
    )
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data.astype(np.float64)
    return program


def _matrix(lattice: Lattice, watched: Numbers) -> csc_matrix:
    """The change of each watched sum is that of its atoms; the limits between blocks hold for the changes
    too."""
    parts, over = lattice.sums[watched], eye(len(watched), format="csr")
    limits, free = lattice.limits, csr_matrix((lattice.limits.shape[0], 2 * len(watched)))
    return vstack([hstack([parts, -parts, -over, over]), hstack([limits, -limits, free])]).tocsc()


def _prices(lattice: Lattice, watched: Numbers, hidden: Flags) -> Prices:
    doubled = 2.0 ** (lattice.depth.max() - lattice.depth)
    published = PUBLISHED_PRICE * doubled + np.minimum(lattice.counts, COUNT_PRICE_AT_MOST)
    atoms = np.where(hidden, HIDDEN_PRICE, published)[lattice.atoms]
    sums = np.where(hidden, 0.0, published)[watched]
    return np.concatenate([atoms, atoms, sums, sums])


def _solver(program: highspy.HighsLp, options: dict[str, str | int | float]) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in {"threads": 1, "random_seed": 0, **options}.items():
        solver.setOptionValue(name, value)
    solver.passModel(program)
    return solver


def _set_prices(solver: highspy.Highs, prices: Prices) -> None:
    solver.changeColsCost(len(prices), np.arange(len(prices), dtype=np.int32), prices)


def _run(solver: highspy.Highs, atoms: int) -> Prices | None:
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values: Prices = np.array(solver.getSolution().col_value, dtype=np.float64)
    return values[:atoms] - values[atoms : 2 * atoms]
