"""A10: what was counted twice, by automatic links and with those under review, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping

from reports import Frame, count_link_part
from reports.counting import open_count
from reports.link_counting import counted_repeats
from reports.link_tables import SECOND_END
from reports.repeats import Repeats
from reports.tables import Key
from tests.reports.ascii_tables import counts_of, expected, frame_of

YEAR = 2026
PERSONS = """
    case | person | review | country | organization | identified
    1    | ana    | ana    | AL      | shelter      | 2026-01-05
    2    | ana    | ana    | AL      | police       | 2026-02-02
    3    | ana    | ana    | BA      | refuge       | 2026-03-02
    4    | ben    | ana    | BA      | refuge       | 2026-04-06
    5    | eva    | eva    | RS      | home         | 2026-01-05
    6    | eda    | eva    | AL      | shelter      | 2026-05-04
    7    | ida    | ida    | RS      | home         | 2026-06-01
"""
"""Ana has three cases in two countries; case 4 is hers too if a link under review holds. Eva and eda are one person in
that sense. Ida has one case."""


def part(name: str, frame: Frame | None = None) -> dict[Key, int]:
    return counts_of(count_link_part(frame or frame_of(PERSONS), name, year=YEAR))


def repeats(frame: Frame) -> Mapping[str, Repeats]:
    with open_count(frame, year=YEAR) as count:
        return counted_repeats(count)


def test_each_person_of_a_country_is_the_first_of_its_person_or_was_counted_before() -> None:
    """Persons of the countries: ana AL, eda AL; ana BA, ben BA; eva RS, ida RS: six, in the region five (ana twice).
    With review ben is ana in Bosnia (so he is no person there), and eda is eva, whom Serbia had first."""
    assert part("account") == expected("""
        country | FIRST | OTHER_COUNTRY | OTHER_COUNTRY_REVIEW | SAME_COUNTRY_REVIEW | TOTAL
        AL      | 1     |               | 1                    |                     | 2
        BA      |       | 1             |                      | 1                   | 2
        RS      | 2     |               |                      |                     | 2
        TOTAL   | 3     | 1             | 1                    | 1                   | 6
    """)


def test_cases_beyond_the_first_of_their_person_in_the_country_are_repeats() -> None:
    """Seven cases are six persons of countries: case 2 is ana's second in Albania."""
    assert part("repeated") == {("AL",): 1, ("TOTAL",): 1}


def test_persons_of_the_region_by_their_countries_organizations_and_cases() -> None:
    """Ana has 2, 3 and 3 by automatic links, and 2, 3 and 4 with ben, who has one of each by himself. Eva and eda have
    one of each, and two of each with review; ida has one."""
    ends = repeats(frame_of(PERSONS))

    assert dict(ends[""].persons) == {(2, 3, 3): 1, (1, 1, 1): 4}
    assert dict(ends[SECOND_END].persons) == {(2, 3, 4): 1, (2, 2, 2): 1, (1, 1, 1): 1}


def test_persons_by_pair_of_countries() -> None:
    """Ana in Albania and Bosnia, by automatic links; eva in Albania and Serbia if the link under review holds."""
    assert part("pairs") == expected("""
        pair  | AUTOMATIC | REVIEW | TOTAL
        AL-BA | 1         |        | 1
        AL-RS |           | 1      | 1
        TOTAL | 1         | 1      | 2
    """)


def test_a_person_of_three_countries_stands_in_three_pairs() -> None:
    frame = frame_of("""
        case | person | country
        1    | p      | AL
        2    | p      | BA
        3    | p      | RS
    """)

    assert part("pairs", frame)["TOTAL", "AUTOMATIC"] == 3
    assert repeats(frame)[""].row("countries") == {"N1": 0, "N2": 0, "N3": 1}


def test_cases_of_another_year_and_of_no_victims_join_nobody() -> None:
    """Who was identified in two years counts in each year, as one person of one country."""
    frame = frame_of("""
        case | person | country | identified | status
        1    | p      | AL      | 2026-01-05 | IDENTIFIED
        2    | p      | BA      | 2025-01-06 | IDENTIFIED
        3    | p      | RS      | 2026-01-05 | REJECTED
    """)

    assert dict(repeats(frame)[""].persons) == {(1, 1, 1): 1}


def test_a_person_whose_automatic_links_and_review_meet_in_one_country_is_told_apart() -> None:
    """Q's case in Bosnia is her second country by automatic links, and p's if the link under review holds: it is
    neither the first of the region nor, with review, a person of Bosnia."""
    frame = frame_of("""
        case | person | review | country | identified
        1    | p      | p      | BA      | 2026-01-05
        2    | q      | p      | AL      | 2026-02-02
        3    | q      | p      | BA      | 2026-03-02
    """)

    assert part("account", frame)["BA", "SAME_COUNTRY_OTHER"] == 1
    assert part("account", frame)["AL", "OTHER_COUNTRY_REVIEW"] == 1
    assert part("account", frame)["TOTAL", "FIRST"] == 1
