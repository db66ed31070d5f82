"""The same cases in any form of a body are the same rows, with our names of columns, codes and dates."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable
from anonymizer.declared import Reading
from anonymizer.reading.formats import MEDIA_TYPES, Form, open_sheets

NAMES = ("case_number", "sex", "forms", "given_name")
TEXT = st.text("aZčЂ ,;|\t\"'=\u2028", max_size=6)
CASES = st.lists(
    st.fixed_dictionaries(dict.fromkeys(NAMES, TEXT) | {"case_number": st.text("17č/", min_size=1)})
)


def rows_of(chunks: Iterable[RawChunk]) -> list[dict[str, str]]:
    """The rows of the case sheet."""
    return [
        dict(zip(chunk.columns, cells, strict=True))
        for chunk in chunks
        for cells in zip(*chunk.columns.values(), strict=True)
    ]


def as_csv(cases: list[dict[str, str]], separator: str = ",") -> bytes:
    """The cases as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, NAMES, delimiter=separator)
    writer.writeheader()
    writer.writerows(cases)
    return text.getvalue().encode()


def pieces_of(body: bytes, size: int) -> Iterator[bytes]:
    """A body in pieces."""
    return (body[start : start + size] for start in range(0, len(body), size))


@given(cases=CASES.filter(bool), separator=st.sampled_from(",;\t|"), size=st.integers(1, 50))
def test_the_same_cases_are_the_same_rows_in_csv_json_and_ndjson(
    cases: list[dict[str, str]], separator: str, size: int
) -> None:
    """Wherever the pieces are cut."""
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases).encode()

    assert rows_of(open_sheets(pieces_of(as_csv(cases, separator), size), "csv")) == cases
    assert rows_of(open_sheets(pieces_of(json.dumps({"cases": cases}).encode(), size), "json")) == cases
    assert rows_of(open_sheets(pieces_of(lines, size), "ndjson")) == cases


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("csv", "Broj slučaja;Pol;Starost;Datum registracije\n7;ženski;24,0;3.4.2025.\n"),
        (
            "json",
            '{"cases": [{"case_number": "7", "Pol": "ženski", "AGE": "24,0", "registered_on": "3.4.2025."}]}',
        ),
        ("ndjson", '{"case_number": "7", "Pol": "ženski", "AGE": "24,0", "registered_on": "3.4.2025."}'),
    ],
)
def test_the_words_of_the_sender_become_ours(form: Form, body: str) -> None:
    """In every form of a body."""
    (row,) = rows_of(open_sheets([body.encode()], form, Reading(dates="dd.mm.yyyy")))

    assert row == {"case_number": "7", "sex": "F", "age": "24", "registered_on": "2025-04-03"}


@pytest.mark.parametrize("form", get_args(Form))
def test_what_nobody_reads_is_refused_in_every_form(form: Form) -> None:
    """Before a byte is read."""
    with pytest.raises(Unreadable) as refused:
        next(open_sheets(iter(()), form, Reading(encoding="ebcdic")))

    assert [one.code for one in refused.value.conflicts] == ["unknown_encoding"]


def test_every_form_has_a_media_type() -> None:
    """So that each can be sent."""
    assert set(MEDIA_TYPES.values()) == set(get_args(Form))
