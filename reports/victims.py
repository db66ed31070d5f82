"""Who is counted, and with which attributes: cases become persons.

A person is a cluster of cases and counts once in each country that reports it. Within a table's scope the earliest
case gives the attributes and later ones fill what it does not know; nobody is dropped because something is unknown.
Everything here is an Ibis expression: no case is ever taken into Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.classifications import UNKNOWN, UNKNOWN_COUNTRY
from reports.forms import form, form_group
from reports.years import COUNTED_STATUSES, POTENTIAL, REJECTED, reference_date

PERSON = ("person_id", "reporting_country")
"""What is counted once: a person in a country that reports it."""

ATTRIBUTES = (
    "nationality_status",
    "citizenship",
    "foreign_citizenship",
    "sex",
    "age_at_registration",
    "age_status",
)
"""What a person brings to the tables beside the forms; each is known from its earliest case that knows it."""
CASE_COLUMNS = (
    "case_id",
    *PERSON,
    "date_registered",
    "nationality_status",
    "citizenship",
    "sex",
    "age_at_registration",
    "age_status",
    "has_others",
    "place",
)

PARTLY_KNOWN: Mapping[str, tuple[str, ...]] = {"age_at_registration": ("CHILD_UNK", "ADULT_UNK")}
"""Codes that say something, and give way to a later case that says more."""
SECONDS_A_DAY = 86_400
NEVER = 3_000_000
"""Days after 1970 that no date of a case reaches: where a case has no date it comes after all others."""
PLACES = 1 << 32
"""More than there are cases: the day decides, and the place only between cases of one day."""


def join_cases(case: ir.Table, identification: ir.Table) -> ir.Table:
    """One row a case with what decides who, where and when: person, country, status, year, order.

    The keys are numbers (keys.py). `order` is the order of cases within a person: the earliest date, then the key.
    """
    identification = identification.select(
        "case_id", "status", "date_identified", "date_identified_precision"
    )
    reference = reference_date(_.date_registered, _.date_identified)
    day = (_.reference.epoch_seconds() // SECONDS_A_DAY).cast("int64").fill_null(NEVER)
    return (
        case.select(*CASE_COLUMNS)
        .left_join(identification, "case_id")
        .mutate(status=_.status.fill_null(UNKNOWN), reference=reference)
        .mutate(year=_.reference.year(), order=day * PLACES + _.place)
        .drop("case_id_right", "reference", "date_registered", "place")
    )


def recorded_persons(cases: ir.Table, year: int) -> ir.Table:
    """Everybody who was recorded in the year, by status: the population of A3 alone.

    Who has a case that counts stands under its status, so that A3 and A1 have the same number of them.
    """
    of_year = cases.filter(_.year == year)
    linked = (
        of_year.filter(_.has_others)
        .group_by(PERSON)
        .agg(
            known=_.status.argmin(_.order, where=_.status.isin(["IDENTIFIED", "PRESUMED"])),
            has_unknown=(_.status == UNKNOWN).any(),
            has_potential=(_.status == POTENTIAL).any(),
        )
        .mutate(
            status=ibis.cases(
                (_.known.notnull(), _.known),
                (_.has_unknown, UNKNOWN),
                (_.has_potential, POTENTIAL),
                else_=REJECTED,
            )
        )
    )
    return _with_single_cases(of_year, linked, (*PERSON, "status"))


def identified_persons(cases: ir.Table, forms: ir.Table, year: int) -> ir.Table:
    """The identified victims of the year: one row a person and country, one column an attribute.

    `forms` is what `forms_of_cases` gives.
    """
    counted = cases.filter((_.year == year) & _.status.isin(COUNTED_STATUSES))
    with_forms = counted.left_join(forms, "case_id").drop("case_id_right")
    persons = _as_persons(_with_citizenship(with_forms))
    return persons.mutate(form=form(_.forms), form_group=form_group(_.forms)).drop("forms")


def foreign_persons(identified: ir.Table) -> ir.Table:
    """The identified victims who are foreign or stateless: the population of B5."""
    return identified.filter(_.nationality_status.isin(["FOREIGN", "STATELESS"]))


def first_known(name: str) -> ir.Scalar:
    """The attribute of the earliest case that knows it, of a partly known one otherwise, else unknown."""
    column, partly = _[name], list(PARTLY_KNOWN.get(name, ()))
    known = column.argmin(_.order, where=column.notin([UNKNOWN, UNKNOWN_COUNTRY, *partly]))
    if not partly:
        return ibis.coalesce(known, column.min())
    return ibis.coalesce(known, column.argmin(_.order, where=column.isin(partly)), column.min())


def _with_citizenship(cases: ir.Table) -> ir.Table:
    """`citizenship` becomes the first in code order; `foreign_citizenship` the first of another country."""
    return (
        cases.mutate(known=_.citizenship.filter(lambda code: code != UNKNOWN_COUNTRY))
        .mutate(foreign=lambda case: case.known.filter(lambda code: code != case.reporting_country))
        .mutate(
            citizenship=_.known.mins().fill_null(UNKNOWN_COUNTRY),
            foreign_citizenship=_.foreign.mins().fill_null(UNKNOWN_COUNTRY),
        )
        .drop("known", "foreign")
    )


def _as_persons(cases: ir.Table) -> ir.Table:
    """One row a person and country, each attribute from its earliest case that knows it."""
    columns = (*PERSON, *ATTRIBUTES, "forms", "country_of_exploitation")
    cases = cases.mutate(
        forms=_.forms.fill_null(0),
        country_of_exploitation=_.country_of_exploitation.fill_null(UNKNOWN_COUNTRY),
    )
    country = _.country_of_exploitation
    linked = (
        cases.filter(_.has_others)
        .group_by(PERSON)
        .agg(
            **{name: first_known(name) for name in ATTRIBUTES},
            forms=_.forms.argmin(_.order, where=_.forms > 0).fill_null(0),
            country_of_exploitation=country.argmin(_.order, where=country != UNKNOWN_COUNTRY).fill_null(
                UNKNOWN_COUNTRY
            ),
        )
    )
    return _with_single_cases(cases, linked, columns)


def _with_single_cases(cases: ir.Table, linked: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The persons with several cases, and beside them whose only case brings its values as they are: to group
    those too would give the same rows in several times the time."""
    return cases.filter(~_.has_others).select(columns).union(linked.select(columns))
