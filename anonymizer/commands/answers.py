"""Joins what this machine found with what the clearing point answered, into one answer of the same shape.

Row numbers are always those of the sender's own sheet. No answer may contain a value of a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from anonymizer import Conflict
from anonymizer.commands.reading import Reading, RowNumbers

STORED_NOTHING = "ERROR"
STORED_WITH_REMARKS = "WARNING"
STORED = "OK"


def is_refused(answer: Mapping[str, object]) -> bool:
    """Whether nothing was stored, or the answer does not say that something was."""
    return answer.get("status") not in {STORED, STORED_WITH_REMARKS}


def checked(reading: Reading) -> dict[str, object]:
    """What a check found, for another program."""
    return {
        "status": _status(reading),
        "stats": {
            "received": reading.received,
            "accepted": reading.accepted,
            "rejected": reading.rejected,
        },
        "dropped": dict(reading.dropped),
        "conflicts": [as_mapping(conflict) for conflict in reading.conflicts],
    }


def nothing_sent(reading: Reading, *, dry_run: bool) -> dict[str, object]:
    """The answer to a batch that never left this machine."""
    return {
        "status": STORED_NOTHING,
        "dry_run": dry_run,
        "batch_id": None,
        "stats": {
            "received": reading.received,
            "created": 0,
            "updated": 0,
            "unchanged": 0,
            "rejected": reading.rejected,
        },
        "dropped": dict(reading.dropped),
        "conflicts": [as_mapping(conflict) for conflict in reading.conflicts],
        "receipt": None,
    }


def joined(answer: Mapping[str, object], reading: Reading) -> dict[str, object]:
    """The clearing point's answer with the rows that were refused and the values that were dropped here.

    What both found is told once.
    """
    status = answer.get("status")
    return {
        **answer,
        "status": STORED_WITH_REMARKS if status == STORED and reading.conflicts else status,
        "stats": _joined_stats(counts(answer, "stats"), reading),
        "dropped": dict(Counter(counts(answer, "dropped")) + reading.dropped),
        "conflicts": _joined_conflicts(conflicts_of(answer), reading.conflicts, reading.rows),
    }


def is_changed_by(reading: Reading) -> bool:
    """Whether this machine did anything that the clearing point's answer does not tell."""
    return bool(reading.rejected or reading.dropped or reading.conflicts)


def as_mapping(conflict: Conflict) -> dict[str, object]:
    """A conflict in the shape of the answer."""
    return {
        "sheet": conflict.sheet,
        "entity": conflict.entity,
        "row": conflict.row,
        "column": conflict.column,
        "number": conflict.number,
        "code": conflict.code,
        "message": conflict.message,
        "severity": conflict.severity,
    }


def counts(answer: Mapping[str, object], name: str) -> dict[str, int]:
    """The whole numbers under a name of the answer, by their names."""
    found = answer.get(name)
    if not isinstance(found, Mapping):
        return {}
    return {str(key): number for key, number in found.items() if isinstance(number, int)}


def conflicts_of(answer: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The conflicts of the answer."""
    found = answer.get("conflicts")
    return (
        [conflict for conflict in found if isinstance(conflict, Mapping)] if isinstance(found, list) else []
    )


def _status(reading: Reading) -> str:
    if reading.rejected or not reading.accepted:
        return STORED_NOTHING
    return STORED_WITH_REMARKS if reading.conflicts else STORED


def _joined_stats(stats: Mapping[str, int], reading: Reading) -> dict[str, int]:
    return {
        **stats,
        "received": stats.get("received", 0) + reading.rejected,
        "rejected": stats.get("rejected", 0) + reading.rejected,
    }


def _joined_conflicts(
    answered: Sequence[Mapping[str, object]], found: Sequence[Conflict], rows: RowNumbers
) -> list[dict[str, object]]:
    own = [as_mapping(conflict) for conflict in found]
    told = {_place(conflict) for conflict in own}
    theirs = [{**conflict, "row": _row_in_the_sheet(conflict.get("row"), rows)} for conflict in answered]
    return own + [conflict for conflict in theirs if _place(conflict) not in told]


def _row_in_the_sheet(row: object, rows: RowNumbers) -> object:
    return rows.in_the_sheet(row) if isinstance(row, int) else row


def _place(conflict: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(conflict.get(name) for name in ("entity", "row", "column", "code"))
