"""Log-odds for each class of match keys, fitted on pairs whose truth is known: a logistic regression of our own.

Pairs with the same classes are one row with two counts, so that millions of pairs are a small table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.linkage.corpus import Corpus
from benchmarks.linkage.errors import IDENTIFIERS
from benchmarks.linkage.joining import Agreements, agreements, register

RIDGE = 1.0
"""Pulls the weights of classes that always come together to moderate values; in units of pairs."""
STEPS = 60
CLOSE_ENOUGH = 1e-6
"""Log-odds: weights are kept with two decimals."""
BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each set of classes occurred among pairs of one person and among pairs of two."""

    masks: npt.NDArray[np.int64]
    same: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]


def truth_of(corpus: Corpus, found: Agreements) -> npt.NDArray[np.bool_]:
    """For each pair whether it is one person."""
    truth: npt.NDArray[np.bool_] = (
        np.array(corpus.of_left)[found.left] == np.array(corpus.of_right)[found.right]
    )
    return truth


def relatives_of(corpus: Corpus, found: Agreements) -> npt.NDArray[np.bool_]:
    """For each pair whether it is two persons of one family."""
    households = np.array([-1 if who.household is None else who.household for who in corpus.persons])
    left = households[np.array(corpus.of_left)[found.left]]
    right = households[np.array(corpus.of_right)[found.right]]
    related: npt.NDArray[np.bool_] = (left == right) & (left >= 0) & ~truth_of(corpus, found)
    return related


def counted(
    found: Agreements, truth: npt.NDArray[np.bool_], without: npt.NDArray[np.bool_] | None = None
) -> Counted:
    """Pairs by their set of classes, but those of `without`."""
    kept = slice(None) if without is None else ~without
    truth = truth[kept]
    masks, of_pair = np.unique(found.classes[kept], return_inverse=True)
    same = np.bincount(of_pair, weights=truth, minlength=len(masks)).astype(np.int64)
    return Counted(masks, same, np.bincount(of_pair, minlength=len(masks)) - same)


def joined(corpus: Corpus, names: Sequence[str] = IDENTIFIERS) -> Agreements:
    """The pairs of registers that know the identifiers `names`."""
    left, right = register(corpus.left, 1, names=names), register(corpus.right, 2, names=names)
    return agreements(left.tokens, right.tokens)


def fitted(tables: list[Counted], classes: Sequence[str]) -> dict[str, float]:
    """Log-odds by class, and `bias` for a pair that was found at all. Newton's steps on the penalized likelihood."""
    masks = np.concatenate([table.masks for table in tables])
    same = np.concatenate([table.same for table in tables]).astype(float)
    total = same + np.concatenate([table.other for table in tables])
    features = _features(masks, len(classes))
    weights = np.zeros(features.shape[1])
    ridge = np.full(features.shape[1], RIDGE)
    ridge[-1] = 0.0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (same - total * chance) - ridge * weights
        curve = (features.T * (total * chance * (1 - chance))) @ features + np.diag(ridge + 1e-6)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return dict(zip((*classes, BIAS), weights.tolist(), strict=True))


def never_against(tables: list[Counted], classes: Sequence[str]) -> dict[str, float]:
    """Log-odds of which none is negative: a class whose agreement would speak against says nothing instead."""
    silent: set[str] = set()
    while True:
        weights = fitted([_without(table, classes, silent) for table in tables], classes)
        negative = {name for name in classes if weights[name] < 0} - silent
        if not negative:
            return weights
        silent |= negative


def _without(table: Counted, classes: Sequence[str], silent: Collection[str]) -> Counted:
    """The same counts as if the silent classes were not looked at."""
    heard = sum(1 << at for at, name in enumerate(classes) if name not in silent)
    return Counted(table.masks & heard, table.same, table.other)


def scores(
    masks: npt.NDArray[np.int64], weights: Mapping[str, float], classes: Sequence[str]
) -> npt.NDArray[np.float64]:
    """The log-odds of each set of classes."""
    in_order = np.array([weights[name] for name in (*classes, BIAS)])
    summed: npt.NDArray[np.float64] = _features(masks, len(classes)) @ in_order
    return summed


def _features(masks: npt.NDArray[np.int64], classes: int) -> npt.NDArray[np.float64]:
    bits = (masks[:, None] >> np.arange(classes)) & 1
    return np.hstack([bits, np.ones((len(masks), 1))]).astype(float)
