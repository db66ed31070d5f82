"""Who is one person now: memberships are written where they change, with the events that say what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.database.sessions import Session
from app.domain.identifiers import new_id
from app.domain.linkage_graph import Change, Pair, changes_between, components, name_persons
from app.domain.linkage_rules import Band
from app.queries import linkage_persons as queries
from app.queries.linkage_persons import PersonChange

VERSION_AND_VARIANT = ((6, 0x0F, 0x40), (8, 0x3F, 0x80))
"""Of a UUID of version 4 (RFC 9562, section 5.4): the byte, what stays of it, what is set."""


def write_persons(
    session: Session,
    band: Band,
    links: frozenset[Pair],
    *,
    at: datetime,
    random: Callable[[int], bytes],
) -> list[Change]:
    """Make the persons of one band those that these links hold together. Returns what merged and what split."""
    before = queries.read_persons(session, band.value)
    groups = components(links)
    after = name_persons(groups, before, lambda: random_id(random)).of

    gone = [case for case, person in before.items() if after.get(case) != person]
    come = {case: person for case, person in after.items() if before.get(case) != person}
    queries.end_memberships(session, band.value, gone, at)
    queries.add_memberships(session, band.value, come, at)

    changes = changes_between(before, after)
    queries.add_events(session, [_event(change, band, at) for change in changes], at)
    return changes


def random_id(random: Callable[[int], bytes]) -> UUID:
    """An id from which nothing can be worked out, not even when it was made."""
    octets = bytearray(random(16))
    for place, kept, added in VERSION_AND_VARIANT:
        octets[place] = octets[place] & kept | added
    return UUID(bytes=bytes(octets))


def _event(change: Change, band: Band, at: datetime) -> PersonChange:
    return PersonChange(new_id(at), change.kind, band.value, change.persons, change.cases)
