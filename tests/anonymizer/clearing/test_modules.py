"""Clearing a module: its columns, its bands of days from the day of identification, its flags of order."""

from __future__ import annotations

import pytest

from anonymizer import ARCHIVE, CASES, CONSENT, FIELDS, LAW, SHEETS, Treatment, Unreadable, inner_case_token
from anonymizer.clearing.module_rules import INTERVALS, RULES
from anonymizer.clearing.modules import LONGEST_PLAN
from tests.anonymizer.batches_of_sheets import (
    CHILD,
    CORRECT_MODULE_ROWS,
    FORM_SHEETS,
    MODULE_SHEETS,
    chunk_of_sheet,
    clear_again,
    clear_batch,
    clear_module,
    module_row,
)
from tests.anonymizer.clearings import CORRECT, KEY, TODAY

REQUIRED = [
    (name, column.column)
    for name, sheet in SHEETS.items()
    for column in sheet.columns
    if name != CASES and column.is_required
]
BANDS = [(sheet, name) for sheet, name in INTERVALS if name != "first_service_after_return"]


def test_a_row_is_cleared_to_codes_bands_and_weeks() -> None:
    """Everything that a cleared referral has, and nothing else."""
    batch = clear_module(
        "referral", module_row("referral", date_accepted="2025-03-10", from_org="Dom Nade", to_country="MDA")
    )

    assert batch.row("referral") == {
        "case_number": inner_case_token(KEY, CORRECT["case_number"]), "referral_no": "1",
        "date_referred": "2025-03-03", "referred_after": "D1", "date_accepted": "2025-03-10", "accepted_after": "D4-7",
        "from_org_type": "NGO", "to_org_type": "NGO", "from_country": "RS", "to_country": "MD", "reason": "UNK",
        "outcome": "ACCEPTED", "through_nrm": "UNK", "handover_package": "UNK",
    }  # fmt: skip
    assert batch.chunks["referral"].dropped == {"from_org": 1}


@pytest.mark.parametrize(("sheet", "column"), REQUIRED)
def test_an_empty_required_cell_is_an_error(sheet: str, column: str) -> None:
    """Historic records need the case number alone; a form needs its country and year."""
    batch = clear_module(sheet, module_row(sheet, **{column: " "}))
    historic = clear_module(sheet, module_row(sheet, **{column: ""}), legal_basis=ARCHIVE)
    is_key = column == "case_number" or sheet in FORM_SHEETS

    assert batch.codes(sheet) == [(column, "missing_value")]
    assert historic.counts(sheet)[1] == (0 if is_key else 1)


@pytest.mark.parametrize("sheet", SHEETS)
def test_an_unknown_column_is_refused_in_its_sheet(sheet: str) -> None:
    """Without repeating its name; a direct identifier of the person is dropped in any sheet."""
    with pytest.raises(Unreadable) as refused:
        clear_batch({sheet: [{"Zorča Petrović": "1"}]})

    assert [(one.sheet, one.code, one.column) for one in refused.value.conflicts] == [
        (sheet, "unknown_column", "A")
    ]
    rows = [{**(CORRECT if sheet == CASES else module_row(sheet)), "narrative": "x"}]
    assert clear_batch({sheet: rows}).chunks[sheet].dropped == {"narrative": 1}


@pytest.mark.parametrize("column", ["gender_identity", "ethnicity_group"])
def test_a_field_that_is_switched_off_is_refused_with_a_value_and_leaves_nothing_without(column: str) -> None:
    """Not even a code that is one."""
    assert clear_module("case", module_row("case", **{column: "UNK"})).codes("case") == [
        (column, "field_switched_off")
    ]
    assert column not in clear_module("case", module_row("case", **{column: ""})).row("case")


def test_every_band_of_days_is_computed_by_the_table() -> None:
    """Every derived band of the catalogue outside of the case sheet has its days, and every flag its rule."""
    derived = {
        (name, column.column, FIELDS[column.entity, column.field].treatment)
        for name, sheet in SHEETS.items()
        for column in sheet.columns
        if name != CASES and FIELDS[column.entity, column.field].treatment in (Treatment.DAYS_BAND, Treatment.DERIVE)
    }  # fmt: skip

    assert {(sheet, name, Treatment.DAYS_BAND) for sheet, name in INTERVALS} | {
        (sheet, rule.output, Treatment.DERIVE) for sheet, rules in RULES.items() for rule in rules
    } == derived


@pytest.mark.parametrize(
    ("sheet", "band"), [place for place in BANDS if "identified_on" in INTERVALS[place].starts]
)
def test_a_band_begins_on_the_day_of_identification_of_the_case_or_of_the_row(sheet: str, band: str) -> None:
    """The row's own day wins; without either the band is unknown; a band that came with the row stays."""
    case = {**CORRECT, "identified_on": "2025-04-01", "registered_on": "2025-04-01"}
    row = module_row(sheet, **{INTERVALS[sheet, band].end: "2025-04-11"})
    own_day = {**row, "identified_on": "2025-04-10"}

    assert clear_module(sheet, row, case=case).row(sheet)[band] == "D8-14"
    assert clear_module(sheet, own_day, case=case).row(sheet)[band] == "D1"
    assert clear_module(sheet, own_day, case=None).row(sheet)[band] == "D1"
    assert clear_module(sheet, row, case=None).row(sheet)[band] == "UNK"
    assert clear_module(sheet, {**row, band: "D366+"}, case=case).row(sheet)[band] == "D366+"


@pytest.mark.parametrize(
    ("sheet", "band"), [place for place in BANDS if "identified_on" not in INTERVALS[place].starts]
)
def test_other_bands_begin_on_a_day_of_the_same_row(sheet: str, band: str) -> None:
    """From the referral to its acceptance, from the start of a service to its end."""
    (start,), end = INTERVALS[sheet, band]
    row = module_row(sheet, **{start: "2025-04-09", end: "2025-04-11"})

    assert clear_module(sheet, row).row(sheet)[band] == "D2-3"
    assert clear_module(sheet, {**row, end: ""}).row(sheet)[band] == "UNK"


def test_the_formal_decision_is_measured_from_the_presumption_where_there_was_one() -> None:
    """Otherwise from the identification."""
    row = module_row("identification", date_first_contact="", date_formal_decision="2025-03-20")

    assert clear_module("identification", row).row("identification")["formal_decision_after"] == "D15-30"
    presumed = clear_module("identification", {**row, "date_presumed": "2025-03-18"})
    assert presumed.row("identification")["formal_decision_after"] == "D2-3"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2025-06-04", "D2-3"), ("2", "D2-3"), ("D8-14", "D8-14"), ("", "UNK"), ("UNK", "UNK")],
)
def test_the_first_service_after_a_return_is_given_as_a_day_as_days_or_as_a_band(
    given: str, kept: str
) -> None:
    """And kept as a band."""
    row = module_row("return", first_service_after_return=given)

    assert clear_module("return", row).row("return")["first_service_after_return"] == kept


@pytest.mark.parametrize(
    ("given", "code"),
    [("2025-06-01", "end_before_start"), ("2026-04-01", "date_in_future"), ("soon", "wrong_number")],
)
def test_a_first_service_after_a_return_that_cannot_be_is_refused(given: str, code: str) -> None:
    """A service before the return is none after it."""
    row = module_row("return", first_service_after_return=given)

    assert clear_module("return", row).codes("return") == [("first_service_after_return", code)]


def test_the_end_of_a_plan_may_lie_ahead() -> None:
    """Ten years and no more; every other date is past."""
    ahead, too_far = TODAY + LONGEST_PLAN, TODAY.replace(year=TODAY.year + 11)

    planned = module_row("assistance_episode", planned_end_date=ahead.isoformat())
    assert clear_module("assistance_episode", planned).counts("assistance_episode")[1] == 1
    planned = module_row("assistance_episode", planned_end_date=too_far.isoformat())
    assert clear_module("assistance_episode", planned).codes("assistance_episode") == [
        ("planned_end_date", "date_in_future")
    ]


@pytest.mark.parametrize(
    ("changes", "returned_on", "flag"),
    [
        ({"bid_done": "Y", "bid_date": "2025-05-01"}, "2025-06-01", "Y"),
        ({"bid_done": "Y", "bid_date": "2025-06-01"}, "2025-06-01", "Y"),
        ({"bid_done": "Y", "bid_date": "2025-06-02"}, "2025-06-01", "N"),
        ({"bid_done": "Y", "bid_date": "2025-05-01"}, "", "UNK"),
        ({"bid_done": "Y"}, "2025-06-01", "UNK"),
        ({"bid_done": "N"}, "2025-06-01", "N"),
        ({"bid_done": "N", "bid_before_return": "UNK"}, "2025-06-01", "UNK"),
    ],
)
def test_a_determination_comes_before_the_return_or_not(
    changes: dict[str, str], returned_on: str, flag: str
) -> None:
    """To the day; the week that is kept does not tell."""
    batch = clear_module("child", module_row("child", **changes), case={**CHILD, "returned_on": returned_on})

    assert batch.row("child")["bid_before_return"] == flag


def test_the_return_may_be_told_by_its_own_module() -> None:
    """It comes before the child sheet in the order of clearing, and wins over the case sheet."""
    batch = clear_batch(
        {
            CASES: [{**CHILD, "returned_on": "2025-04-01"}],
            "return": [module_row("return", return_date="2025-06-02")],
            "child": [module_row("child", bid_done="Y", bid_date="2025-05-05")],
        }
    )

    assert batch.row("child")["bid_before_return"] == "Y"


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"risk_assessment_done": "Y", "risk_assessment_date": "2025-06-01"}, "Y"),
        ({"risk_assessment_done": "Y", "risk_assessment_date": "2025-06-03"}, "N"),
        ({"risk_assessment_done": "UNK"}, "UNK"),
        ({"risk_assessment_done": "N"}, "N"),
    ],
)
def test_a_risk_assessment_comes_before_the_return_or_not(changes: dict[str, str], flag: str) -> None:
    """Within the row of the return."""
    assert clear_module("return", module_row("return", **changes)).row("return")[
        "risk_assessment_before_return"
    ] == flag  # fmt: skip


@pytest.mark.parametrize(
    ("ever", "given", "flag"), [("N", "", "N"), ("Y", "", "UNK"), ("Y", "Y", "Y"), ("UNK", "", "UNK")]
)
def test_an_expulsion_after_identification_is_given_or_excluded(ever: str, given: str, flag: str) -> None:
    """There is no date of it."""
    row = module_row("legal_status", expelled_or_deported=ever, expelled_after_identification=given)

    assert clear_module("legal_status", row).row("legal_status")["expelled_after_identification"] == flag


@pytest.mark.parametrize(
    ("recruited_in", "scope"), [("RS", "INTERNAL"), ("MD", "CROSS_BORDER"), ("", "UNK"), ("ZZ", "UNK")]
)
def test_the_scope_of_an_episode_follows_from_the_recruitment_in_the_case_sheet(
    recruited_in: str, scope: str
) -> None:
    """Unknown where the case is not in the batch."""
    case = {**CORRECT, "country_of_recruitment": recruited_in}

    assert clear_module("exploitation_episode", case=case).row("exploitation_episode")["scope"] == scope
    assert clear_module("exploitation_episode", case=None).row("exploitation_episode")["scope"] == "UNK"


def test_a_month_is_enough_where_no_more_is_kept_and_a_week_needs_its_day() -> None:
    """The same in every legal basis, since a week has no precision beside it."""
    for basis in (CONSENT, LAW, ARCHIVE):
        month = clear_module("case", module_row("case", date_closed="2025-04"), legal_basis=basis)
        assert month.row("case")["date_closed"] == "2025-04"
        week = clear_module("referral", module_row("referral", date_referred="2025-03"), legal_basis=basis)
        assert week.codes("referral") == [("date_referred", "date_too_coarse")]


def test_a_day_of_identification_in_a_module_is_judged_and_dropped() -> None:
    """It leaves a band behind and no date."""
    row = module_row("care_plan", identified_on="2025-02-30")

    assert clear_module("care_plan", row).codes("care_plan") == [("identified_on", "wrong_date")]
    kept = clear_module("care_plan", module_row("care_plan", identified_on="2025-03-19"))
    assert "2025-03-19" not in kept.row("care_plan").values()
    assert kept.row("care_plan")["plan_after"] == "D1"


def test_what_was_cleared_on_a_laptop_keeps_its_bands_at_the_door() -> None:
    """The door sees weeks, from which it would compute other bands."""
    case = {**CORRECT, "identified_on": "2025-03-07"}
    once = clear_module(
        "assistance_episode", module_row("assistance_episode", start_date="2025-03-10"), case=case
    )

    assert once.row("assistance_episode")["start_after"] == "D2-3"
    assert clear_again(once).row("assistance_episode")["start_after"] == "D2-3"


def test_every_module_is_tested_with_a_correct_row() -> None:
    """A new sheet comes with one."""
    assert set(CORRECT_MODULE_ROWS) == {*MODULE_SHEETS, *FORM_SHEETS}
    assert chunk_of_sheet("child", []).rows == []
