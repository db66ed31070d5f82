"""J1, J2, Q38 and Q39: whether help went on across a border, worked out by hand."""

from __future__ import annotations

import pyarrow.compute as pc
import pytest

from reports import Frame, count_link_part
from reports.classifications import COUNTRIES, codes_of
from reports.continuity import TOLD, WEEKS
from reports.gaps import GAPS, gap_code
from reports.tables import TOTAL, Key
from tests.reports.ascii_tables import counts_of, expected, frame_of

YEAR = 2026
CASES = """
    case | person | review | country | identified | abroad
    1    | ana    | ana    | AL      | 2026-01-05 | YES
    2    | ana    | ana    | BA      | 2026-01-05 |
    3    | eva    | eva    | AL      | 2026-01-05 | YES
    4    | eda    | eva    | BA      | 2026-01-05 |
    5    | ida    | ida    | AL      | 2026-01-05 | YES
    6    | iva    | iva    | AL      | 2026-01-05 | NO
"""
"""Ana's cases are linked automatically; eda is eva if a link under review holds; ida and iva are linked to nobody."""
RETURNS = """
    case | on         | from | to | first_service_after_return
    1    | 2026-03-02 | AL   | BA |
    3    | 2026-03-02 | AL   | BA |
    5    | 2026-03-02 | AL   | BA |
    6    | 2026-03-02 | AL   | BA | D0
"""


def frame(services: str = "", returns: str = RETURNS, cases: str = CASES, **further: str) -> Frame:
    return frame_of(cases, services, returns=returns, **further)


def continuity(given: Frame) -> dict[str, int]:
    counts = counts_of(count_link_part(given, "returns", year=YEAR))
    return {code: count for (sender, to, code), count in counts.items() if (sender, to) == ("AL", "BA")}


def test_returns_by_who_knows_when_help_went_on() -> None:
    """Ana was served in the week after, Eva (if she is eda) in the third; of ida nobody knows, iva did not consent."""
    services = """
        case | service | start
        2    | SHELTER | 2026-03-09
        4    | SHELTER | 2026-03-23
    """

    assert continuity(frame(services)) == {
        "WEEK_1": 1,
        "REVIEW_WEEKS_4": 1,
        "UNLINKED": 1,
        "NO_CONSENT": 1,
        "TOTAL": 4,
    }


SENDERS = [code for code in codes_of(COUNTRIES) if code not in {"BA", "ZZ"}]
"""Countries that send one person back each, so that one count tells of each."""


def by_sender(frame: Frame) -> dict[str, str]:
    """Of senders with one return each, what became of it."""
    counts = counts_of(count_link_part(frame, "returns", year=YEAR))
    return {sender: code for sender, to, code in counts if to == "BA" and TOTAL not in {sender, code}}


def sent_back(told: list[str], services: str = "") -> Frame:
    """One person a sender, with a case in Bosnia from the month of her return and what the sender tells after it."""
    senders = list(zip(SENDERS, told, strict=False))
    cases = "case | person | country | abroad | registered\n" + "\n".join(
        f"{one}1 | {one} | {one} | YES |\n{one}2 | {one if services else one + '2'} | BA | | 2026-03-30"
        for one, _ in senders
    )
    returns = "case | on | from | to | first_service_after_return\n" + "\n".join(
        f"{one}1 | 2026-03-02 | {one} | BA | {band}" for one, band in senders
    )
    return frame_of(cases, services, returns=returns)


def test_weeks_run_from_the_week_of_the_return() -> None:
    """A service before the return is none after it; that in the fifth week is too late."""
    expected_of = {
        "2026-02-23": "NONE",
        "2026-03-02": "WEEK_1",
        "2026-03-09": "WEEK_1",
        "2026-03-16": "WEEKS_2",
        "2026-03-23": "WEEKS_4",
        "2026-03-30": "WEEKS_4",
        "2026-04-06": "NONE",
        "": "NONE",
    }
    services = "case | service | start\n" + "\n".join(
        f"{one}2 | SHELTER | {start}" for one, start in zip(SENDERS, expected_of, strict=False)
    )

    told = by_sender(sent_back([""] * len(expected_of), services))

    assert told == dict(zip(SENDERS, expected_of.values(), strict=False))


def test_a_date_within_its_week_is_of_that_week() -> None:
    """A quarter may begin in the middle of a week: 1 April 2026 is a Wednesday, of the week of 30 March."""
    returns = "case | on | from | to\n1 | 2026-03-23 | AL | BA"
    services = "case | service | start\n2 | SHELTER | 2026-04-01"

    assert continuity(frame(services, returns))["WEEK_1"] == 1


def test_what_the_sender_tells_holds_without_any_link() -> None:
    """Within seven days is the same or the next week. `Before` and unknown say nothing of the time after."""
    bands = list(codes_of("CL_DAYS"))

    told = by_sender(sent_back(bands))

    assert told == dict(zip(SENDERS, [TOLD.get(band, "UNLINKED") for band in bands], strict=False))


def test_of_sender_and_automatic_link_the_earlier_holds_and_review_is_not_asked() -> None:
    """Ana: the sender says 8 to 14 days, the link the next week. Eva: the sender says later than a month."""
    returns = """
        case | on         | from | to | first_service_after_return
        1    | 2026-03-02 | AL   | BA | D8-14
        3    | 2026-03-02 | AL   | BA | D31-60
    """
    services = "case | service | start\n2 | SHELTER | 2026-03-09\n4 | SHELTER | 2026-03-02"

    assert continuity(frame(services, returns)) == {"WEEK_1": 1, "NONE": 1, "TOTAL": 2}


def test_a_service_counts_in_the_country_it_was_given_in() -> None:
    """The organization that sent ida home also helped her there: no link is needed."""
    services = "case | service | start | in\n5 | SHELTER | 2026-03-02 | BA"

    assert continuity(frame(services))["WEEK_1"] == 1


def test_what_was_declined_is_no_service() -> None:
    """Ana was in Bosnia already in January; what was declined in March is no sign of her there either."""
    services = "case | service | start | accepted\n2 | SHELTER | 2026-03-02 | DECLINED"

    told = continuity(frame(services))

    assert told["UNLINKED"] == 3
    assert "NONE" not in told


@pytest.mark.parametrize(
    ("there", "code"),
    [
        ("ana | ana | BA | 2019-06-03 |         | 2019-06-03 |", "UNLINKED"),
        ("ana | ana | BA | 2026-01-05 | week    | 2026-02-23 |", "UNLINKED"),
        ("ana | ana | BA | 2026-01-05 | week    | 2026-03-02 |", "NONE"),
        ("ana | ana | BA | 2026-03-02 | week    | 2026-01-12 |", "NONE"),
        ("ana | ana | BA | 2026-06-01 | week    | 2026-06-01 |", "NONE"),
        ("ana | ana | BA | 2026-01-01 | quarter | 2026-01-12 |", "NONE"),
        ("ana | ana | BA | 2025-10-01 | quarter | 2026-01-12 |", "UNLINKED"),
        ("ana | ana | BA | 2026-01-01 | year    | 2026-01-12 |", "NONE"),
        ("eda | ana | BA | 2019-06-03 | week    | 2019-06-03 |", "UNLINKED"),
        ("eda | ana | BA | 2026-01-05 | week    | 2026-03-02 |", "REVIEW_NONE"),
    ],
)
def test_only_a_case_from_the_month_of_the_return_on_shows_the_person_there(there: str, code: str) -> None:
    """She returned in March 2026, and no service there is known. A case counts that was identified or registered in
    March or later: a hand-over keeps the day of the first identification. A quarter or a year alone may be March."""
    cases = f"""
        case | person | review | country | identified | precision | registered | abroad
        1    | ana    | ana    | AL      | 2026-01-05 | week      | 2026-01-05 | YES
        2    | {there}
        3    | zoe    | zoe    | BA      | 2026-01-05 | week      | 2026-01-05 |
    """

    told = continuity(frame("", "case | on | from | to\n1 | 2026-03-02 | AL | BA", cases))

    assert told == {code: 1, "TOTAL": 1}


def test_a_service_of_before_the_return_shows_nobody_there() -> None:
    """Ana was in a shelter in Bosnia in 2019 and until 2020. A service from the week of the return on is what counts."""
    old = "case | service | start | end\n2 | SHELTER | 2019-06-03 | 2020-01-06"
    returns = "case | on | from | to\n1 | 2026-03-02 | AL | BA"

    assert continuity(frame(old, returns)) == {"UNLINKED": 1, "TOTAL": 1}
    new = old + "\n2 | MEDICAL | 2026-03-02 |"
    assert continuity(frame(new, returns)) == {"WEEK_1": 1, "TOTAL": 1}


def test_a_return_without_any_record_of_consent_is_one_without_consent() -> None:
    """Ana's return is told and linked; her consents were never sent, eva's were."""
    services = "case | service | start\n2 | SHELTER | 2026-03-09\n4 | SHELTER | 2026-03-23"
    given = frame(services)
    consent = given.tables["consent"]
    kept = consent.filter(pc.not_equal(consent["case_id"], "1"))

    assert continuity(Frame({**given.tables, "consent": kept})) == {
        "REVIEW_WEEKS_4": 1,
        "UNLINKED": 1,
        "NO_CONSENT": 2,
        "TOTAL": 4,
    }


def test_a_return_that_two_organizations_tell_counts_once() -> None:
    """One person, one receiving country, one week; in another week it is another return."""
    cases = """
        case | person | country | abroad | registered
        1    | p      | AL      | YES    |
        2    | p      | AL      | YES    |
        3    | p      | BA      |        | 2026-06-01
    """
    returns = """
        case | on         | from | to
        1    | 2026-03-02 | AL   | BA
        2    | 2026-03-02 | AL   | BA
        2    | 2026-06-01 | AL   | BA
    """

    assert continuity(frame("", returns, cases)) == {"NONE": 2, "TOTAL": 2}


def test_other_returns_are_not_counted() -> None:
    """Those of another year, within a country, to one that does not report, and what the receiving country tells."""
    assert not continuity(
        frame(
            "",
            """
            case | on         | from | to
            1    | 2025-12-29 | AL   | BA
            1    | 2026-03-02 | BA   | AL
            1    | 2026-03-02 | AL   | AL
            1    | 2026-03-02 | AL   | DE
            """,
        )
    )


def test_a_return_without_a_date_counts_in_the_year_of_the_case_and_is_unlinked() -> None:
    """Nobody can say how long it took, although the person is linked."""
    assert continuity(frame("", "case | on | from | to\n1 |  | AL | BA")) == {"UNLINKED": 1, "TOTAL": 1}


def test_weeks_between_the_last_service_and_the_first_in_the_other_country() -> None:
    """Ana: the last in Albania ended on 2 March, the first in Bosnia began three weeks later. Eva: five weeks, if the link
    holds. Ida is linked to nobody; iva neither, but counts, since consent is not asked here."""
    services = """
        case | service | start      | end
        1    | SHELTER | 2026-01-05 | 2026-02-23
        1    | MEDICAL | 2026-02-02 | 2026-03-02
        2    | SHELTER | 2026-03-23 |
        2    | MEDICAL | 2026-05-04 |
        3    | SHELTER | 2026-02-16 |
        4    | SHELTER | 2026-03-23 |
    """

    assert counts_of(count_link_part(frame(services), "gaps", year=YEAR)) == expected("""
        country | GAP_2_4 | REVIEW_GAP_5_8 | UNLINKED | TOTAL
        AL      | 1       | 1              | 2        | 4
        TOTAL   | 1       | 1              | 2        | 4
    """)


def test_services_that_overlap_have_no_week_between_them_and_undated_ones_no_number() -> None:
    """Ana's last service ended after the first began. Eva has no service with a date before."""
    services = """
        case | service | start      | end
        1    | SHELTER | 2026-01-05 | 2026-04-06
        2    | SHELTER | 2026-03-09 |
        4    | SHELTER | 2026-03-09 |
    """

    counts = counts_of(count_link_part(frame(services), "gaps", year=YEAR))

    assert counts["AL", "GAP_0_1"] == counts["AL", "REVIEW_UNDATED"] == 1


def hand_overs(referrals: str, cases: str = CASES) -> dict[Key, int]:
    given = frame_of(cases, referral="case | on | from | to | outcome\n" + referrals.strip())
    counts = counts_of(count_link_part(given, "hand_overs", year=YEAR))
    return {key: count for key, count in counts.items() if "TOTAL" not in key}


def test_hand_overs_by_outcome_and_by_who_is_found_there() -> None:
    """All cases were registered in January. Iva's was refused, and ida's goes to a country that does not report."""
    assert hand_overs("""
        1 | 2026-01-12 | AL | BA | ACCEPTED
        3 | 2026-01-12 | AL | BA | ACCEPTED
        5 | 2026-01-12 | AL | BA | ACCEPTED
        5 | 2026-01-12 | AL | DE | PENDING
        6 | 2026-01-12 | AL | BA | REFUSED_NO_PLACE
    """) == {
        ("AL", "BA", "FOUND"): 1,
        ("AL", "BA", "REVIEW_FOUND"): 1,
        ("AL", "BA", "ACCEPTED_UNLINKED"): 1,
        ("AL", "OTHER", "OPEN"): 1,
        ("AL", "BA", "NOT_ACCEPTED"): 1,
    }


def test_a_case_from_before_the_month_of_the_referral_is_no_evidence() -> None:
    """Ana was in Bosnia in January; that she was referred there in February is not shown by it."""
    assert hand_overs("1 | 2026-02-02 | AL | BA | ACCEPTED") == {("AL", "BA", "ACCEPTED_UNLINKED"): 1}


@pytest.mark.parametrize(
    ("there", "is_found"),
    [
        ("2026-05-04 | week   ", True),
        ("2026-04-27 | week   ", False),
        ("2026-04-01 | quarter", True),
        ("2026-01-01 | quarter", False),
        ("2026-01-01 | year   ", True),
        ("2025-01-01 | year   ", False),
    ],
)
def test_a_case_known_by_quarter_or_year_may_be_of_the_month_of_the_referral(
    there: str, is_found: bool
) -> None:
    """She was referred in May, which is in the second quarter."""
    cases = f"""
        case | person | country | identified | registered | registered by
        1    | ana    | AL      | 2026-01-05 | 2026-01-05 | week
        2    | ana    | BA      | 2026-01-05 | {there}
        3    | zoe    | BA      | 2026-01-05 | 2026-01-05 | week
    """

    code = "FOUND" if is_found else "ACCEPTED_UNLINKED"
    assert hand_overs("1 | 2026-05-04 | AL | BA | ACCEPTED", cases) == {("AL", "BA", code): 1}


def test_what_the_receiving_country_tells_of_a_hand_over_is_not_counted_again() -> None:
    """The sending country told it."""
    assert hand_overs("1 | 2026-01-12 | AL | BA | ACCEPTED\n2 | 2026-01-12 | AL | BA | ACCEPTED") == {
        ("AL", "BA", "FOUND"): 1
    }


def test_every_code_that_can_be_counted_is_printed() -> None:
    """Weeks and bands of weeks as they stand in the code lists, told by the sender or shown by links."""
    assert {*WEEKS, "NONE", *TOLD.values()} <= set(codes_of("CONTINUITY"))
    assert {gap_code(*gap) for gap in GAPS} <= set(codes_of("GAP"))
    assert set(TOLD) | {"BEFORE", "UNK"} == set(codes_of("CL_DAYS"))
