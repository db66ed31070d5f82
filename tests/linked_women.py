"""Two shelters that helped one woman, for tests of the desk: cases sent through the door, tokens left by hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.database.transactions import transaction
from app.edge.premises import Premises
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet
from tests.linked_cases import Woman, arrive, run, tokens_of

MARA = Woman("Mara", "Ilic", "03-03", "2004", "Bor", "Petar")
MIRA = Woman("Mira", "Ilic", "03-03", "2004", "Bor", "Petar")
"""Her twin: for review."""


def case_ids(premises: Premises) -> list[UUID]:
    """All cases, by the code of their organization, the last first: shelter, then other-shelter."""
    with transaction(premises.database.read_session()) as session:
        asked = (
            "SELECT c.id FROM cases c JOIN organizations o ON o.id = c.organization_id ORDER BY o.code DESC"
        )
        return list(session.scalars(text(asked)))


def send_two(people: People, **changes: str) -> list[UUID]:
    """One case of each shelter; `changes` are of the second."""
    first = people.sender.post(
        "/api/v1/batches", content=a_sheet(a_case()), headers={"Content-Type": "text/csv"}
    )
    second = people.other_sender.post(
        "/api/v1/batches",
        content=a_sheet(a_case(case_number="MD-1", **changes)),
        headers={"Content-Type": "text/csv"},
    )
    assert (first.status_code, second.status_code) == (200, 200), (first.text, second.text)
    return case_ids(people.premises)


def link_two(people: People, women: Sequence[Woman] = (MARA, MIRA), **changes: str) -> list[UUID]:
    """The same two, with the tokens of these women, after a run."""
    cases = send_two(people, **changes)
    arrive(people.premises, {case: tokens_of(woman, case) for case, woman in zip(cases, women, strict=True)})
    run(people.premises)
    return cases
