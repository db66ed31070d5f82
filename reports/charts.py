"""Charts of published figures as SVG text, drawn on the server.

No script, no style, no font or picture from elsewhere, so that they stand under the strictest policy; with a
title and a description for those who do not see them. It must never be given a count that is not published.

The drawing libraries are imported where a chart is drawn: they took 0.3 s and 36 MB, which a server that only counts
and prints tables never needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from reports.rendering.layout import printed_cell
from reports.tables import Mark

WIDTH = 420
"""Of the longest bar, in pixels."""
LABELS = 230
FIGURES = 60
"""The room left of the bars for labels and right of them for figures. Fixed, because to measure text would
make a chart depend on the fonts of the machine."""
STEP = 28
"""From one bar to the next."""
LABEL_LENGTH = 34
"""Letters of a label that fit; longer ones end in an ellipsis."""
FONT = "sans-serif"
FONT_SIZE = 13
BAR_COLOUR = "#1f5a7a"
TEXT_COLOUR = "#1a1a1a"


class Bar(NamedTuple):
    """One bar: what it stands for, and its published figure or the mark in its place."""

    label: str
    value: int | float | Mark


def draw_bars(title: str, description: str, bars: Sequence[Bar | tuple[str, int | float | Mark]]) -> str:
    """Horizontal bars in the order given, each with its figure; where a mark stands, the mark without a bar.

    The same bars always give the same text.
    """
    import vl_convert

    rows = [
        {
            "place": place,
            "label": _shortened(label),
            "length": 0 if isinstance(value, str) else value,
            "figure": printed_cell(value),
        }
        for place, (label, value) in enumerate(bars)
    ]
    drawn: str = vl_convert.vegalite_to_svg(_chart(rows), allowed_base_urls=[])
    return _with_words(drawn, title, description)


def _chart(rows: list[dict[str, str | int | float]]) -> dict[str, Any]:
    """The chart in the words of Vega-Lite: labels, bars and figures in layers over one another."""
    import altair

    longest = max((float(row["length"]) for row in rows), default=0)
    scale = altair.Scale(domain=[0, longest or 1], nice=False)
    data = altair.Data(values=rows)  # type: ignore[no-untyped-call]
    base = altair.Chart(data).encode(y=altair.Y("place:O", axis=None))
    length = altair.X("length:Q", scale=scale, axis=None)
    layers = [
        base.mark_bar(color=BAR_COLOUR).encode(x=length),
        base.mark_text(align="right", dx=-8).encode(x=altair.value(0), text="label:N"),
        base.mark_text(align="left", dx=6).encode(x=length, text="figure:N"),
    ]
    chart: dict[str, Any] = (
        altair.layer(*layers)
        .properties(width=WIDTH, height=STEP * len(rows), autosize="none", background="white")
        .properties(padding={"left": LABELS, "right": FIGURES, "top": 8, "bottom": 8})
        .configure(aria=False)
        .configure_view(stroke=None)
        .configure_text(font=FONT, fontSize=FONT_SIZE, color=TEXT_COLOUR, baseline="middle")
        .to_dict()
    )
    return chart


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "…"


def _with_words(svg: str, title: str, description: str) -> str:
    """The chart as one picture that a screen reader says by its title and description."""
    start, end = svg.index("<svg") + len("<svg"), svg.index(">", svg.index("<svg")) + 1
    words = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
    return f'{svg[:start]} role="img" aria-labelledby="title desc"{svg[start:end]}{words}{svg[end:]}'
