"""A small campaign in the gate: the same files each time, so that what it finds can be found again."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.database import DatabaseRole, Embedded
from tests.app.api.test_batches import CSV
from tests.campaign.attempts import MARK, SHARES, attempt_of
from tests.campaign.calls import send
from tests.campaign.intake import Plan, run_intake
from tests.campaign.invariants import broken_invariants, stored_case_sheets
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import a_case, a_sheet

SEED = 1
FILES = 120


def test_a_small_campaign_finds_nothing(tmp_path: Path) -> None:
    """No server error, nothing repeated, nothing kept, everything given back, and the good client served."""
    report = run_intake(tmp_path, Plan(SEED, range(FILES), clients=3))

    assert report.problems == [], "\n".join(report.lines())
    assert len(report.outcomes) == FILES
    assert len(report.good_seconds) > 3
    assert {outcome.word[:3] for outcome in report.outcomes} >= {"200", "422"}


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (httpx.Response(200, json={"status": "OK"}), ""),
        (httpx.Response(422, json={"code": "batch_refused"}), ""),
        (httpx.Response(500, json={"code": "server_fault"}), "status 500"),
        (httpx.Response(503, json={"code": "try_again"}), "status 503"),
        (httpx.Response(422, text="Unprocessable"), "an answer that is no JSON object"),
        (httpx.Response(422, json={"detail": f"{MARK}000007"}), "an answer that repeats what was sent"),
        (httpx.Response(200, json={"a": 1}, headers={"X": MARK}), "an answer that repeats what was sent"),
    ],
)
def test_an_answer_is_judged(answer: httpx.Response, wrong: str) -> None:
    """A campaign that finds nothing proves nothing unless it finds what is there."""
    attempt = next(one for one in (attempt_of(SEED, number) for number in range(9)) if not one.is_broken_off)

    with httpx.Client(base_url="http://x", transport=httpx.MockTransport(lambda _: answer)) as client:
        assert send(client, attempt).wrong == wrong


def test_a_database_that_contradicts_its_answers_is_found(people: People, migrated_server: Embedded) -> None:
    """A batch whose answer counts less than is stored, and one that waits for ever."""
    for number in ("1", "2"):
        people.sender.post("/api/v1/batches", content=a_sheet(a_case(case_number=number)), headers=CSV)
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as owner:
        [name] = owner.execute(text("SELECT current_database()")).one()

    with migrated_server.superuser_connection(name) as connection:
        assert broken_invariants(connection) == []
        assert stored_case_sheets(connection, SHELTER.code) == 2

        connection.execute("SET session_replication_role = replica")  # without the checks that forbid it
        connection.execute("DELETE FROM case_records")
        connection.execute(
            "UPDATE case_batches SET status = 'PENDING' WHERE id = (SELECT min(id::text)::uuid FROM case_batches)"
        )
        connection.execute(
            """UPDATE case_batches SET answer = '{"status": "OK", "stats": {"created": 0, "updated": 0}}' WHERE status = 'STORED'"""
        )
        assert {problem.partition(" ")[2] for problem in broken_invariants(connection)} >= {
            "batches that still wait",
            "stored batches without a receipt",
            "batches with more case sheets than their answer counts",
        }


def test_an_attempt_follows_from_its_seed_and_number() -> None:
    """So that one that failed can be made again alone."""
    attempts = [attempt_of(SEED, number) for number in range(60)]

    assert attempts == [attempt_of(SEED, number) for number in range(60)]
    assert attempts != [attempt_of(SEED + 1, number) for number in range(60)]
    assert {attempt.form for attempt in attempts} >= set(SHARES) - {"xlsx"}
