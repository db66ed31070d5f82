"""A published table in percent of those whose value is known, worked out from its published cells alone.

Which cells are divided by which stands with the shells (`percent`). It must never see a true count: what it gives, a
reader could work out, and where a side of a division is not shown it gives a mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from reports.shells import TABLES, PercentShell, table_shell
from reports.small_numbers import SHARE_DENOMINATOR, THRESHOLD, WHOLE_PERCENT_BELOW
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, TRUE_ZERO, Dimension, Key, Mark, ProtectedTable

Cell = int | float | Mark

HOW_TO_READ = (
    "Where 100 would stand is the number of those of whom these are percent. "
    f"A percent is shown from {SHARE_DENOMINATOR} on, with {THRESHOLD} or more on either side; "
    f"under {WHOLE_PERCENT_BELOW} it has no decimal."
)


@dataclass(frozen=True, slots=True)
class Percent:
    """A cell in percent, and how many that is percent of; a mark stands for either as for a count."""

    value: Cell
    of: Cell


def percentages(table: ProtectedTable) -> ProtectedTable | None:
    """The table in percent, with the number of the known where 100 would stand; None where it is asked for none."""
    shell = _shell_of(table)
    if shell is None:
        return None
    percents = percent_of_cells(table)
    dimensions = tuple(_of_known(dimension, shell) for dimension in table.dimensions)
    cells = {
        key: percents[key].value if key in percents else _number(_known(table, shell, key))
        for key in product(*(dimension.printed_codes for dimension in dimensions))
    }
    return ProtectedTable(
        text=replace(table.text, unit="percent", notes=(shell.told, HOW_TO_READ)),
        dimensions=dimensions,
        cells=cells,
        rows=table.rows,
        measure="percent",
        notes=table.notes,
    )


def percent_of_cells(table: ProtectedTable) -> Mapping[Key, Percent]:
    """The percent of each cell that has one: what is unknown has none, nor has a whole; nothing where it is asked
    for none."""
    shell = _shell_of(table)
    if shell is None:
        return {}
    return {key: _percent_of(table, shell, key) for key in table.cells if _isdivided(table, shell, key)}


def _shell_of(table: ProtectedTable) -> PercentShell | None:
    """What is asked of the table; a release of earlier years may have other dimensions, and then nothing is."""
    if table.measure == "percent" or table.text.id not in TABLES:
        return None
    shell = table_shell(table.text.id).percent
    names = {dimension.name for dimension in table.dimensions}
    return shell if shell is not None and names.issuperset(shell.over) else None


def _isdivided(table: ProtectedTable, shell: PercentShell, key: Key) -> bool:
    codes = [code for d, code in zip(table.dimensions, key, strict=True) if d.name in shell.over]
    return shell.unknown.isdisjoint(codes) and any(code != TOTAL for code in codes)


def _percent_of(table: ProtectedTable, shell: PercentShell, key: Key) -> Percent:
    whole = tuple(
        TOTAL if d.name in shell.over else code for d, code in zip(table.dimensions, key, strict=True)
    )
    part, known = _known(table, shell, key), _known(table, shell, whole)
    return Percent(divided(part, known), _number(known))


def _known(table: ProtectedTable, shell: PercentShell, key: Key) -> Cell:
    """The persons of a cell less those of whom a code over which it sums is unknown; a mark where one is needed."""
    terms = [(table.cells[cell], sign) for cell, sign in _terms(table, shell, key)]
    values = [value for value, _ in terms]
    for mark in (NOT_AVAILABLE, NOT_SHOWN):
        if mark in values:
            return mark
    return sum(sign * value for value, sign in terms if not isinstance(value, str))


def _terms(table: ProtectedTable, shell: PercentShell, key: Key) -> Iterator[tuple[Key, int]]:
    """The cells to add and to subtract: who is unknown in two ways was subtracted twice and is added again."""
    choices = [_choices(d, shell, code) for d, code in zip(table.dimensions, key, strict=True)]
    for chosen in product(*choices):
        minus = sum(is_minus for _, is_minus in chosen)
        yield tuple(code for code, _ in chosen), -1 if minus % 2 else 1


def _choices(dimension: Dimension, shell: PercentShell, code: str) -> list[tuple[str, bool]]:
    if dimension.name not in shell.over or code != TOTAL:
        return [(code, False)]
    unknown = [one for one in dimension.codes if one in shell.unknown][:1]
    return [(TOTAL, False), *((one, True) for one in unknown)]


def divided(part: Cell, known: Cell) -> Cell:
    """The percent, as the rules on small numbers allow it; a true zero stays one whatever it is divided by."""
    if NOT_AVAILABLE in (part, known):
        return NOT_AVAILABLE
    if part == 0:
        return TRUE_ZERO
    if isinstance(part, str) or isinstance(known, str):
        return NOT_SHOWN
    if known < SHARE_DENOMINATOR or min(part, known - part) < THRESHOLD:
        return NOT_SHOWN
    return _rounded(int(part), int(known))


def _rounded(part: int, known: int) -> int | float:
    """Halves upwards, in whole numbers, so that every machine agrees."""
    steps = 1 if known < WHOLE_PERCENT_BELOW else 10
    rounded = (200 * steps * part + known) // (2 * known)
    return rounded if steps == 1 else rounded / steps


def _number(known: Cell) -> Cell:
    """How many are known; few are not printed, although a reader could subtract them."""
    if isinstance(known, str):
        return known
    return NOT_SHOWN if 0 < known < THRESHOLD else known or TRUE_ZERO


def _of_known(dimension: Dimension, shell: PercentShell) -> Dimension:
    if dimension.name not in shell.over:
        return dimension
    codes = tuple(code for code in dimension.codes if code not in shell.unknown)
    return replace(dimension, codes=codes, labels={**dimension.labels, TOTAL: shell.whole})
