"""A person asks to be erased, through any organization, by her identifiers and without being named.

The organization's laptop makes link tokens of them; the answer is the same whatever is known. At night the cases of
that organization go; those of others become tasks for a keeper, because nobody may learn from us that there are any.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anonymizer.linking.tokens import NOT_APPLIED
from anonymizer.policy import policy_version
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import StateDoesNotAllow, WrongInput
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.linkage import LinkageMode, LinkageSettings
from app.domain.linkage_rules import Band, band_of
from app.domain.permissions import check_can_withdraw_cases
from app.key_store import KeyStore
from app.models import ErasureTask
from app.queries import audit, erasures, linkage_candidates, linkage_edges, linkage_tokens, people
from app.queries import person_withdrawals as queries
from app.queries.cases import lock_cases_of
from app.queries.linkage_tokens import Epochs
from app.queries.person_withdrawals import DueWithdrawal
from app.queries.rotation import hold_epochs
from app.services.erasures import note_erasure
from app.services.linkage.doors import sealing_keys
from app.services.linkage.sealing import seal_tokens
from app.services.linkage.weighing import load_rules, slot_classes

MOST_PERSONS = 100
"""In one call: a wish is told by one person to one organization, and rarely by many at once."""
LONGEST_WAIT = timedelta(hours=24)
"""A wish waits for a random part of it, so that nobody can tell from what goes at night who asked by day."""
PERSON_WILL_GO = (
    "What your organization has sent of the person is deleted in one of the next two nights, and refused when it is "
    "sent again. What was published stays as it is. Other organizations are asked by the clearing point."
)
NOT_LINKING = "This clearing point does not link cases: withdraw the cases by their numbers."
NOT_PERSONS = 'Send {"persons": ["…", "…"]}: a list of cells of link tokens, at most 100 of them.'

OpenTransaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class PersonTokens:
    """The cells of link tokens as they came. They can find a person: never shown, not even by `repr`."""

    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The cases of one wish: those of the organization that handed it on, and those of others or of weaker evidence."""

    own: tuple[UUID, ...]
    others: Mapping[UUID, UUID]


def read_persons(body: bytes) -> PersonTokens | None:
    """The cells in a JSON body; None when it names no persons. Raises WrongInput, without a word of it."""
    document: object = None
    try:
        document = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"persons": [*cells], **others} if not others and 0 < len(cells) <= MOST_PERSONS:
            texts = tuple(cell for cell in cells if isinstance(cell, str) and cell)
            if len(texts) == len(cells):
                return PersonTokens(texts)
            raise WrongInput(NOT_PERSONS)
        case {"persons": _}:
            raise WrongInput(NOT_PERSONS)
    return None


def withdraw_persons(
    session: Session,
    actor: Actor,
    asked: PersonTokens,
    *,
    key_store: KeyStore,
    linkage: LinkageSettings,
    random: Callable[[int], bytes],
    now: datetime,
) -> dict[str, Any]:
    """Let the wishes wait for the night. Nothing is looked up, and the answer is the same whatever is known."""
    check_can_withdraw_cases(actor)

    if not linkage.is_on:
        raise StateDoesNotAllow(NOT_LINKING)
    hold_epochs(session)

    keys = sealing_keys(key_store, linkage)
    if linkage.mode is LinkageMode.TWO_CUSTODIANS:
        keys = replace(keys, k2_epochs=frozenset(keys.k2_epochs) - {NOT_APPLIED})
    sealed = seal_tokens(asked.cells, keys)

    for tokens in sealed:
        if tokens is not None:
            queries.add_withdrawal(
                session,
                new_id(now),
                actor.organization.id,
                tokens,
                received_at=now,
                not_before=now + _random_part(LONGEST_WAIT, random),
            )

    facts = {"persons": len(asked.cells), "policy": policy_version()}
    audit.record(session, actor, EventType.PERSONS_WITHDRAWN, now=now, facts=facts)
    return {"status": "ACCEPTED", "note": PERSON_WILL_GO}


def settle_withdrawals(
    linkage: OpenTransaction,
    reader: OpenTransaction,
    server: OpenTransaction,
    *,
    key_store: KeyStore,
    epochs: Epochs,
    now: datetime,
) -> int:
    """What the night does with the wishes whose time has come; how many it searched for. Interrupted, it goes on later.

    Each opens a transaction of one role: linkage compares, the reader tells whose a case is, the server's role deletes.
    While a key is changed all wishes wait. While something from before a wish cannot be compared yet, it is searched
    for again each night.
    """
    with linkage() as linking:
        due = queries.find_due(linking, epochs, now)
    for searched, withdrawal in enumerate(due):
        with linkage() as linking, reader() as reading:
            if not _is_comparable(linking, epochs):
                return searched
            found = _find(linking, reading, withdrawal)
            waiting = queries.waiting_since(linking, reading)
        with server() as writing:
            _erase_own(writing, withdrawal, found, key_store=key_store, now=now)
        with linkage() as linking:
            queries.add_tasks(linking, _tasks(found, now), asked_at=withdrawal.received_at)
            if waiting is None or waiting > withdrawal.received_at:
                queries.delete_withdrawal(linking, withdrawal.id)
    return len(due)


def _is_comparable(linking: Session, epochs: Epochs) -> bool:
    """Whether every token in the store has these keys in it; no rotation goes on before the transaction ends."""
    linkage_edges.lock_linking(linking)
    return not linkage_tokens.has_other_epochs(linking, epochs)


def _find(linking: Session, reading: Session, withdrawal: DueWithdrawal) -> Found:
    """Cases whose match keys agree as an automatic link needs are hers; what needs a judgement, a keeper judges."""
    holding = linkage_candidates.find_holding(linking, withdrawal.tokens, slot_classes())
    bands = {case_id: band_of(agreeing, load_rules()) for case_id, agreeing in holding}
    owners = queries.find_owners(
        reading, [case_id for case_id in bands if bands[case_id] is not Band.IGNORED]
    )
    own = tuple(
        case_id
        for case_id, owner in owners.items()
        if owner == withdrawal.organization_id and bands[case_id] is Band.AUTOMATIC
    )
    return Found(own, {case_id: owner for case_id, owner in owners.items() if case_id not in own})


def _erase_own(
    session: Session, withdrawal: DueWithdrawal, found: Found, *, key_store: KeyStore, now: datetime
) -> None:
    people.act_for(session, withdrawal.organization_id)
    lock_cases_of(session, withdrawal.organization_id)
    erasures.erase(session, found.own, now)
    note_erasure(session, "case", found.own, key_store=key_store, now=now)
    facts = {"erased": len(found.own)}
    audit.record(session, None, EventType.PERSON_ERASED, now=now, facts=facts)


def _tasks(found: Found, now: datetime) -> Sequence[ErasureTask]:
    return [
        ErasureTask(id=new_id(now), case_id=case_id, organization_id=owner, created_at=now)
        for case_id, owner in found.others.items()
    ]


def _random_part(whole: timedelta, random: Callable[[int], bytes]) -> timedelta:
    return whole * (int.from_bytes(random(4), "big") / 2**32)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member comes twice.")
    return members
