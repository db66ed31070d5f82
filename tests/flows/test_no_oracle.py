"""No oracle: whether a person is known shows in no answer. A thousand known women and a thousand unknown ones.

Known is who came from two shelters and was linked at night. Answers are compared byte for byte, with status and
headers; ids, times, digests, signatures and what a custodian made of blinded elements become signs of the same number.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import httpx
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from anonymizer.linking.match_keys import IDENTIFIERS, match_keys
from anonymizer.linking.persons import Person
from anonymizer.oprf.evaluations import blind_all
from anonymizer.oprf.messages import Call, write_call
from app.database import DatabaseRole, Embedded
from app.database.roles import SUPERUSER
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.key_store import KeyStore
from app.services.people import register_organization
from app.worker.linking import link_now
from tests.clearing_point_fixture import BODY_LIMIT, DESK, OTHER_SHELTER, SHELTER, People
from tests.database_fixture import clone
from tests.factories import NOON, a_case, a_sheet
from tests.flows.canary_doors import CSV
from tests.flows.marked_identities import marked_cases
from tests.linkage_fixture import linking_premises, person_cells

KNOWN = 1_000
AT_ONCE = 10
"""Persons in one call: so many calls that each answer is tried a hundred times, and a test that ends soon."""
PAIRS = 100
TOO_FAR_APART = 0.4
"""Of two samples of 100 (Kolmogorov-Smirnov): equal ones are so far apart once in a million times."""
Row = Mapping[str, str]
VARYING = re.compile(
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids
    rb"|\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00)?"
    rb"|[0-9a-f]{64}"  # digests
    rb"|[A-Za-z0-9_-]{43}={0,1}(?![A-Za-z0-9_-])|[A-Za-z0-9_-]{86}(?:==)?(?![A-Za-z0-9_-])"  # elements, proofs, signatures
)


@dataclass(frozen=True)
class World:
    """A clearing point that knows the first women, and has never heard of the second."""

    people: People
    known: Sequence[Row]
    unknown: Sequence[Row]
    server: Embedded
    database: str


@pytest.fixture(scope="module")
def world(migrated_server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two shelters sent every known woman, and the night linked her cases."""
    women = [{name: case[name] for name in IDENTIFIERS} for case in marked_cases(2 * KNOWN)]
    folder = tmp_path_factory.mktemp("oracle")
    with clone(migrated_server) as database:
        premises = Premises(
            database, KeyStore(folder / "secrets"), body_limit=BODY_LIMIT * 10, clock=lambda: NOON
        )
        with transaction(database.write_session()) as session:
            for organization in (SHELTER, OTHER_SHELTER, DESK):
                register_organization(session, organization, now=NOON)
        people = People(linking_premises(premises, folder / "pinned"))
        known, unknown = women[:KNOWN], women[KNOWN:]
        for client, mark in ((people.sender, "A"), (people.other_sender, "B")):
            assert send(client, known, mark).json()["stats"]["created"] == KNOWN
        linked = link_now(people.premises)
        assert (linked.compared, linked.automatic) == (2 * KNOWN, KNOWN)
        name = make_url(database.engine(DatabaseRole.APP).url).database
        assert name
        yield World(people, known, unknown, migrated_server, name)


def test_a_withdrawal_of_persons_is_answered_alike(world: World) -> None:
    """Nothing is looked up before the night."""
    known = [withdraw(world.people.sender, persons=cells(some)) for _, some in groups(world.known)]
    unknown = [withdraw(world.people.sender, persons=cells(some)) for _, some in groups(world.unknown)]

    assert_alike(known, unknown, status=202)


def test_a_withdrawal_by_number_is_answered_alike(world: World) -> None:
    """Numbers that this shelter sent, and numbers that nobody sent."""
    known = [
        withdraw(world.people.other_sender, case_numbers=numbers("B", some))
        for _, some in groups(world.known)
    ]
    unknown = [
        withdraw(world.people.other_sender, case_numbers=numbers("X", some))
        for _, some in groups(world.unknown)
    ]

    assert_alike(known, unknown, status=202)


def test_an_evaluation_is_answered_alike(world: World) -> None:
    """The clearing point multiplies random points, whoever they are of."""
    known = [evaluate(world.people.sender, some) for _, some in groups(world.known)]
    unknown = [evaluate(world.people.sender, some) for _, some in groups(world.unknown)]

    assert_alike(known, unknown, status=200)


def test_a_batch_is_answered_alike(world: World) -> None:
    """New cases of known women and of unknown ones, from a shelter that knows them itself."""
    known = [send(world.people.sender, some, f"C{at}") for at, some in groups(world.known)]
    unknown = [send(world.people.sender, some, f"D{at}") for at, some in groups(world.unknown)]

    assert len(known) == len(unknown) == KNOWN // AT_ONCE
    assert_alike(known, unknown, status=200)


def test_nothing_is_looked_up_in_the_linkage_while_somebody_waits(world: World) -> None:
    """The database's own log of every statement, through all doors: tokens are added and deleted, none is read."""
    sender, some = world.people.sender, world.known[:AT_ONCE]
    with statements(world) as told:
        assert send(sender, some, "G").status_code == 200
        assert send(sender, some, "G", sex="M").json()["stats"]["updated"] == AT_ONCE
        assert withdraw(sender, persons=cells(some)).status_code == 202
        assert withdraw(sender, case_numbers=numbers("G", some)).status_code == 202
        assert evaluate(sender, some).status_code == 200

    of_linkage = sorted({statement for statement in told() if "link." in statement})

    assert {statement.split(" ")[0] for statement in of_linkage} == {"COPY", "DELETE", "INSERT"}
    assert not [one for one in of_linkage if "SELECT" in one or "RETURNING" in one or "tokens =" in one]


def test_the_time_of_an_answer_tells_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Measured in pairs, in turn. The structure keeps it silent, this only looks: linking runs in the worker."""
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for at in range(PAIRS):
        for name, women in (("known", world.known), ("unknown", world.unknown)):
            sheet = sheet_of([women[at]], f"T{name}{at}")
            began = time.perf_counter()
            world.people.sender.post("/api/v1/batches", content=sheet, headers=CSV)
            seconds[name].append(time.perf_counter() - began)

    apart = distance(seconds["known"], seconds["unknown"])
    medians = {name: f"{statistics.median(some) * 1000:.1f} ms" for name, some in seconds.items()}
    with capsys.disabled():
        print(f"\n  medians {medians}, distance of the two samples {apart:.3f}")  # noqa: T201
    assert apart < TOO_FAR_APART


def sheet_of(women: Sequence[Row], mark: str, **changes: str) -> bytes:
    cases = numbers(mark, women)
    return a_sheet(
        *(
            a_case(case_number=number, link_tokens=cell, **changes)
            for number, cell in zip(cases, cells(women), strict=True)
        )
    )


def send(client: httpx.Client, women: Sequence[Row], mark: str, **changes: str) -> httpx.Response:
    return client.post("/api/v1/batches", content=sheet_of(women, mark, **changes), headers=CSV)


def withdraw(client: httpx.Client, **named: list[str]) -> httpx.Response:
    return client.post("/api/v1/withdrawals", json=named)


def evaluate(client: httpx.Client, women: Sequence[Row]) -> httpx.Response:
    inputs = [key for woman in women for keys in match_keys(Person(**woman)).values() for key in keys[:1]]
    _, blinded = blind_all(inputs[: 4 * AT_ONCE], os.urandom)
    return client.post("/api/v1/evaluations", json=write_call(Call(1, tuple(blinded))))


def cells(women: Sequence[Row]) -> list[str]:
    """Of each woman the cell that every case of hers has: even the fillers are known."""
    return [_cell(*woman.values()) for woman in women]


@cache
def _cell(*identifiers: str) -> str:
    [cell] = person_cells([dict(zip(IDENTIFIERS, identifiers, strict=True))], [identifiers[0]])
    return cell


def numbers(mark: str, women: Sequence[Row]) -> list[str]:
    """A number for each, from which nobody sees whose it is."""
    return [f"{mark}-{woman['given_name']}" for woman in women]


def groups(women: Sequence[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    for at in range(0, len(women), AT_ONCE):
        yield at, women[at : at + AT_ONCE]


def assert_alike(known: Sequence[httpx.Response], unknown: Sequence[httpx.Response], *, status: int) -> None:
    """All of them, and not only on the average."""
    told = {form_of(answer) for answer in known}

    assert len(told) == 1
    assert {form_of(answer) for answer in unknown} == told
    assert {answer.status_code for answer in known} == {status}
    assert {len(answer.content) for answer in known} == {len(answer.content) for answer in unknown}
    assert len({len(answer.content) for answer in known}) == 1


def form_of(answer: httpx.Response) -> tuple[int, bytes, bytes]:
    """An answer with signs in the place of what is random."""
    headers = b"\n".join(name.lower() + b": " + value for name, value in sorted(answer.headers.raw))
    return answer.status_code, blanked(headers), blanked(answer.content)


def blanked(content: bytes) -> bytes:
    return VARYING.sub(lambda found: b"#" * len(found[0]), content)


@contextmanager
def statements(world: World) -> Iterator[Callable[[], list[str]]]:
    """What the database was told in the block, in its own log. New connections alone log, so the old ones go first."""
    log, database = world.server.secrets_folder.parent / "postgres.log", world.people.premises.database
    said = SQL("ALTER DATABASE {} SET log_statement = 'all'").format(Identifier(world.database))
    with world.server.superuser_connection(SUPERUSER) as connection:
        connection.execute(said)
    database.dispose()
    start = log.stat().st_size
    yield lambda: re.findall(r"(?:statement|execute [^:]*): (.*)", log.read_bytes()[start:].decode())
    with world.server.superuser_connection(SUPERUSER) as connection:
        connection.execute(SQL("ALTER DATABASE {} RESET log_statement").format(Identifier(world.database)))
    database.dispose()


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Kolmogorov-Smirnov: how far the two shares below a value are apart at most."""
    return max(
        abs(sum(x <= at for x in one) / len(one) - sum(x <= at for x in other) / len(other))
        for at in (*one, *other)
    )
