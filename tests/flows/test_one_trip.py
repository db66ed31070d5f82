"""One trip the way a shelter goes: template, LibreOffice, wrong on purpose, checked, corrected, sent, receipt verified.

Every step is a command as it is typed, against a server that runs as it does.
"""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import openpyxl
import pytest

from anonymizer.catalogue.languages import Language, column_name, sheet_name
from anonymizer.templates.cells import asked_columns
from tests.flows.server_process import ServerProcess, server_process
from tests.libreoffice import SOFFICE, saved_by_libreoffice

LANGUAGE: Language = "sr-Latn"
FIRST_ROW = 3
"""Under the header and the example, which stays where it is."""
CASES = [
    {"case_number": "2025-001", "sex": "Ženski", "age": 24, "forms": "SEX", "identified_by": "NGO"},
    {
        "case_number": "2025-002",
        "sex": "Muški",
        "age": 17,
        "forms": "BEGGING;CRIME",
        "identified_by": "POLICE",
    },
]
SAME_FOR_ALL: dict[str, str | date] = {
    "registered_on": date(2025, 11, 2),
    "citizenship": "RS",
    "identification_status": "IDENTIFIED",
    "identified_on": date(2025, 11, 3),
    "services_accepted": "SHELTER",
    "first_service_on": date(2025, 11, 4),
    "given_name": "Veljka",
    "family_name": "Kanarinkić",
    "consent": "YES",
}
NAMES = ("Veljka", "Kanarinkić")
WRONG = {"age": 240, "identified_by": "komšija"}
"""What she types by mistake into the second case."""

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")


def test_one_trip(tmp_path: Path) -> None:
    """At the end the cases are stored, the receipt is genuine, and no word of the server knows a name."""
    with server_process(tmp_path) as server:
        key_file = key_of_a_shelter(server, tmp_path)
        template = tmp_path / "cases.xlsx"
        assert ran(server.clearpoint("template", "--lang", LANGUAGE, "--out", str(template)))

        checked = check_what_is_wrong(server, template, tmp_path)
        right = fill(template, tmp_path / "right", {})
        sent = server.clearpoint("send", str(right), "--json", key_file=key_file)
        assert ran(sent), sent.stderr
        answer = json.loads(sent.stdout)
        assert answer["stats"] == {"received": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0}

        receipt = tmp_path / "receipt.json"
        assert ran(server.clearpoint("receipt", answer["batch_id"], "--out", str(receipt), key_file=key_file))
    # The server is gone: what follows asks nobody.
    assert ran(server.clearpoint("receipt", "verify", str(receipt)))
    forged = tmp_path / "forged.json"
    forged.write_text(
        receipt.read_text().replace('"created":2', '"created":3').replace('"created": 2', '"created": 3')
    )
    assert server.clearpoint("receipt", "verify", str(forged)).returncode == 5
    for told in (
        checked.stdout,
        checked.stderr,
        sent.stdout,
        sent.stderr,
        server.log.read_bytes(),
        receipt.read_bytes(),
    ):
        assert not [name for name in NAMES if name.encode() in told]


def check_what_is_wrong(server: ServerProcess, template: Path, folder: Path) -> CompletedProcess[bytes]:
    """Both mistakes are told with their places, as a list and in a copy of her own file."""
    wrong, copy = fill(template, folder / "wrong", {1: WRONG}), folder / "copy.xlsx"
    checked = server.clearpoint("check", str(wrong), "--country", "RS", "--json")
    assert checked.returncode == 2
    problems = [one for one in json.loads(checked.stdout)["conflicts"] if one["severity"] == "error"]
    assert {(one["row"], one["column"], one["code"]) for one in problems} == {
        (FIRST_ROW + 1, "age", "wrong_age"),
        (FIRST_ROW + 1, "identified_by", "unknown_code"),
    }
    server.clearpoint("check", str(wrong), "--country", "RS", "--annotate", "--out", str(copy))
    assert_tells_beside_the_row(copy)
    return checked


def key_of_a_shelter(server: ServerProcess, folder: Path) -> Path:
    registered = server.clearpoint(
        "org", "add", "shelter", "--name", "Shelter", "--kind", "NGO", "--country", "RS"
    )
    assert ran(registered), registered.stderr
    issued = server.clearpoint("key", "issue", "shelter", "--person", "Vesna", "--role", "sender")
    assert ran(issued), issued.stderr
    key_file = folder / "shelter.key"
    key_file.touch(0o600)
    key_file.write_bytes(issued.stdout)
    return key_file


def fill(template: Path, folder: Path, mistakes: dict[int, dict[str, object]]) -> Path:
    """The template with the cases in it, opened and saved by LibreOffice."""
    folder.mkdir()
    workbook = openpyxl.load_workbook(io.BytesIO(template.read_bytes()))
    sheet = workbook[sheet_name("cases", LANGUAGE)]
    places = {column.column: place for place, column in enumerate(asked_columns("cases"), start=1)}
    for number, case in enumerate(CASES):
        for column, value in {**SAME_FOR_ALL, **case, **mistakes.get(number, {})}.items():
            sheet.cell(FIRST_ROW + number, places[column]).value = value
    filled = folder / "cases.xlsx"
    filled.write_bytes(saved_by_libreoffice(workbook, folder))
    return filled


def assert_tells_beside_the_row(copy: Path) -> None:
    """Her own file, in her own words, with the problems at the end of the row."""
    sheet = openpyxl.load_workbook(copy)[sheet_name("cases", LANGUAGE)]
    header = [cell.value for cell in sheet[1]]
    assert column_name("cases", "age", LANGUAGE) in header
    told = [cell.value for cell in sheet[FIRST_ROW + 1] if isinstance(cell.value, str)]
    assert any("CL_IDBY" in text or "age" in text for text in told), "The row has no problem beside it."
    assert NAMES[1] in told


def ran(command: CompletedProcess[bytes]) -> bool:
    return command.returncode == 0
