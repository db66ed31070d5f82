"""The rules of link keys as one document, for the browser that makes link tokens itself.

They are the frozen policy and the tables of its normalizer, as the laptop reads them. Nothing in it is about anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from anonymizer.linking import normalizer
from anonymizer.linking.normalizer.tables import LETTERS, WORDS
from anonymizer.policy import SLOTS, load_policy


@cache
def linkage_rules() -> Mapping[str, Any]:
    """`policy`, `domain`, `normalizer`, `slots`, `link_keys` in the order of the slots, and both tables."""
    policy = load_policy()
    return {
        "policy": policy.name,
        "domain": policy.domain,
        "normalizer": policy.normalizer,
        "slots": SLOTS,
        "link_keys": [{"id": key.id, "slots": key.slots, "of": list(key.of)} for key in policy.link_keys],
        "letters": _table(LETTERS),
        "words": _table(WORDS),
    }


def _table(name: str) -> Any:
    return json.loads(files(normalizer).joinpath(name).read_text(encoding="utf-8"))
