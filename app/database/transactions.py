"""One transaction from the first word to the commit, and the driver's errors as two plain ones.

A driver's own error can hold a value; it goes no further than this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

AnySession = TypeVar("AnySession", bound=Session)


class Unavailable(Exception):
    """The database is away, busy, or somebody else wrote the same thing first. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The database could not do this now. Nothing was changed; try again.")


@contextmanager
def transaction(session: AnySession) -> Iterator[AnySession]:
    """Commit when the block ends, roll back when it raises, close in any case."""
    try:
        with session:
            yield session
            session.commit()
    except (DBAPIError, PoolTimeoutError) as error:
        if isinstance(error, DBAPIError) and not error.connection_invalidated and _is_our_fault(error):
            raise
        raise Unavailable from None


def _is_our_fault(error: DBAPIError) -> bool:
    """A wrong statement is a fault to be seen in the log; a lost connection or a lost race is nobody's."""
    return type(error).__name__ not in (
        "OperationalError",
        "InterfaceError",
        "IntegrityError",
        "InternalError",
    )
