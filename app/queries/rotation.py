"""Stored tokens under an old key, a few rows at a time, and the lock by which a rotation knows that nobody adds more.

Tokens are parameters of statements and never part of one; nothing here logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

EPOCHS_LOCK = 7_210_002
"""The advisory lock between those who write tokens (shared, until they commit) and the end of a rotation (alone)."""


@dataclass(frozen=True, slots=True)
class TokenTable:
    """A table of the schema `link` that holds tokens, and the column by which its rows are told apart."""

    name: str
    key: str


TABLES = (
    TokenTable("arrivals", "arrival_no"),
    TokenTable("token_sets", "case_id"),
    TokenTable("person_withdrawals", "id"),
)
"""In the order in which rows move on: what is taken in meanwhile is met again, and never passed by."""
EPOCH_COLUMNS = ("s_epoch", "k1_epoch", "k2_epoch")
_PLACE_IN_STAGED = {
    "k1_epoch": "t1:{}[.]",
    "k2_epoch": "t1:[0-9]+[.]{}[.]",
    "s_epoch": "t1:[0-9]+[.][0-9]+[.]{}:",
}


@dataclass(frozen=True, slots=True)
class OldRow:
    """The tokens of one row under an old key."""

    key: Any
    tokens: tuple[bytes, ...] = field(repr=False)


def hold_epochs(session: Session) -> None:
    """For who reads which keys are in use and writes tokens with them: no rotation ends before this transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": EPOCHS_LOCK})


def nobody_holds_epochs(session: Session) -> bool:
    """Whether this transaction is alone now, and stays so. It does not wait: those who come would wait behind it."""
    asked = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(session.execute(asked, {"lock": EPOCHS_LOCK}).scalar_one())


def find_old(
    session: Session, table: TokenTable, column: str, old: int, *, after: Any, limit: int
) -> list[OldRow]:
    """The next rows behind `after` (None: from the start) whose tokens have the old key, locked."""
    behind = "" if after is None else f"AND {table.key} > :after "
    found = session.execute(
        text(
            f"SELECT {table.key}, tokens FROM link.{table.name} WHERE {_known(column)} = :old {behind}"
            f"ORDER BY {table.key} LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"old": old, "after": after, "limit": limit},
    )
    return [OldRow(key, tuple(map(bytes, tokens))) for key, tokens in found]


def put_new(session: Session, table: TokenTable, column: str, new: int, rows: Sequence[OldRow]) -> None:
    """The rows with the new key's tokens in place of the old ones."""
    if rows:
        session.execute(
            text(
                f"UPDATE link.{table.name} SET tokens = :tokens, {_known(column)} = :new WHERE {table.key} = :key"
            ),
            [{"key": row.key, "tokens": list(row.tokens), "new": new} for row in rows],
        )


def count_by_epoch(session: Session, column: str) -> Mapping[int, int]:
    """How many rows of all tables carry which epoch of this key."""
    every = " UNION ALL ".join(f"SELECT {_known(column)} AS epoch FROM link.{table.name}" for table in TABLES)
    found = session.execute(
        text(f"SELECT epoch, count(*) AS found FROM ({every}) AS rows GROUP BY 1 ORDER BY 1")
    )
    return {row.epoch: row.found for row in found}


def some_wait_under(session: Session, column: str, old: int) -> bool:
    """Whether batches that wait to be stored have tokens with the old key."""
    pattern = '"' + _PLACE_IN_STAGED[column].format(old)
    asked = text("SELECT EXISTS (SELECT FROM staged_rows WHERE cleared ~ :pattern)")
    return bool(session.execute(asked, {"pattern": pattern}).scalar_one())


def _known(column: str) -> str:
    if column not in EPOCH_COLUMNS:
        raise ValueError("no such column of an epoch")
    return column
