"""Storing annual forms: one version alive for an organization, a country and a year.

A form is about no case, and nothing here touches one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from anonymizer import ClearedChunk, spread_module
from app.database.sessions import Session
from app.domain.identifiers import new_ids
from app.queries import annual_forms as queries
from app.queries import records
from app.queries.annual_forms import FORMS, AliveForm
from app.services.cases import Arrival, StoredRows, bytes_text, part_digest


def store_forms(
    session: Session, cleared: ClearedChunk, lines: Sequence[bytes], arrival: Arrival
) -> StoredRows:
    """Store the rows of an annual form, each as a new version of its country and year unless nothing changed.

    `lines` are the same rows in canonical form.
    """
    model = FORMS[cleared.sheet]
    alive = queries.find_alive_forms(session, model, arrival.organization_id)
    known = [
        alive.get(about) for about in zip(cleared.columns["country"], cleared.columns["year"], strict=True)
    ]
    digests = [part_digest([line]) for line in lines]
    is_changed = [form is None or form.digest != digest for form, digest in zip(known, digests, strict=True)]

    replaced = [form.id for form in compress(known, is_changed) if form]
    if any(is_changed):
        queries.end_forms(session, model, replaced, at=arrival.recorded_at)
        columns = {name: list(compress(cells, is_changed)) for name, cells in cleared.columns.items()}
        versions = _versions(list(compress(digests, is_changed)), arrival)
        records.load_records(session, model, versions | spread_module(cleared.sheet, columns).columns)
    return _told(known, is_changed)


def _versions(digests: Sequence[bytes], arrival: Arrival) -> dict[str, list[str]]:
    count = len(digests)
    return {
        "id": [form_id.hex for form_id in new_ids(arrival.recorded_at, count)],
        "organization_id": [str(arrival.organization_id)] * count,
        "batch_id": [str(arrival.batch_id)] * count,
        "digest": [bytes_text(digest) for digest in digests],
        "recorded_at": [arrival.recorded_at.isoformat()] * count,
    }


def _told(known: Sequence[AliveForm | None], is_changed: Sequence[bool]) -> StoredRows:
    created = known.count(None)
    changed = sum(is_changed)
    return StoredRows(created, changed - created, len(known) - changed)
