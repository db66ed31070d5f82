"""Dates as they are written in a declared format, brought to ISO 8601. Nothing is guessed.

What is not of the declared format goes on as it came, and so does a day that no calendar has: clearing
refuses both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "dd.mm.yyyy": re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})\.?"),
        "dd/mm/yyyy": re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
        "mm/dd/yyyy": re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    }
)
"""One or two digits for day and month, four for the year; with points also a point or a space where they are
written in the region ("3. 4. 2025.")."""


def iso_of(text: str, dates: str) -> str:
    """The date as `YYYY-MM-DD` when it is written in the declared format `dates`, else the text as it came."""
    written = _PATTERNS[dates].fullmatch(text.strip())
    if written is None:
        return text
    return f"{written['year']}-{written['month']:0>2}-{written['day']:0>2}"
