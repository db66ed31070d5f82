"""A chart of published figures: one picture with words, that needs nothing but itself."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree as ET

from reports.charts import Bar, draw_bars

SVG = "{http://www.w3.org/2000/svg}"
BARS = [Bar("Moldova", 1234), Bar("Serbia", 617), Bar("Albania", "c"), Bar("Other <b>&</b> more", "..")]


def test_each_bar_has_its_label_and_its_figure() -> None:
    """In the order given; where a mark stands, there is the mark and no bar."""
    texts = [text.text for text in _drawn().iter(f"{SVG}text")]

    assert texts == ["Moldova", "Serbia", "Albania", "Other <b>&</b> more", "1\u202f234", "617", "c", ".."]


def test_bars_are_as_long_as_their_figures() -> None:
    """Half the persons, half the length; a mark has none."""
    paths = [path.attrib["d"] for path in _drawn().iter(f"{SVG}path") if path.attrib.get("fill")]
    lengths = [float(re.findall(r"h([\d.]+)", path)[0]) for path in paths]

    assert lengths == [lengths[0], lengths[0] / 2, 0, 0]


def test_it_is_one_picture_with_a_title_and_a_description() -> None:
    """A screen reader says those two; whatever they hold is text."""
    root = ET.fromstring(draw_bars("Victims & <others>", 'By "country"', BARS))

    assert root.attrib["role"] == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text, description.text) == ("Victims & <others>", 'By "country"')
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]


def test_it_needs_nothing_that_a_strict_policy_forbids() -> None:
    """No style, no script, no handler, no address, no font file."""
    for element in _drawn().iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "g", "rect", "path", "text"}
        assert not [
            name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name
        ]
        assert not [value for value in element.attrib.values() if "url(" in value or "http" in value]


def test_the_same_bars_give_the_same_text() -> None:
    """So that a page can be kept by its hash."""
    assert draw_bars("A", "B", BARS) == draw_bars("A", "B", BARS)


def test_long_labels_are_shortened() -> None:
    """They would run over the bars."""
    texts = [
        text.text or "" for text in ET.fromstring(draw_bars("A", "B", [Bar("x" * 80, 3)])).iter(f"{SVG}text")
    ]

    assert texts[0].endswith("…")
    assert len(texts[0]) < 40


def test_a_chart_of_marks_alone_can_be_drawn() -> None:
    """A year of which nothing is shown."""
    texts = [text.text for text in ET.fromstring(draw_bars("A", "B", [Bar("AL", "c")])).iter(f"{SVG}text")]

    assert texts == ["AL", "c"]


def test_reports_loads_no_drawing_library_before_a_chart_is_drawn() -> None:
    """A server that only counts and prints tables needs none of the time and memory that they take."""
    program = "import reports, sys; print({'altair', 'vl_convert'} & sys.modules.keys())"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "set()"


def _drawn() -> ET.Element:
    return ET.fromstring(draw_bars("Victims identified", "One bar a country", BARS))
