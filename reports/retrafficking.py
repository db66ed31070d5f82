"""Who was trafficked again: known at intake, or within months of leaving assistance (I6, Q44).

Who left is a person of automatic links in a country, counted from the first time she left in the year. A follow-up or
an automatic link that shows it holds; a link under review is asked only where no follow-up answers. A new case where
she was returned or referred to is the same help going on, unless it says that she was trafficked before. Who was lost
to follow-up is counted, so that a range can be printed. Everything here is an Ibis expression: no case is ever taken
into Python.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.assistance import ACCEPTED
from reports.classifications import UNKNOWN
from reports.keys import WITH_REVIEW
from reports.victims import PERSON, first_known

SOON, A_YEAR, TWO_YEARS = 6, 12, 24
"""Months after leaving. Six, twelve and twenty-four are the columns of I6 in the project's list of tables, after
Tirana 2002 and the second annual report; Q44 asks for twelve."""
COHORTS = {A_YEAR: 1, TWO_YEARS: 2}
"""Who left so many years before the year that is counted has had the months by its end."""

MONTHS_AFTER_FIRST_OF_QUARTER = 2
"""A quarter is written as its first month, and has two more."""

LEAVER = (*PERSON, WITH_REVIEW, "left")


def trafficked_before(linked: ir.Table, year: int) -> ir.Table:
    """The identified of the year with `at_intake`, whether they were trafficked before."""
    persons = (
        linked.filter(_.year == year)
        .group_by(*PERSON)
        .agg(previously_trafficked=first_known("previously_trafficked"))
    )
    return persons.select(*PERSON, at_intake=_.previously_trafficked)


def leavers(linked: ir.Table, assistance: ir.Table, returns: ir.Table, year: int) -> ir.Table:
    """One row a person and country who left assistance in the year, with the month of it, `left`.

    A case leaves with the end of its last accepted service, once all have ended, or with its last return, whichever is
    later; the person with the first of its cases that does in the year.
    """
    given = assistance.filter(_.accepted == ACCEPTED).group_by("case_id")
    given = given.agg(ended=_.end_date.max(), is_open=_.end_date.isnull().any())
    back = returns.group_by("case_id").agg(returned=_.return_date.max())
    ended = ibis.ifelse(_.is_open, None, _.ended)
    day = ibis.cases(
        (ended.isnull(), _.returned), (_.returned.isnull(), ended), else_=ibis.greatest(ended, _.returned)
    )
    return (
        linked.select("case_id", *PERSON, WITH_REVIEW)
        .inner_join(given, "case_id")
        .left_join(back, "case_id")
        .mutate(day=day)
        .filter(_.day.year() == year)
        .group_by(*PERSON, WITH_REVIEW)
        .agg(left=_month(_.day).min())
    )


def moves(linked: ir.Table, returns: ir.Table, referral: ir.Table) -> ir.Table:
    """One row a return or referral of any year: whose, `to_country`, and the `month` of it, null without a date."""
    back = returns.select("case_id", "to_country", day=_.return_date)
    on = referral.select("case_id", "to_country", day=_.date_referred)
    cases = linked.select("case_id", WITH_REVIEW, person_moved=_.person_id)
    moved = ibis.union(back, on).inner_join(cases, "case_id").mutate(month=_month(_.day))
    return moved.select(WITH_REVIEW, "person_moved", "to_country", "month")


def leavers_by_outcome(
    left: ir.Table, linked: ir.Table, moved: ir.Table, reintegration: ir.Table
) -> ir.Table:
    """Who left, with what is known of the time after: `within_year` for 12 months, `within_two_years` for 24.

    `moved` is what `moves` gives.
    """
    followed = _followed_up(left, linked, reintegration)
    found = _found_again(left, linked, moved)
    known = left.left_join(followed, list(LEAVER)).select(*LEAVER, "told", "well")
    known = known.left_join(found, list(LEAVER)).select(*LEAVER, "told", "well", "automatic", "review")
    months = ibis.coalesce(ibis.least(_.told, _.automatic), _.told, _.automatic)
    known = known.mutate(months=months, well=_.well.fill_null(0))
    return known.select(
        *PERSON,
        within_year=_outcome((SOON, A_YEAR)),
        within_two_years=_outcome((A_YEAR, TWO_YEARS)),
    )


def _outcome(steps: tuple[int, int]) -> ir.Value:
    """AGAIN_n: trafficked again within n months; WELL_n: a follow-up after n months or more says that she was not;
    LOST: nobody knows."""
    again = [(_.months <= step, f"AGAIN_{step}") for step in steps]
    last = steps[-1]
    well = [(_.well >= step, f"WELL_{step}") for step in reversed(steps)]
    # A link under review says nothing of months of which a follow-up said that all was well.
    review = [((_.review <= step) & (_.review > _.well), f"REVIEW_AGAIN_{step}") for step in steps]
    return ibis.cases(*again, (_.well >= last, f"WELL_{last}"), *review, *well, else_="LOST")


def _followed_up(left: ir.Table, linked: ir.Table, reintegration: ir.Table) -> ir.Table:
    """For each leaver the months after which a follow-up tells of it, and the latest after which it says no."""
    due = ibis.ifelse(_.followup_months == UNKNOWN, None, _.followup_months).cast("int64")
    rows = (
        reintegration.filter(_.followup_done == "DONE")
        .inner_join(linked.select("case_id", *PERSON), "case_id")
        .mutate(due=due)
        .inner_join(left, list(PERSON))
        .mutate(after=ibis.ifelse(_.retrafficked_date.isnull(), _.due, _month(_.retrafficked_date) - _.left))
    )
    return rows.group_by(*LEAVER).agg(
        told=_.after.min(where=(_.retrafficked == "Y") & (_.after >= 0)),
        well=_.due.max(where=_.retrafficked == "N"),
    )


def _found_again(left: ir.Table, linked: ir.Table, moved: ir.Table) -> ir.Table:
    """For each leaver the months after which she was identified anew, by automatic links and by review alone.

    A case with a day of identification in a later month, unless it says that she was never trafficked before: a
    hand-over has the day of the first identification, and no later one. What is the same help going on is left out.
    """
    anew = linked.filter(
        _.date_identified.notnull()
        & (_.date_identified_precision != "year")
        & (_.previously_trafficked != "N")
    ).select(
        WITH_REVIEW,
        "previously_trafficked",
        person_then=_.person_id,
        case_then=_.case_id,
        country_then=_.reporting_country,
        identified=_month(_.date_identified),
        is_quarter=_.date_identified_precision == "quarter",
    )
    later = left.join(anew, WITH_REVIEW).filter(_.identified > _.left)
    joined = later.anti_join(_going_on(later, moved), [*LEAVER, "case_then"])
    is_same = _.person_then == _.person_id
    after = _.identified - _.left
    return joined.group_by(*LEAVER).agg(automatic=after.min(where=is_same), review=after.min(where=~is_same))


def _going_on(later: ir.Table, moved: ir.Table) -> ir.Table:
    """Of the later cases of leavers those that are taken as the same help going on, a choice of our own.

    She was returned or referred to the country of the case, by then or without a date, and the case does not say that
    she was trafficked before: a receiving organization often identifies anew whom it takes over. What brought her to
    the country that she left explains a new case there only from the month on in which she left. A move that a link
    under review alone shows explains no case of an automatic link, so that review changes figures one way.
    """
    by_then = _.identified + ibis.ifelse(_.is_quarter, MONTHS_AFTER_FIRST_OF_QUARTER, 0)
    unsaid = later.filter(_.previously_trafficked != "Y")
    there = [unsaid[WITH_REVIEW] == moved[WITH_REVIEW], unsaid.country_then == moved.to_country]
    return (
        unsaid.join(moved, there)
        .filter((_.person_moved == _.person_id) | (_.person_then != _.person_id))
        .filter(_.month.isnull() | (_.month <= by_then))
        .filter((_.country_then != _.reporting_country) | (_.month >= _.left))
        .select(*LEAVER, "case_then")
        .distinct()
    )


def _month(day: ir.Value) -> ir.Value:
    return day.year() * 12 + day.month()
