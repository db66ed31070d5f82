"""The database's roles, their passwords, and the database that they share.

What each role may do with a table is said where the table is made, in the migrations. Here: who may come in
at all.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from app.key_store import kept_secret

DATABASE = "clearpoint"
SUPERUSER = "postgres"
PASSWORD_BYTES = 32
PASSWORD_LENGTH = 43  # of base64url without padding over 32 bytes


class DatabaseRole(StrEnum):
    """A login of the database, by its name there."""

    OWNER = "clearpoint_owner"
    """Owns the tables and runs the migrations; serves no request."""
    APP = "clearpoint_app"
    """Serves requests; cannot alter or delete the audit trail."""
    LINK = "clearpoint_link"
    """Sees the schema of linkage alone."""
    READER = "clearpoint_reader"
    """Counts and reads; its transactions are read-only."""


def password_of(login: str, secrets_folder: Path) -> str:
    """The password of a login, made on first use. KeyStoreError when its file cannot be trusted."""
    return kept_secret(password_file(login, secrets_folder), PASSWORD_LENGTH, make=_new_password).decode()


def password_file(login: str, secrets_folder: Path) -> Path:
    """Where the password of a login is kept."""
    return secrets_folder / f"{login}.password"


def make_roles(connection: Connection, secrets_folder: Path) -> None:
    """Make the logins that are missing, and give each the password that its file holds now."""
    present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in DatabaseRole:
        if role.value not in present:
            connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
        password = password_of(role, secrets_folder).encode()
        # Hashed on this side, so that the password itself is in no statement.
        hashed = connection.pgconn.encrypt_password(password, role.encode(), b"scram-sha-256").decode()
        connection.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(role), Literal(hashed)))
    connection.execute(
        SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(Identifier(DatabaseRole.READER))
    )


def make_database(connection: Connection, name: str = DATABASE) -> None:
    """Make the database unless it is there, and let only the roles in. The connection must autocommit."""
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
    if not found.rowcount:
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(DatabaseRole.OWNER))
        )
    connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
    connection.execute(
        SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            Identifier(name), SQL(", ").join(Identifier(role) for role in DatabaseRole)
        )
    )
    # Batches are loaded through temporary tables.
    connection.execute(
        SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(Identifier(name), Identifier(DatabaseRole.APP))
    )


def close_other_databases(connection: Connection) -> None:
    """What initdb made is for the superuser alone."""
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")


def close_public_schema(connection: Connection) -> None:
    """In the database that this connection stands in, leave PUBLIC no right in the schema `public`."""
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(
        SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(
            Identifier(DatabaseRole.APP), Identifier(DatabaseRole.READER)
        )
    )


def _new_password(length: int) -> bytes:
    return secrets.token_urlsafe(PASSWORD_BYTES)[:length].encode()
