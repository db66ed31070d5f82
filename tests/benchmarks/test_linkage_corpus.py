"""The invented registers: the same for a seed, in the scripts of the region, with families that are easily confused."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest

from benchmarks.linkage.corpus import make_corpus
from benchmarks.linkage.errors import IDENTIFIERS
from benchmarks.linkage.people import (
    LANGUAGES,
    daughter,
    family_of,
    invent,
    sister,
    twin,
    twin_that_sounds_alike,
)
from benchmarks.linkage.spelling import drawn_habit, spelled


def test_a_seed_gives_one_corpus_and_another_seed_another() -> None:
    """What was measured can be measured again."""
    assert make_corpus(50, 1, 100) == make_corpus(50, 1, 100)
    assert make_corpus(50, 1, 100) != make_corpus(50, 1, 200)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_three_of_ten_persons_stand_in_both_registers_and_nobody_twice_in_one(level: int) -> None:
    """A pair of sheets is one person or not, and the corpus knows."""
    corpus = make_corpus(200, level, 100)

    assert len(corpus.left) == len(corpus.right) == 200
    assert len(set(corpus.of_left)) == len(set(corpus.of_right)) == 200
    assert corpus.true_pairs == 60


def test_without_errors_only_the_spelling_differs() -> None:
    """Level 0: the same day of birth on both sheets, every name written down, none of them empty."""
    corpus = make_corpus(300, 0, 100)
    place = {person: at for at, person in enumerate(corpus.of_right)}
    pairs = [
        (sheet, corpus.right[place[who]])
        for sheet, who in zip(corpus.left, corpus.of_left, strict=True)
        if who in place
    ]

    assert all(one["birth_date"] == other["birth_date"] for one, other in pairs)
    assert all(sheet[name] for pair in pairs for sheet in pair for name in IDENTIFIERS[:5])
    assert any(one["family_name"] != other["family_name"] for one, other in pairs)


def test_names_are_written_in_three_scripts() -> None:
    """Offices of the region and of the neighbours write Latin, Cyrillic and Greek."""
    written = "".join(sheet["family_name"] for sheet in make_corpus(400, 0, 100).left)
    scripts = {unicodedata.name(letter).split()[0] for letter in written if letter.isalpha()}

    assert {"LATIN", "CYRILLIC", "GREEK"} <= scripts


@pytest.mark.parametrize(
    ("name", "language", "habit", "written"),
    [
        ("Đorđević", "sr", "macedonian", "Ѓорѓевиќ"),
        ("Đorđević", "sr", "albanian", "Gjorgjeviq"),
        ("Đorđević", "sr", "serbian_cyrillic", "Ђорђевић"),
        ("Шевченко", "uk", "uk_law", "Shevchenko"),
        ("Цветелина", "bg", "bg_law", "Tsvetelina"),
        ("Hoxha", "sq", "serbian", "Hodža"),
        ("Παπαδοπούλου", "el", "el_law", "Papadopoulou"),
        ("Çağlar", "tr", "tr_plain", "Caglar"),
    ],
)
def test_offices_write_names_as_their_letters_let_them(
    name: str, language: str, habit: str, written: str
) -> None:
    """Spellings that everybody of the region has seen."""
    assert spelled(name, language, habit, Random(1)) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_habit_of_a_language_writes_its_names_in_letters_alone(language: str) -> None:
    """No table leaves a sign of its own behind, and none loses a name."""
    random = Random(1)
    for _ in range(200):
        person = invent(random, language)
        for name in (person.given_name, person.family_name, person.birth_place):
            written = spelled(name, language, drawn_habit(language, random), random)
            assert written.strip()
            assert not set(written) & set("^$|=ľňǆʣəɨð")


def test_twins_share_everything_but_the_given_name_and_the_number() -> None:
    """Those who sound alike too: they differ in one vowel."""
    random = Random(3)
    person = invent(random, "sr")
    for other in (twin(person, random), twin_that_sounds_alike(person, random)):
        assert other.given_name != person.given_name
        assert (other.family_name, other.birth_date, other.birth_place, other.father_name) == (
            person.family_name,
            person.birth_date,
            person.birth_place,
            person.father_name,
        )
        assert other.identity_number != person.identity_number


def test_sisters_and_daughters_are_born_in_other_years() -> None:
    """Of one family name and place; a daughter is a generation younger."""
    random = Random(3)
    for _ in range(50):
        person = invent(random)
        assert sister(person, random).birth_date > person.birth_date
        assert daughter(person, random).birth_date.year >= person.birth_date.year + 8
        first, second = family_of(random, 1)
        assert first.household == second.household == 1
