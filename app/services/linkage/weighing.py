"""The rules of linking, put together from the policy's classes and the weights that belong to it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from anonymizer.policy import SLOTS, LinkKey, load_policy
from anonymizer.policy.linting import parts
from app.domain.linkage_rules import ClassRule, Rules

WEIGHTS = "weights-2026.1.csv"
"""Log-odds a class, and the bias; fitted on invented persons. Fitted again, they get a file of a new name."""
BIAS = "bias"


@cache
def load_rules() -> Rules:
    """The rules in force. Raises KeyError when a class of the policy has no weight."""
    weights = read_weights(files("anonymizer.policy").joinpath(WEIGHTS).read_text(encoding="utf-8"))
    classes = {key.id: _rule(key, weights[key.id]) for key in load_policy().link_keys}
    return Rules(classes, weights[BIAS], WEIGHTS.removesuffix(".csv"))


def read_weights(text: str) -> Mapping[str, float]:
    """Log-odds by class."""
    return {row["class"]: float(row["log_odds"]) for row in csv.DictReader(text.splitlines())}


@cache
def slot_classes() -> tuple[str, ...]:
    """The class of each slot, in order."""
    policy = load_policy()
    return tuple(policy.class_of_slot(slot).id for slot in range(SLOTS))


def policy_name() -> str:
    """Under which policy cases are linked."""
    return load_policy().name


def _rule(key: LinkKey, weight: float) -> ClassRule:
    attributes = frozenset[str]().union(*(parts()[part].attributes for part in key.of))
    return ClassRule(key.id, key.strength, key.shared_by_twins, attributes, weight)
