"""What senders look up: the templates, the codebook and the problems, each from the catalogue and complete."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from anonymizer.catalogue.examples import EXAMPLES
from anonymizer.catalogue.fields import CODE_LISTS, FIELDS
from anonymizer.catalogue.findings import FINDINGS
from anonymizer.catalogue.languages import LANGUAGES
from anonymizer.catalogue.sheets import SHEETS
from app.services.codebook import KEPT, NOT_SENT
from tests.app.web.reading_html import Page


def page_at(reader: TestClient, address: str) -> Page:
    answer = reader.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def test_the_page_for_senders_has_the_templates_of_every_language(reader: TestClient) -> None:
    """As workbooks and as CSV, and the way to the codebook and the problems."""
    page = page_at(reader, "/send")

    for language in LANGUAGES:
        assert f"/api/v1/templates/cases.xlsx?lang={language}" in page.links
        assert f"/api/v1/templates/modules.xlsx?lang={language}" in page.links
    assert {"/codebook", "/problems"} <= set(page.links)
    assert "clearpoint send cases.xlsx" in page.text


def test_the_codebook_leads_to_every_sheet(reader: TestClient) -> None:
    """And to the fields that no sheet carries."""
    page = page_at(reader, "/codebook")

    assert {f"/codebook/{name}" for name in (*SHEETS, NOT_SENT)} <= set(page.links)


def test_the_page_of_a_sheet_has_every_column(reader: TestClient) -> None:
    """With its meaning, its list and what is left of it."""
    for name, sheet in SHEETS.items():
        page = page_at(reader, f"/codebook/{name}")

        assert len(page.texts("h2")) == len(sheet.columns)
        for column in sheet.columns:
            field = FIELDS[column.entity, column.field]
            assert f"{column.entity}.{column.column}" in page.ids
            assert " ".join(column.meaning.split()) in page.text
            assert all(standard in page.text for standard in (field.htcds, field.ctdc, field.eurostat))
            assert not field.code_list or f"/codebook/lists#{field.code_list}" in page.links


def test_every_field_of_the_catalogue_stands_on_some_page(reader: TestClient) -> None:
    """Those too that a server sets, or that are dropped unread."""
    pages = [page_at(reader, f"/codebook/{name}") for name in (*SHEETS, NOT_SENT)]
    told = {text for page in pages for text in page.texts("dd")}

    assert {f"{entity}.{name}" for entity, name in FIELDS} - told == set()


def test_what_is_left_of_a_field_is_told_for_every_treatment() -> None:
    """A new treatment needs its words."""
    assert {field.treatment for field in FIELDS.values()} <= KEPT.keys()


def test_a_dropped_column_is_marked(reader: TestClient) -> None:
    """Nobody has to read to the end of a line to know that a name goes nowhere."""
    page = page_at(reader, "/codebook/cases")

    assert "given_name dropped" in page.texts("h2")
    assert "registered_on coarsened" in page.texts("h2")
    assert "sex kept" in page.texts("h2")


def test_the_lists_have_every_code(reader: TestClient) -> None:
    """With its label."""
    page = page_at(reader, "/codebook/lists")
    used = {field.code_list for field in FIELDS.values()} & CODE_LISTS.keys()

    assert used <= set(page.ids)
    told = set(page.texts("li"))
    assert {
        f"{code.code} {code.label}" for name in used for code in CODE_LISTS[name].codes.values()
    } - told == set()


def test_the_list_of_problems_leads_to_each(reader: TestClient) -> None:
    """By number, in the order of the numbers."""
    page = page_at(reader, "/problems")

    listed = [link.removeprefix("/problems/") for link in page.links if link.startswith("/problems/")]
    assert listed == sorted(FINDINGS, key=lambda code: FINDINGS[code].number[1:])


def test_a_problem_has_a_page_with_its_sentence_advice_and_example(reader: TestClient) -> None:
    """Under its code and under its number."""
    for code, finding in FINDINGS.items():
        example = EXAMPLES[code]
        page = page_at(reader, f"/problems/{code}")

        assert reader.get(f"/problems/{finding.number}").text == page.source
        assert finding.number in page.text
        assert finding.sentence.split("{")[0].strip() in page.text
        for text in (example.advice, example.place, example.wrong, example.right):
            assert " ".join(text.split()) in page.text
        assert not any("{code" in text for text in page.texts("p"))


@pytest.mark.parametrize("address", ["/codebook/canary", "/problems/canary"])
def test_what_the_catalogue_does_not_have_has_no_page(reader: TestClient, address: str) -> None:
    """404, without the words of the address."""
    answer = reader.get(address)

    assert answer.status_code == 404
    assert "canary" not in answer.text
