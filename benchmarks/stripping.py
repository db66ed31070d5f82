"""Server-side stripping beside its floor: the operations on the curve alone that it cannot do without.

From raw columns to the tokens in the cells of cleared rows: match keys, hashing, blinding, the trustee's answer read
and its proof checked, unblinding with k1. The trustee's own work is another machine's: its answers are made before.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import rbcl

from anonymizer.linking.calling import Custodian
from anonymizer.linking.custodians import CustodianKey, CustodianRole
from anonymizer.linking.match_keys import IDENTIFIERS, slot_inputs
from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.evaluations import evaluate_batch
from anonymizer.oprf.messages import read_call, write_answer
from anonymizer.oprf.protocol import KeyPair, derive_key_pair
from anonymizer.policy import SLOTS
from app.key_store import KeyStore, Purpose
from app.services.stripping import StrippingTokenizer
from benchmarks.linkage.corpus import columns, make_corpus
from benchmarks.rounds import Side, table

WANTED = 0.7
"""Of the floor's speed."""
SEED = 9497
CURVE_OPERATIONS = (
    "crypto_core_ristretto255_from_hash",
    "crypto_scalarmult_ristretto255",
    "crypto_scalarmult_ristretto255_base",
    "crypto_core_ristretto255_add",
)
SHORT_NAMES = dict(zip(CURVE_OPERATIONS, ("hash to group", "multiply", "multiply base", "add"), strict=True))

Strip = Callable[[], list[LinkTokens]]
Operations = Mapping[str, list[tuple[bytes, ...]]]
"""Of each operation the arguments that stripping called it with."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of stripping and its floor."""

    way: str
    rows: int
    stripping: Side
    floor: Side
    counts: Mapping[str, int]

    @property
    def ratio(self) -> float:
        """Speed of stripping as a share of the floor's."""
        return self.floor.median / self.stripping.median


def measure(*, rows: int, rounds: int) -> list[Measured]:
    """With two custodians and with one; both sides take turns in each round."""
    with TemporaryDirectory() as folder:
        store = KeyStore(Path(folder), random_bytes=Random(SEED).randbytes)
        store.linkage.create(Purpose.CLEARING_POINT, datetime(2026, 11, 1, tzinfo=UTC))
        return [
            _measured("two custodians", _with_trustee(store, rows), rows, rounds),
            _measured("one custodian", _alone(store, rows), rows, rounds),
        ]


def told(measured: Sequence[Measured]) -> Iterator[str]:
    """What was measured, in Markdown."""
    for one in measured:
        yield f"\n### Server-side stripping, {one.way}: {one.rows} case sheets of {SLOTS} slots\n"
        yield from table([one.stripping, one.floor], count=one.rows, unit="case sheets")
        counts = ", ".join(f"{SHORT_NAMES[name]} {count:,}" for name, count in one.counts.items())
        yield f"\nOperations on the curve: {counts}."
        yield f"Speed of stripping over that of its floor: {one.ratio:.2f} (wanted: {WANTED} or more)."


def _measured(way: str, strip: Strip, rows: int, rounds: int) -> Measured:
    strip()  # the trustee's answers are made now
    with _written_down() as operations:
        strip()
    # Seconds of a processor: nothing waits here, and other work on the machine is not in them.
    stripping = Side("stripping", clock=time.process_time)
    floor = Side("its operations on the curve alone", clock=time.process_time)
    for _ in range(rounds):
        with stripping.timed():
            strip()
        with floor.timed():
            _only_compute(operations)
    counts = Counter({name: len(calls) for name, calls in operations.items()})
    return Measured(way, rows, stripping, floor, counts)


def _with_trustee(store: KeyStore, rows: int) -> Strip:
    keys = derive_key_pair(bytes(32), b"benchmark")
    listed = CustodianKey(CustodianRole.TRUSTEE, 1, keys.public, datetime(2026, 11, 1, tzinfo=UTC))
    trustee = Custodian("https://trustee.example", "ct_benchmark", transport=_AnsweredBefore(keys))

    def make() -> StrippingTokenizer:
        # The same randomness each time, so that the trustee is asked the same.
        return StrippingTokenizer(store.linkage, trustee, listed, random=Random(SEED).randbytes)

    return _strip(make, rows)


def _alone(store: KeyStore, rows: int) -> Strip:
    return _strip(lambda: StrippingTokenizer(store.linkage, None, None, random=Random(SEED).randbytes), rows)


def _strip(make: Callable[[], StrippingTokenizer], rows: int) -> Strip:
    raw = columns(make_corpus(rows, 1, SEED).left, IDENTIFIERS)
    tokens = [f"c1:{number:043}" for number in range(rows)]

    def strip() -> list[LinkTokens]:
        made = make()(slot_inputs(raw, tokens, bytes(32)))
        for cells in made:
            cells.written()
        return made

    return strip


class _AnsweredBefore(httpx.BaseTransport):
    """A trustee that answers at once what it was asked before, so that its work is not in the time."""

    def __init__(self, keys: KeyPair) -> None:
        self._keys = keys
        self._answers: dict[bytes, httpx.Response] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        body = request.read()
        place = hashlib.sha256(body).digest()
        if place not in self._answers:
            call = read_call(body)
            evaluation = evaluate_batch(self._keys.secret, call.elements, Random(SEED).randbytes)
            self._answers[place] = httpx.Response(200, json=write_answer(call.epoch, evaluation))
        answer = self._answers[place]
        return httpx.Response(200, content=answer.content)


@contextmanager
def _written_down() -> Iterator[dict[str, list[tuple[bytes, ...]]]]:
    """The operations that are called while the block lasts."""
    calls: dict[str, list[tuple[bytes, ...]]] = {name: [] for name in CURVE_OPERATIONS}
    originals: dict[str, Callable[..., Any]] = {name: getattr(rbcl, name) for name in CURVE_OPERATIONS}

    def writing(name: str) -> Callable[..., Any]:
        def called(*arguments: bytes) -> Any:
            calls[name].append(arguments)
            return originals[name](*arguments)

        return called

    for name in CURVE_OPERATIONS:
        setattr(rbcl, name, writing(name))
    try:
        yield calls
    finally:
        for name, original in originals.items():
            setattr(rbcl, name, original)


def _only_compute(operations: Operations) -> None:
    """The same operations on the same arguments, and nothing else."""
    for name, calls in operations.items():
        compute = getattr(rbcl, name)
        for arguments in calls:
            compute(*arguments)
