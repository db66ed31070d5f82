"""The inputs of the blind evaluation: thirty-two of every case, one a slot, real match keys and fillers alike.

The bytes are frozen with the policy; the browser's `match_keys.js` makes the same. A field is the length of its text
in UTF-8 as two bytes, the higher first, and then the text. An input is, one after the other, the fields

    domain · version of the normalizer · id of the class · each text of the parts in the policy's order

The fillers of a case are HMAC-SHA256 under the organization's case key over the fields

    domain · "filler" · case token · number of the slot from 0, in decimal digits

so that a case that is sent again looks the same. An input identifies a person: never write, log or raise one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import product

from anonymizer.chunks import Columns
from anonymizer.linking.persons import PARTS, Known, Part, Person, PersonReader
from anonymizer.policy import LinkKey, Policy, load_policy

IDENTIFIERS = ("given_name", "family_name", "father_name", "birth_place", "birth_date", "identity_number")
"""Columns of the case sheet of which match keys are made, in the order of the fields of `Person`."""
ENOUGH = frozenset({"given_name", "family_name", "identity_number"})
"""Without one of them no key can be made."""
FILLER = "filler"


def has_identifiers(columns: Iterable[str]) -> bool:
    """Whether a sheet with these columns can have match keys at all."""
    return not ENOUGH.isdisjoint(columns)


def slot_inputs(raw: Columns, tokens: Sequence[str], case_key: bytes) -> list[list[bytes]]:
    """Of each row the inputs of its 32 slots, from its identifiers and its case token (`c1:…`).

    No cell makes it raise: what cannot be read gives no key. `tokens` stand in the order of the rows in `raw`; columns that are not there count as empty.
    """
    policy, reader, keyed = load_policy(), PersonReader(), hmac.new(case_key, digestmod="sha256")
    empty = [""] * len(tokens)
    cells = [raw.get(name, empty) for name in IDENTIFIERS]
    inputs = []
    for token, *identifiers in zip(tokens, *cells, strict=True):
        keys = match_keys(Person(*identifiers), policy=policy, reader=reader)
        inputs.append(_filled_up(policy, keys, _Fillers(policy, keyed, token)))
    return inputs


def match_keys(
    person: Person, *, policy: Policy | None = None, reader: PersonReader | None = None
) -> Mapping[str, tuple[bytes, ...]]:
    """The match keys of a person by class, at most as many as the class has slots, the likeliest reading first.

    With a `reader` of one's own, each name of many persons is read once.
    """
    policy = policy or load_policy()
    known = (reader or PersonReader()).read(person)
    parts: dict[str, list[Part]] = {}
    return {key.id: _keys_of_class(policy, key, known, parts) for key in policy.link_keys}


def fields(*texts: str) -> bytes:
    """Texts one after the other, each after its length, so that no two lists of texts give the same bytes."""
    return b"".join(_field(text) for text in texts)


def _keys_of_class(
    policy: Policy, key: LinkKey, known: Known, parts: dict[str, list[Part]]
) -> tuple[bytes, ...]:
    choices = []
    for name in key.of:
        if name not in parts:
            parts[name] = PARTS[name](known)
        if not parts[name]:
            return ()
        choices.append(parts[name])
    chosen = sorted(product(*choices), key=_cost) if max(map(len, choices)) > 1 else product(*choices)
    opening = _opening(policy, key.id)
    found = [opening + fields(*(text for _, texts in one for text in texts)) for one in chosen]
    return tuple(found[: key.slots])


def _cost(choice: tuple[Part, ...]) -> int:
    return sum(cost for cost, _ in choice)


@cache
def _opening(policy: Policy, class_id: str) -> bytes:
    return fields(policy.domain, policy.normalizer, class_id)


def _field(text: str) -> bytes:
    coded = text.encode()
    return len(coded).to_bytes(2, "big") + coded


class _Fillers:
    """Of one case, by slot."""

    def __init__(self, policy: Policy, keyed: hmac.HMAC, token: str) -> None:
        self._keyed = keyed.copy()
        self._keyed.update(_opening_of_fillers(policy) + _field(token))

    def of_slot(self, slot: int) -> bytes:
        one = self._keyed.copy()
        one.update(_NUMBERS[slot])
        return one.digest()


_NUMBERS = [_field(str(slot)) for slot in range(256)]


@cache
def _opening_of_fillers(policy: Policy) -> bytes:
    return fields(policy.domain, FILLER)


def _filled_up(policy: Policy, keys: Mapping[str, tuple[bytes, ...]], fillers: _Fillers) -> list[bytes]:
    inputs: list[bytes] = []
    for key in policy.link_keys:
        made = keys[key.id]
        inputs += made
        inputs += [fillers.of_slot(len(inputs) + more) for more in range(key.slots - len(made))]
    return inputs
