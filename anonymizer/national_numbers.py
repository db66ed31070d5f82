"""National identity numbers of the region, recognized by their check digits and the birth date in them.

Numbers of the register of the former Yugoslavia (JMBG, EMŠO, EMBG), OIB, EGN, CNP, IDNP, PESEL, AMKA, TCKN, and
those of Albania and Kosovo. It says that a text is one, and must never keep or repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from stdnum.bg import egn
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.md import idno
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.tr import tckimlik

BORN_FROM = 1900
"""Nobody who was born earlier is a case; without it a serial number of the form 2025… passes for a year 1820."""
YEAR_FIRST = re.compile(r"(?:19[5-9]|20[0-4])[0-9]")
"""How serial numbers of offices begin. One in ten of them has the check digit of a number without a birth date."""
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_OFFICE_YEAR = "(?:199|20[0-4])[0-9]"
DAY_FIRST = re.compile(f"{_OFFICE_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_OFFICE_YEAR}")
"""How other serial numbers of offices begin: with the day, of which a short number makes a birth a century ago."""
LONGEST_WITH_SHORT_YEAR = 11
"""Digits of the longest number whose birth date has two digits for the year, or that has none."""
KOSOVO_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Modulo 11, as the register of Kosovo's numbers is known to compute the tenth digit; no law prints it."""
UKRAINIAN_WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
"""Modulo 11, then modulo 10: the number of a taxpayer's card."""
ALBANIAN_MONTHS = (0, 30, 50, 80)
"""Added to the month: men, foreign men, women, foreign women. The rule of the last letter is not published."""


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """One kind of number: its compact shape, its check, how the birth date in it is read, and whether it has a year.

    Where there is no year, spaces are the only separators looked through: dashes make serial numbers.
    """

    name: str
    shape: re.Pattern[str]
    is_right: Callable[[str], bool]
    births: Callable[[str], Sequence[date]] | None
    is_dated: bool = True


def is_national_number(compact: str, *, had_separators: bool = False, among_serials: bool = True) -> bool:
    """Whether a text without its separators is a national number of the region.

    `among_serials` where serial numbers of offices may stand: there those that too many of them are like pass.
    """
    if len(compact) <= LONGEST_WITH_SHORT_YEAR and DAY_FIRST.match(compact):
        return False
    are_dated_alone = had_separators or YEAR_FIRST.match(compact) is not None
    return any(
        kind.shape.fullmatch(compact) is not None and kind.is_right(compact)
        for kind in (NATIONAL_NUMBERS if among_serials else (*NATIONAL_NUMBERS, *LIKE_SERIALS))
        if kind.is_dated or not are_dated_alone
    )


def births_in(compact: str) -> list[date | None]:
    """What a text in a column for identity numbers says of the birth date, for each kind of number that it is.

    Two dates where the century is not in the number, None where no date is; nothing at all for what is no number.
    """
    found: list[date | None] = []
    for kind in NATIONAL_NUMBERS:
        if kind.shape.fullmatch(compact) is not None and kind.is_right(compact):
            found += kind.births(compact) if kind.births else [None]
    return found


def _is_cnp(number: str) -> bool:
    return cnp.is_valid(number) and cnp.get_birth_date(number).year >= BORN_FROM


def _is_kosovar(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(KOSOVO_WEIGHTS, number, strict=False))
    check = (11 - total % 11) % 11
    return int(number[-1]) == check % 10


def _is_ukrainian(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(UKRAINIAN_WEIGHTS, number, strict=False))
    return int(number[-1]) == total % 11 % 10


def _is_albanian(number: str) -> bool:
    return any(born.year >= BORN_FROM for born in _albanian_births(number))


def _albanian_births(number: str) -> list[date]:
    """The one day that the number can mean, or none."""
    decade = "0123456789ABCDEFGHIJKLMNOPQRST".index(number[0])
    year, month, day = 1800 + 10 * decade + int(number[1]), int(number[2:4]), int(number[4:6])
    return _days((year, month - added, day) for added in ALBANIAN_MONTHS)


def _amka_births(number: str) -> list[date]:
    day, month, year = int(number[0:2]), int(number[2:4]), int(number[4:6])
    return _days((century + year, month, day) for century in (1900, 2000))


def _days(parts: Iterable[tuple[int, int, int]]) -> list[date]:
    """Those that are in the calendar."""
    found = []
    for year, month, day in parts:
        with suppress(ValueError):
            found.append(date(year, month, day))
    return found


def _one(born: Callable[[str], date]) -> Callable[[str], Sequence[date]]:
    return lambda number: [born(number)]


# Months that are marked for births before 1900 or after 2099 are left out of the shapes.
NATIONAL_NUMBERS = (
    NationalNumber(
        "JMBG", re.compile(f"{_DAY}{_MONTH}[09][0-9]{{8}}"), emso.is_valid, _one(emso.get_birth_date)
    ),
    NationalNumber(
        "CNP", re.compile(f"[1-9][0-9]{{2}}{_MONTH}{_DAY}[0-9]{{6}}"), _is_cnp, _one(cnp.get_birth_date)
    ),
    # The year of its award, from 1990 on; the check is that of the numbers of companies, which begin otherwise.
    NationalNumber("IDNP", re.compile("2(?:99|0[0-9])[0-9]{10}"), idno.is_valid, None),
    # 2025-0512345 would be a birth of May 2020, and is the serial number of an office.
    NationalNumber(
        "PESEL",
        re.compile(f"(?!{_OFFICE_YEAR})[0-9]{{2}}(?:{_MONTH}|2[1-9]|3[0-2]){_DAY}[0-9]{{5}}"),
        pesel.is_valid,
        _one(pesel.get_birth_date),
    ),
    NationalNumber("AMKA", re.compile(f"{_DAY}{_MONTH}[0-9]{{7}}"), amka.is_valid, _amka_births),
    NationalNumber(
        "EGN",
        re.compile(f"[0-9]{{2}}(?:{_MONTH}|4[1-9]|5[0-2]){_DAY}[0-9]{{4}}"),
        egn.is_valid,
        _one(egn.get_birth_date),
    ),
    NationalNumber("NID", re.compile("[A-T][0-9]{8}[A-W]"), _is_albanian, _albanian_births),
    NationalNumber("OIB", re.compile("[1-9][0-9]{10}"), oib.is_valid, None, is_dated=False),
    NationalNumber("TCKN", re.compile("[1-9][0-9]{10}"), tckimlik.is_valid, None, is_dated=False),
    NationalNumber("Kosovo", re.compile("[1-9][0-9]{9}"), _is_kosovar, None, is_dated=False),
)
LIKE_SERIALS = (
    # Days since 31 December 1899 come first: births from 1927 on. One serial number in ten has its check digit.
    NationalNumber("RNOKPP", re.compile("[1-4][0-9]{9}"), _is_ukrainian, None, is_dated=False),
)
"""Looked for only where no serial number stands."""
