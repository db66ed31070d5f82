"""Names of the region come to one form in every alphabet, and the rules by which they do are frozen."""

from __future__ import annotations

import csv
import os
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anonymizer.linking.normalizer import VERSION, digest_of_tables, father, fine, place, skeletons

FROZEN = {"seekey/1": "031efd68c3f6e05963c3c517824c3d81df095769057ab4415dfcb7b8834182d1"}
"""Changed rules are a new version: tokens are compared with tokens that were made years before."""
SPELLINGS = Path(__file__).parent / "name_spellings.csv"
SHARE_A_KEY = 0.85
SOUND_ALIKE = {("Gjergj", "Šarić"), ("Krasniqi", "Гриценко"), ("Shqipe", "Жечева")}
"""Roots of which some readings are the same, in their rarer ways of reading."""
LETTERS = "".join(
    chr(point)
    for first, last in ((0x41, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1FFF))
    for point in range(first, last + 1)
    if chr(point).isalpha()
)
NAMES = st.text(st.sampled_from(LETTERS), max_size=14) | st.text(
    st.sampled_from("aeioubcdgjhklmnpqrstvwxyzčćšžđț -'аеиоујчшжљњђџщκσταει"), max_size=14
)


def spellings() -> list[dict[str, str]]:
    """Root, variant, and the forms of the variant."""
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_those_of_the_version() -> None:
    """A change of a letter or a word needs a new version, and then a new line here."""
    assert FROZEN[VERSION] == digest_of_tables()


def test_every_spelling_has_the_forms_of_the_golden_table() -> None:
    """The rules that stand in the code are frozen as well."""
    rows = spellings()
    forms = [(row["variant"], fine(row["variant"]), " ".join(skeletons(row["variant"]))) for row in rows]

    assert len(rows) >= 300
    assert forms == [(row["variant"], row["fine"], row["skeletons"]) for row in rows]


def test_spellings_of_one_name_share_a_reading() -> None:
    """The table was written by the hand that wrote the rules, so that its share is an upper bound."""
    pairs = [(row["root"], row["variant"]) for row in spellings() if row["root"] != row["variant"]]

    assert share_with_a_common_reading(pairs) == 1.0


def test_different_names_stay_apart() -> None:
    """No two roots have a spelling with a reading in common, but for names that sound alike."""
    readings: dict[str, set[str]] = {}
    for row in spellings():
        readings.setdefault(row["root"], set()).update(row["skeletons"].split())
    merged = {
        (one, other)
        for one, other in combinations(sorted(readings), 2)
        if not readings[one].isdisjoint(readings[other])
    }

    assert len(readings) >= 80
    assert merged == SOUND_ALIKE


@pytest.mark.real_input
@pytest.mark.skipif("CLEARPOINT_REAL_INPUT" not in os.environ, reason="CLEARPOINT_REAL_INPUT names no folder")
def test_spellings_as_they_occur_share_a_key_and_roots_stay_apart() -> None:
    """The list of spellings that others collected."""
    with (Path(os.environ["CLEARPOINT_REAL_INPUT"]) / "name_variants.csv").open(encoding="utf-8") as file:
        pairs = [(row["name"], row["variant"]) for row in csv.DictReader(file)]
    roots = sorted({root for root, _ in pairs})

    assert share_with_a_common_reading(pairs) >= SHARE_A_KEY
    assert all(set(skeletons(one)).isdisjoint(skeletons(other)) for one, other in combinations(roots, 2))


@given(NAMES)
def test_composed_and_decomposed_letters_are_the_same(name: str) -> None:
    """However a keyboard or a program writes a letter with its mark."""
    forms = {
        (fine(text), skeletons(text))
        for text in (unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD"))
    }

    assert len(forms) == 1


@given(st.sampled_from([row["variant"] for row in spellings()]))
def test_capitals_are_the_same(name: str) -> None:
    """Lists are often written in capitals; Turkish ones lose the dot or get it."""
    assert fine(name.upper()) == fine(name) or "ı" in name
    assert skeletons(name.upper()) == skeletons(name)


@given(NAMES)
@example("Асхат")
@example("Troicki")
def test_the_fine_form_of_a_word_is_its_own_fine_form(name: str) -> None:
    """Latin letters that came together from two Cyrillic ones are read as Latin writes them."""
    word = name.replace(" ", "").replace("-", "")

    assert fine(fine(word)) == fine(word)


@given(NAMES)
def test_forms_have_plain_letters_and_few_readings(name: str) -> None:
    """At most four readings of at most six classes; a name with a form has readings, and the other way round."""
    readings = skeletons(name)

    assert fine(name) == "" or (fine(name).isascii() and fine(name).isalpha() and fine(name).islower())
    assert len(readings) == len(set(readings)) <= 4
    assert all(len(reading) <= 6 and set(reading) <= set("APTSKLMNR") for reading in readings)
    assert not readings or fine(name)


@given(st.text(max_size=40))
def test_nothing_makes_it_fail(text: str) -> None:
    """A cell may have anything in it."""
    assert isinstance(fine(text), str)
    assert isinstance(skeletons(text), tuple)


@pytest.mark.parametrize(
    "name", ["", " ", "李娜", "ანა", "مريم", "Ana 2", "Ana?", "M.", "😀", "Ana\ud800", "^Ana$", "x" * 200]
)
def test_what_cannot_be_read_has_no_form(name: str) -> None:
    """No key is better than a wrong one."""
    assert fine(name) == ""
    assert skeletons(name) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana-Marija", "Ana Marija"), ("Ana Marija", "Anamarija"), ("O'Brien", "O’Brien"), ("IŞIK", "ışık"),
        ("İbrahim", "ibrahim"), ("Ǆemal", "Džemal"), ("Љиљана", "Ljiljana"), ("Ananij", "Ананий"),
        ("Соня", "Sonja"), ("Γιάννης", "ΓΙΑΝΝΗΣ"), ("Петрóвић", "Петровић"), ("Ａｎａ", "Ana"),
    ],
)  # fmt: skip
def test_ways_of_writing_that_mean_nothing(one: str, other: str) -> None:
    """Hyphens, apostrophes, accents, dots and ligatures."""
    assert fine(one) == fine(other)
    assert skeletons(one)[0] == skeletons(other)[0]


@pytest.mark.parametrize(
    ("one", "other"), [("Mara", "Mira"), ("Ivan", "Ivana"), ("Amir", "Amira"), ("Еμα", "Eva")]
)
def test_names_of_twins_differ_in_their_fine_form(one: str, other: str) -> None:
    """Skeletons may be the same; keys that are made of them are for review when nothing else agrees."""
    assert fine(one) != fine(other)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ивановна", "Иван"),
        ("Petrovna", "Petar"),
        ("Nikolaevich", "Nikola"),
        ("Petrov", "Петър"),
        ("Marković", "Marko"),
    ],
)
def test_a_patronymic_is_the_fathers_name(written: str, name: str) -> None:
    """In Ukraine, Moldova and Bulgaria the father stands in the person's own name."""
    assert father(written) == father(name) != ()


@pytest.mark.parametrize(
    "name", ["unknown", "UNKNOWN", "nepoznato", "Непознат", "N.N.", "necunoscut", "άγνωστο", "-"]
)
def test_a_word_for_unknown_is_no_name(name: str) -> None:
    """Otherwise everybody whose father is unknown would have the same one."""
    assert father(name) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beograd", "Belgrade"), ("Београд, Србија", "Beograd"), ("Chișinău", "Кишинёв"), ("Solun", "Θεσσαλονίκη"),
        ("s. Ravna", "Ravna (Bujanovac)"), ("гр. София", "Sofia"), ("Shkup", "Скопје"), ("Peja", "Peć"),
    ],
)  # fmt: skip
def test_a_place_is_known_by_its_names(one: str, other: str) -> None:
    """In the languages of its neighbours, with the district or without."""
    assert place(one) == place(other) != ()


@pytest.mark.parametrize("name", ["Srbija", "Serbia", "Молдова", "Kosovë", "Türkiye", "unknown", ""])
def test_a_country_is_no_place_of_birth(name: str) -> None:
    """Too many are born in one."""
    assert place(name) == ()


def share_with_a_common_reading(pairs: list[tuple[str, str]]) -> float:
    """Of pairs of a name and another spelling of it."""
    return sum(not set(skeletons(one)).isdisjoint(skeletons(other)) for one, other in pairs) / len(pairs)
