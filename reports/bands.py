"""Tables that rest on links as they are printed, worked out from protected cells alone.

Both ends of a band are sums of cells that are protected together, and what lies between them is a cell, too. It must
never see a true count: what it gives, a reader could work out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product

from reports.gaps import GAPS, REVIEWED, gap_code
from reports.joining import with_one_mark
from reports.link_tables import LinkColumn, LinkTable, Sum, code_of_sum
from reports.percentages import divided
from reports.rendering.words import label_of
from reports.small_numbers import SHARE_DENOMINATOR
from reports.tables import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    TOTAL,
    TRUE_ZERO,
    Dimension,
    Key,
    Mark,
    ProtectedTable,
)

Cell = int | float | Mark
Parts = Mapping[str, ProtectedTable]
Row = Mapping[str, str]
"""The codes of a printed row, by the dimension of the parts."""

ROW_OF_PAIRS = "pair"
"""The name of the rows where two dimensions of countries go down as one."""
NO_LINKS = "No case is linked: what rests on links is not available."


def print_link_table(shell: LinkTable, parts: Parts, *, has_links: bool) -> ProtectedTable:
    """The table from its protected parts. Where no case is linked, what rests on links is `..`."""
    first = parts[shell.parts[0]]
    every = dict(_rows(shell, first))
    lines = {key: _line(key, shell, parts, has_links) for key in every}
    rows = {key: label for key, label in every.items() if not _is_left_out(key, lines[key], shell)}
    cells = {key: cell for row in rows for key, cell in lines[row].items()}
    is_available = has_links or not all(column.needs_links for column in shell.columns)
    notes = dict.fromkeys(note for name in shell.parts for note in parts[name].notes)
    return ProtectedTable(
        text=shell.text,
        dimensions=(_down(shell, first, rows), _across(shell)),
        cells={**cells, **with_one_mark(_without_hidden_ratios(cells, shell))},
        rows=shell.rows[0] if len(shell.rows) == 1 else ROW_OF_PAIRS,
        measure="percent" if any(column.percent for column in shell.columns) else "count",
        notes=(*notes, *(() if has_links and is_available else (NO_LINKS,))),
    )


def _line(key: Key, shell: LinkTable, parts: Parts, has_links: bool) -> dict[Key, Cell]:
    """The cells of a printed row."""
    row = dict(zip(shell.rows, key, strict=True))
    return {(_code_of(key), column.code): _cell(column, row, parts, has_links) for column in shell.columns}


def _rows(shell: LinkTable, part: ProtectedTable) -> Iterator[tuple[Key, str]]:
    """The rows by the codes of the dimensions that go down; of pairs those of each sending country, then its sum."""
    down = [dimension for dimension in part.dimensions if dimension.name in shell.rows]
    for key in product(*(dimension.printed_codes for dimension in down)):
        if len(key) == 1:
            yield key, label_of(down[0], key[0])
        elif key[0] != key[1] and (key[0] != TOTAL or key[1] == TOTAL):
            to = "all countries" if key[1] == TOTAL else label_of(down[1], key[1])
            yield key, f"{label_of(down[0], key[0])} to {to}"
    if len(down) == 2:
        yield (TOTAL, TOTAL), label_of(down[0], TOTAL)


def _is_left_out(key: Key, line: Mapping[Key, Cell], shell: LinkTable) -> bool:
    """Whether a pair of countries has no row: where no figure of it is printed, whatever the reason."""
    is_pair = ROW_OF_PAIRS in shell.rows or len(key) == 2
    return is_pair and TOTAL not in key and all(isinstance(cell, str) for cell in line.values())


def _down(shell: LinkTable, part: ProtectedTable, rows: Mapping[Key, str]) -> Dimension:
    named = {_code_of(key): label for key, label in rows.items() if _code_of(key) != TOTAL}
    title = " to ".join(d.title for d in part.dimensions if d.name in shell.rows)
    name = shell.rows[0] if len(shell.rows) == 1 else ROW_OF_PAIRS
    labels = named | ({} if name == "reporting_country" else {TOTAL: "Sum"})
    has_total = name == ROW_OF_PAIRS or part.dimensions[0].has_total
    return Dimension(name, title, tuple(named), labels, has_total=has_total)


def _code_of(key: Key) -> str:
    return TOTAL if set(key) == {TOTAL} else "_".join(key)


def _across(shell: LinkTable) -> Dimension:
    labels = {column.code: column.label for column in shell.columns}
    return Dimension("figure", "Figure", tuple(labels), labels, has_total=False, is_additive=False)


def _without_hidden_ratios(cells: Mapping[Key, Cell], shell: LinkTable) -> Mapping[Key, Cell]:
    """The cells beside which a zero is no zero any more: a share or a median that is not shown hides no count."""
    ratios = {column.code for column in shell.columns if column.percent or column.median}
    return {key: cell for key, cell in cells.items() if key[1] not in ratios or cell != NOT_SHOWN}


def _cell(column: LinkColumn, row: Row, parts: Parts, has_links: bool) -> Cell:
    if column.needs_links and not has_links:
        return NOT_AVAILABLE
    if column.median:
        return _median(column, row, parts)
    whole = _sum(column.of, row, parts)
    if not column.percent:
        return whole
    part = _sum(column.percent, row, parts)
    return NOT_AVAILABLE if whole == TRUE_ZERO else divided(0 if part == TRUE_ZERO else part, whole)


def _sum(of: Sum, row: Row, parts: Parts) -> Cell:
    """The sum of the cells of each part; a mark where one is needed."""
    names = dict.fromkeys(part for part, _ in of.cells)
    return _added(
        [_of_part(parts[name], row, [code for part, code in of.cells if part == name]) for name in names]
    )


def _of_part(part: ProtectedTable, row: Row, codes: Sequence[str]) -> Cell:
    """The cell of one code of the last dimension, or of the sum of several, which is protected as a code of its own."""
    ordered = [code for code in part.dimensions[-1].codes if code in codes]
    return _at(part, row, codes[0] if len(codes) == 1 else code_of_sum(ordered))


def _at(part: ProtectedTable, row: Row, code: str) -> Cell:
    """A protected cell: a code of the last dimension in a row, which sums over dimensions that it does not name. Of a
    part that has nothing but rows it is the row's."""
    key = tuple(row.get(dimension.name, TOTAL) for dimension in part.dimensions)
    last = part.dimensions[-1].name
    return part.cells.get(key if last in row else (*key[:-1], code), NOT_AVAILABLE)


def _added(cells: Sequence[Cell]) -> Cell:
    for mark in (NOT_AVAILABLE, NOT_SHOWN):
        if mark in cells:
            return mark
    return sum(_count(cell) for cell in cells) or TRUE_ZERO


def _count(cell: Cell) -> int | float:
    return 0 if isinstance(cell, str) else cell


def _median(column: LinkColumn, row: Row, parts: Parts) -> Cell:
    """An end of the band of weeks in which the median lies, as far as published cells say it: those that are hidden
    stand in the lowest of their bands for the one end, and in the highest for the other."""
    pairs = _sum(column.of, row, parts)
    if isinstance(pairs, str):
        return NOT_AVAILABLE if pairs == TRUE_ZERO else pairs
    if pairs < SHARE_DENOMINATOR:
        return NOT_SHOWN
    cells = [(code.removeprefix(REVIEWED), _at(parts[part], row, code)) for part, code in column.of.cells]
    shown = [sum(_count(cell) for code, cell in cells if code == gap_code(*gap)) for gap in GAPS]
    hidden = [gap for gap, one in enumerate(GAPS) if (gap_code(*one), NOT_SHOWN) in cells]
    at = hidden[0 if column.median == "from" else -1] if hidden else 0
    shown[at] += pairs - sum(shown)
    middle = (pairs + 1) // 2 if column.median == "from" else pairs // 2 + 1
    first, last = next(gap for gap, upto in zip(GAPS, accumulate(shown), strict=True) if upto >= middle)
    end = first if column.median == "from" else last
    return NOT_AVAILABLE if end is None else end
