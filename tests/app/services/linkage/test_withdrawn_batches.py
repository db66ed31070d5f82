"""Tokens go with the batch that brought them: neither do they outlive it, nor do they go with one that was replaced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.edge.premises import Premises
from app.worker.linking import link_now
from tests.clearing_point_fixture import People
from tests.factories import a_case, a_sheet
from tests.linkage_fixture import linking_people, person_cells

ANA = {"given_name": "Ana", "family_name": "Petrovic", "birth_date": "1999-05-14", "birth_place": "Nis"}
BORN_LATER = {**ANA, "birth_date": "2000-05-14"}


@pytest.fixture
def shelters(premises: Premises, people: People, tmp_path: Path) -> People:
    """The usual people at a clearing point that links."""
    return linking_people(premises, tmp_path / "pinned")


def send(
    people: People, person: Mapping[str, str] | None = None, *, k2_epoch: int = 1, **changes: str
) -> str:
    """A batch of one case, always the same one; its id."""
    cell = person_cells([person], ["c"], k2_epoch=k2_epoch)[0] if person else ""
    sheet = a_sheet(a_case(**changes, **({"link_tokens": cell} if cell else {})))
    answer = people.sender.post("/api/v1/batches", content=sheet, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["batch_id"])


def take_back(people: People, batch: str) -> None:
    answer = people.sender.post(f"/api/v1/batches/{batch}/withdraw")
    assert answer.status_code == 200, answer.text


def left(people: People) -> dict[str, int]:
    """How many case sheets stand, and how many tokens wait or are compared."""
    counted = {
        "sheets": "case_parts WHERE ended_at IS NULL",
        "sets": "link.token_sets",
        "arrivals": "link.arrivals",
    }
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {rows}")).scalar_one()
            for name, rows in counted.items()
        }


def batches_of_tokens(people: People) -> list[UUID]:
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        return list(connection.execute(text("SELECT batch_id FROM link.token_sets")).scalars())


def test_a_replaced_batch_leaves_what_came_after_it(shelters: People) -> None:
    """The living case keeps its tokens, and what rests on them."""
    first = send(shelters, sex="F")
    send(shelters, ANA, sex="M")
    link_now(shelters.premises)

    take_back(shelters, first)

    assert left(shelters) == {"sheets": 1, "sets": 1, "arrivals": 0}


@pytest.mark.parametrize("is_compared", [True, False], ids=["compared", "waiting"])
def test_a_batch_that_brought_tokens_alone_takes_them_with_it(shelters: People, is_compared: bool) -> None:
    """Its row changed nothing, and the answer says that everything it brought is deleted."""
    send(shelters)
    second = send(shelters, ANA)
    if is_compared:
        link_now(shelters.premises)

    take_back(shelters, second)

    assert left(shelters) == {"sheets": 1, "sets": 0, "arrivals": 0}


def test_tokens_are_of_the_batch_that_brought_them_last(shelters: People) -> None:
    """The same tokens came again with a changed row: they stay when the first batch goes, and go with the second."""
    first, second = send(shelters, ANA, sex="F"), send(shelters, ANA, sex="M")
    link_now(shelters.premises)
    take_back(shelters, first)
    kept = left(shelters), batches_of_tokens(shelters)

    take_back(shelters, second)

    assert kept == ({"sheets": 1, "sets": 1, "arrivals": 0}, [UUID(second)])
    assert left(shelters) == {"sheets": 0, "sets": 0, "arrivals": 0}


def test_of_a_case_without_a_sheet_no_token_is_left(shelters: People) -> None:
    """Also where another batch brought them, and some wait for the trustee."""
    sheet = send(shelters)
    send(shelters, ANA)
    link_now(shelters.premises)
    send(shelters, BORN_LATER, k2_epoch=0)

    take_back(shelters, sheet)

    assert left(shelters) == {"sheets": 0, "sets": 0, "arrivals": 0}
