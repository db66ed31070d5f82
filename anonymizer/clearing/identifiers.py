"""Finds identifiers in the wrong place: numbers, addresses and names where only codes and serial numbers belong.

Coded columns keep nothing but codes, so that a cell is looked at only after it was refused. It names what it
found by a code of the catalogue of findings, and must never keep or repeat the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from string import ascii_letters

from stdnum import iban

from anonymizer.national_numbers import is_national_number

NATIONAL_NUMBER = "looks_like_national_number"
IBAN = "looks_like_iban"
E_MAIL = "looks_like_email"
PHONE = "looks_like_phone"
DOCUMENT = "looks_like_document_number"
COORDINATES = "looks_like_coordinates"
SIX_DIGITS = "six_digits_in_code"
NAME = "name_in_another_field"
CASE_NUMBER_IS_IDENTIFIER = "identifier_as_case_number"
CASE_NUMBER_HAS_NAME = "name_as_case_number"

SHORTEST_NAME = 3
"""Letters. Shorter words stand in too many case numbers by chance."""

_PERHAPS = re.compile(r"@|(?:[0-9][ ./()\u00a0-]{0,2}){8}|[A-Za-z]{2}[0-9]{2} ?[A-Za-z0-9]{4}")
"""What none of the texts below can be without: almost every case number stops here."""
_MACHINE_MADE = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
"""A UUID (RFC 9562), in which digits stand together by chance."""
_E_MAIL = re.compile(r"[^\s@;,]+@[^\s@;,]+\.[^\W\d_]{2,}")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_COORDINATES = re.compile(r"-?[0-9]{1,2}[.,][0-9]{3,}°? ?[NS]?\s*[,;/ ]\s*-?[0-9]{1,3}[.,][0-9]{3,}")
_RUN = re.compile(r"[A-Z]?[0-9]{8,}[A-Z]?", re.IGNORECASE)
_GROUPS = re.compile(r"[0-9](?:[ \u00a0./-]?[0-9]){9,}")
_SEPARATORS = re.compile(r"[ \u00a0./-]")
_INTERNATIONAL_PHONE = re.compile(
    r"(?<![0-9])(?:\+[ (]*[1-9]|00[ (]*(?:3[0-9]|4[0-9]|90))(?:[ \u00a0()./-]{0,2}[0-9]){7,13}(?![0-9])"
)
"""After 00 the calling codes of Europe and Türkiye alone, because serial numbers are filled up with zeros."""
_LOCAL_PHONE = re.compile(
    r"(?<![0-9])\(?0[1-9][0-9]{0,2}\)?[ \u00a0/-]{1,3}[0-9]{3}[ \u00a0.-]?"
    r"(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{2}[ \u00a0.-]?[0-9]{1,2}(?![0-9])"
)
"""With a separator after the code of the network, as no serial number has one, and without a year at the end."""
_BARE_PHONE = re.compile(r"(?<![0-9])0[1-9][0-9]{7,8}(?![0-9])")
_DOCUMENT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}[ -]?[0-9]{6,9}(?![A-Za-z0-9])")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""The blocks of combining diacritical marks (Unicode 16)."""
_WORD = re.compile(r"[^\W\d_]+")

_LATIN_OF = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "ѓ": "g", "е": "e", "ж": "z", "з": "z",
    "ѕ": "dz", "и": "i", "ј": "j", "й": "j", "к": "k", "ќ": "k", "л": "l", "љ": "lj", "м": "m", "н": "n",
    "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h",
    "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st", "ъ": "a", "ь": "", "ю": "ju", "я": "ja",
    "đ": "d", "ł": "l", "ı": "i", "ø": "o",
}  # fmt: skip
"""Letters that have no diacritic to take off; č and ћ both come out as c, as they do where people type plainly."""
_FOLDED = str.maketrans(_LATIN_OF)


def refused_as(text: str) -> str | None:
    """What a cell of a coded column, which was refused already, looks like; None when nothing is known of it."""
    if found := check_text(text):
        return found
    if _COORDINATES.search(text):
        return COORDINATES
    if _BARE_PHONE.search(text):
        return PHONE
    if _DOCUMENT.search(text):
        return DOCUMENT
    return SIX_DIGITS if _SIX_DIGITS.search(text) else None


def check_text(text: str) -> str | None:
    """The identifier that a text of its own (a case number, a version) contains, or None.

    Serial numbers of any length pass unless their check digits are those of a national number.
    """
    if not _PERHAPS.search(text) or _MACHINE_MADE.fullmatch(text):
        return None
    if _E_MAIL.search(text):
        return E_MAIL
    if any(iban.is_valid(found.group()) for found in _IBAN.finditer(text)):
        return IBAN
    if _has_national_number(text):
        return NATIONAL_NUMBER
    return PHONE if _INTERNATIONAL_PHONE.search(text) or _LOCAL_PHONE.search(text) else None


def check_case_number(text: str, names: Iterable[str] = ()) -> str | None:
    """The finding for a case number that is an identifier or holds a name of the person, or None.

    `names` are the given, family and father's names of the row; not the place of birth, which may be the shelter's.
    """
    if check_text(text):
        return CASE_NUMBER_IS_IDENTIFIER
    return CASE_NUMBER_HAS_NAME if names_in(text, names) else None


def names_in(text: str, names: Iterable[str]) -> bool:
    """Whether a name stands in the text as words of its own, whatever its case, diacritics or alphabet.

    A name of several words counts as a whole; so does each of its words.
    """
    words = set(_words(text))
    return bool(words) and any(not words.isdisjoint(_words(name)) for name in names if name)


def _has_national_number(text: str) -> bool:
    if any(_is_national_number_alone(run.group()) for run in _RUN.finditer(text)):
        return True
    return any(
        is_national_number(
            _SEPARATORS.sub("", group.group()), had_separators=_has_other_than_spaces(group.group())
        )
        for group in _GROUPS.finditer(text)
        if _SEPARATORS.search(group.group())
    )


def _is_national_number_alone(run: str) -> bool:
    """With the letters that touch the digits, as Albania writes them, or without."""
    return is_national_number(run.upper()) or is_national_number(run.strip(ascii_letters))


def _has_other_than_spaces(group: str) -> bool:
    return any(separator in group for separator in "./-")


def _words(text: str) -> Iterator[str]:
    """The words of a text in plain small Latin letters, without the shortest ones."""
    plain = text.casefold()
    if not plain.isascii():
        plain = _DIACRITICS.sub("", unicodedata.normalize("NFD", plain.translate(_FOLDED)))
    return (word for word in _WORD.findall(plain) if len(word) >= SHORTEST_NAME)
