"""The forms of exploitation of a case: a set, one printed row, one group of each harmonised grouping.

Each person stands in exactly one row, so that rows sum to the total: its single form, or COMBINATION; in a grouping
the one group that holds all its forms, or "several". A set of forms is held as a number with one bit a form, so that
sets are compared without taking lists apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from reports.classifications import UNKNOWN, UNKNOWN_COUNTRY, codes_of, grouping

COMBINATION = "COMBINATION"
"""The row of who was exploited in several forms."""
SEVERAL = "SEVERAL"
"""Several groups of forms, or several countries of exploitation."""
SEVERAL_OTHER = "SEVERAL_OTHER"
"""Several groups that are one, `other`, to Eurostat and GLOTIP."""
OTHER_GROUPS = ("BEGGING", "DELINQUENCY", "ADOPTION", "OTHER")
NONE = "NONE"
"""A code, not a lack of one: there was no exploitation (yet). It gives way to any form."""

FORM_BITS: Mapping[str, int] = {
    code: 1 << place
    for place, code in enumerate(code for code in codes_of("CL_FORM") if code not in (NONE, UNKNOWN))
}
NONE_BIT = 1 << len(FORM_BITS)


def forms_of_cases(exploitation: ir.Table) -> ir.Table:
    """One row a case, over all its episodes: `forms` as bits (0 is unknown) and `country_of_exploitation`."""
    country = _.country_of_exploitation
    is_known = country != UNKNOWN_COUNTRY
    return (
        exploitation.mutate(forms=_bits(_.form))
        .group_by("case_id")
        .agg(
            forms=_.forms.bit_or(),
            least=country.min(where=is_known),
            greatest=country.max(where=is_known),
        )
        .mutate(
            country_of_exploitation=ibis.cases(
                (_.least.isnull(), UNKNOWN_COUNTRY), (_.least == _.greatest, _.least), else_=SEVERAL
            )
        )
        .drop("least", "greatest")
    )


def form(forms: ir.IntegerColumn) -> ir.StringColumn:
    """The one row of FORM in which a set of forms stands."""
    real = forms & (NONE_BIT - 1)
    single = [(real == bit, code) for code, bit in FORM_BITS.items()]
    return ibis.cases((forms == 0, UNKNOWN), (real == 0, NONE), *single, else_=COMBINATION)


def form_group(forms: ir.IntegerColumn) -> ir.StringColumn:
    """The one row of FORM_GROUP in which a set of forms stands; every harmonised grouping is sums of these."""
    real = forms & (NONE_BIT - 1)
    one_group = [
        (_is_within(real, [group]), group) for group in dict.fromkeys(grouping("FORM_GROUP").values())
    ]
    return ibis.cases(
        (forms == 0, UNKNOWN),
        (real == 0, NONE),
        *one_group,
        (_is_within(real, OTHER_GROUPS), SEVERAL_OTHER),
        else_=SEVERAL,
    )


def _bits(forms: ir.ArrayColumn) -> ir.IntegerColumn:
    bits = {**FORM_BITS, NONE: NONE_BIT}
    return reduce(
        lambda left, right: left + right, (forms.contains(code).ifelse(bit, 0) for code, bit in bits.items())
    )


def _is_within(real: ir.IntegerColumn, groups: Iterable[str]) -> ir.BooleanColumn:
    """Whether every form of the set is of one of the groups."""
    group_of = grouping("FORM_GROUP")
    outside = sum(bit for code, bit in FORM_BITS.items() if group_of[code] not in groups)
    return (real & outside) == 0
