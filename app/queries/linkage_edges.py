"""Links between cases, and what curators said of them, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import LinkDecision

LINKING_LOCK = 0x52435044
"""The advisory lock that lets one run in at a time."""

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class StoredEdge:
    """One link as it is kept, without its pair."""

    id: UUID
    classes: tuple[str, ...]
    weight: float
    band: str
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was said last of a pair."""

    verdict: str
    reason: str
    decided_at: datetime
    decided_by: UUID


def lock_linking(session: Session) -> None:
    """Wait until no other run is under way; the lock falls with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LINKING_LOCK})


def read_edges(session: Session) -> dict[Pair, StoredEdge]:
    """All links."""
    found = session.execute(text("SELECT case_a, case_b, id, classes, weight, band, against FROM link.edges"))
    return {
        (one, other): StoredEdge(edge_id, tuple(classes), weight, band, tuple(against))
        for one, other, edge_id, classes, weight, band, against in found
    }


def write_edges(session: Session, edges: Mapping[Pair, StoredEdge], now: datetime) -> None:
    """Add links, or change those of the same pair; a pair of which a case has left meanwhile is left out."""
    if not edges:
        return
    session.execute(
        text(
            "INSERT INTO link.edges AS kept (id, case_a, case_b, classes, weight, band, against, found_at) "
            "SELECT :id, :case_a, :case_b, :classes, :weight, :band, :against, :now "
            "WHERE 2 = (SELECT count(*) FROM link.token_sets WHERE case_id IN (:case_a, :case_b)) "
            "ON CONFLICT (case_a, case_b) DO UPDATE SET classes = excluded.classes, weight = excluded.weight, "
            "band = excluded.band, against = excluded.against"
        ),
        [
            {
                "id": edge.id,
                "case_a": one,
                "case_b": other,
                "classes": list(edge.classes),
                "weight": edge.weight,
                "band": edge.band,
                "against": list(edge.against),
                "now": now,
            }
            for (one, other), edge in edges.items()
        ],
    )


def delete_edges(session: Session, edge_ids: Collection[UUID]) -> None:
    """Take away links that hold no longer."""
    session.execute(
        text("DELETE FROM link.edges WHERE id = ANY(CAST(:ids AS uuid[]))"), {"ids": list(edge_ids)}
    )


def read_decisions(session: Session) -> dict[Pair, Decided]:
    """What was said last of each pair of which anything was said."""
    found = session.execute(
        text(
            "SELECT DISTINCT ON (case_a, case_b) case_a, case_b, verdict, reason, decided_at, decided_by "
            "FROM link.decisions ORDER BY case_a, case_b, decided_at DESC, id DESC"
        )
    )
    return {(one, other): Decided(*decided) for one, other, *decided in found}


def add_decision(session: Session, decision: LinkDecision) -> None:
    """Add what a curator said; nothing that was said before is changed."""
    session.add(decision)
    session.flush()


@dataclass(frozen=True, slots=True)
class ListedEdge:
    """One link with its pair, when it was found, and what was said of it last."""

    pair: Pair
    edge: StoredEdge
    found_at: datetime
    decided: Decided | None


_LISTED = (
    "SELECT e.case_a, e.case_b, e.id, e.classes, e.weight, e.band, e.against, e.found_at, "
    "d.verdict, d.reason, d.decided_at, d.decided_by FROM link.edges e LEFT JOIN LATERAL "
    "(SELECT * FROM link.decisions WHERE case_a = e.case_a AND case_b = e.case_b "
    "ORDER BY decided_at DESC, id DESC LIMIT 1) d ON true "
)


def list_edges(session: Session, band: str, limit: int) -> list[ListedEdge]:
    """Links in one band: those of which nobody said anything first, the heaviest first."""
    asked = text(
        f"{_LISTED} WHERE e.band = :band ORDER BY d.id IS NOT NULL, e.weight DESC, e.id LIMIT :limit"
    )
    return [_listed(row) for row in session.execute(asked, {"band": band, "limit": limit})]


def find_edge(session: Session, edge_id: UUID) -> ListedEdge | None:
    """One link."""
    found = session.execute(text(f"{_LISTED} WHERE e.id = :id"), {"id": edge_id}).one_or_none()
    return None if found is None else _listed(found)


def count_edges(session: Session) -> dict[str, int]:
    """How many links each band has."""
    found = session.execute(text("SELECT band, count(*) FROM link.edges GROUP BY band"))
    return {str(band): int(count) for band, count in found}


def _listed(row: Sequence[object]) -> ListedEdge:
    one, other, edge_id, classes, weight, band, against, found_at, verdict, *said = row
    edge = StoredEdge(edge_id, tuple(classes), weight, band, tuple(against))  # type: ignore[arg-type]
    decided = None if verdict is None else Decided(verdict, *said)  # type: ignore[arg-type]
    return ListedEdge((one, other), edge, found_at, decided)  # type: ignore[arg-type]
