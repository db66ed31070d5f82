"""The forms in which a batch may come, and how each is read into chunks of raw rows.

Laptop and server read with the same functions. Whatever form a body has, what comes out has our names of
columns, codes and ISO dates; what is not known goes on as it came, and clearing refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from anonymizer.chunks import RawChunk
from anonymizer.declared import UNDECLARED, Reading, check_reading
from anonymizer.reading.csv_files import read_csv
from anonymizer.reading.json_files import read_json
from anonymizer.reading.ndjson_files import read_ndjson

Form = Literal["csv", "json", "ndjson", "zip", "xlsx"]

MEDIA_TYPES: Mapping[str, Form] = MappingProxyType(
    {
        "text/csv": "csv",
        "application/json": "json",
        "application/x-ndjson": "ndjson",
        "application/zip": "zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    }
)
"""The media type of each form, as a body's Content-Type names it."""


def open_sheets(body: Iterable[bytes], form: Form, reading: Reading = UNDECLARED) -> Iterator[RawChunk]:
    """The chunks of a body that comes in pieces, the case sheet first. CSV and NDJSON stream; others are gathered.

    Raises Unreadable, perhaps after some chunks. Nothing of a chunk is held here while its reader has it.
    """
    check_reading(reading)
    match form:
        case "csv":
            yield from read_csv(body, reading=reading)
        case "json":
            yield from read_json(b"".join(body), reading=reading)
        case "ndjson":
            yield from read_ndjson(body, reading=reading)
        case "zip":
            # Clearing a CSV file needs the standard library alone; archives and workbooks need more.
            from anonymizer.reading.archives import read_zip

            yield from read_zip(b"".join(body), reading)
        case "xlsx":
            from anonymizer.reading.workbooks import read_xlsx

            yield from read_xlsx(b"".join(body), reading)
