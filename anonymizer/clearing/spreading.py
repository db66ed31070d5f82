"""From a cleared sheet to what is stored and signed: rows of entities, and one canonical line for each row.

Both read cleared columns alone. Never give them a raw sheet: they check nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymizer.catalogue.fields import FIELDS, NEVER_STORED, NOTHING, SEPARATOR, UNKNOWN
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.sheets import (
    MODULES,
    NUMBERED,
    SHEET_COLUMNS,
    SHEETS,
    cleared_columns,
    stands_for_unknown,
)
from anonymizer.chunks import Columns

_COLUMN_OF = {
    (column.entity, column.field): column for column in SHEET_COLUMNS if column.entity != "assistance_episode"
}
_FILLED = tuple(dict.fromkeys(column.entity for column in SHEET_COLUMNS))
"""The entities that the case sheet fills."""
_FIELDS_OF = {
    entity: tuple(
        name
        for (of, name), field in FIELDS.items()
        if of == entity
        and field.treatment not in NEVER_STORED
        and (MODULES[entity] == "many" or (of, name) in _COLUMN_OF)
    )
    for entity in _FILLED
}
"""Of an entity with one row a case, what the sheet asks: its module has the rest, in a table of its own."""
_FIRST = "1"
"""The case sheet tells of one episode and one return."""


@dataclass(frozen=True, slots=True)
class EntityColumns:
    """The rows of one entity: field → one text per row; `case` is the index of the sheet's row of each."""

    columns: Columns
    case: list[int]


def canonical_rows(columns: Columns, sheet: str = CASES) -> Iterator[bytes]:
    """One line for each cleared row, in UTF-8: its cells in the order of the sheet's cleared columns, tabs, a newline.

    A line of another sheet than the case sheet begins with the sheet's name, and a tab. Digests of receipts and
    parts are taken over these lines, never over the file that was sent. No canonical cell has a tab or a newline
    in it.
    """
    prefix = "" if sheet == CASES else f"{sheet}\t"
    return (
        (prefix + "\t".join(row) + "\n").encode()
        for row in zip(*(columns[name] for name in cleared_columns(sheet)), strict=True)
    )


def spread(columns: Columns) -> dict[str, EntityColumns]:
    """The sheet's rows as rows of the entities that are stored, in the catalogue's fields.

    A row without consent gives a `case` and a `consent` alone. The tokens stay in the sheet's `case_number`:
    storage alone turns them into case tokens. A code is never empty; dates are, when they are unknown.
    """
    every = range(len(columns["case_number"]))
    full = [place for place, status in enumerate(columns["identification_status"]) if status]
    returned = [place for place in full if columns["returned_after"][place]]
    return {
        "case": _entity("case", columns, every),
        "identification": _entity("identification", columns, full),
        "exploitation_episode": _entity("exploitation_episode", columns, full),
        "recruitment": _entity("recruitment", columns, full),
        "assistance_episode": _assistance(columns, full),
        "legal_status": _entity("legal_status", columns, full),
        "return": _entity("return", columns, returned),
        "consent": _entity("consent", columns, every),
    }


def spread_module(sheet: str, columns: Columns) -> EntityColumns:
    """The rows of a cleared module or annual form as rows of the entity that is stored, in the catalogue's fields.

    Each row is one row of the entity, so that `case` has the indexes of the rows. The tokens stay in `case_number`.
    """
    filled = {
        column.field: list(columns[column.column])
        for column in SHEETS[sheet].columns
        if column.is_cleared and FIELDS[column.entity, column.field].treatment not in NEVER_STORED
    }
    return EntityColumns(filled, list(range(len(next(iter(filled.values()))))))


def _entity(entity: str, columns: Columns, places: Sequence[int]) -> EntityColumns:
    """One row for each place: from the sheet's column where there is one, else the same text for all."""
    cells = {name: _field(entity, name, columns, places) for name in _FIELDS_OF[entity]}
    return EntityColumns(cells, list(places))


def _field(entity: str, name: str, columns: Columns, places: Sequence[int]) -> list[str]:
    column = _COLUMN_OF.get((entity, name))
    if column is None:
        return [_FIRST if NUMBERED[entity] == name else stands_for_unknown(entity, name)] * len(places)
    cells = columns[column.column]
    return [cells[place] or column.when_empty for place in places]


def _assistance(columns: Columns, places: Sequence[int]) -> EntityColumns:
    """An episode for each service that was accepted or declined, numbered within the case.

    The sheet tells one start, of the first service, and not which service that was: it stands with the first
    accepted episode in the order of the codes. The nights are those of the shelter. NONE is an offer that was
    not made.
    """
    told: Columns = {name: [] for name in _TOLD_OF_A_SERVICE}
    case: list[int] = []
    for place in places:
        accepted, declined = columns["services_accepted"][place], columns["services_declined"][place]
        for number, episode in enumerate(_episodes(columns, place, accepted, declined), start=1):
            case.append(place)
            for cells, cell in zip(told.values(), (str(number), *episode), strict=True):
                cells.append(cell)
    not_told = {
        name: [stands_for_unknown("assistance_episode", name)] * len(case)
        for name in _FIELDS_OF["assistance_episode"]
        if name not in told
    }
    return EntityColumns(told | not_told, case)


_TOLD_OF_A_SERVICE = (
    "episode_no",
    "service",
    "offered",
    "accepted",
    "start_date",
    "start_after",
    "end_after",
)


def _episodes(columns: Columns, place: int, accepted: str, declined: str) -> Iterator[tuple[str, ...]]:
    """What the sheet tells of each service: kind, offered, answer, start, days to the start, days of the stay."""
    if accepted == NOTHING:
        yield UNKNOWN, "N", UNKNOWN, "", UNKNOWN, UNKNOWN
        return
    start = columns["first_service_on"][place], columns["first_service_after"][place]
    for service in filter(None, accepted.split(SEPARATOR)):
        nights = columns["shelter_nights"][place] if service == "SHELTER" else UNKNOWN
        yield service, "Y", "ACCEPTED", *start, nights
        start = "", UNKNOWN
    for service in filter(None, declined.split(SEPARATOR)):
        yield service, "Y", "DECLINED", "", UNKNOWN, UNKNOWN
