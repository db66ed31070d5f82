"""Storing cleared cases: who is new, which part changed, and the records of what changed.

Nothing here sees a raw case, and nothing that it returns tells whether anybody else knows a person.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from anonymizer import ClearedChunk, Columns, Conflict, spread, token_bytes
from app.database.sessions import Session
from app.domain.identifiers import new_ids
from app.queries import cases as queries
from app.queries import records
from app.queries.records import CASE_SHEET, RECORDS

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
    """What became of the rows of a chunk: each was new, changed, known with the same content, or rejected."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def store_cases(
    session: Session, cleared: ClearedChunk, lines: Sequence[bytes], arrival: Arrival
) -> StoredRows:
    """Store the rows of cleared case sheets, each as a new version of its case's part unless nothing changed.

    `lines` are the same rows in canonical form.
    """
    tokens = [case_token(arrival, number) for number in cleared.columns["case_number"]]
    digests = [hashlib.blake2b(line, digest_size=PART_DIGEST_BYTES).digest() for line in lines]
    known = queries.find_known_cases(session, arrival.organization_id, tokens, CASE_SHEET)
    created = [at for at, token in enumerate(tokens) if token not in known]
    changed = [
        at
        for at, (token, digest) in enumerate(zip(tokens, digests, strict=True))
        if token not in known or known[token].digest != digest
    ]

    case_ids = {token: case.case_id for token, case in known.items()}
    case_ids |= _add_cases(session, [tokens[at] for at in created], arrival)
    if changed:
        parts = [(case_ids[tokens[at]], digests[at]) for at in changed]
        replaced = [case.part_id for at in changed if (case := known.get(tokens[at])) and case.part_id]
        part_ids = _add_parts(session, parts, replaced, arrival)
        _add_records(session, _rows(cleared.columns, changed), part_ids, arrival)
    return StoredRows(len(created), len(changed) - len(created), len(tokens) - len(changed))


def case_token(arrival: Arrival, cleared_number: str) -> bytes:
    """HMAC-SHA256(server key, organization, inner token): the same from the laptop, the browser and the server."""
    message = arrival.organization_id.bytes + token_bytes(cleared_number)
    return hmac.digest(arrival.server_key, message, "sha256")


def _add_cases(session: Session, tokens: Sequence[bytes], arrival: Arrival) -> dict[bytes, UUID]:
    if not tokens:
        return {}
    ids = new_ids(arrival.recorded_at, len(tokens))
    records.load_cases(
        session,
        {
            "id": [case_id.hex for case_id in ids],
            "organization_id": [str(arrival.organization_id)] * len(ids),
            "case_token": [_bytes_text(token) for token in tokens],
        },
    )
    return dict(zip(tokens, ids, strict=True))


def _add_parts(
    session: Session, parts: Sequence[tuple[UUID, bytes]], replaced: Sequence[UUID], arrival: Arrival
) -> list[str]:
    ids = [part_id.hex for part_id in new_ids(arrival.recorded_at, len(parts))]
    records.load_parts(
        session,
        {
            "id": ids,
            "case_id": [case_id.hex for case_id, _ in parts],
            "organization_id": [str(arrival.organization_id)] * len(ids),
            "part": [CASE_SHEET] * len(ids),
            "digest": [_bytes_text(digest) for _, digest in parts],
            "batch_id": [str(arrival.batch_id)] * len(ids),
            "recorded_at": [arrival.recorded_at.isoformat()] * len(ids),
        },
        replaced=replaced,
        at=arrival.recorded_at,
    )
    return ids


def _add_records(session: Session, cleared: Columns, part_ids: Sequence[str], arrival: Arrival) -> None:
    for entity, filled in spread(cleared).items():
        if filled.case:
            columns = {"part_id": [part_ids[at] for at in filled.case]}
            columns["organization_id"] = [str(arrival.organization_id)] * len(filled.case)
            records.load_records(session, RECORDS[entity], columns | filled.columns)


def _rows(cleared: Columns, chosen: Sequence[int]) -> Columns:
    if len(chosen) == len(cleared["case_number"]):
        return cleared
    return {name: [values[at] for at in chosen] for name, values in cleared.items()}


def _bytes_text(value: bytes) -> str:
    return "\\\\x" + value.hex()
