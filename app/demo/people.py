"""The invented persons behind the cases: what stays the same in whichever country a person is helped.

A person here is drawn by lot and belongs to nobody. How an office writes a person down is `cases.py`'s.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.demo.identity_numbers import identity_number
from app.demo.names import OWN, names_of, places_of
from app.demo.shapes import RANGES, Draw, codes

ADULT_FROM = 18
"""Years; CL_AGE_STATUS follows the Convention on the Rights of the Child, art. 1."""

FORMS_OF_THEIR_OWN_FROM = 12
"""Years; younger children of both sexes share one shape of forms, mostly begging. Invented."""

DAYS_OF_A_YEAR = 365.2425
UNKNOWN_COUNTRY = "ZZ"
STATELESS = "XXA"
WOMEN = frozenset({"woman", "girl"})


class Person(NamedTuple):
    """One invented person. `names` are places in its language's lists: given, family, father's, town."""

    group: str
    sex: str
    born: date
    home: str
    """The country of (first) citizenship, or empty where nobody knows or there is none."""
    citizenship: str
    language: str
    names: tuple[int, int, int, int]
    identity_number: str
    forms: str
    exploited_in: str
    recruited_in: str
    previously_trafficked: str

    @property
    def is_female(self) -> bool:
        """Which names and identity number the person has; the recorded sex may differ or be unknown."""
        return self.group in WOMEN

    def age_on(self, day: date) -> int:
        """Full years on a day."""
        before_birthday = (day.month, day.day) < (self.born.month, self.born.day)
        return day.year - self.born.year - before_birthday


def invent_person(country: str, registered: int, draw: Draw) -> Person:
    """A person whom an organization of a country registers on a day (ordinal). The age is that of the day."""
    group = codes("group", country).pick(draw)
    nationality = codes("nationality", country).pick(draw)
    home, citizenship = _citizenship(country, nationality, draw)
    language = codes("language", home).pick(draw)
    age = RANGES["age"][group].pick(draw)
    born = _born(age, registered, draw)
    exploited_in = _exploited_in(country, home, draw)
    return Person(
        group=group,
        sex=codes("recorded_sex", group).pick(draw),
        born=born,
        home=home,
        citizenship=citizenship,
        language=language,
        names=_names(language, home, draw),
        identity_number=identity_number(home, born, of_woman=group in WOMEN, draw=draw),
        forms=codes("forms", group if age >= FORMS_OF_THEIR_OWN_FROM else "under_12").pick(draw),
        exploited_in=exploited_in,
        recruited_in=_resolve(codes("recruited_in").pick(draw), country, home),
        previously_trafficked=codes("previously_trafficked").pick(draw),
    )


def _citizenship(country: str, nationality: str, draw: Draw) -> tuple[str, str]:
    """The home country, and the citizenships as a cell holds them."""
    match nationality:
        case "HOME":
            return country, country
        case "STATELESS":
            return "", STATELESS
        case "UNK":
            return "", UNKNOWN_COUNTRY
        case "TWO":
            return country, f"{country};{codes('citizenship', country).pick(draw)}"
        case _:
            foreign = codes("citizenship", country).pick(draw)
            return foreign, foreign


def _born(age: int, registered: int, draw: Draw) -> date:
    """A birth date with which the person has this age on the day, whatever the leap years between."""
    days_into_the_year = 2 + int(draw() * 361)
    return date.fromordinal(registered - int(age * DAYS_OF_A_YEAR) - days_into_the_year)


def _exploited_in(country: str, home: str, draw: Draw) -> str:
    whose = "nationals" if home == country else "foreigners"
    return _resolve(codes(f"exploited_in_of_{whose}", country).pick(draw), country, home)


def _resolve(place: str, country: str, home: str) -> str:
    match place:
        case "HERE":
            return country
        case "HOME":
            return home or UNKNOWN_COUNTRY
        case _:
            return place


def _names(language: str, home: str, draw: Draw) -> tuple[int, int, int, int]:
    """Places in the lists; the shorter of the two lists of a kind, so that they fit whichever sex."""
    own = names_of(language, OWN)
    given = min(len(own.women), len(own.men))
    families = len(own.families_of_women)
    places = len(places_of(home, OWN))
    return int(draw() * given), int(draw() * families), int(draw() * len(own.men)), int(draw() * places)
