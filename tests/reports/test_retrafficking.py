"""I6 and Q44: who was trafficked again, and how that is known, worked out by hand."""

from __future__ import annotations

import pytest

from reports import count_link_part
from tests.reports.ascii_tables import counts_of, frame_of

YEAR = 2026
CASES = """
    case | person | review | country | identified | trafficked before
    1    | ana    | ana    | AL      | 2025-01-06 | N
    2    | ben    | ben    | AL      | 2025-01-06 | N
"""
SERVICES = """
    case | service | start      | end
    1    | SHELTER | 2025-01-06 | 2025-03-10
"""
"""Ana left in March 2025. Ben had no service."""


def within_year(
    *,
    again: str = "",
    follow_ups: str = "",
    services: str = SERVICES,
    returns: str = "",
    referrals: str = "",
    year: int = YEAR,
    part: str = "year",
) -> dict[str, int]:
    """What became of those of Albania who left in the year before; `again` are further cases, one a line, and so are
    follow-ups, returns and referrals."""
    cases = CASES + again + "\n    z | z | z | AL | 2026-01-05 |"
    reintegration = f"case | after | done | retrafficked | retrafficked_date\n{follow_ups}".strip()
    moved = {"returns": returns, "referral": referrals}
    moves = {name: f"case | on | from | to\n{rows}".strip() for name, rows in moved.items()}
    frame = frame_of(cases, services, reintegration=reintegration, **moves)
    counts = counts_of(count_link_part(frame, part, year=year))
    return {code: count for (country, code), count in counts.items() if country == "AL" and code != "TOTAL"}


def test_who_left_and_was_never_heard_of_again_is_lost() -> None:
    assert within_year() == {"LOST": 1}


@pytest.mark.parametrize(
    ("follow_up", "code"),
    [
        ("1 | 6  | DONE | Y   | 2025-06-01", "AGAIN_6"),
        ("1 | 12 | DONE | Y   | 2025-09-01", "AGAIN_6"),
        ("1 | 12 | DONE | Y   | 2025-10-01", "AGAIN_12"),
        ("1 | 12 | DONE | Y   | 2026-03-01", "AGAIN_12"),
        ("1 | 24 | DONE | Y   | 2026-04-01", "LOST"),
        ("1 | 6  | DONE | Y   |", "AGAIN_6"),
        ("1 | 12 | DONE | Y   |", "AGAIN_12"),
        ("1 | 12 | DONE | Y   | 2024-12-01", "LOST"),
        ("1 | 6  | DONE | N   |", "WELL_6"),
        ("1 | 12 | DONE | N   |", "WELL_12"),
        ("1 | 3  | DONE | N   |", "LOST"),
        ("1 | 12 | DONE | UNK |", "LOST"),
        ("1 | 12 | LOST | N   |", "LOST"),
    ],
)
def test_what_a_follow_up_tells(follow_up: str, code: str) -> None:
    """She left in March 2025: six months end in September. Without a date it was by the month of the follow-up; what was
    before she left is not again."""
    assert within_year(follow_ups=follow_up) == {code: 1}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("3 | ana | ana | BA | 2025-07-07 |  ", "AGAIN_6"),
        ("3 | ana | ana | AL | 2026-01-05 | Y", "AGAIN_12"),
        ("3 | eda | ana | BA | 2025-07-07 | Y", "REVIEW_AGAIN_6"),
        ("3 | eda | ana | BA | 2026-01-05 | Y", "REVIEW_AGAIN_12"),
        ("3 | ana | ana | BA | 2025-07-07 | N", "LOST"),
        ("3 | ana | ana | BA | 2025-03-24 | Y", "LOST"),
        ("3 | ana | ana | BA | 2025-01-06 | Y", "LOST"),
        ("3 | ana | ana | BA | 2026-04-06 | Y", "LOST"),
        ("3 | eda | eda | BA | 2025-07-07 | Y", "LOST"),
    ],
)
def test_what_a_new_case_of_the_same_person_shows(case: str, code: str) -> None:
    """A later month of identification, within twelve; not one that says it was the first time. A case of the month in
    which she left, or of her first identification, is a hand-over."""
    assert within_year(again=f"    {case}") == {code: 1}


IN_BOSNIA = "3 | ana | ana | BA | 2025-07-07 |"
RETURNED = "1 | 2025-03-17 | AL | BA"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("3 | ana | ana | BA | 2025-07-07 | UNK", "LOST"),
        ("3 | ana | ana | BA | 2025-07-07 |    ", "LOST"),
        ("3 | ana | ana | BA | 2025-07-07 | Y  ", "AGAIN_6"),
        ("3 | eda | ana | BA | 2025-07-07 | UNK", "LOST"),
        ("3 | eda | ana | BA | 2025-07-07 | Y  ", "REVIEW_AGAIN_6"),
        ("3 | ana | ana | RS | 2025-07-07 | UNK", "AGAIN_6"),
        ("3 | ana | ana | AL | 2026-01-05 | UNK", "AGAIN_12"),
    ],
)
def test_a_new_case_where_she_was_returned_or_referred_to_is_help_that_goes_on(case: str, code: str) -> None:
    """She went to Bosnia in the month in which she left. Only a case there that says that she was trafficked before
    is trafficking again; one elsewhere counts as ever."""
    assert within_year(again=f"    {case}", returns=RETURNED) == {code: 1}
    assert within_year(again=f"    {case}", referrals=RETURNED) == {code: 1}


def test_a_return_moves_the_month_of_leaving_and_not_the_rule() -> None:
    """Returned in May and identified by the shelter there in June: help that went on within a week is not counted as
    trafficking again. A follow-up that says so is."""
    returns = "1 | 2025-05-26 | AL | BA"
    case = "    3 | ana | ana | BA | 2025-06-02 | UNK"

    assert within_year(again=case, returns=returns) == {"LOST": 1}
    told = "1 | 6 | DONE | Y | 2025-09-01"
    assert within_year(again=case, returns=returns, follow_ups=told) == {"AGAIN_6": 1}


@pytest.mark.parametrize(
    ("referral", "code"),
    [
        ("1 | 2025-02-03 | AL | BA", "LOST"),
        ("1 | 2025-07-28 | AL | BA", "LOST"),
        ("1 |            | AL | BA", "LOST"),
        ("3 | 2025-04-07 | AL | BA", "LOST"),
        ("1 | 2025-08-04 | AL | BA", "AGAIN_6"),
        ("1 | 2025-03-17 | AL | RS", "AGAIN_6"),
        ("2 | 2025-03-17 | AL | BA", "AGAIN_6"),
    ],
)
def test_only_a_move_of_hers_there_and_by_then_explains_a_new_case(referral: str, code: str) -> None:
    """Identified in Bosnia in July: by the month of it, or without a date, whoever of both tells; not a later move, one
    to another country, or Ben's."""
    assert within_year(again=f"    {IN_BOSNIA}", referrals=referral) == {code: 1}


@pytest.mark.parametrize(
    ("referred", "code"),
    [("2025-06-02", "LOST"), ("2025-07-07", "AGAIN_6")],
    ids=["in the quarter", "after the quarter"],
)
def test_a_case_known_by_quarter_may_be_of_its_last_month(referred: str, code: str) -> None:
    """Identified in Bosnia in the second quarter, which is written as 1 April and ends in June."""
    cases = """
        case | person | country | identified | precision | trafficked before
        1    | ana    | AL      | 2025-01-06 | week      | N
        2    | ana    | BA      | 2025-04-01 | quarter   | UNK
        3    | zoe    | AL      | 2026-01-05 | week      | N
    """
    referral = f"case | on | from | to\n1 | {referred} | AL | BA"

    counts = counts_of(count_link_part(frame_of(cases, SERVICES, referral=referral), "year", year=YEAR))

    assert counts["AL", code] == counts["AL", "TOTAL"] == 1


@pytest.mark.parametrize(
    ("back", "code"),
    [
        ("3 | 2025-02-03 | BA | AL", "AGAIN_12"),
        ("3 | 2025-03-17 | BA | AL", "LOST"),
        ("3 | 2025-10-06 | BA | AL", "LOST"),
        ("3 |            | BA | AL", "AGAIN_12"),
    ],
)
def test_in_the_country_that_she_left_only_a_move_from_then_on_explains_a_new_case(
    back: str, code: str
) -> None:
    """She left in Albania in March and was identified there again in January. What brought her to Albania before she
    left had ended with the help there. Her case in Bosnia is older and shows nothing."""
    cases = """
    3 | ana | ana | BA | 2025-01-06 |
    4 | ana | ana | AL | 2026-01-05 | UNK"""

    assert within_year(again=cases, referrals=back) == {code: 1}


def test_a_move_under_review_explains_no_case_of_an_automatic_link() -> None:
    """Eda was referred to Bosnia. If she is ana, ana's case there might be the same help: but with review no figure
    gets smaller. Eda's own case there is explained."""
    eda = "\n    4 | eda | ana | AL | 2025-01-06 | UNK"
    referral = "4 | 2025-03-17 | AL | BA"

    assert within_year(again=f"    {IN_BOSNIA}{eda}", referrals=referral) == {"AGAIN_6": 1}
    edas = "    3 | eda | ana | BA | 2025-07-07 | UNK"
    assert within_year(again=edas + eda, referrals=referral) == {"LOST": 1}


def test_a_link_under_review_contradicts_no_follow_up() -> None:
    """Twelve months after she was well; after six she was, and what review shows came later."""
    case = "    3 | eda | ana | BA | 2026-01-05 | Y"

    assert within_year(again=case, follow_ups="1 | 12 | DONE | N |") == {"WELL_12": 1}
    assert within_year(again=case, follow_ups="1 | 6 | DONE | N |") == {"REVIEW_AGAIN_12": 1}
    early = "    3 | eda | ana | BA | 2025-07-07 | Y"
    assert within_year(again=early, follow_ups="1 | 6 | DONE | N |") == {"WELL_6": 1}


def test_an_automatic_link_holds_against_a_follow_up() -> None:
    """The list of indicators says `or`: known to one of the two is known."""
    assert within_year(again="    3 | ana | ana | BA | 2025-07-07 |", follow_ups="1 | 12 | DONE | N |") == {
        "AGAIN_6": 1
    }


@pytest.mark.parametrize(
    "services",
    [
        "case | service | start | end\n1 | SHELTER | 2025-01-06 | 2025-03-10\n1 | MEDICAL | 2025-01-06 |",
        "case | service | start | end | accepted\n1 | SHELTER | 2025-01-06 | 2025-03-10 | DECLINED",
        "case | service | start | end\n1 | SHELTER | 2025-01-06 | 2026-02-02",
    ],
    ids=["a service still runs", "none was accepted", "she left in another year"],
)
def test_who_did_not_leave_in_the_year_before_is_not_counted(services: str) -> None:
    assert within_year(services=services) == {}


def test_two_years_after() -> None:
    """She left in March 2025, which is two years before 2027: a case of April 2026 is the thirteenth month."""
    case = "    3 | ana | ana | BA | 2026-04-06 | Y\n    y | y | y | AL | 2027-01-04 |"
    late = {"year": 2027, "part": "two_years"}

    assert within_year(again=case, **late) == {"AGAIN_24": 1}  # type: ignore[arg-type]
    year = "    y | y | y | AL | 2027-01-04 |"
    assert within_year(again=year, follow_ups="1 | 12 | DONE | N |", **late) == {"WELL_12": 1}  # type: ignore[arg-type]
    assert within_year(again=year, follow_ups="1 | 24 | DONE | N |", **late) == {"WELL_24": 1}  # type: ignore[arg-type]


def test_who_left_twice_in_a_year_counts_once_from_the_first_time() -> None:
    """The second case, identified in between, is the evidence."""
    again = "    3 | ana | ana | AL | 2025-06-02 | Y"
    services = SERVICES + "    3 | SHELTER | 2025-06-02 | 2025-12-01"

    assert within_year(again=again, services=services) == {"AGAIN_6": 1}


def test_at_intake_the_earliest_case_that_knows_it_says_it() -> None:
    """Of the persons of the year: ana yes (case 2 says no, and is later), ben no, eva unknown."""
    frame = frame_of("""
        case | person | identified | trafficked before
        1    | ana    | 2026-01-05 | Y
        2    | ana    | 2026-02-02 | N
        3    | ben    | 2026-01-05 | UNK
        4    | ben    | 2026-02-02 | N
        5    | eva    | 2026-01-05 |
    """)

    counts = counts_of(count_link_part(frame, "intake", year=YEAR))

    assert {code: count for (country, code), count in counts.items() if country == "AL"} == {
        "Y": 1,
        "N": 1,
        "UNK": 1,
        "TOTAL": 3,
    }
