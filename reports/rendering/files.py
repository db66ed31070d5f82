"""A protected table as CSV and as JSON: every cell with its codes and its labels, for programs.

Marks stand in `obs_status` and never among the numbers. It must never write a value for a cell that is not
shown.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from reports.percentages import Percent, percent_of_cells, percentages
from reports.rendering.layout import layout
from reports.rendering.words import MARK_MEANINGS, cite, label_of, safe_text
from reports.tables import TRUE_ZERO, Dimension, Key, Mark, ProtectedTable, Release, ReleaseFacts

PERCENT_COLUMNS = ("percent", "percent_of", "percent_status")


def to_csv(table: ProtectedTable, facts: ReleaseFacts) -> bytes:
    """One row a cell, UTF-8: release, revision, year, table, each dimension's code and label, unit,
    obs_value, obs_status; where the table has them, percent, percent_of (how many that is percent of) and
    percent_status. A true zero has the value 0 and the status `-`; `c` and `..` have no value."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    percents = percent_of_cells(table)
    writer.writerow([*_columns(table), *(PERCENT_COLUMNS if percents else ())])
    constant = [facts.id, str(facts.revision), str(facts.year), table.text.id]
    for key, value in _cells(table):
        codes = [
            word for d, code in zip(table.dimensions, key, strict=True) for word in (code, label_of(d, code))
        ]
        row = [*constant, *codes, table.text.unit, _value(value), _status(value)]
        if percents:
            row += _percent_words(percents.get(key))
        writer.writerow([safe_text(word) for word in row])
    return text.getvalue().encode()


def to_json(table: ProtectedTable, facts: ReleaseFacts) -> bytes:
    """The table with its text, its code lists and its cells; keys in alphabetical order, cells in that of
    print."""
    percents = percent_of_cells(table)
    document = {
        "citation": cite(facts, table.text.title),
        "release": {
            "id": facts.id,
            "year": facts.year,
            "revision": facts.revision,
            "cut": facts.cut.isoformat(),
            "published_at": facts.published_at.isoformat() if facts.published_at else None,
            "url": facts.url,
        },
        "table": {
            "id": table.text.id,
            "title": table.text.title,
            "unit": table.text.unit,
            "population": table.text.population,
            "source": table.text.source,
            "measure": table.measure,
            "rows": table.rows,
            "notes": [*table.notes, *table.text.notes],
        },
        "marks": MARK_MEANINGS,
        "dimensions": [_dimension(dimension) for dimension in table.dimensions],
        "cells": [
            _cell(table, key, value) | (_percent_values(percents.get(key)) if percents else {})
            for key, value in _cells(table)
        ],
    }
    if in_percent := percentages(table):
        document["percent"] = {"notes": list(in_percent.text.notes)}
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def release_to_json(release: Release) -> str:
    """The whole release as the canonical text that is kept: the same release, the same text."""
    return release.as_json()


def release_from_json(text: str) -> Release:
    """The release that `release_to_json` wrote."""
    return Release.from_json(text)


def _columns(table: ProtectedTable) -> list[str]:
    dimensions = [name for d in table.dimensions for name in (d.name, f"{d.name}_label")]
    return ["release", "revision", "year", "table", *dimensions, "unit", "obs_value", "obs_status"]


def _cells(table: ProtectedTable) -> Iterator[tuple[Key, int | float | Mark]]:
    """In the order of print."""
    return ((key, table.cells[key]) for row in layout(table).body for key in row.keys)


def _value(value: int | float | Mark) -> str:
    if value == TRUE_ZERO:
        return "0"
    return "" if isinstance(value, str) else str(value)


def _status(value: int | float | Mark) -> str:
    return value if isinstance(value, str) else ""


def _percent_words(percent: Percent | None) -> list[str]:
    """What stands in PERCENT_COLUMNS; nothing where a cell has no percent."""
    return [_value(percent.value), _value(percent.of), _status(percent.value)] if percent else ["", "", ""]


def _percent_values(percent: Percent | None) -> dict[str, object]:
    values = (
        (_number(percent.value), _number(percent.of), _status(percent.value)) if percent else (None, None, "")
    )
    return dict(zip(PERCENT_COLUMNS, values, strict=True))


def _dimension(dimension: Dimension) -> dict[str, object]:
    return {
        "name": dimension.name,
        "title": dimension.title,
        "has_total": dimension.has_total,
        "is_additive": dimension.is_additive,
        "codes": [{"code": code, "label": dimension.labels[code]} for code in dimension.codes],
    }


def _cell(table: ProtectedTable, key: Key, value: int | float | Mark) -> dict[str, object]:
    codes = {dimension.name: code for dimension, code in zip(table.dimensions, key, strict=True)}
    return {"codes": codes, "value": _number(value), "status": _status(value)}


def _number(value: int | float | Mark) -> int | float | None:
    if value == TRUE_ZERO:
        return 0
    return None if isinstance(value, str) else value
