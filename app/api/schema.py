"""The catalogue of fields, its code lists and the template of the case sheet: what senders build on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.services import schema

router = APIRouter(prefix="/api/v1", tags=["schema"])


@router.get("/schema")
def get_schema() -> dict[str, Any]:
    """Every field that is taken: its entity, type, code list, when it is required and what happens to it."""
    return schema.describe_fields()


@router.get("/schema/codelists")
def get_code_lists() -> dict[str, Any]:
    """Every code list with its codes."""
    return schema.describe_code_lists()


@router.get("/templates/cases.csv")
def get_case_sheet_template() -> Response:
    """The case sheet as an empty CSV file."""
    headers = {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return Response(schema.case_sheet_template(), media_type="text/csv; charset=utf-8", headers=headers)
