"""Invented identity numbers of the region, of the right shape and with valid check digits.

The rules are those that the countries and open validators (python-stdnum and others) describe. A number is
drawn by lot around an invented birth date: that a living person has the same number is chance, and nothing
else in the row is about that person. Never put a number in here that was read anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import mul

from app.demo.shapes import Draw

NumberMaker = Callable[[date, bool, Draw], str]
"""Makes a number from the birth date, whether it is a woman's, and chance."""


def identity_number(country: str, born: date, *, of_woman: bool, draw: Draw) -> str:
    """A number as the country of citizenship gives it, or empty where the demo knows no rule for it."""
    make = _MAKERS.get(country)
    return make(born, of_woman, draw) if make else ""


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(map(mul, weights, map(int, digits)))


def _serial(draw: Draw, low: int, high: int) -> int:
    return low + int(draw() * (high - low + 1))


_JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_JMBG_REGIONS: Mapping[str, tuple[int, int]] = {
    "BA": (10, 19),
    "ME": (21, 29),
    "MK": (41, 49),
    "RS": (71, 79),
}
"""The two digits of the region of birth, by country (Yugoslav master citizen number, 1976)."""


def _jmbg_of(country: str) -> NumberMaker:
    """DDMMYYY RR BBB K: sex is in BBB (women from 500); none is given out that needs a two-digit K."""
    low, high = _JMBG_REGIONS[country]

    def make(born: date, of_woman: bool, draw: Draw) -> str:
        start = f"{born.day:02}{born.month:02}{born.year % 1000:03}{_serial(draw, low, high)}"
        serial = _serial(draw, 500, 998) if of_woman else _serial(draw, 0, 498)
        check = -_weighed(f"{start}{serial:03}", _JMBG_WEIGHTS) % 11
        if check == 10:
            serial += 1
            check = -_weighed(f"{start}{serial:03}", _JMBG_WEIGHTS) % 11
        return f"{start}{serial:03}{check}"

    return make


_EGN_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6)


def _egn(born: date, of_woman: bool, draw: Draw) -> str:
    """YYMMDD SSS K: 40 is added to the month from 2000 on, the last digit of SSS is odd for women."""
    month = born.month + (40 if born.year >= 2000 else 0)
    body = f"{born.year % 100:02}{month:02}{born.day:02}{_serial(draw, 0, 499) * 2 + of_woman:03}"
    return f"{body}{_weighed(body, _EGN_WEIGHTS) % 11 % 10}"


_CNP_WEIGHTS = (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)
_CNP_COUNTIES = 46


def _cnp(born: date, of_woman: bool, draw: Draw) -> str:
    """S YYMMDD JJ NNN C: S is 1 or 2 (women) before 2000, then 5 or 6; a remainder of 10 is written 1."""
    century_and_sex = (5 if born.year >= 2000 else 1) + of_woman
    county, serial = _serial(draw, 1, _CNP_COUNTIES), _serial(draw, 1, 999)
    body = f"{century_and_sex}{born:%y%m%d}{county:02}{serial:03}"
    remainder = _weighed(body, _CNP_WEIGHTS) % 11
    return f"{body}{1 if remainder == 10 else remainder}"


_IDNP_WEIGHTS = (7, 3, 1) * 4


def _idnp(born: date, _of_woman: bool, draw: Draw) -> str:
    """2 YYY NNNNNNNN K: the year is that of the first registration; neither birth date nor sex is in it."""
    registered = max(born.year, 2000) % 1000
    body = f"2{registered:03}{_serial(draw, 0, 99_999_999):08}"
    return f"{body}{_weighed(body, _IDNP_WEIGHTS) % 10}"


def _oib(_born: date, _of_woman: bool, draw: Draw) -> str:
    """Ten digits by lot and the check digit of ISO 7064, MOD 11,10."""
    body = f"{_serial(draw, 0, 9_999_999_999):010}"
    rest = 10
    for digit in map(int, body):
        rest = ((rest + digit) % 10 or 10) * 2 % 11
    return f"{body}{(11 - rest) % 10}"


_NID_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"
_NID_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8)


def _nid(born: date, of_woman: bool, draw: Draw) -> str:
    """Decade as a letter (A is 1900), last digit of the year, month (women +50), day, serial, check."""
    decade = (born.year - 1900) // 10 + 1
    month = born.month + (50 if of_woman else 0)
    digits = f"{born.year % 10}{month:02}{born.day:02}{_serial(draw, 0, 999):03}"
    return f"{_NID_LETTERS[decade]}{digits}{_NID_LETTERS[(decade + _weighed(digits, _NID_WEIGHTS)) % 23]}"


_KOSOVO_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)


def _kosovo(_born: date, _of_woman: bool, draw: Draw) -> str:
    """Nine digits by lot that begin with 1 or 2, and a check digit; none is given out that needs a 10."""
    while True:
        body = f"{_serial(draw, 100_000_000, 299_999_999)}"
        check = -_weighed(body, _KOSOVO_WEIGHTS) % 11
        if check < 10:
            return f"{body}{check}"


_RNOKPP_WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
_RNOKPP_DAY_ZERO = date(1899, 12, 31).toordinal()


def _rnokpp(born: date, of_woman: bool, draw: Draw) -> str:
    """Ukraine: days since 31 December 1899, a serial whose last digit is odd for men, check digit."""
    serial = _serial(draw, 0, 4999) * 2 + (not of_woman)
    body = f"{born.toordinal() - _RNOKPP_DAY_ZERO:05}{serial:04}"
    return f"{body}{_weighed(body, _RNOKPP_WEIGHTS) % 11 % 10}"


def _tckn(_born: date, _of_woman: bool, draw: Draw) -> str:
    """Türkiye: nine digits by lot, the first not 0, and two check digits."""
    body = [int(digit) for digit in f"{_serial(draw, 100_000_000, 999_999_999)}"]
    tenth = (7 * sum(body[0::2]) - sum(body[1::2])) % 10
    return "".join(map(str, [*body, tenth, (sum(body) + tenth) % 10]))


def _amka(born: date, of_woman: bool, draw: Draw) -> str:
    """Greece: DDMMYY, a serial whose last digit is odd for men, Luhn's check digit."""
    body = f"{born:%d%m%y}{_serial(draw, 0, 4999) * 2 + (not of_woman):04}"
    total = sum(map(int, body[0::2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in body[1::2])
    return f"{body}{-total % 10}"


_MAKERS: Mapping[str, NumberMaker] = {
    **{country: _jmbg_of(country) for country in _JMBG_REGIONS},
    "AL": _nid,
    "BG": _egn,
    "GR": _amka,
    "HR": _oib,
    "MD": _idnp,
    "RO": _cnp,
    "TR": _tckn,
    "UA": _rnokpp,
    "XK": _kosovo,
}
