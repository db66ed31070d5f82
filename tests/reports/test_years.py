"""Which case counts in which year (architecture, "Year")."""

from __future__ import annotations

import pytest

from reports import count_table
from tests.reports.ascii_tables import counts_of, expected, frame_of


def test_a_case_counts_in_the_year_of_identification_else_of_registration() -> None:
    """Case 1 was identified in 2026, case 2 a year before it was registered, case 3 has no date of identification."""
    frame = frame_of("""
        case | registered | identified
        1    | 2025-12-30 | 2026-01-05
        2    | 2026-01-05 | 2025-12-29
        3    | 2026-03-01 |
    """)

    assert count_table(frame, "A3", year=2026).counts["TOTAL", "TOTAL"] == 2
    assert count_table(frame, "A3", year=2025).counts["TOTAL", "TOTAL"] == 1


def test_a_case_without_any_date_counts_in_no_year() -> None:
    """Nobody can say in which table it would belong."""
    frame = frame_of("""
        case | registered
        1    | none
        2    | 2026-01-01
    """)

    assert count_table(frame, "A3", year=2026).counts["TOTAL", "TOTAL"] == 1


def test_a1_counts_every_status_but_potential_and_rejected() -> None:
    """Unknown counts as identified; potential and rejected stand in A3 alone."""
    frame = frame_of("""
        case | country | status
        1    | AL      | IDENTIFIED
        2    | AL      | PRESUMED
        3    | BA      | UNK
        4    | BA      | POTENTIAL
        5    | HR      | REJECTED
    """)

    assert counts_of(count_table(frame, "A1", year=2026)) == expected("""
        country | IDENTIFIED
        AL      | 2
        BA      | 1
        TOTAL   | 3
    """)
    assert counts_of(count_table(frame, "A3", year=2026)) == expected("""
        country | IDENTIFIED | PRESUMED | POTENTIAL | REJECTED | UNK | TOTAL
        AL      | 1          | 1        |           |          |     | 2
        BA      |            |          | 1         |          | 1   | 2
        HR      |            |          |           | 1        |     | 1
        TOTAL   | 1          | 1        | 1         | 1        | 1   | 5
    """)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2024-05-06", "2026-02-02", [2024, 2025, 2026]),
        ("2024-05-06", "", [2024]),
        ("", "2026-02-02", [2025]),
        ("", "", [2025]),
        ("2026-01-05", "2024-01-01", [2026]),
    ],
    ids=["from start to end", "no end", "no start", "no dates", "end before start"],
)
def test_a_person_is_assisted_in_every_year_in_which_a_service_runs(
    start: str, end: str, years: list[int]
) -> None:
    """Without an end the start's year alone; without a start the year of identification, 2025; an end before the
    start is the start's year."""
    frame = frame_of(
        """
        case | registered
        1    | 2025-06-01
        """,
        f"""
        case | service | start | end
        1    | SHELTER | {start} | {end}
        """,
    )

    counted = {year: count_table(frame, "A1", year=year).counts for year in range(2023, 2028)}

    assert [year for year, counts in counted.items() if counts["TOTAL", "ASSISTED"]] == years
    assert [year for year, counts in counted.items() if counts["TOTAL", "NEWLY_ASSISTED"]] == years[:1]


def test_only_accepted_services_of_victims_assist() -> None:
    """What was declined or not there is no assistance; neither counts a person found not to be a victim, nor a
    potential one."""
    frame = frame_of(
        """
        case | status
        1    | IDENTIFIED
        2    | IDENTIFIED
        3    | REJECTED
        4    | POTENTIAL
        """,
        """
        case | service | accepted
        1    | SHELTER | ACCEPTED
        2    | SHELTER | DECLINED
        3    | SHELTER | ACCEPTED
        4    | SHELTER | ACCEPTED
        """,
    )

    assert count_table(frame, "A1", year=2026).counts["TOTAL", "ASSISTED"] == 1


def test_newly_assisted_is_the_first_year_of_the_person_in_the_country() -> None:
    """Person p was assisted in AL in 2025 by one case and in 2026 by another, and in BA for the first time in 2026."""
    frame = frame_of(
        """
        case | person | country | registered
        1    | p      | AL      | 2025-03-01
        2    | p      | AL      | 2026-03-01
        3    | p      | BA      | 2026-04-01
        """,
        """
        case | service
        1    | SHELTER
        2    | MEDICAL
        3    | SHELTER
        """,
    )

    assert counts_of(count_table(frame, "A1", year=2026)) == expected("""
        country | IDENTIFIED | ASSISTED | NEWLY_ASSISTED | ASSISTED_BEFORE
        AL      | 1          | 1        |                | 1
        BA      | 1          | 1        | 1              |
        TOTAL   | 2          | 2        | 1              | 1
    """)
    assert count_table(frame, "A1", year=2026).region == {
        "IDENTIFIED": 1,
        "ASSISTED": 1,
        "NEWLY_ASSISTED": 0,
        "ASSISTED_BEFORE": 1,
    }
