"""The order of pairs for comparing with others: what a set of classes is worth is how often it was right."""

from __future__ import annotations

import numpy as np

from benchmarks.linkage.corpus import make_corpus
from benchmarks.linkage.errors import IDENTIFIERS
from benchmarks.linkage.fitting import Counted, truth_of
from benchmarks.linkage.joining import agreements, register
from benchmarks.linkage.ranking import Ranking, fit_ranking, ranked_by

BOTH, NEVER_SEEN = 0b011, 0b110


def table(*rows: tuple[int, int, int]) -> Counted:
    """Sets of classes with their pairs of one person and of two."""
    return Counted(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def of(ranking: Ranking, mask: int) -> float:
    """The chance of one pair."""
    return float(ranking.likely(np.array([mask]))[0])


def test_a_set_that_was_seen_often_is_worth_what_it_was_seen_to_be() -> None:
    """Two classes that are both good alone may be bad together; counts of all levels are one."""
    ranking = ranked_by(
        [table((1, 900, 100), (BOTH, 100, 400)), table((2, 900, 100), (BOTH, 100, 400))], "abc"
    )

    assert abs(of(ranking, BOTH) - 0.2) < 0.01
    assert of(ranking, BOTH) < of(ranking, 1)


def test_a_set_that_was_never_seen_is_worth_the_sum_of_its_classes() -> None:
    """The better of two classes makes the better set."""
    ranking = ranked_by([table((1, 50, 50), (2, 80, 20), (4, 99, 1))], "abc")

    assert of(ranking, NEVER_SEEN) > of(ranking, BOTH)


def test_one_pair_of_a_set_decides_little() -> None:
    """A single wrong pair among many of good classes does not make its set impossible."""
    ranking = ranked_by([table((1, 990, 10), (2, 990, 10), (BOTH, 0, 1))], "ab")

    assert 0.5 < of(ranking, BOTH) < of(ranking, 1)


def test_the_ranking_of_invented_registers_puts_right_pairs_first() -> None:
    """Fitted on a seed for fitting, with the identifiers that it is asked for, looked at on another."""
    names = IDENTIFIERS[:5]
    ranking = fit_ranking(150, [1], names, rounds=1)
    corpus = make_corpus(150, 1, 201)
    found = agreements(
        register(corpus.left, 1, names=names).tokens, register(corpus.right, 2, names=names).tokens
    )
    likely, truth = ranking.likely(found.classes), truth_of(corpus, found)

    assert ((likely > 0) & (likely < 1)).all()
    assert likely[truth].mean() > likely[~truth].mean()


def test_nothing_has_no_order() -> None:
    """Registers that share nothing."""
    ranking = ranked_by([table((1, 5, 5))], "a")

    assert ranking.likely(np.array([], dtype=np.int64)).tolist() == []
