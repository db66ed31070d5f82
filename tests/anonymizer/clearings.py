"""What the tests of clearing share: one set of rules, a correct row, and rows that Hypothesis makes up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import strategies as st

from anonymizer import (
    CODE_LISTS,
    CONSENT,
    FIELDS,
    SHEET_COLUMNS,
    ClearedChunk,
    Clearing,
    ClearingRules,
    Profile,
    RawChunk,
    SheetColumn,
    Treatment,
)

TODAY = date(2026, 3, 31)
KEY = bytes(range(32))

CORRECT: Mapping[str, str] = {
    "case_number": "2025/17",
    "registered_on": "2025-03-04",
    "sex": "F",
    "age": "24",
    "citizenship": "MD",
    "identification_status": "IDENTIFIED",
    "identified_on": "2025-03-05",
    "identified_by": "NGO",
    "forms": "SEX",
    "consent": "YES",
}
"""All that a shelter must fill, and nothing more."""


def rules(
    legal_basis: str = CONSENT, *, profile: Profile | None = None, today: date = TODAY
) -> ClearingRules:
    """The rules of an organization that is registered in Serbia and in Montenegro."""
    return ClearingRules("RS", frozenset({"RS", "ME"}), legal_basis, KEY, today, profile)


def chunk_of(rows: Sequence[Mapping[str, str]]) -> RawChunk:
    """Rows as a chunk, numbered as in a spreadsheet; a column that one row has is empty in the others."""
    names = dict.fromkeys(name for row in rows for name in row)
    return RawChunk(
        {name: [row.get(name, "") for row in rows] for name in names}, list(range(2, len(rows) + 2))
    )


def clear_rows(rows: Sequence[Mapping[str, str]], legal_basis: str = CONSENT) -> ClearedChunk:
    """Clear some rows as one batch."""
    return Clearing(rules(legal_basis)).clear(chunk_of(rows))


def clear_one(legal_basis: str = CONSENT, **changes: str) -> dict[str, str]:
    """The cleared cells of the correct row with some changes; fails when it is not accepted."""
    cleared = clear_rows([{**CORRECT, **changes}], legal_basis)
    assert cleared.rejected == 0, cleared.conflicts
    return {name: cells[0] for name, cells in cleared.columns.items()}


def findings(legal_basis: str = CONSENT, **changes: str) -> list[tuple[str, str]]:
    """(column, code) of every conflict of the correct row with some changes."""
    return [
        (found.column, found.code) for found in clear_rows([{**CORRECT, **changes}], legal_basis).conflicts
    ]


@st.composite
def any_rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """A few rows, mostly without a mistake, so that what is accepted is as varied as what is refused."""
    rows = draw(st.lists(_ANY_ROW, min_size=1, max_size=6))
    for row in rows:
        if draw(st.integers(0, 2)) == 0:
            row[draw(st.sampled_from(sorted(row)))] = draw(_DIRTY_CELL)
    return rows


def _any_cell(column: SheetColumn) -> st.SearchStrategy[str]:
    """A cell that may stand in a column, and sometimes an empty one where that is allowed."""
    field = FIELDS[column.entity, column.field]
    match field.treatment:
        case Treatment.TOKEN:
            return st.text("0123456789/č ", min_size=1, max_size=5).map(lambda text: f"7{text}")
        case Treatment.WEEK | Treatment.MONTH:
            return st.dates(date(2023, 12, 1), TODAY).map(str)
        case Treatment.DROP:
            return st.dates(date(1980, 1, 1), date(2020, 1, 1)).map(str)
        case Treatment.BAND | Treatment.DAYS_BAND if not column.derived:
            return st.sampled_from(list(CODE_LISTS[field.code_list].codes)) | st.integers(0, 60).map(str)
        case _ if column.column == "country":
            return st.sampled_from(["RS", "ME", "SRB", "MNE"])
        case _ if column.several:
            codes = [code for code in CODE_LISTS[field.code_list].codes if code not in ("NONE", "UNK", "ZZ")]
            return st.lists(st.sampled_from(codes[:6]), min_size=1, max_size=3).map(";".join) | st.just("UNK")
        case _:
            return st.sampled_from([*CODE_LISTS[field.code_list].codes, *CODE_LISTS[field.code_list].aliases])


_CELLS = {column.column: _any_cell(column) for column in SHEET_COLUMNS}
_ANY_ROW = st.fixed_dictionaries(
    {name: cells for name, cells in _CELLS.items() if name in CORRECT},
    optional={name: cells for name, cells in _CELLS.items() if name not in CORRECT},
)
_DIRTY_CELL = st.one_of(
    st.sampled_from(["", " ", "NONE", "UNK", " F ", "2025-02", "2025", "2025-02-30", "-1", "c1:", ";"]),
    st.text(max_size=6),
)
