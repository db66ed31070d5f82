"""The forms in which a batch may come, and what the sender may declare of it: each is read, or refused with a code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app.edge.premises import Premises
from tests.app.api.test_batches import codes, count
from tests.clearing_point_fixture import BODY_LIMIT, People
from tests.factories import a_case, a_sheet
from tests.flows.test_dry_run import MEDIA_TYPES, REFERRAL, zipped

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROFILE = {"country": "RS", "year": "2025", "nrm_exists": "Y"}


def send(client: TestClient, body: bytes, media_type: str = "text/csv", **options: Any) -> Response:
    answer: Response = client.post(
        "/api/v1/batches", content=body, headers={"Content-Type": media_type}, params=options
    )
    return answer


@pytest.mark.parametrize("form", ["json", "ndjson", "zip"])
def test_the_same_batch_in_every_form_is_the_same_batch(
    people: People, premises: Premises, form: str
) -> None:
    """What came as a ZIP of CSV files and comes again in another form is unchanged, rows of modules and all."""
    referral = {**REFERRAL, "case_number": "2025-017"}
    first = send(people.sender, zipped({"cases": (a_case(),), "referral": (referral,)}), MEDIA_TYPES["zip"])
    entry = {**a_case(), "referral": [REFERRAL]}
    bodies = {
        "json": json.dumps({"cases": [entry]}).encode(),
        "ndjson": json.dumps(entry).encode() + b"\n",
        "zip": zipped({"cases": (a_case(),), "referral": (referral,)}),
    }

    again = send(people.sender, bodies[form], MEDIA_TYPES[form])

    assert first.status_code == again.status_code == 200, again.text
    assert first.json()["modules"]["referral"]["created"] == 1
    assert first.json()["receipt"]["modules"] == first.json()["modules"]
    assert (again.json()["stats"]["unchanged"], again.json()["modules"]["referral"]["unchanged"]) == (1, 1)
    assert again.json()["receipt"]["digest"] == first.json()["receipt"]["digest"]
    assert count(premises, "referrals") == 1


def test_an_annual_form_comes_without_a_case(people: People, premises: Premises) -> None:
    """Once for a country and a year: what is said again differently takes its place."""
    first = send(people.sender, json.dumps({"nrm_profile": [PROFILE]}).encode(), "application/json").json()
    changed = {**PROFILE, "nrm_exists": "N"}
    second = send(people.sender, json.dumps({"nrm_profile": [changed]}).encode(), "application/json").json()

    assert (first["stats"]["received"], first["modules"]["nrm_profile"]["created"]) == (0, 1)
    assert second["modules"]["nrm_profile"]["updated"] == 1
    assert count(premises, "nrm_profiles WHERE ended_at IS NULL") == 1


def test_a_batch_of_csv_alone_has_no_modules(people: People) -> None:
    """The answer says of other sheets only when they came."""
    assert "modules" not in send(people.sender, a_sheet()).json()


@pytest.mark.parametrize("media_type", [*MEDIA_TYPES.values(), XLSX])
@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"PK\x03\x04 and no more", b"{", b"a;b\n1;2\n", bytes(range(256)) * 40],
    ids=["empty", "binary", "cut archive", "brace", "two columns", "all bytes"],
)
def test_422_with_a_code_for_what_is_none_of_it(
    people: People, premises: Premises, media_type: str, body: bytes
) -> None:
    """Whatever is called by the name of a form."""
    answer = send(people.sender, body, media_type)

    assert answer.status_code == 422
    assert answer.json()["conflicts_total"] >= len(answer.json()["conflicts"]) > 0
    assert all(conflict["code"] and conflict["number"] for conflict in answer.json()["conflicts"])
    assert count(premises, "case_batches") == 0


def test_an_encoding_is_read_when_it_is_declared(people: People) -> None:
    """And never guessed."""
    body = a_sheet(a_case(given_name="Đurđa")).decode().encode("cp1250")

    undeclared = send(people.sender, body)
    declared = send(people.sender, body, encoding="cp1250")

    assert "wrong_encoding" in codes(undeclared)
    assert declared.json()["dropped"] == {"given_name": 1}


def test_a_format_of_dates_is_read_when_it_is_declared(people: People) -> None:
    """08.05. is in May for one and in August for another."""
    body = a_sheet(a_case(registered_on="08.05.2025"))

    assert send(people.sender, body).status_code == 422
    assert send(people.sender, body, dates="dd.mm.yyyy").status_code == 200


@pytest.mark.parametrize("options", [{"encoding": "CANARY"}, {"dates": "CANARY"}])
def test_422_for_a_declaration_that_does_not_exist(people: People, options: dict[str, str]) -> None:
    """The values are a list, which the interface's document has."""
    answer = send(people.sender, a_sheet(), **options)

    assert answer.status_code == 422
    assert answer.json()["parameters"] == [f"query.{next(iter(options))}"]
    assert "CANARY" not in answer.text


@pytest.mark.parametrize("media_type", [*MEDIA_TYPES.values(), XLSX])
def test_413_for_a_body_over_the_limit_in_any_form(people: People, media_type: str) -> None:
    """Said beforehand or not, before anything is read of it."""
    assert send(people.sender, b"x" * (BODY_LIMIT + 1), media_type).status_code == 413


def test_the_interface_describes_the_door(people: People) -> None:
    """Every form of a body, every answer, and what may be declared."""
    described = people.nobody.get("/api/v1/openapi.json").json()["paths"]["/api/v1/batches"]["post"]

    assert set(described["requestBody"]["content"]) == {*MEDIA_TYPES.values(), XLSX}
    assert {"200", "202", "401", "403", "413", "415", "422", "503"} <= set(described["responses"])
    assert {"encoding", "dates", "atomic", "dry_run"} <= {one["name"] for one in described["parameters"]}
