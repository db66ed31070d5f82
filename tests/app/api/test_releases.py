"""Releases over HTTP: two persons make one, everybody reads it, and nothing of a draft is public."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet

RELEASES = "/api/v1/releases"
YEAR = 2025


def draft(people: People, year: int = YEAR) -> str:
    answer = people.curator.post(RELEASES, json={"year": year})
    assert answer.status_code == 201, answer.text
    release_id: str = answer.json()["release_id"]
    return release_id


def publish(people: People) -> str:
    release_id = draft(people)
    people.checker.post(f"{RELEASES}/{release_id}/check")
    assert people.checker.post(f"{RELEASES}/{release_id}/publish").status_code == 200
    return release_id


@pytest.fixture
def cases(people: People) -> None:
    """Forty women and twelve men in Serbia, with what they were offered."""
    rows = [a_case(case_number=str(number), sex="F" if number < 40 else "M") for number in range(52)]
    assert people.sender.post(
        "/api/v1/batches", content=a_sheet(*rows), headers={"Content-Type": "text/csv"}
    ).is_success


# Who may not.


@pytest.mark.parametrize("who", ["sender", "checker", "auditor", "researcher"])
def test_403_unless_a_curator_drafts(people: People, who: str) -> None:
    """Counting is the curators' work."""
    assert getattr(people, who).post(RELEASES, json={"year": YEAR}).status_code == 403


@pytest.mark.parametrize("who", ["sender", "curator", "auditor", "researcher"])
def test_403_unless_a_checker_checks(people: People, who: str) -> None:
    """The check is the second person's."""
    assert getattr(people, who).post(f"{RELEASES}/{draft(people)}/check").status_code == 403


def test_403_for_the_check_of_ones_own_draft_even_with_both_roles(people: People) -> None:
    """Two roles in one person are still one person."""
    release_id = people.both.post(RELEASES, json={"year": YEAR}).json()["release_id"]

    answer = people.both.post(f"{RELEASES}/{release_id}/check")

    assert answer.status_code == 403
    assert "second person" in answer.json()["detail"]


def test_401_for_nobody(people: People) -> None:
    """Making a release needs a key; reading one does not."""
    release_id = draft(people)
    for step in ("check", "publish", "withdraw"):
        assert people.nobody.post(f"{RELEASES}/{release_id}/{step}").status_code == 401
    assert people.nobody.get(f"{RELEASES}/{release_id}/draft").status_code == 401
    assert people.nobody.get(RELEASES).status_code == 200


def test_404_for_a_draft_as_if_it_did_not_exist(people: People) -> None:
    """What is not public has no tables, no manifest and no place in the list."""
    release_id = draft(people)
    for address in ("", "/manifest.json", "/tables/A1.csv"):
        answer = people.nobody.get(f"{RELEASES}/{release_id}{address}")
        unknown = people.nobody.get(f"{RELEASES}/{uuid4()}{address}")
        assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert people.nobody.get(RELEASES).json() == {"releases": []}
    assert people.nobody.get(f"{RELEASES}/latest").status_code == 404


# The way through.


def test_drafted_checked_published_and_read_by_everybody(people: People, cases: None) -> None:
    """Each step says where the release stands."""
    release_id = draft(people)
    checked = people.checker.post(f"{RELEASES}/{release_id}/check").json()
    published = people.curator.post(f"{RELEASES}/{release_id}/publish").json()
    read = people.nobody.get(f"{RELEASES}/latest").json()

    manifest = people.nobody.get(f"{RELEASES}/latest/manifest.json").json()

    assert (checked["status"], published["status"]) == ("CHECKED", "PUBLISHED")
    assert manifest["method"] == {"linkage": "off"}
    assert read["release_id"] == release_id
    assert {table["table"] for table in read["tables"]} >= {
        "A1",
        "A2",
        "A3",
        "A6",
        "A7",
        "A8",
        "B1",
        "B4",
        "B5",
    }


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_every_table_is_the_file_that_the_manifest_names(people: People, cases: None, form: str) -> None:
    """The same bytes each time, under the hash that was published."""
    release_id = publish(people)
    manifest = people.nobody.get(f"{RELEASES}/{release_id}/manifest.json").json()
    named = {file["name"]: file["sha256"] for file in manifest["files"] if file["name"].endswith(form)}
    for table in people.nobody.get(f"{RELEASES}/{release_id}").json()["tables"]:
        first, again = (
            people.nobody.get(f"{RELEASES}/{release_id}/tables/{table['table']}.{form}") for _ in range(2)
        )
        assert first.content == again.content
        assert first.headers["etag"].strip('"') in named.values()
    assert len(named) == len(people.nobody.get(f"{RELEASES}/{release_id}").json()["tables"])


def test_409_for_a_step_at_the_wrong_moment(people: People) -> None:
    """Unchecked is not published; published is not withdrawn; checked is not checked again."""
    release_id = draft(people)
    unchecked = people.curator.post(f"{RELEASES}/{release_id}/publish")
    people.checker.post(f"{RELEASES}/{release_id}/check")
    twice = people.checker.post(f"{RELEASES}/{release_id}/check")
    people.curator.post(f"{RELEASES}/{release_id}/publish")
    withdrawn = people.curator.post(f"{RELEASES}/{release_id}/withdraw")

    assert {unchecked.status_code, twice.status_code, withdrawn.status_code} == {409}


def test_a_new_release_of_the_year_supersedes_the_earlier_which_stays(people: People, cases: None) -> None:
    """What was published stays: it can still be read, and it says what it is."""
    first, second = publish(people), publish(people)

    assert people.nobody.get(f"{RELEASES}/{first}").json()["status"] == "SUPERSEDED"
    assert people.nobody.get(f"{RELEASES}/latest").json()["release_id"] == second
    assert [found["revision"] for found in people.nobody.get(RELEASES).json()["releases"]] == [2, 1]


def test_a_release_counts_what_stood_at_its_cut(people: People, cases: None) -> None:
    """What comes later is in the next release; drafting twice over the same rows gives the same tables."""
    first, second = draft(people), draft(people)
    late = a_sheet(a_case(case_number="late", sex="OTH"))
    people.sender.post("/api/v1/batches", content=late, headers={"Content-Type": "text/csv"})
    third = draft(people)
    contents = [content_of(people.checker, release_id) for release_id in (first, second, third)]

    assert contents[0] == contents[1]
    assert contents[1] != contents[2]


@pytest.mark.parametrize("year", [1999, 2027, -1, 10**12, "CANARY", None])
def test_a_year_that_cannot_be_counted_is_refused_without_repeating_it(people: People, year: object) -> None:
    """Before the clearing point began, after today, and what is no year at all."""
    answer = people.curator.post(RELEASES, json={"year": year})

    assert answer.status_code in (409, 422)
    assert str(year) not in answer.text


@pytest.mark.parametrize(
    "address", ["tables/Z9.csv", "tables/A1.pdf", "tables/..%2f..%2fetc.csv", "tables/A1.", "nothing"]
)
def test_404_for_a_table_or_format_that_does_not_exist(people: People, cases: None, address: str) -> None:
    """Not a fault, and no file of the server."""
    assert people.nobody.get(f"{RELEASES}/{publish(people)}/{address}").status_code == 404


def content_of(client: TestClient, release_id: str) -> Any:
    return client.get(f"{RELEASES}/{release_id}/draft").json()["content"]
