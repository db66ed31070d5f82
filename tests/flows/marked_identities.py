"""Five hundred invented women whose names, places and numbers occur nowhere else, in four scripts.

All are drawn from one seed. A birth date is no mark: thousands share it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from anonymizer.linking.encoding import encode_texts
from anonymizer.linking.match_keys import IDENTIFIERS, match_keys
from anonymizer.linking.normalizer import words_of_name
from anonymizer.linking.persons import Person
from anonymizer.policy import load_policy
from app.demo.identity_numbers import identity_number
from tests.factories import a_case
from tests.flows.canary import digests, spellings, written_bytes
from tests.flows.mark_search import Marks

IDENTITIES = int(os.environ.get("CANARY_IDENTITIES", "160"))
"""As many as the gate has time for; `make campaign-canary` sends 500."""
LETTERS = 10
"""Of each name: enough that chance writes none of them, and that the forms of the normalizer have enough bytes."""
LONG_ENOUGH = 11
"""Bytes of a normalized form that is a mark on its own; shorter ones stand in files by chance."""
MARKED_COLUMNS = ("case_number", "given_name", "family_name", "father_name", "birth_place", "identity_number")


@dataclass(frozen=True)
class Script:
    """Letters with which names are drawn: consonants and vowels in turn."""

    name: str
    consonants: str
    vowels: str
    number_of: str
    """The country whose national numbers its women have."""


SCRIPTS = (
    Script("latin", "bcčćdđfghjklmnprsšțvzž", "aeiouăâîë", "RO"),
    Script("cyrillic", "бвгдђжзјклљмнњпрстћфхцчџш", "аеиоу", "RS"),
    Script("greek", "βγδζθκλμνξπρστφχψ", "αεηιουω", "GR"),
    Script("turkish", "bcçdfgğhjklmnprsştvyz", "aeıioöuü", "TR"),
)


@cache
def marked_cases(count: int = IDENTITIES) -> tuple[Mapping[str, str], ...]:
    """So many rows of a case sheet, the scripts in turn; nobody shares a name, a place or a number."""
    draw = random.Random(77)
    return tuple(_case(number, SCRIPTS[number % len(SCRIPTS)], draw) for number in range(count))


@cache
def identity_marks(count: int = IDENTITIES) -> Marks:
    """Everything by which one of them could be known, in every spelling, and what match keys are made of."""
    return Marks(mark for case in marked_cases(count) for mark in marks_of(case))


def marks_of(case: Mapping[str, str]) -> Iterator[bytes]:
    """The marks of one row."""
    for column in MARKED_COLUMNS:
        yield from spellings(case[column])
    yield from normalized(case)
    yield from slot_input_marks(case)


def normalized(case: Mapping[str, str]) -> Iterator[bytes]:
    """The fine form of each of her names, as the normalizer has it."""
    for column in ("given_name", "family_name", "father_name", "birth_place"):
        for word in words_of_name(case[column]):
            if len(word.fine.encode()) >= LONG_ENOUGH:
                yield from spellings(word.fine)


def slot_input_marks(case: Mapping[str, str]) -> Iterator[bytes]:
    """Her match keys: of every class the parts, skeletons paired as in the keys, and digests of the whole input."""
    policy = load_policy()
    keys = match_keys(Person(*(case[name] for name in IDENTIFIERS)))
    for name, inputs in keys.items():
        opening = encode_texts(policy.domain, policy.normalizer, name)
        for whole in inputs:
            parts = whole.removeprefix(opening)
            if len(parts) >= LONG_ENOUGH:
                yield from written_bytes(parts)
                yield from digests(parts)
            yield from digests(whole)


def _case(number: int, script: Script, draw: random.Random) -> dict[str, str]:
    born = date(1980, 1, 2) + timedelta(days=draw.randrange(9000))
    return {
        **a_case(),
        "case_number": f"{_word(script, draw)}/{number}-2025",
        "given_name": _word(script, draw),
        "family_name": _word(script, draw),
        "father_name": _word(script, draw),
        "birth_place": _word(script, draw),
        "birth_date": born.isoformat(),
        "identity_number": identity_number(script.number_of, born, of_woman=True, draw=_draw(draw)),
        "age": str(2025 - born.year - 1),
    }


def _word(script: Script, draw: random.Random) -> str:
    pairs = (draw.choice(letters) for letters in (script.consonants, script.vowels) * (LETTERS // 2))
    return "".join(pairs).capitalize()


def _draw(draw: random.Random) -> Callable[[], float]:
    return draw.random
