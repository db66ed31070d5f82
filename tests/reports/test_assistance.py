"""Who was assisted and with what: tables A2, E1, E2, and what they say when nobody sent services."""

from __future__ import annotations

import pytest

from reports import TABLES, count_table
from tests.reports.ascii_tables import counts_of, expected, frame_of

THREE_PERSONS = """
    case | country | nationality
    1    | AL      | FOREIGN
    2    | AL      | NATIONAL
    3    | BA      | UNK
"""


def test_a2_splits_the_assisted_by_nationality() -> None:
    """Who was identified and not assisted is no part of it."""
    frame = frame_of(
        THREE_PERSONS,
        """
        case | service | accepted
        1    | SHELTER | ACCEPTED
        1    | MEDICAL | ACCEPTED
        2    | SHELTER | DECLINED
        3    | SHELTER | ACCEPTED
        """,
    )

    assert counts_of(count_table(frame, "A2", year=2026)) == expected("""
        country | FOREIGN | UNK | TOTAL
        AL      | 1       |     | 1
        BA      |         | 1   | 1
        TOTAL   | 1       | 1   | 2
    """)


def test_a2_takes_the_nationality_from_the_cases_in_which_the_person_was_assisted() -> None:
    """Case 1 is earlier and not assisted, case 2 does not know, case 3 knows: its word counts."""
    frame = frame_of(
        """
        case | person | registered | nationality
        1    | p      | 2026-01-01 | NATIONAL
        2    | p      | 2026-02-01 | UNK
        3    | p      | 2026-03-01 | FOREIGN
        """,
        """
        case | service
        2    | SHELTER
        3    | SHELTER
        """,
    )

    assert count_table(frame, "A2", year=2026).counts["AL", "FOREIGN"] == 1


def test_e1_counts_each_service_that_a_person_received_and_the_person_once_in_the_total() -> None:
    """Person 1 received two services, one of them twice: rows add up to three, persons are two."""
    frame = frame_of(
        THREE_PERSONS,
        """
        case | service | accepted
        1    | SHELTER | ACCEPTED
        1    | SHELTER | ACCEPTED
        1    | MEDICAL | ACCEPTED
        2    | MEDICAL | UNAVAILABLE
        3    | SHELTER | ACCEPTED
        """,
    )

    assert counts_of(count_table(frame, "E1", year=2026)) == expected("""
        service | AL | BA | TOTAL
        SHELTER | 1  | 1  | 2
        MEDICAL | 1  |    | 1
        TOTAL   | 1  | 1  | 2
    """)


def test_e1_counts_services_that_run_in_the_year_alone() -> None:
    """The shelter of 2025 is over; the medical care goes on into 2026."""
    frame = frame_of(
        """
        case | registered
        1    | 2025-01-06
        """,
        """
        case | service | start      | end
        1    | SHELTER | 2025-01-06 | 2025-03-03
        1    | MEDICAL | 2025-01-06 | 2026-03-02
        """,
    )

    assert counts_of(count_table(frame, "E1", year=2026)) == expected("""
        service | AL | TOTAL
        MEDICAL | 1  | 1
        TOTAL   | 1  | 1
    """)


def test_e2_gives_each_person_and_service_one_outcome() -> None:
    """Person 1 declined shelter and accepted it later: accepted. That nothing was offered to 3 is no service."""
    frame = frame_of(
        THREE_PERSONS,
        """
        case | service | offered | accepted
        1    | SHELTER | Y       | DECLINED
        1    | SHELTER | Y       | ACCEPTED
        1    | PSYCH   | Y       | DECLINED
        2    | SHELTER | N       | UNAVAILABLE
        2    | UNK     | UNK     | NOT_ELIGIBLE
        2    | MEDICAL | Y       | UNK
        3    | UNK     | N       | UNK
        """,
    )

    assert counts_of(count_table(frame, "E2", year=2026)) == expected("""
        service | ACCEPTED | DECLINED | UNAVAILABLE | NOT_ELIGIBLE | UNK | TOTAL
        SHELTER | 1        |          | 1           |              |     | 2
        MEDICAL |          |          |             |              | 1   | 1
        PSYCH   |          | 1        |             |              |     | 1
        UNK     |          |          |             | 1            |     | 1
        TOTAL   | 1        | 1        | 1           | 1            | 1   | 5
    """)


@pytest.mark.parametrize("table", ["A2", "E1", "E2", "Q01", "Q02", "Q04", "Q05", "Q06"])
def test_a_table_of_services_is_not_available_when_nobody_sent_any(table: str) -> None:
    """Nothing sent is not the same as nobody assisted."""
    assert not count_table(frame_of(THREE_PERSONS), table, year=2026).available


@pytest.mark.parametrize("table", ["A2", "E1", "E2", "Q04"])
def test_that_nothing_was_offered_is_an_answer(table: str) -> None:
    """`NONE` in the case sheet says that there was no service: the table is there, with zeros."""
    frame = frame_of(THREE_PERSONS, "case | service | offered | accepted\n1 | UNK | N | UNK")

    counted = count_table(frame, table, year=2026)

    assert counted.available
    assert counts_of(counted).keys() <= {
        (c, p) for c in ("AL", "BA", "TOTAL") for p in ("complement", "TOTAL")
    }


def test_services_of_other_years_do_not_make_a_table_available() -> None:
    """In 2026 nobody sent any: the service of case 1 ended before, and case 2 has none."""
    frame = frame_of(
        """
        case | registered
        1    | 2025-01-06
        2    | 2026-01-05
        """,
        """
        case | service | start
        1    | SHELTER | 2025-01-06
        """,
    )

    assert count_table(frame, "E1", year=2025).available
    assert not count_table(frame, "E1", year=2026).available


def test_a1_keeps_its_identified_when_nobody_sent_services() -> None:
    """Only the assisted are not available; the other tables need no services."""
    counted = count_table(frame_of(THREE_PERSONS), "A1", year=2026)

    assert counted.available
    assert {measure for _, measure in counted.not_available} == {
        "ASSISTED",
        "NEWLY_ASSISTED",
        "ASSISTED_BEFORE",
    }
    assert all(
        count_table(frame_of(THREE_PERSONS), t, year=2026).available
        for t in TABLES
        if t[0] in "AB" and t != "A2"
    )
