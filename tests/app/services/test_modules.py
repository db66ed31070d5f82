"""Modules beside the case sheet: whose rows are stored, what replaces what, and what is told of the rest."""

from __future__ import annotations

import pytest

from app.edge.premises import Premises
from app.services.cases import StoredRows
from tests.app.services.storing import Shelter, cleared_rows, open_shelter, sheets_of
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER

REFERRAL = {"case_number": "1", "referral_no": "1", "date_referred": "2025-06-02", "to_org_type": "NGO"}
SECOND_REFERRAL = {**REFERRAL, "referral_no": "2", "outcome": "ACCEPTED"}
ALIVE_REFERRALS = (
    "SELECT referral_no, to_org_type FROM referrals r JOIN case_parts p ON p.id = r.part_id "
    "WHERE p.ended_at IS NULL ORDER BY 1"
)
VERSIONS = "SELECT count(*), count(ended_at) FROM case_parts WHERE part = 'referral'"


@pytest.fixture
def shelter(premises: Premises) -> Shelter:
    """A shelter that has sent the case sheets of the cases 1 and 2."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1", "2"))
    return shelter


def test_all_rows_of_a_case_are_one_version_of_the_part(shelter: Shelter) -> None:
    """Two referrals came together and stand together."""
    told = shelter.send(cleared_rows("referral", REFERRAL, SECOND_REFERRAL))

    assert told == [StoredRows(created=2)]
    assert shelter.rows(ALIVE_REFERRALS) == [(1, "NGO"), (2, "NGO")]
    assert shelter.rows(VERSIONS) == [(1, 0)]


def test_a_module_that_comes_again_replaces_all_its_earlier_rows(shelter: Shelter) -> None:
    """The second referral is not sent any more, so it holds no more; the earlier version has ended."""
    shelter.send(cleared_rows("referral", REFERRAL, SECOND_REFERRAL))

    told = shelter.send(cleared_rows("referral", {**REFERRAL, "to_org_type": "POLICE"}))

    assert told == [StoredRows(updated=1)]
    assert shelter.rows(ALIVE_REFERRALS) == [(1, "POLICE")]
    assert shelter.rows(VERSIONS) == [(2, 1)]


def test_a_module_with_the_same_content_makes_no_version_in_whatever_order_its_rows_are(
    shelter: Shelter,
) -> None:
    """Each row carries its number; a nightly export may sort as it likes."""
    shelter.send(cleared_rows("referral", REFERRAL, SECOND_REFERRAL))

    told = shelter.send(cleared_rows("referral", SECOND_REFERRAL, REFERRAL))

    assert told == [StoredRows(unchanged=2)]
    assert shelter.rows(VERSIONS) == [(1, 0)]


def test_a_module_leaves_the_other_cases_and_the_other_parts_alone(shelter: Shelter) -> None:
    """Case 2 keeps its referral, and case 1 its care plan, when the referrals of case 1 change."""
    of_the_other = {**REFERRAL, "case_number": "2", "to_org_type": "EMBASSY"}
    plan = {"case_number": "1", "risk_level": "HIGH"}
    shelter.send(cleared_rows("referral", REFERRAL, of_the_other), cleared_rows("care_plan", plan))

    shelter.send(cleared_rows("referral", {**REFERRAL, "to_org_type": "POLICE"}))

    assert shelter.rows(ALIVE_REFERRALS) == [(1, "EMBASSY"), (1, "POLICE")]
    assert shelter.rows("SELECT count(*), count(ended_at) FROM case_parts WHERE part <> 'referral'") == [
        (3, 0)
    ]


def test_a_module_of_a_case_that_nobody_sent_is_told_row_by_row(shelter: Shelter) -> None:
    """The rows of known cases are stored; whether to keep them is for the batch to decide."""
    unknown = {**REFERRAL, "case_number": "99"}

    [told] = shelter.send(cleared_rows("referral", unknown, REFERRAL, {**unknown, "referral_no": "2"}))

    assert (told.created, told.rejected) == (1, 2)
    assert [(told.code, told.number, told.sheet, told.entity, told.row) for told in told.conflicts] == [
        ("case_not_found", "E4501", "referral", "referral", 2),
        ("case_not_found", "E4501", "referral", "referral", 4),
    ]
    assert shelter.count("cases") == 2


def test_a_module_may_come_in_the_batch_that_brings_its_case(premises: Premises) -> None:
    """The case sheet comes first in every batch."""
    shelter = open_shelter(premises, SHELTER)

    told = shelter.send(sheets_of("1"), cleared_rows("referral", REFERRAL))

    assert told == [StoredRows(created=1), StoredRows(created=1)]


def test_a_case_of_another_organization_is_not_found(shelter: Shelter) -> None:
    """The same local number is another case elsewhere, and nobody learns whether it exists."""
    other = open_shelter(shelter.premises, OTHER_SHELTER)

    [told] = other.send(cleared_rows("referral", REFERRAL))

    assert [conflict.code for conflict in told.conflicts] == ["case_not_found"]


def test_a_module_twice_in_a_batch_leaves_its_last_version_alive(shelter: Shelter) -> None:
    """The first of the two held at no moment: no cut finds it."""
    shelter.send(
        cleared_rows("referral", REFERRAL),
        cleared_rows("referral", {**REFERRAL, "to_org_type": "POLICE"}),
    )

    assert shelter.rows(ALIVE_REFERRALS) == [(1, "POLICE")]
    assert shelter.rows("SELECT count(*) FROM case_parts WHERE ended_at = recorded_at") == [(1,)]


def test_a_module_of_a_case_without_consent_leaves_nothing_behind(shelter: Shelter) -> None:
    """Case 2 came without consent: its rows are left out with a warning; those of case 1 are stored."""
    shelter.send(sheets_of("2", consent="NO"))

    [told] = shelter.send(cleared_rows("referral", REFERRAL, {**REFERRAL, "case_number": "2"}))

    assert (told.created, told.withheld, told.rejected) == (1, 1, 0)
    assert [(conflict.code, conflict.severity, conflict.row) for conflict in told.conflicts] == [
        ("consent_withheld", "warning", 3)
    ]
    assert shelter.rows(VERSIONS) == [(1, 0)]


def test_consent_that_is_given_later_lets_a_module_in(shelter: Shelter) -> None:
    """What counts is the case sheet that is alive."""
    shelter.send(sheets_of("2", consent="NO"))
    shelter.send(sheets_of("2"))

    [told] = shelter.send(cleared_rows("referral", {**REFERRAL, "case_number": "2"}))

    assert told == StoredRows(created=1)


def test_a_case_that_was_withdrawn_is_told_so_and_takes_nothing_in(shelter: Shelter) -> None:
    """Neither its case sheet nor its modules; case 2 is taken in as ever."""
    shelter.send(cleared_rows("referral", REFERRAL))
    shelter.withdraw("1")

    [sheet, module] = shelter.send(
        sheets_of("1", "2", age="45"), cleared_rows("referral", REFERRAL, SECOND_REFERRAL)
    )

    assert (sheet.updated, sheet.rejected, module.rejected) == (1, 1, 2)
    told = [(conflict.sheet, conflict.row, conflict.code) for conflict in sheet.conflicts + module.conflicts]
    assert told == [("cases", 2, "case_withdrawn"), *(("referral", row, "case_withdrawn") for row in (2, 3))]
    assert shelter.rows("SELECT part, count(*) FROM case_parts WHERE ended_at IS NULL GROUP BY 1") == [
        ("case_sheet", 1)
    ]


def test_a_module_waits_for_a_case_sheet_that_was_taken_back(shelter: Shelter) -> None:
    """The case is known, and its sheet is not there: it has to come first."""
    shelter.delete("case_parts", "part = 'case_sheet'")

    [told] = shelter.send(cleared_rows("referral", REFERRAL))

    assert [conflict.code for conflict in told.conflicts] == ["case_not_found"]
