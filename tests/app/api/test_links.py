"""The desk's interface: who sees links, what is on them, what a decision does, and what the trail has of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import DatabaseRole
from app.domain.actors import Role
from tests.clearing_point_fixture import DESK, People
from tests.linked_cases import persons, run
from tests.linked_women import MARA, link_two

LINKS = "/api/v1/links"
SAME = {"verdict": "same", "reason": "ORGANIZATIONS_CONFIRMED"}
DIFFERENT = {"verdict": "different", "reason": "TWINS_OR_RELATIVES"}


@pytest.fixture
def other_curator(people: People) -> TestClient:
    """A second one."""
    return people.client_of(DESK.code, Role.CURATOR, Role.RESEARCHER)


def links(client: TestClient, band: str = "review") -> list[dict[str, Any]]:
    answer = client.get(LINKS, params={"band": band})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["links"]
    return found


def decide(client: TestClient, link: Mapping[str, Any], decision: Mapping[str, str]) -> int:
    answered: int = client.post(f"{LINKS}/{link['id']}/decide", json=decision).status_code
    return answered


def trail(people: People, event: str) -> list[dict[str, Any]]:
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        asked = text("SELECT facts FROM audit_events WHERE event = :event ORDER BY id")
        return [facts for (facts,) in connection.execute(asked, {"event": event})]


def test_a_curator_sees_which_classes_agree_and_the_generalized_fields(people: People) -> None:
    """Twins: the sentence says what agrees; both cases stand side by side."""
    link_two(people, country="MD", age="21")

    (link,) = links(people.curator)

    assert link["band"] == "review"
    assert link["explanation"] == (
        "Same name in any spelling + same full birth date + same birthplace + same father's name; "
        "national number differs or is not given."
    )
    assert {"S.DOB", "L.DOB.POB"} <= {one["id"] for one in link["classes"]}
    by_country = {case["reporting_country"]: case for case in link["cases"]}
    assert by_country.keys() == {"RS", "MD"}
    assert (by_country["RS"]["age"], by_country["MD"]["age"]) == ("24-26", "21-23")
    assert by_country["RS"]["registered"] == "2025-05"
    assert link["decided"] is None


def test_nothing_on_a_link_names_a_case_an_organization_or_a_person(people: People) -> None:
    """Neither the number nor the id of a case, neither code nor name of a shelter, and no token."""
    cases = link_two(people)

    told = people.curator.get(LINKS).text

    for secret in ("2025-017", "MD-1", "shelter", "Shelter in", "Mara", "Ilic", *map(str, cases)):
        assert secret not in told


def test_what_speaks_against_a_link_is_told(people: People) -> None:
    """One person cannot be 24 and 50 in one year: what would be linked is for review."""
    link_two(people, (MARA, MARA), age="50")

    (link,) = links(people.curator)

    assert [one["code"] for one in link["against"]] == ["birth_years"]
    assert links(people.curator, "automatic") == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CURATOR])
def test_nobody_but_curators_sees_or_decides(people: People, role: Role) -> None:
    """No sender ever learns of a link."""
    link_two(people)
    (link,) = links(people.curator)
    client = people.client_of("shelter" if role is Role.SENDER else DESK.code, role)

    assert client.get(LINKS).status_code == 403
    assert client.get(f"{LINKS}/{link['id']}").status_code == 403
    assert decide(client, link, SAME) == 403
    assert people.nobody.get(LINKS).status_code == 401
    assert trail(people, "link:decided") == []


def test_a_decision_holds_from_the_next_run_on(people: People) -> None:
    """One person, when a curator says so, and then different persons, when another does."""
    cases = link_two(people)
    (link,) = links(people.curator)
    before = persons(people.premises)

    assert decide(people.curator, link, SAME) == 200
    assert persons(people.premises) == before == set()
    run(people.premises)

    assert persons(people.premises) == {frozenset(cases)}
    (now,) = links(people.curator, "automatic")
    assert (now["id"], now["decided"]["verdict"]) == (link["id"], "same")


def test_only_another_person_decides_otherwise(people: People, other_curator: TestClient) -> None:
    """And the newest decision holds."""
    link_two(people)
    (link,) = links(people.curator)
    decide(people.curator, link, SAME)

    assert decide(people.curator, link, DIFFERENT) == 403
    assert decide(other_curator, link, DIFFERENT) == 200
    run(people.premises)

    assert persons(people.premises) == persons(people.premises, "review") == set()
    (now,) = links(people.curator, "ignored")
    assert now["decided"]["verdict"] == "different"


def test_reads_and_decisions_are_in_the_trail(people: People) -> None:
    """With the verdict and its reason, and no case."""
    cases = link_two(people)
    (link,) = links(people.curator)
    people.curator.get(f"{LINKS}/{link['id']}")
    decide(people.curator, link, SAME)

    assert trail(people, "link:read") == [{"links": 1}, {}]
    assert trail(people, "link:decided") == [SAME]
    assert not any(str(case) in json.dumps(trail(people, "link:decided")) for case in cases)


@pytest.mark.parametrize(
    "decision",
    [
        {"verdict": "same", "reason": "TWINS_OR_RELATIVES"},
        {"verdict": "perhaps", "reason": "KEYS_SUFFICE"},
        {"verdict": "same", "reason": "She is Mara Ilic"},
        {"verdict": "same"},
    ],
    ids=["reason of the other verdict", "no verdict", "free text", "no reason"],
)
def test_a_decision_that_says_something_else_is_refused(people: People, decision: dict[str, str]) -> None:
    """A reason is a code, and goes with its verdict. What was sent is not repeated."""
    link_two(people)
    (link,) = links(people.curator)

    answer = people.curator.post(f"{LINKS}/{link['id']}/decide", json=decision)

    assert answer.status_code == 422
    assert "Mara" not in answer.text
    assert trail(people, "link:decided") == []


def test_a_link_that_is_not_there_is_not_found(people: People) -> None:
    """Whoever asks."""
    assert people.curator.get(f"{LINKS}/{uuid4()}").status_code == 404
    assert decide(people.curator, {"id": uuid4()}, SAME) == 404


def test_a_case_that_is_taken_back_takes_its_links_along(people: People) -> None:
    """Nothing rests on tokens that are gone."""
    link_two(people)

    people.sender.post("/api/v1/withdrawals", json={"case_numbers": ["2025-017"]})

    assert links(people.curator) == []
