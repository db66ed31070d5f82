"""When two cases are taken for one person: bands of agreement, and what speaks against it. Rules are data.

Nobody's name, number or date comes here: a rule sees which classes of match keys agree, and generalized fields.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations, product


class Band(StrEnum):
    """What becomes of two cases that agree on something. Membership has the first two."""

    AUTOMATIC = "automatic"
    REVIEW = "review"
    IGNORED = "ignored"


class Verdict(StrEnum):
    """What a curator says of two cases."""

    SAME = "same"
    DIFFERENT = "different"


class Reason(StrEnum):
    """Why a curator says so: a code, because somebody would write a name into free text."""

    KEYS_SUFFICE = "KEYS_SUFFICE"
    ORGANIZATIONS_CONFIRMED = "ORGANIZATIONS_CONFIRMED"
    FIELDS_CONTRADICT = "FIELDS_CONTRADICT"
    TWINS_OR_RELATIVES = "TWINS_OR_RELATIVES"
    ORGANIZATIONS_DENIED = "ORGANIZATIONS_DENIED"
    EARLIER_DECISION_WRONG = "EARLIER_DECISION_WRONG"


class Against(StrEnum):
    """What speaks against two cases being of one person, or against linking them without asking."""

    BIRTH_YEARS = "birth_years"
    SEX = "sex"
    STAYS = "overlapping_stays"
    CHAIN = "chain"
    """This link alone holds a group of more than three cases together; or the group has two of which a curator said
    that they are different persons; or one case holds together two that agree on nothing."""


REASONS: Mapping[Verdict, frozenset[Reason]] = {
    Verdict.SAME: frozenset(
        {Reason.KEYS_SUFFICE, Reason.ORGANIZATIONS_CONFIRMED, Reason.EARLIER_DECISION_WRONG}
    ),
    Verdict.DIFFERENT: frozenset(
        {
            Reason.FIELDS_CONTRADICT,
            Reason.TWINS_OR_RELATIVES,
            Reason.ORGANIZATIONS_DENIED,
            Reason.EARLIER_DECISION_WRONG,
        }
    ),
}

AUTOMATIC_WEIGHT = 3.9
"""Log-odds of 0.98. The two classes carry the precision: none of the links that 4.6, the log-odds of 0.99, held back
was wrong, because a sum of weights understates two classes that agree together (measured: benchmarks/linkage)."""
REVIEW_WEIGHT = 0.0
"""As likely as not: what is below is not shown to anybody."""
BIRTH_YEARS_APART = 2
"""Ages are told with an error of a year or two; more speaks against."""
OVERLAP_DAYS = 14
"""Stays are kept as weeks, and later as quarters: only what overlaps by two weeks in any case counts as overlapping."""
OLDEST = 110
"""Years: the end of a band that has none."""


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One class of match keys as the rules see it. `attributes`: what it knows; two classes that know the same are one
    piece of evidence."""

    id: str
    strength: str
    shared_by_twins: bool
    attributes: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The classes by id, and the log-odds of two cases that agree on something before anything is known."""

    classes: Mapping[str, ClassRule]
    bias: float
    version: str


def weight_of(agreeing: Collection[str], rules: Rules) -> float:
    """Log-odds that two cases are of one person, from the classes that agree."""
    return round(rules.bias + sum(rules.classes[name].weight for name in agreeing), 6)


def band_of(agreeing: Collection[str], rules: Rules) -> Band:
    """The band of two cases that agree on these classes, before anything that speaks against it.

    Automatic: a class that twins do not share, and a second one that knows something else. Classes for review alone
    never link, not together either; the national number by itself is for review, because numbers are mistyped and lent.
    """
    strong = [rules.classes[name] for name in agreeing if rules.classes[name].strength != "review"]
    weight = weight_of(agreeing, rules)
    if weight >= AUTOMATIC_WEIGHT and any(_suffice(*pair) for pair in combinations(strong, 2)):
        return Band.AUTOMATIC
    return Band.REVIEW if strong and weight >= REVIEW_WEIGHT else Band.IGNORED


def _suffice(one: ClassRule, other: ClassRule) -> bool:
    """One of the two is a class that twins do not share, and they do not know the same of a person.

    Each may know something that the other has, too, as long as either knows something more: S.DOB and F.DM are
    enough, because F.DM knows the spelling with its vowels, which twins do not share, and S.DOB the year of birth.
    """
    has_one_that_twins_do_not_share = not (one.shared_by_twins and other.shared_by_twins)
    return has_one_that_twins_do_not_share and one.attributes != other.attributes


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a shelter: country, and the first and the last day as they are kept."""

    country: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Generalized:
    """What the cleared case says of the person, as far as it can speak against a link. None where nobody knows.

    `ages` are the lowest and the highest age of the band at registration.
    """

    sex: str | None
    registered_in: int | None
    ages: tuple[int, int] | None
    stays: tuple[Stay, ...] = ()


def speaks_against(one: Generalized, other: Generalized) -> list[Against]:
    """What of the generalized fields of two cases cannot be true of one person."""
    found = []
    if _born_apart(one, other):
        found.append(Against.BIRTH_YEARS)
    if one.sex and other.sex and one.sex != other.sex:
        found.append(Against.SEX)
    if any(_overlap(*stays) for stays in product(one.stays, other.stays)):
        found.append(Against.STAYS)
    return found


def _born_apart(one: Generalized, other: Generalized) -> bool:
    first, second = _birth_years(one), _birth_years(other)
    if first is None or second is None:
        return False
    return max(first[0], second[0]) - min(first[1], second[1]) > BIRTH_YEARS_APART


def _birth_years(of: Generalized) -> tuple[int, int] | None:
    if of.ages is None or of.registered_in is None:
        return None
    youngest, oldest = of.ages
    return of.registered_in - oldest - 1, of.registered_in - youngest


def _overlap(one: Stay, other: Stay) -> bool:
    together = min(one.last, other.last) - max(one.first, other.first)
    return one.country != other.country and together.days >= OVERLAP_DAYS
