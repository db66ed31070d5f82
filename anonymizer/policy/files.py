"""The policy: which link keys are made of which identifiers, in which of the slots that every case has.

It is frozen once it was used: a token is compared with tokens that were made years before.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

CURRENT = "see-thb-2026.1.toml"
SLOTS = 32
"""Of every case, filled or not, so that their number tells nobody what is known of a person."""

Strength = Literal["decisive", "strong", "review"]


@dataclass(frozen=True, slots=True)
class LinkKey:
    """One class of match keys: its name, how many slots it has, of which parts it is made, what agreement on it says.

    `strength` "review" never links by itself. `shared_by_twins`: twins or siblings may agree on it.
    """

    id: str
    slots: int
    of: tuple[str, ...]
    strength: Strength
    shared_by_twins: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """`domain` and `normalizer` stand in the input of every token."""

    name: str
    domain: str
    normalizer: str
    link_keys: tuple[LinkKey, ...]

    def class_of_slot(self, slot: int) -> LinkKey:
        """The class that a slot (from 0) is for. Raises IndexError for a slot that no case has."""
        return _classes(self)[slot]


@cache
def load_policy(name: str = CURRENT) -> Policy:
    """A policy of this package by the name of its file."""
    read = tomllib.loads(files("anonymizer.policy").joinpath(name).read_text(encoding="utf-8"))
    keys = tuple(LinkKey(**{**entry, "of": tuple(entry["of"])}) for entry in read["link_keys"])
    return Policy(read["policy"], read["domain"], read["normalizer"], keys)


@cache
def _classes(policy: Policy) -> tuple[LinkKey, ...]:
    return tuple(key for key in policy.link_keys for _ in range(key.slots))
