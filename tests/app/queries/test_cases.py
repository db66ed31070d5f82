"""Known cases are looked up by index, also where PostgreSQL has no idea of how many cases there are."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import TextClause, text

from app.database import DatabaseRole
from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.identifiers import new_ids
from app.edge.premises import Premises
from app.queries.cases import FIND_CASES_OF_A_MODULE, FIND_KNOWN_CASES, find_known_cases
from app.queries.people import act_for
from app.queries.records import load_cases, prepare_staging
from app.services.people import register_organization
from tests.clearing_point_fixture import SHELTER
from tests.factories import NOON

CASES = 3_000
TOKENS = [number.to_bytes(32, "big") for number in range(CASES)]


@pytest.fixture
def shelter(premises: Premises) -> UUID:
    """An organization without cases."""
    with transaction(premises.database.write_session()) as session:
        return register_organization(session, SHELTER, now=NOON)


@pytest.fixture
def batch(premises: Premises, shelter: UUID) -> Iterator[Session]:
    """The transaction of a batch that has loaded its cases and is not yet committed."""
    with premises.database.write_session() as session:
        act_for(session, shelter)
        prepare_staging(session)
        ids = new_ids(NOON, CASES)
        load_cases(
            session,
            {
                "id": [case_id.hex for case_id in ids],
                "organization_id": [shelter.hex] * CASES,
                "case_token": ["\\\\x" + token.hex() for token in TOKENS],
            },
        )
        yield session


@pytest.mark.parametrize("look_up", [FIND_KNOWN_CASES, FIND_CASES_OF_A_MODULE], ids=["cases", "module"])
def test_statistics_that_were_taken_while_a_batch_came_in_turn_no_plan_round(
    premises: Premises, shelter: UUID, batch: Session, look_up: TextClause
) -> None:
    """Autovacuum sees none of the rows of a batch and notes that the tables are empty: the worst moment to plan."""
    with premises.database.engine(DatabaseRole.OWNER).begin() as owner:
        owner.execute(text("ANALYZE cases, case_parts"))

    plan = "\n".join(
        batch.scalars(
            text(f"EXPLAIN {look_up.text}"),
            {"organization": shelter, "tokens": TOKENS, "part": "case_sheet"},
        )
    )

    assert "AND (case_token = sent.case_token)" in plan
    assert "Index Cond: ((case_id = cases.id) AND" in plan
    assert "Seq Scan" not in plan


def test_a_case_is_known_from_the_moment_it_is_loaded(shelter: UUID, batch: Session) -> None:
    """The next chunk of the same batch finds it; a token that nobody sent is not there."""
    known = find_known_cases(batch, shelter, [TOKENS[7], b"nobody's"])

    assert set(known) == {TOKENS[7]}
    assert (known[TOKENS[7]].part_id, known[TOKENS[7]].digest) == (None, None)
