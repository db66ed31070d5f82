"""Tasks of a wish to be erased: keepers alone see them, nothing of a case is in them, and each is settled once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.domain.actors import Role
from app.edge.premises import Premises
from app.worker.linking import link_now
from tests.app.services.wishes import (
    MARA,
    NIGHT,
    SOMEBODY_ELSE,
    ask,
    events,
    living,
    night,
    post,
    rows,
    send,
)
from tests.clearing_point_fixture import DESK, OTHER_SHELTER, People
from tests.linkage_fixture import linking_people

TASKS = "/api/v1/erasure-tasks"
MARK = "Qzmark"


@pytest.fixture
def shelters(premises: Premises, people: People, tmp_path: Path) -> People:
    """One shelter handed a wish on; two cases of the other one may be hers, of which one was sent as well by each."""
    linking = linking_people(premises, tmp_path / "pinned")
    send(linking, {"MD-1": MARA, "MD-2": SOMEBODY_ELSE}, by="other_sender")
    link_now(linking.premises)
    ask(linking, MARA)
    night(linking)
    return linking


def keeper(people: People) -> httpx.Client:
    return people.client_of(DESK.code, Role.KEEPER)


def tasks(people: People) -> list[dict[str, Any]]:
    answer = keeper(people).get(TASKS)
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()["tasks"]
    return listed


def settle(people: People, outcome: str, client: httpx.Client | None = None) -> httpx.Response:
    [task] = tasks(people)
    answer: httpx.Response = (client or keeper(people)).post(
        f"{TASKS}/{task['id']}/settle", json={"outcome": outcome}
    )
    return answer


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.KEEPER])
def test_no_other_role_sees_or_settles_a_task(shelters: People, role: Role) -> None:
    """Not the organization whose case it is: it would learn that another one knows her."""
    for organization in (DESK.code, OTHER_SHELTER.code):
        client = shelters.client_of(organization, role)

        assert client.get(TASKS).status_code == 403
        assert settle(shelters, "erased", client).status_code == 403
    assert living(shelters) == 2


def test_nobody_without_a_key_sees_a_task(shelters: People) -> None:
    assert shelters.nobody.get(TASKS).status_code == 401
    assert settle(shelters, "erased", shelters.nobody).status_code == 401


def test_a_task_says_whom_to_ask_and_nothing_of_the_case(shelters: People) -> None:
    """Its own id, the organization, since when."""
    [task] = tasks(shelters)

    assert task.keys() == {"id", "organization", "created_at"}
    assert (task["organization"], task["created_at"]) == (OTHER_SHELTER.code, NIGHT.isoformat())


def test_what_the_organization_agrees_to_is_erased(shelters: People) -> None:
    """Everything of that case and its tokens; the other case stays, and the tombstone."""
    written = shelters.premises.key_store.ledger().last()

    answer = settle(shelters, "erased")

    assert (answer.status_code, answer.json()["outcome"]) == (200, "erased")
    assert (living(shelters), rows(shelters, "cases")) == (1, 2)
    assert rows(shelters, "cases WHERE withdrawn_at IS NOT NULL") == 1
    assert rows(shelters, "link.token_sets") == 1
    assert shelters.premises.key_store.ledger().last() == written + 1
    assert "case_withdrawn" in post(shelters, {"MD-1": MARA}, by="other_sender").text


def test_what_the_organization_keeps_stays(shelters: People) -> None:
    """The task is closed with who decided, and does not come back by itself."""
    settle(shelters, "kept")
    night(shelters)

    assert (living(shelters), rows(shelters, "link.token_sets")) == (2, 2)
    assert tasks(shelters) == []
    settled = "settled_by IS NOT NULL AND settled_at IS NOT NULL AND outcome = 'kept'"
    assert rows(shelters, f"link.erasure_tasks WHERE {settled}") == 1


def test_a_new_wish_after_a_refusal_is_a_new_task(shelters: People) -> None:
    """She may ask again, and the organization may have thought again."""
    settle(shelters, "kept")
    later = People(replace(shelters.premises, clock=lambda: NIGHT.replace(day=NIGHT.day + 1)))
    ask(later, MARA)
    link_now(replace(shelters.premises, clock=lambda: NIGHT.replace(day=NIGHT.day + 3)))

    assert len(tasks(shelters)) == 1


def test_a_task_is_settled_once(shelters: People) -> None:
    """A second time, and for a task that never was, the words are the same."""
    [task] = tasks(shelters)
    settle(shelters, "kept")

    again, none = (
        keeper(shelters).post(f"{TASKS}/{one}/settle", json={"outcome": "erased"})
        for one in (task["id"], uuid4())
    )

    assert again.status_code == none.status_code == 404
    assert again.json() == none.json()
    assert living(shelters) == 2


def test_a_case_that_its_organization_took_back_meanwhile_does_no_harm(shelters: People) -> None:
    """The task says nothing of it, and erasing what is gone is no mistake."""
    shelters.other_sender.post("/api/v1/withdrawals", json={"case_numbers": ["MD-1"]})
    assert living(shelters) == 1

    assert [settle(shelters, "erased").status_code for _ in tasks(shelters)] in ([], [200])
    assert living(shelters) == 1
    assert rows(shelters, "cases WHERE withdrawn_at IS NOT NULL") == 1


@pytest.mark.parametrize(
    "body", [{"outcome": MARK}, {"outcome": None}, {}, {"outcome": "erased", MARK: 1}], ids=str
)
def test_another_outcome_is_refused_without_a_word_of_it(shelters: People, body: dict[str, Any]) -> None:
    [task] = tasks(shelters)

    answer = keeper(shelters).post(f"{TASKS}/{task['id']}/settle", json=body)

    assert MARK not in answer.text
    assert answer.status_code == 422 or MARK in body
    assert answer.status_code == 200 or living(shelters) == 2


def test_the_trail_has_what_was_decided_and_never_about_whom(shelters: People) -> None:
    """Who looked, and who settled which task."""
    settle(shelters, "kept")

    assert events(shelters, "erasure_tasks:read") == [{"tasks": 1}]
    assert events(shelters, "erasure_task:settled") == [{"outcome": "kept"}]


def test_a_task_stays_open_when_the_erasure_cannot_be_committed(shelters: People) -> None:
    """Two roles, two transactions: the task is closed last, so that a wish is rather carried out twice than never."""
    with shelters.premises.database.engine(DatabaseRole.OWNER).begin() as owner:
        owner.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '40001'; END $$"
            )
        )
        owner.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON cases DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )

    assert settle(shelters, "erased").status_code == 503
    assert living(shelters) == 2
    assert len(tasks(shelters)) == 1
