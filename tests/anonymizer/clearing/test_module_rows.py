"""The rows of one case in one module: numbered, doubled or not, standing and falling together, with their case."""

from __future__ import annotations

import pytest

from anonymizer import ARCHIVE, CASES, CONSENT, LAW, SHEETS, Clearing, RawChunk
from anonymizer.catalogue.sheets import NUMBERED
from tests.anonymizer.batches_of_sheets import (
    CHILD,
    MODULE_SHEETS,
    chunk_of_sheet,
    clear_batch,
    clear_module,
    module_row,
)
from tests.anonymizer.clearings import CORRECT, rules

NUMBERED_SHEETS = [(name, number) for name, number in NUMBERED.items() if name != "reintegration"]
ONE_ROW = [name for name in MODULE_SHEETS if SHEETS[name].kind == "one"]
WITHHELD = {**CORRECT, "consent": "NO"}
REFUSED = {**CORRECT, "sex": "?"}


def other(sheet: str, **changes: str) -> dict[str, str]:
    """The correct row of another case."""
    return {**module_row(sheet), "case_number": "other", **changes}


@pytest.mark.parametrize(("sheet", "number"), NUMBERED_SHEETS)
def test_an_empty_number_is_the_lowest_free_one_of_its_case(sheet: str, number: str) -> None:
    """In the order of the rows, whichever rows of other cases stand between them."""
    rows = [
        module_row(sheet),
        other(sheet),
        module_row(sheet, **{number: "1"}),
        module_row(sheet, **{number: "03"}),
        module_row(sheet),
        other(sheet),
    ]
    batch = clear_module(sheet, *rows)

    assert batch.chunks[sheet].columns[number] == ["2", "1", "1", "3", "4", "2"]
    assert batch.counts(sheet) == (6, 6, 0, 0)


@pytest.mark.parametrize(("sheet", "number"), NUMBERED_SHEETS)
def test_a_number_that_comes_twice_is_an_error_and_takes_the_case_with_it(sheet: str, number: str) -> None:
    """The other case is accepted."""
    rows = [module_row(sheet, **{number: "2"}), other(sheet), module_row(sheet, **{number: "2"})]
    batch = clear_module(sheet, *rows)

    assert batch.found(sheet) == [
        (2, "case_number", "other_row_refused"),
        (4, number, "doubled_number_of_order"),
    ]
    assert batch.counts(sheet) == (3, 1, 2, 0)


def test_a_follow_up_is_known_by_its_month() -> None:
    """Two rows about the same one are a mistake; several months are not."""
    rows = [module_row("reintegration", followup_months=months) for months in ("3", "6", "3")]

    assert clear_module("reintegration", *rows[:2]).counts("reintegration") == (2, 2, 0, 0)
    assert clear_module("reintegration", *rows).codes("reintegration") == [
        ("case_number", "other_row_refused"),
        ("case_number", "other_row_refused"),
        ("followup_months", "doubled_number_of_order"),
    ]


def test_more_rows_than_there_are_numbers_are_refused() -> None:
    """99 legs are enough for any journey."""
    rows = [module_row("journey_leg")] * 100
    batch = clear_module("journey_leg", *rows)

    assert batch.found("journey_leg")[-1] == (101, "leg_no", "number_out_of_range")
    assert batch.counts("journey_leg") == (100, 0, 100, 0)
    assert clear_module("journey_leg", *rows[1:]).counts("journey_leg") == (99, 99, 0, 0)


@pytest.mark.parametrize("sheet", ONE_ROW)
def test_a_module_of_one_row_takes_one_row_a_case(sheet: str) -> None:
    """Nobody can say which of two is right."""
    batch = clear_module(sheet, module_row(sheet), module_row(sheet), other(sheet))

    errors = [(row, code) for row, column, code in batch.found(sheet) if column == "case_number" and row < 4]
    assert (2, "other_row_refused") in errors
    assert (3, "doubled_case_number") in errors
    assert batch.counts(sheet) == (3, 1, 2, 0)


@pytest.mark.parametrize("sheet", ["child", "referral"])
def test_rows_of_a_case_in_a_later_chunk_are_refused(sheet: str) -> None:
    """They would take the place of those that were right."""
    clearing = Clearing(rules())
    first = clearing.clear(chunk_of_sheet(sheet, [module_row(sheet)]))
    later = clearing.clear(chunk_of_sheet(sheet, [module_row(sheet), other(sheet)]))

    assert (len(first.rows), len(later.rows)) == (1, 1)
    assert [(one.row, one.code) for one in later.conflicts] == [(2, "doubled_case_number")]


@pytest.mark.parametrize("sheet", MODULE_SHEETS)
def test_a_mistake_in_one_row_leaves_out_the_rows_of_its_case_alone(sheet: str) -> None:
    """A row without a case number belongs to no case."""
    column = SHEETS[sheet].columns[-1].column
    wrong = {**module_row(sheet), column: "¿"}
    nobody = {**module_row(sheet), "case_number": ""}

    batch = clear_module(sheet, wrong, module_row(sheet), other(sheet), nobody)

    assert batch.counts(sheet) == (4, 1, 3, 0)
    assert (5, "case_number", "missing_value") in batch.found(sheet)


@pytest.mark.parametrize("sheet", MODULE_SHEETS)
def test_a_case_that_was_refused_takes_its_modules_with_it(sheet: str) -> None:
    """Otherwise a module would be stored without the case that it was sent with."""
    batch = clear_batch({CASES: [REFUSED], sheet: [module_row(sheet), other(sheet)]})

    assert [found for found in batch.found(sheet) if found[0] == 2] == [(2, "case_number", "case_refused")]
    assert batch.counts(sheet) == (2, 1, 1, 0)


@pytest.mark.parametrize("sheet", MODULE_SHEETS)
def test_modules_of_a_case_without_consent_are_left_out_and_no_mistake(sheet: str) -> None:
    """Not even their mistakes are told: the rows are nobody's business."""
    wrong = {**module_row(sheet), SHEETS[sheet].columns[-1].column: "¿"}
    batch = clear_batch({CASES: [WITHHELD], sheet: [module_row(sheet), wrong, other(sheet)]})

    assert next(found for found in batch.chunks[sheet].conflicts if found.row < 4).severity == "warning"
    assert [(row, code) for row, _, code in batch.found(sheet) if row < 4] == [
        (2, "consent_withheld"),
        (3, "consent_withheld"),
    ]
    assert batch.counts(sheet) == (3, 1, 0, 2)


@pytest.mark.parametrize("legal_basis", [LAW, ARCHIVE])
def test_where_a_law_is_the_basis_modules_need_no_consent(legal_basis: str) -> None:
    """The provision is named with the batch."""
    assert clear_module("justice", case=WITHHELD, legal_basis=legal_basis).counts("justice") == (1, 1, 0, 0)


def test_a_case_that_comes_twice_is_known_as_its_first_row() -> None:
    """The later row is refused, and the modules stand beside the first."""
    later = {**CORRECT, "identified_on": "2025-01-01"}
    batch = clear_batch({CASES: [CORRECT, later], "care_plan": [module_row("care_plan")]})

    assert batch.row("care_plan")["plan_after"] == "D15-30"


def test_a_case_is_known_by_its_number_or_by_its_token() -> None:
    """A cleared case sheet beside a raw module."""
    cleared = clear_batch({CASES: [CORRECT]}).chunks[CASES]
    clearing = Clearing(rules())
    clearing.clear(RawChunk({**cleared.columns, "sex": ["?"]}, [2]))

    refused = clearing.clear(chunk_of_sheet("justice", [module_row("justice")]))

    assert [one.code for one in refused.conflicts] == ["case_refused"]


def test_only_the_cases_of_the_latest_chunk_are_known_unless_all_are_kept() -> None:
    """A stream brings the modules with their cases; an archive brings them sheet by sheet."""
    case, second = dict(CORRECT), {**CORRECT, "case_number": "other"}
    module = module_row("care_plan")
    kept: list[str] = []
    for keeps_cases in (False, True):
        clearing = Clearing(rules(), keeps_cases=keeps_cases)
        clearing.clear(chunk_of_sheet(CASES, [case]))
        clearing.clear(chunk_of_sheet(CASES, [second]))
        kept += clearing.clear(chunk_of_sheet("care_plan", [module])).columns["plan_after"]

    assert kept == ["UNK", "D15-30"]


@pytest.mark.parametrize("age_status", ["CHILD", "PRESUMED_CHILD"])
def test_a_child_without_a_row_in_the_child_sheet_is_named_in_the_case_sheet(age_status: str) -> None:
    """Once that sheet is sent: a shelter with the case sheet alone is asked for nothing."""
    child = {**CORRECT, "age": "UNK", "child_status": age_status}
    cases = [child, {**CHILD, "case_number": "2"}, {**CORRECT, "case_number": "3"}]
    sheets = {CASES: cases, "child": [{**module_row("child"), "case_number": "2"}]}

    told = clear_batch(sheets).chunks["child"].conflicts

    assert [(one.sheet, one.row, one.column, one.code) for one in told] == [
        (CASES, 2, "child_status", "child_block_missing")
    ]
    assert clear_batch(sheets, ARCHIVE).chunks["child"].conflicts == []
    assert clear_batch({CASES: cases}).chunks[CASES].conflicts == []


@pytest.mark.parametrize("sheet", [CASES, "referral"])
def test_the_sample_row_is_left_out_with_a_warning_and_not_counted(sheet: str) -> None:
    """In every sheet of a template."""
    row = dict(CORRECT) if sheet == CASES else module_row(sheet)
    sample = {**row, "case_number": "EXAMPLE-1", "given_name": "Ana"}

    batch = clear_batch({sheet: [sample, row]})

    assert batch.counts(sheet) == (1, 1, 0, 0)
    assert batch.found(sheet) == [(2, "case_number", "sample_row")]
    assert batch.chunks[sheet].found == 1
    assert batch.chunks[sheet].dropped == {}
    assert batch.chunks[sheet].rows == [3]
    assert clear_batch({sheet: [sample]}).counts(sheet) == (0, 0, 0, 0)


def test_every_conflict_is_counted_whether_it_is_listed_or_not() -> None:
    """So that a sender knows how much is left."""
    wrong = [{**CORRECT, "case_number": str(number), "sex": "?"} for number in range(1_500)]
    clearing = Clearing(rules())

    first = clearing.clear(chunk_of_sheet(CASES, wrong[:1_200]))
    later = clearing.clear(chunk_of_sheet(CASES, wrong[1_200:]))

    assert (len(first.conflicts), len(later.conflicts)) == (1_000, 0)
    assert (first.found, later.found) == (1_200, 300)


def test_a_conflict_of_a_module_says_in_which_sheet_it_is() -> None:
    """Rows are numbered within each sheet."""
    wrong = clear_module("justice", module_row("justice", legal_aid="?")).chunks["justice"].conflicts

    assert [(one.sheet, one.entity, one.row, one.column, one.number) for one in wrong] == [
        ("justice", "justice", 2, "legal_aid", "E2002")
    ]


@pytest.mark.parametrize("legal_basis", [CONSENT, LAW, ARCHIVE])
def test_a_batch_may_have_modules_alone(legal_basis: str) -> None:
    """Whether the case exists is asked where it is stored."""
    for sheet in MODULE_SHEETS:
        assert clear_module(sheet, case=None, legal_basis=legal_basis).counts(sheet) == (1, 1, 0, 0), sheet
