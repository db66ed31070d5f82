"""A clearing point that links, for a test: its own keys, a trustee's key pinned, and cells of link tokens of persons.

No trustee answers here: who needs one that does has
`tests/app/trustee/fixture.py`, or a process of its own in `tests/flows/server_process.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from anonymizer.linking.custodians import CustodianKey, CustodianRole
from anonymizer.linking.match_keys import IDENTIFIERS, slot_inputs
from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.group import multiply_base
from anonymizer.oprf.hashing import hash_to_group
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.services.trustee_access import pin_keys
from tests.clearing_point_fixture import People
from tests.factories import NOON

CASE_KEY = b"k" * 32
PINNED = CustodianKey(CustodianRole.TRUSTEE, 1, multiply_base((7).to_bytes(32, "little")), NOON)
MANY_ELEMENTS = 100_000_000


def linking_premises(premises: Premises, folder: Path) -> Premises:
    """The same premises with linkage; the trustee's key is pinned in the folder, and nobody answers there."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    pin_keys(folder, [PINNED])
    settings = LinkageSettings(
        LinkageMode.TWO_CUSTODIANS, "https://trustee.example", folder, elements_a_day=MANY_ELEMENTS
    )
    return replace(premises, linkage=settings)


def person_cells(
    persons: Sequence[Mapping[str, str]], cases: Sequence[str], *, k2_epoch: int = PINNED.epoch
) -> list[str]:
    """The `link_tokens` cell of each of these persons in the case of this name, as a laptop with both custodians'
    keys would write it; with epoch 0 as one that the trustee did not answer.

    The keys are 1: tests of what is compared need equal tokens for equal match keys, and no secret.
    """
    raw = {name: [person.get(name, "") for person in persons] for name in IDENTIFIERS}
    return [
        LinkTokens(1, k2_epoch, tuple(hash_to_group(slot) for slot in slots)).written()
        for slots in slot_inputs(raw, cases, CASE_KEY)
    ]


def linking_people(premises: Premises, folder: Path) -> People:
    """The usual people at such a clearing point; they are registered already."""
    return People(linking_premises(premises, folder))
