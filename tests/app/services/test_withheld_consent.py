"""Consent that is taken back: everything that rested on it goes at once, in every version, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anonymizer import ClearedChunk
from app.edge.premises import Premises
from app.models import Base
from app.services.cases import StoredRows
from tests.app.services.storing import Shelter, cleared_cases, cleared_rows, open_shelter, sheets_of, store
from tests.clearing_point_fixture import SHELTER
from tests.factories import a_case

OF_A_PART = sorted(name for name, table in Base.metadata.tables.items() if "part_id" in table.columns)
SHORT_RECORD = {"case_records", "consents"}


@pytest.fixture
def shelter(premises: Premises) -> Shelter:
    """A shelter that has sent two cases with modules, and a second version of everything."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1", "2"), *modules(risk_level="LOW", return_type="DEPORTATION"))
    shelter.send(sheets_of("1", "2", age="45"), *modules(risk_level="HIGH", return_type="READMISSION"))
    return shelter


def modules(*, risk_level: str, return_type: str) -> Iterator[ClearedChunk]:
    """Two modules of both cases."""
    for sheet, fields in (
        ("care_plan", {"risk_level": risk_level}),
        ("return", {"return_no": "1", "return_type": return_type}),
    ):
        yield cleared_rows(sheet, *({"case_number": number, **fields} for number in ("1", "2")))


def test_a_case_that_comes_without_consent_keeps_its_short_record_alone(shelter: Shelter) -> None:
    """All parts, ended versions among them, are deleted; case 2 keeps its own."""
    before = shelter.count("case_parts")

    told = shelter.send(sheets_of("1", consent="NO"))

    assert told == [StoredRows(updated=1)]
    parts = "SELECT c.parts FROM (SELECT case_id, count(*) AS parts FROM case_parts GROUP BY 1) c ORDER BY 1"
    assert (before, shelter.rows(parts)) == (12, [(1,), (6,)])
    assert shelter.count("cases") == 2


@pytest.mark.parametrize("table", OF_A_PART)
def test_no_record_outlives_its_part(shelter: Shelter, table: str) -> None:
    """Whatever table it stands in: of case 1 the short record alone is left."""
    shelter.send(sheets_of("1", consent="NO"))
    [(case_1,)] = shelter.rows("SELECT case_id FROM case_parts GROUP BY 1 HAVING count(*) = 1")

    of_case_1 = (
        f"SELECT count(*) FROM {table} WHERE part_id NOT IN (SELECT id FROM case_parts) "
        f"OR part_id IN (SELECT id FROM case_parts WHERE case_id = '{case_1}')"
    )

    assert shelter.rows(of_case_1) == [(1 if table in SHORT_RECORD else 0,)]


def test_the_short_record_that_comes_again_changes_nothing(shelter: Shelter) -> None:
    """It is what is alive."""
    shelter.send(sheets_of("1", consent="NO"))

    assert shelter.send(sheets_of("1", consent="NO")) == [StoredRows(unchanged=1)]


def test_no_consent_asked_is_no_consent(shelter: Shelter) -> None:
    """Under the legal basis of consent only YES keeps a record."""
    shelter.send(sheets_of("1", consent="NOT_RECORDED"))

    assert shelter.rows("SELECT count(*) FROM case_parts WHERE part = 'care_plan' AND ended_at IS NULL") == [
        (1,)
    ]


def test_a_law_keeps_what_consent_does_not(shelter: Shelter) -> None:
    """Under a law the answer about consent is kept beside the record, which stays."""
    before = shelter.count("case_parts")

    told = shelter.send(cleared_cases(a_case(case_number="1", consent="NO"), legal_basis="LAW"))

    assert told == [StoredRows(updated=1)]
    assert shelter.rows(f"SELECT count(*) - {before} FROM case_parts") == [(1,)]


def test_a_refused_batch_takes_nothing_away(shelter: Shelter) -> None:
    """Deleting is a part of the transaction, as everything else is."""
    before = shelter.count("case_parts")
    with shelter.premises.database.write_session() as session:
        arrival = shelter.arrive(session)
        store(session, sheets_of("1", consent="NO"), arrival)
        session.rollback()

    assert shelter.count("case_parts") == before
