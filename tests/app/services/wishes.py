"""Wishes to be erased for tests: a woman in several spellings, shelters that sent her, and the night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import text

from app.database import DatabaseRole
from app.database.sessions import Session
from app.database.transactions import transaction
from app.queries.linkage_tokens import Epochs
from app.services.person_withdrawals import LONGEST_WAIT, settle_withdrawals
from app.worker.linking import link_now
from tests.clearing_point_fixture import People
from tests.factories import NOON, a_case, a_sheet
from tests.linkage_fixture import PINNED, person_cells

CSV = {"Content-Type": "text/csv"}
NIGHT = NOON + LONGEST_WAIT + timedelta(hours=1)
"""When every wish of NOON has waited long enough."""
EPOCHS = Epochs(k1=1, k2=PINNED.epoch, s=1)
Identifiers = Mapping[str, str]
MARA: Identifiers = {
    "given_name": "Mara",
    "family_name": "Ilić",
    "father_name": "Petar",
    "birth_place": "Bor",
    "birth_date": "2004-03-14",
    "identity_number": "1403004755040",
}
IN_CYRILLIC = {
    **MARA,
    "given_name": "Мара",
    "family_name": "Илић",
    "father_name": "Петар",
    "birth_place": "Бор",
}
HER_TWIN = {**MARA, "given_name": "Mira", "identity_number": ""}
SOMEBODY_ELSE = {**MARA, "given_name": "Elena", "family_name": "Popa", "birth_date": "1999-08-21",
                 "birth_place": "Iași", "father_name": "Ion", "identity_number": ""}  # fmt: skip


def post(
    people: People, cases: Mapping[str, Identifiers], *, by: str = "sender", k2_epoch: int = 1
) -> httpx.Response:
    cells = person_cells(list(cases.values()), list(cases), k2_epoch=k2_epoch)
    sheet = a_sheet(
        *(a_case(case_number=number, link_tokens=cell) for number, cell in zip(cases, cells, strict=True))
    )
    answer: httpx.Response = getattr(people, by).post("/api/v1/batches", content=sheet, headers=CSV)
    return answer


def send(people: People, cases: Mapping[str, Identifiers], *, by: str = "sender", k2_epoch: int = 1) -> None:
    answer = post(people, cases, by=by, k2_epoch=k2_epoch)
    assert answer.is_success, answer.text


def send_without_trustee(people: People, cases: Mapping[str, Identifiers]) -> None:
    """Tokens that lack the second key, and came before NOON: the database's own clock tells when they came."""
    send(people, cases, k2_epoch=0)
    told(people, f"UPDATE link.arrivals SET arrived_at = '{NOON - timedelta(minutes=1)}'")


def ask(people: People, person: Identifiers, *, by: str = "sender", k2_epoch: int = 1) -> httpx.Response:
    cells = person_cells([person], ["a wish"], k2_epoch=k2_epoch)
    answer: httpx.Response = getattr(people, by).post("/api/v1/withdrawals", json={"persons": cells})
    return answer


def night(people: People) -> None:
    link_now(replace(people.premises, clock=lambda: NIGHT))


def settle(people: People, *, breaks_at: int = 0) -> int:
    """What the night does with wishes alone; the transaction of this number does not begin."""
    database, opened = people.premises.database, 0

    @contextmanager
    def counted(session: Session) -> Iterator[Session]:
        nonlocal opened
        opened += 1
        if opened == breaks_at:
            raise ConnectionError
        with transaction(session) as begun:
            yield begun

    def of(open_session: Any) -> Any:
        def begin() -> AbstractContextManager[Session]:
            return counted(open_session())

        return begin

    return settle_withdrawals(
        of(database.linking_session),
        of(database.read_session),
        of(database.write_session),
        key_store=people.premises.key_store,
        epochs=EPOCHS,
        now=NIGHT,
    )


def the_trustee_comes_back(people: People) -> None:
    """What arrived without its key gets it: here k2 is 1, so that the tokens stay as they are."""
    told(people, f"UPDATE link.arrivals SET k2_epoch = {PINNED.epoch}")


def told(people: People, statement: str) -> None:
    with people.premises.database.engine(DatabaseRole.LINK).begin() as connection:
        connection.execute(text(statement))


def column(people: People, query: str) -> list[datetime]:
    with people.premises.database.engine(DatabaseRole.LINK).connect() as connection:
        return list(connection.execute(text(query)).scalars())


def living(people: People) -> int:
    return rows(people, "case_records")


def rows(people: People, table: str) -> int:
    role = DatabaseRole.LINK if table.startswith("link.") else DatabaseRole.READER
    with people.premises.database.engine(role).connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def events(people: People, name: str) -> list[dict[str, object]]:
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        asked = text("SELECT facts FROM audit_events WHERE event = :name")
        return list(connection.execute(asked, {"name": name}).scalars())
