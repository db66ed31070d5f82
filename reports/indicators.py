"""The quality of assistance: what each indicator asks of a person, as flags that are then counted.

Which flag stands above and which below the line is in `definitions/indicators.toml`; here is what the flags mean.
Source: the project's list of indicators, Q01, Q02, Q04, Q05 and Q06. No case is ever taken into Python.
"""

from __future__ import annotations

import ibis.expr.types as ir
from ibis import _

from reports.assistance import ACCEPTED
from reports.victims import PERSON
from reports.years import last_day_of_coverage

NEXT_DAY = ("BEFORE", "D0", "D1")
"""Bands of at most one day after identification. A service before it counts as none (Tirana 2002)."""
WITHIN_A_WEEK = (*NEXT_DAY, "D2-3", "D4-7")
UNMET = ("UNAVAILABLE", "NOT_ELIGIBLE")
"""An offer that was not met: the victim did not decline, there was no such service for it."""
DECLINED = "DECLINED"
IDENTIFIED = "identified"
"""The denominator that is not a flag: every identified victim of the year, sent services or not."""


def measure_persons(of_services: ir.Table, year: int) -> ir.Table:
    """One row a person and country identified in the year of whom a service was sent, one flag a column.

    Who has no service at all is in no row, and in no numerator.
    """
    accepted = _.accepted == ACCEPTED
    offered = _.offered == "Y"
    in_time = _.start_date.isnull() | (_.start_date <= last_day_of_coverage(year))
    return (
        of_services.filter(_.year == year)
        .group_by(PERSON)
        .agg(
            was_accepted_in_time=(accepted & in_time).any(),
            was_offered=offered.any(),
            did_not_decline=(offered & (_.accepted != DECLINED)).any(),
            was_due=(_.is_dated & (accepted | (offered & _.accepted.isin(UNMET)))).any(),
            was_served_next_day=(_.is_dated & accepted & _.start_after.isin(NEXT_DAY)).any(),
            was_served_within_a_week=(_.is_dated & accepted & _.start_after.isin(WITHIN_A_WEEK)).any(),
        )
        .mutate(declined_all=_.was_offered & ~_.did_not_decline)
    )
