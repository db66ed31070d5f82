"""How a no is told: a status for every error, one shape, no echo, and a row in the trail."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.database.transactions import Unavailable
from app.domain.errors import BatchRefused, ClearingPointError, TryAgain
from app.domain.events import EventType
from app.edge.calls import WriteSession
from app.edge.guards import SECURITY_HEADERS, Guard
from app.edge.premises import Premises
from app.edge.problems import STATUSES, add_problem_answers
from app.queries import audit
from tests.clearing_point_fixture import People


def leaves(kind: type[ClearingPointError]) -> set[type[ClearingPointError]]:
    children = kind.__subclasses__()
    return {kind} if not children else {leaf for child in children for leaf in leaves(child)}


def test_every_leaf_of_the_error_tree_has_a_status() -> None:
    """A new error cannot be added without saying how it is told."""
    assert leaves(ClearingPointError) <= set(STATUSES)


def a_client(premises: Premises, error: Exception) -> TestClient:
    app = FastAPI()
    app.state.premises = premises

    @app.get("/raise")
    def get_raise(session: WriteSession) -> None:
        raise error

    add_problem_answers(app)
    return TestClient(Guard(app), raise_server_exceptions=False)


@pytest.mark.parametrize("kind", sorted(leaves(ClearingPointError), key=str))
def test_every_refusal_is_a_problem_with_its_code(premises: Premises, kind: type[ClearingPointError]) -> None:
    """RFC 9457, with the same members each time."""
    error = BatchRefused({"status": "ERROR"}) if kind is BatchRefused else _made(kind)

    answer = a_client(premises, error).get("/raise")

    assert answer.status_code == STATUSES[kind]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == kind.code
    assert {"type", "title", "detail", "status"} <= answer.json().keys()


def test_a_fault_is_told_without_its_words_and_logged_without_them(
    premises: Premises, caplog: pytest.LogCaptureFixture
) -> None:
    """The words of a fault may hold what a sender wrote."""
    with caplog.at_level(logging.INFO):
        answer = a_client(premises, ValueError("CANARY")).get("/raise")

    assert answer.status_code == 500
    assert answer.json()["code"] == "server_fault"
    assert "CANARY" not in answer.text + caplog.text + str([record.__dict__ for record in caplog.records])
    assert any(getattr(record, "kind", "") == "ValueError" for record in caplog.records)


def test_a_database_that_is_away_is_told_as_try_again(premises: Premises) -> None:
    """503 with a time to wait; nothing was changed."""
    answer = a_client(premises, Unavailable()).get("/raise")

    assert answer.status_code == STATUSES[TryAgain]
    assert int(answer.headers["retry-after"]) > 0


def test_a_commit_that_fails_is_never_told_as_success(premises: Premises) -> None:
    """The commit comes before the answer; here a deferred trigger refuses it."""
    app = FastAPI()
    app.state.premises = premises
    refuse_every_commit_of_the_trail(premises)

    @app.get("/write")
    def get_write(session: WriteSession) -> dict[str, str]:
        audit.record(session, None, EventType.KEY_ISSUED, now=premises.clock())
        return {"status": "done"}

    add_problem_answers(app)
    answer = TestClient(Guard(app), raise_server_exceptions=False).get("/write")

    assert answer.status_code >= 500
    assert "done" not in answer.text


def test_every_answer_has_the_headers_that_browsers_obey(people: People) -> None:
    """Problems too; and nothing private is kept by a browser."""
    for address in ("/api/v1/me", "/api/v1/releases", "/nowhere", "/healthz"):
        answer = people.nobody.get(address)
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
    assert people.sender.get("/api/v1/me").headers["cache-control"] == "no-store"
    assert "unsafe" not in SECURITY_HEADERS["Content-Security-Policy"]


def test_every_refusal_is_in_the_trail_and_a_mistyped_public_address_is_not(people: People) -> None:
    """Who was refused what, with the pattern of the route and never the address."""
    people.nobody.get("/api/v1/me")
    people.curator.get("/api/v1/batches")
    people.nobody.get("/api/v1/releases/latest")
    events = people.auditor.get("/api/v1/audit").json()["events"]
    refused = [event["facts"] for event in events if event["event"] == "call:refused"]

    assert refused == [
        {"code": "not_allowed", "route": "/api/v1/batches"},
        {"code": "key_needed", "route": "/api/v1/me"},
    ]


def test_a_refusal_that_cannot_be_written_down_is_answered_with_try_again(people: People) -> None:
    """What cannot be recorded is not decided."""
    refuse_every_commit_of_the_trail(people.premises)

    assert people.curator.get("/api/v1/batches").status_code == 503


def refuse_every_commit_of_the_trail(premises: Premises) -> None:
    from sqlalchemy import text

    from app.database import DatabaseRole

    with premises.database.engine(DatabaseRole.OWNER).begin() as owner:
        owner.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        )
        owner.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON audit_events "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )


def _made(kind: type[ClearingPointError]) -> ClearingPointError:
    try:
        return kind()  # type: ignore[call-arg]
    except TypeError:
        return kind("A sentence.")
