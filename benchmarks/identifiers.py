"""Scanning texts for identifiers, beside Presidio without a language model in an environment of its own.

Both get the same sentences, half of them with a planted identifier. Presidio's answers count whatever part of the
sentence they mark; its dates, web addresses and places do not, because they are no identifiers here.

Ours is `scan_text`, which reads texts that are no case numbers. Two others stand beside it: `check_text` reads case
numbers and lets serial numbers through; `refused_as` names what a refused cell looks like and finds any six digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from time import process_time

from anonymizer.clearing.identifiers import check_text, refused_as, scan_text
from benchmarks.identifier_corpus import BENIGN, Text, kinds, make_texts
from benchmarks.linkage.scoring import markdown
from benchmarks.peers.environments import running
from benchmarks.rounds import Side, table

SEED = 300
THRESHOLDS = (0.0, 0.35)
"""Presidio's default, which keeps everything, and the score that its weakest patterns do not reach."""
NO_IDENTIFIERS = frozenset({"DATE_TIME", "URL", "LOCATION", "NRP", "PERSON"})

Alarm = Sequence[bool]
"""For each text whether a scanner found something."""


@dataclass
class Scanned:
    """What was measured: seconds of a processor of both, and the alarms by the name of the scanner."""

    texts: list[Text]
    ours: Side = field(default_factory=lambda: Side("scan_text", clock=process_time))
    theirs: Side = field(default_factory=lambda: Side("Presidio without a model", clock=process_time))
    alarms: dict[str, Alarm] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times faster we are."""
        return self.theirs.median / self.ours.median


def measure(*, texts: int, rounds: int, seed: int = SEED) -> Scanned:
    """Scan the texts in turn, `rounds` times."""
    scanned = Scanned(make_texts(texts, seed))
    words = [text.words for text in scanned.texts]
    with running("presidio") as presidio:
        presidio.ask(texts=words[:20])
        for _ in range(rounds):
            with scanned.ours.timed():
                found = [scan_text(text) for text in words]
            answer = presidio.ask(texts=words)
            scanned.theirs.seconds.append(answer["seconds"])
    scanned.alarms["scan_text"] = [kind is not None for kind in found]
    for scan in (check_text, refused_as):
        scanned.alarms[scan.__name__] = [scan(text) is not None for text in words]
    for threshold in THRESHOLDS:
        scanned.alarms[f"Presidio from {threshold}"] = _alarms(answer["found"], threshold)
    return scanned


def _alarms(found: Sequence[Sequence[tuple[float, str]]], threshold: float) -> list[bool]:
    return [any(score >= threshold and kind not in NO_IDENTIFIERS for score, kind in hits) for hits in found]


def share(texts: Sequence[Text], alarm: Alarm, of_kinds: Collection[str]) -> float:
    """Among the texts of these kinds, the share on which there was an alarm."""
    heard = [rang for text, rang in zip(texts, alarm, strict=True) if text.kind in of_kinds]
    return sum(heard) / len(heard) if heard else 0.0


def told(scanned: Scanned) -> Iterator[str]:
    """The table of times, recall by kind, false alarms, and how to repeat it."""
    count, rounds = len(scanned.texts), len(scanned.ours.seconds)
    yield f"Scanning {count:,} texts for identifiers, {rounds} rounds, in seconds of one processor."
    yield from table((scanned.ours, scanned.theirs), count=count, unit="texts")
    yield f"Ratio of the medians: {scanned.ratio:.1f} times as fast (wanted: at least 40)."
    yield ""
    rows = [("all planted", set(kinds())), *((kind, {kind}) for kind in kinds())]
    rows.append(("false alarms on benign texts", {BENIGN}))
    shown = [
        [name, *(f"{share(scanned.texts, alarm, of_kinds):.3f}" for alarm in scanned.alarms.values())]
        for name, of_kinds in rows
    ]
    yield from markdown(("recall", *scanned.alarms), shown)
    yield f"Repeat: python -m benchmarks identifiers --texts {count} --rounds {rounds}"
