"""The door for case batches: who may not come in, what is answered, and that a batch is stored once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database.transactions import transaction
from app.edge.premises import Premises
from app.services.laws import add_law
from tests.clearing_point_fixture import BODY_LIMIT, People
from tests.factories import NOON, a_case, a_sheet

CSV = {"Content-Type": "text/csv"}
JSON = {"Content-Type": "application/json"}


def send(client: TestClient, body: bytes, *, headers: Mapping[str, str] = CSV, **options: Any) -> Response:
    answer: Response = client.post("/api/v1/batches", content=body, headers=headers, params=options)
    return answer


def count(premises: Premises, table: str) -> int:
    with transaction(premises.database.read_session()) as session:
        counted: int = session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return counted


def codes(answer: Response) -> set[str]:
    return {conflict["code"] for conflict in answer.json()["conflicts"]}


# Who may not.


def test_401_without_a_key_and_with_a_wrong_one(people: People) -> None:
    """Both get the same words."""
    without = send(people.nobody, a_sheet())
    wrong = send(people.nobody, a_sheet(), headers={**CSV, "Authorization": "Bearer cp_wrong"})

    assert (without.status_code, wrong.status_code) == (401, 401)
    assert without.json() == wrong.json()
    assert without.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("who", ["curator", "checker", "auditor", "researcher"])
def test_403_unless_a_sender(people: People, who: str) -> None:
    """The desk has no cases to send, and none to look at."""
    assert send(getattr(people, who), a_sheet()).status_code == 403
    assert getattr(people, who).get("/api/v1/batches").status_code == 403


def test_404_for_a_batch_of_another_organization_as_if_it_did_not_exist(people: People) -> None:
    """The same words for a batch of somebody else and for one that never was."""
    batch_id = send(people.sender, a_sheet()).json()["batch_id"]

    for address in ("", "/receipt"):
        others = people.other_sender.get(f"/api/v1/batches/{batch_id}{address}")
        nobodys = people.other_sender.get(f"/api/v1/batches/{uuid4()}{address}")
        assert (others.status_code, others.json()) == (404, nobodys.json())
    assert people.other_sender.get("/api/v1/batches").json() == {"batches": []}


# What is answered.


def test_a_batch_is_stored_and_its_sender_gets_a_receipt(people: People, premises: Premises) -> None:
    """The answer has counts, what was dropped, and a receipt that can be fetched again."""
    answer = send(people.sender, a_sheet(a_case(given_name="Milica", family_name="Example"))).json()

    assert answer["status"] == "OK"
    assert answer["stats"] == {"received": 1, "created": 1, "updated": 0, "unchanged": 0, "rejected": 0}
    assert answer["dropped"] == {"family_name": 1, "given_name": 1}
    assert people.sender.get(f"/api/v1/batches/{answer['batch_id']}").json() == answer
    assert people.sender.get(f"/api/v1/batches/{answer['batch_id']}/receipt").json() == answer["receipt"]
    assert count(premises, "case_records") == 1


def test_json_and_csv_bring_the_same_case(people: People, premises: Premises) -> None:
    """The same case by the other door is unchanged."""
    send(people.sender, a_sheet())

    as_json: dict[str, Any] = a_case(services_accepted="SHELTER;MEDICAL")
    as_json["services_accepted"] = ["MEDICAL", "SHELTER"]
    answer = send(people.sender, json.dumps({"cases": [as_json]}).encode(), headers=JSON).json()

    assert answer["stats"]["unchanged"] == 1
    assert count(premises, "case_parts") == 1


def test_the_same_case_number_again_updates_the_case(people: People, premises: Premises) -> None:
    """The earlier version ends and stays; one version is alive."""
    send(people.sender, a_sheet())

    answer = send(people.sender, a_sheet(a_case(age="31"))).json()

    assert answer["stats"]["updated"] == 1
    assert count(premises, "cases") == 1
    assert count(premises, "case_parts") == 2
    assert count(premises, "case_parts WHERE ended_at IS NULL") == 1


def test_two_organizations_with_the_same_case_number_have_two_cases(
    people: People, premises: Premises
) -> None:
    """A local number means nothing outside its organization."""
    send(people.sender, a_sheet())
    answer = send(people.other_sender, a_sheet(a_case(country="MD")))

    assert answer.json()["stats"]["created"] == 1
    assert count(premises, "cases") == 2


def test_a_dry_run_answers_the_same_and_keeps_nothing(people: People, premises: Premises) -> None:
    """The same code path, rolled back."""
    dry = send(people.sender, a_sheet(), dry_run=True).json()
    stored = [count(premises, table) for table in ("cases", "case_batches", "case_parts")]
    real = send(people.sender, a_sheet()).json()

    assert stored == [0, 0, 0]
    assert (dry["status"], dry["stats"], dry["conflicts"]) == (
        real["status"],
        real["stats"],
        real["conflicts"],
    )
    assert (dry["batch_id"], dry["receipt"]) == (None, None)


def test_atomic_stores_nothing_when_one_row_is_wrong(people: People, premises: Premises) -> None:
    """All or nothing is the default."""
    answer = send(people.sender, a_sheet(a_case(), a_case(case_number="2", sex="Q")))

    assert answer.status_code == 422
    assert answer.json()["status"] == "ERROR"
    assert answer.json()["stats"]["rejected"] == 1
    assert count(premises, "cases") == 0


def test_not_atomic_stores_the_right_rows_and_lists_the_others(people: People, premises: Premises) -> None:
    """Partial acceptance is the sender's choice."""
    answer = send(people.sender, a_sheet(a_case(), a_case(case_number="2", sex="Q")), atomic=False)

    assert answer.status_code == 200
    assert answer.json()["status"] == "WARNING"
    assert answer.json()["stats"] == {
        "received": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    [conflict] = answer.json()["conflicts"]
    assert (conflict["entity"], conflict["row"], conflict["column"]) == ("case", 3, "sex")
    assert count(premises, "cases") == 1


def test_law_and_archive_name_their_provision(people: People) -> None:
    """Without one, and with one that is not on the keepers' list, the batch is refused before a row is read."""
    assert send(people.sender, a_sheet(), legal_basis="LAW").status_code == 422
    unlisted = send(people.sender, a_sheet(), legal_basis="LAW", law="RS-2018-41")
    with transaction(people.premises.database.write_session()) as session:
        add_law(session, "RS-2018-41", title="A law", country="RS", keeps_years=None, now=NOON)
    listed = send(people.sender, a_sheet(), legal_basis="LAW", law="RS-2018-41")

    assert (unlisted.status_code, listed.status_code) == (422, 200)


def test_a_profile_is_for_one_legal_basis(people: People, premises: Premises) -> None:
    """Otherwise cases without consent could come in as historic records."""
    body = b"cas_Id,cas_Year\r\nC1,2004\r\n"

    assert send(people.sender, body, profile="htcds-2.0", legal_basis="CONSENT").status_code == 422
    assert send(people.sender, body, profile="htcds-2.0").json()["receipt"]["legal_basis"] == "ARCHIVE"


# Once and only once.


def test_a_replay_gets_the_same_bytes(people: People, premises: Premises) -> None:
    """A laptop that lost the answer gets the very same one."""
    headers = {**CSV, "Idempotency-Key": "monday"}
    first = send(people.sender, a_sheet(), headers=headers)
    again = send(people.sender, a_sheet(), headers=headers)

    assert again.status_code == 200
    assert again.content == first.content
    assert count(premises, "case_batches") == 1
    trail = [event["event"] for event in people.auditor.get("/api/v1/audit").json()["events"]]
    assert trail[:2] == ["batch:read", "batch:received"]


def test_422_for_the_same_key_with_another_body_or_other_options(people: People) -> None:
    """A key names one body for ever, for one organization."""
    headers = {**CSV, "Idempotency-Key": "monday"}
    send(people.sender, a_sheet(), headers=headers)

    other_body = send(people.sender, a_sheet(a_case(sex="M")), headers=headers)
    other_options = send(people.sender, a_sheet(), headers=headers, atomic=False)
    other_sender = send(people.other_sender, a_sheet(a_case(country="MD")), headers=headers)

    assert {other_body.status_code, other_options.status_code} == {422}
    assert other_body.json()["code"] == "idempotency_key_reused"
    assert other_sender.status_code == 200


@pytest.mark.parametrize("headers", [CSV, {**CSV, "Idempotency-Key": "twenty"}], ids=["no key", "one key"])
def test_a_batch_sent_twenty_times_at_once_is_stored_once(
    people: People, premises: Premises, headers: dict[str, str]
) -> None:
    """With a key one batch is stored; without one, one version of each case."""
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(lambda _: send(people.sender, a_sheet(), headers=headers), range(20)))

    accepted = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert accepted
    assert count(premises, "cases") == 1
    assert count(premises, "case_parts") == 1
    if "Idempotency-Key" in headers:
        assert len({answer.content for answer in accepted}) == 1
        assert count(premises, "case_batches") == 1


# Bad input.

BAD = {
    "empty": (b"", "empty_file"),
    "header only": (a_sheet().split(b"\r\n")[0] + b"\r\n", "no_cases"),
    "unknown column": (a_sheet(a_case(shoe_size="39")), "unknown_column"),
    "doubled column": (a_sheet().replace(b"sex,", b"age,", 1), "doubled_column"),
    "unknown code": (a_sheet(a_case(sex="Q")), "unknown_code"),
    "wrong date": (a_sheet(a_case(registered_on="08.05.2025")), None),
    "missing required value": (a_sheet(a_case(sex="")), None),
    "wrong encoding": (a_sheet(a_case(given_name="Đurđa")).decode().encode("cp1250"), "wrong_encoding"),
    "NUL": (a_sheet(a_case(case_number="1\x002")), None),
    "control character": (a_sheet(a_case(case_number="1\x1b2")), None),
    "unterminated quote": (a_sheet() + b'"2025-018', None),
}


@pytest.mark.parametrize("name", BAD)
def test_422_for_bad_input_with_a_place_and_a_sentence(people: People, premises: Premises, name: str) -> None:
    """Nothing is stored, and each conflict says where it is and what to do."""
    body, code = BAD[name]

    answer = send(people.sender, body)

    assert answer.status_code == 422
    assert answer.json()["conflicts"]
    assert all(conflict["message"].endswith(".") for conflict in answer.json()["conflicts"])
    if code:
        assert code in codes(answer)
    assert count(premises, "cases") == 0


BAD_JSON = {
    "no object": b"[]",
    "doubled key": b'{"cases": [{"sex": "F", "sex": "M"}]}',
    "not a number": b'{"cases": [{"age": NaN}]}',
    "lone surrogate": b'{"cases": [{"case_number": "\\ud800"}]}',
    "trailing garbage": b'{"cases": []} x',
    "deep": b"[" * 100_000,
    "long number": b'{"cases": [{"age": ' + b"9" * 5_000 + b"}]}",
    "UTF-16": '{"cases": []}'.encode("utf-16"),
    "no cases": b'{"cases": []}',
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_422_for_bad_json(people: People, premises: Premises, name: str) -> None:
    """JSON is read strictly."""
    answer = send(people.sender, BAD_JSON[name], headers=JSON)

    assert answer.status_code == 422
    assert count(premises, "cases") == 0


def test_413_for_a_body_over_the_limit_said_beforehand_or_not(people: People, premises: Premises) -> None:
    """What the sender says of the length is not relied on."""
    too_much = a_sheet() + b"x" * BODY_LIMIT

    said = send(people.sender, too_much)
    unsaid = people.sender.post(
        "/api/v1/batches",
        content=(too_much[at : at + 65536] for at in range(0, len(too_much), 65536)),
        headers=CSV,
    )

    assert (said.status_code, unsaid.status_code) == (413, 413)
    assert count(premises, "cases") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/html"},
        {"Content-Type": "application/pdf"},
        {**CSV, "Content-Encoding": "gzip"},
    ],
)
def test_415_for_another_format(people: People, headers: dict[str, str]) -> None:
    """The type is named by the sender, never guessed."""
    assert send(people.sender, a_sheet(), headers=headers).status_code == 415


@pytest.mark.parametrize(
    "options",
    [{"atomic": "CANARY"}, {"profile": "CANARY!"}, {"legal_basis": "CANARY"}, {"law": "CANARY CANARY"}],
)
def test_422_for_a_wrong_parameter_without_repeating_it(people: People, options: dict[str, Any]) -> None:
    """The framework's own answer would repeat the input."""
    answer = send(people.sender, a_sheet(), **options)

    assert answer.status_code == 422
    assert "CANARY" not in answer.text
    assert answer.json()["parameters"] == [f"query.{next(iter(options))}"]


def test_422_for_a_profile_that_does_not_exist(people: People) -> None:
    """A profile is a file of the project, not of the sender."""
    answer = send(people.sender, a_sheet(), profile="no-such-profile")

    assert answer.status_code == 422
