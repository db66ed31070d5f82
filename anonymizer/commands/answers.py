"""Joins what this machine found with what the clearing point answered, into one answer of the same shape.

Row numbers are always those of the sender's own sheets. No answer may contain a value of a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from anonymizer import CASES, Conflict
from anonymizer.commands.reading import Examination, SheetCount

STORED_NOTHING = "ERROR"
STORED_WITH_REMARKS = "WARNING"
STORED = "OK"
PENDING = "PENDING"
FATES_OF_STORING = ("created", "updated", "unchanged")


def is_pending(answer: Mapping[str, object]) -> bool:
    """Whether the batch waits to be stored."""
    return answer.get("status") == PENDING


def is_refused(answer: Mapping[str, object]) -> bool:
    """Whether nothing was stored, or the answer does not say that something was or will be."""
    return answer.get("status") not in {STORED, STORED_WITH_REMARKS, PENDING}


def checked(found: Examination) -> dict[str, object]:
    """What a check found, for another program."""
    modules = {name: _checked_rows(sheet) for name, sheet in _modules(found).items()}
    return {
        "status": _status(found),
        "stats": _checked_rows(found.sheets.get(CASES, SheetCount())),
        **({"modules": modules} if modules else {}),
        "dropped": dict(found.dropped),
        "conflicts": [as_mapping(conflict) for conflict in found.conflicts],
        "conflicts_total": found.found,
    }


def nothing_sent(found: Examination, *, dry_run: bool) -> dict[str, object]:
    """The answer to a batch that never left this machine."""
    modules = {name: _rows_not_sent(sheet) for name, sheet in _modules(found).items()}
    return {
        "status": STORED_NOTHING,
        "dry_run": dry_run,
        "batch_id": None,
        "stats": _rows_not_sent(found.sheets.get(CASES, SheetCount())),
        **({"modules": modules} if modules else {}),
        "dropped": dict(found.dropped),
        "conflicts": [as_mapping(conflict) for conflict in found.conflicts],
        "conflicts_total": found.found,
        "receipt": None,
    }


def joined(answer: Mapping[str, object], found: Examination) -> dict[str, object]:
    """The clearing point's answer with the rows that were refused and the values that were dropped here.

    What both found is told once. A batch that waits has no counts yet, and gets those of this machine later.
    """
    conflicts = _joined_conflicts(conflicts_of(answer), found)
    told = {
        **answer,
        "status": _joined_status(answer, found),
        "dropped": dict(Counter(counts(answer, "dropped")) + found.dropped),
        "conflicts": conflicts,
        "conflicts_total": _joined_total(answer, found, len(conflicts)),
    }
    if "stats" in answer:
        told["stats"] = _joined_rows(counts(answer, "stats"), found.sheets.get(CASES, SheetCount()))
    modules = answer.get("modules")
    theirs = modules if isinstance(modules, Mapping) else {}
    if joined_modules := {
        name: _joined_rows(counts(theirs, name), found.sheets.get(name, SheetCount()))
        for name in dict.fromkeys([*theirs, *(_modules(found) if "stats" in answer else ())])
    }:
        told["modules"] = joined_modules
    return told


def is_changed_by(found: Examination) -> bool:
    """Whether this machine did anything that the clearing point's answer does not tell."""
    is_less_sent = any(sheet.rejected or sheet.withheld for sheet in found.sheets.values())
    return bool(is_less_sent or found.dropped or found.conflicts)


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


def total_of(answer: Mapping[str, object]) -> int:
    """How many conflicts there are, listed or not."""
    total = answer.get("conflicts_total")
    return total if isinstance(total, int) else len(conflicts_of(answer))


def _modules(found: Examination) -> dict[str, SheetCount]:
    return {name: sheet for name, sheet in found.sheets.items() if name != CASES}


def _status(found: Examination) -> str:
    if found.rejected or not found.accepted:
        return STORED_NOTHING
    return STORED_WITH_REMARKS if found.conflicts else STORED


def _joined_status(answer: Mapping[str, object], found: Examination) -> object:
    status = answer.get("status")
    return STORED_WITH_REMARKS if status == STORED and found.conflicts else status


def _checked_rows(sheet: SheetCount) -> dict[str, int]:
    return {
        "received": sheet.received,
        "accepted": sheet.accepted,
        "rejected": sheet.rejected + sheet.withheld,
    }


def _rows_not_sent(sheet: SheetCount) -> dict[str, int]:
    none_stored = dict.fromkeys(FATES_OF_STORING, 0)
    return {"received": sheet.received, **none_stored, "rejected": sheet.rejected + sheet.withheld}


def _joined_rows(stats: Mapping[str, int], sheet: SheetCount) -> dict[str, int]:
    """The clearing point's counts and the rows that never reached it. A sheet that it never got has zeros."""
    not_sent = sheet.rejected + sheet.withheld
    return {
        "received": stats.get("received", 0) + not_sent,
        **dict.fromkeys(FATES_OF_STORING, 0),
        **{name: number for name, number in stats.items() if name not in ("received", "rejected")},
        "rejected": stats.get("rejected", 0) + not_sent,
    }


def _joined_conflicts(
    answered: Sequence[Mapping[str, object]], found: Examination
) -> list[dict[str, object]]:
    own = [as_mapping(conflict) for conflict in found.conflicts]
    told = {_place(conflict) for conflict in own}
    theirs = [{**conflict, "row": _row_in_the_sheet(conflict, found)} for conflict in answered]
    return own + [conflict for conflict in theirs if _place(conflict) not in told]


def _joined_total(answer: Mapping[str, object], found: Examination, listed: int) -> int:
    """What neither list had room for is counted once: what this machine sent, the other saw again."""
    return listed + max(found.found - len(found.conflicts), total_of(answer) - len(conflicts_of(answer)))


def _row_in_the_sheet(conflict: Mapping[str, object], found: Examination) -> object:
    row, sheet = conflict.get("row"), found.sheets.get(str(conflict.get("sheet") or CASES))
    return sheet.rows.in_the_sheet(row) if isinstance(row, int) and sheet else row


def _place(conflict: Mapping[str, object]) -> tuple[object, ...]:
    return (
        conflict.get("sheet") or CASES,
        *(conflict.get(name) for name in ("entity", "row", "column", "code")),
    )
