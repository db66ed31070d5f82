"""Storing cleared cases: who is new, which part changed, and the records of what changed.

Nothing here sees a raw case, and nothing that it returns tells whether anybody else knows a person.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from anonymizer import ClearedChunk, Columns, Conflict, EntityColumns, conflict_of, spread, token_bytes
from app.database.sessions import Session
from app.domain.identifiers import new_ids
from app.models import Base
from app.queries import cases as queries
from app.queries import records
from app.queries.cases import KnownCase
from app.queries.records import CASE_SHEET, RECORDS
from app.services.linkage.sealing import from_staged, keep_arrivals

PART_DIGEST_BYTES = 16
"""Enough that two different rows of one case never meet: 2**-128 for each pair."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """To whom and to which batch the cases belong, and when they were recorded."""

    batch_id: UUID
    organization_id: UUID
    recorded_at: datetime
    server_key: bytes


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What became of the rows of a chunk: each was new, changed, known with the same content, rejected, or left out
    for want of consent, which is no mistake."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    withheld: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def store_cases(
    session: Session, cleared: ClearedChunk, lines: Sequence[bytes], arrival: Arrival
) -> StoredRows:
    """Store the rows of cleared case sheets, each as a new version of its case's part unless nothing changed.

    `lines` are the same rows in canonical form. Where a case comes without the consent that it came with before,
    all that was known of it is deleted at once, and the short row alone is kept. The row of a case that was
    withdrawn is rejected.
    """
    tokens = [case_token(arrival, number) for number in cleared.columns["case_number"]]
    digests = [part_digest([line]) for line in lines]
    known = queries.find_known_cases(session, arrival.organization_id, tokens)
    created = [at for at, token in enumerate(tokens) if token not in known]
    withdrawn = [at for at, token in enumerate(tokens) if token in known and known[token].is_withdrawn]
    changed = [
        at
        for at, (token, digest) in enumerate(zip(tokens, digests, strict=True))
        if token not in known or not (known[token].is_withdrawn or known[token].digest == digest)
    ]

    case_ids = {token: case.case_id for token, case in known.items()}
    case_ids |= _add_cases(session, [tokens[at] for at in created], arrival)
    taken_in = sorted({*range(len(tokens))} - {*withdrawn})
    _keep_link_tokens(session, cleared, [(at, case_ids[tokens[at]]) for at in taken_in], arrival)
    if changed:
        _forget_withheld(session, [known.get(tokens[at]) for at in changed], _rows(cleared.columns, changed))
        parts = [(case_ids[tokens[at]], digests[at]) for at in changed]
        replaced = [case.part_id for at in changed if (case := known.get(tokens[at])) and case.part_id]
        part_ids = add_parts(session, CASE_SHEET, parts, replaced=replaced, arrival=arrival)
        for entity, filled in spread(_rows(cleared.columns, changed)).items():
            add_records(session, RECORDS[entity], filled, part_ids, arrival=arrival)
    return StoredRows(
        created=len(created),
        updated=len(changed) - len(created),
        unchanged=len(tokens) - len(changed) - len(withdrawn),
        rejected=len(withdrawn),
        conflicts=[_withdrawn(cleared.rows[at]) for at in withdrawn],
    )


def case_token(arrival: Arrival, cleared_number: str) -> bytes:
    """The token under which a case that arrives is stored."""
    return stored_token(arrival.server_key, arrival.organization_id, cleared_number)


def stored_token(server_key: bytes, organization_id: UUID, cleared_number: str) -> bytes:
    """HMAC-SHA256(server key, organization, inner token): the same from the laptop, the browser and the server."""
    return hmac.digest(server_key, organization_id.bytes + token_bytes(cleared_number), "sha256")


def part_digest(lines: Iterable[bytes]) -> bytes:
    """What tells one version of a part from the next: a digest over its canonical lines."""
    return hashlib.blake2b(b"".join(lines), digest_size=PART_DIGEST_BYTES).digest()


def add_parts(
    session: Session,
    part: str,
    versions: Sequence[tuple[UUID, bytes]],
    *,
    replaced: Sequence[UUID],
    arrival: Arrival,
) -> list[str]:
    """End the versions that are replaced, and add new ones, each of a case and with its digest. Gives their ids."""
    ids = [part_id.hex for part_id in new_ids(arrival.recorded_at, len(versions))]
    records.load_parts(
        session,
        {
            "id": ids,
            "case_id": [case_id.hex for case_id, _ in versions],
            "organization_id": [str(arrival.organization_id)] * len(ids),
            "part": [part] * len(ids),
            "digest": [bytes_text(digest) for _, digest in versions],
            "batch_id": [str(arrival.batch_id)] * len(ids),
            "recorded_at": [arrival.recorded_at.isoformat()] * len(ids),
        },
        replaced=replaced,
        at=arrival.recorded_at,
    )
    return ids


def add_records(
    session: Session, model: type[Base], filled: EntityColumns, part_ids: Sequence[str], *, arrival: Arrival
) -> None:
    """Add the records of one entity; `part_ids` has the part of each row of the sheet."""
    if filled.case:
        columns = {"part_id": [part_ids[at] for at in filled.case]}
        columns["organization_id"] = [str(arrival.organization_id)] * len(filled.case)
        records.load_records(session, model, columns | filled.columns)


def bytes_text(value: bytes) -> str:
    """Bytes as COPY reads them."""
    return "\\\\x" + value.hex()


def _withdrawn(row: int) -> Conflict:
    return conflict_of("case_withdrawn", row=row, column="case_number", entity="case")


def _add_cases(session: Session, tokens: Sequence[bytes], arrival: Arrival) -> dict[bytes, UUID]:
    if not tokens:
        return {}
    ids = new_ids(arrival.recorded_at, len(tokens))
    records.load_cases(
        session,
        {
            "id": [case_id.hex for case_id in ids],
            "organization_id": [str(arrival.organization_id)] * len(ids),
            "case_token": [bytes_text(token) for token in tokens],
        },
    )
    return dict(zip(tokens, ids, strict=True))


def _forget_withheld(session: Session, known: Sequence[KnownCase | None], changed: Columns) -> None:
    """Consent was the basis of what was kept: without it nothing of that may stay, not even as an ended version."""
    statuses = changed["identification_status"]
    forgotten = [case.case_id for case, status in zip(known, statuses, strict=True) if case and not status]
    if forgotten:
        queries.delete_parts_of(session, forgotten)


def _keep_link_tokens(
    session: Session, cleared: ClearedChunk, taken_in: Sequence[tuple[int, UUID]], arrival: Arrival
) -> None:
    """Also of a case in which nothing else changed: its identifiers may have come only now."""
    if cleared.link_tokens is not None:
        sealed = from_staged([cleared.link_tokens[at] for at, _ in taken_in])
        case_ids = [case_id for _, case_id in taken_in]
        keep_arrivals(session, case_ids, sealed, batch_id=arrival.batch_id, now=arrival.recorded_at)


def _rows(cleared: Columns, chosen: Sequence[int]) -> Columns:
    if len(chosen) == len(cleared["case_number"]):
        return cleared
    return {name: [values[at] for at in chosen] for name, values in cleared.items()}
