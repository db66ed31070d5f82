"""From cleared rows to the rows of entities, and to the lines that are signed."""

from __future__ import annotations

import hashlib

import pytest

from anonymizer import (
    CASES,
    CLEARED_COLUMNS,
    CODE_LISTS,
    FIELDS,
    SHEETS,
    EntityColumns,
    canonical_rows,
    cleared_columns,
    spread,
    spread_module,
)
from tests.anonymizer.batches_of_sheets import clear_module, module_row
from tests.anonymizer.clearings import CORRECT, clear_rows

FULL = {
    **CORRECT,
    "case_number": "full",
    "services_accepted": "SHELTER;MEDICAL",
    "services_declined": "PSYCH",
    "first_service_on": "2025-03-06",
    "shelter_nights": "40",
    "returned_to": "MD",
}
FIRST_DIGEST = "f3644c87ad13cb7b4b785fe7d648c085877a96462efbb8baf2ded1874612da4e"
WITHHELD = {**CORRECT, "case_number": "withheld", "consent": "NO"}


def spread_rows(*rows: dict[str, str]) -> dict[str, EntityColumns]:
    """The entities of some rows."""
    return spread(clear_rows(rows).columns)


def rows_of(entity: EntityColumns, *names: str) -> list[tuple[str, ...]]:
    """Some fields of an entity, row by row."""
    return list(zip(*(entity.columns[name] for name in names), strict=True))


def test_each_row_gives_one_case_with_its_fields() -> None:
    """The token is not among them: storage alone makes case tokens."""
    case = spread_rows(dict(CORRECT))["case"]

    assert {name: cells[0] for name, cells in case.columns.items()} == {
        "reporting_country": "RS", "date_registered": "2025-03", "nationality_status": "FOREIGN", "citizenship": "MD",
        "sex": "F", "age_at_registration": "24-26", "age_at_exploitation_start": "UNK", "age_status": "ADULT",
        "previously_trafficked": "UNK",
    }  # fmt: skip
    assert case.case == [0]


def test_services_become_episodes_numbered_within_the_case() -> None:
    """The start stands with the first accepted one, the nights with the shelter, unknown reasons with the declined."""
    episodes = spread_rows(dict(CORRECT), FULL)["assistance_episode"]

    assert episodes.case == [1, 1, 1]
    assert rows_of(
        episodes,
        "episode_no",
        "service",
        "accepted",
        "start_date",
        "start_after",
        "end_after",
        "decline_reason",
    ) == [
        ("1", "MEDICAL", "ACCEPTED", "2025-03-03", "D1", "UNK", "UNK"),
        ("2", "SHELTER", "ACCEPTED", "", "UNK", "D31-60", "UNK"),
        ("3", "PSYCH", "DECLINED", "", "UNK", "UNK", "UNK"),
    ]
    assert set(episodes.columns["offered"]) == {"Y"}


def test_none_is_an_offer_that_was_not_made_and_empty_is_unknown() -> None:
    """Both service columns empty: no episode at all."""
    none = spread_rows({**CORRECT, "services_accepted": "NONE"})["assistance_episode"]

    assert rows_of(none, "service", "offered", "accepted") == [("UNK", "N", "UNK")]
    assert spread_rows(dict(CORRECT))["assistance_episode"].case == []


def test_a_return_is_there_only_when_there_was_one() -> None:
    """What was not said of it is unknown."""
    returned = spread_rows(dict(CORRECT), FULL)["return"]

    assert returned.case == [1]
    assert rows_of(
        returned, "return_no", "return_date", "return_after", "from_country", "to_country", "return_type"
    ) == [("1", "", "UNK", "ZZ", "MD", "UNK")]


def test_a_case_without_consent_is_a_case_and_its_consent_alone() -> None:
    """Everything else about it is unknown."""
    entities = spread_rows(WITHHELD, FULL)

    assert [entities[name].case for name in ("case", "consent")] == [[0, 1], [0, 1]]
    assert {name for name, rows in entities.items() if 0 in rows.case} == {"case", "consent"}
    assert [cells[0] for cells in entities["case"].columns.values()] == [
        "RS",
        "2025",
        "UNK",
        "ZZ",
        *["UNK"] * 5,
    ]
    assert entities["consent"].columns == {"to_share_with_rcp": ["NO", "YES"]}


def test_every_code_of_every_entity_is_of_its_list() -> None:
    """No code is empty; dates may be."""
    for entity, rows in spread_rows(dict(CORRECT), FULL, WITHHELD).items():
        for name, cells in rows.columns.items():
            code_list = FIELDS[entity, name].code_list
            codes = {code for cell in cells for code in cell.split(";")}
            assert not code_list or codes <= CODE_LISTS[code_list].codes.keys(), name
            assert len(cells) == len(rows.case)


def test_a_canonical_row_is_a_line_of_its_cells_between_tabs() -> None:
    """Anyone can take the digest again from the cleared file."""
    cleared = clear_rows([FULL, WITHHELD])

    first, second = canonical_rows(cleared.columns)

    assert first.decode().removesuffix("\n").split("\t") == [
        cleared.columns[name][0] for name in CLEARED_COLUMNS
    ]
    assert second.count(b"\t") == len(CLEARED_COLUMNS) - 1
    assert second.endswith(b"NO" + b"\t" * 5 + b"\n")


def test_a_module_is_spread_row_by_row_without_its_case_number() -> None:
    """Storage joins the rows by the tokens that stay in the sheet."""
    rows = [module_row("referral", from_org="Dom Nade"), module_row("referral", to_country="MD")]
    cleared = clear_module("referral", *rows).chunks["referral"].columns

    referrals = spread_module("referral", cleared)

    assert referrals.case == [0, 1]
    assert rows_of(referrals, "referral_no", "to_country") == [("1", "RS"), ("2", "MD")]
    assert set(referrals.columns) == set(cleared_columns("referral")) - {"case_number"}


@pytest.mark.parametrize("sheet", [name for name in SHEETS if name != CASES])
def test_every_code_of_every_module_and_form_is_of_its_list(sheet: str) -> None:
    """No code is empty; dates, numbers and texts may be."""
    for name, cells in spread_module(sheet, clear_module(sheet).chunks[sheet].columns).columns.items():
        code_list = FIELDS[sheet, name].code_list
        assert not code_list or set(cells[0].split(";")) <= CODE_LISTS[code_list].codes.keys(), name


def test_a_canonical_row_of_a_module_begins_with_its_sheet() -> None:
    """So that two modules of the same cells have two digests."""
    cleared = clear_module("justice").chunks["justice"].columns

    (line,) = canonical_rows(cleared, "justice")

    assert line.decode() == "justice\t" + "\t".join(cells[0] for cells in cleared.values()) + "\n"
    assert list(cleared) == list(cleared_columns("justice"))


def test_the_line_of_a_case_sheet_is_what_it_was_when_the_first_one_was_stored() -> None:
    """Stored digests are taken over it: whoever changes it makes every case sent again an update."""
    (line,) = canonical_rows(clear_rows([FULL]).columns)

    assert hashlib.sha256(line).hexdigest() == FIRST_DIGEST
