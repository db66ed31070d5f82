"""Every field of every module and form comes back from its table as it was sent."""

from __future__ import annotations

from datetime import date

import pytest

from anonymizer import CASES, CODE_LISTS, FIELDS, SHEETS, Field, Treatment, cleared_columns
from app.edge.premises import Premises
from app.queries.annual_forms import FORMS
from app.queries.records import MODULES
from app.services.cases import StoredRows
from tests.app.services.storing import cleared_rows, open_shelter, sheets_of
from tests.clearing_point_fixture import SHELTER

TABLES = {name: model.__tablename__ for name, model in (MODULES | FORMS).items()}  # type: ignore[operator]
WRITTEN = {
    Treatment.WEEK: "2025-06-02",
    Treatment.MONTH: "2025-06",
    Treatment.NUMBER: "2025",
    Treatment.LABEL: "v2-1",
}
STORED = {"2025-06-02": date(2025, 6, 2), "2025-06": date(2025, 6, 1), "2025": 2025}


def a_cell(field: Field) -> str:
    """What clearing may leave in a cell: not the code for unknown, so that a field that is mixed up shows."""
    if not field.code_list:
        return WRITTEN[field.treatment]
    codes = list(CODE_LISTS[field.code_list].codes)
    return ";".join(codes[1:3]) if field.several else codes[1]


def as_stored(cell: str, field: Field) -> object:
    return cell.split(";") if field.several else STORED.get(cell, cell)


@pytest.mark.parametrize("sheet", [name for name in SHEETS if name != CASES])
def test_every_field_is_stored_where_it_belongs(premises: Premises, sheet: str) -> None:
    """One row with all fields filled; the table gives them back by the same names."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1"))
    fields = [FIELDS[sheet, name] for name in cleared_columns(sheet) if name != "case_number"]
    cells = {field.name: a_cell(field) for field in fields}

    told = shelter.send(cleared_rows(sheet, {"case_number": "1", **cells}))

    assert told == [StoredRows(created=1)]
    of_the_module = f"WHERE part_id IN (SELECT id FROM case_parts WHERE part = '{sheet}')"
    which = "" if SHEETS[sheet].is_form else of_the_module
    [stored] = shelter.rows(f"SELECT {', '.join(cells)} FROM {TABLES[sheet]} {which}")
    assert dict(zip(cells, stored, strict=True)) == {
        field.name: as_stored(cells[field.name], field) for field in fields
    }
