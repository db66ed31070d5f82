"""Invented persons with the six identifiers that link a case, and families whose members are easily taken for another.

Given names and family names are drawn as unevenly as real ones are (Zipf), and half of the family names and villages
are rare ones, put together of a language's sounds. Everything is drawn by lot: no person is meant.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from app.demo.identity_numbers import identity_number
from app.demo.names import OWN, names_of, places_of

LANGUAGES = {"sr": 18, "bs": 8, "hr": 8, "mk": 10, "bg": 14, "sq": 13, "ro": 14, "uk": 8, "tr": 4, "el": 3}
"""Languages of names, and how often each is drawn: Serbian, Bosnian and Croatian count as one of the eight."""
WOMEN = 0.8
RARE_FAMILY = 0.5
VILLAGE = 0.4
FIRST_BIRTH, LAST_BIRTH = date(1975, 1, 1), date(2012, 12, 31)

_FILE = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the letters of her own language. `household` is shared by her family in the register, if any."""

    language: str
    woman: bool
    given_name: str
    family_name: str
    family_name_of_other_sex: str
    father_name: str
    birth_place: str
    birth_date: date
    identity_number: str
    household: int | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    forms: dict[str, str]


def invent(random: Random, language: str | None = None) -> Person:
    """A person, woman or man, of a language drawn by lot unless it is given."""
    language = language or random.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    names, woman = _names(language), random.random() < WOMEN
    family, other = _family(language, woman, random)
    country, place = _place(language, random)
    born = FIRST_BIRTH + timedelta(days=random.randrange((LAST_BIRTH - FIRST_BIRTH).days))
    number = identity_number(country, born, of_woman=woman, draw=random.random)
    given = _uneven(names.women if woman else names.men, random)
    father = _uneven(names.men, random)
    return Person(language, woman, given, family, other, father, place, born, number)


def other_form(person: Person) -> str:
    """Another form of her given name that people of her language use, or the name itself where none is known."""
    return _names(person.language).forms.get(person.given_name, person.given_name)


def other_family(person: Person, random: Random) -> str:
    """Another family name of her language, as after a marriage."""
    return _family(person.language, person.woman, random)[0]


def family_of(random: Random, household: int) -> list[Person]:
    """Two who came together: twins, sisters, or mother and daughter; half of the twins have names that sound alike."""
    first = replace(invent(random), household=household)
    kind = random.choice(("twins", "like_sounding_twins", "sisters", "mother_and_daughter"))
    return [first, _RELATIVES[kind](first, random)]


def twin_that_sounds_alike(person: Person, random: Random) -> Person:
    """Mara and Mira: a name with the same consonants, invented where the language's list has none."""
    vowels = [at for at, letter in enumerate(person.given_name) if at and letter.lower() in _VOWELS]
    if not vowels:
        return twin(person, random)
    at = random.choice(vowels)
    others = [letter for letter in _vowels_beside(person.given_name[at]) if letter != person.given_name[at]]
    given = person.given_name[:at] + random.choice(others) + person.given_name[at + 1 :]
    return replace(person, given_name=given, identity_number=_other_number(person, person.birth_date, random))


def twin(person: Person, random: Random) -> Person:
    """The same day, place, father and family name; another given name."""
    number = _other_number(person, person.birth_date, random)
    return replace(person, given_name=_another_given(person, random), identity_number=number)


def sister(person: Person, random: Random) -> Person:
    """One to six years younger, of the same parents; one in twenty on her sister's birthday."""
    away = timedelta(days=random.randrange(300, 2200))
    born = person.birth_date + away
    if random.random() < 0.05 and (person.birth_date.month, person.birth_date.day) != (2, 29):
        born = person.birth_date.replace(year=born.year)
    number = _other_number(person, born, random)
    return replace(person, given_name=_another_given(person, random), birth_date=born, identity_number=number)


def daughter(person: Person, random: Random) -> Person:
    """Of the same place and family name, 16 to 24 years younger, with a father of her own; one in ten has her name."""
    days = min(random.randrange(16 * 365, 24 * 365), (date(2020, 1, 1) - person.birth_date).days)
    born = person.birth_date + timedelta(days=days)
    given = person.given_name if random.random() < 0.1 else _another_given(person, random)
    return replace(
        person,
        given_name=given,
        father_name=_uneven(_names(person.language).men, random),
        birth_date=born,
        identity_number=_other_number(person, born, random),
    )


_RELATIVES = {
    "twins": twin,
    "like_sounding_twins": twin_that_sounds_alike,
    "sisters": sister,
    "mother_and_daughter": daughter,
}
_VOWELS_OF_SCRIPTS = ("aeiou", "аеиоу", "αεοι")
_VOWELS = frozenset("".join(_VOWELS_OF_SCRIPTS))


def _vowels_beside(letter: str) -> str:
    """The vowels of the letter's alphabet."""
    return next(vowels for vowels in _VOWELS_OF_SCRIPTS if letter.lower() in vowels)


def _another_given(person: Person, random: Random) -> str:
    names = _names(person.language)
    listed = [name for name in (names.women if person.woman else names.men) if name != person.given_name]
    return random.choice(listed)


def _other_number(person: Person, born: date, random: Random) -> str:
    country = next(
        (country for country, place in _names(person.language).places if place == person.birth_place),
        _FILE[person.language]["countries"][0],
    )
    return identity_number(country, born, of_woman=person.woman, draw=random.random)


@cache
def _names(language: str) -> _Names:
    """The lists of the demo and those of `names.toml` together; families as pairs of a woman's and a man's form."""
    more, demo = _FILE[language], names_of(language, OWN)
    women = more.get("families_of_women", more.get("families", "")).split()
    men = more.get("families_of_men", more.get("families", "")).split()
    return _Names(
        women=tuple(dict.fromkeys((*demo.women, *more["women"].split()))),
        men=tuple(dict.fromkeys((*demo.men, *more["men"].split()))),
        families=tuple(zip((*demo.families_of_women, *women), (*demo.families_of_men, *men), strict=True)),
        places=tuple((country, town) for country in more["countries"] for town in places_of(country, OWN)),
        forms=dict(pair.split("=") for pair in more["forms"].split()),
    )


@cache
def _zipf(length: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (place + 3) for place in range(length)))


def _uneven(listed: tuple[str, ...], random: Random) -> str:
    return random.choices(listed, cum_weights=_zipf(len(listed)))[0]


def _family(language: str, woman: bool, random: Random) -> tuple[str, str]:
    """A family name in the person's form, and in that of the other sex."""
    pairs = _names(language).families
    if random.random() < RARE_FAMILY:
        of_woman, of_man = _rare(language, "family_endings", random)
    else:
        of_woman, of_man = random.choices(pairs, cum_weights=_zipf(len(pairs)))[0]
    return (of_woman, of_man) if woman else (of_man, of_woman)


def _place(language: str, random: Random) -> tuple[str, str]:
    """The country of an identity number, and a town or village of it."""
    if random.random() < VILLAGE:
        return random.choice(_FILE[language]["countries"]), _rare(language, "place_endings", random)[0]
    return random.choice(_names(language).places)


def _rare(language: str, endings: str, random: Random) -> tuple[str, str]:
    """A name put together of sounds, in a woman's and a man's form."""
    parts = _FILE[language]
    stem = "".join(random.choice(parts[part].split()) for part in ("opening", "vowel", "closing"))
    of_woman, _, of_man = random.choice(parts[endings].split()).partition("/")
    return (stem + of_woman).capitalize(), (stem + (of_man or of_woman)).capitalize()
