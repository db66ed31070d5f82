"""Invented cases as the file that a shelter sends: the case sheet as CSV, written in pieces of constant size.

Also says which cells of such a sheet identify a person, for tests that look for them where they must never
be.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from app.demo.cases import Row, invent_cases
from app.demo.organizations import DemoOrganization

COLUMNS = (
    "case_number",
    "registered_on",
    "country",
    "sex",
    "age",
    "birth_date",
    "child_status",
    "citizenship",
    "identification_status",
    "identified_on",
    "identified_by",
    "forms",
    "country_of_exploitation",
    "country_of_recruitment",
    "previously_trafficked",
    "services_accepted",
    "services_declined",
    "first_service_on",
    "shelter_nights",
    "reflection",
    "permit",
    "returned_on",
    "returned_to",
    "return_type",
    "consent",
    "given_name",
    "family_name",
    "father_name",
    "birth_place",
    "identity_number",
)
"""The case sheet's columns in order. Written out: the demo stands in for a sender that has only the form."""

IDENTIFYING_COLUMNS = (
    "case_number",
    "birth_date",
    "given_name",
    "family_name",
    "father_name",
    "birth_place",
    "identity_number",
)
"""What must not leave the clearing step as it came: direct identifiers, and the local case number."""

ROWS_A_PIECE = 1000
"""Rows of one piece of a file, about 200 kB: little memory, few writes."""


def invent_sheet(organization: DemoOrganization, *, year: int, count: int, seed: int) -> bytes:
    """A whole case sheet as CSV (UTF-8, header). Sheets beyond memory are written with `sheet_pieces`."""
    return b"".join(sheet_pieces(invent_cases(organization, year=year, count=count, seed=seed)))


def sheet_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """The case sheet of these rows as CSV, piece by piece, the header first."""
    yield _as_csv([COLUMNS])
    cells = iter(tuple(row.values()) for row in rows)
    while piece := list(islice(cells, ROWS_A_PIECE)):
        yield _as_csv(piece)


def identities(rows: Iterable[Row]) -> Mapping[str, frozenset[str]]:
    """The values of each identifying column that the rows hold.

    A short name may stand in a text by chance (`Ana`): whoever searches for these should take the long
    ones, or whole words.
    """
    found: dict[str, set[str]] = {column: set() for column in IDENTIFYING_COLUMNS}
    for row in rows:
        for column, values in found.items():
            if row[column]:
                values.add(row[column])
    return {column: frozenset(values) for column, values in found.items()}


def _as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
