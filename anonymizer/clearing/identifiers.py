"""Finds identifiers in the wrong place: numbers, addresses and names where only codes and serial numbers belong.

Coded columns keep nothing but codes, so that a cell is looked at only after it was refused. It names what it
found by a code of the catalogue of findings, and must never keep or repeat the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, chain
from string import ascii_letters

from stdnum import iban

from anonymizer.national_numbers import DAY_FIRST, YEAR_FIRST, is_national_number

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

_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0),
    *(0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50),
    *(0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0),
    *(0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50),
    *(0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, *range(0x1D7CE, 0x1D800, 10), 0x1E140, 0x1E2F0, 0x1E950),
    0x1FBF0,
)  # fmt: skip
"""Zeros of all scripts but Latin; the other nine digits follow each (Unicode 14, general category Nd)."""
_PLAIN = {
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(
        (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF), ""
    ),
}
"""Digits, dashes and blanks as keyboards without other scripts have them.

Marks that nobody sees, which telephones write around numbers, are gone.
"""
_YEAR = "(?:19|20)[0-9]{2}"
_PERHAPS = re.compile(r"@|(?:[0-9][ ./()-]{0,3}){8}|[A-Za-z]{2}[0-9]{2}[ .-]?[A-Za-z0-9]{4}")
"""What none of the texts below can be without: almost every case number stops here."""
_MACHINE_MADE = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
"""A UUID (RFC 9562), in which digits stand together by chance."""
_MACHINE_WORD = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,})(?![0-9A-Za-z])"
)
"""A UUID or a digest inside a text."""
_E_MAIL = re.compile(r"(?<![^\s@;,])[^\s@;,]+@[^\s@;,]+\.[^\W\d_]{2,}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])(?=([A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}))")
"""Looked at from every place where one may begin; the words after it may be taken for a part of it."""
_BETWEEN_GROUPS = re.compile(r"[ .-]")
_COUNTS = re.compile(r"[0-9]+")
_COORDINATES = re.compile(r"-?[0-9]{1,2}[.,][0-9]{3,}°? ?[NS]?\s{0,3}[,;/ ]\s{0,3}-?[0-9]{1,3}[.,][0-9]{3,}")
_RUN = re.compile(r"[A-Z]?[0-9]{8,}[A-Z]?", re.IGNORECASE)
_GROUPS = re.compile(r"[0-9](?:[ ./-]?[0-9]){9,}")
_SEPARATORS = re.compile(r"[ ./-]")
_SPLIT_ALBANIAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Ta-t][0-9](?:[ ./-]?[0-9]){7}[ ./-]?[A-Wa-w](?![A-Za-z0-9])"
)
_INTERNATIONAL_PHONE = re.compile(
    r"(?<![0-9])(?:\+[ (]*[1-9]|00[ (]*(?:3[0-9]|4[0-9]|90))(?:[ ()./-]{0,2}[0-9]){7,13}(?![0-9])"
)
"""After 00 the calling codes of Europe and Türkiye alone, because serial numbers are filled up with zeros."""
_LOCAL_PHONE = re.compile(
    r"(?<![0-9])\(?0[1-9][0-9]{0,2}\)?[ /-]{1,3}(?:"
    rf"[0-9]{{3}}[ .-]?(?!{_YEAR}(?![0-9]))[0-9]{{2}}[ .-]?[0-9]{{1,2}}|"
    rf"(?!{_YEAR})[0-9]{{3}}[ .-]?(?!{_YEAR})[0-9]{{2}}[ .-]?[0-9]{{3}})(?![0-9])"
)
"""With a separator after the code of the network, as no serial number has one, and without a year at the end.

Eight digits behind the code have none at the beginning, either: 05/20250017 is a serial number.
"""
_BARE_PHONE = re.compile(r"(?<![0-9])0[1-9][0-9]{7,10}(?![0-9])")
_LOOSE_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.,/-])"
    r"(?!0[1-9][./-](?:0[1-9]|1[0-2])[./-][0-9]{2}(?![0-9]))"
    rf"(?!0[1-9][0-9]{{0,2}}[ ./-]{{1,3}}{_YEAR}(?![0-9]))"
    r"(?:00[ (]{0,2}[1-9](?:[ ()./-]{0,3}[0-9]){9,12}|0[ ()-]{0,2}[1-9](?:[ ()./-]{0,3}[0-9]){6,10})"
    rf"(?![0-9])(?<![/-]{_YEAR})"
)
"""Grouped in any way behind a zero; neither a date nor 05/2025-017 and 05-123/2025, which are numbers of offices."""
_TEN_DIGIT_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][ .,/-])(?:"
    rf"[2-9][0-9]{{2}}([ .-])[0-9]{{3}}\1(?!{_YEAR}(?![0-9]))(?:[0-9]{{4}}|[0-9]{{2}}\1[0-9]{{2}})|"
    rf"2[0-9] [0-9]{{4}} (?!{_YEAR}(?![0-9]))[0-9]{{4}})(?![0-9])"
)
"""Grouped without a zero before it, as in Greece, Italy and Türkiye; sums have groups of three to their end."""
_LONG_NUMBER = re.compile(rf"(?<![0-9])(?!00|{YEAR_FIRST.pattern}|{DAY_FIRST.pattern})[0-9]{{9,}}")
"""As persons, accounts and cards have them; serial numbers begin with zeros, with the year or with the day."""
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}([./-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])|"
    rf"(?:0?[1-9]|[12][0-9]|3[01])([./-]) ?(?:0?[1-9]|1[0-2])\2 ?{_YEAR}(?![0-9]))"
)
_YEAR_AT_THE_END = re.compile(rf"[ ./-]{_YEAR}$")
"""As file numbers of offices end: 16-1234/2025."""
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
    plain = _plain(text)
    if found := _check_plain(plain):
        return found
    if _COORDINATES.search(plain):
        return COORDINATES
    if found := _looks_like(plain):
        return found
    if _DOCUMENT.search(plain):
        return DOCUMENT
    return SIX_DIGITS if _SIX_DIGITS.search(plain) else None


def scan_text(text: str) -> str | None:
    """The identifier in a text that is no case number (a label, a note), or None.

    Stricter than `check_text`: what has the form of a telephone number is one, and so is a long number that does not
    begin as serial numbers do. Years, dates, sums, file numbers of offices and UUIDs pass; numbers of documents, too.
    """
    plain = _plain(text)
    if not _PERHAPS.search(plain):
        return None
    plain = _MACHINE_WORD.sub("_", plain)
    if found := _identifier_in(plain) or _looks_like(plain):
        return found
    return SIX_DIGITS if _LONG_NUMBER.search(plain) else None


def check_text(text: str) -> str | None:
    """The identifier that a text of its own (a case number) contains, or None.

    Serial numbers of any length pass unless their check digits are those of a national number.
    """
    return _check_plain(_plain(text))


def _check_plain(text: str) -> str | None:
    if not _PERHAPS.search(text) or _MACHINE_MADE.fullmatch(text):
        return None
    return _identifier_in(text)


def _identifier_in(text: str) -> str | None:
    """What is an identifier wherever it stands."""
    if "@" in text and _E_MAIL.search(text):
        return E_MAIL
    if any(_is_account(found.group(1)) for found in _IBAN.finditer(text)):
        return IBAN
    if _has_national_number(text):
        return NATIONAL_NUMBER
    return PHONE if _INTERNATIONAL_PHONE.search(text) or _LOCAL_PHONE.search(text) else None


def _looks_like(text: str) -> str | None:
    """What is an identifier unless it is a serial number."""
    without_dates = _DATE.sub("_", text)
    if any(phone.search(without_dates) for phone in (_BARE_PHONE, _LOOSE_PHONE, _TEN_DIGIT_PHONE)):
        return PHONE
    return NATIONAL_NUMBER if _may_be_national_number(without_dates) else None


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(_PLAIN)


def _is_account(found: str) -> bool:
    """Whether it begins with an account number that ends where a group of its letters and digits ends.

    Check digits that a country has besides are not asked for: stdnum's list of Belgium's banks grows old.
    """
    length = _account_length(found[:2].upper())
    beginnings = accumulate(_BETWEEN_GROUPS.split(found))
    return any(len(one) == length and iban.is_valid(one, check_country=False) for one in beginnings)


@cache
def _account_length(country: str) -> int:
    """Characters of an IBAN of the country; zero where none is given out."""
    [(_, told), *_rest] = iban._ibandb.info(country)
    counts = _COUNTS.findall(told.get("bban", ""))
    return 4 + sum(map(int, counts)) if counts else 0


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


def _may_be_national_number(text: str) -> bool:
    """Those that serial numbers of offices are like, too; and the Albanian one, when it is split."""
    found = (group.group() for group in chain(_GROUPS.finditer(text), _SPLIT_ALBANIAN.finditer(text)))
    return any(
        is_national_number(
            _SEPARATORS.sub("", one).upper(),
            had_separators=_YEAR_AT_THE_END.search(one) is not None,
            among_serials=False,
        )
        for one in found
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
