"""The keys of the frame as numbers, and the check that they hang together.

Cases and persons come as texts of 36 characters; as numbers they are joined and grouped in a fraction of the time. It
must never change who is a person: equal keys become equal numbers, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reports.errors import FrameError

CASE_ID = "case_id"
PERSON_ID = "person_id"
WITH_REVIEW = "person_id_with_review"
ONE_ROW_A_CASE = ("case", "identification", "recruitment", "legal_status", "consent")
"""Tables in which a case stands at most once; in the others it has one row an episode."""

Numbers = NDArray[np.int32]


def number_keys(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The same tables with numbers for `case_id` and for the persons of both bands. The table case also says
    `has_others`: whether its person has further cases, and if so `place`: where the case stands among all of them by
    its key.

    Raises FrameError when a case stands twice where it may stand once, and when a record has no case.
    """
    ids = _text(tables["case"][CASE_ID].combine_chunks())
    numbers = _case_numbers(tables, ids)
    for name in ONE_ROW_A_CASE:
        if len(numbers.get(name, ())) and np.bincount(numbers[name]).max() > 1:
            raise FrameError(name, CASE_ID, "a case stands twice. Each case has one row here.")
    case = _with_person_numbers(tables["case"], ids)
    return {"case": case} | {
        name: _replaced(table, CASE_ID, pa.array(numbers[name]))
        for name, table in tables.items()
        if name != "case"
    }


def _case_numbers(tables: Mapping[str, pa.Table], ids: pa.Array) -> dict[str, Numbers]:
    """For each table the number of the case of each row. All are looked up at once: the case keys are hashed once."""
    keys = [_text(chunk).cast(ids.type) for table in tables.values() for chunk in table[CASE_ID].chunks]
    numbers = pc.index_in(pa.chunked_array(keys, ids.type), value_set=ids)
    ends = np.cumsum([table.num_rows for table in tables.values()])
    found: dict[str, Numbers] = {}
    for (name, table), end in zip(tables.items(), ends, strict=True):
        of_table = numbers.slice(end - table.num_rows, table.num_rows)
        if of_table.null_count:
            raise FrameError(
                name, CASE_ID, "a record has no case. Every record belongs to a row of the table case."
            )
        found[name] = of_table.to_numpy()
    return found


def _with_person_numbers(case: pa.Table, ids: pa.Array) -> pa.Table:
    persons = _text(case[PERSON_ID].combine_chunks())
    numbers = np.arange(len(ids), dtype=np.int32)
    has_others = np.zeros(len(ids), dtype=np.bool_)
    if not persons.equals(ids):
        numbers = persons.dictionary_encode().indices.to_numpy()
        has_others = np.bincount(numbers)[numbers] > 1
    numbered = _replaced(case, CASE_ID, pa.array(np.arange(len(ids), dtype=np.int32)))
    numbered = _replaced(numbered, PERSON_ID, pa.array(numbers))
    with_review = _review_numbers(case, persons, numbers)
    numbered = _replaced(numbered, WITH_REVIEW, pa.array(with_review))
    is_placed = (
        has_others if with_review is numbers else has_others | (np.bincount(with_review)[with_review] > 1)
    )
    return numbered.append_column("has_others", pa.array(has_others)).append_column(
        "place", _places(ids, is_placed)
    )


def _review_numbers(case: pa.Table, persons: pa.Array, numbers: Numbers) -> Numbers:
    """Who is a person with the links under review; mostly the same as without."""
    with_review = _text(case[WITH_REVIEW].combine_chunks())
    if with_review.equals(persons):
        return numbers
    return with_review.dictionary_encode().indices.to_numpy()  # type: ignore[no-any-return]


def _places(ids: pa.Array, is_placed: NDArray[np.bool_]) -> pa.Array:
    """The place of each case in the order of keys, among those where the order matters; else 0."""
    places = np.zeros(len(ids), dtype=np.int32)
    where = np.flatnonzero(is_placed)
    places[where[pc.sort_indices(ids.take(pa.array(where))).to_numpy()]] = np.arange(len(where))
    return pa.array(places)


def _text(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _replaced(table: pa.Table, column: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.schema.get_field_index(column), column, values)
