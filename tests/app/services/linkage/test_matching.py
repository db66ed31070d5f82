"""Commonness where several organizations have sent: what one of them does takes nobody else's cases apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.domain.linkage_commonness import MOST_COMMON
from app.edge.premises import Premises
from app.queries.linkage_tokens import StoredTokens
from app.queries.people import get_organization
from app.services.linkage.weighing import slot_classes
from tests.clearing_point_fixture import DESK, OTHER_SHELTER, SHELTER, People
from tests.linked_cases import Woman, a_case_id, arrive, persons, run, tokens_of

ANA = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan", "1405999")
A, B = a_case_id(1), a_case_id(2)


def send(premises: Premises, code: str, cases: Mapping[UUID, StoredTokens]) -> None:
    """Cases of an organization, with these tokens."""
    with transaction(premises.database.write_session()) as session:
        owner = get_organization(session, code).id
    with premises.database.engine(DatabaseRole.OWNER).begin() as connection:
        for case in cases:
            connection.execute(
                text("INSERT INTO cases (id, organization_id, case_token) VALUES (:case, :owner, :token)"),
                {"case": case, "owner": owner, "token": case.bytes * 2},
            )
    arrive(premises, cases)


def probe(number: int, name: str) -> StoredTokens:
    """The tokens of somebody who shares one class of match keys with her, and nothing else."""
    case = a_case_id(number)
    hers, own = tokens_of(ANA, case), tokens_of(Woman("", ""), case)
    slot = slot_classes().index(name)
    elements = (*own.elements[:slot], hers.elements[slot], *own.elements[slot + 1 :])
    return replace(own, elements=elements)


@pytest.fixture
def linked(people: People) -> Premises:
    """One woman at two organizations."""
    send(people.premises, OTHER_SHELTER.code, {A: tokens_of(ANA, A)})
    send(people.premises, DESK.code, {B: tokens_of(ANA, B)})
    run(people.premises)
    return people.premises


def test_probes_of_one_organization_leave_others_links_alone(linked: Premises) -> None:
    """Each of her tokens is held by as many invented persons of one sender as make it common; she stays one person."""
    probes = [
        (100 * place + number, name)
        for place, name in enumerate(ANA.keys(), 1)
        for number in range(MOST_COMMON + 1)
    ]
    send(linked, SHELTER.code, {a_case_id(number): probe(number, name) for number, name in probes})

    told = run(linked)

    assert told.ignored == len(ANA.keys())
    assert persons(linked) == persons(linked, "review") == {frozenset({A, B})}


def test_what_one_sender_repeats_joins_and_takes_nothing_apart(linked: Premises) -> None:
    """Twelve equal cases of her: all are hers, and she stays one person."""
    send(linked, SHELTER.code, {case: tokens_of(ANA, case) for case in map(a_case_id, range(100, 112))})

    told = run(linked)

    assert (told.ignored, told.suspended) == (0, ())
    assert len(persons(linked)) == 1
