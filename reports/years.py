"""Which case counts in which year: the rule of the year of identification and of the years of assistance.

Architecture, "Year". These are expressions over columns; they never look at a single case.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

COUNTED_STATUSES = ("IDENTIFIED", "PRESUMED", "UNK")
"""Who counts as an identified victim in every table. An unknown status counts; A3 shows it apart."""
POTENTIAL = "POTENTIAL"
"""Counts in A3 alone."""
REJECTED = "REJECTED"
"""Found not to be a victim: stands in A3 alone, so that the work of identification can be seen."""

LAST_DAY_OF_COVERAGE = (3, 31)
"""Q04 counts a service that starts until 31 March of the next year: who is identified in December is not late."""


def reference_date(registered: ir.DateColumn, identified: ir.DateColumn) -> ir.DateColumn:
    """The date that decides the year of a case: when it was identified, else when it was registered."""
    return ibis.coalesce(identified, registered)


def first_year(start: ir.DateColumn, reference_year: ir.IntegerColumn) -> ir.IntegerColumn:
    """The first year in which a service runs: of its start, else the year of identification."""
    return ibis.coalesce(start.year(), reference_year)


def last_year(start: ir.DateColumn, end: ir.DateColumn, reference_year: ir.IntegerColumn) -> ir.IntegerColumn:
    """The last year in which a service runs: of its end; without an end or a start its first year alone."""
    return ibis.ifelse(
        start.isnull(), reference_year, ibis.greatest(ibis.coalesce(end.year(), start.year()), start.year())
    )


def runs_in(year: int) -> ir.BooleanColumn:
    """Whether a service, a row with `first_year` and `last_year`, runs in the year."""
    return (_.first_year <= year) & (_.last_year >= year)


def last_day_of_coverage(year: int) -> date:
    """Until when a service must have started to count for a person identified in the year."""
    return date(year + 1, *LAST_DAY_OF_COVERAGE)
