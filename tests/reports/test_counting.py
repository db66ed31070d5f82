"""What holds for every table, whatever the cases: sums, order of rows, rejected cases, empty years."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reports import CountedTable, Frame, UncountedCode, count_all, count_cross, count_table, tidy
from reports.counting import YearCount, places_of
from reports.engine import open_engine
from reports.keys import number_keys
from reports.populations import Populations
from reports.shells import dimension_shell
from reports.tables import TOTAL
from tests.reports.ascii_tables import counts_of, frame_of

YEAR = 2026

case_rows = st.fixed_dictionaries(
    {
        "person": st.sampled_from(["", "p", "q", "r"]),
        "country": st.sampled_from(["AL", "BA", "ZZ"]),
        "identified": st.sampled_from(["", "2025-12-29", "2026-01-05", "2026-06-01"]),
        "status": st.sampled_from(["IDENTIFIED", "PRESUMED", "POTENTIAL", "REJECTED", "UNK"]),
        "nationality": st.sampled_from(["NATIONAL", "FOREIGN", "STATELESS", "UNK"]),
        "citizenship": st.sampled_from(["AL", "MD;UA", "XXA", "ZZ"]),
        "sex": st.sampled_from(["F", "M", "OTH", "UNK"]),
        "age": st.sampled_from(["0-8", "9-17", "15-17", "18-20", "CHILD_UNK", "UNK"]),
        "child": st.sampled_from(["CHILD", "PRESUMED_CHILD", "ADULT", "UNK"]),
        "forms": st.sampled_from(["SEX", "LABOUR", "SEX;LABOUR", "BEGGING + CRIME", "NONE", "UNK"]),
    }
)
service_rows = st.fixed_dictionaries(
    {
        "service": st.sampled_from(["SHELTER", "MEDICAL", "UNK"]),
        "offered": st.sampled_from(["Y", "N", "UNK"]),
        "accepted": st.sampled_from(["ACCEPTED", "DECLINED", "UNAVAILABLE", "UNK"]),
        "start": st.sampled_from(["", "2025-12-29", "2026-02-02"]),
        "end": st.sampled_from(["", "2026-03-02"]),
        "after": st.sampled_from(["BEFORE", "D1", "D4-7", "UNK"]),
    }
)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """A few cases of a few persons, some with services."""
    cases = draw(st.lists(case_rows, max_size=25))
    services = [(n, draw(service_rows)) for n in range(len(cases)) for _ in range(draw(st.integers(0, 2)))]
    return frame_of(
        text([{"case": f"c{n:02}", **row} for n, row in enumerate(cases)], "case"),
        text([{"case": f"c{n:02}", **row} for n, row in services], "case"),
    )


def text(rows: list[dict[str, str]], heading: str) -> str:
    """Rows as the text tables that the specifications are written in."""
    headings = list(rows[0]) if rows else [heading]
    return "\n".join(
        "|".join(line) for line in [headings, *([row[name] for name in headings] for row in rows)]
    )


# Six frames of up to 25 cases: each is counted in all tables, which takes half a second.
few_examples = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@few_examples
@given(frames())
def test_totals_are_the_sums_of_additive_dimensions(frame: Frame) -> None:
    """In every table and indicator, along every axis on which a person stands once; no count is negative."""
    for table in count_all(frame, year=YEAR):
        assert min(table.counts.values(), default=0) >= 0
        for axis, dimension in enumerate(table.dimensions):
            if dimension.is_additive:
                assert_sums(table, axis)


@few_examples
@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame: Frame, order: np.random.Generator) -> None:
    """Neither of cases nor of their records."""

    def shuffled(table: pa.Table) -> pa.Table:
        places = list(range(table.num_rows))
        order.shuffle(places)
        return table.take(pa.array(places, pa.int64()))

    permuted = Frame({name: shuffled(table) for name, table in frame.tables.items()})

    assert count_all(permuted, year=YEAR) == count_all(frame, year=YEAR)


@few_examples
@given(frames())
def test_a_rejected_case_changes_a3_alone(frame: Frame) -> None:
    """However it is linked and assisted: with it and without it the other tables are the same."""
    rejected = frame_of(
        """
        case     | person | country | status   | forms | sex
        rejected | p      | HR      | REJECTED | SEX   | F
        """,
        """
        case     | service
        rejected | SHELTER
        """,
    )
    more = Frame(
        {name: pa.concat_tables([table, rejected.tables[name]]) for name, table in frame.tables.items()}
    )

    without, with_it = count_all(frame, year=YEAR), count_all(more, year=YEAR)

    changed = {a.text.id for a, b in zip(without, with_it, strict=True) if counts_of(a) != counts_of(b)}
    assert changed == {"A3"}


@few_examples
@given(frames())
def test_tables_of_the_same_persons_have_the_same_total(frame: Frame) -> None:
    """The identified of A1 are those of A6, A7, A8, B1, B4 and of three columns of A3; the assisted those of A2, E1."""
    tables = {table.text.id: table.counts for table in count_all(frame, year=YEAR)}

    identified = tables["A1"][TOTAL, "IDENTIFIED"]
    assert {total_of(tables[name]) for name in ("A6", "A7", "A8", "B1", "B4")} == {identified}
    assert sum(tables["A3"][TOTAL, code] for code in ("IDENTIFIED", "PRESUMED", "UNK")) == identified
    assert {total_of(tables[name]) for name in ("A2", "E1")} == {tables["A1"][TOTAL, "ASSISTED"]}


@few_examples
@given(frames())
def test_a_person_with_one_case_is_what_grouping_its_cases_would_give(frame: Frame) -> None:
    """Only persons with further cases are grouped; if all were, the same tables would come out."""
    numbered = number_keys(frame.tables)
    case = numbered["case"].drop_columns("has_others")
    grouped = numbered | {
        "case": case.append_column("has_others", pa.array([True] * case.num_rows, pa.bool_()))
    }

    with open_engine() as engine:
        counts = [
            YearCount(Populations(tables, engine, year=YEAR), engine, has_links=True)
            for tables in (numbered, grouped)
        ]
        for name in ("A3", "A6", "B1", "B5"):
            assert counts[0].table(name) == counts[1].table(name)


@pytest.mark.parametrize("year", [1999, 2027])
def test_an_empty_year_is_a_table_of_zeros(year: int) -> None:
    """Nobody in it: every table is there, and none has a number."""
    for table in count_all(frame_of("case | forms\n1 | SEX"), year=year):
        assert not counts_of(table)
        assert table.counts


def test_one_country_has_one_column_and_its_numbers_are_those_of_the_region() -> None:
    counts = count_table(frame_of("case | forms\n1 | SEX\n2 | SEX"), "A6", year=YEAR).counts

    assert {key[1] for key in counts} == {"AL", TOTAL}
    assert all(counts[form, "AL"] == counts[form, TOTAL] for form, _ in counts)


def test_nobody_is_dropped_when_everything_is_unknown() -> None:
    """Two cases of which nothing is known stand in the unknown row and column of every table of the identified."""
    frame = frame_of("case | country | status\n1 | ZZ | UNK\n2 | ZZ | UNK")

    for name in ("A3", "A6", "A7", "A8", "B1", "B4"):
        table = count_table(frame, name, year=YEAR)
        unknown = tuple("ZZ" if d.name == "reporting_country" else "UNK" for d in table.dimensions)
        assert table.counts[unknown] == 2 == total_of(table.counts)


def test_tidy_has_one_row_a_cell() -> None:
    """A column for each dimension and the count."""
    rows = tidy(count_table(frame_of("case | forms\n1 | SEX"), "A6", year=YEAR))

    assert list(rows.columns) == ["form", "reporting_country", "count"]
    assert rows.set_index(["form", "reporting_country"])["count"]["SEX", "AL"] == 1


def test_a_code_that_is_not_printed_stops_the_count() -> None:
    """A dimension whose list lacks a counted code would drop persons in silence."""
    shell = dimension_shell("sex")

    with pytest.raises(UncountedCode) as refused:
        places_of(pd.Series(["F", "UNK"]), shell, shell.as_dimension(["F", "M"]))

    assert refused.value.dimension == "sex"


def test_a_cross_counts_combinations_that_occur() -> None:
    """Codes as counted: 9-17 stays, nothing is grouped."""
    crossed = count_cross(
        frame_of("case | sex | age\n1|F|9-17\n2|F|9-17\n3|M|UNK"), ["sex", "age_at_registration"], year=YEAR
    )

    assert sorted(crossed.itertuples(index=False, name=None)) == [("F", "9-17", 2), ("M", "UNK", 1)]


def test_keys_become_numbers_and_say_who_has_other_cases() -> None:
    """Equal keys become equal numbers; only the cases of person p are ordered, by their key."""
    case = number_keys(frame_of("case | person\nb|p\na|p\nc|").tables)["case"]

    assert case["case_id"].to_pylist() == [0, 1, 2]
    assert case["person_id"].to_pylist() == [0, 0, 1]
    assert case["has_others"].to_pylist() == [True, True, False]
    assert case["place"].to_pylist() == [1, 0, 0]


def assert_sums(table: CountedTable, axis: int) -> None:
    codes = [(*d.codes, TOTAL) if d.has_total else d.codes for d in table.dimensions]
    for key in product(*codes[:axis], (TOTAL,), *codes[axis + 1 :]):
        parts = (table.counts[(*key[:axis], code, *key[axis + 1 :])] for code in table.dimensions[axis].codes)
        assert table.counts[key] == sum(parts), (table.text.id, key)


def total_of(counts: object) -> int:
    assert isinstance(counts, dict)
    (total,) = (count for key, count in counts.items() if set(key) == {TOTAL})
    return int(total)
