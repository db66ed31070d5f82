"""Clearing whole rows: what is required, what is kept, what is refused, and what the sender is told."""

from __future__ import annotations

import pytest

from anonymizer import (
    ARCHIVE,
    CLEARED_COLUMNS,
    CONSENT,
    LAW,
    MAX_CONFLICTS,
    SHEET_COLUMNS,
    Clearing,
    ClearingRules,
    UnknownLegalBasis,
    Unreadable,
    UnsuitableKey,
    inner_case_token,
)
from anonymizer.clearing.listing import MAX_WARNINGS
from tests.anonymizer.clearings import CORRECT, KEY, TODAY, chunk_of, clear_one, clear_rows, findings, rules

REQUIRED = [column.column for column in SHEET_COLUMNS if column.is_required]


def test_a_correct_row_is_cleared_to_codes_bands_and_weeks() -> None:
    """Everything that a cleared row has, and nothing else."""
    cleared = clear_one(
        birth_date="2000-05-06", child_status="", citizenship="MDA;RO", country_of_exploitation="SRB",
        country_of_recruitment="MD", services_accepted="SHELTER;LEGAL_INFO", services_declined="MEDICAL",
        first_service_on="2025-03-06", shelter_nights="40", reflection="GRANTED", returned_on="2025-06-02",
        given_name="Zorča", identity_number="0101990710008",
    )  # fmt: skip

    assert tuple(cleared) == CLEARED_COLUMNS
    assert {name: cell for name, cell in cleared.items() if cell not in ("UNK", "ZZ")} == {
        "case_number": inner_case_token(KEY, CORRECT["case_number"]),
        "registered_on": "2025-03", "country": "RS", "sex": "F", "age": "24-26", "child_status": "ADULT",
        "citizenship": "MD;RO", "nationality": "FOREIGN", "identification_status": "IDENTIFIED",
        "identified_on": "2025-03-03", "identified_by": "NGO", "forms": "SEX", "country_of_exploitation": "RS",
        "country_of_recruitment": "MD", "scope": "CROSS_BORDER", "services_accepted": "LEGAL_INFO;SHELTER",
        "services_declined": "MEDICAL", "first_service_on": "2025-03-03", "first_service_after": "D1",
        "shelter_nights": "D31-60", "reflection": "GRANTED", "returned_on": "2025-06-02", "returned_after": "D61-90",
        "consent": "YES",
    }  # fmt: skip


@pytest.mark.parametrize("column", REQUIRED)
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_required_cell_is_an_error_in_a_template(column: str, empty: str) -> None:
    """The row is left out, and the conflict names the column."""
    code = {"age": "missing_age", "registered_on": "missing_year"}.get(column, "missing_value")

    assert findings(CONSENT, **{column: empty}) == [(column, code)]
    assert findings(LAW, **{column: empty}) == [(column, code)]


def test_age_may_be_empty_when_the_birth_date_is_given() -> None:
    """The birth date gives the age and is dropped."""
    assert clear_one(age="", birth_date="2008-01-01")["age"] == "15-17"


def test_historic_records_need_a_case_number_and_a_year() -> None:
    """All else is unknown, dates keep their precision, and any country may report."""
    cleared = clear_rows(
        [{"case_number": "17", "registered_on": "2004", "identified_on": "2004-05"}], ARCHIVE
    )
    row = {name: cells[0] for name, cells in cleared.columns.items()}

    assert cleared.conflicts == []
    assert (row["registered_on"], row["identified_on"], row["consent"]) == ("2004", "2004-05", "NOT_RECORDED")
    assert {row[name] for name in ("sex", "age", "forms", "identification_status")} == {"UNK"}
    assert clear_one(ARCHIVE, country="ZZ")["country"] == "ZZ"
    assert findings(ARCHIVE, registered_on="") == [("registered_on", "missing_year")]


def test_a_year_alone_is_not_enough_in_a_template() -> None:
    """A cleared row has the month, so a month of registration passes."""
    assert findings(registered_on="2025") == [("registered_on", "date_too_coarse")]
    assert findings(identified_on="2025-03") == [("identified_on", "date_too_coarse")]
    assert clear_one(registered_on="2025-03")["registered_on"] == "2025-03"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sex": "f"}, ("sex", "unknown_code")),
        ({"citizenship": "Moldova"}, ("citizenship", "unknown_country")),
        ({"country_of_exploitation": "XXA"}, ("country_of_exploitation", "unknown_country")),
        ({"country": "HR"}, ("country", "country_not_registered")),
        ({"country": "ZZ"}, ("country", "country_not_registered")),
        ({"registered_on": "04.03.2025"}, ("registered_on", "wrong_date")),
        ({"identified_on": "2026-04-01"}, ("identified_on", "date_in_future")),
        ({"returned_on": "1989-01-01"}, ("returned_on", "date_too_early")),
        ({"age": "twenty"}, ("age", "wrong_age")),
        ({"age": "", "birth_date": "2025-03-05"}, ("birth_date", "birth_after_registration")),
        ({"child_status": "CHILD"}, ("child_status", "child_status_contradicts_age")),
        (
            {"services_declined": "MEDICAL", "services_accepted": "NONE"},
            ("services_declined", "nothing_offered_contradicted"),
        ),
        ({"services_declined": "NONE"}, ("services_declined", "unknown_code")),
        ({"first_service_on": "2025-03-06"}, ("first_service_after", "start_without_service")),
        ({"shelter_nights": "4"}, ("shelter_nights", "nights_without_shelter")),
        ({"case_number": "c1:no"}, ("case_number", "broken_token")),
    ],
)
def test_what_cannot_be_right_is_an_error_that_names_its_column(
    changes: dict[str, str], expected: tuple[str, str]
) -> None:
    """One mistake, one conflict."""
    assert findings(**changes) == [expected]


def test_an_empty_country_is_the_organizations() -> None:
    """And any other in which it is registered may be given, with two letters or three."""
    assert clear_one()["country"] == "RS"
    assert clear_one(country="MNE")["country"] == "ME"


def test_without_consent_only_number_country_and_year_are_kept() -> None:
    """Whatever else the row says is not even read: its mistakes are no conflicts."""
    row = {**CORRECT, "consent": "NO", "age": "wrong", "sex": "", "forms": "", "country": "ME"}
    cleared = clear_rows([{**CORRECT, "case_number": "1"}, row])

    kept = {name: cells[1] for name, cells in cleared.columns.items() if cells[1]}
    assert kept == {
        "case_number": inner_case_token(KEY, CORRECT["case_number"]), "registered_on": "2025", "country": "ME", "consent": "NO",
    }  # fmt: skip
    assert [(found.row, found.code, found.severity) for found in cleared.conflicts] == [
        (3, "consent_withheld", "warning")
    ]
    assert (cleared.received, cleared.rejected) == (2, 0)


def test_a_row_without_consent_still_needs_a_number_and_a_year() -> None:
    """Otherwise nobody could count it."""
    assert findings(consent="WITHDRAWN", registered_on="") == [
        ("registered_on", "missing_year"),
        ("consent", "consent_withheld"),
    ]


@pytest.mark.parametrize("legal_basis", [LAW, ARCHIVE])
def test_where_a_law_is_the_basis_consent_withholds_nothing(legal_basis: str) -> None:
    """The provision is named with the batch."""
    assert clear_one(legal_basis, consent="NOT_RECORDED")["sex"] == "F"


def test_a_case_number_that_comes_twice_is_an_error_on_the_later_row() -> None:
    """In another chunk as well, and as a token as well."""
    clearing = Clearing(rules())
    first = clearing.clear(chunk_of([CORRECT, {**CORRECT, "case_number": " 2025/17 "}]))
    later = clearing.clear(chunk_of([{**CORRECT, "case_number": inner_case_token(KEY, "2025/17")}]))

    assert [(found.row, found.code) for found in first.conflicts] == [(3, "doubled_case_number")]
    assert (len(first.rows), len(later.rows)) == (1, 0)


def test_direct_identifiers_are_dropped_and_counted_by_field() -> None:
    """Link keys and what has no place at all, in rejected rows too."""
    row = {
        **CORRECT,
        "given_name": "Zorča",
        "birth_date": "2000-01-01",
        "email": "z@example.org",
        "narrative": "…",
    }
    cleared = clear_rows([row, {**row, "case_number": "2", "sex": "?", "email": ""}])

    assert cleared.dropped == {"given_name": 2, "birthdate": 2, "email": 1, "narrative": 2}
    assert tuple(cleared.columns) == CLEARED_COLUMNS
    assert cleared.rejected == 1


def test_an_unknown_column_is_refused_without_repeating_its_name() -> None:
    """A file without a header has a person in its first line."""
    with pytest.raises(Unreadable) as refused:
        clear_rows([{**CORRECT, "Zorča Petrović": "1"}])

    assert [(found.code, found.column) for found in refused.value.conflicts] == [("unknown_column", "K")]
    assert "Zorča" not in f"{refused.value!r}{refused.value.conflicts}"


def test_an_accepted_service_without_a_start_is_a_warning() -> None:
    """No time can be measured for it; historic records are not expected to have one."""
    assert findings(services_accepted="MEDICAL") == [("first_service_on", "service_without_start")]
    assert findings(ARCHIVE, services_accepted="MEDICAL") == []
    assert findings(services_accepted="NONE") == []


def test_a_rule_is_silent_about_a_row_that_has_an_error_already() -> None:
    """An unknown service is not reported a second time as a start without a service."""
    assert findings(services_accepted="SPA", first_service_on="2025-03-06") == [
        ("services_accepted", "unknown_code")
    ]


def test_conflicts_come_in_the_order_of_rows_and_are_capped_while_counting_goes_on() -> None:
    """Warnings never crowd out the errors."""
    warned = [
        {**CORRECT, "case_number": f"w{number}", "consent": "NO"} for number in range(MAX_WARNINGS + 50)
    ]
    wrong = [{**CORRECT, "case_number": str(number), "sex": "?"} for number in range(MAX_CONFLICTS)]
    cleared = clear_rows(warned + wrong)

    assert len(cleared.conflicts) == MAX_CONFLICTS
    assert sum(found.severity == "warning" for found in cleared.conflicts) == MAX_WARNINGS
    assert [found.row for found in cleared.conflicts] == sorted(found.row for found in cleared.conflicts)
    assert (cleared.received, cleared.rejected) == (len(warned) + len(wrong), len(wrong))


def test_rules_that_protect_nobody_are_refused() -> None:
    """A short key, and a legal basis that is none."""
    with pytest.raises(UnsuitableKey):
        ClearingRules("RS", frozenset({"RS"}), CONSENT, b"k", TODAY)
    with pytest.raises(UnknownLegalBasis):
        ClearingRules("RS", frozenset({"RS"}), "consent", KEY, TODAY)


def test_neither_key_nor_raw_rows_are_shown_by_accident() -> None:
    """`repr` is what logs and debuggers print."""
    assert repr(KEY) not in repr(rules())
    assert "2025/17" not in repr(chunk_of([CORRECT]))
