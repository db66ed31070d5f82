"""The inputs of the blind evaluation: thirty-two of every case, one a slot, real match keys and fillers alike.

The bytes are frozen with the policy; the browser's `match_keys.js` makes the same. A field is the length of its text
in UTF-8 as two bytes, the higher first, and then the text (`encoding.py`). An input is, one after the other,

    domain · version of the normalizer · id of the class · each text of the parts in the policy's order

The fillers of a case are HMAC-SHA256 under the organization's case key over

    domain · "filler" · case token · number of the slot from 0, in decimal digits

so that a case that is sent again looks the same. An input identifies a person: never write, log or raise one.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter

from anonymizer.chunks import Columns
from anonymizer.linking.encoding import encode_texts
from anonymizer.linking.persons import PARTS, Part, Person, PersonReader
from anonymizer.policy import LinkKey, Policy, load_policy

IDENTIFIERS = ("given_name", "family_name", "father_name", "birth_place", "birth_date", "identity_number")
"""Columns of the case sheet of which match keys are made, in the order of the fields of `Person`."""
ENOUGH = frozenset({"given_name", "family_name", "identity_number"})
"""Without one of them no key can be made."""
FILLER = "filler"
_COST = itemgetter(0)


def has_identifiers(columns: Iterable[str]) -> bool:
    """Whether a sheet with these columns can have match keys at all."""
    return not ENOUGH.isdisjoint(columns)


def slot_inputs(raw: Columns, tokens: Sequence[str], case_key: bytes) -> list[list[bytes]]:
    """Of each row the inputs of its 32 slots, from its identifiers and its case token (`c1:…`).

    `tokens` stand in the order of the rows in `raw`; columns that are not there count as empty. No cell makes it
    raise: what cannot be read gives no key.
    """
    maker = KeyMaker(load_policy())
    filler_of = fillers(case_key, maker.policy)
    empty = [""] * len(tokens)
    cells = [raw.get(name, empty) for name in IDENTIFIERS]
    return [
        maker.slots(Person(*identifiers), partial(filler_of, token))
        for token, *identifiers in zip(tokens, *cells, strict=True)
    ]


def match_keys(
    person: Person, *, policy: Policy | None = None, reader: PersonReader | None = None
) -> dict[str, tuple[bytes, ...]]:
    """The match keys of a person by class, the likeliest reading first; with a `reader` each name is read once."""
    return KeyMaker(policy or load_policy(), reader).keys(person)


def fillers(case_key: bytes, policy: Policy) -> Callable[[str, int], bytes]:
    """The function from a case token and a slot to what fills it."""
    keyed = hmac.new(case_key, encode_texts(policy.domain, FILLER), "sha256")

    def filler_of(token: str, slot: int) -> bytes:
        one = keyed.copy()
        one.update(encode_texts(token, str(slot)))
        return one.digest()

    return filler_of


class KeyMaker:
    """Makes the match keys of persons, and reads each name once. It lives no longer than one chunk."""

    def __init__(self, policy: Policy, reader: PersonReader | None = None) -> None:
        self.policy = policy
        self._reader = reader or PersonReader()
        self._openings = [encode_texts(policy.domain, policy.normalizer, key.id) for key in policy.link_keys]
        self._parts = sorted({name for key in policy.link_keys for name in key.of})

    def keys(self, person: Person) -> dict[str, tuple[bytes, ...]]:
        """By class, at most as many as it has slots."""
        known = self._reader.read(person)
        parts = {name: PARTS[name](known) for name in self._parts}
        return {
            key.id: tuple([opening + reading for reading in _readings(key, parts)])
            for key, opening in zip(self.policy.link_keys, self._openings, strict=True)
        }

    def slots(self, person: Person, filler_of: Callable[[int], bytes]) -> list[bytes]:
        """The inputs of all slots of a person."""
        keys = self.keys(person)
        inputs: list[bytes] = []
        for key in self.policy.link_keys:
            inputs += keys[key.id]
            inputs += [filler_of(len(inputs) + more) for more in range(key.slots - len(keys[key.id]))]
        return inputs


def _readings(key: LinkKey, parts: Mapping[str, list[Part]]) -> list[bytes]:
    """The texts of a class's parts one after the other, by how far all together are from the likeliest reading."""
    made: list[Part] = [(0, b"")]
    for name in key.of:
        made = [(cost + more, before + after) for cost, before in made for more, after in parts[name]]
    made.sort(key=_COST)
    return [reading for _, reading in made[: key.slots]]
