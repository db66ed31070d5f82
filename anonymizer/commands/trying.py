"""What a mapping profile makes of a file: which columns it covers, which values it does not know, what is refused.

It counts. It must never hold on to a row, name a column that the profile does not know, or give a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from anonymizer import (
    CASES,
    CODE_LISTS,
    DROPPED_COLUMNS,
    FIELDS,
    FINDINGS,
    SHEETS,
    Clearing,
    ClearingRules,
    Profile,
    RawChunk,
    Treatment,
)
from anonymizer.catalogue.fields import SEPARATOR
from anonymizer.catalogue.findings import place_of_column
from anonymizer.catalogue.sheets import codes_of
from anonymizer.profiles.mapping import ColumnMapping, rewrite_cell

ROWS_AT_ONCE = 100
"""Cleared together, so that clearing has room to list every conflict of them."""
MOST_VALUES = 10_000
"""Distinct values of one column that are told apart; a column with more is no column of codes."""
LEFT_OUT, OWN, UNKNOWN_COLUMN = "left out", "a column of the sheet", "unknown"


@dataclass
class TriedColumn:
    """One column of the file: its letter, its header if it is known, what it becomes, how many cells it has."""

    letter: str
    header: str
    becomes: str
    filled: int = 0


@dataclass
class Trial:
    """What was counted. `unknown_values` has distinct values by header and target, of which only numbers are shown."""

    profile: Profile
    columns: dict[str, TriedColumn] = field(default_factory=dict)
    unknown_values: dict[tuple[str, str], set[str]] = field(default_factory=dict, repr=False)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    received: int = 0
    rejected: int = 0

    @property
    def unknown_columns(self) -> list[TriedColumn]:
        """Those that would stop the reading."""
        return [column for column in self.columns.values() if column.becomes == UNKNOWN_COLUMN]

    def as_mapping(self) -> dict[str, object]:
        """For another program."""
        return {
            "profile": self.profile.name,
            "columns": [vars(column) for column in self.columns.values()],
            "unknown_values": [
                {"header": source, "target": target, "distinct": len(values)}
                for (source, target), values in self.unknown_values.items()
            ],
            "refusals": [
                {"column": column, "code": code, "number": FINDINGS[code].number, "count": count}
                for (column, code), count in self.refusals.most_common()
            ],
            "stats": {"received": self.received, "rejected": self.rejected},
        }


class Trying:
    """Tries a profile on the chunks of one file, under rules that name the profile."""

    def __init__(self, profile: Profile, rules: ClearingRules) -> None:
        self.trial = Trial(profile)
        self._rules = replace(rules, profile=profile)
        self._whole = Clearing(self._rules)

    def take(self, chunk: RawChunk) -> None:
        """Count a chunk. What the profile does not know is left out before the rest is cleared."""
        self._count_columns(chunk)
        if chunk.sheet == CASES:
            self._count_unknown_values(chunk)
        known = {
            name: cells
            for name, cells in chunk.columns.items()
            if self.trial.columns[name].becomes != UNKNOWN_COLUMN
        }
        known_chunk = RawChunk(known, chunk.rows, chunk.sheet)
        for piece in _pieces(known_chunk):
            for conflict in Clearing(self._rules).clear(piece).conflicts:
                self.trial.refusals[conflict.column, conflict.code] += 1
        cleared = self._whole.clear(known_chunk)
        self.trial.received += cleared.received
        self.trial.rejected += cleared.rejected
        for conflict in cleared.conflicts:
            if conflict.code == "doubled_case_number":  # seen over all rows alone
                self.trial.refusals[conflict.column, conflict.code] += 1

    def _count_columns(self, chunk: RawChunk) -> None:
        for place, (name, cells) in enumerate(chunk.columns.items()):
            becomes = _becomes(name, chunk.sheet, self.trial.profile)
            header = "" if becomes == UNKNOWN_COLUMN else name
            column = self.trial.columns.setdefault(name, TriedColumn(place_of_column(place), header, becomes))
            column.filled += len(cells) - cells.count("")

    def _count_unknown_values(self, chunk: RawChunk) -> None:
        for mapping in self.trial.profile.columns:
            is_known = _code_test(mapping.target)
            if is_known is None or mapping.source not in chunk.columns:
                continue
            unknown = {
                part
                for cell in set(chunk.columns[mapping.source])
                for part in _parts(cell, mapping)
                if not is_known(part)
            }
            if unknown:
                values = self.trial.unknown_values.setdefault((mapping.source, mapping.target), set())
                values.update(list(unknown)[: MOST_VALUES - len(values)])


def _becomes(name: str, sheet: str, profile: Profile) -> str:
    targets = [mapping.target for mapping in profile.columns if mapping.source == name]
    if targets and sheet == CASES:
        return ", ".join(
            f"{target} (dropped)" if target in DROPPED_COLUMNS else target
            for target in dict.fromkeys(targets)
        )
    if name in profile.ignored and sheet == CASES:
        return LEFT_OUT
    is_own = name in DROPPED_COLUMNS or any(column.column == name for column in SHEETS[sheet].columns)
    return OWN if is_own else UNKNOWN_COLUMN


def _code_test(target: str) -> Callable[[str], bool] | None:
    """Whether a text is a code of the target's list; None where the target takes numbers or days, too."""
    column = next((column for column in SHEETS[CASES].columns if column.column == target), None)
    if column is None:
        return None
    field_of_column = FIELDS[column.entity, column.field]
    if field_of_column.treatment not in (Treatment.RECODE, Treatment.DERIVE) or not field_of_column.code_list:
        return None
    if any(code.is_band for code in CODE_LISTS[field_of_column.code_list].codes.values()):
        return None
    return codes_of(column).__contains__


def _parts(cell: str, mapping: ColumnMapping) -> Iterator[str]:
    return (part.strip() for part in rewrite_cell(cell, mapping).split(SEPARATOR) if part.strip())


def _pieces(chunk: RawChunk) -> Iterator[RawChunk]:
    """A few rows at a time; a module's rows of one case belong together, so that it stays whole."""
    size = ROWS_AT_ONCE if chunk.sheet == CASES else max(len(chunk.rows), 1)
    for start in range(0, len(chunk.rows), size):
        part = slice(start, start + size)
        yield RawChunk(
            {name: cells[part] for name, cells in chunk.columns.items()}, chunk.rows[part], chunk.sheet
        )
