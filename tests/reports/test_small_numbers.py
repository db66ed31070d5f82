"""The numbers of the rules on small cells: raised at will, never lowered."""

from __future__ import annotations

from dataclasses import fields

import pytest

from reports.small_numbers import SmallNumbers

NUMBERS = [(number.name, number.default) for number in fields(SmallNumbers)]


def test_the_numbers_are_those_of_the_design() -> None:
    """A change of one is a decision, and shows here."""
    assert SmallNumbers().as_mapping() == {
        "threshold": 5,
        "threshold_child": 10,
        "pooled_below": 5,
        "total_only_below": 50,
        "one_way_below": 200,
        "share_denominator": 20,
        "performance_denominator": 10,
    }


@pytest.mark.parametrize(("name", "number"), NUMBERS)
def test_no_number_can_be_lowered(name: str, number: int) -> None:
    """The message says which, and the least that it may be."""
    with pytest.raises(ValueError, match=f"{name} may be raised and never lowered: set {number} or more"):
        SmallNumbers(**{name: number - 1})


@pytest.mark.parametrize(("name", "number"), NUMBERS)
def test_every_number_can_be_raised(name: str, number: int) -> None:
    """And is then the one that a release prints."""
    assert SmallNumbers(**{name: number + 1}).as_mapping()[name] == number + 1


@pytest.mark.parametrize(
    ("persons", "attributes"),
    [(0, None), (4, None), (5, 0), (49, 0), (50, 1), (199, 1), (200, 2), (10_000, 2)],
)
def test_how_many_attributes_a_country_may_print(persons: int, attributes: int | None) -> None:
    """None: not even its total."""
    assert SmallNumbers().attributes_shown(persons) == attributes
