"""How often a person was counted: by country, by organization, by case, and in which pairs of countries (A10).

The unit is what all tables count: a person of automatic links in a country that reports it. Links under review only
join such persons further, so that what they change is a count of its own. Everything here is an Ibis expression: no
case is ever taken into Python.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.keys import PERSON_ID, WITH_REVIEW
from reports.victims import PERSON
from reports.years import COUNTED_STATUSES

REPEATS = {"countries": "reporting_country", "organizations": "organization", "cases": "case_id"}
"""What is counted of a person, and the column that has it."""
BETWEEN = "-"
"""Stands between the two countries of a pair."""
OTHER_PAIRS = "OTHER"
"""Pairs with a country that is too small for rows of its own."""
AUTOMATIC = "AUTOMATIC"
REVIEW = "REVIEW"


def cases_with_links(case: ir.Table, cases: ir.Table) -> ir.Table:
    """The cases of victims of any year, with the persons of both bands and with what links are judged by."""
    further = case.select(
        "case_id",
        WITH_REVIEW,
        "organization",
        "previously_trafficked",
        "date_registered",
        "date_registered_precision",
    )
    known = cases.filter(_.status.isin(COUNTED_STATUSES)).select(
        "case_id", *PERSON, "year", "order", "date_identified", "date_identified_precision"
    )
    return known.inner_join(further, "case_id")


def persons_by_place(linked: ir.Table, year: int) -> ir.Table:
    """One row a person and country of the year: `place` says which of the rows of a person is this one."""
    return _place(linked.filter(_.year == year))


def numbers_of_persons(linked: ir.Table, year: int) -> ir.Table:
    """For each band the persons of the region, each once, by the numbers of their countries, organizations and cases
    of the year: one row a combination that occurs, and `persons`."""
    of_year = linked.filter(_.year == year)
    bands = {AUTOMATIC: PERSON_ID, REVIEW: WITH_REVIEW}
    return ibis.union(*(_numbers(of_year, band, person) for band, person in bands.items()))


def repeated_cases(linked: ir.Table, year: int) -> ir.Table:
    """The cases of the year beyond the first of their person in their country: cases less persons."""
    first = _.order == _.order.min().over(ibis.window(group_by=PERSON))
    return linked.filter(_.year == year).mutate(is_first=first).filter(~_.is_first)


def persons_by_pair(linked: ir.Table, year: int, *, large: Collection[str]) -> ir.Table:
    """One row a person and pair of countries that identified her in the year, with the band that shows it.

    Countries that are not `large` stand in one row of pairs together.
    """
    of_year = linked.filter(_.year == year).select(*PERSON, WITH_REVIEW).distinct()
    pairs = {person: _pairs_of(of_year, person, large) for person in (PERSON_ID, WITH_REVIEW)}
    automatic = pairs[PERSON_ID].select("pair", evidence=ibis.literal(AUTOMATIC))
    known = pairs[PERSON_ID].select(WITH_REVIEW, "first", "second").distinct()
    added = pairs[WITH_REVIEW].anti_join(known, [WITH_REVIEW, "first", "second"])
    return automatic.union(added.select("pair", evidence=ibis.literal(REVIEW)))


def _place(of_year: ir.Table) -> ir.Table:
    """One row a person and country: whether it is the person's first row in the region, and if not, which links say
    so.

    FIRST is the first of all also with review. OTHER_COUNTRY: an earlier row is linked automatically; the same with
    review: OTHER_COUNTRY_REVIEW. What links under review join within one country is SAME_COUNTRY_REVIEW, or
    SAME_COUNTRY_OTHER where the person has an earlier row in another country by automatic links.
    """
    rows = of_year.group_by(*PERSON).agg(order=_.order.min(), **{WITH_REVIEW: _[WITH_REVIEW].min()})
    firsts = {
        "in_region": [PERSON_ID],
        "in_region_review": [WITH_REVIEW],
        "in_country_review": [WITH_REVIEW, "reporting_country"],
    }
    rows = rows.mutate(
        **{
            name: _.order == _.order.min().over(ibis.window(group_by=columns))
            for name, columns in firsts.items()
        }
    )
    return rows.mutate(
        place=ibis.cases(
            (~_.in_country_review & _.in_region, "SAME_COUNTRY_REVIEW"),
            (~_.in_country_review, "SAME_COUNTRY_OTHER"),
            (~_.in_region, "OTHER_COUNTRY"),
            (~_.in_region_review, "OTHER_COUNTRY_REVIEW"),
            else_="FIRST",
        )
    ).select(*PERSON, WITH_REVIEW, "place")


def _numbers(of_year: ir.Table, band: str, person: str) -> ir.Table:
    numbers = of_year.group_by(person).agg(**{name: _[column].nunique() for name, column in REPEATS.items()})
    counted = numbers.group_by(*REPEATS).agg(persons=_.count())
    return counted.select(*REPEATS, "persons", band=ibis.literal(band))


def _pairs_of(of_year: ir.Table, person: str, large: Collection[str]) -> ir.Table:
    """One row a person of this band and pair of her countries, in the order of their codes."""
    keys = list(dict.fromkeys([person, WITH_REVIEW]))
    countries = of_year.select(*keys, "reporting_country").distinct()
    pairs = countries.join(countries.view(), keys).filter(_.reporting_country < _.reporting_country_right)
    first, second = _.reporting_country, _.reporting_country_right
    is_large = first.isin(list(large)) & second.isin(list(large))
    return pairs.select(
        *keys,
        first=first,
        second=second,
        pair=ibis.ifelse(is_large, first + BETWEEN + second, OTHER_PAIRS),
    )
