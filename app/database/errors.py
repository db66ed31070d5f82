"""What keeps the database from serving, as sentences for the operator. They hold no path, address, password
or value.

DatabaseStartError
├── FolderInUseError     another server holds the data folder and cannot be joined
└── ExternalServerError  the server that DATABASE_URL names does not answer, or is too old
"""

from __future__ import annotations


class DatabaseStartError(Exception):
    """The database could not be started or reached; the text says why and what to do next."""


class FolderInUseError(DatabaseStartError):
    """Another PostgreSQL holds the data folder and does not answer where this one looks for it."""


class ExternalServerError(DatabaseStartError):
    """The server that DATABASE_URL names does not answer, refuses the login, or is too old."""
