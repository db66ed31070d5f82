"""What identifies one person in a row, and the parts of match keys that are made of it.

It must never be written, logged or kept: every `repr` here is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from string import ascii_uppercase
from types import MappingProxyType
from typing import TypeVar

from anonymizer.linking.birth_dates import BirthDate, read_birth_date
from anonymizer.linking.encoding import encode_texts
from anonymizer.linking.normalizer import (
    Variants,
    Weighed,
    father,
    given_and_family,
    place,
    variants,
    words_of_name,
)
from anonymizer.linking.normalizer.forms import Word
from anonymizer.national_numbers import births_in

Read = TypeVar("Read")
Part = tuple[int, bytes]
"""How far a reading is from the likeliest, from 0, and its texts as encoded."""

_SEVERAL_NUMBERS = re.compile(r"[;,|\n]")
_BETWEEN_DIGITS = re.compile(r"[ \t\u00a0./:-]")
_WRITTEN_ALIKE = re.compile(r"([0-9A-Z])\1*")


@dataclass(frozen=True, slots=True)
class Person:
    """The six identifiers of a row as they came; the empty text is an empty cell."""

    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    father_name: str = field(default="", repr=False)
    birth_place: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    identity_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A person as read by the normalizer: nothing that could not be read is in it."""

    given: Variants = field(repr=False)
    family: Variants = field(repr=False)
    names: Variants = field(repr=False)
    father: tuple[Weighed, ...] = field(repr=False)
    place: tuple[Weighed, ...] = field(repr=False)
    birth: BirthDate = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)


class PersonReader:
    """Reads persons, and each name once. It lives no longer than one chunk, for it remembers names."""

    def __init__(self) -> None:
        self._words: dict[str, list[Word]] = {}
        self._single: dict[tuple[str, ...], Variants] = {}
        self._names: dict[tuple[str, str], tuple[Variants, Variants, Variants]] = {}
        self._fathers: dict[str, tuple[Weighed, ...]] = {}
        self._places: dict[str, tuple[Weighed, ...]] = {}

    def read(self, person: Person) -> Known:
        """What is known of a person."""
        given, family, names = self._both(person.given_name, person.family_name)
        birth = read_birth_date(person.birth_date)
        return Known(
            given,
            family,
            names,
            _remembered(self._fathers, father, person.father_name),
            _remembered(self._places, place, person.birth_place),
            birth,
            identity_numbers(person.identity_number, birth),
        )

    def _both(self, given: str, family: str) -> tuple[Variants, Variants, Variants]:
        found = self._names.get((given, family))
        if found is None:
            first, last = given_and_family(
                _remembered(self._words, words_of_name, given),
                _remembered(self._words, words_of_name, family),
            )
            found = self._names[given, family] = self._alone(first), self._alone(last), variants(first, last)
        return found

    def _alone(self, name: list[Word]) -> Variants:
        key = tuple([word.text for word in name])
        if key not in self._single:
            self._single[key] = variants(name)
        return self._single[key]


def identity_numbers(text: str, birth: BirthDate) -> tuple[str, ...]:
    """National numbers in a cell by digits alone, without one that contradicts the birth date.

    A number of a document has no check digit that could tell a typing error, and no key is made of it.
    """
    compact = [_BETWEEN_DIGITS.sub("", one) for one in _SEVERAL_NUMBERS.split(text)]
    spelt = [_without_label(one.upper()) for one in compact if one.isascii()]
    return tuple(
        dict.fromkeys(
            one
            for one in spelt
            if not _WRITTEN_ALIKE.fullmatch(one) and any(birth.may_be(born) for born in births_in(one))
        )
    )


def _without_label(compact: str) -> str:
    """Letters belong to numbers of Albania alone; elsewhere they say what kind of number it is."""
    return compact if births_in(compact) else compact.strip(ascii_uppercase)


def _remembered(memory: dict[str, Read], read: Callable[[str], Read], text: str) -> Read:
    found = memory.get(text)
    if found is None:
        found = memory[text] = read(text)
    return found


def _encoded(readings: Iterable[Weighed]) -> list[Part]:
    return [(cost, encode_texts(*forms)) for cost, forms in readings]


def _certain(text: str | None) -> list[Part]:
    return [(0, encode_texts(text))] if text else []


PARTS: Mapping[str, Callable[[Known], list[Part]]] = MappingProxyType(
    {
        "identity_number": lambda known: _encoded((0, (number,)) for number in known.numbers),
        "names:skeleton": lambda known: _encoded(known.names.skeletons),
        "names:fine": lambda known: _encoded(known.names.fine),
        "given:fine": lambda known: _encoded(known.given.fine),
        "given:skeleton": lambda known: _encoded(known.given.skeletons),
        "family:fine": lambda known: _encoded(known.family.fine),
        "family:skeleton": lambda known: _encoded(known.family.skeletons),
        "birth_date": lambda known: _certain(known.birth.day),
        "birth_date:day_and_month_in_either_order": lambda known: _certain(known.birth.day_in_either_order),
        "birth_date:day_and_month": lambda known: _certain(known.birth.month_and_day),
        "birth_year": lambda known: _certain(known.birth.year),
        "birth_place": lambda known: _encoded(known.place),
        "father": lambda known: _encoded(known.father),
    }
)
"""The vocabulary of `of` in a policy's link keys. Readings stand with the likeliest first."""
