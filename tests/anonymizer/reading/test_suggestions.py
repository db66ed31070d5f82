"""Suggesting an encoding: the letters that would come out, and no word."""

from __future__ import annotations

import pytest

from anonymizer.reading.suggestions import suggest_encoding

HEADER = "case_number,given_name,family_name,birth_place\n"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", "Đurđa,Šćepanović,Čačak\nZorica,Žižić,Šabac\n"),
        ("iso-8859-2", "Đurđa,Šćepanović,Čačak\nZorica,Žižić,Šabac\n"),
        ("cp1251", "Ђорђе,Шћепановић,Чачак\nЖељка,Његош,Ниш\n"),
        ("iso-8859-5", "Ђорђе,Шћепановић,Чачак\nЖељка,Његош,Ниш\n"),
        ("cp1253", "Ελένη,Παπαδοπούλου,Θεσσαλονίκη\n"),
        ("cp1254", "Ayşe,Yıldırım,Iğdır\nGökçe,Öztürk,Şırnak\n"),
    ],
)  # fmt: skip
def test_names_of_the_region_are_recognized_by_their_letters(encoding: str, names: str) -> None:
    """Each letter once, in the order of the alphabet."""
    suggestion = suggest_encoding((HEADER + names).encode(encoding))

    assert suggestion.encoding == encoding
    assert suggestion.letters == "".join(sorted({letter for letter in names if not letter.isascii()}))


def test_what_no_encoding_makes_text_of_gets_no_suggestion() -> None:
    """The person is not sent on a wrong way."""
    suggestion = suggest_encoding(bytes(range(128, 256)) * 20)

    assert not suggestion
    assert suggestion.letters == ""
