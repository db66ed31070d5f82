"""Things for tests: complete, invented, with every part replaceable by keyword."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import uuid4

from app.domain.actors import Actor, Affiliation, LegalBasis, Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""The clock of tests."""


def an_affiliation(**changes: object) -> Affiliation:
    """An organization in Serbia that sends with consent."""
    parts: dict[str, object] = {
        "id": uuid4(),
        "code": "shelter",
        "kind": "NGO",
        "countries": ("RS",),
        "legal_basis": LegalBasis.CONSENT,
        "law": None,
    }
    return Affiliation(**{**parts, **changes})  # type: ignore[arg-type]


def an_actor(*, roles: Iterable[Role] = (Role.SENDER,), **changes: object) -> Actor:
    """A person of an organization of their own."""
    parts: dict[str, object] = {"person_id": uuid4(), "key_id": uuid4(), "organization": an_affiliation()}
    return Actor(**{**parts, **changes}, roles=frozenset(roles))  # type: ignore[arg-type]


def a_case(**changes: str) -> dict[str, str]:
    """One row of the case sheet of an invented woman, with everything that a template requires."""
    return {
        "case_number": "2025-017",
        "registered_on": "2025-05-08",
        "sex": "F",
        "age": "24",
        "citizenship": "MD",
        "identification_status": "IDENTIFIED",
        "identified_on": "2025-05-06",
        "identified_by": "POLICE",
        "forms": "SEX",
        "country_of_exploitation": "RS",
        "country_of_recruitment": "MD",
        "previously_trafficked": "N",
        "services_accepted": "SHELTER;MEDICAL",
        "first_service_on": "2025-05-07",
        "consent": "YES",
        **changes,
    }


def a_sheet(*cases: Mapping[str, str]) -> bytes:
    """These rows as the CSV that a shelter sends; one usual case when none is given."""
    rows = cases or (a_case(),)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()
