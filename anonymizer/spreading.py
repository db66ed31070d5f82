"""From a cleared sheet to what is stored and signed: rows of entities, and one canonical line for each row.

Both read cleared columns alone. Never give them a raw sheet: they check nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymizer.chunks import Columns
from anonymizer.fields import (
    CLEARED_COLUMNS,
    ENTITIES,
    FIELDS,
    NOTHING,
    SHEET_COLUMNS,
    UNKNOWN,
    UNKNOWN_COUNTRY,
    Treatment,
)
from anonymizer.treatments import SEPARATOR

_NEVER_STORED = (Treatment.TOKEN, Treatment.DROP)
_FIELDS_OF = {
    entity: tuple(
        name for (of, name), field in FIELDS.items() if of == entity and field.treatment not in _NEVER_STORED
    )
    for entity in ENTITIES
}
_COLUMN_OF = {
    (column.entity, column.field): column for column in SHEET_COLUMNS if column.entity != "assistance_episode"
}
_NOT_ASKED = {
    ("identification", "country_of_identification"): UNKNOWN_COUNTRY,
    ("exploitation_episode", "episode_no"): "1",
    ("return", "return_no"): "1",
    ("return", "from_country"): UNKNOWN_COUNTRY,
}
"""What the case sheet does not ask: unknown, and one episode for each row."""


@dataclass(frozen=True, slots=True)
class EntityColumns:
    """The rows of one entity: field → one text per row; `case` is the index of the sheet's row of each."""

    columns: Columns
    case: list[int]


def canonical_rows(columns: Columns) -> Iterator[bytes]:
    """One line for each cleared row, in UTF-8: its cells in the order of CLEARED_COLUMNS, tabs, a newline.

    Digests of receipts and parts are taken over these lines, never over the file that was sent. No canonical
    cell has a tab or a newline in it.
    """
    return (
        ("\t".join(row) + "\n").encode()
        for row in zip(*(columns[name] for name in CLEARED_COLUMNS), strict=True)
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


def _entity(entity: str, columns: Columns, places: Sequence[int]) -> EntityColumns:
    """One row for each place: from the sheet's column where there is one, else the same text for all."""
    cells = {name: _field(entity, name, columns, places) for name in _FIELDS_OF[entity]}
    return EntityColumns(cells, list(places))


def _field(entity: str, name: str, columns: Columns, places: Sequence[int]) -> list[str]:
    if (entity, name) in _NOT_ASKED:
        return [_NOT_ASKED[entity, name]] * len(places)
    column = _COLUMN_OF[entity, name]
    cells = columns[column.column]
    return [cells[place] or column.when_empty for place in places]


def _assistance(columns: Columns, places: Sequence[int]) -> EntityColumns:
    """An episode for each service that was accepted or declined, numbered within the case.

    The sheet tells one start, of the first service, and not which service that was: it stands with the first
    accepted episode in the order of the codes. The nights are those of the shelter. NONE is an offer that was
    not made.
    """
    cells: Columns = {name: [] for name in _FIELDS_OF["assistance_episode"]}
    case: list[int] = []
    for place in places:
        accepted, declined = columns["services_accepted"][place], columns["services_declined"][place]
        if not accepted and not declined:
            continue
        for number, episode in enumerate(_episodes(columns, place, accepted, declined), start=1):
            case.append(place)
            cells["episode_no"].append(str(number))
            for name, cell in episode.items():
                cells[name].append(cell)
    return EntityColumns(cells, case)


def _episodes(columns: Columns, place: int, accepted: str, declined: str) -> Iterator[dict[str, str]]:
    if accepted == NOTHING:
        yield _episode(UNKNOWN, offered="N", answer=UNKNOWN)
        return
    start = {
        "start_date": columns["first_service_on"][place],
        "start_after": columns["first_service_after"][place],
    }
    for service in filter(None, accepted.split(SEPARATOR)):
        stay = {"end_after": columns["shelter_nights"][place]} if service == "SHELTER" else {}
        yield _episode(service, offered="Y", answer="ACCEPTED") | start | stay
        start = {}
    for service in filter(None, declined.split(SEPARATOR)):
        yield _episode(service, offered="Y", answer="DECLINED")


def _episode(service: str, *, offered: str, answer: str) -> dict[str, str]:
    return {
        "service": service,
        "offered": offered,
        "accepted": answer,
        "decline_reason": UNKNOWN,
        "start_date": "",
        "start_after": UNKNOWN,
        "end_date": "",
        "end_after": UNKNOWN,
        "country": UNKNOWN_COUNTRY,
    }
