"""Cases with link tokens for tests, without identifiers and without custodians: equal facts give equal tokens.

A token is a digest of what a match key would know. Tests of linking need no more: which key was in it is another test.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.database.sessions import Session
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.queries.linkage_tokens import Epochs, StoredTokens
from app.services.linkage.nightly import Linked, link_cases
from app.services.linkage.sealing import keep_arrivals
from app.services.linkage.weighing import slot_classes
from tests.factories import NOON

EPOCHS = Epochs(k1=1, k2=1, s=1)
A_BATCH = UUID(int=(7 << 76) + (2 << 62))


@dataclass(frozen=True)
class Woman:
    """What match keys would be made of; an empty text is what nobody knows. `skeleton` stands for the spelling."""

    given: str
    family: str
    day: str = ""
    year: str = ""
    place: str = ""
    father: str = ""
    number: str = ""

    @property
    def skeleton(self) -> str:
        """Consonants of the given name: Mara and Mira have the same."""
        return "".join(letter for letter in self.given.casefold() if letter not in "aeiou")

    def keys(self) -> Mapping[str, Sequence[str]]:
        """What goes into the keys of each class."""
        names, fine = f"{self.skeleton} {self.family}", f"{self.given} {self.family}"
        return {
            "N.ID": [self.number],
            "S.DOB": [names, self.day, self.year],
            "S.DOBswap": [names, self.day, self.year],
            "F.DM": [fine, self.day],
            "G.DOB.POB": [self.given, self.day, self.year, self.place],
            "L.DOB.POB": [self.family, self.day, self.year, self.place],
            "S.Y.POB": [names, self.year, self.place],
            "S.Y.FATHER": [names, self.year, self.father],
            "S.FATHER.POB": [names, self.father, self.place],
            "G.DOB.FATHER": [self.given, self.day, self.year, self.father],
            "L.DOB.FATHER": [self.family, self.day, self.year, self.father],
        }


def tokens_of(woman: Woman, case_id: UUID, *, epochs: Epochs = EPOCHS) -> StoredTokens:
    """32 tokens: the first slot of each class for its key, when all of it is known; the others are fillers."""
    keys, seen, elements = woman.keys(), set[str](), []
    for slot, name in enumerate(slot_classes()):
        parts = keys.get(name, [""])
        is_filled = name not in seen and all(parts)
        seen.add(name)
        source = [name, *parts] if is_filled else [str(case_id), str(slot)]
        elements.append(hashlib.sha256("\0".join(source).encode()).digest())
    return StoredTokens(epochs.k1, epochs.k2, epochs.s, tuple(elements))


def a_case_id(number: int) -> UUID:
    """The id of the n-th invented case."""
    return UUID(int=number + (7 << 76) + (2 << 62))


def arrive(
    premises: Premises,
    cases: Mapping[UUID, StoredTokens | None],
    *,
    batch_id: UUID = A_BATCH,
    now: datetime = NOON,
) -> None:
    """Leave tokens at the door, as the server does."""
    with transaction(premises.database.write_session()) as session:
        keep_arrivals(session, list(cases), list(cases.values()), batch_id=batch_id, now=now)


def run(premises: Premises, *, epochs: Epochs = EPOCHS, now: datetime = NOON) -> Linked:
    """One run at night."""
    with (
        transaction(premises.database.linking_session()) as linking,
        premises.database.read_session() as reading,
    ):
        return link_cases(linking, reading, now=now, random=os.urandom, epochs=epochs)


def persons(premises: Premises, band: str = "automatic") -> set[frozenset[UUID]]:
    """Which cases are of one person now; cases alone are not in it."""
    groups: dict[UUID, set[UUID]] = {}
    with transaction(premises.database.read_session()) as session:
        for case_id, person_id in memberships(session, band):
            groups.setdefault(person_id, set()).add(case_id)
    return {frozenset(group) for group in groups.values()}


def memberships(session: Session, band: str) -> list[tuple[UUID, UUID]]:
    """Case and person, as they are now."""
    asked = text("SELECT case_id, person_id FROM link.memberships WHERE band = :band AND until IS NULL")
    return [(case_id, person_id) for case_id, person_id in session.execute(asked, {"band": band})]
