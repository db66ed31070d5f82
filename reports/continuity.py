"""Whether help went on across a border: hand-overs, services after a return, and the weeks between (J1, J2, Q38, Q39).

A return counts once a person, sending country, receiving country and week, as the sending country tells it. What the
sender says or an automatic link shows holds; a link under review is asked only where neither says anything. So what
review changes is a count of its own. Everything here is an Ibis expression: no case is ever taken into Python.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.assistance import ACCEPTED
from reports.classifications import UNKNOWN_COUNTRY
from reports.gaps import GAPS, REVIEWED, gap_code
from reports.keys import WITH_REVIEW
from reports.victims import PERSON, SECONDS_A_DAY

WEEKS = {"WEEK_1": 1, "WEEKS_2": 2, "WEEKS_4": 4}
"""Within so many weeks of the week of the return: the same or the next, two, four. Zagreb 2001 asks for "efficiency
and continuity" and names no number; the numbers are those of the project's list of tables, J2."""
CONTINUED_WITHIN = 2
"""Weeks within which help must go on for Q38 (list of indicators)."""
TOLD = {
    **dict.fromkeys(("D0", "D1", "D2-3", "D4-7"), "WEEK_1"),
    "D8-14": "WEEKS_2",
    "D15-30": "WEEKS_4",
    **dict.fromkeys(("D31-60", "D61-90", "D91-180", "D181-365", "D366+"), "NONE"),
}
"""What the sender tells in bands of days after the return. 15 to 30 days are taken as within four weeks."""
FIRST_MONDAY = 3
"""1 January 1970 was a Thursday: so many days before it a week began."""
OTHER = "OTHER"
"""Receiving countries that have no rows of their own: small ones, and those that do not report."""
UNLINKED = "UNLINKED"

A_RETURN = (*PERSON, WITH_REVIEW, "to_country", "return_week")
A_REFERRAL = (*PERSON, WITH_REVIEW, "to_country", "date_referred")
"""What tells one from another: two organizations of a country may tell the same."""


def week_of(day: ir.DateColumn) -> ir.IntegerColumn:
    """The number of the week, from Monday on: dates are Mondays, or the first of a quarter within its week."""
    return (day.epoch_seconds() // SECONDS_A_DAY + FIRST_MONDAY).cast("int64") // 7


def accepted_services(linked: ir.Table, assistance: ir.Table) -> ir.Table:
    """One row an accepted service with a known start: its person, the country it was given in, first and last week."""
    given = assistance.filter((_.accepted == ACCEPTED) & _.start_date.notnull())
    cases = linked.select("case_id", *PERSON, WITH_REVIEW)
    in_country = ibis.ifelse(_.country == UNKNOWN_COUNTRY, _.reporting_country, _.country)
    return (
        given.select("case_id", "start_date", "end_date", "country")
        .inner_join(cases, "case_id")
        .select(
            *PERSON,
            WITH_REVIEW,
            in_country=in_country,
            start=week_of(_.start_date),
            end=week_of(ibis.coalesce(_.end_date, _.start_date)),
        )
    )


def returns_of_year(
    returns: ir.Table, consent: ir.Table, linked: ir.Table, year: int, *, receiving: Collection[str]
) -> ir.Table:
    """One row a return of the year to one of these countries, with what the sender tells and whether there was
    consent to referral abroad."""
    cases = linked.select("case_id", *PERSON, WITH_REVIEW, case_year="year")
    agreed = consent.select("case_id", "to_referral_abroad")
    told = ibis.cases(*((_.first_service_after_return == band, code) for band, code in TOLD.items()))
    return (
        returns.inner_join(cases, "case_id")
        .left_join(agreed, "case_id")
        .filter((_.from_country == _.reporting_country) & _.to_country.isin(list(receiving)))
        .filter(_.to_country != _.from_country)
        .filter(ibis.coalesce(_.return_date.year(), _.case_year) == year)
        .mutate(return_week=week_of(_.return_date), told=told)
        .group_by(*A_RETURN)
        .agg(
            returned=_.return_date.min(),
            told=_told_first(),
            # Of a case without consents `any` says nothing at all, which is no consent.
            has_consent=(_.to_referral_abroad == "YES").any().fill_null(False),
        )
    )


def returns_by_continuity(returned: ir.Table, services: ir.Table, linked: ir.Table) -> ir.Table:
    """The returns with `continuity`: within how many weeks a service began, by whom it is known; `has_consent`."""
    first = _first_services(returned, services)
    seen = _seen_in(returned, linked)
    known = returned.left_join(first, _same_return(returned, first), rname="{name}_f")
    known = known.left_join(seen, _same_return(known, seen), rname="{name}_s").mutate(
        by_links=ibis.ifelse(
            _.automatic.notnull(), _within(_.automatic), ibis.ifelse(_.is_seen, "NONE", None)
        ),
        by_review=ibis.ifelse(
            _.review.notnull(), _within(_.review), ibis.ifelse(_.is_seen_with_review, "NONE", None)
        ),
    )
    known = known.mutate(by_links=ibis.ifelse(_.return_week.isnull(), None, _.by_links))
    known = known.mutate(by_review=ibis.ifelse(_.return_week.isnull(), None, _.by_review))
    best = _earlier(_.told, _.by_links)
    return known.mutate(
        continuity=ibis.cases(
            (~_.has_consent, "NO_CONSENT"),
            (best.notnull(), best),
            (_.by_review.notnull(), REVIEWED + _.by_review),
            else_=UNLINKED,
        )
    ).select(*PERSON, "to_country", "continuity")


def by_large(pairs: ir.Table, large: Collection[str]) -> ir.Table:
    """The same with all receiving countries but large ones as one."""
    to_country = ibis.ifelse(_.to_country.isin(list(large)), _.to_country, OTHER)
    return pairs.mutate(to_country=to_country)


def returns_by_gap(returned: ir.Table, services: ir.Table) -> ir.Table:
    """The returns with `gap`: the weeks from the last service in the sending country to the first in the other."""
    last = (
        returned.join(services, [*PERSON, WITH_REVIEW])
        .filter((_.in_country == _.reporting_country) & (_.start <= _.return_week))
        .group_by(*A_RETURN)
        .agg(last=_.end.max())
    )
    first = _first_services(returned, services)
    known = returned.left_join(first, _same_return(returned, first), rname="{name}_f")
    known = known.left_join(last, _same_return(known, last), rname="{name}_l")
    automatic = _gap_band(_.automatic + _.return_week - _["last"])
    review = _gap_band(_.review + _.return_week - _["last"])
    return known.mutate(
        gap=ibis.cases(
            (_.automatic.notnull(), automatic),
            (_.review.notnull(), REVIEWED + review),
            else_=UNLINKED,
        )
    ).select(*PERSON, "gap")


def hand_overs(referral: ir.Table, linked: ir.Table, year: int) -> ir.Table:
    """One row a referral of the year across a border: what became of it, and which links show the person there.

    A person is there with a case of the receiving country that was registered in the month of the referral or later.
    """
    sent = _sent(referral, linked, year)
    found = _found_there(sent, linked)
    outcome = ibis.cases(
        (_.is_accepted & _.is_found.fill_null(False), "FOUND"),
        (_.is_accepted & _.is_found.notnull(), "REVIEW_FOUND"),
        (_.is_accepted, "ACCEPTED_UNLINKED"),
        (_.is_refused, "NOT_ACCEPTED"),
        else_="OPEN",
    )
    same = [sent[name].identical_to(found[name]) for name in A_REFERRAL]
    return sent.left_join(found, same).mutate(hand_over=outcome).select(*PERSON, "to_country", "hand_over")


def _sent(referral: ir.Table, linked: ir.Table, year: int) -> ir.Table:
    """One row a referral of the year, as the sending country tells it."""
    cases = linked.select("case_id", *PERSON, WITH_REVIEW, case_year="year")
    return (
        referral.inner_join(cases, "case_id")
        .filter((_.from_country == _.reporting_country) & (_.to_country != _.from_country))
        .filter(_.to_country != UNKNOWN_COUNTRY)
        .filter(ibis.coalesce(_.date_referred.year(), _.case_year) == year)
        .group_by(*A_REFERRAL)
        .agg(is_accepted=(_.outcome == ACCEPTED).any(), is_refused=_.outcome.notin(["PENDING", "UNK"]).any())
    )


def _found_there(sent: ir.Table, linked: ir.Table) -> ir.Table:
    """The referrals whose person has a later case in the receiving country: by automatic links, or by review alone."""
    there = _cases_there(linked)
    same = [sent[WITH_REVIEW] == there[WITH_REVIEW], sent.to_country == there.country_there]
    later = _not_before(there.date_registered, there.date_registered_precision, sent.date_referred)
    is_same = _.person_there == _.person_id
    return sent.join(there, [*same, later]).group_by(*A_REFERRAL).agg(is_found=is_same.any())


def _first_services(returned: ir.Table, services: ir.Table) -> ir.Table:
    """For each return the weeks until the first service in the receiving country, by automatic links and by those
    under review alone."""
    there = services.select(WITH_REVIEW, "in_country", "start", person_there=_.person_id)
    joined = returned.join(
        there, [returned[WITH_REVIEW] == there[WITH_REVIEW], returned.to_country == there.in_country]
    )
    weeks = _.start - _.return_week
    is_same = _.person_there == _.person_id
    return (
        joined.filter(_.start >= _.return_week)
        .group_by(*A_RETURN)
        .agg(automatic=weeks.min(where=is_same), review=weeks.min(where=~is_same))
    )


def _seen_in(returned: ir.Table, linked: ir.Table) -> ir.Table:
    """For each return whether the person has a case in the receiving country that was registered or identified in
    the month of the return or later: one from before shows nothing of the time after."""
    there = _cases_there(linked)
    same = [returned[WITH_REVIEW] == there[WITH_REVIEW], returned.to_country == there.country_there]
    later = _not_before(there.date_registered, there.date_registered_precision, returned.returned) | (
        _not_before(there.date_identified, there.date_identified_precision, returned.returned)
    )
    joined = returned.join(there, [*same, later.fill_null(False)])
    return joined.group_by(*A_RETURN).agg(
        is_seen=(_.person_there == _.person_id).any(), is_seen_with_review=_.count() > 0
    )


def _cases_there(linked: ir.Table) -> ir.Table:
    """The cases that may be those of the receiving country, with the days they are judged by."""
    days = ("date_registered", "date_registered_precision", "date_identified", "date_identified_precision")
    return linked.select(WITH_REVIEW, *days, person_there=_.person_id, country_there=_.reporting_country)


def _not_before(day: ir.DateColumn, precision: ir.Value, since: ir.DateColumn) -> ir.Value:
    """That a day is of the month of another or later; of one known by quarter or year alone, that it may be."""
    return ibis.cases(
        (precision == "year", day.year() >= since.year()),
        (precision == "quarter", day.year() * 4 + day.quarter() >= since.year() * 4 + since.quarter()),
        else_=_month(day) >= _month(since),
    )


def _same_return(one: ir.Table, other: ir.Table) -> list[ir.BooleanValue]:
    """That two rows are of one return; one without a week is of no other's."""
    return [one[name].identical_to(other[name]) for name in A_RETURN]


def _within(weeks: ir.Value) -> ir.Value:
    return ibis.cases(*((weeks <= most, code) for code, most in WEEKS.items()), else_="NONE")


def _told_first() -> ir.Value:
    """The earliest that the sender tells of one return."""
    return ibis.coalesce(*(_.told.min(where=_.told == code) for code in (*WEEKS, "NONE")))


def _earlier(one: ir.Value, other: ir.Value) -> ir.Value:
    """Of two answers the earlier, or the one that there is."""
    return ibis.cases(*(((one == code) | (other == code), code) for code in (*WEEKS, "NONE")))


def _gap_band(weeks: ir.Value) -> ir.Value:
    """The band of so many weeks; services that overlap have none between them."""
    bands = [(weeks <= last, gap_code(first, last)) for first, last in GAPS if last is not None]
    first = GAPS[-1][0]
    return ibis.cases(*bands, (weeks >= first, gap_code(first, None)), else_="UNDATED")


def _month(day: ir.Value) -> ir.Value:
    return day.year() * 12 + day.month()
