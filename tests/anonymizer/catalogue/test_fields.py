"""The catalogue is complete: every field has one treatment, every list its codes, every column its field."""

from __future__ import annotations

from itertools import pairwise

import pytest

from anonymizer import (
    CASES,
    CLEARED_COLUMNS,
    CODE_LISTS,
    DROPPED_COLUMNS,
    ENTITIES,
    FIELDS,
    FINDINGS,
    NEVER_STORED,
    SHEET_COLUMNS,
    SHEETS,
    Clearing,
    Field,
    Treatment,
    cleared_columns,
    spread,
    spread_module,
)
from tests.anonymizer.clearings import CORRECT, chunk_of, rules

TREATMENTS_OF_TYPE = {
    "bytes": {Treatment.TOKEN},
    "code": {Treatment.RECODE, Treatment.BAND, Treatment.DAYS_BAND, Treatment.DERIVE, Treatment.OFF},
    "date": {Treatment.WEEK, Treatment.MONTH, Treatment.DROP},
    "file": {Treatment.DROP},
    "integer": {Treatment.NUMBER},
    "text": {Treatment.TOKEN, Treatment.DROP, Treatment.LABEL},
}
"""Which treatments leave a value of a type harmless. A text or a date that is kept as it came is not among them."""
SET_BY_THE_SERVER = frozenset({("shelter_capacity", "org_id")})
"""Beside all of `batch`."""


def test_every_field_has_a_treatment_that_fits_its_type() -> None:
    """Lists the lines of fields.csv to correct."""
    wrong = [_line(field) for field in FIELDS.values() if field.treatment not in _treatments_of(field)]

    assert not wrong, "Correct these lines of anonymizer/catalogue/fields.csv:\n" + "\n".join(wrong)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: f"{field.entity}.{field.name}")
def test_whatever_names_a_person_is_dropped_and_nothing_else_is(field: Field) -> None:
    """The privacy class and the treatment say the same."""
    assert (field.privacy in ("direct", "free_text")) == (field.treatment is Treatment.DROP)


def test_every_column_of_every_sheet_has_a_field() -> None:
    """Lists the columns whose field is gone."""
    columns = {(column.entity, column.field) for sheet in SHEETS.values() for column in sheet.columns}

    assert columns - FIELDS.keys() == set()


def test_every_stored_field_is_filled_by_the_case_sheet_or_by_a_module_or_form() -> None:
    """Lists the fields that nothing fills."""
    cleared = Clearing(rules()).clear(
        chunk_of([{**CORRECT, "services_declined": "MEDICAL", "returned_to": "MD"}])
    )
    filled = {(entity, name) for entity, rows in spread(cleared.columns).items() for name in rows.columns}
    for sheet in SHEETS.keys() - {CASES}:
        empty = {name: [""] for name in cleared_columns(sheet)}
        filled |= {(sheet, name) for name in spread_module(sheet, empty).columns}
    stored = {
        key
        for key, field in FIELDS.items()
        if field.treatment not in NEVER_STORED and not _is_set_by_the_server(field)
    }

    assert filled == stored, f"Filled by nothing, or not in fields.csv: {sorted(filled ^ stored)}"


def test_the_sheet_asks_for_thirty_columns_of_which_ten_are_required() -> None:
    """25 columns and five for link keys; age may be given as a birth date."""
    template = [column for column in SHEET_COLUMNS if column.in_template]

    assert len(template) == 30
    assert [column.column for column in template if column.is_required] == list(CORRECT)
    assert sum(column.link_only for column in template) == 6  # five, and the birth date


def test_beyond_the_template_come_the_derived_columns_and_those_that_profiles_fill() -> None:
    """They are in every cleared row."""
    beyond = [column for column in SHEET_COLUMNS if not column.in_template]

    assert {column.column for column in beyond if column.derived} == {
        "nationality", "scope", "first_service_after", "returned_after",
    }  # fmt: skip
    assert {column.column for column in beyond if not column.derived} == {
        "age_at_exploitation_start", "labour_sector", "means_of_control", "exploiter_relationship", "duration_band",
    }  # fmt: skip
    assert {column.column for column in beyond} <= set(CLEARED_COLUMNS)


def test_every_link_key_and_every_direct_identifier_has_a_column_that_is_dropped() -> None:
    """Whatever identifies a person or names a shelter is dropped and counted, whichever column it comes in."""
    direct = {name for (_, name), field in FIELDS.items() if field.treatment is Treatment.DROP}

    assert direct <= DROPPED_COLUMNS.keys()
    assert set(DROPPED_COLUMNS.values()) == direct
    for sheet in SHEETS:
        assert not DROPPED_COLUMNS.keys() & set(cleared_columns(sheet)), sheet


@pytest.mark.parametrize("sheet", [name for name in SHEETS if name != CASES])
def test_a_module_begins_with_the_case_number_and_a_form_has_none(sheet: str) -> None:
    """A form is about a country and a year."""
    columns = cleared_columns(sheet)

    assert (columns[0] == "case_number") is not SHEETS[sheet].is_form
    assert ({"country", "year"} <= set(columns)) is SHEETS[sheet].is_form or sheet == "assistance_episode"


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: f"{field.entity}.{field.name}")
def test_a_number_has_limits_and_nothing_else_has(field: Field) -> None:
    """A number without limits could be anybody's."""
    has_limits = field.low is not None and field.high is not None

    assert has_limits is (field.treatment is Treatment.NUMBER)


def test_every_code_list_that_is_named_exists_and_knows_unknown() -> None:
    """Unknown has a code in every list that a sender can fill."""
    named = {field.code_list for field in FIELDS.values() if field.code_list}
    unknown = {"CL_COUNTRY": "ZZ", "CL_CONSENT": "NOT_RECORDED", "CL_LEGALBASIS": "ARCHIVE"}

    assert named <= CODE_LISTS.keys()
    assert [name for name in named if unknown.get(name, "UNK") not in CODE_LISTS[name].codes] == []


def test_what_an_empty_cell_is_cleared_to_is_a_code_of_its_list() -> None:
    """A gap in the sheet never becomes a code that nobody knows."""
    wrong = [
        column.column
        for column in SHEET_COLUMNS
        if column.when_empty
        and column.when_empty not in CODE_LISTS[FIELDS[column.entity, column.field].code_list].codes
    ]

    assert wrong == []


def test_a_name_of_htcds_means_one_code_of_a_list() -> None:
    """Reading a name of HTCDS leaves no choice."""
    for code_list in CODE_LISTS.values():
        names = [name for code in code_list.codes.values() for name in code.htcds]
        assert len(names) == len(set(names)), code_list.name


def test_the_fine_bands_of_days_meet_without_a_gap() -> None:
    """Every number of days has exactly one band."""
    bands = CODE_LISTS["CL_DAYS"].bands

    assert [low - high for (_, high, _), (low, _, _) in pairwise(bands)] == [1] * (len(bands) - 1)


def test_a_number_outside_of_every_band_is_unknown() -> None:
    """No list has a band for an age below zero."""
    assert CODE_LISTS["CL_AGE"].band_of(-1) == "UNK"


def test_countries_are_those_of_iso_3166_and_the_few_that_the_region_needs() -> None:
    """249 countries, Kosovo, Serbia and Montenegro, stateless, unknown; three letters mean the same."""
    countries = CODE_LISTS["CL_COUNTRY"]

    assert len(countries.codes) == 249 + 4
    assert [countries.aliases[name] for name in ("MDA", "XKX", "SCG", "UNK")] == ["MD", "XK", "CS", "ZZ"]
    assert {"XXA", "ZZ"} <= countries.codes.keys()


def test_every_entity_is_a_sheet_of_its_own_beside_the_batch() -> None:
    """A module or a form each; the case sheet fills eight of them in part."""
    assert {*ENTITIES} == {"batch", *SHEETS} - {CASES}
    assert len({column.entity for column in SHEET_COLUMNS}) == 8


def test_every_finding_says_what_to_do_in_a_whole_sentence() -> None:
    """A conflict is written for the person who corrects the sheet."""
    wrong = [
        found.code
        for found in FINDINGS.values()
        if not found.sentence.endswith(".") or len(found.sentence) < 30
    ]

    assert wrong == []


def _treatments_of(field: Field) -> set[Treatment]:
    return {Treatment.KEEP} if _is_set_by_the_server(field) else TREATMENTS_OF_TYPE[field.type]


def _is_set_by_the_server(field: Field) -> bool:
    return field.entity == "batch" or (field.entity, field.name) in SET_BY_THE_SERVER


def _line(field: Field) -> str:
    fitting = " or ".join(sorted(_treatments_of(field)))
    return f"{field.entity},{field.name},{field.type},…,{field.treatment}  ← {fitting}"
