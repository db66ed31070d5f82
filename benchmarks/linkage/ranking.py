"""How likely a pair is one person, by the set of classes that agree: the order of pairs for comparing with others.

A sum of weights takes classes for independent. They are not: what a set of them is worth is how often it was right. A
set that was seen seldom is drawn towards the sum of weights of its classes, one that was never seen gets it alone.
What speaks against a link belongs to the set as classes do.
Relatives count like others: the bands of the clearing point, which keep them apart by a rule, are not compared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymizer.policy import load_policy
from benchmarks.linkage.contradicting import CONTRADICTIONS, contradictions
from benchmarks.linkage.corpus import FIRST_FITTING_SEED, Corpus, make_corpus
from benchmarks.linkage.fitting import Counted, counted, fitted, joined, scores, truth_of
from benchmarks.linkage.joining import Agreements

PAIRS_OF_THE_SUM = 5.0
"""So many pairs seen of a set count as much as its sum of weights; from 2 to 20 recall on seeds for fitting moves by
0.003."""
ROUNDS = 3
SEEDS_APART = 10
"""Between the rounds, as the last digit of a seed is its level."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of classes and contradictions, and of each set seen its pairs of one person and all its pairs."""

    classes: tuple[str, ...]
    weights: Mapping[str, float]
    seen: Mapping[int, tuple[float, float]]

    def likely(self, masks: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The chance that each pair is one person, by its set of classes and contradictions."""
        sets, of_pair = np.unique(masks, return_inverse=True)
        expected = 1 / (1 + np.exp(-scores(sets, self.weights, self.classes)))
        same, total = np.array([self.seen.get(each, (0.0, 0.0)) for each in sets.tolist()]).reshape(-1, 2).T
        chances: npt.NDArray[np.float64] = (same + PAIRS_OF_THE_SUM * expected) / (total + PAIRS_OF_THE_SUM)
        return chances[of_pair]


def ranked_by(tables: Sequence[Counted], classes: Sequence[str]) -> Ranking:
    """The ranking that these counts give."""
    seen: dict[int, tuple[float, float]] = {}
    for table in tables:
        rows = zip(table.masks.tolist(), table.same.tolist(), table.other.tolist(), strict=True)
        for mask, same, other in rows:
            before = seen.get(mask, (0.0, 0.0))
            seen[mask] = before[0] + same, before[1] + same + other
    return Ranking(tuple(classes), fitted(list(tables), classes), seen)


def fit_ranking(size: int, levels: Iterable[int], names: Sequence[str], rounds: int = ROUNDS) -> Ranking:
    """Fit on registers of `size` sheets of seeds for fitting, all levels in one, that know the identifiers `names`."""
    each = [
        (level, FIRST_FITTING_SEED + level + SEEDS_APART * at) for level in levels for at in range(rounds)
    ]
    tables = [_counted(make_corpus(size, level, seed), names) for level, seed in each]
    return ranked_by(tables, [*(key.id for key in load_policy().link_keys), *CONTRADICTIONS])


def with_contradictions(corpus: Corpus, found: Agreements) -> Agreements:
    """The same pairs, with bits for `CONTRADICTIONS` above those of the classes."""
    against = contradictions(corpus.left, corpus.right, (found.left, found.right))
    return replace(found, classes=found.classes | against << len(load_policy().link_keys))


def _counted(corpus: Corpus, names: Sequence[str]) -> Counted:
    found = with_contradictions(corpus, joined(corpus, names))
    return counted(found, truth_of(corpus, found))
