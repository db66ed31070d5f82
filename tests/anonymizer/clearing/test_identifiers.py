"""Identifiers in the wrong place are found, and serial numbers and codes are not taken for them."""

from __future__ import annotations

import csv
import gzip
import os
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time
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
from anonymizer.clearing.identifiers import check_case_number, check_text, names_in, refused_as, scan_text
from anonymizer.national_numbers import DAY_FIRST, YEAR_FIRST

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
    """Wherever a person may have typed them, alone or behind a word; but for those that begin like an office's."""
    assume(len(number) == 13 or not (DAY_FIRST.match(number) or YEAR_FIRST.match(number)))
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
        ("067/123-45678", found_as.PHONE),
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
        "05/20250017",
        "05-123/2025",
        "3456789014",
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
    constants = {
        name: value for name, value in vars(found_as).items() if name[0].isalpha() and name.isupper()
    }
    codes = [value for value in constants.values() if isinstance(value, str)]

    assert len(codes) == 10
    assert {FINDINGS[code].number[:2] for code in codes} == {"E3"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RS35 2600 0560 1001 6113 79 was given", found_as.IBAN),
        ("KM12 office RS35260005601001611379, see there", found_as.IBAN),
        ("RS35-2600-0560-1001-6113-79", found_as.IBAN),
        ("BE68 5390 0754 7034 of a bank that no list has", found_as.IBAN),
        ("рачун GR16 0110 1050 0000 1054 7023 795 и", found_as.IBAN),
        ("٠١٠١٩٩٠٧١٠٠٠٨", found_as.NATIONAL_NUMBER),
        ("+٣٨١ ٦٤ ١٢٣ ٤٥٦٧", found_as.PHONE),
        ("०६४/१२३-४५६", found_as.PHONE),
        ("\u202a+381\u00a064\u2011123\u20114567\u202c", found_as.PHONE),
    ],
)
def test_what_is_written_otherwise_is_found_everywhere(text: str, code: str) -> None:
    """Before other words, in other digits, and with the blanks, dashes and marks of telephones."""
    assert check_text(text) == scan_text(text) == refused_as(text) == code


def test_every_decimal_digit_is_read() -> None:
    """Those that this Python knows and we do not can only be of a younger Unicode than 14."""
    known = {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(128, sys.maxunicode + 1)
        if unicodedata.decimal(chr(code), None) is not None
    }
    ours = {code: plain for code, plain in found_as._PLAIN.items() if plain.isdigit()}

    assert ours.items() <= known.items()
    assert unicodedata.unidata_version > "14.0.0" or ours == known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0641234567", found_as.PHONE),
        ("zvati 0 64 12 34 56 7", found_as.PHONE),
        ("05321234567", found_as.PHONE),
        ("001 202 555 0123", found_as.PHONE),
        ("01512 3456789", found_as.PHONE),
        ("691 234 5671", found_as.PHONE),
        ("532 123 45 67", found_as.PHONE),
        ("21 2345 6789", found_as.PHONE),
        ("3456789014", found_as.NATIONAL_NUMBER),
        ("34567-89014", found_as.NATIONAL_NUMBER),
        ("K1552-0123M", found_as.NATIONAL_NUMBER),
        ("number 345678901 of a card", found_as.SIX_DIGITS),
        ("160-5200000012345-67", found_as.SIX_DIGITS),
    ],
)
def test_texts_that_are_no_case_numbers_are_scanned_more_strictly(text: str, code: str) -> None:
    """The form of a telephone number is enough, and so is a long number that is not begun as offices begin theirs."""
    assert scan_text(text) == code
    assert refused_as(text) in {code, found_as.NATIONAL_NUMBER}
    assert check_text(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v2.1",
        "CF-20250304",
        "2025-03-04.2",
        "20250304103000",
        "04.03.2025-05.03.2025",
        "from 4/3/2025 to 5/3/2025 and 4. 3. 2026",
        "04.03.25-05.03.25",
        "2025-03-04 10:30:00",
        "2023/2024",
        "plan for 2021-2025, 2026-2030",
        "KUC-2025-00017 and 0000000017",
        "file 05-123/2025, 016-1234/2025, 16-1234/2025",
        "1.250.000,00 EUR",
        "12 500 000 RSD",
        "912 500 000 000,00 RSD",
        "from 21 2023 2024 on",
        "Directive 2011/36/EU, OJ L 101, 15.4.2011",
        "Official Gazette 113/2018, 35/2019, 85/2005",
        "helpline 116 006 or 0800 012",
        "batch 12345678-1234-5234-9234-123456789012",
        "sha256 0641234567064123456706412345670641234567064123456706412345670641",
        "version 3.05.1234567",
    ],
)
def test_texts_without_an_identifier_pass(text: str) -> None:
    """Years, dates, sums, laws, file numbers of offices and what machines make."""
    assert scan_text(text) is None


@given(st.dates(date(1995, 1, 1), date(2039, 12, 31)), st.dates(date(1995, 1, 1), date(2039, 12, 31)))
def test_dates_pass(day: date, other: date) -> None:
    """Two of them side by side in the ways of the region."""
    for way in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d.%m.%Y."):
        assert scan_text(f"{day:{way}}-{other:{way}}") is None
        assert scan_text(f"{day:{way}} {other:{way}}") is None


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "a",
        "+1",
        "0 ",
        "a1",
        "AB12 ",
        "AB12",
        "1-",
        "064 ",
        "a.",
        "@a.1",
        "f",
        "1.1111 ",
        " ",
        "١",
        "(",
        "0-0",
    ],
)
@pytest.mark.parametrize("look", [check_text, scan_text, refused_as])
def test_hostile_texts_take_no_longer_than_others(look: Callable[[str], str | None], piece: str) -> None:
    """Time grows with the length alone: a hundred thousand letters would take minutes otherwise."""
    began = process_time()
    look("12345678 1.234" + piece * (100_000 // len(piece)) + "!")

    assert process_time() - began < 5


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
