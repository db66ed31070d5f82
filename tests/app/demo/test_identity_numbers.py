"""Invented identity numbers have the shape and the check digits of their country."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from app.demo.identity_numbers import identity_number

BIRTH_DATES = [date(1964, 2, 29), date(1987, 12, 31), date(1999, 10, 9), date(2000, 1, 1), date(2012, 7, 30)]


def _digits(number: str) -> list[int]:
    return [int(character) for character in number]


def _is_jmbg(number: str) -> bool:
    weights = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
    return len(number) == 13 and sum(w * d for w, d in zip(weights, _digits(number), strict=True)) % 11 == 0


def _is_egn(number: str) -> bool:
    *body, check = _digits(number)
    powers_of_two = [pow(2, place, 11) for place in range(1, 10)]
    return (
        len(number) == 10 and sum(w * d for w, d in zip(powers_of_two, body, strict=True)) % 11 % 10 == check
    )


def _is_cnp(number: str) -> bool:
    *body, check = _digits(number)
    rest = sum(int(w) * d for w, d in zip("279146358279", body, strict=True)) % 11
    return len(number) == 13 and check == (rest if rest < 10 else 1)


def _is_idnp(number: str) -> bool:
    *body, check = _digits(number)
    total = 7 * sum(body[0::3]) + 3 * sum(body[1::3]) + sum(body[2::3])
    return len(number) == 13 and number[0] == "2" and total % 10 == check


def _is_oib(number: str) -> bool:
    product = 10
    for digit in _digits(number)[:-1]:
        total = (product + digit) % 10
        product = (10 if total == 0 else total) * 2 % 11
    return len(number) == 11 and (product + int(number[-1])) % 10 == 1


def _is_nid(number: str) -> bool:
    decade = ord(number[0]) - ord("A") + 1
    rest = (decade + sum(place * digit for place, digit in enumerate(_digits(number[1:9]), start=1))) % 23
    return len(number) == 10 and number[9] == (chr(ord("A") + rest - 1) if rest else "W")


def _is_kosovo_number(number: str) -> bool:
    weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
    return len(number) == 10 and sum(w * d for w, d in zip(weights, _digits(number), strict=True)) % 11 == 0


def _is_rnokpp(number: str) -> bool:
    *body, check = _digits(number)
    weights = [10, 5, 7, 9, 4, 6, 10, 5, 7]
    return len(number) == 10 and sum(w * d for w, d in zip(weights, body, strict=True)) % 11 % 10 == check


def _is_tckn(number: str) -> bool:
    digits = _digits(number)
    odd, even = sum(digits[0:9:2]), sum(digits[1:8:2])
    return (
        len(number) == 11
        and digits[0] != 0
        and (odd * 7 + even * 9) % 10 == digits[9]
        and sum(digits[:10]) % 10 == digits[10]
    )


def _is_amka(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(_digits(number))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return len(number) == 11 and total % 10 == 0


CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "AL": (_is_nid, "J00101999W"),
    "BA": (_is_jmbg, "0101006500006"),
    "BG": (_is_egn, "7523169263"),
    "GR": (_is_amka, "01013099997"),
    "HR": (_is_oib, "33392005961"),
    "MD": (_is_idnp, "2000000000004"),
    "ME": (_is_jmbg, "0101006500006"),
    "MK": (_is_jmbg, "0101006500006"),
    "RO": (_is_cnp, "1630615123457"),
    "RS": (_is_jmbg, "0101006500006"),
    "TR": (_is_tckn, "17291716060"),
    "UA": (_is_rnokpp, "1759013776"),
    "XK": (_is_kosovo_number, "1234567892"),
}
"""For each country the check written anew, and the example number of public documentation (MD: worked by hand)."""


@pytest.mark.parametrize("country", sorted(CHECKS))
def test_a_number_has_its_countrys_check_digit(country: str) -> None:
    """The check accepts a documented example and every invented number, and refuses a changed digit."""
    is_valid, example = CHECKS[country]
    draw = random.Random(country).random

    numbers = [
        identity_number(country, born, of_woman=of_woman, draw=draw)
        for born in BIRTH_DATES
        for of_woman in (True, False)
        for _ in range(200)
    ]

    assert is_valid(example)
    assert not is_valid(example[:-2] + str((int(example[-2]) + 1) % 10) + example[-1])
    assert all(map(is_valid, numbers))
    assert len(set(numbers)) > len(numbers) / 2


@pytest.mark.parametrize(
    ("country", "woman", "man"),
    [
        ("RS", "2902964", "2902964"),
        ("BG", "640229", "640229"),
        ("RO", "2640229", "1640229"),
        ("AL", "G45229", "G40229"),
        ("GR", "290264", "290264"),
        ("UA", "23435", "23435"),
    ],
)
def test_a_number_holds_the_birth_date_where_its_country_writes_it(
    country: str, woman: str, man: str
) -> None:
    """A birth on 29 February 1964 stands at the beginning of the number, with the sex where it is part of it."""
    draw = random.Random(1).random

    of_woman = identity_number(country, date(1964, 2, 29), of_woman=True, draw=draw)
    of_man = identity_number(country, date(1964, 2, 29), of_woman=False, draw=draw)

    assert of_woman.startswith(woman)
    assert of_man.startswith(man)


def test_births_from_2000_on_are_marked_in_bulgaria_and_romania() -> None:
    """Bulgaria adds 40 to the month, Romania counts the century in the first digit."""
    draw = random.Random(1).random

    bulgarian = identity_number("BG", date(2004, 3, 5), of_woman=True, draw=draw)
    romanian = identity_number("RO", date(2004, 3, 5), of_woman=True, draw=draw)

    assert bulgarian.startswith("044305")
    assert romanian.startswith("6040305")


def test_a_country_without_a_rule_has_no_number() -> None:
    """The demo invents no format."""
    assert identity_number("UZ", date(1990, 1, 1), of_woman=True, draw=random.Random(1).random) == ""
