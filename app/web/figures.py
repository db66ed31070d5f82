"""The key figures of a release and its one chart, taken from table A1 as it was published. Nothing is counted here."""

from __future__ import annotations

from dataclasses import dataclass

import reports
from app.web.wording import KEY_FIGURES
from reports.shells import note
from reports.tables import REGION, TOTAL, Mark, ProtectedTable

KEY_TABLE = "A1"
COUNTRIES = "reporting_country"
MEASURES = "measure"
CHARTED = "IDENTIFIED"
PERSONS_ARE_CASES = note("cases")
"""Stands among the notes of a table for as long as no case is linked to another."""


@dataclass(frozen=True, slots=True)
class CountryBar:
    """One bar of the chart; a mark has none."""

    label: str
    value: int | float | Mark
    length: str
    """In hundredths of the longest bar, as SVG takes it."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A sum of countries, or the mark that stands for it."""

    label: str
    value: int | float | Mark


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Persons identified, assisted and newly assisted, and what a reader must know of them."""

    figures: tuple[KeyFigure, ...]
    warnings: tuple[str, ...]


def key_figures(release: reports.Release) -> KeyFigures | None:
    """The sums of countries as A1 prints them; None without A1."""
    table = release.table(KEY_TABLE)
    if table is None:
        return None
    figures = tuple(
        KeyFigure(KEY_FIGURES[code], table.cells[_cell(table, TOTAL, code)])
        for code, _ in _codes(table, MEASURES)
        if code in KEY_FIGURES
    )
    return KeyFigures(figures, tuple(one for one in table.text.notes if one == PERSONS_ARE_CASES))


def bars_by_country(release: reports.Release) -> tuple[CountryBar, ...]:
    """Persons identified by reporting country, the most first; countries whose figure is not shown come last."""
    table = release.table(KEY_TABLE)
    if table is None:
        return ()
    figures = [
        (label, table.cells[_cell(table, code, CHARTED)])
        for code, label in _codes(table, COUNTRIES)
        if code != REGION
    ]
    longest = max((_height(value) for _, value in figures), default=0) or 1
    return tuple(
        CountryBar(label, value, f"{100 * _height(value) / longest:.1f}%")
        for label, value in sorted(
            figures, key=lambda figure: (isinstance(figure[1], str), -_height(figure[1]))
        )
    )


def _codes(table: ProtectedTable, name: str) -> list[tuple[str, str]]:
    dimension = next(dimension for dimension in table.dimensions if dimension.name == name)
    return [(code, dimension.labels[code]) for code in dimension.codes]


def _cell(table: ProtectedTable, country: str, measure: str) -> tuple[str, ...]:
    wanted = {COUNTRIES: country, MEASURES: measure}
    return tuple(wanted[dimension.name] for dimension in table.dimensions)


def _height(value: int | float | Mark) -> float:
    return 0 if isinstance(value, str) else value
