"""`python -m benchmarks linkage`: precision and recall of the linking rule in force, at three levels of errors.

A pair is linked automatically, shown to a curator or left alone by the rule of the clearing point itself; of what
speaks against a link, sex and the band of the age are looked at. Every pair counts as it stands, before curators and
without assignment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from anonymizer.policy import load_policy
from app.domain.linkage_rules import Band, Rules, band_of, speaks_against
from app.services.linkage.weighing import load_rules
from benchmarks.linkage.contradicting import generalized
from benchmarks.linkage.corpus import FIRST_TESTING_SEED, Corpus, make_corpus
from benchmarks.linkage.errors import LEVELS, Sheet
from benchmarks.linkage.fitting import relatives_of, truth_of
from benchmarks.linkage.joining import Agreements, agreements, class_names, register
from benchmarks.linkage.scoring import Quality, markdown, quality

LEVEL_NAMES = ("spelling alone", "moderate errors", "dirty")


@dataclass
class Measured:
    """One level. `relatives`: automatic links of two persons of one family: twins, sisters, mother and daughter."""

    level: int
    size: int
    automatic: Quality
    with_review: Quality
    empty_handed: float
    relatives: int
    by_class: dict[str, Quality] = field(default_factory=dict)


def measure(
    *, size: int, seed: int = FIRST_TESTING_SEED, levels: Collection[int] = range(len(LEVELS))
) -> list[Measured]:
    """Make, join and judge a corpus for each level."""
    return [judged(make_corpus(size, level, seed + level), level) for level in levels]


def judged(corpus: Corpus, level: int) -> Measured:
    """What the rule in force makes of a corpus."""
    left, right = register(corpus.left, 1), register(corpus.right, 2)
    found = agreements(left.tokens, right.tokens)
    truth, bands = truth_of(corpus, found), bands_of(corpus, found, load_rules())
    automatic = np.array([band is Band.AUTOMATIC for band in bands], dtype=bool)
    shown = np.array([band is not Band.IGNORED for band in bands], dtype=bool)
    return Measured(
        level,
        len(corpus.left),
        quality(truth[automatic], corpus.true_pairs),
        quality(truth[shown], corpus.true_pairs),
        (left.empty_handed + right.empty_handed) / (2 * len(corpus.left)),
        int((automatic & relatives_of(corpus, found)).sum()),
        _by_class(found, truth, corpus.true_pairs),
    )


def bands_of(corpus: Corpus, found: Agreements, rules: Rules) -> list[Band]:
    """The band of each pair, after what speaks against it."""
    by_mask = {mask: band_of(class_names(mask), rules) for mask in np.unique(found.classes).tolist()}
    rows = zip(found.left.tolist(), found.right.tolist(), found.classes.tolist(), strict=True)
    return [_band(by_mask[mask], corpus.left[i], corpus.right[j]) for i, j, mask in rows]


def _band(band: Band, one: Sheet, other: Sheet) -> Band:
    if band is Band.AUTOMATIC and speaks_against(generalized(one), generalized(other)):
        return Band.REVIEW
    return band


def _by_class(found: Agreements, truth: npt.NDArray[np.bool_], true_pairs: int) -> dict[str, Quality]:
    keys = enumerate(load_policy().link_keys)
    return {key.id: quality(truth[(found.classes >> at & 1) == 1], true_pairs) for at, key in keys}


def told(measured: list[Measured]) -> Iterator[str]:
    """The tables, and how to repeat them."""
    size = measured[0].size
    policy = load_policy()
    yield f"Linkage of two invented registers of {size:,} case sheets, {measured[0].automatic.true:,} persons in both."
    yield f"Policy {policy.name}, normalizer {policy.normalizer}, {load_rules().version}. Precision / recall:"
    yield ""
    yield from markdown(
        ("level", "automatic", "automatic and review", "cannot be linked", "relatives linked automatically"),
        [_row(one) for one in measured],
    )
    yield ""
    yield from markdown(
        ("class", *(LEVEL_NAMES[one.level] for one in measured)),
        [[key.id, *(one.by_class[key.id].told() for one in measured)] for key in policy.link_keys],
    )
    yield ""
    yield "Generator and normalizer are of one house and no real sheet was read: absolute figures are optimistic."
    yield f"Repeat: python -m benchmarks linkage --size {size}"


def _row(one: Measured) -> list[str]:
    level = f"{one.level}: {LEVEL_NAMES[one.level]}"
    return [
        level,
        one.automatic.told(),
        one.with_review.told(),
        f"{one.empty_handed:.1%}",
        f"{one.relatives}",
    ]
