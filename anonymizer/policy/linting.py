"""The linter: what a policy may not do, whoever writes it.

A link key that says too little of a person is found by trying names; one that too many share links strangers. And
no field that identifies a person directly may be kept, whatever the policy is called.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from anonymizer.catalogue.fields import FIELDS, Field, Treatment
from anonymizer.policy.files import SLOTS, STRENGTHS, LinkKey, Policy, digest_of, frozen

LEAVES_NOTHING = frozenset({Treatment.DROP, Treatment.OFF})
"""What may be done with a direct identifier."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a key: which attributes of a person it tells, and how many bits that is at least.

    Bits of collision entropy: two strangers agree on it with a probability of 2 to the power of minus that.
    """

    name: str
    attributes: frozenset[str]
    bits: float
    meaning: str


@cache
def parts() -> Mapping[str, Part]:
    """Every part that a key can be made of."""
    rows = csv.DictReader(
        files("anonymizer.policy").joinpath("parts.csv").read_text(encoding="utf-8").splitlines()
    )
    return MappingProxyType(
        {
            row["part"]: Part(
                row["part"], frozenset(row["attributes"].split(";")), float(row["bits"]), row["meaning"]
            )
            for row in rows
        }
    )


def problems_of(policy: Policy, fields: Iterable[Field] = tuple(FIELDS.values())) -> list[str]:
    """Everything that is wrong with a policy, each in a sentence that says what to do; nothing when it may be used."""
    return [
        *_kept_identifiers(fields),
        *_wrong_slots(policy),
        *(problem for key in policy.link_keys for problem in _wrong_key(key, policy)),
        *_changed_although_frozen(policy),
    ]


def expected_frequency(key: LinkKey, store_size: int) -> float:
    """How many other cases of a store share one token of this class by chance, each part telling its fewest bits."""
    return store_size * 2.0 ** -sum(parts()[part].bits for part in key.of)


def _kept_identifiers(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        if field.privacy == "direct" and field.treatment not in LEAVES_NOTHING:
            yield f"The field {field.entity}.{field.name} identifies a person and would be kept. Drop it."


def _wrong_slots(policy: Policy) -> Iterator[str]:
    if sum(key.slots for key in policy.link_keys) != SLOTS or any(key.slots < 1 for key in policy.link_keys):
        yield f"The slots of all keys together must be {SLOTS}, each key with one at least."
    if len({key.id for key in policy.link_keys}) != len(policy.link_keys):
        yield "Two link keys have one id. Give each its own."


def _wrong_key(key: LinkKey, policy: Policy) -> Iterator[str]:
    if unknown := [part for part in key.of if part not in parts()]:
        yield f"The link key {key.id} has {len(unknown)} parts that nobody knows. Use those of parts.csv."
        return
    if key.strength not in STRENGTHS:
        yield f"The strength of the link key {key.id} is none of {', '.join(STRENGTHS)}."
    attributes = frozenset[str]().union(*(parts()[part].attributes for part in key.of))
    is_number = attributes == {"number"}
    if (key.strength == "decisive") != is_number:
        yield f"The link key {key.id} may be decisive only as the national number, and that only decisive."
    if not is_number and len(attributes) < policy.guards.fewest_attributes:
        yield (
            f"The link key {key.id} tells {len(attributes)} attributes of a person; "
            f"{policy.guards.fewest_attributes} are the fewest. Add a part."
        )
    if len(attributes) == 1 and attributes <= policy.guards.never_alone:
        yield f"The link key {key.id} is one attribute alone, which is found by trying. Add parts."
    if expected_frequency(key, policy.guards.store_size) > policy.guards.most_expected_frequency:
        yield (
            f"Too many strangers would share a token of the link key {key.id}: more than "
            f"{policy.guards.most_expected_frequency} among {policy.guards.store_size:,} cases. Add a part."
        )


def _changed_although_frozen(policy: Policy) -> Iterator[str]:
    if frozen().get(policy.name, digest_of(policy)) != digest_of(policy):
        yield (
            f"The policy {policy.name} was used and is frozen: its tokens would fit no older ones. Give what you "
            "changed a new name."
        )
