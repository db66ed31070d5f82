"""Annual forms: one version alive for an organization, a country and a year."""

from __future__ import annotations

import pytest

from app.edge.premises import Premises
from app.services.cases import StoredRows
from tests.app.services.storing import Shelter, cleared_rows, open_shelter
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER

OF_2024 = {"country": "RS", "year": "2024", "beds": "20", "staff_fte": "7"}
OF_2025 = {"country": "RS", "year": "2025", "beds": "22"}
BEDS = "SELECT year, beds FROM shelter_capacities WHERE ended_at IS NULL ORDER BY year, beds"


@pytest.fixture
def shelter(premises: Premises) -> Shelter:
    """A shelter that has told its capacity for two years."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(cleared_rows("shelter_capacity", OF_2024, OF_2025))
    return shelter


def test_a_form_is_kept_for_each_country_and_year(shelter: Shelter) -> None:
    """What is not said stays empty: nobody knows, and zero beds are another answer."""
    assert shelter.rows(BEDS) == [(2024, 20), (2025, 22)]
    assert shelter.rows("SELECT staff_fte FROM shelter_capacities ORDER BY year") == [(7,), (None,)]


def test_a_form_that_comes_again_replaces_its_own_year(shelter: Shelter) -> None:
    """2024 is the same and makes no version; 2025 has another answer; 2023 is new."""
    of_2023 = {**OF_2024, "year": "2023"}

    told = shelter.send(cleared_rows("shelter_capacity", OF_2024, {**OF_2025, "beds": "30"}, of_2023))

    assert told == [StoredRows(created=1, updated=1, unchanged=1)]
    assert shelter.rows(BEDS) == [(2023, 20), (2024, 20), (2025, 30)]
    assert shelter.rows("SELECT beds FROM shelter_capacities WHERE ended_at IS NOT NULL") == [(22,)]


def test_a_profile_of_the_referral_mechanism_has_a_table_of_its_own(shelter: Shelter) -> None:
    """The other form, with codes in it."""
    profile = {"country": "RS", "year": "2025", "nrm_exists": "Y", "reflection_law_days": "30"}

    assert shelter.send(cleared_rows("nrm_profile", profile)) == [StoredRows(created=1)]
    assert shelter.rows("SELECT nrm_exists, reflection_law_days, trp_law FROM nrm_profiles") == [
        ("Y", 30, "UNK")
    ]
    assert shelter.rows(BEDS) == [(2024, 20), (2025, 22)]


def test_a_form_of_another_organization_is_another_form(shelter: Shelter) -> None:
    """The same country and year, told by two shelters."""
    other = open_shelter(shelter.premises, OTHER_SHELTER)

    told = other.send(cleared_rows("shelter_capacity", {**OF_2024, "beds": "8"}))

    assert told == [StoredRows(created=1)]
    assert shelter.rows(BEDS) == [(2024, 8), (2024, 20), (2025, 22)]
