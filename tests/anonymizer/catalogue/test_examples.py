"""Each finding has its example, and no example has a person."""

from __future__ import annotations

import re

from anonymizer.catalogue.examples import EXAMPLES
from anonymizer.catalogue.findings import FINDINGS

NUMBER = re.compile(r"[0-9][0-9 ]*[0-9]")
SIX = 6
"""Digits; a date has four of its year in one piece."""


def test_every_finding_has_an_example_and_none_is_left_over() -> None:
    """A new finding needs a row in anonymizer/catalogue/examples.csv: code, advice, place, wrong, right."""
    assert FINDINGS.keys() - EXAMPLES.keys() == set()
    assert EXAMPLES.keys() - FINDINGS.keys() == set()


def test_no_part_of_an_example_is_left_empty() -> None:
    """A page without advice helps nobody."""
    assert [
        one.code for one in EXAMPLES.values() if not all((one.advice, one.place, one.wrong, one.right))
    ] == []


def test_no_example_has_anything_of_a_person() -> None:
    """A number as long as a person's is made of zeros, and an address is of example.org."""
    for example in EXAMPLES.values():
        for text in (example.wrong, example.right):
            numbers = [number.replace(" ", "") for number in NUMBER.findall(text)]
            assert [number for number in numbers if len(number) >= SIX and set(number) != {"0"}] == []
            assert "@" not in text or text.endswith("@example.org")
