"""Identifiers in the wrong place are found, and serial numbers and codes are not taken for them."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.bg import egn
from stdnum.iso7064 import mod_11_10
from stdnum.md import idno
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.tr import tckimlik

from anonymizer import CODE_LISTS, FINDINGS
from anonymizer.clearing import identifiers as found_as
from anonymizer.clearing.identifiers import check_case_number, check_text, names_in, refused_as
from anonymizer.national_numbers import DAY_FIRST

BIRTHS = st.dates(date(1930, 1, 1), date(2024, 12, 31))
SERIALS = st.integers(0, 999)


@st.composite
def dated_numbers(draw: st.DrawFn) -> str:
    """A number of a register that writes the birth date into it."""
    born, serial = draw(BIRTHS), draw(SERIALS)
    century = 40 if born.year >= 2000 else 0
    match draw(st.sampled_from(["JMBG", "EGN", "CNP", "PESEL", "AMKA", "NID"])):
        case "JMBG":
            digits = f"{born:%d%m}{born.year % 1000:03}71{serial:03}"
            return digits + emso.calc_check_digit(digits)
        case "EGN":
            digits = f"{born.year % 100:02}{born.month + century:02}{born:%d}{serial:03}"
            return digits + egn.calc_check_digit(digits)
        case "CNP":
            digits = f"{6 if century else 2}{born:%y%m%d}12{serial:03}"
            return digits + cnp.calc_check_digit(digits)
        case "PESEL":
            digits = f"{born.year % 100:02}{born.month + century // 2:02}{born:%d}{serial:04}"
            return digits + pesel.calc_check_digit(digits)
        case "AMKA":
            digits = f"{born:%d%m%y}{serial:04}"
            return digits + luhn.calc_check_digit(digits)
        case _:
            decade = "ABCDEFGHIJKLMNOPQRST"[(born.year - 1900) // 10]
            return f"{decade}{born.year % 10}{born.month + 50:02}{born:%d}{serial:03}M"


@st.composite
def undated_numbers(draw: st.DrawFn) -> str:
    """A number with check digits alone, which does not begin like the year of an office's serial number."""
    digits = str(draw(st.integers(3_000_000_000, 9_999_999_999)))
    match draw(st.sampled_from(["OIB", "TCKN", "IDNP"])):
        case "OIB":
            return digits + mod_11_10.calc_check_digit(digits)
        case "TCKN":
            return digits[:9] + tckimlik.calc_check_digits(digits[:9])
        case _:
            digits = f"0{digits[1:]}"
            return f"20{digits}" + idno.calc_check_digit(f"20{digits}")


def grouped(number: str, separator: str) -> str:
    """Written in groups of three, as people read numbers aloud."""
    return separator.join(number[place : place + 3] for place in range(0, len(number), 3))


@given(dated_numbers(), st.sampled_from(["", " ", "-", ".", "/"]))
def test_numbers_with_a_birth_date_are_found_with_their_separators(number: str, separator: str) -> None:
    """Wherever a person may have typed them, alone or behind a word; but for those that begin like an office's day."""
    assume(len(number) == 13 or not DAY_FIRST.match(number))
    written = number if number[0].isalpha() else grouped(number, separator)

    assert check_text(written) == found_as.NATIONAL_NUMBER
    assert refused_as(f"no. {written}") == found_as.NATIONAL_NUMBER
    assert check_case_number(written) == found_as.CASE_NUMBER_IS_IDENTIFIER


@given(undated_numbers(), st.sampled_from(["", " "]))
def test_numbers_with_check_digits_alone_are_found(number: str, separator: str) -> None:
    """Here dashes and slashes are not looked through: they make serial numbers of an office."""
    assert check_text(grouped(number, separator)) == found_as.NATIONAL_NUMBER


def test_the_number_of_kosovo_is_found() -> None:
    """Ten digits; the last one is a check digit."""
    assert check_text("1234567892") == found_as.NATIONAL_NUMBER
    assert check_text("1234567893") is None


@given(st.text("0123456789", min_size=18, max_size=18))
def test_account_numbers_are_found(digits: str) -> None:
    """Serbia's IBAN, in one piece, in groups of four, in small letters."""
    number = "RS" + iban.calc_check_digits(f"RS00{digits}") + digits
    grouped_by_four = " ".join(number[place : place + 4] for place in range(0, 22, 4))
    found = {check_text(number), check_text(grouped_by_four), check_text(number.lower())}

    assert (found == {found_as.IBAN}) is iban.is_valid(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RS35260005601001611379", found_as.IBAN),
        ("person@example.org", found_as.E_MAIL),
        ("write to лице@пример.рс now", found_as.E_MAIL),
        ("+381 64 123-4567", found_as.PHONE),
        ("00381641234567", found_as.PHONE),
        ("(064) 123 45 67", found_as.PHONE),
        ("064/123-456", found_as.PHONE),
        ("0641234567", found_as.PHONE),
        ("AB 1234567", found_as.DOCUMENT),
        ("C0123456", found_as.DOCUMENT),
        ("44.8176, 20.4633", found_as.COORDINATES),
        ("44,8176; 20,4633", found_as.COORDINATES),
        ("123456", found_as.SIX_DIGITS),
        ("12345", None),
        ("FEMALE", None),
        ("24 years", None),
        ("2025-03-04", None),
    ],
)
def test_a_refused_code_is_told_by_what_it_looks_like(text: str, code: str | None) -> None:
    """One shape after the other, the surest first."""
    assert refused_as(text) == code


@pytest.mark.parametrize(
    "serial",
    [
        "2025/17",
        "C000001",
        "C0123456",
        "017/2025-001",
        "05/2025-17",
        "12/2025-0017",
        "01/123-2025",
        "0000000017",
        "0012345678",
        "0641234567",
        "20250000000000017",
        "NGO-SRB-2025-000017",
        "2025-03-04/17",
        "case 7",
        "c1:" + "A" * 43,
    ],
)
def test_serial_numbers_pass(serial: str) -> None:
    """An office may count as it likes."""
    assert check_case_number(serial, ("Zorka", "Marić")) is None


@given(st.integers(1990, 2049), st.integers(0, 9_999))
def test_serial_numbers_that_begin_with_their_year_pass(year: int, serial: int) -> None:
    """Though one in ten has the check digit of some register; up to 9,999 of ten digits in a year, in every year."""
    assert check_text(f"{year}{serial:06}") is None
    assert check_text(f"{year}-{serial:06}") is None


@given(st.integers(2013, 2040), st.integers(0, 999_999))
def test_any_serial_number_of_these_years_passes(year: int, serial: int) -> None:
    """What follows the year is no month in which anybody lives."""
    assert check_text(f"{year}{serial:06}") is None


@given(st.dates(date(1995, 1, 1), date(2039, 12, 31)), st.integers(0, 999), st.sampled_from(["", "-", "/"]))
def test_serial_numbers_that_begin_with_their_day_pass(day: date, serial: int, separator: str) -> None:
    """Written either way, with two or three digits after it."""
    for written in (f"{day:%Y%m%d}", f"{day:%d%m%Y}"):
        assert check_text(f"{written}{separator}{serial:02}") is None


@given(st.uuids(), st.sampled_from([str, lambda one: one.hex.upper()]))
def test_numbers_that_a_machine_makes_pass(number: UUID, write: Callable[[UUID], str]) -> None:
    """Primero's case numbers are UUIDs, in which ten digits may stand together."""
    assert check_text(write(number)) is None


def test_no_code_of_any_list_looks_like_an_identifier() -> None:
    """Nor any other way of writing that a list takes."""
    codes = {code for one in CODE_LISTS.values() for code in (*one.codes, *one.aliases)}

    assert [code for code in sorted(codes) if refused_as(code)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ZORCA-2025", "Zorča"),
        ("2025-зорка", "Zorka"),
        ("Đorđević/17", "DJORDJEVIC DORDEVIC"),
        ("file of ŠĆEKIĆ", "Šćekić"),
        ("ana2025", "Ana Marija"),
        ("Σοφία 3", "σοφία"),
    ],
)
def test_a_name_is_found_whatever_its_case_diacritics_and_alphabet(text: str, name: str) -> None:
    """As one word of several, too."""
    assert names_in(text, ["", name])
    assert check_case_number(text, [name]) == found_as.CASE_NUMBER_HAS_NAME


@pytest.mark.parametrize(
    ("text", "name"), [("ANABEL-17", "Ana"), ("LI-17", "Li"), ("2025/17", "Zorka"), ("", "")]
)
def test_a_part_of_another_word_is_no_name(text: str, name: str) -> None:
    """Nor are words of two letters, which stand in many case numbers."""
    assert not names_in(text, [name])


def test_every_code_is_one_of_the_catalogue() -> None:
    """With a sentence and a number of the kind that is about privacy."""
    codes = [value for name, value in vars(found_as).items() if name.isupper() and isinstance(value, str)]

    assert len(codes) == 10
    assert {FINDINGS[code].number[:2] for code in codes} == {"E3"}


@pytest.mark.real_input
@pytest.mark.skipif("CLEARPOINT_REAL_INPUT" not in os.environ, reason="CLEARPOINT_REAL_INPUT names no folder")
def test_no_cell_of_the_real_records_is_taken_for_an_identifier() -> None:
    """16,118 case numbers, and every cell beside them."""
    path = Path(os.environ["CLEARPOINT_REAL_INPUT"]) / "see_cases_htcds.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as records:
        rows = list(csv.DictReader(records))

    numbers = [check_case_number(row.pop("cas_Id")) for row in rows]
    cells = {cell for row in rows for cell in row.values()}

    assert (len(numbers), set(numbers)) == (16_118, {None})
    assert [cell for cell in cells if refused_as(cell)] == []
