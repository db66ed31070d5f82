"""Tables of one release that have cells in common: the one must not print what the other hides."""

from __future__ import annotations

from dataclasses import replace

from reports.disclosure import protect, protect_all
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, ProtectedTable
from tests.reports.grids import LARGE, RULES, counted


def test_a_cell_that_two_tables_have_is_hidden_in_both_or_in_none() -> None:
    """Two women of a country hide the women of the form in the region: the table by age must not print them."""
    by_age = counted(
        """
        form   | F/CHILD | F/ADULT | M/CHILD | M/ADULT
        SEX    |       8 |      11 |      32 |      26
        LABOUR |       3 |      13 |      14 |      26
        """,
        "form x sex x age_status",
    )
    by_country = counted(
        """
        reporting_country | SEX/F | SEX/M | LABOUR/F | LABOUR/M
        AL                |    15 |    32 |        2 |       32
        RS                |     4 |    26 |       14 |        8
        """,
        "reporting_country x form x sex",
    )
    persons = {"AL": LARGE, "RS": LARGE}

    together = protect_all([by_age, by_country], country_persons=persons, rules=RULES)

    apart = [protect(table, country_persons=persons, rules=RULES) for table in (by_age, by_country)]
    assert _hidden_of_both(apart[0]) != _hidden_of_both(apart[1])
    assert _hidden_of_both(together[0]) == _hidden_of_both(together[1])
    assert [set(table.cells) for table in together] == [set(by_age.counts), set(by_country.counts)]


def test_tables_of_other_populations_do_not_hide_with_one_another() -> None:
    """The same codes count other persons there."""
    small = counted("form | F | M\n SEX | 12 | 2\n LABOUR | 30 | 15", "form x sex")
    large = counted("form | F | M\n SEX | 12 | 22\n LABOUR | 30 | 15", "form x sex")
    assisted = replace(large, text=replace(large.text, population="Persons assisted in the year"))

    together = protect_all([small, assisted], country_persons={}, rules=RULES)

    assert NOT_SHOWN in together[0].cells.values()
    assert NOT_SHOWN not in together[1].cells.values()


def test_a_table_that_is_not_available_hides_nothing_and_ends() -> None:
    """It prints no cell that another one hides."""
    table = counted("form | F | M\n SEX | 12 | 2\n LABOUR | 30 | 15", "form x sex")
    missing = replace(table, available=False)

    together = protect_all([table, missing], country_persons={}, rules=RULES)

    assert NOT_SHOWN in together[0].cells.values()
    assert set(together[1].cells.values()) == {NOT_AVAILABLE}


def _hidden_of_both(table: ProtectedTable) -> set[frozenset[str]]:
    """The hidden cells of form by sex alone, which both tables have as sums."""
    told = {cell: frozenset(code for code in cell if code != TOTAL) for cell in table.cells}
    return {
        codes
        for cell, codes in told.items()
        if table.cells[cell] == NOT_SHOWN and codes <= {"SEX", "LABOUR", "F", "M"}
    }
