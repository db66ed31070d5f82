"""What is hidden of a table, rule by rule, as examples that an auditor can follow by eye."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.disclosure import protect
from reports.moves import Budget
from reports.small_numbers import SmallNumbers
from reports.tables import NOT_AVAILABLE
from tests.reports.grids import RULES, counted, grid, protected

THREE_COUNTRIES = """
    form   | AL | RS | MD
    SEX    | 20 | 30 | 40
    LABOUR | 29 | 15 | 20
    BEG    | 10 | 22 | 30
"""
TWO_WAY = """
    reporting_country | SEX/F | SEX/M | LABOUR/F | LABOUR/M
    AL                |    30 |    20 |       40 |       50
    RS                |    35 |    25 |       45 |       55
    MD                |    36 |    26 |       46 |       56
"""


def test_a_table_without_small_cells_is_printed_whole() -> None:
    """Five is shown, and a zero beside no hidden cell is a true zero."""
    table = counted(
        """
        form   |  F |  M
        SEX    | 12 |  5
        LABOUR | 30 | 15
        BEG    | 17 |  0
        """,
        "form x sex",
    )

    assert protected(table) == grid(
        """
        form   |  F |  M | TOTAL
        SEX    | 12 |  5 |    17
        LABOUR | 30 | 15 |    45
        BEG    | 17 |  - |    17
        TOTAL  | 59 | 20 |    79
        """
    )


def test_a_small_cell_takes_enough_others_with_it() -> None:
    """Two men of 14 could be had from the row, from the column, or from the four corners: four cells go."""
    table = counted(
        """
        form   |  F |  M
        SEX    | 12 |  2
        LABOUR | 30 | 15
        BEG    | 17 | 22
        """,
        "form x sex",
    )

    assert protected(table) == grid(
        """
        form   |  F |  M | TOTAL
        SEX    |  c |  c |    14
        LABOUR | 30 | 15 |    45
        BEG    |  c |  c |    39
        TOTAL  | 59 | 39 |    98
        """
    )


def test_a_zero_in_a_row_or_column_with_a_hidden_cell_is_hidden_too() -> None:
    """Else a reader would know that each `c` is somebody. In BEG the zero follows from the sum: it tells of nobody."""
    table = counted(
        """
        form   |  F |  M | UNK
        SEX    | 12 |  2 |  20
        LABOUR | 30 | 15 |  17
        BEG    | 17 | 22 |   0
        ORGAN  |  9 |  6 |   0
        """,
        "form x sex",
    )

    assert protected(table) == grid(
        """
        form   |  F |  M | UNK | TOTAL
        SEX    |  c |  c |  20 |    34
        LABOUR | 30 | 15 |  17 |    62
        BEG    | 17 | 22 |   c |    39
        ORGAN  |  c |  c |   c |    15
        TOTAL  | 68 | 45 |  37 |   150
        """
    )


def test_children_are_protected_to_nine_where_two_further_attributes_are_told() -> None:
    """Nine girls in forced labour are hidden; nine children of a form alone would be shown."""
    by_sex = counted(
        """
        form   | F/CHILD | F/ADULT | M/CHILD | M/ADULT
        SEX    |      11 |      40 |      12 |      20
        LABOUR |       9 |      30 |      14 |      25
        BEG    |      15 |      22 |      16 |      30
        """,
        "form x sex x age_status",
    )
    alone = counted(
        """
        form   | CHILD | ADULT
        SEX    |    11 |    40
        LABOUR |     9 |    30
        """,
        "form x age_status",
    )

    assert "LABOUR | c | c | 39 |" in protected(by_sex)
    assert "LABOUR | 9 | 30 | 39" in protected(alone)


def test_children_are_protected_to_nine_where_country_and_form_are_told() -> None:
    """With a country and the sex alone the usual number holds."""
    with_form = counted(
        """
        reporting_country | SEX/CHILD | SEX/ADULT | LABOUR/CHILD | LABOUR/ADULT
        AL                |         9 |        40 |           12 |           20
        RS                |        19 |        30 |           14 |           25
        """,
        "reporting_country x form x age_status",
    )
    with_sex = counted(
        """
        reporting_country | F/CHILD | F/ADULT | M/CHILD | M/ADULT
        AL                |       9 |      40 |      12 |      20
        RS                |      19 |      30 |      14 |      25
        """,
        "reporting_country x sex x age_status",
    )

    assert "\nAL | c |" in protected(with_form)
    assert "\nAL | 9 |" in protected(with_sex)


def test_adults_are_shown_from_five() -> None:
    """The higher number is for children."""
    table = counted(
        """
        form   | F/CHILD | F/ADULT | M/CHILD | M/ADULT
        SEX    |      11 |       5 |      12 |      20
        LABOUR |      19 |      30 |      14 |      25
        """,
        "form x sex x age_status",
    )

    assert "c" not in protected(table).split()


def test_a_country_of_fifty_persons_prints_tables_of_one_attribute() -> None:
    """Fifty is enough."""
    assert protected(counted(THREE_COUNTRIES, "form x reporting_country"), AL=50) == grid(
        """
        form   | AL | RS | MD | TOTAL
        SEX    | 20 | 30 | 40 |    90
        LABOUR | 29 | 15 | 20 |    64
        BEG    | 10 | 22 | 30 |    62
        TOTAL  | 59 | 67 | 90 |   216
        """
    )


def test_a_country_of_49_persons_prints_its_total_alone() -> None:
    """The smallest cells of another country hide it, so that the region less the others does not give it away."""
    assert protected(counted(THREE_COUNTRIES, "form x reporting_country"), AL=49) == grid(
        """
        form   | AL | RS | MD | TOTAL
        SEX    |  c |  c | 40 |    90
        LABOUR |  c |  c | 20 |    64
        BEG    |  c |  c | 30 |    62
        TOTAL  | 59 | 67 | 90 |   216
        """
    )


def test_a_country_of_200_persons_prints_tables_of_two_attributes() -> None:
    """All cells are shown."""
    table = counted(TWO_WAY, "reporting_country x form x sex")

    assert "c" not in protected(table, AL=200).split()


def test_a_country_of_199_persons_prints_one_attribute_at_a_time() -> None:
    """Its forms and its sexes are shown, and not the one by the other."""
    table = counted(TWO_WAY, "reporting_country x form x sex")

    assert protected(table, AL=199, RS=199) == grid(
        """
        reporting_country | SEX/F | SEX/M | SEX/TOTAL | LABOUR/F | LABOUR/M | LABOUR/TOTAL | TOTAL/F | TOTAL/M | TOTAL/TOTAL
        AL                |     c |     c |        50 |        c |        c |           90 |      70 |      70 |         140
        RS                |     c |     c |        60 |        c |        c |          100 |      80 |      80 |         160
        MD                |    36 |    26 |        62 |       46 |       56 |          102 |      82 |      82 |         164
        TOTAL             |   101 |    71 |       172 |      131 |      161 |          292 |     232 |     232 |         464
        """
    )


def test_no_country_prints_three_attributes() -> None:
    """That is for the region alone; two of the three are shown."""
    headings = [
        f"{form}/{sex}/{age}" for form in ("SEX", "LABOUR") for sex in "FM" for age in ("ADULT", "UNK")
    ]
    rows = ["AL | " + " | ".join(["30"] * 8), "RS | " + " | ".join(["40"] * 8)]
    table = counted(
        "\n".join([" | ".join(["reporting_country", *headings]), *rows]),
        "reporting_country x form x sex x age_status",
    )

    printed = [line.split(" | ") for line in protected(table).splitlines()]

    albania = dict(zip(printed[0], printed[1], strict=True))
    region = dict(zip(printed[0], printed[-1], strict=True))
    assert {albania[heading] for heading in headings} == {"c"}
    assert {albania[f"{form}/{sex}/TOTAL"] for form in ("SEX", "LABOUR") for sex in "FM"} == {"60"}
    assert {region[heading] for heading in headings} == {"70"}


def test_countries_under_five_persons_stand_together() -> None:
    """Four and three make a pool of seven, of which the total alone is printed."""
    table = counted(
        """
        form   | AL | RS | MD | HR | BG
        SEX    |  2 | 30 |  2 | 20 | 10
        LABOUR |  2 | 15 |  1 | 21 | 11
        """,
        "form x reporting_country",
    )

    assert protected(table, AL=4, MD=3) == grid(
        """
        form   | RS | HR | BG | POOLED | TOTAL
        SEX    | 30 | 20 |  c |      c |    64
        LABOUR | 15 | 21 |  c |      c |    50
        TOTAL  | 45 | 41 | 21 |      7 |   114
        """
    )


def test_a_country_of_five_persons_has_a_column_of_its_own() -> None:
    """With its total alone."""
    table = counted(
        "form | AL | RS | MD\n SEX | 3 | 30 | 20\n LABOUR | 2 | 25 | 19", "form x reporting_country"
    )

    assert protected(table, AL=5).splitlines()[-1] == "TOTAL | 5 | 55 | 39 | 99"


def test_a_pool_of_under_five_persons_takes_the_next_smallest_country_in() -> None:
    """Else the region less the others would print it."""
    table = counted(
        "form | AL | RS | MD\n SEX | 3 | 30 | 20\n LABOUR | 1 | 25 | 19", "form x reporting_country"
    )

    printed = protected(table, AL=4, MD=39)

    assert printed.splitlines()[0] == "form | RS | POOLED | TOTAL"
    assert printed.splitlines()[-1] == "TOTAL | 55 | 43 | 98"


def test_the_pooled_countries_are_named() -> None:
    """By their labels, in a note."""
    table = counted("form | AL | RS\n SEX | 3 | 30", "form x reporting_country")

    told = protect(table, country_persons={"AL": 3, "RS": 300}, rules=RULES)

    assert told.notes == ("Countries with few persons in the year stand together: AL, RS.",)


def test_services_are_no_sum_and_still_bound_by_their_total() -> None:
    """Of 22 assisted all but two had shelter: legal aid hides with a cell of the other country, and so does shelter."""
    table = counted(
        """
        service | AL | RS
        SHELTER | 20 | 40
        LEGAL   |  3 | 30
        TOTAL   | 22 | 50
        """,
        "service x reporting_country",
        not_additive="service",
    )

    assert protected(table) == grid(
        """
        service | AL | RS | TOTAL
        SHELTER |  c |  c |    60
        LEGAL   |  c |  c |    33
        TOTAL   | 22 | 50 |    72
        """
    )


def test_a_table_that_nobody_sent_is_not_available() -> None:
    """Every cell is `..`, whatever was counted."""
    table = replace(counted("form | F | M\n SEX | 0 | 3", "form x sex"), available=False)

    told = protect(table, country_persons={}, rules=RULES)

    assert set(told.cells.values()) == {NOT_AVAILABLE}


@pytest.mark.parametrize("budget", [Budget(iterations=0), Budget(iterations=1)])
def test_what_is_not_proved_within_the_budget_is_not_published(budget: Budget) -> None:
    """Not the pattern without a proof, but nothing."""
    table = counted("form | F | M\n SEX | 12 | 2\n LABOUR | 30 | 15", "form x sex")

    assert "c" in protected(table).split()
    assert set(
        " ".join(line.split(" | ", 1)[1] for line in protected(table, budget=budget).splitlines()[1:]).split()
    ) <= {"c", "|"}


def test_a_table_that_needs_no_proof_is_published_whatever_the_budget() -> None:
    """Nothing in it is small."""
    table = counted("form | F | M\n SEX | 12 | 20\n LABOUR | 30 | 15", "form x sex")

    assert "c" not in protected(table, budget=Budget(iterations=0, nodes=0)).split()


def test_a_higher_threshold_hides_more() -> None:
    """A configuration may raise the numbers."""
    table = counted("form | F | M\n SEX | 12 | 7\n LABOUR | 30 | 15", "form x sex")

    assert "7" in protected(table).split()
    assert "7" not in protected(table, rules=SmallNumbers(threshold=8)).split()


def test_counts_that_do_not_add_up_are_refused() -> None:
    """Nothing can be proved of them. The message names no count."""
    table = counted("form | F | M\n SEX | 12 | 7", "form x sex")
    wrong = replace(table, counts={**table.counts, ("SEX", "TOTAL"): 20})

    with pytest.raises(ValueError, match="do not sum to its TOTAL") as refusal:
        protect(wrong, country_persons={}, rules=RULES)

    assert "20" not in str(refusal.value)


def test_a_cell_that_was_not_counted_is_refused() -> None:
    """A missing cell is no zero."""
    table = counted("form | F | M\n SEX | 12 | 7", "form x sex")
    missing = {key: count for key, count in table.counts.items() if key != ("SEX", "F")}

    with pytest.raises(ValueError, match="was not counted"):
        protect(replace(table, counts=missing), country_persons={}, rules=RULES)
