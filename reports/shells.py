"""Table shells and indicators as data: what is counted, what goes down and across, what a reader is told.

They stand in `definitions/shells.toml` and `definitions/indicators.toml`; here they are read, and nothing else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reports.classifications import UNKNOWN, codes_of, grouping, labels_of, read_definition
from reports.errors import UnknownShell
from reports.tables import Dimension, TableText


@dataclass(frozen=True)
class DimensionShell:
    """One axis before it is counted: its column in the population, and how its codes become printed ones."""

    name: str
    title: str
    codes: str
    """The list of its printed codes, in the order of print."""
    column: str
    grouping: str = ""
    """The roll-up that is applied to the counted codes, if any."""
    total: bool = True
    additive: bool = True
    total_over: str = ""
    """Where codes do not sum to the total: the population over which the total is counted."""

    def printed_code(self, code: str) -> str:
        """Under which code of the list a counted code is printed."""
        return grouping(self.grouping).get(code, code) if self.grouping else code

    def as_dimension(self, codes: Iterable[str] | None = None) -> Dimension:
        """The dimension of a table, with these codes alone or with the whole list."""
        labels = labels_of(self.codes)
        printed = codes_of(self.codes) if codes is None else tuple(codes)
        return Dimension(
            name=self.name,
            title=self.title,
            codes=printed,
            labels={code: labels[code] for code in printed},
            has_total=self.total,
            is_additive=self.additive,
        )


@dataclass(frozen=True)
class PercentShell:
    """How a table is printed in percent."""

    over: tuple[str, ...]
    """The dimensions over which the denominator sums."""
    unknown: frozenset[str]
    """Their codes that say nothing: the same persons under each. They have no percent and are in no denominator."""
    told: str
    whole: str
    """What is printed for all of whom something is known."""


@dataclass(frozen=True)
class TableShell:
    """One table before it is counted."""

    text: TableText
    population: str
    dimensions: tuple[DimensionShell, ...]
    """The first goes down, the others across."""
    needs: str
    """What a country must have sent to be in it, if anything: otherwise it is `..` and in no sum."""
    printed: str
    """The list of printed rows that are sums of the counted ones, if any."""
    percent: PercentShell | None = None
    parts: tuple[TableShell, ...] = ()
    """The tables that it is counted and protected as, where it is printed from several (joining.py)."""
    total_as: str = ""
    """Of a part: the column of the whole in which its TOTAL stands."""


@dataclass(frozen=True)
class IndicatorShell:
    """One indicator: the share of a flag among another (see indicators.py)."""

    text: TableText
    numerator: str
    denominator: str
    performance: bool
    needs: str
    """As in a table."""


@dataclass(frozen=True)
class PrintedRow:
    """A row that is the sum of counted rows."""

    code: str
    label: str
    parts: tuple[str, ...]


def table_shell(shell_id: str) -> TableShell:
    """The shell of a table. Raises UnknownShell."""
    try:
        return _table_shells()[shell_id]
    except KeyError:
        raise UnknownShell from None


def indicator_shell(shell_id: str) -> IndicatorShell:
    """The shell of an indicator. Raises UnknownShell."""
    try:
        return _indicator_shells()[shell_id]
    except KeyError:
        raise UnknownShell from None


def dimension_shell(name: str) -> DimensionShell:
    """A dimension by its name. Raises KeyError."""
    return _dimension_shells()[name]


def note(name: str) -> str:
    """A sentence for the reader by its name. Raises KeyError."""
    return str(_shells()["notes"][name])


def not_available_for(needs: str) -> str:
    """How the sentence begins that names countries without what a table needs. Raises KeyError."""
    return str(_shells()["needs"][needs])


def printed_rows(name: str) -> tuple[str, tuple[PrintedRow, ...]]:
    """The title and the rows of a list of printed rows. Raises KeyError."""
    listed = _shells()["printed"][name]
    rows = (PrintedRow(row["code"], row["label"], tuple(row["parts"])) for row in listed["rows"])
    return listed["title"], tuple(rows)


@cache
def _shells() -> Mapping[str, Any]:
    return tomllib.loads(read_definition("shells.toml"))


@cache
def _dimension_shells() -> Mapping[str, DimensionShell]:
    return {
        name: DimensionShell(name=name, **{"column": name, **entry})
        for name, entry in _shells()["dimensions"].items()
    }


@cache
def _table_shells() -> Mapping[str, TableShell]:
    return {entry["id"]: _table_shell(entry) for entry in _shells()["table"]}


def _table_shell(entry: Mapping[str, Any]) -> TableShell:
    parts = tuple(_table_shell({**entry, "parts": (), **part}) for part in entry.get("parts", ()))
    notes = (*(note(name) for name in entry["notes"]), *entry.get("own_notes", ()))
    return TableShell(
        text=TableText(entry["id"], entry["title"], entry["unit"], entry["told"], notes, entry["source"]),
        population=entry.get("population", ""),
        dimensions=tuple(dimension_shell(name) for name in (entry["rows"], *entry["columns"])),
        needs=entry.get("needs", ""),
        printed=entry.get("printed", ""),
        percent=_percent_shell(entry["percent"]) if "percent" in entry else None,
        parts=parts,
        total_as=entry.get("total_as", ""),
    )


def _percent_shell(entry: Mapping[str, Any]) -> PercentShell:
    return PercentShell(
        over=tuple(entry["over"]),
        unknown=frozenset(entry.get("unknown", [UNKNOWN])),
        told=entry["told"],
        whole=entry.get("whole", "Known"),
    )


@cache
def _indicator_shells() -> Mapping[str, IndicatorShell]:
    entries = tomllib.loads(read_definition("indicators.toml"))["indicator"]
    return {entry["id"]: _indicator_shell(entry) for entry in entries}


def _indicator_shell(entry: Mapping[str, Any]) -> IndicatorShell:
    return IndicatorShell(
        text=TableText(
            entry["id"],
            entry["title"],
            "share of persons",
            entry["population"],
            tuple(entry["notes"]),
            entry["source"],
        ),
        numerator=entry["numerator"],
        denominator=entry["denominator"],
        performance=entry["performance"],
        needs=entry["needs"],
    )


TABLES: tuple[str, ...] = tuple(_table_shells())
"""The tables of the annual report, in the order of print."""
INDICATORS: tuple[str, ...] = tuple(_indicator_shells())
"""Its indicators, in the order of print."""
