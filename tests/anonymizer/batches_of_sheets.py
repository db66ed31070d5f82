"""What the tests of modules and forms share: whole batches, correct rows of each sheet, and made-up ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from anonymizer import (
    CASES,
    CODE_LISTS,
    CONSENT,
    FIELDS,
    SHEETS,
    ClearedChunk,
    Clearing,
    RawChunk,
    SheetColumn,
    Treatment,
)
from tests.anonymizer.clearings import CORRECT, TODAY, rules

Rows = Sequence[Mapping[str, str]]
MODULE_SHEETS = tuple(name for name, sheet in SHEETS.items() if sheet.kind in ("one", "many"))
FORM_SHEETS = tuple(name for name, sheet in SHEETS.items() if sheet.is_form)
CHILD = {**CORRECT, "age": "12"}
CASE_NUMBER = CORRECT["case_number"]

CORRECT_MODULE_ROWS: Mapping[str, Mapping[str, str]] = {
    "case": {"case_status": "CLOSED", "date_closed": "2025-04-04"},
    "identification": {"country_of_identification": "RS", "date_first_contact": "2025-03-04"},
    "exploitation_episode": {"form": "SEX", "country_of_exploitation": "RS", "end_month": "2025-02"},
    "recruitment": {"method": "AGENCY"},
    "journey_leg": {"from_country": "MD", "to_country": "RS"},
    "referral": {
        "date_referred": "2025-03-06", "from_org_type": "NGO", "to_org_type": "NGO", "from_country": "RS",
        "to_country": "RS", "outcome": "ACCEPTED",
    },
    "assistance_episode": {
        "service": "SHELTER", "offered": "Y", "accepted": "ACCEPTED", "start_date": "2025-03-06",
        "provider_type": "NGO", "country": "RS",
    },
    "care_plan": {"plan_date": "2025-03-20"},
    "legal_status": {"reflection_offered": "Y", "trp_applied": "N", "expelled_or_deported": "N"},
    "justice": {"legal_aid": "GRANTED"},
    "child": {"guardian_appointed": "Y", "unaccompanied": "UNK", "care_arrangement": "UNK"},
    "return": {
        "return_date": "2025-06-02", "from_country": "RS", "to_country": "MD", "return_type": "VOLUNTARY_ASSISTED",
        "risk_assessment_done": "N", "consent_to_return": "Y",
    },
    "reintegration": {
        "plan_exists": "Y", "followup_months": "3", "followup_done": "NOT_DUE", "retrafficked": "N",
    },
    "consent": {
        "consent_version": "v2", "to_services": "YES", "to_referral_abroad": "NO", "to_research": "NO",
        "to_authorities": "NO", "given_by": "SELF", "date": "2025-03-04",
    },
    "shelter_capacity": {"country": "RS", "year": "2025"},
    "nrm_profile": {"country": "RS", "year": "2025"},
}  # fmt: skip
"""What must be filled of each module and form, and a little more; modules are of the correct case."""


@dataclass(frozen=True)
class Batch:
    """The cleared chunks of one batch, by sheet."""

    chunks: Mapping[str, ClearedChunk]

    def row(self, sheet: str, place: int = 0) -> dict[str, str]:
        """The cells of one accepted row."""
        return {name: cells[place] for name, cells in self.chunks[sheet].columns.items()}

    def found(self, sheet: str) -> list[tuple[int, str, str]]:
        """(row, column, code) of the conflicts that a sheet gave."""
        return [(one.row, one.column, one.code) for one in self.chunks[sheet].conflicts]

    def codes(self, sheet: str) -> list[tuple[str, str]]:
        """(column, code) of the same."""
        return [(column, code) for _, column, code in self.found(sheet)]

    def counts(self, sheet: str) -> tuple[int, int, int, int]:
        """Rows received, accepted, rejected and withheld."""
        chunk = self.chunks[sheet]
        return chunk.received, len(chunk.rows), chunk.rejected, chunk.withheld


def chunk_of_sheet(sheet: str, rows: Rows) -> RawChunk:
    """Rows of one sheet; a column that one row has is empty in the others."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    return RawChunk(columns, list(range(2, len(rows) + 2)), sheet)


def clear_batch(sheets: Mapping[str, Rows], legal_basis: str = CONSENT, *, today: date = TODAY) -> Batch:
    """Clear a batch of sheets, in the order in which they are given."""
    clearing = Clearing(rules(legal_basis, today=today), keeps_cases=True)
    return Batch({name: clearing.clear(chunk_of_sheet(name, rows)) for name, rows in sheets.items()})


def clear_again(batch: Batch, legal_basis: str = CONSENT) -> Batch:
    """Clear once more what was accepted."""
    clearing = Clearing(rules(legal_basis), keeps_cases=True)
    return Batch(
        {
            name: clearing.clear(RawChunk(chunk.columns, chunk.rows, name))
            for name, chunk in batch.chunks.items()
        }
    )


def module_row(sheet: str, **changes: str) -> dict[str, str]:
    """The correct row of a module or form, of the correct case, with some changes."""
    number = {} if SHEETS[sheet].is_form else {"case_number": CASE_NUMBER}
    return {**number, **CORRECT_MODULE_ROWS[sheet], **changes}


def clear_module(
    sheet: str, *rows: Mapping[str, str], case: Mapping[str, str] | None = CORRECT, legal_basis: str = CONSENT
) -> Batch:
    """Clear some rows of a module, after the row of their case unless that is None."""
    cases = {CASES: [case]} if case else {}
    return clear_batch({**cases, sheet: rows or [module_row(sheet)]}, legal_basis)


def any_cell(sheet: str, column: SheetColumn) -> st.SearchStrategy[str]:
    """A cell that may stand in a column of a module or form."""
    field = FIELDS[column.entity, column.field]
    codes = [code for code in CODE_LISTS[field.code_list].codes if code != "XXA"] if field.code_list else []
    match field.treatment:
        case Treatment.TOKEN:
            return st.sampled_from(["1", "2", "3"])
        case Treatment.WEEK | Treatment.MONTH:
            return st.dates(date(2024, 12, 1), TODAY).map(str)
        case Treatment.DROP:
            return st.just("Dom Nade")
        case Treatment.NUMBER:
            return st.integers(field.low or 0, min(field.high or 9, (field.low or 0) + 3)).map(str)
        case Treatment.LABEL:
            return st.sampled_from(["v2", "2025-1"])
        case Treatment.OFF:
            return st.just("")
        case _ if column.column == "country" and SHEETS[sheet].is_form:
            return st.sampled_from(["RS", "ME", "SRB"])
        case _ if field.code_list == "CL_COUNTRY":
            return st.sampled_from(["RS", "ME", "MDA", "ZZ"])
        case Treatment.DAYS_BAND if not column.derived:
            return st.sampled_from(["D0", "D8-14", "UNK", "12", "2025-12-01", "2026-01-05"])
        case _:
            return st.sampled_from(codes)


def _rows_of(sheet: str) -> st.SearchStrategy[list[dict[str, str]]]:
    columns = SHEETS[sheet].columns
    cells = {column.column: any_cell(sheet, column) for column in columns}
    must = {column.column for column in columns if column.is_required} | {"case_number"} & cells.keys()
    row = st.fixed_dictionaries(
        {name: cells[name] for name in cells if name in must},
        optional={name: cells[name] for name in cells if name not in must},
    )
    return st.lists(row, min_size=1, max_size=5)


_ROWS = {name: _rows_of(name) for name in SHEETS if name != CASES}
_DIRTY_CELL = st.one_of(
    st.sampled_from(["", " ", "NONE", "UNK", "2025-02", "2025", "2025-02-30", "-1", "c1:", ";"]),
    st.text(max_size=6),
)


@st.composite
def any_case_rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Some of the cases 1 to 3: children and adults, nationals and foreigners, with consent and without."""
    numbers = draw(st.lists(st.sampled_from(["1", "2", "3"]), unique=True, max_size=3))
    days = st.dates(date(2024, 12, 1), TODAY).map(str)
    return [
        {
            **CORRECT,
            "case_number": number,
            "age": draw(st.sampled_from(["12", "24", "UNK", "wrong"])),
            "citizenship": draw(st.sampled_from(["RS", "MD", "ZZ"])),
            "consent": draw(st.sampled_from(["YES", "YES", "YES", "NO"])),
            "identified_on": draw(days),
            "registered_on": draw(days),
            "returned_on": draw(st.one_of(st.just(""), days)),
        }
        for number in numbers
    ]


@st.composite
def any_sheet_rows(draw: st.DrawFn, sheet: str) -> list[dict[str, str]]:
    """A few rows of a sheet, mostly without a mistake."""
    rows = draw(_ROWS[sheet])
    for row in rows:
        if draw(st.integers(0, 3)) == 0:
            row[draw(st.sampled_from(sorted(row)))] = draw(_DIRTY_CELL)
    return rows
