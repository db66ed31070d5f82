"""The frame with modules: what joins the case sheet, what stands in its place, and what held at an earlier cut."""

from __future__ import annotations

import pytest

from app.edge.premises import Premises
from reports import Frame
from tests.app.services.storing import Shelter, cleared_rows, open_shelter, sheets_of
from tests.clearing_point_fixture import SHELTER

RETURN_OF_THE_SHEET = {"returned_on": "2025-09-30", "returned_to": "MD", "return_type": "VOLUNTARY_ASSISTED"}
READMITTED = {"case_number": "1", "return_no": "1", "to_country": "UA", "return_type": "READMISSION"}
BEFORE_IT = {"case_number": "1", "return_no": "2", "to_country": "RO", "return_type": "DEPORTATION"}


@pytest.fixture
def shelter(premises: Premises) -> Shelter:
    """A shelter whose two cases returned to Moldova, as their case sheets say."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1", "2", **RETURN_OF_THE_SHEET))
    return shelter


def returned_to(frame: Frame) -> list[str]:
    return sorted(frame.tables["return"]["to_country"].to_pylist())


def identified_in(frame: Frame) -> list[str]:
    return sorted(frame.tables["identification"]["country_of_identification"].to_pylist())


def test_the_case_sheet_alone_is_a_whole_frame(shelter: Shelter) -> None:
    """What no module says is unknown: ZZ for a country."""
    frame = shelter.frame()

    assert returned_to(frame) == ["MD", "MD"]
    assert identified_in(frame) == ["ZZ", "ZZ"]


def test_the_rows_of_a_module_stand_in_the_place_of_those_of_the_sheet(shelter: Shelter) -> None:
    """Case 1 tells its returns in a module, two of them; case 2 is untouched."""
    shelter.send(cleared_rows("return", READMITTED, BEFORE_IT))

    assert returned_to(shelter.frame()) == ["MD", "RO", "UA"]


def test_a_sheet_that_comes_later_does_not_bring_its_rows_back(shelter: Shelter) -> None:
    """The module stays until it is sent again."""
    shelter.send(cleared_rows("return", READMITTED))
    shelter.send(sheets_of("1", "2", **{**RETURN_OF_THE_SHEET, "returned_to": "RO"}))

    assert returned_to(shelter.frame()) == ["RO", "UA"]


def test_a_module_that_changes_replaces_its_own_rows(shelter: Shelter) -> None:
    """The version before has ended."""
    shelter.send(cleared_rows("return", READMITTED, BEFORE_IT))
    shelter.send(cleared_rows("return", {**READMITTED, "to_country": "AL"}))

    assert returned_to(shelter.frame()) == ["AL", "MD"]


def test_a_cut_reads_what_held_then(shelter: Shelter) -> None:
    """Before the module, between its versions, and after."""
    cuts = [shelter.cut()]
    for country in ("UA", "AL"):
        shelter.send(
            cleared_rows("return", {**READMITTED, "to_country": country}),
            cleared_rows("identification", {"case_number": "1", "country_of_identification": country}),
        )
        cuts.append(shelter.cut())

    frames = [shelter.frame(cut) for cut in cuts]

    assert [returned_to(frame) for frame in frames] == [["MD", "MD"], ["MD", "UA"], ["AL", "MD"]]
    assert [identified_in(frame) for frame in frames] == [["ZZ", "ZZ"], ["UA", "ZZ"], ["AL", "ZZ"]]


def test_a_detail_joins_its_own_case_alone(shelter: Shelter) -> None:
    """The country of identification comes from the module; a module of another entity adds nothing."""
    shelter.send(
        cleared_rows("identification", {"case_number": "2", "country_of_identification": "BA"}),
        cleared_rows("legal_status", {"case_number": "1", "asylum": "GRANTED"}),
    )

    frame = shelter.frame()

    assert identified_in(frame) == ["BA", "ZZ"]
    assert frame.tables["case"].num_rows == frame.tables["legal_status"].num_rows == 2


def test_a_module_without_a_row_of_the_sheet_stands_alone(premises: Premises) -> None:
    """The sheet says nothing of a return; the module does."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1"), cleared_rows("return", READMITTED))

    assert returned_to(shelter.frame()) == ["UA"]


def test_consent_that_is_taken_back_leaves_the_case_and_none_of_its_records(shelter: Shelter) -> None:
    """It counts as a case of its country and year; the other case stays whole. No cut has the records any more."""
    before = shelter.cut()
    shelter.send(cleared_rows("return", READMITTED, BEFORE_IT))
    shelter.send(sheets_of("1", consent="NO"))

    assert returned_to(shelter.frame()) == returned_to(shelter.frame(before)) == ["MD"]
    assert shelter.frame().tables["case"].num_rows == 2
    assert shelter.frame(before).tables["case"].num_rows == 1


def test_a_module_whose_case_sheet_was_taken_back_is_not_counted(shelter: Shelter) -> None:
    """Its batch was withdrawn; until the sheet comes again there is no case that the module could tell of."""
    shelter.send(cleared_rows("return", READMITTED))
    shelter.delete("case_parts", "part = 'case_sheet'")

    assert returned_to(shelter.frame()) == []
    shelter.send(sheets_of("1"))
    assert returned_to(shelter.frame()) == ["UA"]
