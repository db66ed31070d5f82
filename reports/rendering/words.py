"""Words that every rendering shares, and text that no spreadsheet program takes for a formula."""

from __future__ import annotations

from collections.abc import Mapping

from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, TRUE_ZERO, Dimension, Mark, ReleaseFacts

MARK_MEANINGS: Mapping[Mark, str] = {
    NOT_SHOWN: "not shown; may be zero",
    TRUE_ZERO: "zero",
    NOT_AVAILABLE: "not available",
}

TOTAL_LABELS: Mapping[str, str] = {"reporting_country": "Sum of countries"}
"""A region is a sum of countries, and says so: a person whom two countries report counts in both."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes Excel, LibreOffice or a web spreadsheet read a cell as a formula, full-width forms too (OWASP,
CSV injection)."""


def safe_text(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it; the mark `-` stays as it is."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and text != TRUE_ZERO else text


def label_of(dimension: Dimension, code: str) -> str:
    """How a code or a TOTAL is printed."""
    if code == TOTAL and TOTAL not in dimension.labels:
        return TOTAL_LABELS.get(dimension.name, "Total")
    return dimension.labels[code]


def cite(facts: ReleaseFacts, title: str) -> str:
    """How a figure of this table is cited."""
    where = f" {facts.url}" if facts.url else ""
    return f"Regional Clearing Point, {title}, {facts.year}, release {facts.id}, revision {facts.revision}.{where}"
