"""Precision and recall of pairs that were linked, and the best recall that keeps a precision.

For the comparison with others every method's scores go through the same one-to-one assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WANTED_PRECISION = 0.99


@dataclass(frozen=True, slots=True)
class Quality:
    """`linked` pairs, of them `right` of one person, of `true` pairs that there are."""

    linked: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the linked pairs that are one person; 1 when nothing was linked."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were linked."""
        return self.right / self.true if self.true else 0.0

    def told(self) -> str:
        """Precision and recall in four decimals."""
        return f"{self.precision:.4f} / {self.recall:.4f}"


def quality(truth: npt.NDArray[np.bool_], true_pairs: int) -> Quality:
    """The quality of linking all these pairs."""
    return Quality(len(truth), int(truth.sum()), true_pairs)


def one_to_one(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], score: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """The pairs that a greedy assignment takes, the best scores first; ties by position, which truth does not know."""
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    taken: list[int] = []
    for at in np.lexsort((right, left, -score)).tolist():
        i, j = int(left[at]), int(right[at])
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            taken.append(at)
    return np.array(taken, dtype=np.int64)


def recall_at_precision(
    truth: npt.NDArray[np.bool_],
    score: npt.NDArray[np.float64],
    true_pairs: int,
    wanted: float = WANTED_PRECISION,
) -> float:
    """The largest recall of all thresholds whose pairs keep the precision. Equal scores go in together."""
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(truth[order])
    linked = np.arange(1, len(order) + 1)
    last_of_score = np.append(np.diff(score[order]) != 0, True)
    kept = (right / linked >= wanted) & last_of_score
    return float(right[kept].max() / true_pairs) if kept.any() else 0.0


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as lines of Markdown."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
