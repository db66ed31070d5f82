"""Tokens as rows: left at the door, taken in by the run at night, deleted with their case.

Tokens are parameters of statements and never part of one; nothing here logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """The tokens of one case as they are kept: a slot each, multiplied by the storage key."""

    k1_epoch: int
    k2_epoch: int
    s_epoch: int
    elements: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Epochs:
    """Which keys are in tokens: those that may be compared with each other have the same three."""

    k1: int
    k2: int
    s: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Tokens that arrived while the trustee was away."""

    arrival_no: int
    tokens: tuple[bytes, ...] = field(repr=False)


def add_arrivals(session: Session, arrived: Sequence[tuple[UUID, StoredTokens]], at: datetime) -> None:
    """Append; the server's role can do no more, and no row is looked for."""
    connection = session.connection().connection.dbapi_connection
    columns = "case_id, tokens, k1_epoch, k2_epoch, s_epoch, arrived_at"
    with connection.cursor().copy(  # type: ignore[union-attr]
        f"COPY link.arrivals ({columns}) FROM STDIN (FORMAT BINARY)"
    ) as opened:
        copy = cast(Any, opened)  # SQLAlchemy's type of a driver's cursor has no COPY
        copy.set_types(["uuid", "bytea[]", "int2", "int2", "int2", "timestamptz"])
        for case_id, tokens in arrived:
            epochs = (tokens.k1_epoch, tokens.k2_epoch, tokens.s_epoch)
            copy.write_row((case_id, list(tokens.elements), *epochs, at))


def delete_tokens(session: Session, case_ids: Sequence[UUID]) -> None:
    """Delete what waits first, so that a run which is taking it in ends before what it took in is deleted, too."""
    for table in ("arrivals", "token_sets"):
        session.execute(
            text(f"DELETE FROM link.{table} WHERE case_id = ANY(CAST(:cases AS uuid[]))"),
            {"cases": list(case_ids)},
        )


def find_incomplete(session: Session, epochs: Epochs, limit: int) -> list[Incomplete]:
    """The oldest arrivals that lack the trustee's key alone."""
    found = session.execute(
        text(
            "SELECT arrival_no, tokens FROM link.arrivals WHERE k2_epoch = 0 AND k1_epoch = :k1 AND s_epoch = :s "
            "ORDER BY arrival_no LIMIT :limit FOR UPDATE"
        ),
        {"k1": epochs.k1, "s": epochs.s, "limit": limit},
    )
    return [Incomplete(number, tuple(map(bytes, tokens))) for number, tokens in found]


def complete_arrivals(
    session: Session, completed: Sequence[tuple[int, Sequence[bytes]]], k2_epoch: int
) -> None:
    """Put the tokens with the trustee's key in the place of those without."""
    session.execute(
        text("UPDATE link.arrivals SET tokens = :tokens, k2_epoch = :k2 WHERE arrival_no = :number"),
        [{"number": number, "tokens": list(tokens), "k2": k2_epoch} for number, tokens in completed],
    )


TAKE_IN = text(
    "WITH taken AS (DELETE FROM link.arrivals WHERE k1_epoch = :k1 AND k2_epoch = :k2 AND s_epoch = :s RETURNING *), "
    "latest AS (SELECT DISTINCT ON (case_id) * FROM taken ORDER BY case_id, arrival_no DESC), "
    "changed AS (INSERT INTO link.token_sets AS kept (case_id, tokens, k1_epoch, k2_epoch, s_epoch, changed_at) "
    "SELECT case_id, tokens, k1_epoch, k2_epoch, s_epoch, :now FROM latest ORDER BY case_id "
    "ON CONFLICT (case_id) DO UPDATE SET tokens = excluded.tokens, k1_epoch = excluded.k1_epoch, "
    "k2_epoch = excluded.k2_epoch, s_epoch = excluded.s_epoch, changed_at = excluded.changed_at, linked_at = NULL "
    "WHERE kept.tokens <> excluded.tokens RETURNING 1) "
    "SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM changed)"
)


def take_in(session: Session, epochs: Epochs, now: datetime) -> tuple[int, int]:
    """Arrivals under these keys become token sets: the latest of a case counts, and an equal one changes nothing.

    Returns how many arrivals were taken in, and how many sets are new or changed.
    """
    asked = {"k1": epochs.k1, "k2": epochs.k2, "s": epochs.s, "now": now}
    taken, changed = session.execute(TAKE_IN, asked).one()
    return taken, changed


def count_arrivals(session: Session) -> int:
    """How many wait: for a key, for the trustee, or for the next run."""
    return int(session.execute(text("SELECT count(*) FROM link.arrivals")).scalar_one())


def count_token_sets(session: Session) -> int:
    """How many cases can be compared."""
    return int(session.execute(text("SELECT count(*) FROM link.token_sets")).scalar_one())


def has_other_epochs(session: Session, epochs: Epochs) -> bool:
    """Whether some sets carry other keys than these: then a rotation is under way, and nothing can be compared."""
    asked = text(
        "SELECT EXISTS (SELECT FROM link.token_sets WHERE (k1_epoch, k2_epoch, s_epoch) <> (:k1, :k2, :s))"
    )
    return bool(session.execute(asked, {"k1": epochs.k1, "k2": epochs.k2, "s": epochs.s}).scalar_one())


def find_fresh(session: Session) -> list[UUID]:
    """The cases whose tokens have not been compared yet."""
    return list(
        session.scalars(text("SELECT case_id FROM link.token_sets WHERE linked_at IS NULL ORDER BY 1"))
    )


def set_linked(session: Session, case_ids: Sequence[UUID], now: datetime) -> None:
    """Note that these cases are compared."""
    session.execute(
        text("UPDATE link.token_sets SET linked_at = :now WHERE case_id = ANY(CAST(:cases AS uuid[]))"),
        {"now": now, "cases": list(case_ids)},
    )
