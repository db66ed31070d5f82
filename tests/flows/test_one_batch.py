"""One case batch, from the shelter's sheet to the rows of the server and the receipt."""

from __future__ import annotations

from sqlalchemy import text

from anonymizer import Clearing, ClearingRules, read_csv
from app.database.transactions import transaction
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON, a_case, a_sheet

CASE = a_case(
    birth_date="2001-02-17",
    age="",
    identified_on="2025-05-06",
    first_service_on="2025-05-08",
    returned_on="2025-09-30",
    returned_to="MD",
    return_type="VOLUNTARY_ASSISTED",
    shelter_nights="40",
)


def test_one_batch(people: People) -> None:
    """The sheet is cleared on the laptop, sent, cleared again without a change, stored in parts, and receipted."""
    cleared = clear_on_the_laptop(people, a_sheet(CASE))
    assert cleared["case_number"][0].startswith("c1:")
    assert (cleared["age"], cleared["identified_on"]) == (["24-26"], ["2025-05-05"])
    assert (cleared["first_service_after"], cleared["returned_after"]) == (["D2-3"], ["D91-180"])
    assert (cleared["nationality"], cleared["scope"]) == (["FOREIGN"], ["CROSS_BORDER"])

    answer = people.sender.post(
        "/api/v1/batches",
        content=a_sheet({name: values[0] for name, values in cleared.items()}),
        headers={"Content-Type": "text/csv"},
    ).json()
    assert answer["stats"]["created"] == 1
    assert answer["receipt"]["digest"].startswith("sha256:")

    stored = {table: rows_of(people, table) for table in ("case_records", "identifications", "returns")}
    assert [str(row["date_registered"]) for row in stored["case_records"]] == ["2025-05-01"]
    assert [str(row["date_identified"]) for row in stored["identifications"]] == ["2025-05-05"]
    assert [row["return_after"] for row in stored["returns"]] == ["D91-180"]
    assert [str(row["return_date"]) for row in stored["returns"]] == ["2025-09-29"]
    services = rows_of(people, "assistance_episodes")
    assert {row["service"] for row in services} == {"SHELTER", "MEDICAL"}

    trail = people.auditor.get("/api/v1/audit").json()["events"]
    assert trail[0]["event"] == "batch:received"


def test_the_laptop_and_the_server_make_the_same_case_of_the_same_sheet(people: People) -> None:
    """A case sent raw after it was sent cleared is the same case, unchanged: the same token, the same row."""
    cleared = clear_on_the_laptop(people, a_sheet(CASE))
    headers = {"Content-Type": "text/csv"}
    people.sender.post(
        "/api/v1/batches",
        content=a_sheet({name: values[0] for name, values in cleared.items()}),
        headers=headers,
    )

    raw = people.sender.post("/api/v1/batches", content=a_sheet(CASE), headers=headers).json()

    assert raw["stats"] == {"received": 1, "created": 0, "updated": 0, "unchanged": 1, "rejected": 0}


def test_without_consent_only_the_token_the_country_and_the_year_are_kept(people: People) -> None:
    """The legal basis CONSENT holds for each case by itself."""
    sheet = a_sheet(a_case(consent="NO"))
    people.sender.post("/api/v1/batches", content=sheet, headers={"Content-Type": "text/csv"})

    [record] = rows_of(people, "case_records")
    assert (record["reporting_country"], str(record["date_registered"])) == ("RS", "2025-01-01")
    assert (record["sex"], record["citizenship"], record["age_at_registration"]) == ("UNK", ["ZZ"], "UNK")
    assert [rows_of(people, table) for table in ("identifications", "assistance_episodes")] == [[], []]


def clear_on_the_laptop(people: People, sheet: bytes) -> dict[str, list[str]]:
    rules = ClearingRules(
        organization_country="RS",
        countries=frozenset({"RS"}),
        legal_basis="CONSENT",
        case_key=people.case_keys[SHELTER.code],
        today=NOON.date(),
    )
    [chunk] = read_csv([sheet])
    return Clearing(rules).clear(chunk).columns


def rows_of(people: People, table: str) -> list[dict[str, object]]:
    with transaction(people.premises.database.read_session()) as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]
