"""The lives of a batch and of a release as tables, and the one function that reads them.

What a person may do stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from app.domain.errors import StateDoesNotAllow


class BatchStatus(StrEnum):
    """Where a batch stands once its rows are cleared. What is refused while it is cleared never becomes a batch."""

    PENDING = "PENDING"
    """Its cleared rows wait to be stored."""
    STORED = "STORED"
    REFUSED = "REFUSED"
    """Nothing of it was stored; its answer says why."""
    WITHDRAWN = "WITHDRAWN"
    """Its sender took it back."""


BATCH_TRANSITIONS: Mapping[BatchStatus, frozenset[BatchStatus]] = {
    BatchStatus.PENDING: frozenset({BatchStatus.STORED, BatchStatus.REFUSED}),
    BatchStatus.STORED: frozenset({BatchStatus.WITHDRAWN}),
    BatchStatus.REFUSED: frozenset(),
    BatchStatus.WITHDRAWN: frozenset(),
}


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


_Status = TypeVar("_Status", BatchStatus, ReleaseStatus)


def check_transition(current: _Status, wanted: _Status) -> None:
    """Raise StateDoesNotAllow unless a batch or a release may go from the one status to the other."""
    if not _leads(current, wanted):
        noun, place = (
            ("batch", "GET it") if isinstance(current, BatchStatus) else ("release", "Look at its page")
        )
        raise StateDoesNotAllow(
            f"A {noun} that is {current.value} cannot become {wanted.value}. {place} for the steps that are open."
        )


def _leads(current: BatchStatus | ReleaseStatus, wanted: BatchStatus | ReleaseStatus) -> bool:
    if isinstance(current, BatchStatus):
        return wanted in BATCH_TRANSITIONS[current]
    return wanted in RELEASE_TRANSITIONS[current]
