"""What one running server has at hand: its database, its keys, its clock. Put together in `main` alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from starlette.requests import HTTPConnection

from app.database import Database
from app.domain.linkage import LinkageSettings
from app.key_store import KeyStore


def utc_now() -> datetime:
    """The clock of a real server. Tests bring their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Premises:
    """Handed to every call through the application's state."""

    database: Database
    key_store: KeyStore
    body_limit: int
    """The most bytes of one body that is streamed."""
    large_body: int = 8 * 1024 * 1024
    """From so many bytes on a batch is cleared while it arrives, and stored after the answer."""
    public_url: str = "http://localhost:8000"
    """How readers reach it, without a slash at its end. A page that is kept for all must not believe a Host
    header."""
    is_demo: bool = False
    """Whether everything in it is invented; every page then says so."""
    linkage: LinkageSettings = field(default_factory=LinkageSettings)
    """Whether cases of one person are linked, and with whose keys. Off until it is agreed."""
    clock: Callable[[], datetime] = utc_now


def premises_of(connection: HTTPConnection) -> Premises:
    """The premises of the application that serves this call."""
    return cast(Premises, connection.app.state.premises)
