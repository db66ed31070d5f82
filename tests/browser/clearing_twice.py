"""One file cleared by both: by Python, and by the modules of the pages in Node. What either answers has one shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anonymizer import CONSENT, ClearingRules, Conflict, Unreadable
from anonymizer.clearing.batches import Clearing
from anonymizer.commands.cleared_files import as_csv
from anonymizer.declared import Reading
from anonymizer.reading.csv_files import read_csv
from app.services.browser_rules import browser_rules
from tests.anonymizer.clearings import KEY, TODAY
from tests.browser import node

SCRIPT = """
import { clearCaseSheet, writeCsv } from "./case_sheet.js";
const { catalogue, sheets } = given;
const place = ({ row, column, code, severity, entity, number, message }) =>
  [row, column, code, severity, entity, number, message];
const cleared = ({ body, caseKey, ...declared }) => {
  try {
    const { columns, conflicts, raw, ...counts } =
      clearCaseSheet(bytes(body), { ...declared, catalogue, caseKey: bytes(caseKey) });
    return { ...counts, file: new TextDecoder().decode(writeCsv(columns)), conflicts: conflicts.map(place) };
  } catch (error) {
    if (error.code !== "unreadable") throw error;
    return { unreadable: error.conflicts.map(place).map((told) => told.slice(0, 3)) };
  }
};
answer(sheets.map(cleared));
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, and under which rules it is cleared."""

    body: bytes = field(repr=False)
    basis: str = CONSENT
    country: str = "RS"
    countries: tuple[str, ...] = ("RS", "ME")
    options: Mapping[str, Any] = field(default_factory=dict)


def by_python(sheet: Sheet) -> dict[str, Any]:
    """What the laptop and the server make of it."""
    rules = ClearingRules(sheet.country, frozenset(sheet.countries), sheet.basis, KEY, TODAY)
    clearing = Clearing(rules)
    try:
        chunks = [clearing.clear(raw) for raw in read_csv([sheet.body], reading=Reading(**sheet.options))]
    except Unreadable as refusal:
        return {"unreadable": [[one.row, one.column, one.code] for one in refusal.conflicts]}
    dropped: dict[str, int] = {}
    for chunk in chunks:
        dropped = {name: dropped.get(name, 0) + chunk.dropped[name] for name in {**dropped, **chunk.dropped}}
    told = [conflict for chunk in chunks for conflict in chunk.conflicts] + clearing.conclude()
    return {
        "file": b"".join(as_csv(chunks)).decode(),
        "conflicts": [_place(conflict) for conflict in told],
        "dropped": dropped,
        "rows": [row for chunk in chunks for row in chunk.rows],
        "received": sum(chunk.received for chunk in chunks),
        "rejected": sum(chunk.rejected for chunk in chunks),
        "found": sum(chunk.found for chunk in chunks),
    }


def by_the_browser(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """What the modules of the pages make of them, all in one process."""
    answers: list[dict[str, Any]] = node.run(
        SCRIPT, {"catalogue": document(), "sheets": [as_given(one) for one in sheets]}
    )
    for answer in answers:
        answer.pop("withoutConsent", None)
    return answers


def differences(sheets: Sequence[Sheet]) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    """The places of the sheets of which the two say something else, with what each says."""
    both = zip(sheets, by_the_browser(sheets), strict=True)
    told = ((place, by_python(sheet), theirs) for place, (sheet, theirs) in enumerate(both))
    return [
        (place, _without(ours, theirs), _without(theirs, ours))
        for place, ours, theirs in told
        if ours != theirs
    ]


def document() -> Any:
    """The catalogue as it travels."""
    return json.loads(json.dumps(browser_rules()))


def as_given(sheet: Sheet) -> dict[str, Any]:
    """The sheet and its rules as a module of the pages takes them."""
    return {
        "body": sheet.body.hex(),
        "caseKey": KEY.hex(),
        "country": sheet.country,
        "countries": list(sheet.countries),
        "legalBasis": sheet.basis,
        "today": TODAY.isoformat(),
        **sheet.options,
    }


def _place(conflict: Conflict) -> list[object]:
    place = [conflict.row, conflict.column, conflict.code, conflict.severity]
    return [*place, conflict.entity, conflict.number, conflict.message]


def _without(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What one says and the other does not, for the reader of a test."""
    return {name: told for name, told in one.items() if other.get(name) != told}
