"""Which pairs of sheets share which classes of match keys: the join that linking rests on, in memory.

Keys are compared as they stand; in the clearing point they are tokens of 32 bytes, whose first eight decide here:
among n tokens two different ones share them with a chance of n²/2^65.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from anonymizer.linking.match_keys import KeyMaker
from anonymizer.linking.persons import Person
from anonymizer.policy import Policy, load_policy
from benchmarks.linkage.errors import IDENTIFIERS, Sheet

Tokens = npt.NDArray[np.uint64]
"""One row a sheet, one column a slot: the first eight bytes of each token."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """Pairs of sheets that share a key, each pair once; bit c of `classes` is set when they agree on class c."""

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Register:
    """The tokens of a register, and how many of its sheets have fillers alone and can be linked with nothing."""

    tokens: Tokens
    empty_handed: int


def register(
    sheets: Sequence[Sheet], seed: int, *, policy: Policy | None = None, names: Sequence[str] = IDENTIFIERS
) -> Register:
    """Match keys of each sheet in the slots of their classes, and fillers by `seed`; of the identifiers, `names`."""
    policy = policy or load_policy()
    maker = KeyMaker(policy)
    tokens = np.random.default_rng(seed).integers(0, 2**64, (len(sheets), slots_of(policy)), dtype=np.uint64)
    empty_handed = 0
    for row, sheet in enumerate(sheets):
        keys = maker.keys(Person(**{name: sheet[name] for name in names}))
        empty_handed += not any(keys.values())
        _fill(tokens[row], keys, policy)
    return Register(tokens, empty_handed)


def slots_of(policy: Policy) -> int:
    """How many slots a case has under a policy; another one than the current may be tried."""
    return sum(key.slots for key in policy.link_keys)


def agreements(left: Tokens, right: Tokens, policy: Policy | None = None) -> Agreements:
    """Join two registers by their tokens."""
    left_rows, right_rows, slots = _joined(left, right)
    classes = _class_of_slot(policy or load_policy())[slots]
    pairs = left_rows * len(right) + right_rows
    order = np.argsort(pairs, kind="stable")
    pairs, bits = pairs[order], np.left_shift(1, classes[order])
    begins = np.flatnonzero(np.diff(pairs, prepend=-1))
    if not len(begins):
        return Agreements(pairs, pairs, bits)
    together = np.bitwise_or.reduceat(bits, begins)
    return Agreements(pairs[begins] // len(right), pairs[begins] % len(right), together)


def class_names(mask: int, policy: Policy | None = None) -> frozenset[str]:
    """The classes whose bits are set."""
    keys = (policy or load_policy()).link_keys
    return frozenset(key.id for at, key in enumerate(keys) if mask >> at & 1)


def _fill(slots: Tokens, keys: Mapping[str, tuple[bytes, ...]], policy: Policy) -> None:
    first = 0
    for key in policy.link_keys:
        for place, made in enumerate(keys[key.id], start=first):
            slots[place] = int.from_bytes(blake2b(made, digest_size=8).digest(), "big")
        first += key.slots


def _joined(left: Tokens, right: Tokens) -> tuple[npt.NDArray[np.int64], ...]:
    """Every slot of one side that equals a slot of the other: row left, row right, slot."""
    right_flat = right.ravel()
    order = np.argsort(right_flat, kind="stable")
    in_order = right_flat[order]
    left_flat = left.ravel()
    begin = np.searchsorted(in_order, left_flat, "left")
    found = np.searchsorted(in_order, left_flat, "right") - begin
    of_left = np.repeat(np.arange(len(left_flat)), found)
    steps = np.arange(len(of_left)) - np.repeat(np.cumsum(found) - found, found)
    of_right = order[np.repeat(begin, found) + steps]
    slots = left.shape[1]
    return of_left // slots, of_right // slots, of_left % slots


@cache
def _class_of_slot(policy: Policy) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(policy.link_keys)), [key.slots for key in policy.link_keys])
