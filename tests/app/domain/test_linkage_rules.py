"""When two cases are one person: bands by the classes that agree, and what speaks against."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.linkage_rules import (
    REASONS,
    Against,
    Band,
    Generalized,
    Reason,
    Stay,
    Verdict,
    band_of,
    speaks_against,
)
from app.services.linkage.weighing import load_rules

FULL = {"S.DOB", "S.DOBswap", "S.Y.POB", "S.Y.FATHER", "S.FATHER.POB", "L.DOB.POB", "L.DOB.FATHER"}
"""Everything that twins with one skeleton share."""


@pytest.mark.parametrize(
    ("agreeing", "band"),
    [
        (FULL | {"F.DM", "G.DOB.POB", "G.DOB.FATHER"}, Band.AUTOMATIC),
        ({"S.DOB", "S.DOBswap", "F.DM", "S.Y.POB", "G.DOB.POB"}, Band.AUTOMATIC),
        ({"N.ID", "S.DOB"}, Band.AUTOMATIC),
        (FULL, Band.REVIEW),
        ({"N.ID"}, Band.REVIEW),
        ({"S.DOB", "S.DOBswap"}, Band.REVIEW),
        ({"G.DOB.POB"}, Band.REVIEW),
        ({"F.DM"}, Band.REVIEW),
        ({"L.DOB.POB"}, Band.IGNORED),
        ({"L.DOB.POB", "L.DOB.FATHER"}, Band.IGNORED),
        ({"S.FATHER.POB"}, Band.REVIEW),
        (set(), Band.IGNORED),
    ],
    ids=[
        "everything",
        "name, date and place",
        "number and name with date",
        "twins of one skeleton",
        "number alone",
        "one strong class and its like",
        "one class that twins do not share",
        "name with day and month",
        "family, date and place",
        "family classes together",
        "name, father and place",
        "nothing",
    ],
)
def test_the_band_of_what_agrees(agreeing: set[str], band: Band) -> None:
    """Automatic needs a class that twins do not share, and a second that knows something else."""
    assert band_of(agreeing, load_rules()) is band


def test_nothing_that_twins_share_ever_links_by_itself() -> None:
    """Whatever the weights say: all classes of twins together are for review."""
    rules = load_rules()
    shared = {name for name, rule in rules.classes.items() if rule.shared_by_twins}

    assert band_of(shared, rules) is Band.REVIEW


def a_person(**changes: object) -> Generalized:
    parts: dict[str, object] = {"sex": "F", "registered_in": 2025, "ages": (24, 26), "stays": ()}
    return Generalized(**{**parts, **changes})  # type: ignore[arg-type]


IN_SERBIA = Stay("RS", date(2025, 3, 3), date(2025, 5, 5))


@pytest.mark.parametrize(
    ("other", "against"),
    [
        (a_person(), []),
        (a_person(registered_in=2028, ages=(27, 29)), []),
        (a_person(ages=(27, 29)), []),
        (a_person(ages=(30, 38)), [Against.BIRTH_YEARS]),
        (a_person(ages=None), []),
        (a_person(sex="M"), [Against.SEX]),
        (a_person(sex=None), []),
        (a_person(stays=(Stay("MD", date(2025, 3, 10), date(2025, 4, 7)),)), [Against.STAYS]),
        (a_person(stays=(Stay("RS", date(2025, 3, 10), date(2025, 4, 7)),)), []),
        (a_person(stays=(Stay("MD", date(2025, 5, 1), date(2025, 6, 2)),)), []),
    ],
    ids=[
        "the same",
        "three years older three years later",
        "two years apart",
        "four years apart",
        "age unknown",
        "another sex",
        "sex unknown",
        "in two shelters at once",
        "in one country",
        "one after the other",
    ],
)
def test_what_speaks_against_a_link(other: Generalized, against: list[Against]) -> None:
    """Only what cannot be true of one person, with the coarseness of what is kept."""
    one = a_person(stays=(IN_SERBIA,))

    assert speaks_against(one, other) == against
    assert speaks_against(other, one) == against


def test_every_reason_belongs_to_a_verdict() -> None:
    """A reason that cannot be given would be a mistake of ours."""
    assert set().union(*REASONS.values()) == set(Reason)
    assert REASONS.keys() == set(Verdict)
