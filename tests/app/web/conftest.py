"""A clearing point with published releases, and a reader in front of it who has no key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.database.transactions import transaction
from app.domain.actors import Role
from app.edge.premises import Premises
from app.main import create_app
from app.services.people import NewOrganization, identify, issue_key, register_organization
from tests.app.web.published import Published, publish_releases
from tests.factories import NOON

PUBLIC_URL = "https://statistics.example"
LIKE_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def published(premises: Premises) -> Published:
    """The releases that `publish_releases` makes."""
    with transaction(premises.database.write_session()) as session:
        register_organization(
            session, NewOrganization("desk", "The clearing point", "OTHER", ("RS",)), now=NOON
        )
        persons = [
            identify(
                session,
                issue_key(
                    session,
                    "desk",
                    key_store=premises.key_store,
                    person_name=role.value,
                    roles=frozenset({role}),
                    now=NOON,
                ).key,
                now=NOON,
            ).person_id
            for role in (Role.CURATOR, Role.CHECKER)
        ]
        return publish_releases(session, drafted_by=persons[0], checked_by=persons[1])


@pytest.fixture
def reader(premises: Premises) -> TestClient:
    """A browser without a key. Nothing is published unless the test asks for `published` too."""
    application = create_app(replace(premises, public_url=PUBLIC_URL))
    return TestClient(
        application, headers=LIKE_A_BROWSER, raise_server_exceptions=False, follow_redirects=False
    )
