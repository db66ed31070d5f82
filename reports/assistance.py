"""Who was assisted and with what: services become persons who received them.

A service is one episode of help to one case. What the victim declined and what nobody could give is as much part of
the picture as what was given. Everything here is an Ibis expression: no case is ever taken into Python.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.classifications import UNKNOWN, codes_of
from reports.victims import PERSON
from reports.years import COUNTED_STATUSES, first_year, last_year, runs_in

ACCEPTED = "ACCEPTED"
OUTCOMES = codes_of("OUTCOME")
"""What became of a service, the first that holds for a person first: who accepted once has received it."""
NEWLY_ASSISTED = "NEWLY_ASSISTED"
ASSISTED_BEFORE = "ASSISTED_BEFORE"
"""Assisted in the year, and in an earlier one too."""


def services(cases: ir.Table, assistance: ir.Table) -> ir.Table:
    """One row a service of every case that counts, with its person, its first and its last year.

    `is_dated`: the day of identification is known, so that a delay can be.
    """
    is_dated = _.date_identified.notnull() & (_.date_identified_precision != "year")
    cases = cases.filter(_.status.isin(COUNTED_STATUSES)).select(
        "case_id", *PERSON, "nationality_status", "order", "year", is_dated=is_dated
    )
    return (
        assistance.select(
            "case_id", "service", "offered", "accepted", "start_date", "start_after", "end_date"
        )
        .inner_join(cases, "case_id")
        .mutate(
            first_year=first_year(_.start_date, _.year),
            last_year=last_year(_.start_date, _.end_date, _.year),
        )
        .drop("case_id", "end_date")
    )


def assisted_years(of_services: ir.Table, year: int) -> ir.Table:
    """One row a person and country with an accepted service: assisted in the year, the first such year, and
    whether the one is the other.

    `nationality_status` is that of the cases in which the person was assisted in the year.
    """
    runs = runs_in(year)
    return (
        of_services.filter(_.accepted == ACCEPTED)
        .mutate(is_assisted=runs)
        .group_by(PERSON)
        .agg(
            is_assisted=_.is_assisted.any(),
            first_year=_.first_year.min(),
            nationality_status=_.nationality_status.argmin(
                _.order, where=_.is_assisted & (_.nationality_status != UNKNOWN)
            ).fill_null(UNKNOWN),
        )
        .mutate(first_assisted=first_assisted(year))
    )


def assisted_in_region(assisted: ir.Table, year: int, *, without: Collection[str]) -> ir.Table:
    """One row a person assisted in the year in any country but those: newly is who never was before in any."""
    return (
        assisted.group_by("person_id")
        .agg(
            is_assisted=(_.is_assisted & _.reporting_country.notin(list(without))).any(),
            first_year=_.first_year.min(),
        )
        .filter(_.is_assisted)
        .mutate(first_assisted=first_assisted(year))
    )


def first_assisted(year: int) -> ir.StringColumn:
    """Whether the first year of assistance, `first_year`, is this one."""
    return (_.first_year == year).ifelse(NEWLY_ASSISTED, ASSISTED_BEFORE)


def persons_by_service(of_services: ir.Table, year: int) -> ir.Table:
    """One row a person, country and service of the year, with what became of it: the unit `person x service`."""
    rank = ibis.cases(*((_.accepted == code, place) for place, code in enumerate(OUTCOMES)))
    return (
        of_services.filter(runs_in(year) & ~_is_nothing_offered())
        .mutate(rank=rank)
        .group_by(*PERSON, "service")
        .agg(rank=_.rank.min())
        .mutate(outcome=ibis.cases(*((_.rank == place, code) for place, code in enumerate(OUTCOMES))))
    )


def sent_services(of_services: ir.Table, year: int) -> ir.Table:
    """What senders said of services in the year, even that nothing was offered. Without a row nobody said
    anything, and a table of services is not available."""
    return of_services.filter((_.year == year) | runs_in(year))


def _is_nothing_offered() -> ir.BooleanColumn:
    """`NONE` alone in the case sheet: stored as an unknown service that was not offered."""
    return (_.service == UNKNOWN) & (_.offered == "N") & (_.accepted != ACCEPTED)
