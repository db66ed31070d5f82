"""The whole record through the door: a case, its modules and an annual form in one batch; then a module alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.database import DatabaseRole
from tests.clearing_point_fixture import People
from tests.factories import a_case

JSON = {"Content-Type": "application/json"}
REFERRAL = {
    "referral_no": "1",
    "date_referred": "2025-06-02",
    "from_org_type": "POLICE",
    "to_org_type": "NGO",
    "from_country": "RS",
    "to_country": "RS",
    "reason": "LEGAL",
    "outcome": "UNK",
}


def send(people: People, body: dict[str, Any], *, accepted: bool = True) -> dict[str, Any]:
    answer = people.sender.post("/api/v1/batches", json=body, headers=JSON)
    assert answer.is_success == accepted, answer.text
    return dict(answer.json())


def alive(people: People) -> dict[str, int]:
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        return dict(
            connection.execute(
                text("SELECT part, count(*) FROM case_parts WHERE ended_at IS NULL GROUP BY 1")
            ).all()
        )


def test_the_whole_record(people: People) -> None:
    """Everything is stored once, a module comes later, and taken-back consent leaves the case alone."""
    whole = {
        "cases": [
            a_case()
            | {"referral": [REFERRAL, REFERRAL | {"referral_no": "2"}], "care_plan": [{"risk_level": "HIGH"}]}
        ],
        "shelter_capacity": [{"country": "RS", "year": "2025", "beds": "20"}],
    }
    number = {"case_number": a_case()["case_number"]}

    first = send(people, whole)
    again = send(people, whole)
    later = send(people, {"cases": [number | {"care_plan": [{"risk_level": "LOW"}]}]})
    unknown = send(
        people, {"cases": [{"case_number": "99", "care_plan": [{"risk_level": "LOW"}]}]}, accepted=False
    )

    assert {sheet: stats["created"] for sheet, stats in first["modules"].items()} == {
        "referral": 2,
        "care_plan": 1,
        "shelter_capacity": 1,
    }
    assert all(
        stats["unchanged"] == stats["received"] for stats in (again["stats"], *again["modules"].values())
    )
    assert later["modules"]["care_plan"]["updated"] == 1
    assert [conflict["code"] for conflict in unknown["conflicts"]] == ["case_not_found"]
    assert alive(people) == {"case_sheet": 1, "referral": 1, "care_plan": 1}

    taken_back = send(people, {"cases": [a_case(consent="NO") | {"care_plan": [{"risk_level": "HIGH"}]}]})
    module = send(people, {"cases": [number | {"referral": [REFERRAL]}]})

    assert (taken_back["status"], taken_back["stats"]["updated"]) == ("WARNING", 1)
    assert [conflict["code"] for conflict in module["conflicts"]] == ["consent_withheld"]
    assert alive(people) == {"case_sheet": 1}
