"""Where clearing looks for identifiers in the wrong place: in what it refused, in case numbers, in labels.

`identifiers` says what a text looks like; here stands which cells are looked at. The finding takes the place of a
vaguer one, and no text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import normalize

from anonymizer.catalogue.fields import FIELDS, MAX_CELL, Treatment
from anonymizer.chunks import Columns
from anonymizer.clearing.identifiers import (
    CASE_NUMBER_HAS_NAME,
    CASE_NUMBER_IS_IDENTIFIER,
    NAME,
    check_text,
    names_in,
    refused_as,
    scan_text,
)
from anonymizer.clearing.pseudonyms import TOKEN_PREFIX
from anonymizer.clearing.treatments import Refused, Treat

NAME_COLUMNS = ("given_name", "family_name", "father_name")
"""Not the place of birth: it may be the shelter's."""
LABELS = frozenset(field.name for field in FIELDS.values() if field.treatment is Treatment.LABEL)
"""Columns that keep a text as it came."""
_VAGUE = frozenset(
    {"unknown_code", "unknown_country", "wrong_age", "wrong_number", "wrong_count", "wrong_label", "too_long"}
)
"""Refusals that say no more than that something else was expected."""
_VAGUE_OF_DATES = "wrong_date"
"""A date in another way of writing has six digits or eight, too."""
_WORDS = re.compile(r"[^\W\d_]{3,}")


def say_what_it_looks_like(treat: Treat) -> Treat:
    """The treatment with a finding that names the identifier in a refused cell, where it looks like one."""

    def treat_and_look(text: str) -> str | Refused:
        result = treat(text)
        if not isinstance(result, Refused):
            return result
        if result.code in _VAGUE:
            return Refused(refused_as(text[:MAX_CELL]) or result.code)
        if result.code == _VAGUE_OF_DATES:
            return Refused(check_text(text[:MAX_CELL]) or result.code)
        return result

    return treat_and_look


def check_label(treat: Treat) -> Treat:
    """The treatment of a label, which is kept as it came and must hold no identifier."""

    def treat_and_look(text: str) -> str | Refused:
        result = treat(text)
        if isinstance(result, Refused):
            return result
        misplaced = scan_text(text)
        return Refused(misplaced) if misplaced else result

    return treat_and_look


def with_identifiers(raw: Columns, found: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """The findings and those of case numbers; a refused cell with a name of the person of its row is told as that."""
    names = _names(raw)
    told = [
        (place, column, NAME)
        if code in _VAGUE and names_in(raw[column][place][:MAX_CELL], _at(names, place))
        else (place, column, code)
        for place, column, code in found
    ]
    told += [(place, "case_number", code) for place, code in _find_in_case_numbers(raw, names)]
    return told + _names_in_labels(raw, told, names)


def _find_in_case_numbers(raw: Columns, names: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Case numbers that are an identifier or hold a name of the person. Tokens are neither."""
    numbers = [
        "" if number.startswith(TOKEN_PREFIX) else number.strip() for number in raw.get("case_number", ())
    ]
    identifiers = set(_identifiers_among(numbers))
    yield from ((place, CASE_NUMBER_IS_IDENTIFIER) for place in sorted(identifiers))
    for place in _named_among(numbers, names):
        if place not in identifiers:
            yield place, CASE_NUMBER_HAS_NAME


def _names_in_labels(
    raw: Columns, found: list[tuple[int, str, str]], names: Sequence[Sequence[str]]
) -> list[tuple[int, str, str]]:
    refused = {(place, column) for place, column, _ in found}
    return [
        (place, column, NAME)
        for column in LABELS & raw.keys()
        for place, cell in enumerate(raw[column])
        if (place, column) not in refused and names_in(cell, _at(names, place))
    ]


def _identifiers_among(numbers: Sequence[str]) -> Iterator[int]:
    """All at once first, because there is nearly never one. No identifier goes on over the end of a line."""
    if check_text("\n".join(numbers)):
        yield from (place for place, number in enumerate(numbers) if number and check_text(number[:MAX_CELL]))


def _named_among(numbers: Sequence[str], names: Sequence[Sequence[str]]) -> set[int]:
    """Numbers with a name in them that is no prefix of the house, which may be called as a woman is.

    All at once first: numbers have few words, mostly the same ones, and nearly never a name.
    """
    words = set(_words("\n".join(numbers))) if names else set()
    if not names_in(" ".join(words), map(" ".join, names)):
        return set()
    places: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        for word in _words(number):
            places.setdefault(word, []).append(place)
    named: set[int] = set()
    for word, stands_at in places.items():
        own = {place for place in stands_at if names_in(word, _at(names, place))}
        if len(own) == len(stands_at):  # otherwise it stands with somebody of another name, too
            named |= own
    return named


def _words(text: str) -> list[str]:
    return _WORDS.findall(text if text.isascii() else normalize("NFC", text))


def _names(raw: Columns) -> list[Sequence[str]]:
    return [raw[name] for name in NAME_COLUMNS if any(raw.get(name, ()))]


def _at(names: Sequence[Sequence[str]], place: int) -> list[str]:
    return [cells[place] for cells in names]
