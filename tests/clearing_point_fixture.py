"""A whole clearing point for a test: a fresh database, its keys, its doors, and people with names who walk in.

* `premises`: an empty, migrated clearing point at NOON;
* `people`: two shelters in two countries, and one person for each other role, each with an HTTP client of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.database import Database, Embedded
from app.database.schema import migrate
from app.database.transactions import transaction
from app.domain.actors import Role
from app.edge.premises import Premises
from app.key_store import KeyStore
from app.services.people import NewOrganization, issue_key, register_organization
from tests.database_fixture import CloneDatabase
from tests.factories import NOON

BODY_LIMIT = 1_000_000

SHELTER = NewOrganization("shelter", "Shelter in Serbia", "NGO", ("RS",))
OTHER_SHELTER = NewOrganization("other-shelter", "Shelter in Moldova", "NGO", ("MD", "UA"))
DESK = NewOrganization("desk", "The clearing point", "OTHER", ("RS",))


@dataclass
class People:
    """Who may walk in. A client carries its person's key; `keys` has the keys themselves."""

    premises: Premises
    keys: dict[str, str] = field(default_factory=dict)
    case_keys: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from app.main import create_app

        self.application = create_app(self.premises)
        self.nobody = TestClient(self.application, raise_server_exceptions=False)
        self.sender = self.client_of(SHELTER.code, Role.SENDER)
        self.other_sender = self.client_of(OTHER_SHELTER.code, Role.SENDER)
        self.curator = self.client_of(DESK.code, Role.CURATOR)
        self.checker = self.client_of(DESK.code, Role.CHECKER)
        self.both = self.client_of(DESK.code, Role.CURATOR, Role.CHECKER)
        self.auditor = self.client_of(DESK.code, Role.AUDITOR)
        self.researcher = self.client_of(DESK.code, Role.RESEARCHER)

    def client_of(self, organization: str, *roles: Role) -> TestClient:
        """A client with a new person's key for these roles."""
        name = f"{organization} {' '.join(roles)}"
        with transaction(self.premises.database.write_session()) as session:
            issued = issue_key(
                session,
                organization,
                key_store=self.premises.key_store,
                person_name=name,
                roles=frozenset(roles),
                now=self.premises.clock(),
            )
        self.keys[name], self.case_keys[organization] = issued.key, issued.case_key
        headers = {"Authorization": f"Bearer {issued.key}"}
        return TestClient(self.application, headers=headers, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def migrated_server(embedded_server: Embedded) -> Embedded:
    """The tests' server with the newest schema in the database that each test's own is copied from."""
    template = Database(embedded_server.urls())
    migrate(template)
    template.dispose()
    return embedded_server


@pytest.fixture
def premises(migrated_server: Embedded, clone_database: CloneDatabase, tmp_path: Path) -> Premises:
    """An empty clearing point at NOON."""
    key_store = KeyStore(tmp_path / "secrets")
    return Premises(clone_database(), key_store, body_limit=BODY_LIMIT, clock=lambda: NOON)


@pytest.fixture
def people(premises: Premises) -> People:
    """The usual people, registered."""
    with transaction(premises.database.write_session()) as session:
        for organization in (SHELTER, OTHER_SHELTER, DESK):
            register_organization(session, organization, now=NOON)
    return People(premises)
