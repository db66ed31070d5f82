"""What was erased stays erased, also in a database that comes back from a backup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.database.transactions import transaction
from app.key_store import KeyStoreError
from app.services.erasures import lines_between, note_erasure, repeat_erasures
from tests.clearing_point_fixture import People
from tests.factories import NOON, a_case, a_sheet

CSV = {"Content-Type": "text/csv"}
LIVES = "SELECT count(*) FROM case_parts"
TABLES = ("case_batches", "cases", "case_parts", "case_records", "identifications")


def send(people: People, *numbers: str) -> str:
    sheet = a_sheet(*(a_case(case_number=number) for number in numbers))
    answer = people.sender.post("/api/v1/batches", content=sheet, headers=CSV)
    assert answer.is_success, answer.text
    return str(answer.json()["batch_id"])


def count(people: People, query: str) -> int:
    with transaction(people.premises.database.keeping_session()) as session:
        return int(session.execute(text(query)).scalar_one())


def repeat(people: People) -> int:
    with transaction(people.premises.database.keeping_session()) as session:
        return repeat_erasures(session, key_store=people.premises.key_store, now=NOON)


@contextmanager
def a_backup_restored_after(people: People) -> Iterator[None]:
    """The rows as they are now, put back after the block; the keys and the ledger stay as they became."""
    with transaction(people.premises.database.keeping_session()) as session:
        for table in TABLES:
            session.execute(text(f"CREATE TABLE backup_{table} AS SELECT * FROM {table}"))
    yield
    with transaction(people.premises.database.keeping_session()) as session:
        session.execute(text("DELETE FROM erasures"))
        for table in reversed(TABLES):
            session.execute(text(f"DELETE FROM {table}"))
        for table in TABLES:
            session.execute(text(f"INSERT INTO {table} SELECT * FROM backup_{table}"))
            session.execute(text(f"DROP TABLE backup_{table}"))


def test_a_restored_backup_erases_the_same_cases_again(people: People) -> None:
    """One that was withdrawn goes, the others stay; a second start has nothing to do."""
    send(people, "1", "2", "3")
    with a_backup_restored_after(people):
        people.sender.post("/api/v1/withdrawals", json={"case_numbers": ["2"]})
    assert count(people, LIVES) == 3

    assert repeat(people) == 1

    assert count(people, LIVES) == 2
    assert count(people, "SELECT count(*) FROM cases WHERE withdrawn_at IS NOT NULL") == 1
    assert repeat(people) == 0


def test_a_restored_backup_erases_the_same_batch_again(people: People) -> None:
    send(people, "1")
    batch = send(people, "2", "3")
    with a_backup_restored_after(people):
        assert people.sender.post(f"/api/v1/batches/{batch}/withdraw").is_success

    assert repeat(people) == 1

    assert count(people, LIVES) == 1
    assert count(people, "SELECT count(*) FROM case_batches WHERE status = 'WITHDRAWN'") == 1


def test_the_trail_says_that_it_was_repeated(people: People) -> None:
    send(people, "1")
    with a_backup_restored_after(people):
        people.sender.post("/api/v1/withdrawals", json={"case_numbers": ["1"]})
    repeat(people)

    with transaction(people.premises.database.keeping_session()) as session:
        facts = session.execute(
            text("SELECT facts FROM audit_events WHERE event = 'erasures:repeated'")
        ).scalar_one()
    assert (facts if isinstance(facts, dict) else json.loads(facts)) == {"cases": 1, "batches": 0}


def test_what_a_backup_missed_is_repeated_although_a_later_line_is_in_it(people: People) -> None:
    """Two erase at the same time; the second commits first, and the backup is made between the two."""
    send(people, "1")
    database, key_store = people.premises.database, people.premises.key_store
    with transaction(database.keeping_session()) as session:
        (case,) = session.execute(text("SELECT id FROM cases")).scalars()
    with transaction(database.keeping_session()) as slow:
        note_erasure(slow, "case", [case], key_store=key_store, now=NOON)
        with transaction(database.keeping_session()) as fast:
            note_erasure(fast, "case", [uuid4()], key_store=key_store, now=NOON)
        slow.rollback()  # of a backup that was made now nothing more is in the database

    assert repeat(people) == 1

    assert count(people, LIVES) == 0
    assert repeat(people) == 0


def test_a_ledger_that_is_older_than_the_database_is_refused(people: People) -> None:
    """The next erasure would get the number of one that the database has followed."""
    send(people, "1", "2")
    for number in ("1", "2"):
        people.sender.post("/api/v1/withdrawals", json={"case_numbers": [number]})
    file = people.premises.key_store.ledger()._file
    file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2])

    with pytest.raises(KeyStoreError, match="older than the database"):
        repeat(people)


@pytest.mark.parametrize(
    ("followed", "last", "missing"),
    [
        ([], 0, []),
        ([], 3, [range(1, 4)]),
        ([range(2, 3)], 2, [range(1, 2)]),
        ([range(1, 4), range(2, 3), range(6, 7)], 8, [range(4, 6), range(7, 9)]),
        ([range(1, 3), range(3, 5)], 4, []),
    ],
)
def test_every_line_that_was_not_followed_is_found(
    followed: list[range], last: int, missing: list[range]
) -> None:
    """Also between others, and where ranges overlap."""
    assert lines_between(followed, last) == missing


def test_a_database_that_was_not_restored_has_nothing_to_repeat(people: People) -> None:
    send(people, "1", "2")
    people.sender.post("/api/v1/withdrawals", json={"case_numbers": ["1"]})

    assert repeat(people) == 0
    assert count(people, LIVES) == 1


@pytest.mark.parametrize("numbers", [["nobody's"], ["nobody's", "no more"]])
def test_what_nobody_has_leaves_no_line(people: People, numbers: list[str]) -> None:
    """The ledger tells how much was erased, never what was asked."""
    before = people.premises.key_store.ledger().last()
    people.sender.post("/api/v1/withdrawals", json={"case_numbers": numbers})

    assert people.premises.key_store.ledger().last() == before
