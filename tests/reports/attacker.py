"""A reader who tries every table of whole numbers that agrees with what is printed. It knows nothing of our code.

It takes a protected table alone: numbers, `-` as zero, `c` as zero or more, that codes sum to their TOTAL, and that a
service is received by no more persons than any service and everybody receives one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from reports.tables import NOT_SHOWN, TOTAL, TRUE_ZERO, Dimension, Key, ProtectedTable

UNBOUNDED = 10**6


@dataclass(frozen=True)
class Sum:
    """Between `low` and `high` lies the sum of some atoms, less that of others."""

    plus: tuple[int, ...]
    low: int
    high: int
    minus: tuple[int, ...] = ()


@dataclass
class Attacker:
    """Searches for tables that agree with a protected one."""

    table: ProtectedTable
    most: int
    """No atom is tried above this: enough for a low and a high table of the sizes that tests use."""
    atoms: list[Key] = field(init=False)
    known: list[Sum] = field(init=False)

    def __post_init__(self) -> None:
        axes = self.table.dimensions
        self.atoms = list(product(*((*d.codes, TOTAL) if _needs_total(d) else d.codes for d in axes)))
        self.known = [
            Sum(self._parts(cell), value, value)
            for cell, printed in self.table.cells.items()
            if printed != NOT_SHOWN
            for value in [0 if printed == TRUE_ZERO else int(printed)]
        ]
        self.known += self._limits()

    def can_be(self, cell: Key, *, low: int = 0, high: int = UNBOUNDED) -> bool:
        """Whether some table that agrees has the cell between the two numbers."""
        sums = [*self.known, Sum(self._parts(cell), low, high)]
        return search(sums, [self.most] * len(self.atoms))

    def _parts(self, cell: Key) -> tuple[int, ...]:
        return tuple(
            number
            for number, atom in enumerate(self.atoms)
            if all(
                ours == theirs or (theirs == TOTAL and d.is_additive)
                for d, ours, theirs in zip(self.table.dimensions, atom, cell, strict=True)
            )
        )

    def _limits(self) -> Iterator[Sum]:
        number = {atom: n for n, atom in enumerate(self.atoms)}
        for axis, dimension in enumerate(self.table.dimensions):
            if _needs_total(dimension):
                for atom in (atom for atom in self.atoms if atom[axis] == TOTAL):
                    parts = [number[(*atom[:axis], code, *atom[axis + 1 :])] for code in dimension.codes]
                    yield from (Sum((part,), -UNBOUNDED, 0, (number[atom],)) for part in parts)
                    yield Sum(tuple(parts), 0, UNBOUNDED, (number[atom],))


def narrowed(table: ProtectedTable, truth: Mapping[Key, int], smallest_shown: Mapping[Key, int]) -> list[Key]:
    """The small cells of which a reader learns more than that they are somewhere from 1 to under the threshold."""
    attacker = Attacker(table, most=max(truth.values()) + 2 * max(smallest_shown.values()))
    small = [cell for cell in table.cells if 0 < truth[cell] < smallest_shown[cell]]
    return [
        cell
        for cell in small
        if table.cells[cell] != NOT_SHOWN
        or not attacker.can_be(cell, high=1)
        or not attacker.can_be(cell, low=smallest_shown[cell] - 1)
    ]


def _needs_total(dimension: Dimension) -> bool:
    return dimension.has_total and not dimension.is_additive


def search(sums: list[Sum], highest: list[int]) -> bool:
    """Try every value of the first open atom, each time with the bounds that follow for the others."""
    bounds = _follow(sums, [(0, high) for high in highest])
    return bounds is not None and _try(sums, bounds)


def _try(sums: list[Sum], bounds: list[tuple[int, int]]) -> bool:
    still_open = [number for number, (low, high) in enumerate(bounds) if low < high]
    if not still_open:
        return True
    first = min(still_open, key=lambda number: bounds[number][1] - bounds[number][0])
    low, high = bounds[first]
    for value in range(low, high + 1):
        narrower = _follow(sums, [*bounds[:first], (value, value), *bounds[first + 1 :]])
        if narrower is not None and _try(sums, narrower):
            return True
    return False


def _follow(sums: list[Sum], bounds: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """The bounds of each atom that follow from the sums; None when there is no table."""
    bounds = list(bounds)
    changed = True
    while changed:
        changed = False
        for one in sums:
            signed = [(n, 1) for n in one.plus] + [(n, -1) for n in one.minus]
            least = sum(bounds[n][0] if sign > 0 else -bounds[n][1] for n, sign in signed)
            most = sum(bounds[n][1] if sign > 0 else -bounds[n][0] for n, sign in signed)
            if least > one.high or most < one.low:
                return None
            for n, sign in signed:
                low, high = bounds[n]
                own_least, own_most = (low, high) if sign > 0 else (-high, -low)
                new = (
                    max(own_least, one.low - (most - own_most)),
                    min(own_most, one.high - (least - own_least)),
                )
                if new[0] > new[1]:
                    return None
                if new != (own_least, own_most):
                    bounds[n] = new if sign > 0 else (-new[1], -new[0])
                    least += new[0] - own_least
                    most += new[1] - own_most
                    changed = True
    return bounds
