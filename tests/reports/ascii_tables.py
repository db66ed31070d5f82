"""Text tables as frames and as expected counts, so that every number of a rule can be followed by eye."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from reports.frame import Frame, empty_table, frame_columns
from reports.tables import CountedTable, Key

UNKNOWN_CODES: Mapping[str, str] = {"CL_COUNTRY": "ZZ", "CL_CONSENT": "NOT_RECORDED"}
CASE_HEADINGS: Mapping[str, tuple[str, str]] = {
    "case": ("case", "case_id"),
    "person": ("case", "person_id"),
    "review": ("case", "person_id_with_review"),
    "organization": ("case", "organization"),
    "trafficked before": ("case", "previously_trafficked"),
    "country": ("case", "reporting_country"),
    "registered": ("case", "date_registered"),
    "registered by": ("case", "date_registered_precision"),
    "nationality": ("case", "nationality_status"),
    "citizenship": ("case", "citizenship"),
    "sex": ("case", "sex"),
    "age": ("case", "age_at_registration"),
    "child": ("case", "age_status"),
    "status": ("identification", "status"),
    "identified": ("identification", "date_identified"),
    "precision": ("identification", "date_identified_precision"),
    "exploited in": ("exploitation_episode", "country_of_exploitation"),
    "forms": ("exploitation_episode", "form"),
    "abroad": ("consent", "to_referral_abroad"),
}
"""What a heading of the case table means; `forms` of several episodes stand between `+`. `review` is the person with
the links under review; by default it is that of automatic links."""
SERVICE_HEADINGS: Mapping[str, str] = {
    "case": "case_id",
    "service": "service",
    "offered": "offered",
    "accepted": "accepted",
    "start": "start_date",
    "after": "start_after",
    "end": "end_date",
    "in": "country",
}
FURTHER_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "return": {"on": "return_date", "from": "from_country", "to": "to_country"},
    "referral": {"on": "date_referred", "from": "from_country", "to": "to_country"},
    "reintegration": {"after": "followup_months", "done": "followup_done"},
}
"""The same of further entities; any other heading is a column of theirs."""
BY_DEFAULT: Mapping[str, str] = {
    "reporting_country": "AL",
    "date_registered": "2026-01-15",
    "date_identified_precision": "week",
    "status": "IDENTIFIED",
    "offered": "Y",
    "accepted": "ACCEPTED",
}

Rows = list[dict[str, str]]


def frame_of(cases: str, services: str = "", **further: str) -> Frame:
    """A frame from text tables of cases, of services and of further entities by their names, `returns` for `return`;
    what is not said is unknown, or the default."""
    rows = _read(cases)
    tables = {
        name: _table(name, [_fields_of(name, row) for row in rows])
        for name in ("case", "identification", "consent")
    }
    tables["exploitation_episode"] = _table("exploitation_episode", _episodes(rows))
    served = [{SERVICE_HEADINGS[heading]: cell for heading, cell in row.items()} for row in _read(services)]
    tables["assistance_episode"] = _table("assistance_episode", served)
    for given, rows_of_it in further.items():
        name = "return" if given == "returns" else given
        named = {"case": "case_id", **FURTHER_HEADINGS[name]}
        records = [
            {named.get(heading, heading): cell for heading, cell in row.items()} for row in _read(rows_of_it)
        ]
        tables[name] = _table(name, records)
    return Frame({name: tables.get(name, empty_table(name)) for name in frame_columns()})


def counts_of(table: CountedTable) -> dict[Key, int]:
    """All counts of a table that are not zero, without its sums."""
    return {key: count for key, count in table.counts.items() if count and key[-1] not in table.sums}


def expected(text: str) -> dict[Key, int]:
    """The same from a text table: the row's code, then a column for each combination of the other codes (`F/CHILD`)."""
    rows = _read(text)
    first = next(iter(rows[0])) if rows else ""
    return {
        (row[first], *heading.split("/")): int(cell)
        for row in rows
        for heading, cell in row.items()
        if heading != first and cell not in {"", "0"}
    }


def _read(text: str) -> Rows:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _fields_of(table: str, row: dict[str, str]) -> dict[str, str]:
    fields = {
        CASE_HEADINGS[heading][1]: cell for heading, cell in row.items() if CASE_HEADINGS[heading][0] == table
    }
    person = row.get("person") or row["case"]
    return {"case_id": row["case"], "person_id": person, "person_id_with_review": person} | {
        name: cell for name, cell in fields.items() if cell
    }


def _episodes(rows: Rows) -> Rows:
    return [
        {**_fields_of("exploitation_episode", row), "form": forms.strip(), "episode_no": str(number)}
        for row in rows
        for number, forms in enumerate(row.get("forms", "").split("+"), start=1)
    ]


def _table(name: str, rows: Rows) -> pa.Table:
    schema = empty_table(name).schema
    columns = [
        [_value(column.kind, row.get(column.name, ""), column.name, column.code_list) for row in rows]
        for column in frame_columns()[name].values()
    ]
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)


def _value(kind: str, cell: str, column: str, code_list: str) -> object:
    text = cell or BY_DEFAULT.get(column, "") or UNKNOWN_CODES.get(code_list, "UNK")
    match kind:
        case "codes":
            return text.split(";")
        case "number":
            return int(cell or 1)
        case "date":
            given = cell or BY_DEFAULT.get(column, "")
            return date.fromisoformat(given) if given and given != "none" else None
        case _:
            return text
