"""Parts of clearing in the browser of which a sheet shows little: patterns, national numbers, weeks, keys, other files."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any

import pytest
from stdnum import iban, luhn
from stdnum.ro import cnp
from stdnum.si import emso

from anonymizer.clearing import identifiers, misplaced
from anonymizer.clearing.identifiers import check_text, refused_as
from anonymizer.commands.keys import case_key_of
from anonymizer.days import week_of
from anonymizer.reading.headers import column_of
from app.services.browser_rules import browser_rules, pattern
from benchmarks.identifier_corpus import make_texts
from tests.browser import node
from tests.browser.clearing_twice import Sheet, by_the_browser, document
from tests.corpus import containers, texts

PATTERNS = {
    **{name: one for name, one in vars(identifiers).items() if isinstance(one, re.Pattern)},
    "words": misplaced._WORDS,
}
LETTERS = "019AaRSrsıİſKčЂж²½Ⅳ٣ _-./()+@:;,\u00a0\u2003\u200b\n\tNS°é\u0301中"
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LARGEST = 2_000_000
"""Bytes of a file of the corpus that travels to the browser in a test."""


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_patterns_find_what_they_find_in_python(name: str) -> None:
    """Also with letters that programs think differently of."""
    chance = random.Random(name)
    read = [any_text(chance) for _ in range(3_000)]
    script = "const { texts, pattern: [source, flags] } = given; answer(texts.map((text) => [...text.matchAll(new RegExp(source, `${flags}g`))].map((one) => one[0])));"

    found = node.run(script, {"texts": read, "pattern": pattern(PATTERNS[name])})

    assert found == [[one.group() for one in PATTERNS[name].finditer(text)] for text in read]


def test_identifiers_are_known_alike() -> None:
    """Right ones of every kind, with and without separators, in other digits, and many that are nearly right."""
    chance = random.Random(11)
    numbers = [
        *(any_number(chance) for _ in range(20_000)),
        *(any_number(chance).translate(ARABIC_INDIC) for _ in range(1_000)),
        *(text.words for text in make_texts(4_000, 11)),
    ]
    script = """
    import { readCatalogue } from "./catalogue.js";
    import { checkText, refusedAs } from "./identifiers.js";
    const { identifiers } = readCatalogue(given.catalogue);
    answer(given.numbers.map((number) => [checkText(number, identifiers), refusedAs(number, identifiers)]));
    """

    told = node.run(script, {"catalogue": document(), "numbers": numbers})

    ours = [[check_text(number), refused_as(number)] for number in numbers]
    assert told == ours
    kinds = {"looks_like_national_number", "looks_like_iban", "looks_like_phone", "looks_like_email", None}
    assert kinds == {found for found, _ in ours}
    assert kinds < {found for _, found in ours}


def test_hostile_texts_take_no_longer_than_others() -> None:
    """A hundred thousand letters would take minutes if time did not grow with the length alone."""
    pieces = ("1", "a", "+1", "0 ", "a1", "AB12 ", "1-", "064 ", "@a.1", "1.1111 ", " ", "١", "0-0")
    script = """
    import { readCatalogue } from "./catalogue.js";
    import { refusedAs } from "./identifiers.js";
    const { identifiers } = readCatalogue(given.catalogue);
    answer(given.texts.map((text) => {
      const began = performance.now();
      refusedAs(text, identifiers);
      return performance.now() - began;
    }));
    """
    texts = ["12345678 1.234" + piece * (100_000 // len(piece)) + "!" for piece in pieces]

    assert max(node.run(script, {"catalogue": document(), "texts": texts})) < 5_000


def test_weeks_begin_on_the_same_day() -> None:
    """Every day from 1990 on."""
    days = [date(1990, 1, 1) + timedelta(days=number) for number in range(50 * 366)]
    script = """
    import { readDay, writtenWeek } from "./days.js";
    answer(given.map((text) => writtenWeek(readDay(text))));
    """

    assert node.run(script, [day.isoformat() for day in days]) == [week_of(day).isoformat() for day in days]


def test_headers_are_folded_alike() -> None:
    """Every character that two programs could make a small letter of in two ways."""
    names = [
        f" {letter}SEX{letter} "
        for letter in (*browser_rules()["folded"], "İ", "ı", "\u200b", "\x85", "\ufeff")
    ]
    script = """
    import { readCatalogue } from "./catalogue.js";
    import { columnsOf } from "./headers.js";
    const catalogue = readCatalogue(given.catalogue);
    answer(given.names.map((name) => columnsOf([name], catalogue, 1)[0]));
    """

    assert node.run(script, {"catalogue": document(), "names": names}) == [
        column_of(name, "cases") for name in names
    ]


@pytest.mark.parametrize("coded", ["00" * 32, "AB" * 32, "A" * 43, "A" * 43 + "=", "-_" * 21 + "A"])
def test_key_files_are_read_as_the_command_line_reads_them(coded: str) -> None:
    """Hexadecimal or base64url; lines that say something else are left aside."""
    assert read_keys(
        f"# keys\r\nkey = cp_a.b-c\ncase_key = {coded}\r\ntrustee_key = t\ntrustee_url = u\n"
    ) == {
        "clearingPoint": "cp_a.b-c",
        "caseKey": case_key_of(coded).hex(),
        "trustee": "t",
        "trusteeUrl": "u",
    }


@pytest.mark.parametrize(
    ("named", "beside", "is_known"),
    [
        ("https://trustee.example", "https://trustee.example/", True),
        ("https://trustee.example/", "https://trustee.example", True),
        ("https://trustee.example", "", False),
        ("https://trustee.example", "trustee.example", False),
        ("https://trustee.example.evil.example", "https://trustee.example", False),
        ("https://point.example", "https://trustee.example", False),
        (None, "https://trustee.example", False),
        (None, "", False),
    ],
)
def test_the_key_of_the_trustee_goes_to_the_address_beside_it_alone(
    named: str | None, beside: str, is_known: bool
) -> None:
    """The page keeps nothing, so that it has no first address to trust: the line has to be there."""
    script = """
    import { isKnownTrustee } from "./sending.js";
    answer(isKnownTrustee({ trusteeUrl: given.named }, { trusteeUrl: given.beside }));
    """

    assert node.run(script, {"named": named, "beside": beside}) is is_known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong_key"),
        ("cp_abc", "wrong_key"),
        ("key = a b", "wrong_key"),
        ("key = a", "wrong_case_key"),
        (f"key = a\ncase_key = {'0' * 63}g", "wrong_case_key"),
        (f"key = a\ncase_key = {'A' * 42}", "wrong_case_key"),
        (f"key = a\ncase_key = {'00' * 32}\ntrustee_key = a b", "wrong_trustee_key"),
    ],
)
def test_what_is_no_key_is_told(text: str, code: str) -> None:
    """By a code of its own."""
    assert read_keys(text) == code


def test_files_of_other_forms_are_refused_and_never_guessed() -> None:
    """Workbooks, archives, JSON and lines of JSON: they are for the command line and the door."""
    made = [*texts.files(), *containers.archives(), *containers.workbooks()]
    others = [file for file in made if file.form != "csv" and len(file.body) <= LARGEST]

    answers = by_the_browser(Sheet(file.body) for file in others)

    read = [
        (file, answer) for file, answer in zip(others, answers, strict=True) if "unreadable" not in answer
    ]
    assert len(others) - len(read) > 50
    assert [
        file.name for file, _ in read if not file.body.startswith(b"case_number,")
    ] == []  # CSV by another name


def read_keys(text: str) -> Any:
    """The keys, or the code of what is wrong."""
    script = """
    import { readKeys } from "./keys.js";
    const wrong = failure(() => readKeys(given));
    answer(wrong ?? { ...readKeys(given), caseKey: hex(readKeys(given).caseKey) });
    """
    return node.run(script, text)


def any_text(chance: random.Random) -> str:
    """Letters by chance, or a number with something around it."""
    if chance.random() < 0.5:
        return any_number(chance)
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 40)))


def any_number(chance: random.Random) -> str:
    """Of the shape of some number of the region, right or nearly."""
    number = chance.choice(MAKERS)(chance)
    if chance.random() < 0.3:
        separator = chance.choice((" ", "-", ".", "/", "\u00a0", "  "))
        place = chance.randint(1, len(number) - 1)
        number = number[:place] + separator + number[place:]
    return chance.choice(("", "", "No ", "č", "ı")) + number + chance.choice(("", "", "/a", " x", "ı", "\n"))


def born(chance: random.Random) -> tuple[str, str, str]:
    """Year, month and day, with two digits each."""
    return f"{chance.randint(0, 99):02}", f"{chance.randint(1, 12):02}", f"{chance.randint(1, 30):02}"


def digits(chance: random.Random, count: int) -> str:
    """So many of them."""
    return "".join(chance.choice("0123456789") for _ in range(count))


def a_jmbg(chance: random.Random) -> str:
    """Always right but for its birth date."""
    year, month, day = born(chance)
    number = f"{day}{month}9{year}{digits(chance, 5)}"
    return number + emso.calc_check_digit(number)


def a_cnp(chance: random.Random) -> str:
    """With any county."""
    year, month, day = born(chance)
    number = f"{chance.randint(1, 9)}{year}{month}{day}{chance.randint(0, 99):02}{digits(chance, 3)}"
    return number + cnp.calc_check_digit(number)


def an_amka(chance: random.Random) -> str:
    """With the check digit of Luhn."""
    year, month, day = born(chance)
    number = f"{day}{month}{year}{digits(chance, 4)}"
    return f"{number}{luhn.calc_check_digit(number)}"


def an_iban(chance: random.Random) -> str:
    """Of some countries, with right check digits in half of them."""
    country, length = chance.choice(
        (("RS", 18), ("ME", 18), ("RO", 20), ("ES", 20), ("NO", 11), ("XX", 18), ("BE", 12), ("BG", 18))
    )
    account = digits(chance, length)
    check = iban.calc_check_digits(f"{country}00{account}") if chance.random() < 0.5 else digits(chance, 2)
    return f"{country}{check}{account}"


def of_a_shape(chance: random.Random) -> str:
    """Any digits where the check is right by chance: of Poland, Bulgaria, Albania, Moldova, Croatia, Türkiye, Kosovo."""
    year, month, day = born(chance)
    return chance.choice(
        (
            f"{year}{int(month) + chance.choice((0, 20)):02}{day}{digits(chance, 5)}",
            f"{year}{int(month) + chance.choice((0, 20, 40)):02}{day}{digits(chance, 4)}",
            f"{chance.choice('ABJKT')}{year[1]}{int(month) + chance.choice((0, 30, 50)):02}{day}{digits(chance, 3)}W",
            f"20{digits(chance, 11)}",
            digits(chance, 11),
            digits(chance, 10),
        )
    )


MAKERS = (a_jmbg, a_cnp, an_amka, an_iban, of_a_shape, of_a_shape)
