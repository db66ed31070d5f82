"""One release, from stored cases to what everybody reads, through two persons."""

from __future__ import annotations

import csv
import io

from app.database.transactions import transaction
from app.queries.releases import take_cut
from app.services.frames import frame_at
from reports import count_table
from reports.tables import TOTAL
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet

YEAR = 2025
WOMEN, MEN, WITHOUT_CONSENT = 40, 23, 3


def test_one_release(people: People) -> None:
    """What is published is what was counted, but for what is not shown; and the trail has every step."""
    send_a_year_of_cases(people)

    drafted = people.curator.post("/api/v1/releases", json={"year": YEAR}).json()
    address = f"/api/v1/releases/{drafted['release_id']}"
    assert people.curator.post(f"{address}/check").status_code == 403
    assert people.checker.post(f"{address}/check").json()["status"] == "CHECKED"
    assert people.checker.post(f"{address}/publish").json()["status"] == "PUBLISHED"

    published = read_csv(people, f"{address}/tables/A3.csv")
    counted = count_a3(people)
    for row in published:
        if row["obs_value"]:
            assert int(row["obs_value"]) == counted[row["reporting_country"], row["status"]]
        else:
            assert row["obs_status"] in ("c", "-", "..")
    assert shown(published, "RS", TOTAL) == str(WOMEN + MEN + WITHOUT_CONSENT)

    assert f"{YEAR}" in people.nobody.get(f"/releases/{drafted['release_id']}").text
    trail = [event["event"] for event in people.auditor.get("/api/v1/audit").json()["events"]]
    assert trail[:4] == ["release:published", "release:checked", "call:refused", "release:drafted"]


def test_a_case_without_consent_counts_and_tells_nothing_else(people: People) -> None:
    """It is in the total of its country, under unknown everywhere."""
    send_a_year_of_cases(people)

    with transaction(people.premises.database.read_session()) as session:
        frame = frame_at(session, take_cut(session))
    sexes = count_table(frame, "B4", year=YEAR).counts

    assert sexes["RS", TOTAL, "F"] == WOMEN
    assert sexes["RS", TOTAL, "M"] == MEN
    assert sexes["RS", TOTAL, "UNK"] == WITHOUT_CONSENT


def send_a_year_of_cases(people: People) -> None:
    rows = [a_case(case_number=f"w{number}", sex="F") for number in range(WOMEN)]
    rows += [a_case(case_number=f"m{number}", sex="M", forms="LABOUR") for number in range(MEN)]
    rows += [a_case(case_number=f"n{number}", consent="NO") for number in range(WITHOUT_CONSENT)]
    answer = people.sender.post(
        "/api/v1/batches", content=a_sheet(*rows), headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text


def count_a3(people: People) -> dict[tuple[str, ...], int]:
    with transaction(people.premises.database.read_session()) as session:
        frame = frame_at(session, take_cut(session))
    return dict(count_table(frame, "A3", year=YEAR).counts)


def read_csv(people: People, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(people.nobody.get(address).text)))


def shown(rows: list[dict[str, str]], country: str, status: str) -> str:
    return next(
        row["obs_value"] for row in rows if (row["reporting_country"], row["status"]) == (country, status)
    )
