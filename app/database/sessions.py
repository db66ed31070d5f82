"""The types of sessions. A function that asks for a `WriteSession` says that it changes something.

Services take them from here, so that they need not know the library underneath.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

__all__ = ["ReadSession", "Session", "WriteSession"]


class ReadSession(Session):
    """A transaction that the database keeps from changing anything."""


class WriteSession(Session):
    """A transaction that may change what the server's role may change. Nothing but the edge commits it."""
