"""Issuing keys: what one person may not be at the same time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.database.transactions import transaction
from app.domain.actors import Role
from app.domain.errors import StateDoesNotAllow
from app.services.people import OF_THE_DESK, IssuedKey, issue_key, revoke_key
from tests.clearing_point_fixture import DESK, SHELTER, People
from tests.factories import NOON


def issue(people: People, *roles: Role, name: str = "Vera", organization: str = SHELTER.code) -> IssuedKey:
    with transaction(people.premises.database.write_session()) as session:
        return issue_key(
            session,
            organization,
            key_store=people.premises.key_store,
            person_name=name,
            roles=frozenset(roles),
            now=NOON,
            expires_at=NOON + timedelta(days=1),
        )


@pytest.mark.parametrize("role", sorted(OF_THE_DESK))
def test_nobody_sends_cases_and_looks_at_those_of_others(people: People, role: Role) -> None:
    """In one key or in two: whoever invents a case must not see with whom it was joined."""
    with pytest.raises(StateDoesNotAllow, match="two persons"):
        issue(people, Role.SENDER, role, name="Ana")
    issue(people, Role.SENDER)
    with pytest.raises(StateDoesNotAllow, match="two persons"):
        issue(people, role)
    issue(people, role, name="Mira")
    with pytest.raises(StateDoesNotAllow, match="two persons"):
        issue(people, Role.SENDER, name="Mira")


def test_who_no_longer_sends_may_come_to_the_desk(people: People) -> None:
    """A key that opens nothing any more does not count."""
    sender = issue(people, Role.SENDER)
    with transaction(people.premises.database.write_session()) as session:
        revoke_key(session, sender.key, now=NOON)

    assert issue(people, Role.CURATOR).key


def test_other_roles_go_together(people: People) -> None:
    """Who sends may also read what is published, and one person may have two roles of the desk."""
    assert issue(people, Role.SENDER, Role.RESEARCHER).key
    assert issue(people, Role.CURATOR, Role.KEEPER, name="Ana", organization=DESK.code).key
