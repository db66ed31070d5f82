"""The real file of historic records, counted before suppression, against pandas' crosstabs of the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from reports import Frame, count_table, empty_table, frame_columns
from reports.frame import Column
from reports.tables import TOTAL
from tests.real_records import (
    FOLDER,
    FORMS,
    SEXES,
    YEAR,
    age_band,
    age_status,
    country_code,
    crossed,
    crosstab,
    of_the_year,
    one_form,
    read_records,
)
from tests.reports.ascii_tables import UNKNOWN_CODES

pytestmark = [
    pytest.mark.real_input,
    pytest.mark.skipif(not FOLDER, reason="CLEARPOINT_REAL_INPUT names no folder"),
]


@pytest.fixture(scope="module")
def file() -> pd.DataFrame:
    """The file as it is, every cell a text, empty where nobody knows."""
    return read_records()


@pytest.fixture(scope="module")
def frame(file: pd.DataFrame) -> Frame:
    """The file as a frame: reporting country is the country of exploitation, else unknown; the year alone is known."""
    file = file[file["cas_Year"] != ""]
    country = file["hte_CountryOfExploitation"].map(country_code)
    given: dict[str, dict[str, object]] = {
        "case": {
            "case_id": file["cas_Id"],
            "person_id": file["cas_Id"],
            "person_id_with_review": file["cas_Id"],
            "reporting_country": country,
            "date_registered": file["cas_Year"].map(lambda year: date(int(year), 1, 1)),
            "date_registered_precision": "year",
            "citizenship": file["prs_Citizenship"].map(lambda code: [country_code(code)]),
            "sex": file["prs_Gender"].map(SEXES),
            "age_at_registration": file["prs_AgeBroad"].map(age_band),
            "age_status": file["prs_AgeBroad"].map(age_status),
        },
        "identification": {"case_id": file["cas_Id"]},
        "exploitation_episode": {
            "case_id": file["cas_Id"],
            "episode_no": 1,
            "form": file["vic_TypeOfExploitation"].map(
                lambda forms: [FORMS.get(f, "UNK") for f in forms.split(";")]
            ),
            "country_of_exploitation": country,
        },
    }
    return Frame({name: table_of(name, len(file), given.get(name)) for name in frame_columns()})


def test_form_by_sex_and_child_or_adult_is_the_crosstab_of_the_file(file: pd.DataFrame, frame: Frame) -> None:
    """A8, all of its cells that are not totals, unknowns included."""
    rows = of_the_year(file)
    forms = rows["vic_TypeOfExploitation"].map(one_form)
    truth = crosstab(forms, rows["prs_Gender"].map(SEXES), rows["prs_AgeBroad"].map(age_status))

    table = count_table(frame, "A8", year=YEAR)

    counted = {key: count for key, count in table.counts.items() if count and TOTAL not in key}
    assert counted == truth
    assert table.counts[TOTAL, TOTAL, TOTAL] == len(rows) == 561


def test_age_band_by_sex_is_the_crosstab_of_the_file(file: pd.DataFrame, frame: Frame) -> None:
    """B1 over all nationalities; the band 9 to 17 of the file is a row of its own."""
    rows = of_the_year(file)
    truth = crosstab(rows["prs_AgeBroad"].map(age_band), rows["prs_Gender"].map(SEXES))

    counts = count_table(frame, "B1", year=YEAR).counts

    assert {
        (a, s): n for (a, nation, s), n in counts.items() if n and nation == TOTAL and TOTAL not in (a, s)
    } == truth
    assert crossed(frame, "age_at_registration", "sex") == truth
    assert {"9-17", "UNK"} <= {age for age, _ in truth}


def test_citizenship_by_country_of_exploitation_is_the_crosstab_of_the_file(
    file: pd.DataFrame, frame: Frame
) -> None:
    """Every citizenship as it is, before B5 puts far countries into groups; unknown on either side is ZZ."""
    rows = of_the_year(file)
    truth = crosstab(
        rows["prs_Citizenship"].map(country_code), rows["hte_CountryOfExploitation"].map(country_code)
    )

    assert crossed(frame, "citizenship", "country_of_exploitation") == truth
    assert crossed(frame, "citizenship", "reporting_country") == truth


def test_nobody_knows_who_of_the_file_was_foreign_or_assisted(frame: Frame) -> None:
    """It has no nationality status and no services: what needs them is not available, and not none."""
    assert not count_table(frame, "B5", year=YEAR).available
    assert not count_table(frame, "A2", year=YEAR).available


def table_of(name: str, rows: int, given: Mapping[str, object] | None) -> pa.Table:
    """A table of the frame with what is given, and unknown everywhere else; without anything given it is empty."""
    if given is None:
        return empty_table(name)
    schema = empty_table(name).schema
    columns = [
        filled(given.get(c.name), c, schema.field(c.name).type, rows) for c in frame_columns()[name].values()
    ]
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)


def filled(values: object, column: Column, kind: pa.DataType, rows: int) -> pa.Array:
    if isinstance(values, pd.Series):
        return pa.array(values.tolist(), kind)
    if column.kind == "date":
        return pa.nulls(rows, kind)
    unknown = UNKNOWN_CODES.get(column.code_list, "UNK")
    return pa.array([[unknown] if column.kind == "codes" else values or unknown] * rows, kind)
