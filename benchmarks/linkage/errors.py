"""What goes wrong when a person is written down twice: three levels, each error drawn on each side on its own.

Level 0 has transliteration alone. Level 1 is what registers of the region look like to people who keep them, level 2 a
dirty one. The rates are assumptions of this project, not measurements: no real register was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.linkage.people import Person, other_family, other_form
from benchmarks.linkage.spelling import drawn_habit, spelled

Sheet = dict[str, str]
"""The columns of a case sheet that link it, and sex and year of birth, which may contradict."""
IDENTIFIERS = ("given_name", "family_name", "father_name", "birth_place", "birth_date", "identity_number")


@dataclass(frozen=True, slots=True)
class Level:
    """Shares of sheets, each side on its own; `typo` of names."""

    typo: float = 0.0
    other_family: float = 0.0
    other_sex_form: float = 0.0
    other_given_form: float = 0.0
    swapped_names: float = 0.0
    date_missing: float = 0.0
    date_placeholder: float = 0.0
    date_day_month_swapped: float = 0.0
    date_digit: float = 0.0
    date_year_beside: float = 0.0
    no_father: float = 0.0
    no_place: float = 0.0
    other_place: float = 0.0
    no_number: float = 0.7
    number_digit: float = 0.0
    wrong_sex: float = 0.0


LEVELS = (
    Level(),
    Level(
        typo=0.06,
        other_family=0.04,
        other_sex_form=0.02,
        other_given_form=0.03,
        swapped_names=0.03,
        date_missing=0.04,
        date_placeholder=0.04,
        date_day_month_swapped=0.03,
        date_digit=0.02,
        date_year_beside=0.02,
        no_father=0.35,
        no_place=0.15,
        other_place=0.03,
        no_number=0.75,
        number_digit=0.02,
        wrong_sex=0.003,
    ),
    Level(
        typo=0.15,
        other_family=0.10,
        other_sex_form=0.04,
        other_given_form=0.06,
        swapped_names=0.06,
        date_missing=0.08,
        date_placeholder=0.08,
        date_day_month_swapped=0.06,
        date_digit=0.06,
        date_year_beside=0.06,
        no_father=0.5,
        no_place=0.3,
        other_place=0.06,
        no_number=0.85,
        number_digit=0.05,
        wrong_sex=0.01,
    ),
)
CAPITALS = 0.15
_PLACEHOLDERS = ((1, 1), (1, 1), (1, 1), (1, 7), (15, 6), (31, 12))
"""Day and month where only the year is known, as often as registers choose them."""


def written_down(person: Person, level: Level, random: Random) -> Sheet:
    """The sheet of a person in one organization, in that office's spelling and with its errors."""
    habit = drawn_habit(person.language, random)
    given, family = _names(person, level, random)
    father = "" if random.random() < level.no_father else person.father_name
    place = "" if random.random() < level.no_place else _place(person, level, random)
    spell = [spelled(name, person.language, habit, random) for name in (given, family, father, place)]
    typed = [_mistyped(name, level, random) for name in spell]
    if random.random() < CAPITALS:
        typed = [name.upper() for name in typed]
    if random.random() < level.swapped_names:
        typed[0], typed[1] = typed[1], typed[0]
    born = _written_date(person.birth_date, level, random)
    sheet = dict(zip(IDENTIFIERS, (*typed, born, _number(person, level, random)), strict=True))
    wrong_sex = random.random() < level.wrong_sex
    return sheet | {"sex": "F" if person.woman != wrong_sex else "M", "birth_year": born[:4]}


def _names(person: Person, level: Level, random: Random) -> tuple[str, str]:
    """Given and family name in the person's own letters, in another form or after a marriage."""
    given = other_form(person) if random.random() < level.other_given_form else person.given_name
    if random.random() < level.other_family:
        other = other_family(person, random)
        return given, f"{person.family_name} {other}" if random.random() < 0.3 else other
    if random.random() < level.other_sex_form:
        return given, person.family_name_of_other_sex
    return given, person.family_name


def _place(person: Person, level: Level, random: Random) -> str:
    """The place, or another one: the district, or where she lived."""
    if random.random() < level.other_place:
        return other_family(person, random) + "o"
    return person.birth_place


def _mistyped(name: str, level: Level, random: Random) -> str:
    """One letter left out, doubled, changed for another of the name, or two of them turned round."""
    if len(name) < 3 or random.random() >= level.typo:
        return name
    at = random.randrange(1, len(name) - 1)
    before, letter, after = name[:at], name[at], name[at + 1 :]
    match random.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + letter + letter + after
        case 2:
            return before + random.choice(name.lower()) + after
        case _:
            return before + after[0] + letter + after[1:]


def _written_date(born: date, level: Level, random: Random) -> str:
    """The date of birth as ISO text, empty where nobody knows it."""
    drawn = random.random()
    for share, wrong in (
        (level.date_missing, _missing),
        (level.date_placeholder, _placeholder),
        (level.date_day_month_swapped, _day_and_month_swapped),
        (level.date_digit, _digit_wrong),
        (level.date_year_beside, _year_beside),
    ):
        if drawn < share:
            return wrong(born, random)
        drawn -= share
    return born.isoformat()


def _missing(_born: date, _random: Random) -> str:
    return ""


def _placeholder(born: date, random: Random) -> str:
    day, month = random.choice(_PLACEHOLDERS)
    return date(born.year, month, day).isoformat()


def _day_and_month_swapped(born: date, _random: Random) -> str:
    return born.replace(day=born.month, month=born.day).isoformat() if born.day <= 12 else born.isoformat()


def _digit_wrong(born: date, random: Random) -> str:
    return (born + timedelta(days=random.choice((-10, -3, -1, 1, 2, 10)))).isoformat()


def _year_beside(born: date, random: Random) -> str:
    year = born.year + random.choice((-2, -1, -1, 1, 1, 10))
    return born.replace(year=year, day=min(born.day, 28)).isoformat()


def _number(person: Person, level: Level, random: Random) -> str:
    """The identity number where the organization saw a document, sometimes with a wrong digit."""
    number = person.identity_number
    if not number or random.random() < level.no_number:
        return ""
    if random.random() < level.number_digit:
        at = random.randrange(len(number))
        return number[:at] + str(random.randrange(10)) + number[at + 1 :]
    return number
