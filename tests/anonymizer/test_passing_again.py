"""Cleared rows pass the same door again unchanged, whatever came in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymizer import ARCHIVE, CONSENT, LAW, Clearing, RawChunk, canonical_rows
from tests.anonymizer.clearings import CORRECT, any_rows, chunk_of, rules

FULL: Mapping[str, str] = {
    **CORRECT,
    "services_accepted": "SHELTER;MEDICAL",
    "first_service_on": "2025-10-02",
    "identified_on": "2025-10-01",
    "shelter_nights": "12",
    "returned_on": "2026-01-02",
    "citizenship": "RS;MD",
    "birth_date": "2001-01-01",
}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=any_rows(), legal_basis=st.sampled_from([CONSENT, LAW, ARCHIVE]))
def test_clearing_a_second_time_changes_nothing(rows: list[dict[str, str]], legal_basis: str) -> None:
    """clear(clear(x)) == clear(x): no row is refused the second time, and no cell is rewritten."""
    once = Clearing(rules(legal_basis)).clear(chunk_of(rows))

    twice = Clearing(rules(legal_basis)).clear(RawChunk(once.columns, once.rows))

    assert twice.columns == once.columns
    assert twice.rejected == 0
    assert list(canonical_rows(twice.columns)) == list(canonical_rows(once.columns))


@pytest.mark.parametrize("legal_basis", [CONSENT, LAW, ARCHIVE])
@pytest.mark.parametrize("consent", ["YES", "NO"])
def test_a_full_row_passes_again(legal_basis: str, consent: str) -> None:
    """The property above is not satisfied by refusing everything."""
    once = Clearing(rules(legal_basis)).clear(chunk_of([{**FULL, "consent": consent}]))

    twice = Clearing(rules(legal_basis)).clear(RawChunk(once.columns, once.rows))

    assert once.rejected == 0
    assert twice.columns == once.columns
