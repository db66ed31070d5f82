"""Invented cases as a shelter's case sheet holds them: 30 columns, the five for link keys among them.

Everything is drawn by lot from the shapes of `shapes.toml`, which says for each what it leans on; the same
seed gives the same rows for ever. No row is, or is taken from, a real case, and none may ever be.

What the shapes make of a sheet:
- age, sex, form: women and girls mostly in sexual exploitation, men in labour, boys in begging and forced
  crime; about 70 % males among labour, begging and delinquency in Albania; children few in Moldova, most in
  Albania (published).
- citizenship: nationals in AL, BG, MD, RO; about half foreigners in RS, MK, BA, XK, with Ukraine first
  (published order, invented rates). Names, places and identity numbers are those of the person's country.
- identification, services, delays, returns, permits, consent: invented. The first service mostly comes on
  the same or the next day, sometimes months later, sometimes before the formal identification. Most
  consent, a few do not.
- the dates of a person follow one another; a sheet is filled on 31 March of the year after (`CLOSING`):
  what would have happened later is empty. Whoever asks for a year must come after that day, or some dates
  lie in the future.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import cycle, islice
from typing import NamedTuple

from app.demo.names import OWN, names_of, places_of
from app.demo.organizations import DemoOrganization, Registration
from app.demo.people import ADULT_FROM, STATELESS, Person, invent_person
from app.demo.shapes import EACH, OTHER, RANGES, WRITTEN, Draw, codes

Row = dict[str, str]
"""One row of a case sheet: text for each of its columns, in their order; "" is an empty cell."""

CLOSING = (3, 31)
"""Month and day of the next year on which a year's sheet is filled: the last day that Q04 looks at."""

AGE_BANDS = (
    (0, 5),
    (6, 8),
    (9, 11),
    (12, 14),
    (15, 17),
    (18, 20),
    (21, 23),
    (24, 26),
    (27, 29),
    (30, 38),
    (39, 47),
)
"""The bands of CL_AGE below its open one, 48+."""

PRESUMED_CHILD_UNDER = 21
"""Years under which a person of unknown age is taken for a child here (rule: CoE Convention art. 10(3))."""


class Case(NamedTuple):
    """Where and when one organization met one person. Days are ordinals."""

    organization: DemoOrganization
    registration: Registration
    number: int
    identified: int
    registered: int
    closing: int


class Record(NamedTuple):
    """A row with what is behind it. `left` is the first day on which the person can have gone home."""

    person: Person
    case: Case
    row: Row
    left: int


def invent_cases(organization: DemoOrganization, *, year: int, count: int, seed: int) -> Iterator[Row]:
    """Rows of an organization's sheet for cases identified in a year, in memory one at a time.

    An organization in two countries has them mixed in proportion. A longer sheet begins like a shorter one.
    """
    wheel = [each for each in organization.registrations for _ in range(each.cases_a_year)]
    records = invent_records(organization, islice(cycle(wheel), count), year=year, seed=seed)
    return (record.row for record in records)


def invent_records(
    organization: DemoOrganization, registrations: Iterable[Registration], *, year: int, seed: int
) -> Iterator[Record]:
    """One case of an own person for each of the registrations given."""
    draw = source_of_chance("cases", organization.code, year, seed)
    first_day, last_day = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    closing = date(year + 1, *CLOSING).toordinal()
    for number, registration in enumerate(registrations, start=1):
        identified = first_day + int(draw() * (last_day - first_day + 1))
        registered = identified + RANGES["registered_after"][OTHER].pick(draw)
        case = Case(organization, registration, number, identified, registered, closing)
        yield write_down(invent_person(registration.country, registered, draw), case, draw)


def source_of_chance(*names: object) -> Draw:
    """Numbers from 0 up to 1 that depend on these names alone."""
    return random.Random("|".join(map(str, names))).random  # noqa: S311  (invented cases need no secret)


def write_down(person: Person, case: Case, draw: Draw) -> Record:
    """The row in which an organization writes a person's case down."""
    assistance, left = _assistance(person, case, draw)
    row = {
        "case_number": f"{case.organization.code}/{date.fromordinal(case.identified).year}-{case.number:05}",
        "registered_on": iso(case.registered),
        "country": case.registration.country if len(case.organization.registrations) > 1 else "",
        **_profile(person, case, draw),
        "identification_status": codes("status").pick(draw),
        "identified_on": iso(case.identified),
        "identified_by": codes("identified_by").pick(draw),
        "forms": person.forms,
        "country_of_exploitation": person.exploited_in,
        "country_of_recruitment": person.recruited_in,
        "previously_trafficked": person.previously_trafficked,
        **assistance,
        **_legal_status(person, case, draw),
        **_return(person, case, left, draw),
        "consent": codes("consent").pick(draw),
        **_identity(person, case, draw),
    }
    if not row["birth_date"]:
        row["identity_number"] = ""  # most numbers hold the birth date that the office does not know
    return Record(person, case, row, left)


@cache
def iso(ordinal: int) -> str:
    """A day as a sheet writes it."""
    return date.fromordinal(ordinal).isoformat()


def _profile(person: Person, case: Case, draw: Draw) -> Row:
    age = person.age_on(date.fromordinal(case.registered))
    birth_date = person.born.isoformat() if draw() < WRITTEN["birth_date"] else ""
    age_text, child_status = _age_and_child_status(age, has_birth_date=bool(birth_date), draw=draw)
    return {
        "sex": person.sex,
        "age": age_text,
        "birth_date": birth_date,
        "child_status": child_status,
        "citizenship": person.citizenship,
    }


def _age_and_child_status(age: int, *, has_birth_date: bool, draw: Draw) -> tuple[str, str]:
    """The two cells, which never contradict each other or the birth date."""
    status = "CHILD" if age < ADULT_FROM else "ADULT"
    shown = status if codes("child_status_written").pick(draw) == "from_age" else ""
    match _age_written(has_birth_date, draw):
        case "years":
            return str(age), shown
        case "empty":
            return "", shown
        case "band":
            return _band(age), shown
        case "child_or_adult":
            return f"{status}_UNK", shown
        case _:
            return "UNK", "PRESUMED_CHILD" if age < PRESUMED_CHILD_UNDER else "UNK"


def _age_written(has_birth_date: bool, draw: Draw) -> str:
    return codes("age_written", "birth_date_known" if has_birth_date else "birth_date_missing").pick(draw)


def _band(age: int) -> str:
    return next((f"{low}-{high}" for low, high in AGE_BANDS if low <= age <= high), "48+")


def _assistance(person: Person, case: Case, draw: Draw) -> tuple[Row, int]:
    """The four cells of assistance, and the first day on which the person can have left."""
    match codes("assistance").pick(draw):
        case "accepted":
            return _accepted(person, case, draw)
        case "declined":
            return _assistance_cells("", codes("declined_all").pick(draw)), case.identified
        case "nothing_offered":
            return _assistance_cells("NONE", ""), case.identified
        case _:
            return _assistance_cells("", ""), case.identified


def _assistance_cells(accepted: str, declined: str, first_on: str = "", nights: str = "") -> Row:
    return {
        "services_accepted": accepted,
        "services_declined": declined,
        "first_service_on": first_on,
        "shelter_nights": nights,
    }


def _accepted(person: Person, case: Case, draw: Draw) -> tuple[Row, int]:
    is_child = person.age_on(date.fromordinal(case.registered)) < ADULT_FROM
    services = EACH["services_accepted"]["child" if is_child else "adult"].pick(draw) or ["COUNSEL_INFO"]
    declined = ";".join(
        service for service in codes("declined_too").pick(draw).split(";") if service not in services
    )
    first = case.identified + RANGES["first_service_after"][OTHER].pick(draw)
    nights = RANGES["shelter_nights"][OTHER].pick(draw) if "SHELTER" in services else 0
    stay_has_ended = nights > 0 and first + nights <= case.closing
    cells = _assistance_cells(
        ";".join(services),
        declined,
        iso(first) if first <= case.closing and draw() < WRITTEN["first_service_on"] else "",
        str(nights) if stay_has_ended and draw() < WRITTEN["shelter_nights"] else "",
    )
    return cells, max(case.identified, first + nights)


def _legal_status(person: Person, case: Case, draw: Draw) -> Row:
    """Reflection and residence are for foreigners and stateless persons; nationals leave the cells empty."""
    if not _is_foreign(person, case):
        return {"reflection": "", "permit": ""}
    return {"reflection": codes("reflection").pick(draw), "permit": codes("permit").pick(draw)}


def _return(person: Person, case: Case, left: int, draw: Draw) -> Row:
    whose = "foreigners" if _is_foreign(person, case) and person.home else "nationals"
    kind = codes(f"return_type_of_{whose}").pick(draw)
    returned = left + RANGES["returned_after"][OTHER].pick(draw)
    if not kind or not person.home or returned > case.closing:
        return {"returned_on": "", "returned_to": "", "return_type": ""}
    return {
        "returned_on": iso(returned) if draw() < WRITTEN["returned_on"] else "",
        "returned_to": codes("resettled_to").pick(draw) if kind == "RESETTLED_THIRD" else person.home,
        "return_type": kind,
    }


def _is_foreign(person: Person, case: Case) -> bool:
    return person.home != case.registration.country if person.home else person.citizenship == STATELESS


def _identity(person: Person, case: Case, draw: Draw) -> Row:
    """The five cells for link keys, spelled as this office spells a name of that language."""
    spelling = codes("spelling").pick(draw)
    writing = OWN if spelling == "document" else case.registration.writing
    names = names_of(person.language, writing, plain=spelling == "plain")
    places = places_of(person.home, writing, plain=spelling == "plain")
    own_names = names.women if person.is_female else names.men
    families = names.families_of_women if person.is_female else names.families_of_men
    given, family, father, place = person.names
    has_names = draw() < WRITTEN["names"]
    of_whom = "identity_number_of_foreigner" if _is_foreign(person, case) else "identity_number"
    return {
        "given_name": own_names[given] if has_names else "",
        "family_name": families[family] if has_names else "",
        "father_name": names.men[father] if draw() < WRITTEN["father_name"] else "",
        "birth_place": places[place] if draw() < WRITTEN["birth_place"] else "",
        "identity_number": person.identity_number if draw() < WRITTEN[of_whom] else "",
    }
