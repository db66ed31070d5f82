"""Tables that are printed side by side as one: A1 from the identified, and from the assisted by their first year.

They are counted and protected apart, so that what the printed columns give by subtraction is a cell of a table. It
must never add a figure: each cell of the whole is a cell of a part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

from reports.shells import TableShell
from reports.tables import (
    NOT_SHOWN,
    TOTAL,
    TRUE_ZERO,
    CountedTable,
    Dimension,
    Key,
    Mark,
    ProtectedTable,
    TableText,
)

Value = TypeVar("Value")
Cell = int | float | Mark


def join_counted(
    shell: TableShell, parts: Sequence[CountedTable], *, region: Mapping[str, int]
) -> CountedTable:
    """The true counts of the whole, and which of its cells nobody sent anything for: they are zero here."""
    dimensions = _dimensions(shell, parts)
    available = [part.counts if part.available else {} for part in parts]
    cells = _joined(shell, available)
    keys = list(_keys(dimensions))
    return CountedTable(
        text=_text(shell, parts),
        dimensions=dimensions,
        counts={key: cells.get(key, 0) for key in keys},
        rows=parts[0].rows,
        not_available=frozenset(keys) - cells.keys(),
        region=region,
    )


def join_protected(shell: TableShell, parts: Sequence[ProtectedTable]) -> ProtectedTable:
    """The protected tables as the one that is printed, with one mark for what is not shown."""
    dimensions = _dimensions(shell, parts)
    cells = _joined(shell, [part.cells for part in parts])
    return ProtectedTable(
        text=_text(shell, parts),
        dimensions=dimensions,
        cells=with_one_mark({key: cells[key] for key in _keys(dimensions)}),
        rows=parts[0].rows,
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def _dimensions(
    shell: TableShell, parts: Sequence[CountedTable] | Sequence[ProtectedTable]
) -> tuple[Dimension, ...]:
    """The rows are those of the first part: no other part has more."""
    return parts[0].dimensions[0], shell.dimensions[1].as_dimension()


def _text(shell: TableShell, parts: Sequence[CountedTable] | Sequence[ProtectedTable]) -> TableText:
    return replace(parts[0].text, population=shell.text.population)


def _keys(dimensions: tuple[Dimension, ...]) -> Collection[Key]:
    rows, columns = dimensions
    return list(product((*rows.codes, TOTAL), columns.codes))


def _joined(shell: TableShell, parts: Sequence[Mapping[Key, Value]]) -> dict[Key, Value]:
    """Each cell under its row and the column that its part or its code is."""
    return {
        (key[0], key[1] if key[1:] not in {(), (TOTAL,)} else part.total_as): value
        for part, cells in zip(shell.parts, parts, strict=True)
        for key, value in cells.items()
    }


def with_one_mark(cells: Mapping[Key, Cell]) -> Mapping[Key, Cell]:
    """A zero in a row or column with a `c` is `c` too, as in every table: the parts see to it each for itself."""
    rows, columns = ({key[axis] for key, value in cells.items() if value == NOT_SHOWN} for axis in (0, 1))
    beside = {
        key for key, value in cells.items() if value == TRUE_ZERO and (key[0] in rows or key[1] in columns)
    }
    return with_one_mark({**cells, **dict.fromkeys(beside, NOT_SHOWN)}) if beside else cells
