"""Taking back: an organization withdraws a batch of its own, or cases by their numbers.

What is withdrawn is deleted at once; a mark without content stays, and what was published stays. A case number
lives in memory alone, and no answer tells whether a case was known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anonymizer.clearing.treatments import tokenize
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import WrongInput
from app.domain.events import EventType
from app.domain.permissions import check_can_withdraw_batch, check_can_withdraw_cases
from app.domain.statuses import BatchStatus, check_transition
from app.key_store import KeyStore
from app.models import CaseBatch
from app.queries import audit, people
from app.queries import withdrawals as queries
from app.queries.cases import lock_cases_of
from app.services.cases import stored_token
from app.services.erasures import note_erasure
from app.services.receipts import receipt_of

MOST_CASE_NUMBERS = 10_000
"""In one call: as many as the largest organization has in a year, and few enough to be read at once."""
NOT_A_LIST = 'Send {"case_numbers": ["…", "…"]}: a list of texts, at most 10,000 of them.'
BATCH_IS_GONE = (
    "Everything that this batch brought is deleted. What it had replaced does not come back: send those cases "
    "again where they should stand. What was published stays as it is."
)
CASES_ARE_GONE = (
    "Of the cases that the clearing point had, everything is deleted, and they are refused when they are sent "
    "again. What was published stays as it is."
)


@dataclass(frozen=True, slots=True)
class CaseNumbers:
    """Local case numbers or tokens as they came. They identify cases: never shown, not even by `repr`."""

    numbers: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<{len(self.numbers)} case numbers>"


def withdraw_batch(
    session: Session, actor: Actor, batch_id: UUID, *, key_store: KeyStore, now: datetime
) -> dict[str, Any]:
    """Take back a batch of one's own organization: its parts, records and forms are deleted in this transaction.

    What the batch had replaced stays replaced. A second time is StateDoesNotAllow.
    """
    check_can_withdraw_batch(actor)

    lock_cases_of(session, actor.organization.id)
    batch = queries.lock_batch(session, actor.organization.id, batch_id)
    check_transition(_status(batch), BatchStatus.WITHDRAWN)

    removed = queries.remove_batch(session, batch, now)
    note_erasure(session, "batch", [batch.id], key_store=key_store, now=now)
    counts = {"cases": removed.cases, "parts": removed.parts, "forms": removed.forms}

    audit.record(session, actor, EventType.BATCH_WITHDRAWN, now=now, subject_id=batch.id, facts=counts)
    return {
        "status": BatchStatus.WITHDRAWN.value,
        "batch_id": str(batch.id),
        "withdrawn_at": now.isoformat(),
        "removed": counts,
        "note": BATCH_IS_GONE,
        "receipt": receipt_of(batch, key_store, now),
    }


def withdraw_cases(
    session: Session, actor: Actor, named: CaseNumbers, *, key_store: KeyStore, now: datetime
) -> dict[str, Any]:
    """Take back cases by their local numbers or tokens. The answer is the same whatever was known."""
    check_can_withdraw_cases(actor)

    lock_cases_of(session, actor.organization.id)
    tokens = _tokens(actor.organization.id, named, key_store)

    withdrawn = queries.remove_cases(session, actor.organization.id, tokens, now)
    note_erasure(session, "case", withdrawn, key_store=key_store, now=now)

    facts = {"named": len(tokens), "withdrawn": len(withdrawn)}
    audit.record(session, actor, EventType.CASES_WITHDRAWN, now=now, facts=facts)
    return {"status": "ACCEPTED", "note": CASES_ARE_GONE}


def erase_cases(
    session: Session,
    organization_code: str,
    named: CaseNumbers,
    *,
    key_store: KeyStore,
    now: datetime,
    dry_run: bool,
) -> int:
    """Erase cases of an organization by their local numbers, as a court or the person may ask. For the operator.

    The same as when the organization takes them back. Returns how many cases had anything; a dry run keeps them.
    """
    organization = people.get_organization(session, organization_code)
    people.act_for(session, organization.id)

    lock_cases_of(session, organization.id)
    tokens = _tokens(organization.id, named, key_store)

    trial = session.begin_nested()
    erased = queries.remove_cases(session, organization.id, tokens, now)
    if dry_run:
        trial.rollback()
        return len(erased)
    note_erasure(session, "case", erased, key_store=key_store, now=now)
    trial.commit()

    facts = {"named": len(tokens), "erased": len(erased)}
    audit.record(session, None, EventType.CASES_ERASED, now=now, subject_id=organization.id, facts=facts)
    return len(erased)


def read_case_numbers(body: bytes) -> CaseNumbers:
    """The numbers in a JSON body. Raises WrongInput, without a word of it, for anything but a list of texts."""
    document: object = None
    try:
        document = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"case_numbers": [*numbers], **others} if not others and 0 < len(numbers) <= MOST_CASE_NUMBERS:
            texts = tuple(number.strip() for number in numbers if isinstance(number, str))
            if len(texts) == len(numbers) and all(texts):
                return CaseNumbers(texts)
    raise WrongInput(NOT_A_LIST)


def _status(batch: CaseBatch) -> BatchStatus:
    return BatchStatus(batch.status)


def _tokens(organization_id: UUID, named: CaseNumbers, key_store: KeyStore) -> list[bytes]:
    """The tokens under which the cases would be stored. WrongInput names the place of a number that cannot be one."""
    server_key = key_store.server_key()
    clear = tokenize(key_store.case_key(organization_id))
    tokens = []
    for place, cleared in enumerate(map(clear, named.numbers), start=1):
        if not isinstance(cleared, str):
            raise WrongInput(
                f"The case number at place {place} of the list cannot be one. Correct it; nothing was withdrawn."
            )
        tokens.append(stored_token(server_key, organization_id, cleared))
    return list(dict.fromkeys(tokens))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member comes twice.")
    return members
