"""The birth dates that stand in national numbers."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.bg import egn
from stdnum.gr import amka
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso

from anonymizer.national_numbers import births_in

BORN = date(1985, 3, 12)


@pytest.mark.parametrize(
    ("number", "births"),
    [
        ("120398573501" + emso.calc_check_digit("120398573501"), [BORN]),
        ("850312123" + egn.calc_check_digit("850312123"), [BORN]),
        ("285031240123" + cnp.calc_check_digit("285031240123"), [BORN]),
        ("I55312123A", [BORN]),
        ("nothing", []),
        ("", []),
    ],
    ids=["JMBG", "EGN", "CNP", "NID", "a word", "nothing"],
)
def test_a_number_says_when_its_bearer_was_born(number: str, births: list[date]) -> None:
    """To the day, by the rules of its register; of women in Albania the month is written with 50 more."""
    assert [born for born in births_in(number) if born] == births


def test_both_centuries_are_given_where_the_number_has_none() -> None:
    """Greece writes two digits of the year."""
    number = next(one for one in (f"12038501{last:03}" for last in range(1000)) if amka.is_valid(one))

    assert {BORN, date(2085, 3, 12)} <= set(births_in(number))


def test_a_number_of_two_kinds_says_what_either_says() -> None:
    """Eleven digits may be of Poland and of Croatia, which has no birth date in its numbers."""
    polish = next(
        one
        for one in (f"850312{serial:05}" for serial in range(10**5))
        if pesel.is_valid(one) and None in births_in(one)
    )

    assert BORN in births_in(polish)
