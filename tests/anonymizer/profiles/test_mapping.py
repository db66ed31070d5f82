"""The profile of HTCDS 2.0, on the names of the standard and on the real records."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from anonymizer import (
    ARCHIVE,
    CODE_LISTS,
    DROPPED_COLUMNS,
    FIELDS,
    MAX_CONFLICTS,
    SHEET_COLUMNS,
    ClearedChunk,
    Clearing,
    RawChunk,
    UnknownProfile,
    Unreadable,
    load_profile,
    profile_names,
    read_csv,
    spread,
)
from anonymizer.profiles.mapping import UNITS, ColumnMapping
from tests.anonymizer.clearings import chunk_of, rules

HTCDS = load_profile("htcds-2.0")
RECORD = {"cas_Id": "C1", "cas_Year": "2004", "prs_Gender": "Feminine", "hte_CountryOfExploitation": "SRB"}


def clear(record: dict[str, str]) -> dict[str, str]:
    """The cleared cells of one record."""
    cleared = Clearing(rules(profile=HTCDS)).clear(chunk_of([record]))
    assert cleared.conflicts == []
    return {name: cells[0] for name, cells in cleared.columns.items()}


def test_the_profile_declares_historic_records_under_a_law_that_may_be_stored_in_part() -> None:
    """The door takes these from the profile."""
    assert (HTCDS.name, HTCDS.legal_basis, HTCDS.law, HTCDS.atomic) == (
        "htcds-2.0",
        ARCHIVE,
        "ZAGREB-2001",
        False,
    )
    assert profile_names() == ("htcds-2.0", "htcds-2.0-spreadsheet", "primero-cp")


def test_an_unknown_profile_is_refused_by_a_sentence() -> None:
    """Whatever was asked for is not repeated, and no file outside the folder is opened."""
    with pytest.raises(UnknownProfile) as refused:
        load_profile("../../etc/passwd")

    assert "passwd" not in str(refused.value)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_fills_columns_of_the_sheet_with_codes_of_their_lists(name: str) -> None:
    """Lists every mapping that leads nowhere."""
    columns = {column.column: FIELDS[column.entity, column.field].code_list for column in SHEET_COLUMNS}
    wrong = [
        (mapping.source, code)
        for mapping in load_profile(name).columns
        for code in mapping.values.values()
        if code and code not in CODE_LISTS[columns[mapping.target]].codes
    ]

    assert wrong == []
    assert {
        mapping.target for mapping in load_profile(name).columns
    } <= columns.keys() | DROPPED_COLUMNS.keys()
    assert load_profile(name).constants.keys() <= columns.keys()


@pytest.mark.parametrize(
    ("column", "value", "cleared", "code"),
    [
        ("prs_Gender", "NonSpecifiedUnknown", "sex", "UNK"),
        ("prs_Gender", "TransgenderFeminine", "sex", "OTH"),
        ("prs_AgeBroad", "09-17", "age", "9-17"),
        ("prs_AgeBroad", "0-8", "age", "0-8"),
        ("prs_Citizenship", "MDA;ROU", "citizenship", "MD;RO"),
        ("vic_MinorWhenTrafficked", "Yes", "age_at_exploitation_start", "CHILD_UNK"),
        ("vic_AgeWhenTrafficked", "16", "age_at_exploitation_start", "15-17"),
        ("vic_MonthsTrafficked", "0-12 (0-1 yr)", "duration_band", "0-12"),
        ("vic_MonthsTrafficked", "14", "duration_band", "13-24"),
        ("vic_TraffickingStatus", "ActualVictimOfTrafficking", "identification_status", "IDENTIFIED"),
        ("vic_TraffickingStatusDecisionMakingOrg", "CourtOrProsecution", "identified_by", "PROSEC_COURT"),
        ("vic_TypeOfExploitation", "SexualExploitation;ForcedLabour", "forms", "LABOUR;SEX"),
        ("vic_ForcedLabourIndustry", "Hospitality;DomesticWork", "labour_sector", "I;T"),
        ("vic_ForcedLabourIndustry", "A_AgricultureForestryAndFishing", "labour_sector", "A"),
        (
            "vic_MethodsOfControl",
            "MethodsOfControlThreatOfLawEnforce;TakesEarnings",
            "means_of_control",
            "TAKES_EARNINGS;THREAT_LAW_ENF",
        ),
        ("vic_RelationshipToTrafficker", "IntimatePartner", "exploiter_relationship", "INTIMATE_PARTNER"),
        ("vic_RelationshipToTrafficker", "Familial", "exploiter_relationship", "FAMILY"),
    ],
)
def test_names_of_htcds_and_of_ctdc_become_codes(column: str, value: str, cleared: str, code: str) -> None:
    """Both the standard's own names and those of the exports."""
    assert clear({**RECORD, column: value})[cleared] == code


def test_the_country_of_exploitation_is_the_reporting_country_else_unknown() -> None:
    """Where the export has no such column at all, too."""
    assert (clear(RECORD)["country"], clear(RECORD)["country_of_exploitation"]) == ("RS", "RS")
    assert clear({**RECORD, "hte_CountryOfExploitation": ""})["country"] == "ZZ"
    assert clear({"cas_Id": "1", "cas_Year": "2004"})["country"] == "ZZ"


def test_names_of_persons_are_dropped_and_counted_under_our_fields() -> None:
    """HTCDS has them; its exports to us should not."""
    cleared = Clearing(rules(profile=HTCDS)).clear(
        chunk_of([{**RECORD, "prs_FirstName": "Zorča", "prs_Email": "z@example.org"}])
    )

    assert cleared.dropped == {"given_name": 1, "email": 1}


def test_cleared_records_pass_the_profile_again_unchanged() -> None:
    """The laptop clears, then the server does, under the same profile."""
    once = Clearing(rules(profile=HTCDS)).clear(chunk_of([RECORD]))

    assert Clearing(rules(profile=HTCDS)).clear(RawChunk(once.columns, once.rows)).columns == once.columns


def test_a_profile_may_count_in_another_unit() -> None:
    """Years become months before clearing bands them; what is no number is left to clearing."""
    years = ColumnMapping("years", "duration_band", values={}, when_empty="", factor=UNITS["years"])
    profile = replace(HTCDS, columns=(*HTCDS.columns, years))
    chunk = chunk_of([{**RECORD, "years": "2"}, {**RECORD, "cas_Id": "C2", "years": "long"}])

    assert profile.apply(chunk).columns["duration_band"] == ["24", "long"]


def test_an_unknown_column_keeps_its_place_in_the_file() -> None:
    """The letter is that of the file that was sent."""
    with pytest.raises(Unreadable) as refused:
        Clearing(rules(profile=HTCDS)).clear(
            chunk_of([{"cas_Id": "1", "prs_Title": "x", "cas_Year": "2004"}])
        )

    assert [found.column for found in refused.value.conflicts] == ["B"]


@pytest.mark.real_input
def test_the_real_records_come_in_as_historic_records() -> None:
    """16,118 records, of which 2,565 have no year; counts by our codes are those of the file itself."""
    path = Path(os.environ.get("CLEARPOINT_REAL_INPUT", "")) / "see_cases_htcds.csv.gz"
    if not os.environ.get("CLEARPOINT_REAL_INPUT"):
        pytest.skip("CLEARPOINT_REAL_INPUT names no folder")
    chunks = _cleared(path)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as records:
        dated = [record for record in csv.DictReader(records) if record["cas_Year"]]

    conflicts = [found for chunk in chunks for found in chunk.conflicts]
    sexes = Counter(sex for chunk in chunks for sex in chunk.columns["sex"])
    forms = Counter(
        form for chunk in chunks for form in spread(chunk.columns)["exploitation_episode"].columns["form"]
    )

    assert sum(len(chunk.rows) for chunk in chunks) == len(dated) == 13_553
    assert sum(chunk.rejected for chunk in chunks) == 2_565
    assert len(conflicts) == MAX_CONFLICTS
    assert {(found.column, found.code) for found in conflicts} == {("registered_on", "missing_year")}
    assert sexes == Counter(
        {"Feminine": "F", "Masculine": "M"}.get(record["prs_Gender"], "UNK") for record in dated
    )
    assert forms["UNK"] == sum(not record["vic_TypeOfExploitation"] for record in dated)


def _cleared(path: Path) -> list[ClearedChunk]:
    clearing = Clearing(rules(profile=HTCDS))
    with gzip.open(path) as records:
        return [clearing.clear(chunk) for chunk in read_csv(iter(lambda: records.read(65_536), b""))]
