"""What packages that do not import each other agree on: the catalogue, the tables of the server, the frame."""

from __future__ import annotations

from sqlalchemy import Date

import reports
from anonymizer import CASES, CODE_LISTS, FIELDS, NEVER_STORED, SHEETS
from app.database.transactions import transaction
from app.domain.actors import LegalBasis
from app.models import Base, NrmProfile, ShelterCapacity
from app.queries.records import MODULES, RECORDS
from app.queries.releases import take_cut
from app.services.frames import frame_at
from reports.classifications import codes_of
from reports.frame import frame_columns
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet

OF_THE_PART = {"part_id", "organization_id", "id", "batch_id", "digest", "recorded_at", "ended_at"}
FORMS: dict[str, type[Base]] = {"shelter_capacity": ShelterCapacity, "nrm_profile": NrmProfile}


def catalogued(entity: str) -> set[str]:
    return {
        name for (of, name), field in FIELDS.items() if of == entity and field.treatment not in NEVER_STORED
    }


def stored(entity: str) -> set[str]:
    models = [models[entity] for models in (RECORDS, MODULES, FORMS) if entity in models]
    return {column.name for model in models for column in model.__table__.columns} - OF_THE_PART


def test_the_tables_have_the_fields_of_the_catalogue_and_no_other() -> None:
    """A field that the catalogue drops has no column; a column without a field has no meaning."""
    for entity in {*RECORDS, *MODULES, *FORMS}:
        columns = stored(entity)
        fields = {name for name in columns if not name.endswith("_precision")}
        precisions = {name.removesuffix("_precision") for name in columns - fields}

        assert fields == catalogued(entity), entity
        assert precisions <= fields


def test_every_entity_of_the_catalogue_has_a_table() -> None:
    """`batch` is told by the batch itself."""
    assert {*RECORDS, *MODULES, *FORMS} == {entity for entity, _ in FIELDS} - {"batch"}
    assert {*MODULES, *FORMS, CASES} == set(SHEETS)


def test_no_field_stands_in_the_case_sheet_and_in_its_module() -> None:
    """Which of two would hold? Only rows that a module replaces as a whole stand in one table with the sheet's."""
    for entity in RECORDS.keys() & MODULES.keys():
        if RECORDS[entity] is not MODULES[entity]:
            both = set(RECORDS[entity].__table__.columns.keys()) & set(
                MODULES[entity].__table__.columns.keys()
            )
            assert both == OF_THE_PART & both


def test_dates_are_dates_and_every_code_fits_its_column() -> None:
    """The longest code of each list is shorter than its column; the columns of dates are those of the catalogue."""
    for entity, model in (*RECORDS.items(), *MODULES.items(), *FORMS.items()):
        for column in model.__table__.columns:
            if (entity, column.name) not in FIELDS:
                continue
            field = FIELDS[entity, column.name]
            assert isinstance(column.type, Date) == (field.type == "date"), (entity, column.name)
            if field.code_list:
                width: int = getattr(column.type, "item_type", column.type).length  # type: ignore[union-attr]
                assert max(map(len, CODE_LISTS[field.code_list].codes)) <= width, (entity, column.name)


def test_the_legal_bases_are_those_of_the_catalogue() -> None:
    """The domain names them; the catalogue lists them."""
    assert {basis.value for basis in LegalBasis} == set(CODE_LISTS["CL_LEGALBASIS"].codes)


ADDED_TO_THE_FRAME = {"case_id", "person_id", "person_id_with_review", "organization", "organization_kind"}


def test_the_frame_asks_for_columns_that_the_server_stores() -> None:
    """`reports` states its frame in its own words, and names what it counts; the server reads just that."""
    for entity, columns in frame_columns().items():
        assert set(columns) - ADDED_TO_THE_FRAME <= stored(entity), entity


def test_the_code_lists_of_the_frame_are_those_of_the_catalogue() -> None:
    """A code that clearing lets through is one that counting knows, in the same list; and the reverse."""
    for entity, columns in frame_columns().items():
        for column in columns.values():
            if (entity, column.name) not in FIELDS or not FIELDS[entity, column.name].code_list:
                continue
            code_list = FIELDS[entity, column.name].code_list
            assert column.code_list == code_list, (entity, column.name)
            assert set(codes_of(column.code_list)) == set(CODE_LISTS[code_list].codes), code_list
            assert (column.kind == "codes") == FIELDS[entity, column.name].several


def test_a_frame_of_real_rows_passes_the_check_of_reports(people: People) -> None:
    """What the server stores and reads out is a frame that `reports` accepts."""
    sheet = a_sheet(*({**a_case(case_number=str(number)), "age": str(number)} for number in range(12, 60)))
    assert people.sender.post(
        "/api/v1/batches", content=sheet, headers={"Content-Type": "text/csv"}
    ).is_success
    with transaction(people.premises.database.read_session()) as session:
        frame = frame_at(session, take_cut(session))

    reports.check_frame(frame)

    assert frame.tables["case"].num_rows == 48
