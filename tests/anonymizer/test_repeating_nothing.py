"""Nothing that came in comes back: not in a conflict, not in an exception, not in a cleared row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymizer import (
    ARCHIVE,
    CONSENT,
    DROPPED_COLUMNS,
    LAW,
    SHEET_COLUMNS,
    AnonymizerError,
    Clearing,
    RawChunk,
    Unreadable,
    load_profile,
    read_csv,
    read_json,
)
from anonymizer.declared import Reading
from anonymizer.reading.ndjson_files import read_ndjson
from tests.anonymizer.clearings import CORRECT, any_rows, chunk_of, rules

MARK = "Zorčamark"
COLUMNS = sorted({column.column for column in SHEET_COLUMNS} | DROPPED_COLUMNS.keys())
BASES = st.sampled_from([CONSENT, LAW, ARCHIVE])
DECLARED = Reading(encoding="cp1250", dates="dd.mm.yyyy")
AROUND = st.sampled_from(
    ["", " ", "c1:", "SEX;", "2025-01-01", "17", "\x00", '"', ";", "\u200b", "\ud800", "=1+"]
)
MARKED = st.builds(lambda before, after: before + MARK + after, AROUND, AROUND)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(rows=any_rows(), column=st.sampled_from(COLUMNS), cell=MARKED, legal_basis=BASES)
def test_a_marked_cell_in_any_column_never_comes_back(
    rows: list[dict[str, str]], column: str, cell: str, legal_basis: str
) -> None:
    """Whether the row is accepted or refused."""
    rows[-1][column] = cell
    cleared = Clearing(rules(legal_basis)).clear(chunk_of(rows))

    assert MARK not in f"{cleared.columns}{cleared.conflicts}{cleared.dropped}"


@SETTINGS
@given(name=MARKED, at=st.integers(0, 3))
def test_a_marked_name_of_a_column_never_comes_back(name: str, at: int) -> None:
    """A file without a header has a person in its first line."""
    names = list(CORRECT)
    names.insert(at, name)
    rows = [{name: CORRECT.get(name, "1") for name in names}]

    assert MARK not in told_by(lambda: iter([chunk_of(rows)]))
    assert MARK not in told_by(lambda: read_csv([csv_of(names, [list(rows[0].values())])]))
    assert MARK not in told_by(lambda: read_json(json.dumps({"cases": rows}).encode()))


@SETTINGS
@given(
    cell=MARKED, column=st.sampled_from(list(CORRECT)), cut=st.integers(0, 250), junk=st.binary(max_size=3)
)
def test_a_broken_file_never_comes_back(cell: str, column: str, cut: int, junk: bytes) -> None:
    """Broken quotes, broken bytes and broken ends, in CSV and in JSON."""
    row = {**CORRECT, column: cell}
    sheet = csv_of(list(row), [list(row.values())])
    body = json.dumps({"cases": [row]}).encode()

    assert MARK not in told_by(lambda: read_csv([sheet[:cut] + junk + sheet[cut:]]))
    assert MARK not in told_by(lambda: read_csv([sheet[: -1 - cut]]))
    assert MARK not in told_by(lambda: read_csv([sheet[:cut] + junk + sheet[cut:]], reading=DECLARED))
    assert MARK not in told_by(lambda: read_csv([junk + sheet.replace(b",", b";")]))
    assert MARK not in told_by(lambda: read_ndjson([body[10:cut] + junk + body[cut:-2]]))
    assert MARK not in told_by(lambda: read_json(body[:cut] + junk + body[cut:]))
    assert MARK not in told_by(lambda: read_json(body[: -1 - cut]))


@SETTINGS
@given(cell=MARKED, column=st.sampled_from([mapping.source for mapping in load_profile("htcds-2.0").columns]))
def test_a_profile_repeats_nothing_either(cell: str, column: str) -> None:
    """What a profile does not know goes on to clearing, and is refused there."""
    row = {"cas_Id": "17", "cas_Year": "2004", column: cell}
    cleared = Clearing(rules(profile=load_profile("htcds-2.0"))).clear(chunk_of([row]))

    assert MARK not in f"{cleared.columns}{cleared.conflicts}{cleared.dropped}"


def csv_of(header: list[str], rows: list[list[str]]) -> bytes:
    """CSV as a spreadsheet writes it; half characters become what they are in a broken file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("utf-8", errors="surrogatepass")


def told_by(read: Callable[[], Iterator[RawChunk]]) -> str:
    """Everything that reading and clearing tell, with every exception that led to another one."""
    clearing = Clearing(rules())
    told = []
    try:
        for chunk in read():
            cleared = clearing.clear(chunk)
            told.append(f"{cleared.columns}{cleared.conflicts}{cleared.dropped}{chunk!r}")
    except AnonymizerError as error:
        told += [f"{one!r}{one.args}{vars(one)}" for one in _chain(error)]
        told += [str(error.conflicts)] if isinstance(error, Unreadable) else []
    return "".join(told)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
