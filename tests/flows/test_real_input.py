"""The real historic records, through the door with their profile and out of the database, beside pandas on the file."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from app.database.transactions import transaction
from app.edge.premises import Premises
from app.queries.releases import take_cut
from app.services.frames import frame_at
from reports import count_table
from reports.tables import TOTAL
from tests.clearing_point_fixture import People
from tests.real_records import (
    FILE,
    FOLDER,
    SEXES,
    YEAR,
    age_band,
    age_status,
    country_code,
    crossed,
    crosstab,
    of_the_year,
    one_form,
    read_records,
)

pytestmark = [
    pytest.mark.real_input,
    pytest.mark.skipif(not FOLDER, reason="CLEARPOINT_REAL_INPUT names no folder"),
]
RECORDS, WITHOUT_A_YEAR, OF_2004 = 16_118, 2_565, 561
LISTED = 1_000
BODY_LIMIT = 10_000_000


@pytest.fixture
def premises(premises: Premises) -> Premises:
    """A clearing point that takes the whole file at once."""
    return replace(premises, body_limit=BODY_LIMIT)


@pytest.fixture
def body() -> bytes:
    """The file as it is, unpacked."""
    return gzip.decompress((Path(FOLDER) / FILE).read_bytes())


@pytest.fixture
def file() -> pd.DataFrame:
    """The same for pandas: every cell a text, empty where nobody knows."""
    return read_records()


def send(people: People, body: bytes) -> dict[str, Any]:
    answer = people.sender.post(
        "/api/v1/batches", content=body, headers={"Content-Type": "text/csv"}, params={"profile": "htcds-2.0"}
    )
    assert answer.status_code == 200, answer.text[:500]
    told: dict[str, Any] = answer.json()
    return told


def test_every_record_with_a_year_is_stored_and_no_two_are_merged(people: People, body: bytes) -> None:
    """14,132 of them repeat an earlier row; each is a case of its own. Sent again, none of them changes."""
    first, again = send(people, body), send(people, body)

    assert first["status"] == "WARNING"
    assert first["stats"] == {
        "received": RECORDS,
        "created": RECORDS - WITHOUT_A_YEAR,
        "updated": 0,
        "unchanged": 0,
        "rejected": WITHOUT_A_YEAR,
    }
    assert len(first["conflicts"]) == LISTED
    assert {conflict["code"] for conflict in first["conflicts"]} == {"missing_year"}
    assert again["stats"]["unchanged"] == RECORDS - WITHOUT_A_YEAR


def test_what_comes_out_of_the_database_counts_as_the_file_does(
    people: People, body: bytes, file: pd.DataFrame
) -> None:
    """For 2004, before suppression and unknowns included: form, sex and child or adult; age and sex; citizenship and country."""
    send(people, body)
    with transaction(people.premises.database.read_session()) as session:
        frame = frame_at(session, take_cut(session))
    rows = of_the_year(file)
    sex = rows["prs_Gender"].map(SEXES)
    table = count_table(frame, "A8", year=YEAR).counts

    assert len(rows) == OF_2004
    assert {key: count for key, count in table.items() if count and TOTAL not in key} == crosstab(
        rows["vic_TypeOfExploitation"].map(one_form), sex, rows["prs_AgeBroad"].map(age_status)
    )
    assert crossed(frame, "age_at_registration", "sex") == crosstab(rows["prs_AgeBroad"].map(age_band), sex)
    assert crossed(frame, "citizenship", "country_of_exploitation") == crosstab(
        rows["prs_Citizenship"].map(country_code), rows["hte_CountryOfExploitation"].map(country_code)
    )
