"""A year of the whole demo: a sheet for every organization, and some persons who are helped in two countries.

Such a person returns home, or moves on, and turns up some weeks or months later at an organization of
another country, which writes the same name, birth date and number down in its own way. Who they are is
known here alone (`invent_linked_year`), so that linkage can be measured; no sheet says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain, repeat
from typing import NamedTuple

from app.demo.cases import Record, Row, invent_records, iso, source_of_chance, write_down
from app.demo.organizations import DemoOrganization, Registration
from app.demo.shapes import Draw

IN_TWO_COUNTRIES = 0.04
"""The share of all cases that are the second case of a person. Invented: the real overlap is not known."""

VARIATION = 0.06
"""How far a year's number of cases may lie from the usual one; little enough to keep its band."""

LAG_IN_DAYS = (14, 140)
"""From the first identification to the second: some weeks to some months. Invented."""

DAYS_ON_THE_WAY = 7
"""How long before the second identification the return is dated."""

LARGEST_PART = 0.34
"""At most a third of a country's cases come from elsewhere, so that a small country keeps its own."""


class CaseName(NamedTuple):
    """One case: the organization's code and the case number in its sheet."""

    organization: str
    case_number: str


class _Place(NamedTuple):
    organization: str
    position: int


def cases_in_year(registration: Registration, *, year: int, seed: int) -> int:
    """How many cases an organization has in a country in a year: its usual number, give or take a little."""
    draw = source_of_chance("volume", registration, year, seed)
    return round(registration.cases_a_year * (1 + VARIATION * (2 * draw() - 1)))


def invent_year(organizations: Iterable[DemoOrganization], *, year: int, seed: int) -> dict[str, list[Row]]:
    """The sheets of a year by organization code, for a demo's size: all of it is held in memory."""
    return invent_linked_year(organizations, year=year, seed=seed)[0]


def invent_linked_year(
    organizations: Iterable[DemoOrganization], *, year: int, seed: int
) -> tuple[dict[str, list[Row]], list[tuple[CaseName, CaseName]]]:
    """The sheets of a year, and the pairs of cases (earlier, later) that are one person's."""
    records = {
        each.code: _own_cases(each, year=year, seed=seed) for each in organizations if each.registrations
    }
    draw = source_of_chance("moves", year, seed)
    places = _shuffled([_Place(code, at) for code, held in records.items() for at in range(len(held))], draw)
    free = _places_for_arrivals(records, places)
    wanted = round(IN_TWO_COUNTRIES * len(places))
    pairs: list[tuple[CaseName, CaseName]] = []
    for first in _homecomers_first(records, places, free):
        if len(pairs) == wanted:
            break
        second = _move(records, first, free, year=year, draw=draw)
        if second:
            pairs.append((_name(records, first), _name(records, second)))
    return {code: [record.row for record in held] for code, held in records.items()}, pairs


def _own_cases(organization: DemoOrganization, *, year: int, seed: int) -> list[Record]:
    registrations = chain.from_iterable(
        repeat(each, cases_in_year(each, year=year, seed=seed)) for each in organization.registrations
    )
    return list(invent_records(organization, registrations, year=year, seed=seed))


def _shuffled(places: list[_Place], draw: Draw) -> list[_Place]:
    return [place for _, place in sorted((draw(), place) for place in places)]


def _places_for_arrivals(
    records: Mapping[str, list[Record]], places: Iterable[_Place]
) -> dict[str, list[_Place]]:
    """For each country the places in its sheets that may be given to persons from elsewhere."""
    by_country: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        by_country[_at(records, place).case.registration.country].append(place)
    return {country: held[: int(LARGEST_PART * len(held))] for country, held in by_country.items()}


def _homecomers_first(
    records: Mapping[str, list[Record]], places: Iterable[_Place], free: Mapping[str, list[_Place]]
) -> list[_Place]:
    """The cases that stay their organization's own: foreigners whose home takes part, then everybody else."""
    taken = {place for held in free.values() for place in held}
    own = [place for place in places if place not in taken]
    return sorted(own, key=lambda place: not _goes_home(_at(records, place), free))


def _goes_home(record: Record, free: Mapping[str, list[_Place]]) -> bool:
    return record.person.home != record.case.registration.country and record.person.home in free


def _move(
    records: Mapping[str, list[Record]],
    first: _Place,
    free: dict[str, list[_Place]],
    *,
    year: int,
    draw: Draw,
) -> _Place | None:
    """Give a free place of another country to the person of a case; None where time or room forbid it."""
    record = _at(records, first)
    country = record.person.home if _goes_home(record, free) else _other_country(record, free, draw)
    identified = record.case.identified + LAG_IN_DAYS[0] + int(draw() * (LAG_IN_DAYS[1] - LAG_IN_DAYS[0]))
    returned = identified - DAYS_ON_THE_WAY
    if not free.get(country) or identified > date(year, 12, 31).toordinal() or returned < record.left:
        return None
    second = free[country].pop()
    arrival = _at(records, second).case._replace(identified=identified, registered=identified)
    records[second.organization][second.position] = write_down(record.person, arrival, draw)
    went_home = country == record.person.home
    record.row.update(
        returned_on=iso(returned) if went_home else "",
        returned_to=country if went_home else "",
        return_type="VOLUNTARY_ASSISTED" if went_home else "",
    )
    return second


def _other_country(record: Record, free: Mapping[str, list[_Place]], draw: Draw) -> str:
    others = sorted(
        country for country, held in free.items() if held and country != record.case.registration.country
    )
    return others[int(draw() * len(others))] if others else ""


def _at(records: Mapping[str, list[Record]], place: _Place) -> Record:
    return records[place.organization][place.position]


def _name(records: Mapping[str, list[Record]], place: _Place) -> CaseName:
    return CaseName(place.organization, _at(records, place).row["case_number"])
