"""Mapping profiles: how the columns and codes of another standard become those of the case sheet.

A profile renames and recodes before clearing and judges nothing: a value that it does not know goes on as it
came and is refused by clearing. It must never make one record out of two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from anonymizer.catalogue.fields import SEPARATOR
from anonymizer.catalogue.findings import CASES
from anonymizer.chunks import Columns, RawChunk
from anonymizer.declared import Reading
from anonymizer.written_dates import iso_of

UNITS: Mapping[str, int] = MappingProxyType({"days": 1, "weeks": 7, "months": 1, "years": 12})
"""How many of the sheet's units one of the profile's is: nights in a week, months in a year."""
Several = Literal["semicolon", "brackets"]
"""How a cell of the other system holds several values: `a;b`, or `["a", "b"]`."""
_WHOLE_NUMBER = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the other standard, the sheet's column that it fills, and how values are rewritten.

    A value that is rewritten to the empty text says nothing of what the sheet asks, and is left out. `dates` is the
    format in which the column writes its days; empty when it writes them as ISO 8601 does.
    """

    source: str
    target: str
    values: Mapping[str, str]
    when_empty: str
    factor: int
    several: Several = "semicolon"
    dates: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A mapping from another standard, with what it fixes for its batches.

    An empty `legal_basis` leaves it to the sender. `ignored` columns are known, hold no identifier and have no place
    in the case sheet. `encoding` and `dates` are how the other system writes its files; None is UTF-8 and ISO 8601.
    """

    name: str
    legal_basis: str
    law: str
    atomic: bool
    columns: tuple[ColumnMapping, ...]
    constants: Mapping[str, str]
    ignored: frozenset[str] = field(default_factory=frozenset)
    encoding: str | None = None
    dates: str | None = None

    def apply(self, chunk: RawChunk) -> RawChunk:
        """The chunk in the sheet's columns. Where several fill the same one, the first with a value wins."""
        if chunk.sheet != CASES:
            return chunk
        columns = {name: cells for name, cells in chunk.columns.items() if name not in self.sources}
        for mapping in self.columns:
            if mapping.source in chunk.columns:
                _fill(columns, mapping.target, _rewrite(chunk.columns[mapping.source], mapping))
        for target, constant in self.constants.items():
            _fill(columns, target, [constant] * len(chunk.rows))
        return RawChunk(columns, chunk.rows)

    @property
    def sources(self) -> frozenset[str]:
        """The columns of the other standard."""
        return frozenset(mapping.source for mapping in self.columns) | self.ignored

    def reading(self, *, encoding: str | None = None, dates: str | None = None) -> Reading:
        """How its files are read. What the sender declares goes before what the profile says."""
        return Reading(encoding or self.encoding, dates or self.dates, self.sources)


def rewrite_cell(cell: str, mapping: ColumnMapping) -> str:
    """What a mapping makes of one cell."""
    if not cell.strip():
        return mapping.when_empty
    if mapping.several == "brackets":
        cell = _without_brackets(cell)
    if mapping.dates:
        cell = iso_of(cell, mapping.dates)
    if mapping.factor != 1 and _WHOLE_NUMBER.fullmatch(cell.strip()):
        return str(int(cell) * mapping.factor)
    if not mapping.values:
        return cell
    parts = (mapping.values.get(part.strip(), part) for part in cell.split(SEPARATOR))
    return SEPARATOR.join(part for part in parts if part) or mapping.when_empty


def _rewrite(cells: Sequence[str], mapping: ColumnMapping) -> list[str]:
    rewritten = {cell: rewrite_cell(cell, mapping) for cell in set(cells)}
    return [rewritten[cell] for cell in cells]


def _without_brackets(cell: str) -> str:
    """`["a", "b"]` as `a;b`; whatever is not written so stays as it came."""
    try:
        parts = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
        return SEPARATOR.join(parts)
    return cell


def _fill(columns: Columns, target: str, cells: list[str]) -> None:
    """Put the cells into the column, under what it has already."""
    earlier = columns.get(target)
    columns[target] = (
        cells if earlier is None else [old or new for old, new in zip(earlier, cells, strict=True)]
    )
