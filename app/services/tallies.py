"""What has been counted of a batch, sheet by sheet, and the answer that is made of it. No row is kept here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from anonymizer import CASES, MAX_CONFLICTS, ClearedChunk, Conflict
from app.services.cases import StoredRows

FATES = ("received", "created", "updated", "unchanged", "rejected")
"""What becomes of a row: it was received, and then one of the others."""
KEPT = ("created", "updated", "unchanged")
Stats = dict[str, int]
Told = dict[str, Any]
"""A conflict, or an answer, as the sender reads it."""


@dataclass(slots=True)
class Tally:
    """Counts of rows for each sheet, of dropped cells, and the conflicts as far as they are listed."""

    sheets: dict[str, Counter[str]] = field(default_factory=lambda: {CASES: Counter()})
    dropped: Counter[str] = field(default_factory=Counter)
    conflicts: list[Told] = field(default_factory=list)
    conflicts_total: int = 0
    is_unreadable: bool = False

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any], withheld: Mapping[str, int]) -> Tally:
        """The tally that an answer was made of, before anything was stored; the answer does not tell `withheld`."""
        sheets = {CASES: Counter(answer["stats"])}
        sheets |= {sheet: Counter(stats) for sheet, stats in answer.get("modules", {}).items()}
        for sheet, count in withheld.items():
            sheets[sheet].update(withheld=count, rejected=-count)
        return cls(sheets, Counter(answer["dropped"]), list(answer["conflicts"]), answer["conflicts_total"])

    def add_cleared(self, chunk: ClearedChunk) -> None:
        """Count a chunk that was cleared."""
        counts = self.sheets.setdefault(chunk.sheet, Counter())
        counts.update(received=chunk.received, rejected=chunk.rejected, withheld=chunk.withheld)
        self.dropped.update(chunk.dropped)
        self._list(chunk.conflicts, total=max(chunk.found, len(chunk.conflicts)))

    def add_concluded(self, conflicts: list[Conflict]) -> None:
        """Note what can be told of the whole batch alone."""
        self._list(conflicts, total=len(conflicts))

    def add_stored(self, sheet: str, stored: StoredRows) -> None:
        """Count what a chunk changed, and what storage refused of it."""
        self.sheets[sheet].update(
            created=stored.created,
            updated=stored.updated,
            unchanged=stored.unchanged,
            rejected=stored.rejected,
            withheld=stored.withheld,
        )
        self._list(stored.conflicts, total=len(stored.conflicts))

    def add_unreadable(self, conflicts: Iterable[Conflict]) -> None:
        """Note that the file could not be read to its end. That is listed, whatever else is not."""
        self.is_unreadable = True
        told = [_told(conflict) for conflict in conflicts][:MAX_CONFLICTS]
        self.conflicts = [*self.conflicts[: MAX_CONFLICTS - len(told)], *told]
        self.conflicts_total += len(told)

    def refuses(self, *, atomic: bool) -> bool:
        """Whether nothing may be stored: unreadable, nothing accepted, or all or nothing and something wrong."""
        received, rejected = self._sum("received"), self._sum("rejected")
        return self.is_unreadable or rejected == received or (atomic and rejected > 0)

    def status(self, *, atomic: bool) -> Literal["OK", "WARNING", "ERROR"]:
        """ERROR: nothing stored. WARNING: stored, and there is something to look at. OK: all is well."""
        if self.refuses(atomic=atomic):
            return "ERROR"
        return "WARNING" if self.conflicts else "OK"

    def stats(self) -> tuple[Stats, dict[str, Stats]]:
        """The five numbers of the case sheet, and of each other sheet that came."""
        stats = {sheet: _five(counts) for sheet, counts in self.sheets.items()}
        return stats.pop(CASES), stats

    def withheld(self) -> Mapping[str, int]:
        """Rows of cases without consent that were left out: told as rejected, and no mistake."""
        return {sheet: counts["withheld"] for sheet, counts in self.sheets.items() if counts["withheld"]}

    def forget_what_was_kept(self) -> None:
        """Nothing is stored after all."""
        for counts in self.sheets.values():
            for fate in KEPT:
                counts[fate] = 0

    def answer(self, status: str, *, dry_run: bool, batch_id: str | None, receipt: Told | None) -> Told:
        """What the sender is told. `modules` is there when other sheets than the case sheet came."""
        stats, modules = self.stats()
        return {
            "status": status,
            "dry_run": dry_run,
            "batch_id": batch_id,
            "stats": stats,
            **({"modules": modules} if modules else {}),
            "dropped": dict(sorted(self.dropped.items())),
            "conflicts": self.conflicts,
            "conflicts_total": self.conflicts_total,
            "receipt": receipt,
        }

    def _sum(self, fate: str) -> int:
        return sum(counts[fate] for counts in self.sheets.values())

    def _list(self, conflicts: Iterable[Conflict], *, total: int) -> None:
        """List as many as there is room for. An error takes the place of the last warning."""
        self.conflicts_total += total
        for conflict in conflicts:
            if len(self.conflicts) < MAX_CONFLICTS or (conflict.severity == "error" and self._make_room()):
                self.conflicts.append(_told(conflict))

    def _make_room(self) -> bool:
        for place in range(len(self.conflicts) - 1, -1, -1):
            if self.conflicts[place]["severity"] == "warning":
                del self.conflicts[place]
                return True
        return False


def _five(counts: Counter[str]) -> Stats:
    return {fate: counts[fate] for fate in FATES} | {"rejected": counts["rejected"] + counts["withheld"]}


def _told(conflict: Conflict) -> Told:
    told = ("sheet", "entity", "row", "column", "number", "code", "message", "severity")
    return {name: getattr(conflict, name) for name in told}
