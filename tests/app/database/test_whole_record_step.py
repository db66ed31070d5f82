"""The step that widens the record: rows from before it say that nobody knows, and leave with their part after it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from app.database import Database, DatabaseRole, Embedded
from app.database.schema import migrate
from tests.database_fixture import CloneDatabase
from tests.factories import NOON

KEY = UUID(int=1)
BEFORE = {
    "organizations": {
        "code": "shelter",
        "name": "Shelter",
        "kind": "NGO",
        "countries": ["RS"],
        "legal_basis": "CONSENT",
        "registered_at": NOON,
    },
    "persons": {"organization_id": KEY, "name": "Sender", "registered_at": NOON},
    "case_batches": {
        "organization_id": KEY,
        "sent_by": KEY,
        "received_at": NOON,
        "schema_version": "1",
        "legal_basis": "CONSENT",
        "body_digest": b"",
        "answer": "{}",
    },
    "cases": {"organization_id": KEY, "case_token": b"token"},
    "case_parts": {
        "case_id": KEY,
        "organization_id": KEY,
        "part": "case_sheet",
        "digest": b"",
        "batch_id": KEY,
        "recorded_at": NOON,
    },
}
RETURN = {
    "part_id": KEY,
    "organization_id": KEY,
    "return_no": 1,
    "return_after": "UNK",
    "from_country": "ZZ",
    "to_country": "MD",
    "return_type": "UNK",
}
EPISODE = {
    "part_id": KEY,
    "organization_id": KEY,
    "episode_no": 1,
    "form": ["SEX"],
    "labour_sector": ["UNK"],
    "country_of_exploitation": "RS",
    "scope": "UNK",
    "duration_band": "UNK",
    "means_of_control": ["UNK"],
    "exploiter_relationship": ["UNK"],
}


def test_rows_from_before_say_that_nobody_knows(
    embedded_server: Embedded, clone_database: CloneDatabase
) -> None:
    """A code is UNK, a list has one UNK, a date is empty; nothing stays as a default of the column."""
    database = filled_before(embedded_server, clone_database)

    migrate(database)

    with database.engine(DatabaseRole.OWNER).begin() as owner:
        episode = owner.execute(
            text("SELECT sexual_type, start_month, how_ended FROM exploitation_episodes")
        ).one()
        escorted = owner.execute(text("SELECT escorted FROM returns")).scalar_one()
        defaults = owner.execute(
            text("SELECT count(*) FROM information_schema.columns WHERE column_default LIKE '%UNK%'")
        ).scalar_one()
        owner.execute(text("DELETE FROM case_parts"))
        left = owner.execute(text("SELECT count(*) FROM exploitation_episodes")).scalar_one()

    assert tuple(episode) == (["UNK"], None, "UNK")
    assert (escorted, defaults, left) == ("UNK", 0, 0)


def filled_before(server: Embedded, clone_database: CloneDatabase) -> Database:
    """A database at the step before, with a case that has an episode and a return."""
    database = clone_database("template1")
    with server.superuser_connection(database.engine(DatabaseRole.OWNER).url.database or "") as connection:
        connection.execute("GRANT ALL ON SCHEMA public TO clearpoint_owner")
    migrate(database, to="0005")
    with database.engine(DatabaseRole.OWNER).begin() as owner:
        for table, row in BEFORE.items():
            insert(owner, table, {"id": KEY, **row})
        insert(owner, "exploitation_episodes", EPISODE)
        insert(owner, "returns", RETURN)
    return database


def insert(owner: Connection, table: str, row: dict[str, object]) -> None:
    places = ", ".join(f":{name}" for name in row)
    owner.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"), row)
