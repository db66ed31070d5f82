"""A dry run is the real run: the same answer, and no trace; whatever the form, the faults and the way of storing."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import DatabaseRole
from app.edge.premises import Premises
from app.models import Base
from app.worker import run_what_waits
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "zip": "application/zip",
}
VARIES = ("batch_id", "receipt", "dry_run")
"""What a dry run cannot have, or is."""
WRITTEN_BY_READING = ("audit_events",)

FAULTS: tuple[Mapping[str, str], ...] = (
    {},
    {"age": "31"},
    {"sex": "Q"},
    {"registered_on": "08.05.2025"},
    {"consent": "NO"},
    {"given_name": "Milica"},
    {"citizenship": ""},
    {"services_accepted": "NONE", "first_service_on": ""},
)
REFERRAL = {
    "date_referred": "2025-05-20",
    "from_org_type": "NGO",
    "to_org_type": "HEALTH",
    "from_country": "RS",
    "to_country": "RS",
    "outcome": "ACCEPTED",
}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Batch:
    """What is sent, and how."""

    form: str
    cases: tuple[Row, ...]
    referrals: tuple[Row, ...]
    atomic: bool
    waits: bool


cases = st.lists(
    st.builds(
        lambda number, fault: a_case(case_number=str(number), **fault),
        st.integers(1, 6),
        st.sampled_from(FAULTS),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
referrals = st.lists(
    st.builds(
        lambda number, fault: {**REFERRAL, "case_number": str(number), **fault},
        st.integers(1, 8),
        st.sampled_from(({}, {}, {"outcome": "Q"}, {"date_referred": "2031-01-01"})),
    ),
    max_size=3,
    unique_by=lambda row: row["case_number"],
).map(tuple)
batches = st.builds(
    Batch, st.sampled_from(sorted(MEDIA_TYPES)), cases, referrals, st.booleans(), st.booleans()
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(batches, min_size=1, max_size=2))
@example([Batch("csv", (a_case(), a_case(case_number="2", sex="Q")), (), False, True)])
@example([Batch("zip", (a_case(case_number="1"),), ({**REFERRAL, "case_number": "9"},), True, True)])
@example([Batch("zip", (a_case(case_number="1"),), ({**REFERRAL, "case_number": "9"},), False, False)])
@example(
    [Batch("json", (a_case(case_number="1", consent="NO"),), ({**REFERRAL, "case_number": "1"},), True, True)]
)
def test_a_dry_run_answers_as_the_real_run_and_leaves_nothing(
    people: People, premises: Premises, sent: list[Batch]
) -> None:
    """Also where the real run is answered before it is stored: what it becomes is what the dry run said."""
    for batch in sent:
        before = rows_of_every_table(premises)
        tried = post(people.sender, batch, dry_run=True)
        after = rows_of_every_table(premises)

        became = final_answer(people.sender, premises, batch)

        assert before == after
        assert tried == became


def test_what_storage_refuses_is_told_the_same_now_and_later(people: People, premises: Premises) -> None:
    """A referral of a case that nobody sent: told by its row, and nothing is stored when all or nothing was asked."""
    stray = Batch("zip", (a_case(case_number="1"),), ({**REFERRAL, "case_number": "9"},), False, False)

    now = post(people.sender, stray, dry_run=False)
    refused = final_answer(people.other_sender, premises, replace(stray, atomic=True, waits=True))
    again = people.other_sender.get("/api/v1/batches").json()["batches"]

    assert (now["status"], now["stats"]["created"], now["modules"]["referral"]["rejected"]) == (
        "WARNING",
        1,
        1,
    )
    [conflict] = [one for one in now["conflicts"] if one["severity"] == "error"]
    assert (conflict["code"], conflict["sheet"], conflict["row"]) == ("case_not_found", "referral", 2)
    assert now["conflicts_total"] == len(now["conflicts"])
    assert (refused["status"], refused["stats"]["created"]) == ("ERROR", 0)
    assert [batch["state"] for batch in again] == ["REFUSED"]


@pytest.mark.parametrize("waits", [False, True])
def test_a_large_dry_run_is_the_same_run(people: People, premises: Premises, waits: bool) -> None:
    """It goes through the staged rows, and takes them back with all the rest."""
    small = replace(premises, large_body=10)
    from app.main import create_app

    client = TestClient(create_app(small), headers=people.sender.headers, raise_server_exceptions=False)
    batch = Batch("csv", (a_case(), a_case(case_number="2", sex="Q")), (), False, waits)
    before = rows_of_every_table(premises)

    tried = post(client, batch, dry_run=True)

    assert rows_of_every_table(premises) == before
    assert tried == final_answer(client, premises, batch)


def post(client: TestClient, batch: Batch, *, dry_run: bool) -> dict[str, Any]:
    """The answer to a batch, without what varies."""
    headers = {"Content-Type": MEDIA_TYPES[batch.form]}
    headers |= {"Prefer": "respond-async"} if batch.waits else {}
    options = {"atomic": batch.atomic, "dry_run": dry_run}
    answer = client.post("/api/v1/batches", content=written(batch), headers=headers, params=options)
    assert answer.status_code in (200, 202, 422), answer.text
    told: dict[str, Any] = answer.json()
    if told["status"] == "PENDING":
        assert not dry_run
        return told
    return without_what_varies(told)


def final_answer(client: TestClient, premises: Premises, batch: Batch) -> dict[str, Any]:
    """What a batch became, waited for where it waits."""
    told = post(client, batch, dry_run=False)
    if told["status"] != "PENDING":
        return told
    run_what_waits(premises)
    became = client.get(f"/api/v1/batches/{told['batch_id']}").json()
    return without_what_varies(became)


def without_what_varies(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as far as both runs have it; a refusal at once is told as a problem beside it."""
    as_problem = ("type", "title", "code", "detail")
    return {name: told for name, told in answer.items() if name not in (*VARIES, *as_problem)}


def rows_of_every_table(premises: Premises) -> dict[str, int]:
    """How many rows each of our tables has, and the queue."""
    names = [name for name in Base.metadata.tables if name not in WRITTEN_BY_READING]
    with premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in (*names, "procrastinate_jobs")
        }


def written(batch: Batch) -> bytes:
    """The batch in its form; CSV has no place for modules."""
    match batch.form:
        case "csv":
            return a_sheet(*batch.cases)
        case "json":
            return json.dumps({"cases": objects(batch)}).encode()
        case "ndjson":
            return b"".join(json.dumps(entry).encode() + b"\n" for entry in objects(batch))
        case _:
            return zipped({"cases": batch.cases, "referral": batch.referrals})


def objects(batch: Batch) -> list[dict[str, Any]]:
    """The cases with their referrals in them; a referral of no case of the batch stands alone."""
    entries: list[dict[str, Any]] = [dict(case) for case in batch.cases]
    for referral in batch.referrals:
        module = {name: cell for name, cell in referral.items() if name != "case_number"}
        of_case = [entry for entry in entries if entry["case_number"] == referral["case_number"]]
        entry: dict[str, Any] = of_case[0] if of_case else {"case_number": referral["case_number"]}
        entry.setdefault("referral", []).append(module)
        if not of_case:
            entries.append(entry)
    return entries


def zipped(sheets: Mapping[str, tuple[Row, ...]]) -> bytes:
    """A member for each sheet that has rows."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet, rows in sheets.items():
            if rows:
                archive.writestr(f"{sheet}.csv", as_csv(rows))
    return packed.getvalue()


def as_csv(rows: tuple[Row, ...]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = io.StringIO()
    writer = csv.DictWriter(lines, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()
