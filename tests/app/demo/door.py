"""The door as the demo's sheets meet it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from anonymizer import CONSENT, ClearedChunk, Clearing, ClearingRules, read_csv
from app.demo.cases import Row
from app.demo.organizations import DemoOrganization
from app.demo.sheets import sheet_pieces


def clear_sheet(organization: DemoOrganization, rows: Iterable[Row], *, today: date) -> list[ClearedChunk]:
    """Clear an organization's sheet as the clearing point would on a day."""
    rules = ClearingRules(
        organization_country=organization.countries[0],
        countries=frozenset(organization.countries),
        legal_basis=CONSENT,
        case_key=bytes(32),
        today=today,
    )
    clearing = Clearing(rules)
    return [clearing.clear(chunk) for chunk in read_csv(sheet_pieces(rows))]
