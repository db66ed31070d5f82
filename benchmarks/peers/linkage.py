"""Linking beside clkhash and anonlink: recall at a precision, and the time of comparing all pairs.

Both get the same sheets of two registers without identity numbers, and theirs come in our normal form. What stands
between scores and pairs is the same for both: one-to-one, the best scores first. Of each method what was fitted, our
ranking of sets of classes and their shares of bits, was fitted on seeds from 100. Sex and the band of the age may speak
against a pair of ours; offered to theirs, each of eleven amounts of similarity to take off lowered its recall on seeds
for fitting, so that none is taken. Recall at a precision hangs by few wrong pairs: it is the mean of several pairs of
registers. Encoding, and making tokens, is not timed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import numpy.typing as npt

from anonymizer.linking.normalizer import fine
from benchmarks.linkage.corpus import FIRST_TESTING_SEED, Corpus, make_corpus
from benchmarks.linkage.errors import IDENTIFIERS, Sheet
from benchmarks.linkage.fitting import joined, truth_of
from benchmarks.linkage.joining import Agreements, Register, agreements, register
from benchmarks.linkage.measuring import LEVEL_NAMES
from benchmarks.linkage.ranking import SEEDS_APART, Ranking, fit_ranking, with_contradictions
from benchmarks.linkage.scoring import markdown, one_to_one, recall_at_precision
from benchmarks.peers.environments import Peer, running
from benchmarks.rounds import Side, table

KNOWN = tuple(name for name in IDENTIFIERS if name != "identity_number")
"""An identity number is no matter of similarity, so both go without."""
BITS = {"given_name": 200, "family_name": 150, "birth_date": 250, "birth_place": 80, "father_name": 80}
"""Set bits a field: the best of seven shares that were tried on a seed for fitting, 4,000 sheets a register."""
LEAST_SIMILAR = 0.7
"""Pairs below are never of one person at the wanted precision: the thresholds that reach it lie far above."""
Scores = npt.NDArray[np.float64]
LEVELS_WITH_ERRORS = (1, 2)
REGISTERS = 3
"""Pairs of registers a level."""
TIMED_LEVEL = 1
MOST_FITTED_ON = 20_000
"""Case sheets in the registers on which our ranking is fitted; larger ones are timed alone."""


@dataclass
class Level:
    """Recall at the wanted precision of both at one level, for each pair of registers."""

    level: int
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our mean recall in times of theirs."""
        return mean(self.ours) / mean(self.theirs) if any(self.theirs) else float("inf")


@dataclass
class Timed:
    """Seconds of a processor that comparing two registers of one size takes."""

    size: int
    ours: Side = field(default_factory=lambda: Side("join of tokens", clock=process_time))
    theirs: Side = field(default_factory=lambda: Side("anonlink, all pairs", clock=process_time))

    @property
    def ratio(self) -> float:
        """How many times faster the join is."""
        return self.theirs.median / self.ours.median


@dataclass
class Compared:
    """What was measured. `growth`: single runs of each size."""

    size: int
    levels: list[Level] = field(default_factory=list)
    timed: Timed | None = None
    growth: list[Timed] = field(default_factory=list)


def measure(*, size: int, rounds: int, growth: tuple[int, ...]) -> Compared:
    """Recall at the levels with errors, time at `size` in turn, and single runs of the sizes of `growth`."""
    compared = Compared(size)
    ranking = fit_ranking(min(size, MOST_FITTED_ON), LEVELS_WITH_ERRORS, KNOWN)
    with running("anonlink") as anonlink, TemporaryDirectory() as folder:
        for level in LEVELS_WITH_ERRORS:
            compared.levels.append(_level(size, level, ranking, anonlink, Path(folder)))
        compared.timed = _timed(size, rounds, ranking, anonlink, Path(folder))
        compared.growth = [_timed(each, 1, ranking, anonlink, Path(folder)) for each in growth]
    return compared


def _level(size: int, level: int, ranking: Ranking, anonlink: Peer, folder: Path) -> Level:
    """`REGISTERS` pairs of registers, each with a seed of its own."""
    compared = Level(level)
    for at in range(REGISTERS):
        corpus = make_corpus(size, level, FIRST_TESTING_SEED + level + SEEDS_APART * at)
        found = with_contradictions(corpus, joined(corpus, KNOWN))
        compared.ours.append(recall_of(corpus, *scored(found, ranking)))
        encode(corpus, anonlink, folder)
        compared.theirs.append(recall_of(corpus, *compare(anonlink, folder)))
    return compared


def scored(found: Agreements, ranking: Ranking) -> tuple[Agreements, Scores]:
    """Pairs with the chance that they are one person."""
    return found, ranking.likely(found.classes)


def recall_of(corpus: Corpus, found: Agreements, score: Scores) -> float:
    """The recall at the wanted precision after the assignment that both methods get."""
    taken = one_to_one(found.left, found.right, score)
    return recall_at_precision(truth_of(corpus, found)[taken], score[taken], corpus.true_pairs)


def encode(corpus: Corpus, anonlink: Peer, folder: Path, bits: Mapping[str, int] = BITS) -> None:
    """Hand the peer both registers in our normal form, to make Bloom filters of."""
    file = folder / "registers.json"
    rows = [[_normal(sheet, tuple(bits)) for sheet in side] for side in (corpus.left, corpus.right)]
    file.write_text(json.dumps(rows), encoding="utf-8")
    anonlink.ask(do="encode", file=str(file), bits=bits)


def compare(anonlink: Peer, folder: Path, threshold: float = LEAST_SIMILAR) -> tuple[Agreements, Scores]:
    """The peer's pairs with their similarity."""
    file = folder / "pairs.json"
    anonlink.ask(do="compare", threshold=threshold, into=str(file))
    similar, left, right = json.loads(file.read_text(encoding="utf-8"))
    nothing = np.zeros(len(similar), dtype=np.int64)
    return Agreements(np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), nothing), np.array(
        similar
    )


def _normal(sheet: Sheet, names: tuple[str, ...]) -> list[str]:
    return [sheet[name].replace("-", "") if name == "birth_date" else fine(sheet[name]) for name in names]


def _registers(corpus: Corpus) -> tuple[Register, Register]:
    return register(corpus.left, 1, names=KNOWN), register(corpus.right, 2, names=KNOWN)


def _timed(size: int, rounds: int, ranking: Ranking, anonlink: Peer, folder: Path) -> Timed:
    """Both compare the same registers in turn. Joining ends with the score of every pair, as comparing does."""
    timed = Timed(size)
    corpus = make_corpus(size, TIMED_LEVEL, FIRST_TESTING_SEED + TIMED_LEVEL)
    left, right = _registers(corpus)
    encode(corpus, anonlink, folder)
    for _ in range(rounds):
        with timed.ours.timed():
            scored(agreements(left.tokens, right.tokens), ranking)
        timed.theirs.seconds.append(anonlink.ask(do="compare", threshold=FAIR_THRESHOLD)["seconds"])
    return timed


FAIR_THRESHOLD = 0.8
"""For timing: anonlink is faster the higher it is, and at the wanted precision nothing below counts."""


def told(compared: Compared) -> Iterator[str]:
    """The tables, and how to repeat them."""
    size = compared.size
    yield f"{REGISTERS} pairs of invented registers of {size:,} case sheets a level, no identity numbers."
    yield ""
    rows = [
        [LEVEL_NAMES[one.level], _spread(one.ours), _spread(one.theirs), f"{one.ratio:.2f}", wanted]
        for one, wanted in zip(compared.levels, ("1.15", "2"), strict=True)
    ]
    yield from markdown(
        ("recall at precision 0.99", "match keys", "clkhash and anonlink", "ratio", "wanted"), rows
    )
    yield ""
    if compared.timed:
        yield from table((compared.timed.ours, compared.timed.theirs), count=size * size, unit="pairs")
        yield f"Ratio of the medians: {compared.timed.ratio:.1f} times as fast (wanted: at least 3)."
    for one in compared.growth:
        ours, theirs = median(one.ours.seconds), median(one.theirs.seconds)
        yield f"{one.size:,} x {one.size:,}: join {ours:.2f} s, anonlink {theirs:.2f} s, ratio {one.ratio:.1f}."
    rounds = len(compared.timed.ours.seconds) if compared.timed else 1
    yield f"Repeat: python -m benchmarks linkage-peers --size {size} --rounds {rounds}"


def _spread(recalls: Sequence[float]) -> str:
    """The mean, and each."""
    return f"{mean(recalls):.4f} ({', '.join(f'{one:.4f}' for one in recalls)})"
