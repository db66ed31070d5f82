"""The demo's organizations and people are enough to see every rule."""

from __future__ import annotations

from collections import Counter

from anonymizer import CODE_LISTS
from app.demo.organizations import ORGANIZATIONS, PEOPLE, READERS, SENDERS
from app.demo.years import VARIATION
from app.domain.actors import Role

LARGEST_LOSS = 0.15
"""More than the part of cases without consent (5 %), rejected (3 %) or only potential (6 %)."""


def _persons_by_country(scale: float) -> dict[str, float]:
    by_country: Counter[str] = Counter()
    for organization in SENDERS:
        for registration in organization.registrations:
            by_country[registration.country] += registration.cases_a_year
    return {country: count * scale for country, count in by_country.items()}


def test_there_are_enough_organizations_in_enough_countries() -> None:
    """At least eight senders in five countries, with codes of their own and kinds of the code list."""
    codes = [organization.code for organization in ORGANIZATIONS]

    assert len(SENDERS) >= 8
    assert len({country for organization in SENDERS for country in organization.countries}) >= 5
    assert len(set(codes)) == len(codes)
    assert {organization.kind for organization in ORGANIZATIONS} <= set(CODE_LISTS["CL_ORGTYPE"].codes)


def test_an_international_organization_works_in_two_countries() -> None:
    """One sender is registered twice, so that a case has to say its country."""
    assert [each.kind for each in SENDERS if len(each.countries) == 2] == ["IO"]


def test_every_rule_of_small_numbers_has_its_countries() -> None:
    """Under 5, under 50, 50 to 199 and 200 or more persons a year, in a year with few or many cases."""
    fewest = _persons_by_country(1 - VARIATION - LARGEST_LOSS)
    most = _persons_by_country(1 + VARIATION)

    assert [country for country, count in most.items() if count < 5] == ["ME"]
    assert sum(fewest[country] >= 5 and most[country] < 50 for country in most) >= 2
    assert sum(fewest[country] >= 50 and most[country] < 200 for country in most) == 2
    assert sum(fewest[country] >= 200 for country in most) == 2


def test_every_role_has_a_person_and_every_sender_its_own() -> None:
    """Nobody acts in two roles, and everybody belongs to an organization of the demo."""
    senders = [person.organization for person in PEOPLE if person.role is Role.SENDER]

    assert set(Role) == {person.role for person in PEOPLE}
    assert sorted(senders) == sorted(organization.code for organization in SENDERS)
    assert {person.organization for person in PEOPLE} == {each.code for each in ORGANIZATIONS}
    assert len({person.name for person in PEOPLE}) == len(PEOPLE)
    assert all(reader.countries != ("",) for reader in READERS)
