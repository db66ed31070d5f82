"""Bands of weeks between two services, and the code of what holds with links under review alone."""

from __future__ import annotations

GAPS: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 4), (5, 8), (9, 12), (13, None))
"""Weeks between the last service and the first in the other country; a median is printed as one of these (list of
indicators, Q39: "from weeks, printed as a band"). The first is J2's same or next week, the second its four weeks; the
others are our own choice, a month each."""
REVIEWED = "REVIEW_"
"""Before a code that holds with links under review alone."""


def gap_code(first: int, last: int | None) -> str:
    """The code of a band of weeks."""
    return f"GAP_{first}" if last is None else f"GAP_{first}_{last}"
