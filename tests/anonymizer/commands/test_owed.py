"""`clearpoint owed` against the real clearing point."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.database.transactions import transaction
from app.services.coverage import agree_obligation
from tests.anonymizer.case_sheets import row, write_sheet
from tests.anonymizer.commands.test_against_the_server import clearpoint, laptop
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON

__all__ = ["laptop"]
YEAR = "2025"


def owes(people: People, sheet: str) -> None:
    with transaction(people.premises.database.write_session()) as session:
        agree_obligation(
            session, SHELTER.code, year=int(YEAR), sheet=sheet, due_on=date(2026, 2, 1), now=NOON
        )


def test_what_is_owed_and_what_came_is_told(laptop: People, tmp_path: Path) -> None:
    """Before anything is agreed, before anything came, and after."""
    before = clearpoint("owed", YEAR)
    owes(laptop, "cases")
    overdue = clearpoint("owed", YEAR)
    assert clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)])).exit_code == 0

    assert "Nothing is written down" in before.output
    assert "overdue" in overdue.output
    assert "required values are known" in clearpoint("owed", YEAR).output


def test_nothing_to_send_is_said(laptop: People) -> None:
    """Of a sheet that is owed; another is told."""
    owes(laptop, "cases")

    said = clearpoint("owed", YEAR, "--nothing", "cases")
    no_sheet, not_owed = (
        clearpoint("owed", YEAR, "--nothing", "x"),
        clearpoint("owed", YEAR, "--nothing", "child"),
    )

    assert "nothing to send" in said.output
    assert (said.exit_code, no_sheet.exit_code) == (0, 2)
    assert not_owed.exit_code != 0
