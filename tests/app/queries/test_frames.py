"""The persons of the frame: which cases are of one person at a cut, by automatic links and with those under review."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.edge.premises import Premises
from tests.app.services.storing import Shelter, open_shelter, sheets_of
from tests.clearing_point_fixture import SHELTER

A_MINUTE = timedelta(minutes=1)
TOKENS = "repeat('x', 32)::bytea"


@pytest.fixture
def shelter(premises: Premises) -> Shelter:
    """A shelter with three cases."""
    shelter = open_shelter(premises, SHELTER)
    shelter.send(sheets_of("1", "2", "3"))
    return shelter


def cases_of(shelter: Shelter) -> list[UUID]:
    """The keys of the cases, sorted."""
    return sorted(UUID(str(row[0])) for row in shelter.rows("SELECT id FROM cases"))


def join(
    shelter: Shelter, band: str, person: UUID, *cases: UUID, since: datetime, until: datetime | None = None
) -> None:
    """Say that these cases are of one person for a time, as a nightly run does."""
    with shelter.premises.database.engine(DatabaseRole.OWNER).begin() as connection:
        for case in cases:
            connection.execute(
                text(
                    "INSERT INTO link.token_sets (case_id, batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, "
                    f"changed_at) VALUES (:case, :case, 1, array_fill({TOKENS}, ARRAY[32]), 1, 1, 1, now()) ON CONFLICT DO NOTHING"
                ),
                {"case": case},
            )
            connection.execute(
                text("INSERT INTO link.memberships VALUES (:case, :band, :since, :until, :person)"),
                {"case": case, "band": band, "since": since, "until": until, "person": person},
            )


def persons(shelter: Shelter, cut: datetime, column: str = "person_id") -> list[list[int]]:
    """The numbers of the cases by person, from 0 in the order of their keys."""
    case = shelter.frame(cut).tables["case"]
    numbers = {str(key): number for number, key in enumerate(cases_of(shelter))}
    found: dict[str, list[int]] = {}
    for key, person in zip(case["case_id"].to_pylist(), case[column].to_pylist(), strict=True):
        found.setdefault(person, []).append(numbers[key])
    return sorted(sorted(of_one) for of_one in found.values())


def test_without_memberships_every_case_is_a_person_of_its_own(shelter: Shelter) -> None:
    """The person has the key of the case, in both columns."""
    case = shelter.frame().tables["case"]

    assert case["person_id"].equals(case["case_id"])
    assert case["person_id_with_review"].equals(case["case_id"])


def test_a_link_under_review_joins_in_its_own_column_alone(shelter: Shelter) -> None:
    """Cases 0 and 1 are linked automatically; with a link under review case 2 is the same person."""
    first, second, third = cases_of(shelter)
    cut = shelter.cut()
    join(shelter, "automatic", uuid4(), first, second, since=cut - A_MINUTE)
    join(shelter, "review", uuid4(), first, second, third, since=cut - A_MINUTE)

    assert persons(shelter, cut) == [[0, 1], [2]]
    assert persons(shelter, cut, "person_id_with_review") == [[0, 1, 2]]


def test_what_is_linked_automatically_is_linked_with_review_too(shelter: Shelter) -> None:
    """Also where nothing of the person is under review."""
    first, second, _ = cases_of(shelter)
    cut = shelter.cut()
    join(shelter, "automatic", uuid4(), first, second, since=cut - A_MINUTE)

    assert persons(shelter, cut, "person_id_with_review") == [[0, 1], [2]]


def test_a_cut_reads_the_persons_that_held_then(shelter: Shelter) -> None:
    """A link holds from its moment on, and until another replaces it: at that moment the new one holds."""
    first, second, third = cases_of(shelter)
    cut = shelter.cut()
    join(shelter, "automatic", uuid4(), first, second, since=cut, until=cut + A_MINUTE)
    join(shelter, "automatic", uuid4(), first, third, since=cut + A_MINUTE)

    assert persons(shelter, cut - timedelta(microseconds=1)) == [[0], [1], [2]]
    assert persons(shelter, cut) == [[0, 1], [2]]
    assert persons(shelter, cut + A_MINUTE) == [[0, 2], [1]]
