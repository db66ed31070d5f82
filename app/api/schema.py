"""The catalogue of fields, its code lists and the templates: what senders build on. No key is needed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.edge.guards import PUBLIC_FOR_A_WHILE
from app.services import schema
from app.services.schema import Language

router = APIRouter(prefix="/api/v1", tags=["schema"])


@router.get("/schema")
def get_schema() -> dict[str, Any]:
    """Every field that is taken, and every sheet: type, code list, when it is required, what happens to it."""
    return schema.describe_fields()


@router.get("/schema/codelists")
def get_code_lists(lang: Language = "en") -> dict[str, Any]:
    """Every code list with its codes, and their labels in a language."""
    return schema.describe_code_lists(lang)


@router.get("/templates/cases.xlsx", response_class=Response)
def get_case_workbook(lang: Language = "en") -> Response:
    """The case sheet as XLSX: headers, lists to choose from and explanations in a language."""
    return _template("cases.xlsx", lang)


@router.get("/templates/cases.csv", response_class=Response)
def get_case_csv(lang: Language | None = None) -> Response:
    """The case sheet as CSV: its header in a language, else the names that never change."""
    return _template("cases.csv", lang)


@router.get("/templates/modules.xlsx", response_class=Response)
def get_module_workbook(lang: Language = "en") -> Response:
    """The modules and annual forms as XLSX, a sheet each, in a language."""
    return _template("modules.xlsx", lang)


@router.get("/templates/modules.zip", response_class=Response)
def get_module_archive(lang: Language | None = None) -> Response:
    """The modules and annual forms as CSV, a file each: headers in a language, else the names that never change."""
    return _template("modules.zip", lang)


def _template(file: str, language: Language | None) -> Response:
    content, media_type = schema.template(file, language)
    headers = {
        "Content-Disposition": f'attachment; filename="{file}"',
        "Cache-Control": PUBLIC_FOR_A_WHILE,
    }
    return Response(content, media_type=media_type, headers=headers)
