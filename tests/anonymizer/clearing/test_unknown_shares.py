"""Columns that are mostly unknown: told once, at the end, where enough rows came."""

from __future__ import annotations

import pytest

from anonymizer import ARCHIVE, CASES, CONSENT, LAW, Clearing, Conflict
from anonymizer.clearing.unknown_shares import FEWEST_ROWS, MOST_UNKNOWN
from tests.anonymizer.batches_of_sheets import chunk_of_sheet, module_row
from tests.anonymizer.clearings import CORRECT, rules


def concluded(unknown: int, rows: int, *, legal_basis: str = CONSENT, consent: str = "YES") -> list[Conflict]:
    """What is told at the end of a batch of two chunks, with some rows of which sex and citizenship are unknown."""
    clearing = Clearing(rules(legal_basis))
    cases = [{**CORRECT, "case_number": str(number), "consent": consent} for number in range(rows)]
    for case in cases[:unknown]:
        case |= {"sex": "UNK", "citizenship": "ZZ"}
    for half in (cases[: rows // 2], cases[rows // 2 :]):
        clearing.clear(chunk_of_sheet(CASES, half))
    return clearing.conclude()


def test_a_column_with_too_many_unknowns_is_named_once_for_the_batch() -> None:
    """As a warning about no single row; the columns that are known are not named."""
    rows = 2 * FEWEST_ROWS
    told = concluded(int(MOST_UNKNOWN * rows) + 1, rows)

    assert [(one.sheet, one.entity, one.row, one.column, one.code, one.severity) for one in told] == [
        (CASES, "case", 0, "sex", "mostly_unknown", "warning"),
        (CASES, "case", 0, "citizenship", "mostly_unknown", "warning"),
    ]
    assert concluded(int(MOST_UNKNOWN * rows), rows) == []


def test_a_few_rows_say_nothing_about_a_column() -> None:
    """Nor do rows whose consent left the columns empty."""
    assert concluded(FEWEST_ROWS - 1, FEWEST_ROWS - 1) == []
    assert len(concluded(FEWEST_ROWS, FEWEST_ROWS)) == 2
    assert concluded(FEWEST_ROWS, FEWEST_ROWS, consent="NO") == []


@pytest.mark.parametrize(("legal_basis", "told"), [(LAW, 2), (ARCHIVE, 0)])
def test_historic_records_are_not_asked_again(legal_basis: str, told: int) -> None:
    """Nobody can ask the person any more."""
    assert len(concluded(FEWEST_ROWS, FEWEST_ROWS, legal_basis=legal_basis)) == told


def test_a_column_that_may_stay_empty_is_not_counted() -> None:
    """Unknown is what somebody wrote where something must be written."""
    clearing = Clearing(rules())
    rows = [
        {**module_row("return", risk_assessment_done="UNK"), "case_number": str(number)}
        for number in range(FEWEST_ROWS)
    ]

    cleared = clearing.clear(chunk_of_sheet("return", rows))

    assert set(cleared.columns["escorted"]) == {"UNK"}
    assert [(one.sheet, one.column) for one in clearing.conclude()] == [("return", "risk_assessment_done")]
