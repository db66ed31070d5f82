"""Row numbers that survive refused rows, and answers that tell what both machines found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import ClearingRules, Conflict
from anonymizer.commands.answers import joined
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.reading import FIRST_ROW, Examination, LaptopClearing, RowNumbers, SheetCount
from tests.anonymizer.case_sheets import row, write_sheet


def conflict(row: int, code: str = "unknown_code", sheet: str = "cases") -> Conflict:
    return Conflict("case", row, "sex", code, "Use a code of the list.", "error", sheet)


def examination(count: SheetCount, *conflicts: Conflict, sent: list[int]) -> Examination:
    """What a reading of the case sheet found, and which of its rows were sent."""
    count.rows.extend(sent)
    return Examination({"cases": count}, conflicts=list(conflicts), found=len(conflicts))


@given(st.lists(st.integers(FIRST_ROW, 300), unique=True).map(sorted), st.integers(1, 40))
def test_every_sent_row_leads_back_to_the_row_of_the_sheet(rows: list[int], chunk: int) -> None:
    """Whatever was refused or empty between them, in whatever pieces they came."""
    numbers = RowNumbers()
    for start in range(0, len(rows), chunk):
        numbers.extend(rows[start : start + chunk])

    assert [numbers.in_the_sheet(FIRST_ROW + sent) for sent in range(len(rows))] == rows


def test_rows_that_were_not_sent_keep_the_number_they_were_told_with() -> None:
    """The header, no row at all, and rows after the end are nobody's."""
    numbers = RowNumbers()
    numbers.extend([5, 6])

    assert [numbers.in_the_sheet(row) for row in (0, 1, 4)] == [0, 1, 4]


def test_the_answer_tells_what_was_refused_here_in_rows_of_the_sheet() -> None:
    """Row 2 was refused on this machine, so that row 2 of what was sent is row 3 of the sheet."""
    found = examination(SheetCount(received=3, rejected=1), conflict(2), sent=[3, 4])
    found.dropped = Counter({"given_name": 3})
    answer = {
        "status": "OK",
        "stats": {"received": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0},
        "dropped": {"email": 1},
        "conflicts": [{"entity": "case", "row": 2, "column": "sex", "code": "odd", "message": "Look at it."}],
        "receipt": {"digest": "sha256:00"},
    }

    told = joined(answer, found)

    assert told["status"] == "WARNING"
    assert told["stats"] == {"received": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert told["dropped"] == {"given_name": 3, "email": 1}
    assert [(found["row"], found["code"]) for found in _conflicts(told)] == [(2, "unknown_code"), (3, "odd")]
    assert told["receipt"] == answer["receipt"]


def test_what_both_found_is_told_once() -> None:
    """A remark that survives clearing is found again at the door."""
    found = examination(SheetCount(received=1), conflict(9), sent=[9])
    answer = {
        "status": "WARNING",
        "stats": {},
        "conflicts": [{"entity": "case", "row": 2, "column": "sex", "code": "unknown_code"}],
    }

    assert len(_conflicts(joined(answer, found))) == 1


def test_rows_of_a_module_are_told_in_its_own_sheet() -> None:
    """Row 2 of what was sent of it was row 5 there, whatever happened in the case sheet."""
    found = examination(SheetCount(received=1), sent=[9])
    found.of("referral").rows.extend([5])
    found.of("referral").received, found.of("referral").withheld = 2, 1
    answer = {
        "status": "OK",
        "stats": {"received": 1, "created": 1, "updated": 0, "unchanged": 0, "rejected": 0},
        "modules": {"referral": {"received": 1, "created": 1, "updated": 0, "unchanged": 0, "rejected": 0}},
        "conflicts": [
            {"sheet": "referral", "entity": "referral", "row": 2, "column": "outcome", "code": "odd"}
        ],
        "conflicts_total": 7,
    }

    told = joined(answer, found)

    assert [(one["sheet"], one["row"]) for one in _conflicts(told)] == [("referral", 5)]
    assert told["modules"] == {
        "referral": {"received": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    }
    assert told["conflicts_total"] == 7


def test_an_answer_of_one_sheet_has_no_modules() -> None:
    """Programs that read the answers of case sheets find what they know."""
    found = examination(SheetCount(received=1), sent=[2])

    assert "modules" not in joined({"status": "OK", "stats": {}}, found)


def test_a_sheet_that_changes_between_the_two_readings_is_not_sent_to_its_end(tmp_path: Path) -> None:
    """What was found would not be true of what is sent."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])
    rules = ClearingRules("RS", frozenset({"RS"}), "CONSENT", bytes(32), date(2026, 1, 1))
    clearing = LaptopClearing(SheetFile(file), rules)
    found = clearing.examine()

    write_sheet(file, [row(1), row(2), row(3)])

    with pytest.raises(Stop, match="changed while it was read") as stopped:
        list(clearing.cleared_file(found))
    assert stopped.value.exit_code == ExitCode.TRY_AGAIN


def _conflicts(answer: dict[str, object]) -> list[dict[str, object]]:
    conflicts = answer["conflicts"]
    assert isinstance(conflicts, list)
    return conflicts
