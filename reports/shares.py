"""Shares: of which group a share may be published, and the share itself, from published counts alone.

An indicator is counted as a table of countries by the two sides of its denominator, so that it is protected
as any table is: what is hidden of a country must not come back from the region. It must never divide a
hidden count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reports.lattice import COUNTRY, Flags, Lattice, Numbers
from reports.small_numbers import SmallNumbers
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, TRUE_ZERO, CountedTable, Dimension, Key, Mark

NUMERATOR = "numerator"
COMPLEMENT = "complement"
"""The others of the denominator; the TOTAL of the two is the denominator."""
DENOMINATOR = "denominator"
PERCENT = "percent"

PRINTED_PART = Dimension(
    name="part",
    title="Part",
    codes=(NUMERATOR, DENOMINATOR, PERCENT),
    labels={NUMERATOR: "Numerator", DENOMINATOR: "Denominator", PERCENT: "Share in %"},
    has_total=False,
    is_additive=False,
)

Cells = Mapping[Key, int | float | Mark]


@dataclass(frozen=True)
class ShareRules:
    """What the rules on shares say of each cell of an indicator."""

    hidden: Flags
    """Sides of a share that may not be published."""
    zeros: Flags
    """Those of them that are zero, and that a reader must not be sure of: `nobody declined` tells of
    everybody."""
    open_zeros: Flags
    """Zeros of performance that are printed, also beside hidden cells."""
    floors: Numbers
    """The least count that a reader must expect of each atom: where a zero would be printed, a `c` is none.
    """


def judge_shares(lattice: Lattice, *, performance: bool, few: Flags, rules: SmallNumbers) -> ShareRules:
    """Which shares may be published, from the counts of {country, TOTAL} x {numerator, complement, TOTAL}."""
    position = {cell: number for number, cell in enumerate(lattice.cells)}
    sides = np.array([cell[1] != TOTAL for cell in lattice.cells])
    other = np.array([position[(cell[0], _other_side(cell[1]))] for cell in lattice.cells])
    whole = lattice.counts[[position[(cell[0], TOTAL)] for cell in lattice.cells]]
    least = np.minimum(lattice.counts, lattice.counts[other])
    plain = (whole >= rules.share_denominator) & (least >= rules.threshold)
    judged = performance & (whole >= rules.performance_denominator)
    hidden = sides & ~plain & ~(judged & (least == 0)) & (whole > 0)
    would_be_printed = sides & judged & ~few
    zeros = lattice.counts == 0
    return ShareRules(
        hidden=hidden,
        zeros=hidden & zeros,
        open_zeros=would_be_printed & zeros,
        floors=np.minimum(would_be_printed, lattice.counts)[lattice.atoms],
    )


def print_shares(table: CountedTable, lattice: Lattice, hidden: Flags) -> Cells:
    """Numerator, denominator and percent of each country; a share is `c` when either count is, and `..` of
    none."""
    position = {cell: number for number, cell in enumerate(lattice.cells)}
    countries = next(d for d in table.dimensions if d.name == COUNTRY)
    cells: dict[Key, int | float | Mark] = {}
    for country in (*countries.codes, TOTAL):
        above, below = position[(country, NUMERATOR)], position[(country, TOTAL)]
        cells[(country, NUMERATOR)] = _count(lattice, above, hidden)
        cells[(country, DENOMINATOR)] = _count(lattice, below, hidden)
        cells[(country, PERCENT)] = (
            NOT_SHOWN
            if hidden[above] or hidden[below]
            else _percent(lattice.counts[above], lattice.counts[below])
        )
    return cells


def _other_side(part: str) -> str:
    return {NUMERATOR: COMPLEMENT, COMPLEMENT: NUMERATOR}.get(part, TOTAL)


def _count(lattice: Lattice, cell: int, hidden: Flags) -> int | Mark:
    """A zero that a rule lets stand is printed as a number: the mark `-` never stands beside a `c`."""
    if hidden[cell]:
        return NOT_SHOWN
    if lattice.zeros[cell]:
        return TRUE_ZERO
    return int(lattice.counts[cell])


def _percent(numerator: int, denominator: int) -> float | Mark:
    """With one decimal, halves upwards; in whole numbers, so that every machine agrees."""
    if denominator == 0:
        return NOT_AVAILABLE
    return int((2000 * int(numerator) + int(denominator)) // (2 * int(denominator))) / 10
