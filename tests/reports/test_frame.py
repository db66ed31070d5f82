"""What a frame must be before anything is counted, and that an error names a place and never a value."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from reports import Frame, FrameError, check_frame
from tests.reports.ascii_tables import frame_of

MARK = "CANARY-1990"


def frame() -> Frame:
    return frame_of(
        """
        case | forms
        1    | SEX
        2    | LABOUR
        """,
        """
        case | service
        1    | SHELTER
        """,
    )


def with_table(name: str, table: pa.Table) -> Frame:
    return Frame({**frame().tables, name: table})


def with_column(name: str, column: str, values: pa.Array) -> Frame:
    table = frame().tables[name]
    return with_table(name, table.set_column(table.schema.get_field_index(column), column, values))


def check(broken: Frame) -> FrameError:
    with pytest.raises(FrameError) as refused:
        check_frame(broken)
    return refused.value


def test_a_frame_with_all_tables_and_columns_is_accepted() -> None:
    """Text may be dictionary-encoded or large; lists may be large."""
    check_frame(frame())
    check_frame(with_column("case", "sex", pa.array(["F", "UNK"]).dictionary_encode()))
    check_frame(
        with_column("case", "citizenship", pa.array([["AL"], ["ZZ"]], pa.large_list(pa.large_string())))
    )


def test_an_entity_that_nobody_sent_may_be_empty() -> None:
    """An empty table is there, with its columns."""
    check_frame(with_table("assistance_episode", frame().tables["assistance_episode"].slice(0, 0)))


def test_a_missing_table_is_named() -> None:
    tables = dict(frame().tables)
    del tables["consent"]

    assert check(Frame(tables)).table == "consent"


def test_a_table_too_many_is_refused() -> None:
    assert "too many" in str(check(with_table("names", pa.table({"case_id": ["1"]}))))


def test_a_missing_column_is_named() -> None:
    error = check(with_table("case", frame().tables["case"].drop_columns("sex")))

    assert (error.table, error.column) == ("case", "sex")


def test_a_column_too_many_is_refused_without_its_name() -> None:
    """The name of an unknown column came in too: it may be a person's."""
    error = check(with_table("case", frame().tables["case"].append_column(MARK, pa.array(["x", "y"]))))

    assert error.table == "case"
    assert MARK not in str(error)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("case", "sex", pa.array([1, 2])),
        ("case", "citizenship", pa.array(["AL", "AL"])),
        ("case", "date_registered", pa.array([datetime(2026, 1, 1)] * 2)),
        ("exploitation_episode", "episode_no", pa.array(["1", "1"])),
        ("exploitation_episode", "form", pa.array([[1], [2]])),
    ],
)
def test_a_column_of_a_wrong_type_is_named(table: str, column: str, values: pa.Array) -> None:
    error = check(with_column(table, column, values))

    assert (error.table, error.column) == (table, column)
    assert "type" in str(error)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("case", "sex", pa.array(["F", MARK])),
        ("case", "citizenship", pa.array([["AL"], ["AL", MARK]])),
        ("case", "reporting_country", pa.array(["AL", ""])),
        ("case", "sex", pa.array(["F", None])),
        ("case", "citizenship", pa.array([["AL"], None])),
        ("case", "citizenship", pa.array([["AL"], []])),
        ("case", "case_id", pa.array(["1", None])),
    ],
    ids=[
        "unknown code",
        "unknown code in a list",
        "empty text",
        "null code",
        "null list",
        "empty list",
        "null key",
    ],
)
def test_a_code_that_is_unknown_or_absent_is_named_by_table_and_column(
    table: str, column: str, values: pa.Array
) -> None:
    """Unknown is a code of its own: nothing may be left out of a column, and no value is repeated."""
    error = check(with_column(table, column, values))

    assert (error.table, error.column) == (table, column)
    assert MARK not in str(error)


@pytest.mark.parametrize("table", ["case", "identification"])
def test_a_case_that_stands_twice_is_refused(table: str) -> None:
    """It would count twice."""
    twice = frame().tables[table]

    error = check(with_table(table, pa.concat_tables([twice, twice.slice(0, 1)])))

    assert (error.table, error.column) == (table, "case_id")
    assert "twice" in str(error)


def test_a_record_without_a_case_is_refused() -> None:
    """It would be dropped in silence."""
    error = check(with_column("exploitation_episode", "case_id", pa.array(["1", MARK])))

    assert (error.table, error.column) == ("exploitation_episode", "case_id")
    assert MARK not in str(error)
