"""Taking back: first who may not; then what goes, what stays, and what nobody learns by asking."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from anonymizer import inner_case_token
from app.database.transactions import transaction
from app.models import Base
from app.queries.people import act_for, get_organization
from app.queries.withdrawals import FORM_TABLES, find_withdrawn
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER, People
from tests.factories import NOON, a_case, a_sheet

CSV = {"Content-Type": "text/csv"}
JSON = {"Content-Type": "application/json"}
RECORD_TABLES = [name for name, table in Base.metadata.tables.items() if "part_id" in table.columns]
MARK = "Qzmark-11"


def send(people: People, *cases: dict[str, str], by: str = "sender", **headers: str) -> dict[str, Any]:
    client = getattr(people, by)
    answer = client.post("/api/v1/batches", content=a_sheet(*cases), headers={**CSV, **headers})
    assert answer.is_success, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


def withdraw(people: People, *numbers: str, by: str = "sender") -> httpx.Response:
    answer: httpx.Response = getattr(people, by).post(
        "/api/v1/withdrawals", json={"case_numbers": list(numbers)}
    )
    return answer


def rows(people: People, *tables: str) -> int:
    with transaction(people.premises.database.read_session()) as session:
        return sum(
            session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables or (*RECORD_TABLES, *FORM_TABLES, "case_parts")
        )


@pytest.mark.parametrize("who", ["curator", "checker", "auditor", "researcher"])
def test_only_senders_take_back(people: People, who: str) -> None:
    """The desk cannot delete what a shelter sent."""
    batch = send(people)["batch_id"]

    assert getattr(people, who).post(f"/api/v1/batches/{batch}/withdraw").status_code == 403
    assert withdraw(people, "2025-017", by=who).status_code == 403
    assert people.nobody.post(f"/api/v1/batches/{batch}/withdraw").status_code == 401
    assert people.nobody.post("/api/v1/withdrawals", json={"case_numbers": ["1"]}).status_code == 401
    assert rows(people, "case_records") == 1


def test_another_organizations_batch_is_not_there(people: People) -> None:
    """The same words as for a batch that never was."""
    batch = send(people)["batch_id"]

    theirs = people.other_sender.post(f"/api/v1/batches/{batch}/withdraw")
    none = people.other_sender.post(f"/api/v1/batches/{uuid4()}/withdraw")

    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert rows(people, "case_records") == 1


def test_a_batch_takes_its_rows_with_it(people: People) -> None:
    """Parts and records of every entity are deleted; the cases stay as tokens, and may be sent again."""
    sent = send(people, a_case(case_number="1"), a_case(case_number="2", returned_on="2025-09-30"))

    answer = people.sender.post(f"/api/v1/batches/{sent['batch_id']}/withdraw")

    told = answer.json()
    assert answer.status_code == 200
    assert told["status"] == "WITHDRAWN"
    assert told["withdrawn_at"] == NOON.isoformat()
    assert told["removed"] == {"cases": 2, "parts": 2, "forms": 0}
    assert rows(people) == 0
    assert rows(people, "cases") == 2
    again = send(people, a_case(case_number="1"))
    assert again["stats"] == {"received": 1, "created": 0, "updated": 1, "unchanged": 0, "rejected": 0}


def test_a_batch_is_withdrawn_once(people: People) -> None:
    """A second time is the wrong moment, and changes nothing."""
    batch = send(people)["batch_id"]
    people.sender.post(f"/api/v1/batches/{batch}/withdraw")

    second = people.sender.post(f"/api/v1/batches/{batch}/withdraw")

    assert second.status_code == 409
    assert second.json()["code"] == "state_does_not_allow"


def test_what_a_batch_had_replaced_does_not_come_back(people: People) -> None:
    """An older version is a correction that was corrected: nobody said that it holds again."""
    send(people, a_case(sex="F"))
    second = send(people, a_case(sex="M"))

    told = people.sender.post(f"/api/v1/batches/{second['batch_id']}/withdraw").json()

    assert "does not come back" in told["note"]
    assert alive_sexes(people) == []
    assert rows(people, "case_records") == 1


def test_what_replaced_a_batch_stays(people: People) -> None:
    """The rows of the later batch are another batch's."""
    first = send(people, a_case(sex="F"))
    send(people, a_case(sex="M"))

    people.sender.post(f"/api/v1/batches/{first['batch_id']}/withdraw")

    assert alive_sexes(people) == ["M"]
    assert rows(people, "case_records") == 1


def test_a_withdrawn_batch_can_still_be_read(people: People) -> None:
    """Its answer as it was, with the moment; its receipt, signed anew with the moment."""
    sent = send(people)
    address = f"/api/v1/batches/{sent['batch_id']}"
    people.sender.post(f"{address}/withdraw")

    answer, receipt = people.sender.get(address).json(), people.sender.get(f"{address}/receipt").json()

    assert answer == {**sent, "withdrawn_at": NOON.isoformat()}
    assert receipt["withdrawn_at"] == NOON.isoformat()
    assert receipt["signature"] != sent["receipt"]["signature"]
    assert receipt["digest"] == sent["receipt"]["digest"]
    [listed] = people.sender.get("/api/v1/batches").json()["batches"]
    assert listed["withdrawn_at"] == NOON.isoformat()


def test_cases_are_taken_back_by_number_and_by_token(people: People) -> None:
    """All versions of all parts, whichever batch brought them; the other cases stay."""
    for sex in ("F", "M"):
        send(people, *(a_case(case_number=number, sex=sex) for number in ("1", "2", "3")))
    token = inner_case_token(people.case_keys[SHELTER.code], "2")

    answer = withdraw(people, " 1 ", token, token)

    assert answer.status_code == 202
    assert rows(people, "case_parts") == 2
    assert rows(people, "case_records") == 2
    assert rows(people, "cases") == 3


def test_no_answer_tells_whether_a_case_was_known(people: People) -> None:
    """Known, unknown, another's, and withdrawn already: the same bytes."""
    send(people, a_case(case_number="1"))
    send(people, a_case(case_number="2", country="MD"), by="other_sender")

    answers = [withdraw(people, *numbers) for numbers in (["1"], ["1"], ["2"], ["nobody"], ["1", "2", "3"])]

    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert rows(people, "case_records") == 1


def test_the_same_number_of_another_organization_is_another_case(people: People) -> None:
    """Each has its own key, and row-level security besides."""
    send(people, a_case(case_number="7"))
    send(people, a_case(case_number="7", country="MD"), by="other_sender")
    token = inner_case_token(people.case_keys[OTHER_SHELTER.code], "7")

    withdraw(people, token)

    assert rows(people, "case_records") == 2
    withdraw(people, "7", by="other_sender")
    assert rows(people, "case_records") == 1


def test_which_cases_are_withdrawn_is_known_to_storage_alone(people: People) -> None:
    """The mark is the case's token; it says so when the case is sent again."""
    send(people, a_case(case_number="1"), a_case(case_number="2"))
    withdraw(people, "1")

    with transaction(people.premises.database.write_session()) as session:
        organization = get_organization(session, SHELTER.code).id
        act_for(session, organization)
        tokens = [
            bytes(token) for (token,) in session.execute(text("SELECT case_token FROM cases ORDER BY id"))
        ]
        withdrawn = find_withdrawn(session, organization, [*tokens, b"unknown"])

    assert len(tokens) == 2
    assert len(withdrawn) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"case_numbers": []}',
        b'{"case_numbers": ["1"], "more": 1}',
        b'{"case_numbers": ["1"], "case_numbers": ["2"]}',
        b'{"case_numbers": "' + MARK.encode() + b'"}',
        b'{"case_numbers": ["' + MARK.encode() + b'", 7]}',
        b'{"case_numbers": ["' + MARK.encode() + b'", " "]}',
        b'{"case_numbers": ["' + MARK.encode() + b'"',
        json.dumps({"case_numbers": [MARK] * 10_001}).encode(),
        json.dumps({"case_numbers": [MARK, "x" * 101]}).encode(),
        json.dumps({"case_numbers": [MARK, "a\u200bb"]}).encode(),
        json.dumps({"case_numbers": [MARK, "c1:broken"]}).encode(),
        json.dumps({"case_numbers": [MARK, "\ud800"]}).encode(),
        b"\xff\xfe" + MARK.encode("utf-16-le"),
    ],
)
def test_a_list_that_cannot_be_read_withdraws_nothing_and_is_not_repeated(
    people: People, body: bytes
) -> None:
    """All of the list or none of it."""
    send(people, a_case(case_number=MARK))

    answer = people.sender.post("/api/v1/withdrawals", content=body, headers=JSON)

    assert answer.status_code == 422
    assert MARK not in answer.text
    assert rows(people, "case_records") == 1


def test_a_list_in_another_format_is_refused(people: People) -> None:
    """A list of numbers is short; one format is enough."""
    assert people.sender.post("/api/v1/withdrawals", content=b"1", headers=CSV).status_code == 415


def test_a_list_that_is_too_long_is_cut_off_while_it_comes_in(people: People) -> None:
    """Nobody fills the memory with case numbers."""
    body = b'{"case_numbers": ["' + b"9" * 9_000_000 + b'"]}'

    assert people.sender.post("/api/v1/withdrawals", content=body, headers=JSON).status_code == 413


def test_the_trail_has_how_many_and_never_which(people: People) -> None:
    """No audit row, no effect; and no number or token in it."""
    batch = send(people, a_case(case_number=MARK), a_case(case_number="2"))["batch_id"]
    withdraw(people, MARK, "unknown")
    people.sender.post(f"/api/v1/batches/{batch}/withdraw")

    trail = people.auditor.get("/api/v1/audit").json()["events"]

    assert [(event["event"], event["facts"]) for event in trail[:2]] == [
        ("batch:withdrawn", {"cases": 1, "parts": 1, "forms": 0}),
        ("cases:withdrawn", {"named": 2, "withdrawn": 1}),
    ]
    assert trail[0]["subject"] == batch


def alive_sexes(people: People) -> list[str]:
    with transaction(people.premises.database.read_session()) as session:
        query = (
            "SELECT sex FROM case_records JOIN case_parts ON id = part_id WHERE ended_at IS NULL ORDER BY sex"
        )
        return list(session.execute(text(query)).scalars())
