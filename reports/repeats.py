"""How many persons of the region have one country, organization or case, two or more (A10b), and what is told of it.

These numbers hang together with those of A10 and A10c in ways that no table shows: who was seen in three countries is
counted again twice and stands in three pairs. So they are printed where every number that follows from all of them is
none or many, and else not at all. It holds true counts: what leaves it is protected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.link_tables import SECOND_END
from reports.reconciliation import AUTOMATIC, REPEATS, REVIEW
from reports.shells import TableShell
from reports.tables import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    REGION,
    TOTAL,
    TRUE_ZERO,
    CountedTable,
    Key,
    Mark,
    ProtectedTable,
)

Cell = int | float | Mark
PAIRS = "pairs"
"""The part that A10c is printed from."""
MANY = 3
"""From here on they stand together (list of tables, A10: `1 country, 2, 3+`)."""
FIRST = {
    "": "FIRST+OTHER_COUNTRY_REVIEW+SAME_COUNTRY_REVIEW",
    SECOND_END: "FIRST",
}
"""The code of A10's part that has the persons of the region, each once, for each end of the band."""


@dataclass(frozen=True)
class Repeats:
    """The persons of the region by the numbers of their countries, organizations and cases."""

    persons: Mapping[tuple[int, ...], int]
    """By one number for each of REPEATS."""

    def counted(self, axis: str, weight: Callable[[int], int]) -> int:
        """The persons, each so often as the weight of their number says."""
        at = list(REPEATS).index(axis)
        return sum(count * weight(numbers[at]) for numbers, count in self.persons.items())

    def row(self, axis: str) -> dict[str, int]:
        """The persons with one, two, three or more."""
        return {
            "N1": self.counted(axis, lambda number: number == 1),
            "N2": self.counted(axis, lambda number: number == 2),
            "N3": self.counted(axis, lambda number: number >= MANY),
        }

    def of_several(self, axis: str) -> Iterator[int]:
        """What A10 and the persons with one say together: those with two or more, and how often they are counted
        again beyond the second."""
        yield self.counted(axis, lambda number: number > 1)
        yield self.counted(axis, lambda number: max(number - 2, 0))

    @property
    def further_pairs(self) -> int:
        """Pairs of countries beyond the countries in which persons were counted again."""
        return self.counted("countries", lambda number: (number - 1) * (number - 2) // 2)


def protect_repeats(
    shell: TableShell, ends: Mapping[str, Repeats], *, account: ProtectedTable, threshold: int
) -> ProtectedTable:
    """The part that A10b is printed from. `ends` has nothing where no case is linked."""
    dimensions = tuple(one.as_dimension() for one in shell.dimensions)
    rows, codes = dimensions
    shown = _shown(ends, _ends_told(account), threshold)
    cells: dict[Key, Cell] = {
        (row, code): shown.get((row, code), NOT_SHOWN if ends else NOT_AVAILABLE)
        for row in rows.codes
        for code in codes.codes
    }
    return ProtectedTable(shell.text, dimensions, cells, rows.name)


def without_second_end(part: CountedTable, threshold: int) -> CountedTable:
    """The pairs of countries without the figures with review where review adds a few in all: otherwise the sums with
    review are printed and those of automatic links hidden, which A10 and A1 print."""
    if part.text.id != PAIRS or _is_told(part.counts[TOTAL, REVIEW], threshold):
        return part
    return replace(part, hidden=frozenset(key for key in part.counts if key[-1] == TOTAL))


def protect_pairs(
    pairs: ProtectedTable, ends: Mapping[str, Repeats], *, account: ProtectedTable, threshold: int
) -> ProtectedTable:
    """The pairs of countries without what they would tell beside A10: an end is printed with its sum, beside A10's
    figure of the region, and where persons of three countries are none or many."""
    told = _ends_told(account)
    sums = {"": (TOTAL, AUTOMATIC), SECOND_END: (TOTAL, TOTAL)}
    kept = [
        end
        for end, repeats in ends.items()
        if end in told and pairs.cells[sums[end]] != NOT_SHOWN and _is_told(repeats.further_pairs, threshold)
    ]
    hidden = {REVIEW, TOTAL} if "" in kept else {AUTOMATIC, REVIEW, TOTAL}
    if kept == list(sums):
        return pairs
    cells = {key: NOT_SHOWN if key[-1] in hidden and ends else cell for key, cell in pairs.cells.items()}
    return replace(pairs, cells=cells)


def without_region(table: ProtectedTable, account: ProtectedTable) -> ProtectedTable:
    """A1 without its region where A10 hides the same persons."""
    cell = (REGION, "IDENTIFIED")
    if "" in _ends_told(account) or isinstance(table.cells[cell], str):
        return table
    return replace(table, cells={**table.cells, cell: NOT_SHOWN})


def _ends_told(account: ProtectedTable) -> tuple[str, ...]:
    """The ends of the band for which A10 prints the persons of the region."""
    return tuple(end for end, code in FIRST.items() if not isinstance(account.cells[TOTAL, code], str))


def _shown(ends: Mapping[str, Repeats], told: Collection[str], threshold: int) -> dict[Key, Cell]:
    """The cells that may be printed, row by row; a row is judged beside those before it."""
    shown: dict[Key, Cell] = {}
    rows: list[str] = []
    for axis in REPEATS if "" in ends and "" in told else ():
        automatic = ends[""]
        codes = _codes_told(automatic, axis, rows, threshold)
        if codes:
            rows.append(axis)
            shown |= {(axis, code): automatic.row(axis)[code] or TRUE_ZERO for code in codes}
        if codes and SECOND_END in told and _is_second_told(ends, axis, rows[:-1], threshold):
            second = ends[SECOND_END].row(axis)
            shown |= {(axis, code + SECOND_END): second[code] or TRUE_ZERO for code in codes}
    return shown


def _codes_told(repeats: Repeats, axis: str, before: Sequence[str], threshold: int) -> tuple[str, ...]:
    """All codes of a row; those with one alone, where 3 or more are a few; or none."""
    row = repeats.row(axis)
    several = [*repeats.of_several(axis), *_beside(repeats, axis, before, ("N1",)), row["N1"]]
    if not all(_is_told(number, threshold) for number in several):
        return ()
    detail = [row["N2"], row["N3"], *_beside(repeats, axis, before, ("N2", "N3"))]
    return tuple(row) if all(_is_told(number, threshold) for number in detail) else ("N1",)


def _beside(repeats: Repeats, axis: str, before: Sequence[str], codes: Sequence[str]) -> Iterator[int]:
    """What a reader learns by subtraction from the rows before: who has two organizations has one country or two."""
    for other in before:
        yield from (abs(repeats.row(axis)[code] - repeats.row(other)[code]) for code in codes)


def _is_second_told(ends: Mapping[str, Repeats], axis: str, before: Sequence[str], threshold: int) -> bool:
    """Whether the figures with review differ from the automatic ones by none or by many, and may be told themselves."""
    first, second = (ends[end].row(axis) for end in FIRST)
    codes = _codes_told(ends[SECOND_END], axis, before, threshold)
    between = [abs(first[code] - second[code]) for code in first]
    return codes == tuple(first) and all(_is_told(number, threshold) for number in between)


def _is_told(number: int, threshold: int) -> bool:
    return number == 0 or number >= threshold
