"""The policy file: which link keys are made of which identifiers, in which of the slots that every case has.

It is frozen once it was used: a token is compared with tokens that were made years before.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from anonymizer.canonical_json import canonical_json
from anonymizer.errors import UnsuitablePolicy

CURRENT = "see-thb-2026.1.toml"
SLOTS = 32
"""Of every case, filled or not, so that their number tells nobody what is known of a person."""

Strength = Literal["decisive", "strong", "review"]
STRENGTHS: tuple[Strength, ...] = ("decisive", "strong", "review")


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
class Guards:
    """What no link key may do, whoever writes the policy (linting.py)."""

    fewest_attributes: int
    never_alone: frozenset[str]
    most_expected_frequency: int
    store_size: int


@dataclass(frozen=True, slots=True)
class Policy:
    """`domain` and `normalizer` stand in the input of every token."""

    name: str
    domain: str
    normalizer: str
    guards: Guards
    link_keys: tuple[LinkKey, ...]

    def class_of_slot(self, slot: int) -> LinkKey:
        """The class that a slot (from 0) is for. Raises IndexError for a slot that no case has."""
        return _classes(self)[slot]


@cache
def load_policy(name: str = CURRENT) -> Policy:
    """A policy of this package by the name of its file."""
    return read_policy(files("anonymizer.policy").joinpath(name).read_text(encoding="utf-8"))


def read_policy(text: str) -> Policy:
    """The policy that a file's text describes. Raises UnsuitablePolicy, in a sentence, when it is none."""
    try:
        read = tomllib.loads(text)
        guards = {**read["guards"], "never_alone": frozenset(read["guards"]["never_alone"])}
        keys = tuple(LinkKey(**{**entry, "of": tuple(entry["of"])}) for entry in read["link_keys"])
        policy = Policy(read["policy"], read["domain"], read["normalizer"], Guards(**guards), keys)
    except tomllib.TOMLDecodeError:
        raise UnsuitablePolicy("The file is not TOML. Correct what an editor for TOML marks.") from None
    except (KeyError, TypeError):
        raise UnsuitablePolicy(
            "Something is missing or too much. A policy has `policy`, `domain`, `normalizer`, a table `guards` and "
            "tables `link_keys`, each with id, slots, of, strength and shared_by_twins."
        ) from None
    return policy


@cache
def frozen() -> Mapping[str, str]:
    """The digest of every policy that was ever used, by its name."""
    rows = csv.DictReader(
        files("anonymizer.policy").joinpath("frozen.csv").read_text(encoding="utf-8").splitlines()
    )
    return MappingProxyType({row["policy"]: row["digest"] for row in rows})


def digest_of(policy: Policy) -> str:
    """`sha256:` and the digest of everything that a token depends on, and of the guards."""
    guards = {**asdict(policy.guards), "never_alone": sorted(policy.guards.never_alone)}
    keys = [{**asdict(key), "of": list(key.of)} for key in policy.link_keys]
    said = {"domain": policy.domain, "normalizer": policy.normalizer, "guards": guards, "link_keys": keys}
    return f"sha256:{hashlib.sha256(canonical_json(said)).hexdigest()}"


@cache
def _classes(policy: Policy) -> tuple[LinkKey, ...]:
    return tuple(key for key in policy.link_keys for _ in range(key.slots))
