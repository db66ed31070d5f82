"""Shapes pick what they say, in the parts that they say."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from app.demo.shapes import CODES, EACH, OTHER, RANGES, Codes, Each, Ranges, codes


def test_codes_come_in_their_parts() -> None:
    """Of a thousand evenly spread draws each code gets exactly its part."""
    shape = Codes({"A": 700, "B": 299, "": 1})

    picked = Counter(shape.pick(lambda place=place: place / 1000 + 0.0005) for place in range(1000))  # type: ignore[misc]

    assert picked == {"A": 700, "B": 299, "": 1}


def test_a_range_gives_both_ends_and_nothing_beyond() -> None:
    """`low..high` holds its ends."""
    shape = Ranges({"-2..1": 1000})
    draw = random.Random(1).random

    assert {shape.pick(draw) for _ in range(200)} == {-2, -1, 0, 1}


def test_each_is_drawn_by_itself() -> None:
    """What is certain always comes, what is impossible never."""
    assert Each({"A": 1000, "B": 0, "C": 1000}).pick(random.Random(1).random) == ["A", "C"]


def test_a_shape_that_is_not_whole_is_refused() -> None:
    """A wrong sum would silently favour nothing or fail in the middle of a sheet."""
    with pytest.raises(ValueError, match="sum up to 1000"):
        Codes({"A": 999})


def test_no_country_lists_itself_among_the_foreign_citizenships() -> None:
    """A foreigner is a citizen of another country."""
    own = [country for country in CODES["nationality"] if country in codes("citizenship", country).codes]

    assert own in ([], [OTHER])
    assert not {"MK", "BA", "XK", "ME", "HR"} & set(CODES["citizenship"][OTHER].codes)


def test_every_shape_has_a_variant_for_all_it_is_asked_for() -> None:
    """Either a shape serves the rest with `other`, or it lists the four groups, or it is one of a known few."""
    groups = {"woman", "man", "girl", "boy"}

    for shape, variants in {**CODES, **RANGES, **EACH}.items():
        known = OTHER in variants or groups <= set(variants) or shape in {"age_written", "services_accepted"}
        assert known, shape
