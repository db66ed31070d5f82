"""Mapping profiles as files: the layouts that come with the program, and the mistakes in a reader's own."""

from __future__ import annotations

import pytest

from anonymizer import (
    ARCHIVE,
    CONSENT,
    LAW,
    ClearedChunk,
    Clearing,
    Profile,
    UnsuitableProfile,
    load_profile,
    read_profile,
)
from tests.anonymizer.clearings import chunk_of, rules

SPREADSHEET = load_profile("htcds-2.0-spreadsheet")
PRIMERO = load_profile("primero-cp")

OWN = """
name = "our-office"
dates = "dd/mm/yyyy"
encoding = "cp1250"
ignored = ["Officer's desk"]
columns = [
    { source = "No", target = "case_number" },
    { source = "Opened", target = "registered_on" },
    { source = "Weeks here", target = "shelter_nights", unit = "weeks" },
    { source = "Gender", target = "sex", values = "sexes" },
    { source = "Nationality", target = "citizenship", several = "brackets", when_empty = "ZZ" },
    { source = "Mother", target = "other_names" },
]

[constants]
consent = "NOT_RECORDED"
services_accepted = "SHELTER"

[values.sexes]
woman = "F"
man = "M"
"not said" = ""
"""

PRIMERO_ROW = {
    "id": "5c2f6a39-3f0e-4b8a-9a50-0f8d26f0a4f1",
    "case_id": "9d1a0f6e-8a39-4f0a-8a1c-7d1f60a9b3aa",
    "registration_date": "2025-03-04",
    "name": "Zorčamark",
    "sex": "female",
    "age": "15",
    "nationality": '["moldova", "ukraine"]',
    "protection_concerns": '["trafficked_smuggled", "sexually_exploited"]',
    "consent_reporting": "true",
    "religion": '["religion1"]',
}


def cleared_of(record: dict[str, str], profile_text: str = "", **asked: str) -> ClearedChunk:
    """One record under a profile."""
    profile = read_profile(profile_text) if profile_text else PRIMERO
    return Clearing(rules(asked.get("basis", ARCHIVE), profile=profile)).clear(chunk_of([record]))


def test_an_own_profile_renames_recodes_counts_dates_and_leaves_out() -> None:
    """Everything that a profile can say, in one row of an office's own list."""
    record = {
        "No": "17",
        "Opened": "4/3/2025",
        "Weeks here": "2",
        "Gender": "woman",
        "Nationality": '["MD", "UKR"]',
        "Mother": "Zorčamark",
        "Officer's desk": "3",
    }

    cleared = cleared_of(record, OWN)

    cells = {name: column[0] for name, column in cleared.columns.items()}
    assert cleared.conflicts == []
    assert (cells["registered_on"], cells["sex"], cells["shelter_nights"]) == ("2025-03", "F", "D8-14")
    assert (cells["citizenship"], cells["consent"]) == ("MD;UA", "NOT_RECORDED")
    assert cleared.dropped == {"other_names": 1}


def test_a_value_that_says_nothing_is_left_out() -> None:
    """It is no mistake, and becomes what an empty cell becomes."""
    cleared = cleared_of({"No": "1", "Opened": "2004", "Gender": "not said"}, OWN)

    assert cleared.columns["sex"] == ["UNK"]


def test_a_profile_says_how_its_files_are_read_unless_the_sender_does() -> None:
    """Its headers stay as they came, whatever the case sheet would call them."""
    profile = read_profile(OWN)

    assert (profile.reading().encoding, profile.reading().dates) == ("cp1250", "dd/mm/yyyy")
    assert profile.reading(encoding="utf-8").encoding == "utf-8"
    assert profile.reading().profile_columns == profile.sources
    assert "Officer's desk" in profile.sources


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name = ", "not TOML"),
        ('columns = [{ source = "a", target = "sex" }]', "`name` is missing"),
        ('name = "a"', "`columns` is missing"),
        ('name = 1\ncolumns = [{ source = "a", target = "sex" }]', "`name` is not a text"),
        (
            'name = "a"\nmarked = 1\ncolumns = [{ source = "a", target = "sex" }]',
            "1 keys that no profile has",
        ),
        ('name = "a b"\ncolumns = [{ source = "a", target = "sex" }]', "`name` takes up to 40"),
        ('name = "a"\ncolumns = ["marked"]', "columns, entry 1: this is not a table"),
        ('name = "a"\ncolumns = [{ source = "a" }]', "columns, entry 1: `target` is missing"),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", marked = "b" }]',
            "a key that no column has",
        ),
        ('name = "a"\ncolumns = [{ source = "a", target = "marked" }]', "`target` is neither"),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", code_list = "marked" }]',
            "names no code list",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", unit = "marked" }]',
            "`unit` is none of days",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", several = "marked" }]',
            "`several` is neither",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", values = "marked" }]',
            "`values` names no table",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex", values = "b" }]\n[values.b]\nmarked = "marked"',
            "a code that the list of the target does not have",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex" }]\n[constants]\nmarked = "F"',
            "constants, entry 1",
        ),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex" }]\n[constants]\nsex = "marked"',
            "constants, entry 1",
        ),
        ('name = "a"\ncolumns = [{ source = "a", target = "sex" }]\n[constants]\nsex = 1', "not a text"),
        (
            'name = "a"\ncolumns = [{ source = "a", target = "sex" }]\n[values]\nmarked = 1',
            "not a table of texts",
        ),
        (
            'name = "a"\nignored = [1]\ncolumns = [{ source = "a", target = "sex" }]',
            "ignored: there is something",
        ),
        (
            'name = "a"\nlegal_basis = "marked"\ncolumns = [{ source = "a", target = "sex" }]',
            "`legal_basis` is none of",
        ),
        ('name = "a"\ndates = "marked"\ncolumns = [{ source = "a", target = "sex" }]', "`dates` is none of"),
        (
            'name = "a"\nencoding = "marked"\ncolumns = [{ source = "a", target = "sex" }]',
            "`encoding` is none of",
        ),
        ("#" * 300_000, "too large"),
    ],
)
def test_a_mistake_is_told_by_its_place_and_not_repeated(wrong: str, told: str) -> None:
    """A case sheet that was named by mistake must not reach the screen."""
    with pytest.raises(UnsuitableProfile) as refused:
        read_profile(wrong)

    assert told in str(refused.value)
    assert "marked" not in str(refused.value)


def test_the_spreadsheet_of_iom_leaves_the_legal_basis_to_the_sender() -> None:
    """The day of identification and the consent to share stand beside the standard's columns."""
    record = {
        "cas_Id": "7",
        "cas_IncomingReferralDate": "2025-03-04",
        "identified_on": "2025-03-05",
        "prs_FirstName": "Zorčamark",
        "prs_Gender": "Feminine",
        "prs_Birthdate": "1999-05-01",
        "prs_Citizenship": "MDA",
        "vic_TraffickingStatus": "Actual victim of trafficking",
        "vic_TraffickingStatusDecisionMakingOrg": "Police",
        "vic_TypeOfExploitation": "Forced begging;SexualExploitation",
        "spl_Type": "Social Care",
        "con_Consent": "TRUE",
        "hte_City": "Zorčamark",
    }

    by_law = Clearing(rules(LAW, profile=SPREADSHEET)).clear(chunk_of([record]))
    by_consent = Clearing(rules(CONSENT, profile=SPREADSHEET)).clear(chunk_of([record]))
    agreed = Clearing(rules(CONSENT, profile=SPREADSHEET)).clear(chunk_of([record | {"consent": "YES"}]))

    assert SPREADSHEET.legal_basis == ""
    assert by_law.columns["forms"] == agreed.columns["forms"] == ["BEGGING;SEX"]
    assert by_law.columns["services_accepted"] == ["REINT_CASE_MGMT"]
    assert by_law.columns["age"] == ["24-26"]
    assert by_law.dropped == {"given_name": 1, "birthdate": 1, "street": 1}
    assert [found.code for found in by_consent.conflicts] == ["consent_withheld"]


def test_every_direct_identifier_of_the_standard_is_dropped_and_counted() -> None:
    """All 84 fields of the standard are known, and the four columns that IOM's exports add."""
    direct = [
        name
        for name in SPREADSHEET.ignored
        if name.startswith("prs_") and name.endswith(("Name", "Phone", "Email"))
    ]

    assert direct == []
    assert len(SPREADSHEET.sources) == 88


def test_a_case_list_of_primero_is_read_as_potential_victims() -> None:
    """Lists in brackets, countries by name, consent to share for reporting; its concerns that are no form are left out."""
    cleared = cleared_of(PRIMERO_ROW, basis=CONSENT)

    cells = {name: column[0] for name, column in cleared.columns.items()}
    assert cleared.conflicts == []
    assert (cells["sex"], cells["citizenship"], cells["forms"]) == ("F", "MD;UA", "SEX")
    assert (cells["identification_status"], cells["identified_on"]) == ("POTENTIAL", "2025-03-03")
    assert cells["consent"] == "YES"
    assert cleared.dropped == {"other_names": 1}


def test_a_case_without_consent_for_reporting_is_kept_by_its_number_alone() -> None:
    """Primero's own answer to the question that the clearing point asks."""
    cleared = cleared_of(PRIMERO_ROW | {"consent_reporting": "false"}, basis=CONSENT)

    assert [found.code for found in cleared.conflicts] == ["consent_withheld"]


@pytest.mark.parametrize("profile", [SPREADSHEET, PRIMERO])
def test_cleared_rows_pass_each_profile_again_unchanged(profile: Profile) -> None:
    """Also where a column of the other system has the name of one of ours."""
    record = {"case_number": "7", "registered_on": "2025-03-04", "sex": "F", "age": "15", "citizenship": "MD"}
    once = Clearing(rules(ARCHIVE, profile=profile)).clear(chunk_of([record]))
    again = Clearing(rules(ARCHIVE, profile=profile)).clear(
        chunk_of([{name: cells[0] for name, cells in once.columns.items()}])
    )

    assert once.conflicts == []
    assert again.columns == once.columns
