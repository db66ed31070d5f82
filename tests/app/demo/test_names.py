"""Names are written in the letters of the office that writes them."""

from __future__ import annotations

import unicodedata

import pytest

from app.demo.names import OWN, names_of, places_of, spell, without_marks

LANGUAGES = ["bg", "bs", "el", "further", "hr", "mk", "ro", "sq", "sr", "tr", "uk"]
SCRIPTS = {
    "bg": "CYRILLIC",
    "mk": "CYRILLIC",
    "ro": "LATIN",
    "sq": "LATIN",
    "sr-Cyrl": "CYRILLIC",
    "sr-Latn": "LATIN",
}


@pytest.mark.parametrize(
    ("name", "language", "writing", "written"),
    [
        ("Đorđević", "sr", "sr-Cyrl", "Ђорђевић"),
        ("Đorđević", "sr", "sq", "Gjorgjeviq"),
        ("Đorđević", "sr", "mk", "Ѓорѓевиќ"),
        ("Ѓорѓиевска", "mk", "sr-Latn", "Đorđievska"),
        ("Хаджийска", "bg", "sr-Latn", "Hadžijska"),
        ("Йорданова", "bg", "ro", "Iordanova"),
        ("Щерева", "bg", "sr-Latn", "Štereva"),
        ("Çela", "sq", "sr-Latn", "Čela"),
        ("Țurcanu", "ro", "mk", "Цуркану"),
        ("Юлія", "uk", "sr-Latn", "Julija"),
        ("İpek", "tr", "bg", "Ипек"),
        ("Bijelo Polje", "sr", "sr-Latn", "Bijelo Polje"),
        ("Slavonski Brod", "hr", "mk", "Славонски Брод"),
    ],
)
def test_a_name_is_spelled_by_ear(name: str, language: str, writing: str, written: str) -> None:
    """The sounds stay, the letters are the office's; in its own language a name stays as it is."""
    assert spell(name, language, writing) == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("writing", sorted(SCRIPTS))
def test_no_letter_of_another_alphabet_is_left(language: str, writing: str) -> None:
    """Whatever the language, a name ends in the alphabet of the office and begins with a capital."""
    names = names_of(language, writing)

    for name in (*names.women, *names.men, *names.families_of_women, *names.families_of_men):
        scripts = {unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}
        assert scripts == {SCRIPTS[writing]}
        assert name[0].isupper()
        assert not set(name) & set("ľňǆʣəɨ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_in_a_list_is_one_name_everywhere(language: str) -> None:
    """The lists are equally long in every writing, and both sexes have equally many family names."""
    own = names_of(language, OWN)

    assert len(own.families_of_women) == len(own.families_of_men)
    for writing in SCRIPTS:
        names = names_of(language, writing)
        assert [len(own.women), len(own.men), len(own.families_of_men)] == [
            len(names.women),
            len(names.men),
            len(names.families_of_men),
        ]


def test_marks_fall_off_latin_letters_alone() -> None:
    """An old keyboard has no đ, č or ț, but Cyrillic stays what it is."""
    assert without_marks("Đorđević") == "Djordjevic"
    assert without_marks("Țurcanu") == "Turcanu"
    assert without_marks("Yıldız") == "Yildiz"
    assert without_marks("Йорданова") == "Йорданова"


def test_a_country_without_towns_of_its_own_has_the_further_ones() -> None:
    """Persons from outside the region were born somewhere too."""
    assert places_of("UZ", OWN) == places_of("CN", OWN)
    assert places_of("RS", OWN) != places_of("ME", OWN)
