"""How invented cases are distributed, read from `shapes.toml`, and how chance picks from it.

Every shape is invented. Where a published aggregate exists (women and girls in sexual exploitation, men in
labour, about 70 % males among labour, begging and delinquency in Albania, nationals in MD, RO, BG and AL,
foreigners in RS, MK, BA and XK) the file leans on it and says so at that line. Nothing here is estimated
from case records, and none may ever be.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

Draw = Callable[[], float]
"""A source of numbers from 0 up to 1. Only a seeded `random()` is used: it stays the same for ever."""

PARTS = 1000
"""Shapes are written in parts of a thousand, so that a pick is one look into a list of a thousand places."""

OTHER = "other"
"""The variant that serves whatever has none of its own."""


class Codes:
    """A shape over codes: as many places of a thousand for a code as its part."""

    __slots__ = ("codes",)

    def __init__(self, parts: Mapping[str, int]) -> None:
        self.codes = tuple(code for code, part in parts.items() for _ in range(part))
        _check_whole(len(self.codes))

    def pick(self, draw: Draw) -> str:
        return self.codes[int(draw() * PARTS)]


class Ranges:
    """A shape over whole numbers: first a range `low..high`, then any number in it alike."""

    __slots__ = ("ranges",)

    def __init__(self, parts: Mapping[str, int]) -> None:
        self.ranges = tuple(_low_and_size(text) for text, part in parts.items() for _ in range(part))
        _check_whole(len(self.ranges))

    def pick(self, draw: Draw) -> int:
        low, size = self.ranges[int(draw() * PARTS)]
        return low + int(draw() * size)


class Each:
    """Codes that are drawn each by itself; the parts need not sum up."""

    __slots__ = ("chances",)

    def __init__(self, parts: Mapping[str, int]) -> None:
        self.chances = tuple((code, part / PARTS) for code, part in parts.items())

    def pick(self, draw: Draw) -> list[str]:
        return [code for code, chance in self.chances if draw() < chance]


def _check_whole(places: int) -> None:
    if places != PARTS:
        raise ValueError("A shape in shapes.toml does not sum up to 1000: correct its parts.")


def _low_and_size(text: str) -> tuple[int, int]:
    low, high = map(int, text.split(".."))
    return low, high - low + 1


_FILE = tomllib.loads(Path(__file__).with_name("shapes.toml").read_text(encoding="utf-8"))

CODES: Mapping[str, Mapping[str, Codes]] = {
    shape: {variant: Codes(parts) for variant, parts in variants.items()}
    for shape, variants in _FILE["codes"].items()
}
RANGES: Mapping[str, Mapping[str, Ranges]] = {
    shape: {variant: Ranges(parts) for variant, parts in variants.items()}
    for shape, variants in _FILE["ranges"].items()
}
EACH: Mapping[str, Mapping[str, Each]] = {
    shape: {variant: Each(parts) for variant, parts in variants.items()}
    for shape, variants in _FILE["each"].items()
}
WRITTEN: Mapping[str, float] = {cell: part / PARTS for cell, part in _FILE["each"]["written"][OTHER].items()}
"""The chance that an optional cell is filled."""


def codes(shape: str, variant: str = OTHER) -> Codes:
    """The shape for a variant, or for all others."""
    variants = CODES[shape]
    return variants.get(variant) or variants[OTHER]
