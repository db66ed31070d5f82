"""Checks between columns: each line of checks.csv is found where it applies and silent where it does not."""

from __future__ import annotations

import pytest

from anonymizer import ARCHIVE, CASES, CODE_LISTS, FIELDS, FINDINGS, SHEETS, CatalogueFault
from anonymizer.clearing.checks import CHECKS, Check, _term, _terms
from anonymizer.clearing.known_cases import CASE, CLEARED, NOTED, RAW_DAYS
from anonymizer.clearing.module_rules import due_on
from anonymizer.clearing.modules import DUE_ON, TODAY
from tests.anonymizer.batches_of_sheets import CHILD, Batch, Rows, clear_batch, module_row
from tests.anonymizer.clearings import CORRECT

NATIONAL = {**CORRECT, "citizenship": "RS"}
STAY = {**CORRECT, "services_accepted": "SHELTER"}
Changes = dict[str, str]

FOUND: list[tuple[str, str, str, Changes, Changes, Changes]] = [
    # code, sheet, column, the case, what is found, what is not
    ("service_without_start", CASES, "first_service_on", STAY, {}, {"first_service_on": "2025-03-07"}),
    ("measure_for_national", CASES, "reflection", NATIONAL, {"reflection": "GRANTED"}, {"reflection": "NA"}),
    ("measure_for_national", CASES, "permit", NATIONAL, {"permit": "PENDING"}, {"permit": "NOT_APPLIED"}),
    ("end_before_start", "case", "date_closed", {}, {"date_closed": "2025-03-03"}, {"date_closed": "2025-03"}),
    ("end_before_start", "identification", "date_formal_decision", {},
     {"date_presumed": "2025-03-09", "date_formal_decision": "2025-03-08"},
     {"date_presumed": "2025-03-09", "date_formal_decision": "2025-03-09"}),
    ("end_before_start", "exploitation_episode", "end_month", {},
     {"start_month": "2025-02-11", "end_month": "2025-02-10"}, {"start_month": "2025-02-11", "end_month": "2025-02"}),
    ("end_before_start", "referral", "date_accepted", {},
     {"date_accepted": "2025-03-05"}, {"date_accepted": "2025-03-06"}),
    ("end_before_start", "assistance_episode", "end_date", {},
     {"end_date": "2025-03-05"}, {"end_date": "2025-03-06"}),
    ("end_before_start", "assistance_episode", "planned_end_date", {},
     {"planned_end_date": "2025-03-05"}, {"planned_end_date": "2027-03-06"}),
    ("end_before_start", "return", "first_service_after_return", {},
     {"first_service_after_return": "2025-06-01"}, {"first_service_after_return": "2025-06-02"}),
    ("end_before_start", "reintegration", "programme_end", {},
     {"programme_start": "2025-07-02", "programme_end": "2025-07-01"},
     {"programme_start": "2025-07-02", "programme_end": "2025-07"}),
    ("end_before_start", "consent", "withdrawn_date", {},
     {"withdrawn_date": "2025-03-03"}, {"withdrawn_date": "2025-03-04"}),
    ("missing_decline_reason", "assistance_episode", "decline_reason", {},
     {"accepted": "DECLINED"}, {"accepted": "DECLINED", "decline_reason": "UNK"}),
    ("missing_value", "child", "guardian_appointed", CHILD, {"guardian_appointed": ""}, {}),
    ("missing_value", "child", "unaccompanied", CHILD, {"unaccompanied": ""}, {}),
    ("missing_value", "child", "care_arrangement", CHILD, {"care_arrangement": ""}, {}),
    ("missing_value", "legal_status", "reflection_offered", {}, {"reflection_offered": ""}, {}),
    ("missing_value", "legal_status", "trp_applied", {}, {"trp_applied": ""}, {}),
    ("missing_value", "legal_status", "expelled_or_deported", {}, {"expelled_or_deported": ""}, {}),
    ("missing_value", "return", "risk_assessment_date", {}, {"risk_assessment_done": "Y"},
     {"risk_assessment_done": "Y", "risk_assessment_date": "2025-06-01"}),
    ("child_block_for_adult", "child", "case_number", {**CORRECT, "child_status": "ADULT"}, {}, {}),
    ("child_returned_without_determination", "child", "bid_done", {**CHILD, "returned_to": "MD"}, {},
     {"bid_done": "Y"}),
    ("referral_abroad_without_consent", "referral", "to_country", {}, {"to_country": "MD"}, {"to_country": "SRB"}),
    ("service_without_start", "assistance_episode", "start_date", {}, {"start_date": ""},
     {"start_date": "", "start_after": "D1"}),
    ("shelter_type_without_shelter", "assistance_episode", "shelter_type", {},
     {"service": "MEDICAL", "shelter_type": "OPEN"}, {"shelter_type": "OPEN"}),
    ("contact_after_identification", "identification", "date_first_contact", {},
     {"date_first_contact": "2025-03-06"}, {"date_first_contact": "2025-03-05"}),
    ("decision_before_identification", "identification", "date_formal_decision", {},
     {"date_formal_decision": "2025-03-04"}, {"date_formal_decision": "2025-03"}),
    ("exploitation_after_identification", "exploitation_episode", "end_month", {},
     {"end_month": "2025-03-12"}, {"end_month": "2025-03-11"}),
    ("measure_for_national", "legal_status", "reflection_offered", NATIONAL,
     {"trp_applied": "N"}, {"reflection_offered": "N"}),
    ("measure_for_national", "legal_status", "reflection_start", NATIONAL,
     {"reflection_offered": "N", "reflection_start": "2025-03"}, {"reflection_offered": "N"}),
    ("measure_for_national", "legal_status", "trp_applied", NATIONAL,
     {"reflection_offered": "N", "trp_applied": "Y"}, {"reflection_offered": "N"}),
    ("measure_for_national", "legal_status", "trp_decision_date", NATIONAL,
     {"reflection_offered": "N", "trp_decision_date": "2025-04"}, {"reflection_offered": "N"}),
    ("follow_up_before_due", "reintegration", "followup_done", {},
     {"followup_done": "DONE", "programme_start": "2026-01-15"},
     {"followup_done": "DONE", "programme_start": "2025-12-31"}),
]  # fmt: skip


def batch_of(sheet: str, case: Changes, changes: Changes, legal_basis: str = "CONSENT") -> Batch:
    """The correct case, beside it a consent that does not reach abroad, and the sheet with its changes."""
    cases = [{**CORRECT, **case}]
    if sheet == CASES:
        return clear_batch({CASES: [{**cases[0], **changes}]}, legal_basis)
    consent = {"consent": [module_row("consent")]} if sheet != "consent" else {}
    return clear_batch({CASES: cases, **consent, sheet: [module_row(sheet, **changes)]}, legal_basis)


@pytest.mark.parametrize(
    ("code", "sheet", "column", "case", "found", "_"),
    FOUND,
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_check_finds_what_it_is_for(
    code: str, sheet: str, column: str, case: Changes, found: Changes, _: Changes
) -> None:
    """Once, in its column; an error leaves the row out, a warning does not."""
    batch = batch_of(sheet, case, found)

    assert batch.codes(sheet) == [(column, code)]
    assert batch.counts(sheet)[1] == (1 if FINDINGS[code].severity == "warning" else 0)


@pytest.mark.parametrize(
    ("code", "sheet", "column", "case", "_", "not_found"), FOUND, ids=lambda one: one if isinstance(one, str) else ""
)  # fmt: skip
def test_a_check_is_silent_where_it_does_not_apply(
    code: str, sheet: str, column: str, case: Changes, _: Changes, not_found: Changes
) -> None:
    """Or where nobody knows: the same row without its case in the batch."""
    if code == "child_block_for_adult":
        case = {"age": "UNK"}

    assert (column, code) not in batch_of(sheet, case, not_found).codes(sheet)


def test_every_line_of_the_table_is_tested() -> None:
    """A new check comes with what it finds and what it does not; two lines are the two ways to know of a return."""
    assert {(check.code, check.sheet, check.column) for check in CHECKS} == {one[:3] for one in FOUND}
    assert len(CHECKS) == len(FOUND) + 1


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.sheet}.{check.column}.{check.code}")
def test_a_check_looks_at_columns_that_exist_and_at_codes_of_their_lists(check: Check) -> None:
    """A renamed column or code is noticed here."""
    columns = {column.column: column for column in SHEETS[check.sheet].columns}
    of_case = {*RAW_DAYS, *CLEARED, *(noted.known_as for notes in NOTED.values() for noted in notes)}
    known = {*columns, *(CASE + name for name in of_case), TODAY, DUE_ON, "identified_on"}
    cases = {column.column: column for column in SHEETS[CASES].columns}
    noted = {noted.known_as: (sheet, noted.column) for sheet, notes in NOTED.items() for noted in notes}

    assert check.column in columns
    assert set(check.names) <= known
    for term in check.terms:
        name = term.column.removeprefix(CASE)
        filled = (columns if name == term.column else cases).get(name)
        key = (filled.entity, filled.field) if filled else noted.get(name, ("", ""))
        if codes := term.codes - {""}:
            assert codes <= {*CODE_LISTS[FIELDS[key].code_list].codes, "NONE"}, name


def test_a_condition_that_cannot_be_read_is_a_fault_of_the_catalogue() -> None:
    """Found when the program starts."""
    with pytest.raises(CatalogueFault):
        _terms("accepted is DECLINED or decline_reason is empty")
    with pytest.raises(CatalogueFault):
        _term("accepted equals DECLINED")


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if not check.in_archives], ids=lambda one: one.code
)
def test_of_historic_records_nothing_is_asked_that_nobody_wrote_down(check: Check) -> None:
    """They need the case number alone."""
    line = next(one for one in FOUND if one[:3] == (check.code, check.sheet, check.column))

    assert batch_of(check.sheet, line[3], line[4], ARCHIVE).codes(check.sheet) == []


def test_a_check_is_silent_about_a_cell_that_was_refused() -> None:
    """One mistake, one conflict; another mistake of the same row is told at once."""
    changes = {"start_date": "2025-03-32", "accepted": "DECLINED"}

    assert batch_of("assistance_episode", {}, changes).codes("assistance_episode") == [
        ("decline_reason", "missing_decline_reason"),
        ("start_date", "wrong_date"),
    ]


def test_new_trafficking_explains_an_exploitation_after_identification() -> None:
    """When the follow-up tells of it."""
    row = module_row("exploitation_episode", end_month="2025-09")
    sheets: dict[str, Rows] = {CASES: [CORRECT], "exploitation_episode": [row]}
    again: dict[str, Rows] = {
        "reintegration": [module_row("reintegration", retrafficked="Y", followup_done="DONE")]
    }

    assert clear_batch(sheets).codes("exploitation_episode") == [
        ("end_month", "exploitation_after_identification")
    ]
    assert clear_batch({CASES: [CORRECT], **again, **sheets}).codes("exploitation_episode") == []


def test_a_return_that_only_its_module_tells_of_counts_for_the_child() -> None:
    """The warning comes once."""
    sheets = {CASES: [CHILD], "return": [module_row("return")], "child": [module_row("child")]}

    assert clear_batch(sheets).codes("child") == [("bid_done", "child_returned_without_determination")]


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [("2025-03-15", "12", "2026-03"), ("2025-11", "1", "2025-12"), ("2025-12-31", "1", "2026-01"), ("", "3", ""),
     ("2025-01-01", "UNK", "")],
)  # fmt: skip
def test_a_follow_up_is_due_some_months_after_the_start(start: str, months: str, due: str) -> None:
    """Nothing is due when either is unknown."""
    assert due_on(start, months) == due
