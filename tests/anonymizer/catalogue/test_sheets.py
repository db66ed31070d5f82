"""The sheets of a batch follow from the catalogue: which there are, in which order, and what each asks."""

from __future__ import annotations

import pytest

from anonymizer import CLEARING_ORDER, FIELDS, NEVER_STORED, SHEETS, Sheet, Treatment, cleared_columns
from anonymizer.catalogue.sheets import FROM_IDENTIFICATION, IDENTIFIED_ON, NUMBERED

MODULES = [sheet for sheet in SHEETS.values() if sheet.kind in ("one", "many")]


def test_sheets_come_in_the_order_in_which_they_are_cleared() -> None:
    """What later sheets ask for is known by then."""
    assert tuple(SHEETS)[: len(CLEARING_ORDER)] == CLEARING_ORDER


@pytest.mark.parametrize("sheet", MODULES, ids=lambda sheet: sheet.name)
def test_a_module_begins_with_the_case_and_may_say_when_it_was_identified(sheet: Sheet) -> None:
    """The day of identification is asked where days are counted from it, and never kept."""
    columns = [column.column for column in sheet.columns]
    counts_days = any(entity == sheet.name for entity, _ in FROM_IDENTIFICATION)

    assert columns[0] == "case_number"
    assert (IDENTIFIED_ON in columns) == counts_days
    assert IDENTIFIED_ON not in cleared_columns(sheet.name)


def test_every_stored_field_is_in_one_sheet() -> None:
    """In the case sheet or in a module; in both only where the module stands in the sheet's place."""
    for key, field in FIELDS.items():
        if field.treatment in NEVER_STORED or field.entity == "batch":
            continue
        found = [
            sheet.kind
            for sheet in SHEETS.values()
            for column in sheet.columns
            if (column.entity, column.field) == key and not column.for_intervals
        ]
        assert found, key
        assert len(found) == 1 or "many" in found, key


def test_a_field_that_is_switched_off_is_known_and_never_cleared() -> None:
    """So that a value in it is refused by its name, and not as a column that nobody knows."""
    off = {key for key, field in FIELDS.items() if field.treatment is Treatment.OFF}
    columns = {(column.entity, column.field): column for column in SHEETS["case"].columns}

    assert off
    assert off <= columns.keys()
    assert not any(columns[key].is_cleared or columns[key].in_template for key in off)


def test_the_rows_of_a_case_are_told_apart_by_a_number_of_the_catalogue() -> None:
    """Each sheet with many rows a case has one."""
    assert {sheet.name for sheet in MODULES if sheet.kind == "many"} == NUMBERED.keys()
