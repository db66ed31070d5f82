"""The stylesheet's colours: what is read can be read, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from app.web.assets import FOLDER

STYLESHEET = (FOLDER / "clearpoint.css").read_text()
LIGHT, DARK, *_ = re.findall(r":root \{(.*?)\}", STYLESHEET, re.DOTALL)
TEXT = 4.5
"""Contrast of text to what is behind it (1.4.3)."""
SHAPE = 3.0
"""Contrast of what one must see to use a page: focus, edges that mean something (1.4.11)."""

PAIRS = [
    *(
        (colour, ground, TEXT)
        for colour in ("ink", "muted", "accent")
        for ground in ("paper", "surface", "stripe")
    ),
    ("ink", "accent-soft", TEXT),
    ("accent", "accent-soft", TEXT),
    ("muted", "accent-soft", TEXT),
    ("ink", "notice", TEXT),
    ("accent", "notice", TEXT),
    ("paper", "accent", TEXT),
    ("accent", "paper", SHAPE),
    ("edge", "surface", SHAPE),
    ("edge", "stripe", SHAPE),
    ("notice-edge", "paper", SHAPE),
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_colours_stand_out_from_their_ground(colours: str, colour: str, ground: str, least: float) -> None:
    """Every pair that the pages use."""
    values = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", colours))

    darker, lighter = sorted([luminance(values[colour]), luminance(values[ground])])

    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_dark_names_every_colour_that_light_has() -> None:
    """A colour that is forgotten would stay light on a dark page."""
    named = [set(re.findall(r"--([a-z-]+): (?:#|rgb)", colours)) for colours in (LIGHT, DARK)]

    assert named[0] == named[1]
