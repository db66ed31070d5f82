"""Calls that are right one by one and come at the same time: one wins, the others are told, and nothing hangs.

The kinds 28 to 35. What else belongs to them stands where it is built: the same key many times, another body, another
organization, another key, a lost answer and a restart in `tests/flows/test_once_and_only_once.py`; a batch that commits
while a release is cut in `tests/app/services/test_versions.py`; a killed worker in `tests/flows/test_killed_worker.py`.
A serialization failure cannot be made here: batches are READ COMMITTED, and what must not interleave waits for one
lock of its organization, so that two batches cannot take locks in two orders; only a cut is REPEATABLE READ.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import httpx
import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.database.engine import POOL_OVERFLOW, POOL_SECONDS, POOL_SIZE
from app.database.transactions import transaction
from tests.app.api.test_batches import CSV, count, send
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet

ROUNDS = 6
CASES = 40
YEAR = 2025


def together(calls: Iterable[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """The answers to calls that are made at once."""
    calls = list(calls)
    with ThreadPoolExecutor(len(calls)) as threads:
        return [made.result() for made in [threads.submit(call) for call in calls]]


def test_batches_with_the_same_cases_in_opposite_orders_do_not_lock_each_other(people: People) -> None:
    """Every one is stored, whichever comes first; no case is there twice."""
    rows = [a_case(case_number=f"o{number}") for number in range(CASES)]

    for turn in range(ROUNDS):
        older, newer = ([{**row, "age": str(age + turn)} for row in rows] for age in (20, 40))
        sheets = (a_sheet(*older), a_sheet(*reversed(newer)), a_sheet(*older[::2]), a_sheet(*newer[::-2]))
        answers = together(partial(send, people.sender, sheet) for sheet in sheets)
        assert {answer.status_code for answer in answers} == {200}

    assert count(people.premises, "cases") == CASES
    assert count(people.premises, "case_parts WHERE ended_at IS NULL") == CASES
    assert deadlocks(people) == 0


def test_a_batch_that_is_withdrawn_by_two_at_once_is_withdrawn_once(people: People) -> None:
    """Both are told so, and its rows are gone."""
    batch = send(people.sender, a_sheet()).json()["batch_id"]

    answers = together([partial(people.sender.post, f"/api/v1/batches/{batch}/withdraw")] * 4)

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert count(people.premises, "case_parts") == 0
    trail = people.auditor.get("/api/v1/audit").json()["events"]
    assert [event["event"] for event in trail].count("batch:withdrawn") == 1


def test_a_case_that_is_sent_while_it_is_withdrawn_is_there_or_not(people: People) -> None:
    """Whichever comes first: afterwards a withdrawn case has no row, and is refused."""
    for turn in range(ROUNDS):
        number = f"w{turn}"
        send(people.sender, a_sheet(a_case(case_number=number)))
        update = a_sheet(a_case(case_number=number, age="31"))
        taken_back, sent = together(
            [
                partial(people.sender.post, "/api/v1/withdrawals", json={"case_numbers": [number]}),
                partial(send, people.sender, update),
            ]
        )
        assert (taken_back.status_code, sent.status_code in (200, 422)) == (202, True)
        assert send(people.sender, update).status_code == 422

    assert count(people.premises, "case_parts") == 0


def test_a_release_that_is_checked_by_two_at_once_is_checked_once(people: People) -> None:
    """One wins; the other is told that the moment has passed."""
    send(people.sender, a_sheet())
    release = people.curator.post("/api/v1/releases", json={"year": YEAR}).json()["release_id"]

    for step in ("check", "publish"):
        answers = together([partial(people.checker.post, f"/api/v1/releases/{release}/{step}")] * 3)
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


def test_503_soon_when_every_connection_is_taken(people: People) -> None:
    """With a time to wait, and without a hang; when they are given back, the same call is served."""
    engine = people.premises.database.engine(DatabaseRole.APP)
    with ExitStack() as taken:
        for _ in range(POOL_SIZE + POOL_OVERFLOW):
            taken.enter_context(engine.connect())
        began = time.monotonic()
        refused = send(people.sender, a_sheet())
        took = time.monotonic() - began

    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert took < POOL_SECONDS + 2  # seconds; a busy machine may need some to answer
    assert send(people.sender, a_sheet()).status_code == 200


@pytest.mark.parametrize("headers", [CSV, {**CSV, "Idempotency-Key": "captured"}])
def test_a_captured_call_has_no_second_effect(people: People, headers: dict[str, str]) -> None:
    """Whoever says it again, however late, changes nothing."""
    first = send(people.sender, a_sheet(), headers=headers)

    again = send(people.sender, a_sheet(), headers=headers)

    assert first.json()["stats"]["created"] == 1
    assert again.json() == first.json() or again.json()["stats"]["unchanged"] == 1
    assert count(people.premises, "case_parts") == 1


def deadlocks(people: People) -> int:
    """How many the database has broken up by force."""
    with transaction(people.premises.database.write_session()) as session:
        found: int = session.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    return found
