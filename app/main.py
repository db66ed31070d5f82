"""Puts the application together: the only place that knows every door."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api import (
    audit,
    batches,
    coverage,
    erasure_tasks,
    evaluations,
    links,
    operations,
    people,
    receipts,
    releases,
    schema,
    withdrawals,
)
from app.edge.guards import Guard
from app.edge.premises import Premises
from app.edge.problems import add_problem_answers
from app.web import add_pages

API_VERSION = "1"
DESCRIPTION = (
    "Takes anonymized case records from shelters and aid organisations, and publishes statistics that give nobody "
    "away. Errors are problem details (RFC 9457) with a stable `code`; they never repeat what was sent."
)
NO_FOREIGN_SCRIPTS = None
"""FastAPI's own documentation pages load scripts from elsewhere; the OpenAPI document alone is served."""


def create_app(premises: Premises) -> ASGIApp:
    """The whole application on these premises."""
    app = FastAPI(
        title="Regional Clearing Point",
        version=API_VERSION,
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=NO_FOREIGN_SCRIPTS,
        redoc_url=NO_FOREIGN_SCRIPTS,
    )
    app.state.premises = premises
    for noun in (
        batches,
        coverage,
        erasure_tasks,
        evaluations,
        links,
        receipts,
        withdrawals,
        people,
        releases,
        audit,
        schema,
        operations,
    ):
        app.include_router(noun.router)
    add_pages(app)
    add_problem_answers(app)
    return Guard(app)
