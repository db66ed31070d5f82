"""The lives of a batch and of a release: every step that is open, every other one closed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.domain.errors import StateDoesNotAllow
from app.domain.statuses import (
    BATCH_TRANSITIONS,
    PUBLIC_STATUSES,
    RELEASE_TRANSITIONS,
    BatchStatus,
    ReleaseStatus,
    check_transition,
)

D, C, P, S, W = (
    ReleaseStatus.DRAFTED,
    ReleaseStatus.CHECKED,
    ReleaseStatus.PUBLISHED,
    ReleaseStatus.SUPERSEDED,
    ReleaseStatus.WITHDRAWN,
)
OPEN = {(D, C), (D, W), (C, P), (C, W), (P, S)}
OPEN_TO_BATCHES = {
    (BatchStatus.PENDING, BatchStatus.STORED),
    (BatchStatus.PENDING, BatchStatus.REFUSED),
    (BatchStatus.STORED, BatchStatus.WITHDRAWN),
}


def test_every_status_has_its_row() -> None:
    """A new status cannot be added without saying where it leads."""
    assert set(RELEASE_TRANSITIONS) == set(ReleaseStatus)
    assert set(BATCH_TRANSITIONS) == set(BatchStatus)


@pytest.mark.parametrize("wanted", BatchStatus)
@pytest.mark.parametrize("current", BatchStatus)
def test_the_truth_table_of_batches(current: BatchStatus, wanted: BatchStatus) -> None:
    """A batch waits, is stored or refused, and may be withdrawn once it is stored; there is no way back."""
    if (current, wanted) in OPEN_TO_BATCHES:
        check_transition(current, wanted)
    else:
        with pytest.raises(StateDoesNotAllow):
            check_transition(current, wanted)


@pytest.mark.parametrize("wanted", ReleaseStatus)
@pytest.mark.parametrize("current", ReleaseStatus)
def test_the_truth_table(current: ReleaseStatus, wanted: ReleaseStatus) -> None:
    """Five steps are open; the other twenty are refused."""
    if (current, wanted) in OPEN:
        check_transition(current, wanted)
    else:
        with pytest.raises(StateDoesNotAllow):
            check_transition(current, wanted)


class ReleaseLife(RuleBasedStateMachine):
    """A release that is pushed about at random."""

    @initialize()
    def draft(self) -> None:
        self.status = D
        self.history = [D]

    @rule(wanted=st.sampled_from(ReleaseStatus))
    def push(self, wanted: ReleaseStatus) -> None:
        try:
            check_transition(self.status, wanted)
        except StateDoesNotAllow:
            return
        self.status = wanted
        self.history.append(wanted)

    @invariant()
    def what_was_public_stays_public(self) -> None:
        public = [status in PUBLIC_STATUSES for status in self.history]
        assert public == sorted(public)

    @invariant()
    def nothing_is_public_unchecked(self) -> None:
        assert P not in self.history or self.history[self.history.index(P) - 1] is C


TestReleaseLife = ReleaseLife.TestCase
