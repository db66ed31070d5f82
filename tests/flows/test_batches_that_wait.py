"""Batches that are answered before they are stored: cleared at once, stored by a job, and never twice."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.worker import run_what_waits, running_worker
from tests.app.api.test_batches import CSV, count
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet
from tests.flows.canary import DROPPED, IDENTITY, find_marks, marks

LATER = {**CSV, "Prefer": "respond-async"}


def send(client: TestClient, body: bytes, headers: dict[str, str] = LATER, **options: object) -> Response:
    answer: Response = client.post(
        "/api/v1/batches",
        content=body,
        headers=headers,
        params=options,
    )
    return answer


def test_a_batch_that_asks_for_it_is_answered_before_it_is_stored(people: People, premises: Premises) -> None:
    """202 says where to look; afterwards the same address has the answer and the receipt."""
    pending = send(people.sender, a_sheet())

    assert pending.status_code == 202
    assert pending.headers["preference-applied"] == "respond-async"
    address = pending.headers["location"]
    assert pending.json()["status"] == "PENDING"
    assert address == f"/api/v1/batches/{pending.json()['batch_id']}"
    assert people.sender.get(address).json() == pending.json()
    assert people.sender.get(f"{address}/receipt").status_code == 409
    assert people.other_sender.get(address).status_code == 404
    assert [count(premises, table) for table in ("cases", "case_parts")] == [0, 0]

    run_what_waits(premises)

    answer = people.sender.get(address).json()
    assert (answer["status"], answer["stats"]["created"]) == ("OK", 1)
    assert people.sender.get(f"{address}/receipt").json() == answer["receipt"]
    assert [count(premises, table) for table in ("cases", "case_parts", "case_batches")] == [1, 1, 1]
    assert left_behind(premises) == (0, 0)
    trail = [event["event"] for event in people.auditor.get("/api/v1/audit").json()["events"]]
    changes = [event for event in trail if event in ("batch:received", "batch:stored")]
    assert changes == ["batch:stored", "batch:received"]


def test_a_batch_is_the_same_whether_it_waits_or_not(people: People, premises: Premises) -> None:
    """The same rows, digest and counts."""
    sheet = a_sheet(a_case(), a_case(case_number="2", age="31"))
    tried = send(people.sender, sheet, CSV, dry_run=True).json()
    address = send(people.sender, sheet).headers["location"]
    run_what_waits(premises)
    waited = people.sender.get(address).json()

    again = send(people.sender, sheet, CSV).json()

    for varies in ("batch_id", "receipt", "dry_run"):
        tried.pop(varies), waited.pop(varies)
    assert waited == tried
    assert again["stats"]["unchanged"] == 2


def test_a_replay_gets_the_same_answer_before_and_after(people: People, premises: Premises) -> None:
    """While the batch waits the same 202, bytes and all; then what it became."""
    headers = {**LATER, "Idempotency-Key": "monday"}
    first, second = (send(people.sender, a_sheet(), headers) for _ in range(2))
    other = send(people.sender, a_sheet(a_case(sex="M")), headers)
    run_what_waits(premises)
    third = send(people.sender, a_sheet(), headers)

    assert (first.status_code, second.status_code, third.status_code) == (202, 202, 200)
    assert first.content == second.content
    assert other.json()["code"] == "idempotency_key_reused"
    assert third.json()["receipt"]["batch_id"] == first.json()["batch_id"]
    assert count(premises, "case_batches") == 1


def test_what_comes_after_a_batch_that_waits_waits_behind_it(people: People, premises: Premises) -> None:
    """Otherwise an update would lie under what it corrects."""
    send(people.sender, a_sheet(a_case(age="24")))
    update = send(people.sender, a_sheet(a_case(age="31")), CSV)
    others = send(people.other_sender, a_sheet(a_case(country="MD")), CSV)

    run_what_waits(premises)

    assert (update.status_code, others.status_code) == (202, 200)
    assert people.sender.get(update.headers["location"]).json()["stats"]["updated"] == 1


def test_all_or_nothing_is_refused_at_once(people: People, premises: Premises) -> None:
    """What clearing refuses never waits."""
    answer = send(people.sender, a_sheet(a_case(), a_case(case_number="2", sex="Q")))

    assert answer.status_code == 422
    assert answer.json()["status"] == "ERROR"
    assert count(premises, "case_batches") == 0
    assert left_behind(premises) == (0, 0)


def test_a_dry_run_is_answered_at_once(people: People, premises: Premises) -> None:
    """There is nothing to wait for; a large one is staged, stored and rolled back in the one call."""
    asked = send(people.sender, a_sheet(), dry_run=True)
    small = replace(premises, large_body=100)
    large = send(sender_at(people, small), a_sheet(), CSV, dry_run=True)

    assert (asked.status_code, large.status_code) == (200, 200)
    assert asked.json() == large.json()
    assert count(premises, "case_batches") == 0
    assert left_behind(premises) == (0, 0)


def test_a_large_batch_waits_without_being_asked(people: People, premises: Premises) -> None:
    """From a size on, which the operator sets."""
    small = replace(premises, large_body=100)

    answer = send(sender_at(people, small), a_sheet(), CSV)
    assert answer.status_code == 202
    with running_worker(premises):
        address = answer.headers["location"]
        while (asked := people.sender.get(address)).json()["status"] == "PENDING":
            assert asked.headers["retry-after"] == "2"
            time.sleep(0.05)

    assert people.sender.get(address).json()["status"] == "OK"


def test_what_waits_is_cleared(people: People, premises: Premises) -> None:
    """Neither a staged row nor a job has anything in it that identifies a person."""
    marked = {"case_number": IDENTITY["case_number"], **DROPPED}
    assert send(people.sender, a_sheet(a_case(**marked))).status_code == 202

    with premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        waiting = [
            str(row).encode()
            for table in ("staged_rows", "procrastinate_jobs", "procrastinate_events", "case_batches")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]

    assert len(waiting) >= 4
    assert [find_marks(row, marks(marked.values())) for row in waiting] == [[]] * len(waiting)


def test_a_batch_that_waits_cannot_be_withdrawn_yet(people: People, premises: Premises) -> None:
    """Once it is stored it can."""
    address = send(people.sender, a_sheet()).headers["location"]
    too_early = people.sender.post(f"{address}/withdraw")
    run_what_waits(premises)

    assert too_early.status_code == 409
    assert people.sender.post(f"{address}/withdraw").status_code == 200
    assert people.sender.get("/api/v1/batches").json()["batches"][0]["state"] == "WITHDRAWN"


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_job_that_comes_again_changes_nothing(people: People, premises: Premises, attempts: int) -> None:
    """A worker that was only slow finds the batch stored."""
    address = send(people.sender, a_sheet()).headers["location"]
    with transaction(premises.database.write_session()) as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
                "SELECT queue_name, task_name, lock, args FROM procrastinate_jobs, generate_series(1, :more)"
            ),
            {"more": attempts},
        )

    run_what_waits(premises)

    assert people.sender.get(address).json()["status"] == "OK"
    assert [count(premises, table) for table in ("cases", "case_parts")] == [1, 1]


def sender_at(people: People, premises: Premises) -> TestClient:
    """The same sender at a clearing point with other settings."""
    from app.main import create_app

    return TestClient(create_app(premises), headers=people.sender.headers, raise_server_exceptions=False)


def left_behind(premises: Premises) -> tuple[int, int]:
    """Staged chunks and jobs."""
    with transaction(premises.database.write_session()) as session:
        jobs = session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one()
    with premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        staged = connection.execute(text("SELECT count(*) FROM staged_rows")).scalar_one()
    return staged, jobs
