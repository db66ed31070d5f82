"""The shapes that the counting, the protection and the rendering of tables hand to one another.

A table is a cross of dimensions, each with a TOTAL; a cell is named by one code for each dimension. Counted
tables hold true counts and never leave this package; protected tables hold what may be read by everybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

TOTAL = "TOTAL"
"""The code of a sum over a dimension. It is no code of any list."""

POOLED = "POOLED"
"""The code under which countries with too few persons stand together ("Small numbers": under 5 in a year)."""

POOLED_LABEL = "Countries shown together"

REGION = "REGION"
"""The code of the region with each person once, a row of A1 alone; TOTAL is the sum of countries."""

NOT_SHOWN: Final = "c"
"""Not shown, may be zero (disclosure control, decision 2: one mark alone)."""
TRUE_ZERO: Final = "-"
"""A true zero, printed only where no `c` stands in its row or column."""
NOT_AVAILABLE: Final = ".."
"""Nobody sent the part of the record that this figure needs."""

Mark = Literal["c", "-", ".."]
Key = tuple[str, ...]
"""One code for each dimension, in the order of the dimensions; TOTAL where the cell sums over one."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis: the field or rule it stands for, and its codes in the order of print, without TOTAL; its labels may
    have more, TOTAL among them."""

    name: str
    title: str
    codes: tuple[str, ...]
    labels: Mapping[str, str]
    has_total: bool = True
    is_additive: bool = True
    """False where one person may stand under several codes (services received): then the codes do not sum to
    TOTAL."""

    @property
    def printed_codes(self) -> tuple[str, ...]:
        """The codes in the order of print, TOTAL last where it has one."""
        return (*self.codes, TOTAL) if self.has_total else self.codes


@dataclass(frozen=True, slots=True)
class TableText:
    """What a reader is told about a table, whatever its numbers."""

    id: str
    title: str
    unit: str
    population: str
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class CountedTable:
    """True counts: `counts` has every combination of codes and TOTALs that is printed. Never leaves the
    package."""

    text: TableText
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Key, int]
    rows: str
    """The name of the dimension that is printed downwards; the others go across, the first outermost."""
    available: bool = True
    """False when nobody sent the module that the table needs: then every cell is `..`."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Countries of which nobody sent what the table needs, with their labels: no dimension and no sum has them,
    they are printed as `..`. Of countries that stand together all are missing or none."""
    needs: str = ""
    """How the sentence begins that names them."""
    not_available: frozenset[Key] = frozenset()
    """Cells that are `..` although the rest of the table is there: nobody sent what they alone need."""
    never_same: tuple[str, ...] = ()
    """Dimensions of which no two have the same code: nobody returns from a country to itself, as every reader knows."""
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of the last dimension that are sums of others, as they are printed: protected like any code."""
    hidden: frozenset[Key] = frozenset()
    """Cells that are not printed whatever they count, so that others are."""
    region: Mapping[str, int] = field(default_factory=dict)
    """A1 alone: persons of the region, each counted once, by the code of the other dimension."""


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """What is published: a whole number or a mark for every cell that is printed."""

    text: TableText
    dimensions: tuple[Dimension, ...]
    cells: Mapping[Key, int | float | Mark]
    rows: str
    measure: Literal["count", "percent"] = "count"
    notes: tuple[str, ...] = ()
    """What the protection did, in words: pooled countries, coarser lists."""


@dataclass(frozen=True, slots=True)
class Release:
    """The protected tables of one year, in the order of print."""

    year: int
    tables: tuple[ProtectedTable, ...]
    rules: Mapping[str, int] = field(default_factory=dict)
    """The small numbers that held, by name, so that a reader can check them."""
    method: Mapping[str, str] = field(default_factory=dict)
    """How the records were made ready before they were counted, by name, as the caller says: how cases were linked."""

    def table(self, table_id: str) -> ProtectedTable | None:
        """The table with this id, or None."""
        return next((table for table in self.tables if table.text.id == table_id), None)

    def as_json(self) -> str:
        """The release as canonical text: the same release always gives the same bytes."""
        tables = [_table_as_json(table) for table in self.tables]
        method = {"method": dict(self.method)} if self.method else {}
        release = {"year": self.year, "rules": dict(self.rules), "tables": tables} | method
        return json.dumps(release, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Release:
        """The release that `as_json` wrote."""
        release: dict[str, Any] = json.loads(text)
        tables = tuple(_table_from_json(table) for table in release["tables"])
        method = release.get("method", {})
        return cls(year=release["year"], tables=tables, rules=release["rules"], method=method)


def _table_as_json(table: ProtectedTable) -> dict[str, object]:
    """A table with its cells as a list in the order of print, because keys of several codes are no JSON names."""
    return asdict(table) | {
        "dimensions": [_dimension_as_json(dimension) for dimension in table.dimensions],
        "cells": [[*key, cell] for key, cell in table.cells.items()],
    }


def _dimension_as_json(dimension: Dimension) -> dict[str, object]:
    """A dimension with its labels in the order of print."""
    return asdict(dimension) | {"labels": [[code, label] for code, label in dimension.labels.items()]}


def _table_from_json(table: dict[str, Any]) -> ProtectedTable:
    text = table["text"] | {"notes": tuple(table["text"]["notes"])}
    return ProtectedTable(
        **table
        | {
            "text": TableText(**text),
            "dimensions": tuple(_dimension_from_json(one) for one in table["dimensions"]),
            "cells": {tuple(key): cell for *key, cell in table["cells"]},
            "notes": tuple(table["notes"]),
        }
    )


def _dimension_from_json(dimension: dict[str, Any]) -> Dimension:
    return Dimension(**dimension | {"codes": tuple(dimension["codes"]), "labels": dict(dimension["labels"])})


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What every rendering of a release says of it, so that a figure can be traced and cited."""

    id: str
    year: int
    revision: int
    cut: datetime
    published_at: datetime | None
    url: str = ""
