"""The numerator and denominator of each indicator, as the project's list of indicators says."""

from __future__ import annotations

from reports import count_table
from reports.tables import Key
from tests.reports.ascii_tables import counts_of, expected, frame_of

CASES = """
    case | country | identified | precision | status
    1    | AL      | 2026-01-05 | week      | IDENTIFIED
    2    | AL      | 2026-01-05 | week      | PRESUMED
    3    | AL      | 2026-12-07 | week      | IDENTIFIED
    4    | BA      | 2026-01-05 | week      | IDENTIFIED
    5    | BA      |            | UNK       | IDENTIFIED
    6    | BA      | 2026-01-05 | week      | REJECTED
    7    | BA      | 2026-01-01 | year      | UNK
"""
SERVICES = """
    case | service | offered | accepted    | start      | after
    1    | SHELTER | Y       | ACCEPTED    | 2026-01-05 | BEFORE
    1    | MEDICAL | Y       | ACCEPTED    | 2026-02-02 | D15-30
    2    | SHELTER | Y       | UNAVAILABLE |            | UNK
    2    | MEDICAL | Y       | DECLINED    |            | UNK
    3    | SHELTER | Y       | ACCEPTED    | 2027-04-05 | D91-180
    4    | SHELTER | Y       | DECLINED    |            | UNK
    4    | PSYCH   | N       | UNAVAILABLE |            | UNK
    5    | SHELTER | Y       | ACCEPTED    | 2026-01-05 | UNK
    6    | SHELTER | Y       | ACCEPTED    | 2026-01-05 | D0
    7    | SHELTER | Y       | ACCEPTED    |            | UNK
"""


def count(indicator: str, services: str = SERVICES) -> dict[Key, int]:
    return counts_of(count_table(frame_of(CASES, services), indicator, year=2026))


def test_q01_first_service_on_the_same_or_the_next_day() -> None:
    """Persons 1 and 3 accepted, 2 had an offer that was not met; before identification is no delay. 4 declined;
    5 and 7 have no day of identification, and 6 is no victim."""
    assert count("Q01") == expected("""
        country | numerator | complement | TOTAL
        AL      | 1         | 2          | 3
        TOTAL   | 1         | 2          | 3
    """)


def test_q02_first_service_within_seven_days() -> None:
    """Any accepted service in a band up to 7 days makes the first one so early."""
    services = """
        case | service | after
        1    | SHELTER | D31-60
        1    | MEDICAL | D4-7
        2    | SHELTER | D8-14
        4    | SHELTER | UNK
    """

    assert count("Q02", services) == expected("""
        country | numerator | complement | TOTAL
        AL      | 1         | 1          | 2
        BA      |           | 1          | 1
        TOTAL   | 1         | 2          | 3
    """)


def test_q04_assistance_coverage() -> None:
    """Of all identified: an accepted service that started by 31 March of the next year. That of 3 came in April;
    7 has no start, which counts in the year of identification."""
    assert count("Q04") == expected("""
        country | numerator | complement | TOTAL
        AL      | 1         | 2          | 3
        BA      | 2         | 1          | 3
        TOTAL   | 3         | 3          | 6
    """)


def test_q05_offer_rate() -> None:
    """Of all identified: at least one service was offered, whatever came of it."""
    services = """
        case | service | offered
        1    | SHELTER | Y
        2    | UNK     | N
        4    | MEDICAL | UNK
    """

    assert count("Q05", services) == expected("""
        country | numerator | complement | TOTAL
        AL      | 1         | 2          | 3
        BA      |           | 3          | 3
        TOTAL   | 1         | 5          | 6
    """)


def test_q06_decline_rate() -> None:
    """Of those to whom a service was offered: all of them were declined. The one that 4 could not have was not
    offered; 2 could not have one that was."""
    assert count("Q06") == expected("""
        country | numerator | complement | TOTAL
        AL      |           | 3          | 3
        BA      | 1         | 2          | 3
        TOTAL   | 1         | 5          | 6
    """)


def test_an_indicator_counts_a_person_with_several_cases_once() -> None:
    """One case declined, the other accepted: the person did not decline everything."""
    frame = frame_of(
        """
        case | person
        1    | p
        2    | p
        """,
        """
        case | service | accepted
        1    | SHELTER | DECLINED
        2    | MEDICAL | ACCEPTED
        """,
    )

    assert counts_of(count_table(frame, "Q06", year=2026)) == expected("""
        country | complement | TOTAL
        AL      | 1          | 1
        TOTAL   | 1          | 1
    """)
