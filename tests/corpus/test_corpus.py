"""Every file of the corpus goes through the door and gets the answer that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest
from httpx import Response
from starlette.testclient import TestClient

from anonymizer.catalogue.findings import CASES
from anonymizer.reading.formats import MEDIA_TYPES
from app.main import create_app
from tests.anonymizer.case_sheets import MARKS
from tests.clearing_point_fixture import People
from tests.corpus import cells, containers, good_files, texts
from tests.corpus.bad_files import KINDS, CorpusFile, Told

GROUPS: Mapping[str, Callable[[], Iterable[CorpusFile]]] = {
    "cells": cells.files,
    "texts": texts.files,
    "archives": containers.archives,
    "workbooks": containers.workbooks,
    "good": good_files.files,
}
FEWEST = 300
ROOM = 8 << 20
MEDIA_TYPE = {form: media_type for media_type, form in MEDIA_TYPES.items()}
NEVER_COMES_BACK = ("Zorka", "zorka", "Зорка", "Ζόρκα", *MARKS)


@cache
def files_of(group: str) -> tuple[CorpusFile, ...]:
    """Made when they are wanted: some are large."""
    return tuple(GROUPS[group]())


@pytest.fixture
def sender(people: People) -> Iterator[TestClient]:
    """A shelter at a clearing point that takes the largest of these files."""
    application = create_app(replace(people.premises, body_limit=ROOM, large_body=ROOM))
    headers = dict(people.sender.headers)
    with TestClient(application, headers=headers, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("group", GROUPS)
def test_every_file_gets_its_answer(sender: TestClient, group: str) -> None:
    """The status, the code and the place of what is wrong; and nothing of the file itself."""
    wrong = {file.name: why for file in files_of(group) if (why := what_is_wrong(file, send(sender, file)))}

    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())


def test_every_kind_of_bad_file_is_there_and_no_name_twice() -> None:
    """More files than anybody would try by hand."""
    files = [file for group in GROUPS for file in files_of(group)]
    names = [file.name for file in files]

    assert {file.kind for file in files} == set(KINDS)
    assert sorted(names) == sorted(set(names))
    assert len(files) >= FEWEST


def send(sender: TestClient, file: CorpusFile) -> Response:
    """Tried, not stored, so that no file depends on another one."""
    answer: Response = sender.post(
        "/api/v1/batches",
        params={"dry_run": "true", **file.options},
        content=file.body,
        headers={"Content-Type": MEDIA_TYPE[file.form]},
    )
    return answer


def what_is_wrong(file: CorpusFile, answer: Response) -> str:
    """Nothing, or a sentence for the reader of this test."""
    if answer.status_code != (200 if file.is_accepted else 422):
        return f"status {answer.status_code}: {answer.text[:300]}"
    told = {places(conflict) for conflict in answer.json()["conflicts"]}
    missing = [one for one in file.told if not any(map(one.is_told_by, told))]
    repeated = [text for text in (*NEVER_COMES_BACK, *file.secrets) if text in answer.text]
    if file.is_accepted and any(conflict["severity"] == "error" for conflict in answer.json()["conflicts"]):
        return f"a conflict: {sorted(told)[:3]}"
    return f"told {sorted(told)[:3]} and not {missing}" * bool(missing) + f"repeated {repeated}" * bool(
        repeated
    )


def places(conflict: Mapping[str, object]) -> Told:
    """A conflict of an answer as one of the table."""
    return Told(
        str(conflict["code"]),
        str(conflict.get("sheet", CASES)),
        int(str(conflict["row"])),
        str(conflict["column"]),
    )
