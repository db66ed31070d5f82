"""The catalogue is complete: every field has one treatment, every list its codes, every column its field."""

from __future__ import annotations

from itertools import pairwise

import pytest

from anonymizer import (
    CLEARED_COLUMNS,
    CODE_LISTS,
    DROPPED_COLUMNS,
    ENTITIES,
    FIELDS,
    FINDINGS,
    SHEET_COLUMNS,
    Clearing,
    Field,
    Treatment,
    spread,
)
from tests.anonymizer.clearings import CORRECT, chunk_of, rules

TREATMENTS_OF_TYPE = {
    "bytes": {Treatment.TOKEN},
    "code": {Treatment.RECODE, Treatment.BAND, Treatment.DAYS_BAND, Treatment.DERIVE},
    "date": {Treatment.WEEK, Treatment.MONTH, Treatment.DROP},
    "file": {Treatment.DROP},
    "integer": {Treatment.KEEP},
    "text": {Treatment.KEEP, Treatment.TOKEN, Treatment.DROP},
    "uuid7": {Treatment.KEEP},
}
"""Which treatments leave a value of a type harmless. A number or a date that is kept as it came is not among them."""
SET_BY_THE_SERVER = ("batch",)


def test_every_field_has_a_treatment_that_fits_its_type() -> None:
    """Lists the lines of fields.csv to correct."""
    wrong = [_line(field) for field in FIELDS.values() if field.treatment not in _treatments_of(field)]

    assert not wrong, "Correct these lines of anonymizer/catalogue/fields.csv:\n" + "\n".join(wrong)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: f"{field.entity}.{field.name}")
def test_whatever_names_a_person_is_dropped_and_nothing_else_is(field: Field) -> None:
    """The privacy class and the treatment say the same."""
    assert (field.privacy in ("direct", "free_text")) == (field.treatment is Treatment.DROP)


def test_every_column_of_the_sheet_has_a_field_and_every_stored_field_is_filled() -> None:
    """Lists the fields that no column fills, and the columns whose field is gone."""
    cleared = Clearing(rules()).clear(
        chunk_of([{**CORRECT, "services_declined": "MEDICAL", "returned_to": "MD"}])
    )
    filled = {(entity, name) for entity, rows in spread(cleared.columns).items() for name in rows.columns}
    stored = {
        key
        for key, field in FIELDS.items()
        if field.treatment not in (Treatment.DROP, Treatment.TOKEN) and field.entity not in SET_BY_THE_SERVER
    }
    sheet = {(column.entity, column.field) for column in SHEET_COLUMNS}

    assert sheet <= FIELDS.keys(), f"Columns of sheet.csv without a field: {sorted(sheet - FIELDS.keys())}"
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
    """Whatever identifies a person is dropped and counted, whichever column it comes in."""
    direct = {
        name
        for (entity, name), field in FIELDS.items()
        if entity == "case" and field.treatment is Treatment.DROP
    }

    assert direct <= DROPPED_COLUMNS.keys()
    assert set(DROPPED_COLUMNS.values()) == direct
    assert not DROPPED_COLUMNS.keys() & set(CLEARED_COLUMNS)


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


def test_entities_come_in_the_order_of_the_catalogue() -> None:
    """The nine entities that the case sheet fills."""
    assert ENTITIES == (
        "batch", "case", "identification", "exploitation_episode", "recruitment",
        "assistance_episode", "legal_status", "return", "consent",
    )  # fmt: skip


def test_every_finding_says_what_to_do_in_a_whole_sentence() -> None:
    """A conflict is written for the person who corrects the sheet."""
    wrong = [
        found.code
        for found in FINDINGS.values()
        if not found.sentence.endswith(".") or len(found.sentence) < 30
    ]

    assert wrong == []


def _treatments_of(field: Field) -> set[Treatment]:
    return {Treatment.KEEP} if field.entity in SET_BY_THE_SERVER else TREATMENTS_OF_TYPE[field.type]


def _line(field: Field) -> str:
    fitting = " or ".join(sorted(_treatments_of(field)))
    return f"{field.entity},{field.name},{field.type},…,{field.treatment}  ← {fitting}"
