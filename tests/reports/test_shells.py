"""The definitions hang together: shells, dimensions, code lists, groupings."""

from __future__ import annotations

import pytest

from reports import ANNUAL, INDICATORS, LINKED, TABLES, UnknownShell, count_table, frame_columns
from reports.classifications import codes_of, grouping, labels_of
from reports.forms import COMBINATION, SEVERAL, SEVERAL_OTHER
from reports.shells import dimension_shell, indicator_shell, printed_rows, table_shell
from tests.reports.ascii_tables import frame_of


def test_the_first_report_has_these_tables_and_indicators() -> None:
    assert TABLES == ("A1", "A2", "A3", "A6", "A7", "A8", "B1", "B4", "B5", "E1", "E2")
    assert INDICATORS == ("Q01", "Q02", "Q04", "Q05", "Q06")
    assert LINKED == ("A10", "A10b", "A10c", "I6", "J1", "J2", "Q38", "Q39", "Q44")
    assert sorted(ANNUAL) == sorted(TABLES + INDICATORS + LINKED)
    assert ANNUAL[5:10] == ("A8", "A10", "A10b", "A10c", "B1")


def test_an_unknown_shell_is_refused() -> None:
    with pytest.raises(UnknownShell):
        count_table(frame_of("case\n1"), "Z9", year=2026)
    with pytest.raises(UnknownShell):
        indicator_shell("Q99")


@pytest.mark.parametrize("table", TABLES)
def test_a_reader_is_told_what_a_table_counts(table: str) -> None:
    """Title, unit, population, source, and at least one note."""
    text = table_shell(table).text

    assert all([text.title, text.unit, text.population, text.source, *text.notes, text.notes])


def test_every_code_list_of_the_frame_is_known() -> None:
    lists = {column.code_list for table in frame_columns().values() for column in table.values()} - {""}

    assert all(codes_of(code_list) for code_list in lists)


@pytest.mark.parametrize(
    ("dimension", "code_list"),
    [
        ("age_at_registration", "CL_AGE"),
        ("age_status", "CL_AGE_STATUS"),
        ("citizenship", "CL_COUNTRY"),
        ("form", "CL_FORM"),
        ("nationality", "CL_NATSTAT"),
        ("nationality_status", "CL_NATSTAT"),
        ("outcome", "CL_ACCEPT"),
    ],
)
def test_a_dimension_prints_every_code_that_can_be_counted(dimension: str, code_list: str) -> None:
    """Grouped or not, in another order or not: nobody falls out of a table, and no row stays empty for ever."""
    shell = dimension_shell(dimension)

    assert {shell.printed_code(code) for code in codes_of(code_list)} == set(codes_of(shell.codes)) - {
        COMBINATION
    }


def test_every_form_has_a_group_and_every_group_a_row_in_each_harmonised_grouping() -> None:
    """Eurostat, GLOTIP and the clearing point each divide all persons: every counted group is in each once."""
    groups = codes_of("FORM_GROUP")
    _, rows = printed_rows("HARMONISED")

    assert set(grouping("FORM_GROUP")) == set(codes_of("CL_FORM")) - {"NONE", "UNK"}
    assert set(groups) == {*grouping("FORM_GROUP").values(), SEVERAL_OTHER, SEVERAL, "NONE", "UNK"}
    for name in ("EUROSTAT", "GLOTIP", "RCP"):
        parts = [part for row in rows if row.code.startswith(name) for part in row.parts]
        assert sorted(parts) == sorted(groups), name


def test_no_code_is_taken_by_a_total_and_every_code_has_a_label() -> None:
    for table in TABLES:
        for dimension in table_shell(table).dimensions:
            labels = labels_of(dimension.codes)
            assert all(labels.values())
            assert not {"TOTAL", "POOLED", "REGION"} & set(labels)
