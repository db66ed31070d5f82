"""Counting: a shell and a year become a table of true counts.

Each table is one group-by over its population; totals are sums of its cells, or a second group-by where one person
stands under several codes. The result holds true counts: it must never leave the package unprotected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from reports.classifications import COUNTRIES, codes_of, labels_of
from reports.engine import Engine, Resources, open_engine
from reports.errors import UncountedCode
from reports.frame import Frame, check_columns
from reports.indicators import IDENTIFIED
from reports.joining import join_counted
from reports.keys import number_keys
from reports.populations import COUNTED_ENTITIES, LINKED_ENTITIES, Populations
from reports.shells import (
    INDICATORS,
    TABLES,
    DimensionShell,
    IndicatorShell,
    TableShell,
    dimension_shell,
    indicator_shell,
    not_available_for,
    note,
    table_shell,
)
from reports.tables import CountedTable, Dimension, Key, TableText

Counts = NDArray[np.int64]

COUNTRY = "reporting_country"


def count_table(
    frame: Frame, shell_id: str, *, year: int, resources: Resources | None = None
) -> CountedTable:
    """The true counts of one table or indicator. Raises FrameError and UnknownShell."""
    with open_count(frame, year=year, resources=resources) as count:
        return count.indicator(shell_id) if shell_id in INDICATORS else count.table(shell_id)


def count_all(frame: Frame, *, year: int, resources: Resources | None = None) -> list[CountedTable]:
    """The true counts of all tables and indicators of the annual report, in the order of print."""
    with open_count(frame, year=year, resources=resources) as count:
        return [*map(count.table, TABLES), *map(count.indicator, INDICATORS)]


def count_cross(
    frame: Frame, columns: Sequence[str], *, year: int, resources: Resources | None = None
) -> pd.DataFrame:
    """The identified victims of the year, by any attributes of theirs: one row a combination that occurs, and
    `count`. Codes are as counted, before any grouping. Raises FrameError."""
    with open_count(frame, year=year, resources=resources) as count:
        return count.cross("identified", columns)


def tidy(table: CountedTable) -> pd.DataFrame:
    """One row a cell: a column for each dimension, TOTAL among its codes, and `count`."""
    names = [dimension.name for dimension in table.dimensions]
    return pd.DataFrame([(*key, count) for key, count in table.counts.items()], columns=[*names, "count"])


@contextmanager
def open_count(frame: Frame, *, year: int, resources: Resources | None = None) -> Iterator[YearCount]:
    """The count of one year over a checked frame, for as long as it is needed. Raises FrameError."""
    check_columns(frame)
    case = frame.tables["case"]
    has_links = not case["person_id"].equals(case["case_id"])
    has_bands = has_links or not case["person_id_with_review"].equals(case["case_id"])
    entities = (*COUNTED_ENTITIES, *(LINKED_ENTITIES if has_bands else ()))
    tables = number_keys({name: frame.tables[name] for name in entities})
    with open_engine(resources) as engine:
        populations = Populations(tables, engine, year=year)
        yield YearCount(populations, engine, has_links=has_links, has_bands=has_bands)


class YearCount:
    """Counts the tables of one year; what several of them need is worked out once."""

    def __init__(
        self, populations: Populations, engine: Engine, *, has_links: bool, has_bands: bool = False
    ) -> None:
        """`has_links`: whether any person is another key than its case; without, persons are cases. `has_bands`: the
        same with review."""
        self.populations = populations
        self._engine = engine
        self._has_links = has_links
        self.has_bands = has_bands

    def table(self, shell_id: str) -> CountedTable:
        """The true counts of one table as it is printed. Raises UnknownShell."""
        return self.join(shell_id, self.parts(shell_id))

    def parts(self, shell_id: str, *, together: Collection[str] = ()) -> tuple[CountedTable, ...]:
        """The true counts of one table as it is protected: as several tables where it is printed from several.

        What one of the countries that stand `together` sent is there for all of them. Raises UnknownShell.
        """
        shell = table_shell(shell_id)
        return tuple(self._table(part, together) for part in shell.parts or (shell,))

    def join(self, shell_id: str, parts: Sequence[CountedTable]) -> CountedTable:
        """The one table that is printed from its parts. Raises UnknownShell."""
        shell = table_shell(shell_id)
        return join_counted(shell, parts, region=self._region(parts)) if shell.parts else parts[0]

    def indicator(self, shell_id: str, *, together: Collection[str] = ()) -> CountedTable:
        """The true counts of one indicator: of each country those in the numerator, and the others of the
        denominator. `together` as in `parts`. Raises UnknownShell."""
        shell = indicator_shell(shell_id)
        available, missing = self.missing(shell.needs, together)
        countries = self.dimension(dimension_shell(COUNTRY), without=missing)
        dimensions = (countries, dimension_shell("part").as_dimension())
        return CountedTable(
            text=self._text(shell.text),
            dimensions=dimensions,
            counts=by_key(dimensions, with_sums(self._sides(shell, countries.codes), dimensions)),
            rows=COUNTRY,
            available=available,
            missing=missing,
            needs=not_available_for(shell.needs),
        )

    def cross(
        self, population: str, columns: Sequence[str], *, without: Collection[str] = ()
    ) -> pd.DataFrame:
        """The persons of a population by columns of it: one row a combination that occurs, and `count`; `without`
        some countries."""
        return self._cross(self.populations[population], columns, without)

    def _cross(self, persons: ir.Table, columns: Sequence[str], without: Collection[str]) -> pd.DataFrame:
        if without:
            persons = persons.filter(_.reporting_country.notin(list(without)))
        counted: pd.DataFrame = self._engine.collect(
            persons.group_by(*columns).agg(count=_.count())
        ).to_pandas()
        return counted

    @cached_property
    def country_persons(self) -> Mapping[str, int]:
        """The identified victims of the year in each country that the tables print."""
        counted = self._by_country(self.populations["identified"])
        return {country: counted.get(country, 0) for country in self.countries}

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Countries with anybody identified or assisted in the year: the same in every table but A3."""
        populations = (self.populations[name] for name in ("identified", "assisted"))
        return self._in_order(country for persons in populations for country in self._by_country(persons))

    def _in_order(self, countries: Iterable[str]) -> tuple[str, ...]:
        found = set(countries)
        return tuple(code for code in codes_of(COUNTRIES) if code in found)

    def dimension(
        self, shell: DimensionShell, persons: ir.Table | None = None, *, without: Collection[str] = ()
    ) -> Dimension:
        """The dimension; that of countries has those of the year and of these persons, labels of `without`, too."""
        if shell.name != COUNTRY:
            return shell.as_dimension()
        countries = self.countries
        if persons is not None:
            countries = self._in_order([*countries, *self._by_country(persons)])
        dimension = shell.as_dimension(countries)
        return replace(dimension, codes=tuple(code for code in countries if code not in without))

    def missing(self, needs: str, together: Collection[str]) -> tuple[bool, Mapping[str, str]]:
        """Whether anybody sent what a table needs, and the countries, with their labels, of which nobody did."""
        if not needs:
            return True, {}
        known = set(self._by_country(self.populations.known(needs)))
        if not known.isdisjoint(together):
            known.update(together)
        labels = labels_of(COUNTRIES)
        missing = {code: labels[code] for code in self.countries if code not in known}
        if len(missing) == len(self.countries):
            return False, {}
        return True, missing

    def _by_country(self, persons: ir.Table) -> dict[str, int]:
        counted = self._engine.collect(persons.group_by(COUNTRY).agg(count=_.count()))
        return dict(zip(*counted.to_pydict().values(), strict=True))

    def _text(self, text: TableText) -> TableText:
        """A reader is told that persons are cases for as long as no case is linked."""
        return text if self._has_links else replace(text, notes=(*text.notes, note("cases")))

    def _table(self, shell: TableShell, together: Collection[str]) -> CountedTable:
        available, missing = self.missing(shell.needs, together)
        recorded = self.populations["recorded"] if shell.population == "recorded" else None
        dimensions = tuple(self.dimension(one, recorded, without=missing) for one in shell.dimensions)
        return CountedTable(
            text=self._text(shell.text),
            dimensions=dimensions,
            counts=by_key(dimensions, self._cells(shell, dimensions, missing)),
            rows=dimensions[0].name,
            available=available,
            missing=missing,
            needs=not_available_for(shell.needs) if shell.needs else "",
        )

    def _cells(self, shell: TableShell, dimensions: Sequence[Dimension], without: Collection[str]) -> Counts:
        """The counts of every combination of codes and TOTALs, one axis a dimension."""
        cells = self._counts(shell.population, shell.dimensions, dimensions, without)
        for axis, one in enumerate(shell.dimensions):
            if one.total_over:
                totals = self._counts(
                    one.total_over, _without(shell.dimensions, axis), _without(dimensions, axis), without
                )
                cells = np.concatenate([cells, np.expand_dims(totals, axis)], axis=axis)
        return with_sums(cells, dimensions)

    def _counts(
        self,
        population: str,
        shells: Sequence[DimensionShell],
        dimensions: Sequence[Dimension],
        without: Collection[str],
    ) -> Counts:
        return self.cells_of(self.populations[population], shells, dimensions, without)

    def cells_of(
        self,
        persons: ir.Table,
        shells: Sequence[DimensionShell],
        dimensions: Sequence[Dimension],
        without: Collection[str],
    ) -> Counts:
        """The counts of every combination of codes in a population. Raises UncountedCode rather than drop anybody."""
        counted = self._cross(persons, [shell.column for shell in shells], without)
        cells = np.zeros([len(dimension.codes) for dimension in dimensions], dtype=np.int64)
        places = tuple(
            places_of(counted[shell.column], shell, dimension)
            for shell, dimension in zip(shells, dimensions, strict=True)
        )
        np.add.at(cells, places, counted["count"].to_numpy())
        return cells

    def _sides(self, shell: IndicatorShell, countries: Sequence[str]) -> Counts:
        """Of each country the numerator and the rest of the denominator."""
        measured = self.populations["measured"]
        above = self._by_country(measured.filter(_[shell.numerator]))
        below = self.country_persons
        if shell.denominator != IDENTIFIED:
            below = self._by_country(measured.filter(_[shell.denominator]))
        sides = [(above.get(country, 0), below.get(country, 0)) for country in countries]
        return np.array([(part, whole - part) for part, whole in sides], dtype=np.int64).reshape(-1, 2)

    def _region(self, parts: Sequence[CountedTable]) -> Mapping[str, int]:
        """The persons of the region, each once, by the measure of A1; nothing where no case is linked."""
        if not self._has_links:
            return {}
        without = {code for part in parts for code in part.missing}
        persons = self.populations.of_the_region(without=without)
        counted = self._engine.collect(persons.group_by("measure").agg(count=_.count())).to_pydict()
        by_measure = dict(zip(counted["measure"], counted["count"], strict=True))
        return {code: by_measure.get(code, 0) for code in codes_of("MEASURE")}


def places_of(codes: pd.Series[str], shell: DimensionShell, dimension: Dimension) -> Counts:
    """Where each counted code stands among the printed ones."""
    place = {code: number for number, code in enumerate(dimension.codes)}
    places = codes.map({code: place.get(shell.printed_code(code)) for code in codes.unique()})
    if places.isna().any():
        raise UncountedCode(dimension.name)
    return places.to_numpy(np.int64)


def with_sums(cells: Counts, dimensions: Sequence[Dimension]) -> Counts:
    """The cells and, along each additive dimension that has one, their TOTAL."""
    for axis, dimension in enumerate(dimensions):
        if dimension.has_total and dimension.is_additive:
            cells = np.concatenate([cells, cells.sum(axis=axis, keepdims=True)], axis=axis)
    return cells


def by_key(dimensions: Sequence[Dimension], cells: Counts) -> Mapping[Key, int]:
    """The cells by their codes, in the order of print."""
    codes = (dimension.printed_codes for dimension in dimensions)
    return dict(zip(product(*codes), cells.ravel().tolist(), strict=True))


def _without(values: Sequence[Any], axis: int) -> Sequence[Any]:
    """The values but the one at this place; of whatever type they are."""
    return [value for place, value in enumerate(values) if place != axis]
