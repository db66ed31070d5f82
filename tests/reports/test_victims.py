"""How cases become persons with attributes, and in which row of a table each person stands."""

from __future__ import annotations

import pytest

from reports import count_cross, count_table
from tests.reports.ascii_tables import counts_of, expected, frame_of


def test_a_person_counts_once_in_each_country_that_reports_it() -> None:
    """Cases 1 and 2 are one person in Albania, case 3 is the same person in Bosnia: two, not three."""
    frame = frame_of("""
        case | person | country | forms
        1    | p      | AL      | SEX
        2    | p      | AL      | SEX
        3    | p      | BA      | SEX
    """)

    assert counts_of(count_table(frame, "A6", year=2026)) == expected("""
        form  | AL | BA | TOTAL
        SEX   | 1  | 1  | 2
        TOTAL | 1  | 1  | 2
    """)


def test_the_earliest_case_gives_the_attributes_and_later_ones_fill_what_it_does_not_know() -> None:
    """Case 2 is earlier: its sex holds; it does not know the age, which case 1 gives."""
    frame = frame_of("""
        case | person | identified | sex | age
        1    | p      | 2026-03-02 | M   | 21-23
        2    | p      | 2026-02-02 | F   | UNK
    """)

    assert counts_of(count_table(frame, "B1", year=2026))["21-23", "UNK", "F"] == 1


def test_between_cases_of_one_day_the_lower_case_id_gives_the_attributes() -> None:
    """So that the same cut always gives the same table."""
    frame = frame_of("""
        case | person | identified | sex
        b    | p      | 2026-02-02 | M
        a    | p      | 2026-02-02 | F
    """)

    assert count_cross(frame, ["sex"], year=2026).to_dict("records") == [{"sex": "F", "count": 1}]


def test_an_age_that_says_child_alone_gives_way_to_a_band() -> None:
    """A later case that knows more fills a partly known age; it does not change a known one."""
    frame = frame_of("""
        case | person | identified | age
        1    | p      | 2026-01-05 | CHILD_UNK
        2    | p      | 2026-02-02 | 15-17
        3    | p      | 2026-03-02 | 18-20
        4    | q      | 2026-01-05 | UNK
        5    | q      | 2026-02-02 | ADULT_UNK
    """)

    counted = count_cross(frame, ["age_at_registration"], year=2026).set_index("age_at_registration")["count"]

    assert counted.to_dict() == {"15-17": 1, "ADULT_UNK": 1}


def test_cases_of_another_year_give_no_attributes() -> None:
    """The scope of a table is its year: what is learned later does not change what the year was like."""
    frame = frame_of("""
        case | person | identified | sex
        1    | p      | 2025-02-03 | F
        2    | p      | 2026-02-02 | UNK
    """)

    assert count_cross(frame, ["sex"], year=2026).to_dict("records") == [{"sex": "UNK", "count": 1}]


def test_a_person_with_a_case_that_counts_stands_under_its_status_in_a3() -> None:
    """So that A3 has as many identified, presumed and unknown as A1 has identified: p was first found to be none."""
    frame = frame_of("""
        case | person | identified | status
        1    | p      | 2026-01-05 | REJECTED
        2    | p      | 2026-02-02 | PRESUMED
        3    | p      | 2026-03-02 | IDENTIFIED
        4    | q      | 2026-01-05 | REJECTED
        5    | q      | 2026-02-02 | POTENTIAL
        6    | r      | 2026-01-05 | UNK
        7    | r      | 2026-02-02 | POTENTIAL
    """)

    assert counts_of(count_table(frame, "A3", year=2026)) == expected("""
        country | PRESUMED | POTENTIAL | UNK | TOTAL
        AL      | 1        | 1         | 1   | 3
        TOTAL   | 1        | 1         | 1   | 3
    """)
    assert count_table(frame, "A1", year=2026).counts["TOTAL", "IDENTIFIED"] == 2


FORMS = """
    case | forms
    1    | SEX
    2    | LABOUR;SERVITUDE
    3    | BEGGING + CRIME
    4    | SEX;BEGGING
    5    | MARRIAGE;ORGAN
    6    | UNK;ADOPTION
    7    | NONE
    8    | NONE;CRIME
    9    |
"""
"""Case 2 has two forms of one group, 3 two groups that Eurostat has as one (in two episodes), 4 two groups."""


def test_each_person_stands_in_one_row_of_forms() -> None:
    """Its single form, or COMBINATION; unknown and none give way to any form, and rows sum to the total."""
    assert counts_of(count_table(frame_of(FORMS), "A6", year=2026)) == expected("""
        form        | AL | TOTAL
        SEX         | 1  | 1
        CRIME       | 1  | 1
        ADOPTION    | 1  | 1
        COMBINATION | 4  | 4
        NONE        | 1  | 1
        UNK         | 1  | 1
        TOTAL       | 9  | 9
    """)


def test_forms_of_one_group_stay_in_that_group() -> None:
    """Forms of several groups stand under several, and apart where Eurostat's `other` has all of them."""
    assert counts_of(count_table(frame_of(FORMS), "A7", year=2026)) == {
        ("SEXUAL",): 1,
        ("LABOUR",): 1,
        ("DELINQUENCY",): 1,
        ("ADOPTION",): 1,
        ("OTHER",): 1,
        ("SEVERAL_OTHER",): 1,
        ("SEVERAL",): 1,
        ("NONE",): 1,
        ("UNK",): 1,
        ("TOTAL",): 9,
    }


def test_a8_crosses_forms_with_sex_and_child_or_adult() -> None:
    """A presumed child counts as a child; unknown is a column of its own."""
    frame = frame_of("""
        case | sex | child          | forms
        1    | F   | CHILD          | SEX
        2    | F   | PRESUMED_CHILD | SEX
        3    | M   | ADULT          | LABOUR
        4    | UNK | UNK            | LABOUR
    """)

    assert counts_of(count_table(frame, "A8", year=2026)) == expected("""
        form   | F/CHILD | F/TOTAL | M/ADULT | M/TOTAL | UNK/UNK | UNK/TOTAL | TOTAL/CHILD | TOTAL/ADULT | TOTAL/UNK | TOTAL/TOTAL
        SEX    | 2       | 2       |         |         |         |           | 2           |             |           | 2
        LABOUR |         |         | 1       | 1       | 1       | 1         |             | 1           | 1         | 2
        TOTAL  | 2       | 2       | 1       | 1       | 1       | 1         | 2           | 1           | 1         | 4
    """)


def test_b1_has_stateless_persons_among_the_foreign_and_keeps_the_bands_of_older_sources() -> None:
    """0 to 8 and 9 to 17 are rows beside the finer bands, never split among them."""
    frame = frame_of("""
        case | sex | age   | nationality
        1    | F   | 0-8   | FOREIGN
        2    | F   | 6-8   | STATELESS
        3    | M   | 9-17  | NATIONAL
        4    | M   | UNK   | UNK
    """)

    assert counts_of(count_table(frame, "B1", year=2026)) == expected("""
        age   | FOREIGN/F | FOREIGN/TOTAL | NATIONAL/M | NATIONAL/TOTAL | UNK/M | UNK/TOTAL | TOTAL/F | TOTAL/M | TOTAL/TOTAL
        0-8   | 1         | 1             |            |                |       |           | 1       |         | 1
        6-8   | 1         | 1             |            |                |       |           | 1       |         | 1
        9-17  |           |               | 1          | 1              |       |           |         | 1       | 1
        UNK   |           |               |            |                | 1     | 1         |         | 1       | 1
        TOTAL | 2         | 2             | 1          | 1              | 1     | 1         | 2       | 2       | 4
    """)


def test_b4_crosses_countries_with_forms_and_sex() -> None:
    """Rows are countries; forms and sex go across."""
    frame = frame_of("""
        case | country | sex | forms
        1    | AL      | M   | LABOUR
        2    | BA      | F   | LABOUR
    """)

    assert counts_of(count_table(frame, "B4", year=2026)) == expected("""
        country | LABOUR/F | LABOUR/M | LABOUR/TOTAL | TOTAL/F | TOTAL/M | TOTAL/TOTAL
        AL      |          | 1        | 1            |         | 1       | 1
        BA      | 1        |          | 1            | 1       |         | 1
        TOTAL   | 1        | 1        | 2            | 1       | 1       | 2
    """)


def test_b5_puts_a_foreign_victim_under_one_citizenship() -> None:
    """The first foreign one in code order; nationals are no part of it; far countries stand in groups."""
    frame = frame_of("""
        case | country | nationality | citizenship
        1    | AL      | FOREIGN     | UA;MD;AL
        2    | AL      | FOREIGN     | ZZ
        3    | BA      | STATELESS   | XXA
        4    | BA      | FOREIGN     | FR
        5    | BA      | FOREIGN     | CS
        6    | BA      | NATIONAL    | BA
        7    | BA      | UNK         | ZZ
    """)

    assert counts_of(count_table(frame, "B5", year=2026)) == expected("""
        citizenship | AL | BA | TOTAL
        MD          | 1  |    | 1
        RS          |    | 1  | 1
        EU-OTH      |    | 1  | 1
        XXA         |    | 1  | 1
        ZZ          | 1  |    | 1
        TOTAL       | 2  | 3  | 5
    """)


def test_the_country_of_exploitation_is_one_or_several() -> None:
    """Over all episodes; an unknown country gives way to a known one."""
    frame = frame_of("""
        case | forms     | exploited in
        1    | SEX       | IT
        2    | SEX       | ZZ
    """)

    counted = count_cross(frame, ["country_of_exploitation"], year=2026)

    assert dict(zip(counted["country_of_exploitation"], counted["count"], strict=True)) == {"IT": 1, "ZZ": 1}


@pytest.mark.parametrize("person", ["1", "p"], ids=["no case is linked", "a case is linked"])
def test_a_reader_is_told_that_persons_are_cases_until_linkage_is_switched_on(person: str) -> None:
    """The note stands for as long as every person has the key of its case."""
    notes = count_table(frame_of(f"case | person\n1 | {person}"), "A6", year=2026).text.notes

    assert any("until linkage" in note for note in notes) == (person == "1")
