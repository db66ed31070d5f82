"""Retention: weeks of finished years become quarters, cases whose time is over become counts, nothing else changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.database.transactions import Unavailable, transaction
from app.domain.errors import StateDoesNotAllow
from app.models import Base
from app.queries.cases import lock_cases_of
from app.queries.people import get_organization
from app.queries.retention import OWN_RULE_YEARS
from app.services.retention import Retained, finish_year, run_retention
from app.services.withdrawals import CaseNumbers, erase_cases
from tests.clearing_point_fixture import People
from tests.factories import NOON, a_case, a_sheet

YEAR = 2025
A_YEAR = timedelta(days=366)
LATER = NOON + (OWN_RULE_YEARS + 2) * A_YEAR
"""When the time of everything that came at NOON is over."""
WEEK, QUARTER = "2025-05-05", "2025-04-01"
Rows = list[tuple[Any, ...]]


@pytest.fixture
def year(people: People) -> People:
    """Cases of 2025 and of 2024, and a published release of 2025."""
    rows = [a_case(case_number=f"{number}") for number in range(30)]
    rows += [
        a_case(case_number="old", registered_on="2024-05-08", identified_on="2024-05-06", first_service_on="")
    ]
    answer = people.sender.post(
        "/api/v1/batches", content=a_sheet(*rows), headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text
    publish(people)
    return people


def publish(people: People) -> str:
    drafted = people.curator.post("/api/v1/releases", json={"year": YEAR}).json()
    address = f"/api/v1/releases/{drafted['release_id']}"
    assert people.checker.post(f"{address}/check").is_success
    assert people.checker.post(f"{address}/publish").is_success
    return address


def finish(people: People) -> None:
    with transaction(people.premises.database.keeping_session()) as session:
        finish_year(session, YEAR, now=NOON)


def retain(people: People, *, now: datetime = NOON, dry_run: bool = False) -> Retained:
    with transaction(people.premises.database.keeping_session()) as session:
        return run_retention(session, key_store=people.premises.key_store, now=now, dry_run=dry_run)


def rows_of(people: People, table: str) -> Rows:
    with transaction(people.premises.database.keeping_session()) as session:
        return sorted(map(tuple, session.execute(text(f"SELECT * FROM {table}"))), key=repr)


def dump(people: People) -> dict[str, Rows]:
    """Every table but the trail."""
    return {table: rows_of(people, table) for table in Base.metadata.tables if table != "audit_events"}


def identified(people: People) -> set[tuple[str, str]]:
    with transaction(people.premises.database.keeping_session()) as session:
        found = session.execute(
            text("SELECT date_identified, date_identified_precision FROM identifications")
        )
        return {(str(day), precision) for day, precision in found}


def test_a_year_is_finished_only_with_a_published_release(people: People) -> None:
    """Nothing is coarsened that may still be counted; a finished year is not counted again."""
    with pytest.raises(StateDoesNotAllow):
        finish(people)


def test_a_finished_year_is_not_counted_again(year: People) -> None:
    """A draft after the final revision would come from coarser rows."""
    finish(year)

    assert year.curator.post("/api/v1/releases", json={"year": YEAR}).status_code == 409


def test_nothing_changes_before_a_year_is_finished(year: People) -> None:
    """Weeks stay weeks while a revision may come."""
    before = dump(year)

    assert retain(year) == Retained({}, {})
    assert dump(year) == before


def test_weeks_of_a_finished_year_become_quarters_and_nothing_else_changes(year: People) -> None:
    """The other year keeps its weeks; no other table and no other column is touched."""
    finish(year)
    before = dump(year)

    retained = retain(year)

    assert retained.retired == {}
    assert set(retained.coarsened) == {"identifications", "assistance_episodes"}
    assert identified(year) == {(QUARTER, "quarter"), ("2024-05-06", "week")}
    after = dump(year)
    assert {table for table in after if after[table] != before[table]} == set(retained.coarsened)
    assert retain(year) == Retained({}, {})


def test_what_was_published_says_the_same_after_its_weeks_are_gone(year: People) -> None:
    """Files stay; and counted again, the quarter and the year of each case are the same."""
    finish(year)
    address = "/api/v1/releases/latest/tables/A6.csv"
    before = year.nobody.get(address).content

    retain(year)

    assert year.nobody.get(address).content == before


def test_a_case_sent_again_after_its_weeks_are_gone_is_unchanged(year: People) -> None:
    """The weeks do not come back with it."""
    finish(year)
    retain(year)

    answer = year.sender.post(
        "/api/v1/batches", content=a_sheet(a_case(case_number="7")), headers={"Content-Type": "text/csv"}
    ).json()

    assert answer["stats"]["unchanged"] == 1
    assert (QUARTER, "quarter") in identified(year)
    assert (WEEK, "week") not in identified(year)


def test_cases_whose_time_is_over_become_protected_counts(year: People) -> None:
    """Their rows go, their tokens stay, their tables are kept; the year that is not finished stays whole."""
    finish(year)

    retained = retain(year, now=LATER)

    assert retained.retired == {YEAR: 30}
    assert len(rows_of(year, "case_records")) == 1
    assert len(rows_of(year, "case_parts")) == 1
    assert len(rows_of(year, "cases")) == 31
    (counts,) = rows_of(year, "retired_counts")
    assert YEAR in counts


def test_a_dry_run_says_the_same_and_changes_nothing(year: People) -> None:
    """The same code, taken back."""
    finish(year)
    before = dump(year)

    tried = retain(year, now=LATER, dry_run=True)

    assert dump(year) == before
    assert retain(year, now=LATER) == tried


def test_a_case_whose_time_is_over_is_told_so_when_it_comes_again(year: People) -> None:
    """A nightly export of everything does not bring it back."""
    finish(year)
    retain(year, now=LATER)

    answer = year.sender.post(
        "/api/v1/batches", content=a_sheet(a_case(case_number="7")), headers={"Content-Type": "text/csv"}
    ).json()

    assert [conflict["code"] for conflict in answer["conflicts"]] == ["case_withdrawn"]
    assert len(rows_of(year, "case_records")) == 1


def test_the_operator_erases_cases_by_their_numbers(year: People) -> None:
    """A dry run says how many; erased, they are gone and told when they come again."""
    named = CaseNumbers(("3", "4", "nobody's"))

    tried, erased = erase(year, named, dry_run=True), erase(year, named, dry_run=False)

    assert (tried, erased) == (2, 2)
    assert len(rows_of(year, "case_records")) == 29
    assert erase(year, named, dry_run=False) == 0


def erase(people: People, named: CaseNumbers, *, dry_run: bool) -> int:
    with transaction(people.premises.database.write_session()) as session:
        return erase_cases(
            session,
            "shelter",
            named,
            key_store=people.premises.key_store,
            now=NOON,
            dry_run=dry_run,
        )


def test_retention_waits_for_a_batch_that_is_being_stored(year: People) -> None:
    """Otherwise a row could come in for a case that leaves at that moment, and stay."""
    with transaction(year.premises.database.write_session()) as storing:
        lock_cases_of(storing, get_organization(storing, "shelter").id)

        with pytest.raises(Unavailable):
            retain_without_patience(year)


def retain_without_patience(people: People) -> None:
    with transaction(people.premises.database.keeping_session()) as session:
        session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        run_retention(session, key_store=people.premises.key_store, now=NOON, dry_run=True)
