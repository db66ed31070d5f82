"""Tokens as rows: left at the door, taken in by the run at night, deleted with their case.

Tokens are parameters of statements and never part of one; nothing here logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
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


class Kept(StrEnum):
    """The table in which tokens are: as they came, or taken in."""

    ARRIVED = "arrivals"
    TAKEN_IN = "token_sets"

    @property
    def key(self) -> str:
        """The column by which its rows are told apart."""
        return "arrival_no" if self is Kept.ARRIVED else "case_id"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Tokens without the trustee's key: they came while it was away, or before there was one."""

    key: Any
    tokens: tuple[bytes, ...] = field(repr=False)


def add_arrivals(
    session: Session, arrived: Sequence[tuple[UUID, StoredTokens]], *, batch_id: UUID, at: datetime
) -> None:
    """Append; the server's role can do no more, and no row is looked for."""
    connection = session.connection().connection.dbapi_connection
    columns = "case_id, batch_id, tokens, k1_epoch, k2_epoch, s_epoch, arrived_at"
    with connection.cursor().copy(  # type: ignore[union-attr]
        f"COPY link.arrivals ({columns}) FROM STDIN (FORMAT BINARY)"
    ) as opened:
        copy = cast(Any, opened)  # SQLAlchemy's type of a driver's cursor has no COPY
        copy.set_types(["uuid", "uuid", "bytea[]", "int2", "int2", "int2", "timestamptz"])
        for case_id, tokens in arrived:
            epochs = (tokens.k1_epoch, tokens.k2_epoch, tokens.s_epoch)
            copy.write_row((case_id, batch_id, list(tokens.elements), *epochs, at))


def delete_tokens(session: Session, case_ids: Sequence[UUID]) -> None:
    """Delete what waits first, so that a run which is taking it in ends before what it took in is deleted, too."""
    for kept in Kept:
        session.execute(
            text(f"DELETE FROM link.{kept} WHERE case_id = ANY(CAST(:cases AS uuid[]))"),
            {"cases": list(case_ids)},
        )


def delete_tokens_of_batch(session: Session, batch_id: UUID) -> None:
    """Delete the tokens that this batch brought and no later one replaced, in the same order."""
    for kept in Kept:
        session.execute(text(f"DELETE FROM link.{kept} WHERE batch_id = :batch"), {"batch": batch_id})


def find_incomplete(session: Session, kept: Kept, epochs: Epochs, limit: int) -> list[Incomplete]:
    """The oldest that lack the trustee's key alone, locked."""
    found = session.execute(
        text(
            f"SELECT {kept.key}, tokens FROM link.{kept} WHERE k2_epoch = 0 AND k1_epoch = :k1 AND s_epoch = :s "
            "AND tokens <> '{}' ORDER BY arrival_no LIMIT :limit FOR UPDATE"
        ),
        {"k1": epochs.k1, "s": epochs.s, "limit": limit},
    )
    return [Incomplete(key, tuple(map(bytes, tokens))) for key, tokens in found]


_COMPLETE = {
    Kept.ARRIVED: text("UPDATE link.arrivals SET tokens = :tokens, k2_epoch = :k2 WHERE arrival_no = :key"),
    Kept.TAKEN_IN: text(
        "UPDATE link.token_sets SET tokens = :tokens, k2_epoch = :k2, linked_at = NULL WHERE case_id = :key"
    ),
}


def complete(
    session: Session, kept: Kept, completed: Sequence[tuple[Any, Sequence[bytes]]], k2_epoch: int
) -> None:
    """Put the tokens with the trustee's key in the place of those without. A set is compared anew."""
    session.execute(
        _COMPLETE[kept], [{"key": key, "tokens": list(tokens), "k2": k2_epoch} for key, tokens in completed]
    )


TAKE_IN = text(
    "WITH taken AS (DELETE FROM link.arrivals WHERE k1_epoch = :k1 AND k2_epoch = :k2 AND s_epoch = :s RETURNING *), "
    "latest AS (SELECT DISTINCT ON (case_id) * FROM taken ORDER BY case_id, arrival_no DESC), "
    "changed AS (SELECT 1 FROM latest LEFT JOIN link.token_sets kept USING (case_id) WHERE kept.case_id IS NULL "
    "OR (kept.arrival_no < latest.arrival_no AND kept.tokens <> latest.tokens)), "
    "put AS (INSERT INTO link.token_sets AS kept "
    "(case_id, batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, changed_at) "
    "SELECT case_id, batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, :now FROM latest ORDER BY case_id "
    "ON CONFLICT (case_id) DO UPDATE SET batch_id = excluded.batch_id, arrival_no = excluded.arrival_no, "
    "tokens = excluded.tokens, k1_epoch = excluded.k1_epoch, k2_epoch = excluded.k2_epoch, s_epoch = excluded.s_epoch, "
    "changed_at = CASE WHEN kept.tokens = excluded.tokens THEN kept.changed_at ELSE excluded.changed_at END, "
    "linked_at = CASE WHEN kept.tokens = excluded.tokens THEN kept.linked_at END "
    "WHERE kept.arrival_no < excluded.arrival_no) "
    "SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM changed)"
)
FORGET_REPLACED = text(
    "DELETE FROM link.arrivals waiting USING link.token_sets kept "
    "WHERE waiting.case_id = kept.case_id AND waiting.arrival_no < kept.arrival_no"
)


def take_in(session: Session, epochs: Epochs, now: datetime) -> tuple[int, int]:
    """Arrivals under these keys become token sets: the latest of a case counts, and an equal one says only which batch
    brought it last. What still waits of an earlier one is forgotten: it would come after what corrected it.

    Returns how many arrivals were taken in, and how many sets are new or changed.
    """
    taken, changed = session.execute(TAKE_IN, {**asdict(epochs), "now": now}).one()
    session.execute(FORGET_REPLACED)
    return taken, changed


_FORGET = (
    "WITH waiting AS (DELETE FROM link.arrivals WHERE {which} RETURNING *), "
    "lost AS (INSERT INTO link.token_sets "
    "(case_id, batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, changed_at) "
    "SELECT DISTINCT ON (case_id) case_id, batch_id, arrival_no, CAST('{{}}' AS bytea[]), k1_epoch, k2_epoch, s_epoch, "
    ":now FROM waiting ORDER BY case_id, arrival_no DESC ON CONFLICT (case_id) DO NOTHING) "
    "UPDATE link.token_sets SET tokens = '{{}}', linked_at = NULL, changed_at = :now "
    "WHERE ({which}) AND tokens <> '{{}}'"
)
_OLDER = "k1_epoch < :k1 OR s_epoch < :s OR (k2_epoch > 0 AND k2_epoch < :k2)"
_OTHER = "k1_epoch <> :k1 OR s_epoch <> :s OR k2_epoch NOT IN (0, :k2)"


def forget_older(session: Session, oldest: Epochs, now: datetime) -> None:
    """Delete the tokens under keys before these, which match nothing any more. An empty set stays in their place: what
    curators said of the case holds when it is sent again, and old cuts are counted as they were."""
    session.execute(text(_FORGET.format(which=_OLDER)), {**asdict(oldest), "now": now})


def forget_other(session: Session, epochs: Epochs, now: datetime) -> None:
    """The same with all tokens under other keys than these; those that lack the trustee's alone can get it yet."""
    session.execute(text(_FORGET.format(which=_OTHER)), {**asdict(epochs), "now": now})


def count_forgotten(session: Session) -> int:
    """How many cases have lost their tokens, and were not sent again since."""
    return int(session.execute(text("SELECT count(*) FROM link.token_sets WHERE tokens = '{}'")).scalar_one())


def count_arrivals(session: Session) -> int:
    """How many wait: for a key, for the trustee, or for the next run."""
    return int(session.execute(text("SELECT count(*) FROM link.arrivals")).scalar_one())


def count_token_sets(session: Session) -> int:
    """How many cases can be compared."""
    return int(
        session.execute(text("SELECT count(*) FROM link.token_sets WHERE tokens <> '{}'")).scalar_one()
    )


def has_other_epochs(session: Session, epochs: Epochs) -> bool:
    """Whether some sets carry other keys than these: a rotation is under way, the trustee's key is still missing in
    them, or another way of linking was set; and nothing can be compared."""
    return count_other_epochs(session, epochs) > 0


def count_other_epochs(session: Session, epochs: Epochs) -> int:
    """How many sets carry other keys than these."""
    asked = text(
        "SELECT count(*) FROM link.token_sets WHERE (k1_epoch, k2_epoch, s_epoch) <> (:k1, :k2, :s) AND tokens <> '{}'"
    )
    return int(session.execute(asked, asdict(epochs)).scalar_one())


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
