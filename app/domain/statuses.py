"""The life of a release as a table, and the one function that reads it. What the person may do stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.errors import StateDoesNotAllow


class ReleaseStatus(StrEnum):
    """Where a release stands between the first count and the archive."""

    DRAFTED = "DRAFTED"
    CHECKED = "CHECKED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"


# What is published stays: a correction is a new release that supersedes it, never a change or a return.
RELEASE_TRANSITIONS: Mapping[ReleaseStatus, frozenset[ReleaseStatus]] = {
    ReleaseStatus.DRAFTED: frozenset({ReleaseStatus.CHECKED, ReleaseStatus.WITHDRAWN}),
    ReleaseStatus.CHECKED: frozenset({ReleaseStatus.PUBLISHED, ReleaseStatus.WITHDRAWN}),
    ReleaseStatus.PUBLISHED: frozenset({ReleaseStatus.SUPERSEDED}),
    ReleaseStatus.SUPERSEDED: frozenset(),
    ReleaseStatus.WITHDRAWN: frozenset(),
}

PUBLIC_STATUSES = frozenset({ReleaseStatus.PUBLISHED, ReleaseStatus.SUPERSEDED})
"""What everybody may read: a superseded release stays readable, because somebody may have cited it."""


def check_transition(current: ReleaseStatus, wanted: ReleaseStatus) -> None:
    """Raise StateDoesNotAllow unless a release may go from the one status to the other."""
    if wanted not in RELEASE_TRANSITIONS[current]:
        raise StateDoesNotAllow(
            f"A release that is {current.value} cannot become {wanted.value}. "
            "Look at its page for the steps that are open."
        )
