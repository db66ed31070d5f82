"""The invented sheet is the case sheet as a file, and says which of its cells identify a person."""

from __future__ import annotations

import csv
import io
import unicodedata

from anonymizer import FIELDS, SHEET_COLUMNS
from app.demo.cases import invent_cases
from app.demo.organizations import SENDERS
from app.demo.sheets import COLUMNS, IDENTIFYING_COLUMNS, ROWS_A_PIECE, identities, invent_sheet, sheet_pieces


def test_the_columns_are_those_of_the_case_sheet() -> None:
    """All that the template has, and the five for link keys: what the catalogue says, in any order."""
    of_the_catalogue = {each.column for each in SHEET_COLUMNS if each.in_template or each.link_only}

    assert len(COLUMNS) == 30
    assert set(COLUMNS) == of_the_catalogue


def test_a_sheet_is_csv_with_a_header_and_the_rows() -> None:
    """What is read back is what was invented."""
    rows = list(invent_cases(SENDERS[6], year=2025, count=2 * ROWS_A_PIECE + 1, seed=3))

    sheet = invent_sheet(SENDERS[6], year=2025, count=2 * ROWS_A_PIECE + 1, seed=3)

    assert list(csv.DictReader(io.StringIO(sheet.decode("utf-8"), newline=""))) == rows


def test_a_sheet_comes_in_pieces() -> None:
    """The header, and then so many rows at a time."""
    pieces = list(sheet_pieces(invent_cases(SENDERS[0], year=2025, count=ROWS_A_PIECE + 1, seed=3)))

    assert pieces[0].decode() == ",".join(COLUMNS) + "\r\n"
    assert [piece.count(b"\r\n") for piece in pieces] == [1, ROWS_A_PIECE, 1]


def test_identities_are_the_identifying_cells() -> None:
    """Names, birth dates, towns, numbers and case numbers are found; codes, and empty cells, are not."""
    rows = list(invent_cases(SENDERS[6], year=2025, count=200, seed=3))

    found = identities(rows)

    assert tuple(found) == IDENTIFYING_COLUMNS
    assert found["case_number"] == {row["case_number"] for row in rows}
    assert all(values and "" not in values for values in found.values())
    assert not {"RS", "SEX", "YES"} & set().union(*found.values())


def test_every_direct_identifier_of_the_sheet_is_an_identity() -> None:
    """What the catalogue calls direct, or a pseudonym's source, the canary must look for."""
    guarded = {
        each.column
        for each in SHEET_COLUMNS
        if each.column in COLUMNS and FIELDS[each.entity, each.field].privacy in ("direct", "pseudonym")
    }

    assert guarded == set(IDENTIFYING_COLUMNS)


def test_all_alphabets_of_the_region_occur() -> None:
    """Latin, Cyrillic and Greek names stand in the sheets of one year."""
    rows = [row for sender in SENDERS for row in invent_cases(sender, year=2025, count=500, seed=3)]

    letters = {letter for row in rows for letter in row["family_name"] if letter.isalpha()}

    assert {unicodedata.name(letter).split()[0] for letter in letters} == {"LATIN", "CYRILLIC", "GREEK"}
    assert set("đćčšžțșăëçğıіщъѓќјђћ") <= {letter.lower() for letter in letters}
