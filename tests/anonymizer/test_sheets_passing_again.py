"""Every sheet passes the same door again unchanged, gives nothing away, and counts every row."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymizer import ARCHIVE, CASES, CONSENT, LAW, SHEETS, canonical_rows
from anonymizer.clearing.known_cases import CLEARING_ORDER
from tests.anonymizer.batches_of_sheets import (
    CORRECT_MODULE_ROWS,
    MODULE_SHEETS,
    Batch,
    any_case_rows,
    any_sheet_rows,
    clear_again,
    clear_batch,
    clear_module,
)

SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
BASES = st.sampled_from([CONSENT, LAW, ARCHIVE])
OTHER_SHEETS = [name for name in SHEETS if name != CASES]
MARK = "Zorčamark"


@pytest.mark.parametrize("sheet", OTHER_SHEETS)
@SETTINGS
@given(drawn=st.data(), legal_basis=BASES)
def test_clearing_a_second_time_changes_nothing(sheet: str, drawn: st.DataObject, legal_basis: str) -> None:
    """clear(clear(x)) == clear(x) for a sheet beside its cases, and for one alone."""
    sheets = {CASES: drawn.draw(any_case_rows()), sheet: drawn.draw(any_sheet_rows(sheet))}

    once = clear_batch(sheets, legal_basis)
    twice = clear_again(once, legal_basis)
    alone = clear_again(Batch({sheet: once.chunks[sheet]}), legal_basis)

    for again in (twice, alone):
        assert again.chunks[sheet].columns == once.chunks[sheet].columns
        assert again.chunks[sheet].rejected == again.chunks[sheet].withheld == 0
    lines = [list(canonical_rows(batch.chunks[sheet].columns, sheet)) for batch in (once, twice)]
    assert lines[0] == lines[1]


@SETTINGS
@given(drawn=st.data(), legal_basis=BASES)
def test_a_batch_of_several_modules_passes_again(drawn: st.DataObject, legal_basis: str) -> None:
    """What one module tells of a case changes nothing in another one the second time."""
    sheets = {CASES: drawn.draw(any_case_rows())}
    sheets |= {name: drawn.draw(any_sheet_rows(name)) for name in (*CLEARING_ORDER[1:], "referral")}

    once = clear_batch(sheets, legal_basis)
    twice = clear_again(once, legal_basis)

    assert {name: chunk.columns for name, chunk in twice.chunks.items()} == {
        name: chunk.columns for name, chunk in once.chunks.items()
    }


@pytest.mark.parametrize("sheet", CORRECT_MODULE_ROWS)
@pytest.mark.parametrize("legal_basis", [CONSENT, LAW, ARCHIVE])
def test_a_correct_row_passes_and_passes_again(sheet: str, legal_basis: str) -> None:
    """The properties above are not satisfied by refusing everything."""
    once = clear_module(sheet, legal_basis=legal_basis)
    twice = clear_again(once, legal_basis)

    assert once.counts(sheet) == (1, 1, 0, 0), once.codes(sheet)
    assert [code for code in once.codes(sheet) if code != ("case_number", "child_block_for_adult")] == []
    assert twice.chunks[sheet].columns == once.chunks[sheet].columns


@pytest.mark.parametrize("sheet", OTHER_SHEETS)
@SETTINGS
@given(drawn=st.data(), cell=st.sampled_from([MARK, f"c1:{MARK}", f"SEX;{MARK}", f"2025-01-01 {MARK}"]))
def test_a_marked_cell_in_any_column_never_comes_back(sheet: str, drawn: st.DataObject, cell: str) -> None:
    """Whether the row is accepted or refused."""
    rows = drawn.draw(any_sheet_rows(sheet))
    names = [column.column for column in SHEETS[sheet].columns] + ["given_name", "from_org"]
    rows[-1][drawn.draw(st.sampled_from(names))] = cell

    cleared = clear_batch({sheet: rows}).chunks[sheet]

    assert MARK not in f"{cleared.columns}{cleared.conflicts}{cleared.dropped}"


@pytest.mark.parametrize("sheet", OTHER_SHEETS)
@SETTINGS
@given(drawn=st.data(), legal_basis=BASES)
def test_every_row_is_counted_once(sheet: str, drawn: st.DataObject, legal_basis: str) -> None:
    """received = accepted + rejected + withheld, and no conflict is lost from the count."""
    rows = drawn.draw(any_sheet_rows(sheet))
    batch = clear_batch({CASES: drawn.draw(any_case_rows()), sheet: rows}, legal_basis)
    received, *counted = batch.counts(sheet)

    assert received == len(rows) == sum(counted)
    assert batch.chunks[sheet].found == len(batch.chunks[sheet].conflicts)


@pytest.mark.parametrize("sheet", MODULE_SHEETS)
@SETTINGS
@given(drawn=st.data(), legal_basis=BASES)
def test_the_order_of_the_cases_changes_nothing(sheet: str, drawn: st.DataObject, legal_basis: str) -> None:
    """The rows of a case are cleared alike wherever they stand, and one case has no part in another's fate."""
    cases, rows = drawn.draw(any_case_rows()), drawn.draw(any_sheet_rows(sheet))
    order = drawn.draw(st.permutations(sorted({row["case_number"] for row in rows})))
    by_case = [row for number in order for row in rows if row["case_number"] == number]

    as_given = clear_batch({CASES: cases, sheet: rows}, legal_basis)
    in_order = clear_batch({CASES: cases, sheet: by_case}, legal_basis)

    assert sorted(canonical_rows(as_given.chunks[sheet].columns, sheet)) == sorted(
        canonical_rows(in_order.chunks[sheet].columns, sheet)
    )
    assert sorted(as_given.codes(sheet)) == sorted(in_order.codes(sheet))
