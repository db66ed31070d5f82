"""Counting the parts of the tables that rest on links: true counts, as counting.py has them of all other tables.

The result must never leave the package unprotected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

import ibis.expr.types as ir
import numpy as np

from reports.classifications import COUNTRIES, labels_of
from reports.continuity import OTHER
from reports.counting import YearCount, by_key, open_count, with_sums
from reports.engine import Resources
from reports.frame import Frame
from reports.link_tables import SECOND_END, link_part, printed_sums
from reports.reconciliation import AUTOMATIC, BETWEEN, OTHER_PAIRS, REVIEW
from reports.repeats import Repeats
from reports.shells import DimensionShell, not_available_for
from reports.small_numbers import ONE_WAY_BELOW
from reports.tables import CountedTable, Dimension, Key


def count_link_part(
    frame: Frame, name: str, *, year: int, resources: Resources | None = None
) -> CountedTable:
    """The true counts of one part, with rows for all pairs of countries. Raises FrameError and KeyError."""
    with open_count(frame, year=year, resources=resources) as count:
        return counted_part(count, name, large_from=0)


def counted_repeats(count: YearCount) -> Mapping[str, Repeats]:
    """How often the persons of the region were counted, for each end of the band; nothing where no case is linked."""
    if not count.has_bands:
        return {}
    rows = count.populations.linked.numbers_of_persons()
    ends = {"": AUTOMATIC, SECOND_END: REVIEW}
    return {
        end: Repeats({tuple(row[:-2]): row[-2] for row in rows if row[-1] == band})
        for end, band in ends.items()
    }


def counted_part(
    count: YearCount, name: str, *, together: Collection[str] = (), large_from: int = ONE_WAY_BELOW
) -> CountedTable:
    """The true counts of a part; not available where it needs links and there are none. `together` as in `parts`.

    Countries of `large_from` persons in the year have rows of their own in tables of pairs. Raises KeyError.
    """
    part = link_part(name)
    shell = part.shell
    available, missing = count.missing(shell.needs, together)
    available = available and (count.has_bands or not part.needs_links)
    large = tuple(code for code in count.countries if count.country_persons[code] >= large_from)
    persons = None
    if available:
        persons = count.populations.linked.population(
            shell.population, countries=count.countries, large=large
        )
    dimensions = tuple(_dimension(count, one, persons, large, missing) for one in shell.dimensions)
    cells = np.zeros([len(dimension.codes) for dimension in dimensions], dtype=np.int64)
    if persons is not None:
        cells = count.cells_of(persons, shell.dimensions, dimensions, missing)
    sums = printed_sums(name)
    counts = by_key(dimensions, with_sums(cells, dimensions))
    dimensions = (*dimensions[:-1], _with_sums(dimensions[-1], sums))
    return CountedTable(
        text=shell.text,
        dimensions=dimensions,
        counts={key: _count_of(key, counts, sums) for key in product(*(d.printed_codes for d in dimensions))},
        sums=sums,
        rows=dimensions[0].name,
        available=available,
        missing=missing,
        needs=not_available_for(shell.needs) if shell.needs else "",
        never_same=part.never_same,
    )


def _dimension(
    count: YearCount,
    shell: DimensionShell,
    persons: ir.Table | None,
    large: Sequence[str],
    missing: Collection[str],
) -> Dimension:
    """The dimension of a part; receiving countries and pairs are large ones."""
    match shell.name:
        case "to_country":
            return _with_other(shell.as_dimension(large), OTHER, "Other countries")
        case "pair":
            return _with_other(_pairs(shell, large), OTHER_PAIRS, "Pairs with a smaller country")
        case _:
            return count.dimension(shell, persons, without=missing)


def _pairs(shell: DimensionShell, countries: Sequence[str]) -> Dimension:
    """The pairs of these countries, each in the order of their codes."""
    labels = labels_of(COUNTRIES)
    pairs = {BETWEEN.join(pair): pair for pair in combinations(sorted(countries), 2)}
    told = {code: f"{labels[one]} and {labels[other]}" for code, (one, other) in pairs.items()}
    return Dimension(shell.name, shell.title, tuple(pairs), told)


def _with_sums(dimension: Dimension, sums: Mapping[str, Sequence[str]]) -> Dimension:
    """The dimension with its sums as further codes."""
    told = {one: ", ".join(dimension.labels[code] for code in codes) for one, codes in sums.items()}
    return replace(dimension, codes=(*dimension.codes, *sums), labels={**dimension.labels, **told})


def _count_of(key: Key, counts: Mapping[Key, int], sums: Mapping[str, Sequence[str]]) -> int:
    *others, last = key
    return sum(counts[(*others, code)] for code in sums.get(last, (last,)))


def _with_other(dimension: Dimension, code: str, label: str) -> Dimension:
    """The dimension with one more code at its end."""
    return replace(dimension, codes=(*dimension.codes, code), labels={**dimension.labels, code: label})
