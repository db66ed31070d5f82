"""What organizations owe: each sees its own, the desk sees all, and nobody else sees any."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.database.transactions import transaction
from app.services.coverage import agree_obligation
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER, People
from tests.factories import NOON, a_case, a_sheet

YEAR = 2025
TODAY = NOON.date()
EARLIER, LATER = date(2026, 2, 1), date(2026, 4, 1)


def owes(people: People, organization: str, sheet: str, due_on: date) -> None:
    with transaction(people.premises.database.write_session()) as session:
        agree_obligation(session, organization, year=YEAR, sheet=sheet, due_on=due_on, now=NOON)


def send(people: People, *cases: dict[str, str]) -> None:
    answer = people.sender.post(
        "/api/v1/batches", content=a_sheet(*cases), headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text


def own(people: People) -> Any:
    return people.sender.get("/api/v1/obligations", params={"year": YEAR}).json()


def test_an_organization_sees_what_it_owes_and_what_came(people: People) -> None:
    """By sheet: when it is due, how it stands, and how many cases are there."""
    owes(people, SHELTER.code, "cases", LATER)
    owes(people, SHELTER.code, "referral", EARLIER)
    send(people, a_case(), a_case(case_number="2"))

    cases, referral = own(people)["owed"]

    assert (cases["sheet"], cases["rows"], referral["sheet"], referral["rows"]) == ("cases", 2, "referral", 0)
    assert referral["standing"] == "OVERDUE"
    assert cases["first_on"] is not None


def test_what_is_agreed_again_gets_another_day(people: People) -> None:
    """The first word is replaced, not doubled."""
    owes(people, SHELTER.code, "cases", EARLIER)
    owes(people, SHELTER.code, "cases", LATER)

    (cases,) = own(people)["owed"]

    assert (cases["due_on"], cases["standing"]) == (LATER.isoformat(), "NOT_DUE_YET")


def test_who_has_nothing_to_send_says_so(people: People) -> None:
    """A shelter without a case in the year is not late for ever; what it does not owe is not found."""
    owes(people, SHELTER.code, "cases", LATER)

    said = people.sender.post(f"/api/v1/obligations/{YEAR}/cases/nothing")
    not_owed = people.sender.post(f"/api/v1/obligations/{YEAR}/referral/nothing")

    assert (said.status_code, not_owed.status_code) == (200, 404)
    assert said.json() == own(people)
    (cases,) = own(people)["owed"]
    assert (cases["standing"], cases["nothing_to_send"]) == ("ON_TIME", True)


def test_completeness_counts_the_required_items_that_are_known(people: People) -> None:
    """A case of which nothing may be kept is asked nothing."""
    send(
        people,
        a_case(),
        a_case(case_number="2", sex="UNK", identified_by="UNK"),
        a_case(case_number="3", consent="NO"),
    )

    told = own(people)

    assert told["items"]["items"]["sex"] == {"asked": 2, "unknown": 1}
    asked = told["item_completeness"]["denominator"]
    assert told["item_completeness"] == {"numerator": asked - 2, "denominator": asked}


def test_the_desk_sees_all_by_country(people: People) -> None:
    """Registered, reported and on time by country; timeliness counts what is due by now."""
    owes(people, SHELTER.code, "cases", LATER)
    owes(people, OTHER_SHELTER.code, "cases", EARLIER)
    send(people, a_case())

    told = people.curator.get("/api/v1/coverage", params={"year": YEAR}).json()

    countries = {row["country"]: row for row in told["reporting_coverage"]}
    assert set(countries) == {"RS", "MD", "UA"}
    assert countries["RS"]["registered"] == countries["RS"]["reported"] == 1
    assert countries["MD"] == {"country": "MD", "registered": 1, "reported": 0, "on_time": 0}
    assert told["reporting_timeliness"] == {"numerator": 0, "denominator": 1}
    assert {one["organization"] for one in told["owed"]} == {SHELTER.code, OTHER_SHELTER.code}


def test_one_organization_does_not_see_what_another_owes(people: People) -> None:
    """Not in its list, and not by asking for the desk's."""
    owes(people, SHELTER.code, "cases", LATER)

    assert people.other_sender.get("/api/v1/obligations", params={"year": YEAR}).json()["owed"] == []
    assert people.sender.get("/api/v1/coverage", params={"year": YEAR}).status_code == 403
    assert people.researcher.get("/api/v1/obligations", params={"year": YEAR}).status_code == 403


def test_a_year_that_is_no_year_is_told(people: People) -> None:
    """A problem document, never a fault."""
    assert people.sender.get("/api/v1/obligations", params={"year": "x"}).status_code == 422
    assert people.sender.post("/api/v1/obligations/9999999/cases/nothing").status_code == 422
    assert people.sender.post("/api/v1/obligations/2025/no%20sheet/nothing").status_code in (404, 422)
