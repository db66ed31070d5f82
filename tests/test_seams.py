"""What packages that do not import each other agree on: the catalogue, the tables of the server, the frame."""

from __future__ import annotations

from sqlalchemy import Date

from anonymizer import CODE_LISTS, FIELDS, Treatment
from app.domain.actors import LegalBasis
from app.queries.records import RECORDS

OF_THE_PART = {"part_id", "organization_id"}
NEVER_STORED = {Treatment.TOKEN, Treatment.DROP}


def catalogued(entity: str) -> set[str]:
    return {
        name for (of, name), field in FIELDS.items() if of == entity and field.treatment not in NEVER_STORED
    }


def test_the_tables_have_the_fields_of_the_catalogue_and_no_other() -> None:
    """A field that the catalogue drops has no column; a column without a field has no meaning."""
    for entity, model in RECORDS.items():
        columns = {column.name for column in model.__table__.columns} - OF_THE_PART
        fields = {name for name in columns if not name.endswith("_precision")}
        precisions = {name.removesuffix("_precision") for name in columns - fields}

        assert fields == catalogued(entity), entity
        assert precisions <= fields


def test_every_entity_of_the_catalogue_has_a_table() -> None:
    """`batch` is told by the batch itself."""
    assert set(RECORDS) == {entity for entity, _ in FIELDS} - {"batch"}


def test_dates_are_dates_and_every_code_fits_its_column() -> None:
    """The longest code of each list is shorter than its column; the columns of dates are those of the catalogue."""
    for entity, model in RECORDS.items():
        for column in model.__table__.columns:
            if (entity, column.name) not in FIELDS:
                continue
            field = FIELDS[entity, column.name]
            assert isinstance(column.type, Date) == (field.type == "date"), (entity, column.name)
            if field.code_list:
                width = getattr(getattr(column.type, "item_type", column.type), "length", None)
                assert max(map(len, CODE_LISTS[field.code_list].codes)) <= width, (entity, column.name)


def test_the_legal_bases_are_those_of_the_catalogue() -> None:
    """The domain names them; the catalogue lists them."""
    assert {basis.value for basis in LegalBasis} == set(CODE_LISTS["CL_LEGALBASIS"].codes)
