"""A person asks to be erased, through any organization: what goes at night, what waits for a keeper, what nobody learns."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.edge.premises import Premises
from app.services.person_withdrawals import LONGEST_WAIT, PersonTokens
from app.worker.linking import link_now
from tests.app.services.wishes import (
    HER_TWIN,
    IN_CYRILLIC,
    MARA,
    SOMEBODY_ELSE,
    Identifiers,
    ask,
    column,
    events,
    living,
    night,
    post,
    rows,
    send,
    send_without_trustee,
    settle,
    the_trustee_comes_back,
    told,
)
from tests.clearing_point_fixture import People
from tests.factories import NOON
from tests.linkage_fixture import linking_people, person_cells

MARK = "Qzmark"


@pytest.fixture
def shelters(premises: Premises, people: People, tmp_path: Path) -> People:
    """The usual people at a clearing point that links."""
    return linking_people(premises, tmp_path / "pinned")


def test_own_cases_go_at_night_and_not_before(shelters: People) -> None:
    """Her name was written in another script; by day nothing happens, whoever looks."""
    send(shelters, {"1": MARA, "2": SOMEBODY_ELSE})
    link_now(shelters.premises)
    ask(shelters, IN_CYRILLIC)

    assert living(shelters) == 2
    link_now(shelters.premises)
    assert living(shelters) == 2
    night(shelters)
    assert living(shelters) == 1
    assert rows(shelters, "link.person_withdrawals") == 0


def test_a_case_that_came_since_the_last_night_goes_too(shelters: People) -> None:
    """The run takes in what arrived before it looks for anybody."""
    send(shelters, {"1": MARA})
    ask(shelters, MARA)

    night(shelters)

    assert living(shelters) == 0


def test_erased_is_gone_from_tables_tokens_and_links(shelters: People) -> None:
    """What stays is the case's tombstone without content, a line in the ledger, and counts in the trail."""
    send(shelters, {"1": MARA, "2": IN_CYRILLIC})
    send(shelters, {"MD-1": MARA}, by="other_sender")
    link_now(shelters.premises)
    assert (rows(shelters, "link.edges"), rows(shelters, "link.memberships")) == (3, 6)
    written = shelters.premises.key_store.ledger().last()
    ask(shelters, MARA)

    night(shelters)

    assert living(shelters) == 1
    for table, left in {"token_sets": 1, "edges": 0, "arrivals": 0}.items():
        assert (table, rows(shelters, f"link.{table}")) == (table, left)
    # Of the case that stays, as it was before.
    assert (
        rows(shelters, "link.memberships") == rows(shelters, "link.memberships WHERE until IS NOT NULL") == 2
    )
    assert rows(shelters, "cases") == 3
    assert rows(shelters, "cases WHERE withdrawn_at IS NOT NULL") == 2
    assert shelters.premises.key_store.ledger().last() == written + 2
    [event] = events(shelters, "person:erased")
    assert event == {"erased": 2}


def test_an_erased_case_is_refused_when_it_comes_again(shelters: People) -> None:
    """Else the next monthly sheet would bring her back."""
    send(shelters, {"1": MARA})
    ask(shelters, MARA)
    night(shelters)

    again = post(shelters, {"1": MARA})

    assert again.status_code == 422
    assert "case_withdrawn" in again.text
    assert (living(shelters), rows(shelters, "link.arrivals")) == (0, 0)


def test_cases_of_others_become_tasks(shelters: People) -> None:
    """They stay as they are until a keeper has asked."""
    send(shelters, {"MD-1": MARA, "MD-2": SOMEBODY_ELSE}, by="other_sender")
    ask(shelters, MARA)

    night(shelters)

    assert living(shelters) == 2
    assert rows(shelters, "link.erasure_tasks") == 1
    assert rows(shelters, "link.token_sets") == 2


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(
            {"identity_number": MARA["identity_number"], "birth_date": MARA["birth_date"]}, id="number-alone"
        ),
        pytest.param(HER_TWIN, id="twin"),
    ],
)
def test_what_needs_a_judgement_becomes_a_task(shelters: People, told: Identifiers) -> None:
    """Also of the organization's own cases: a number is lent, and twins share nearly everything."""
    send(shelters, {"1": MARA})
    ask(shelters, told)

    night(shelters)

    assert living(shelters) == 1
    assert rows(shelters, "link.erasure_tasks") == 1


def test_who_is_not_known_leaves_nothing_behind(shelters: People) -> None:
    """Neither a task nor the wish with its tokens."""
    send(shelters, {"1": MARA})
    ask(shelters, SOMEBODY_ELSE)

    night(shelters)

    assert living(shelters) == 1
    assert [rows(shelters, f"link.{table}") for table in ("erasure_tasks", "person_withdrawals")] == [0, 0]


def test_the_answer_is_the_same_whoever_is_named(shelters: People) -> None:
    """Known here, known elsewhere, unknown, asked before."""
    send(shelters, {"1": MARA})
    send(shelters, {"MD-1": SOMEBODY_ELSE}, by="other_sender")
    link_now(shelters.premises)

    answers = [ask(shelters, one) for one in (MARA, SOMEBODY_ELSE, HER_TWIN, MARA)]

    assert {(answer.status_code, answer.content, str(answer.headers)) for answer in answers} == {
        (202, answers[0].content, str(answers[0].headers))
    }


def test_wishes_wait_for_a_time_that_nobody_can_foresee(shelters: People) -> None:
    """Each another part of a day, so that nobody can tell from what went at night who asked by day."""
    for _ in range(8):
        ask(shelters, MARA)

    waits = {moment - NOON for moment in column(shelters, "SELECT not_before FROM link.person_withdrawals")}

    assert len(waits) == 8
    assert all(timedelta(0) <= wait <= LONGEST_WAIT for wait in waits)


def test_two_wishes_for_one_person_make_one_task(shelters: People) -> None:
    """In one night, and in the next one while the task waits."""
    send(shelters, {"MD-1": MARA}, by="other_sender")
    for _ in range(2):
        ask(shelters, MARA)
    night(shelters)
    ask(shelters, IN_CYRILLIC)
    night(shelters)

    assert rows(shelters, "link.erasure_tasks") == 1
    assert rows(shelters, "link.person_withdrawals") == 0


def test_a_run_that_breaks_off_is_gone_on_with(shelters: People) -> None:
    """After the erasure and before the wish was settled: its tasks are not lost, and nothing is erased twice."""
    send(shelters, {"1": MARA})
    send(shelters, {"MD-1": MARA}, by="other_sender")
    link_now(shelters.premises)
    ask(shelters, MARA)
    with pytest.raises(ConnectionError):
        settle(shelters, breaks_at=5)
    assert (living(shelters), rows(shelters, "link.erasure_tasks")) == (1, 0)
    assert rows(shelters, "link.person_withdrawals") == 1

    settle(shelters)

    assert (living(shelters), rows(shelters, "link.erasure_tasks")) == (1, 1)
    assert rows(shelters, "link.person_withdrawals") == 0
    assert rows(shelters, "cases WHERE withdrawn_at IS NOT NULL") == 1


def test_a_case_that_lacks_the_trustees_key_is_not_forgotten(shelters: People) -> None:
    """It came while the trustee was away, and could not be compared in the night of the wish."""
    send_without_trustee(shelters, {"1": MARA})
    send(shelters, {"2": MARA})
    ask(shelters, MARA)
    night(shelters)
    assert living(shelters) == 1  # the one that could be compared has gone

    the_trustee_comes_back(shelters)
    night(shelters)

    assert living(shelters) == 0
    assert rows(shelters, "link.person_withdrawals") == 0


def test_a_wish_that_waits_for_the_trustee_asks_a_keeper_once(shelters: People) -> None:
    """Also when the keeper has answered meanwhile."""
    send_without_trustee(shelters, {"1": SOMEBODY_ELSE})
    send(shelters, {"MD-1": MARA}, by="other_sender")
    ask(shelters, MARA)
    night(shelters)
    told(shelters, "UPDATE link.erasure_tasks SET settled_at = created_at, outcome = 'kept'")

    night(shelters)

    assert rows(shelters, "link.erasure_tasks") == 1


def test_while_a_key_is_changed_wishes_wait(shelters: People) -> None:
    """Some tokens carry the old key still, and a wish under the new one would find none of them."""
    send(shelters, {"1": MARA})
    link_now(shelters.premises)
    ask(shelters, MARA)
    told(shelters, "UPDATE link.token_sets SET s_epoch = 7")

    settle(shelters)

    assert (living(shelters), rows(shelters, "link.person_withdrawals")) == (1, 1)
    told(shelters, "UPDATE link.token_sets SET s_epoch = 1")
    settle(shelters)
    assert (living(shelters), rows(shelters, "link.person_withdrawals")) == (0, 0)


def test_a_wish_without_the_trustees_key_is_refused(shelters: People) -> None:
    """It would wait for ever, and its sender would believe that it was carried out."""
    answer = ask(shelters, MARA, k2_epoch=0)

    assert (answer.status_code, answer.json()["code"]) == (409, "epoch_over")
    assert rows(shelters, "link.person_withdrawals") == 0


@pytest.mark.parametrize("who", ["curator", "checker", "auditor", "researcher"])
def test_only_senders_hand_a_wish_on(shelters: People, who: str) -> None:
    """The desk cannot delete what a shelter sent."""
    assert ask(shelters, MARA, by=who).status_code == 403
    assert ask(shelters, MARA, by="nobody").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"persons": []}, id="none"),
        pytest.param({"persons": [MARK, 7]}, id="no-text"),
        pytest.param({"persons": [MARK, ""]}, id="empty"),
        pytest.param({"persons": MARK}, id="no-list"),
        pytest.param({"persons": [{"given_name": MARK}]}, id="a-name"),
        pytest.param({"persons": [MARK] * 101}, id="too-many"),
        pytest.param({"persons": [MARK]}, id="no-cell"),
        pytest.param({"persons": [f"l1:1.1:{'A' * 1366}"]}, id="identity"),
        pytest.param({"persons": [MARK], "case_numbers": [MARK]}, id="both"),
    ],
)
def test_what_is_no_wish_is_refused_without_a_word_of_it(shelters: People, body: Any) -> None:
    """All of the list or none of it."""
    answer = shelters.sender.post("/api/v1/withdrawals", json=body)

    assert answer.status_code == 422
    assert MARK not in answer.text
    assert rows(shelters, "link.person_withdrawals") == 0


def test_a_list_that_is_said_twice_is_refused(shelters: People) -> None:
    """One of the two would be dropped in silence."""
    cell = json.dumps(person_cells([MARA], ["a wish"]))
    body = f'{{"persons": {cell}, "persons": {cell}}}'
    answer = shelters.sender.post(
        "/api/v1/withdrawals", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422
    assert rows(shelters, "link.person_withdrawals") == 0


def test_where_nothing_is_linked_nobody_is_told_that_it_was_done(people: People) -> None:
    """The sentence says what to do instead."""
    answer = ask(people, MARA)

    assert answer.status_code == 409
    assert "numbers" in answer.json()["detail"]


def test_tokens_are_never_shown() -> None:
    """They could be compared."""
    assert MARK not in repr(PersonTokens((MARK,)))
