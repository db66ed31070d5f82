"""The catalogue and the templates over HTTP: open to everybody, complete, and the same bytes each time."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import openpyxl
import pytest

from anonymizer.catalogue.fields import CODE_LISTS, FIELDS
from anonymizer.catalogue.languages import LANGUAGES, Language, column_name, label, sheet_name
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.templates import files as templates
from tests.clearing_point_fixture import People

TEMPLATES = "/api/v1/templates"


def test_the_schema_has_every_field_and_every_column_of_every_sheet(people: People) -> None:
    """With what a program needs to write a column: type, list, when it is required, what happens to it."""
    schema = people.nobody.get("/api/v1/schema").json()

    assert [(field["entity"], field["name"]) for field in schema["fields"]] == list(FIELDS)
    assert [sheet["name"] for sheet in schema["sheets"]] == list(SHEETS)
    for sheet in schema["sheets"]:
        assert [one["column"] for one in sheet["columns"]] == [
            one.column for one in SHEETS[sheet["name"]].columns
        ]
        for column in sheet["columns"]:
            field = FIELDS[column["entity"], column["field"]]
            assert (column["type"], column["code_list"]) == (field.type, field.code_list)
            assert (column["treatment"], column["privacy"]) == (field.treatment.value, field.privacy)
            assert column["names"]["sq"] == column_name(sheet["name"], column["column"], "sq")


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_lists_have_their_labels_in_a_language(people: People, language: Language) -> None:
    """Every code of every list, in its order."""
    told = people.nobody.get("/api/v1/schema/codelists", params={"lang": language}).json()

    assert told["language"] == language
    assert {name: [code["code"] for code in codes] for name, codes in told["code_lists"].items()} == {
        name: list(codes.codes) for name, codes in CODE_LISTS.items()
    }
    assert told["code_lists"]["CL_SEX"][0]["label"] == label("CL_SEX", "F", language)


def test_a_workbook_comes_in_the_language_that_is_asked_for(people: People) -> None:
    """English unless said; as a file that a browser saves."""
    asked: list[tuple[dict[str, str], Language]] = [({}, "en"), ({"lang": "sr-Cyrl"}, "sr-Cyrl")]
    for parameters, language in asked:
        answer = people.nobody.get(f"{TEMPLATES}/cases.xlsx", params=parameters)

        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == 'attachment; filename="cases.xlsx"'
        assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
        workbook = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert workbook.sheetnames[0] == sheet_name("cases", language)


def test_every_template_is_what_the_laptop_gives(people: People) -> None:
    """Byte for byte: a file from the page and one from the command line can be compared."""
    files = {
        "cases.xlsx?lang=ro": templates.case_workbook("ro"),
        "cases.csv": templates.case_csv(),
        "cases.csv?lang=mk": templates.case_csv("mk"),
        "modules.xlsx?lang=bg": templates.module_workbook("bg"),
        "modules.zip": templates.module_archive(),
    }

    assert {name: people.nobody.get(f"{TEMPLATES}/{name}").content for name in files} == files


def test_the_csv_of_programs_never_changes_its_names(people: People) -> None:
    """Without a language the header is the names of the columns, and so are the modules'."""
    cases = people.nobody.get(f"{TEMPLATES}/cases.csv")
    with ZipFile(io.BytesIO(people.nobody.get(f"{TEMPLATES}/modules.zip").content)) as members:
        referral = members.read("referral.csv").decode("utf-8-sig")

    header = next(csv.reader(io.StringIO(cases.content.decode("utf-8-sig"))))
    assert header == [column.column for column in SHEETS["cases"].columns if column.in_template]
    assert referral.startswith("case_number,")


@pytest.mark.parametrize("address", [f"{TEMPLATES}/cases.xlsx", "/api/v1/schema/codelists"])
def test_a_language_that_is_not_spoken_is_refused_without_repeating_it(people: People, address: str) -> None:
    """422, as for any other parameter."""
    answer = people.nobody.get(address, params={"lang": "canary"})

    assert answer.status_code == 422
    assert "canary" not in answer.text
