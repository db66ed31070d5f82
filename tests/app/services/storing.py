"""Storing cleared chunks as a batch does, without its door: for tests of what is kept and what is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

import reports
from anonymizer import (
    CASES,
    SHEETS,
    ClearedChunk,
    Clearing,
    ClearingRules,
    RawChunk,
    canonical_rows,
    cleared_columns,
    inner_case_token,
    stands_for_unknown,
)
from app.database import DatabaseRole
from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.identifiers import new_id
from app.edge.premises import Premises
from app.models import CaseBatch, Person
from app.queries.batches import add_batch
from app.queries.cases import lock_cases_of
from app.queries.people import act_for
from app.queries.records import prepare_staging
from app.queries.releases import join_before_the_cut, take_cut
from app.queries.withdrawals import remove_cases
from app.services.annual_forms import store_forms
from app.services.cases import Arrival, StoredRows, case_token, store_cases
from app.services.frames import frame_at
from app.services.modules import store_module
from app.services.people import NewOrganization, register_organization
from tests.factories import NOON, a_case

CASE_KEY, SERVER_KEY = b"c" * 32, b"s" * 32
Row = Mapping[str, str]


def cleared_cases(*rows: Row, legal_basis: str = "CONSENT") -> ClearedChunk:
    """Case sheets as the door clears them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    rules = ClearingRules("RS", frozenset({"RS"}), legal_basis, CASE_KEY, NOON.date())
    cleared = Clearing(rules).clear(RawChunk(columns, list(range(2, len(rows) + 2))))
    assert cleared.rejected == 0, cleared.conflicts
    return cleared


def sheets_of(*numbers: str, **changes: str) -> ClearedChunk:
    """A usual case sheet under each of these case numbers."""
    return cleared_cases(*(a_case(case_number=number, **changes) for number in numbers))


def cleared_rows(sheet: str, *rows: Row) -> ClearedChunk:
    """Rows of a module or a form as clearing leaves them: what a row does not name is unknown."""
    columns = {name: [_cell(sheet, name, row) for row in rows] for name in cleared_columns(sheet)}
    numbers = list(range(2, len(rows) + 2))
    return ClearedChunk(columns, numbers, [], dropped={}, received=len(rows), rejected=0, sheet=sheet)  # type: ignore[arg-type]


def _cell(sheet: str, name: str, row: Row) -> str:
    if name == "case_number":
        return inner_case_token(CASE_KEY, row[name])
    return row.get(name) or stands_for_unknown(sheet, name)


def lines_of(cleared: ClearedChunk) -> list[bytes]:
    """The rows in canonical form."""
    return list(canonical_rows(cleared.columns, cleared.sheet))


@dataclass(frozen=True, slots=True)
class Shelter:
    """An organization that stores what it sends, and the frame that is counted from it."""

    premises: Premises
    organization_id: UUID
    person_id: UUID

    def send(self, *chunks: ClearedChunk) -> list[StoredRows]:
        """Store the chunks as one batch; gives what became of each."""
        with transaction(self.premises.database.write_session()) as session:
            arrival = self.arrive(session)
            return [store(session, chunk, arrival) for chunk in chunks]

    def arrive(self, session: Session) -> Arrival:
        """What the door does before it stores the first chunk of a batch."""
        act_for(session, self.organization_id)
        lock_cases_of(session, self.organization_id)
        recorded_at = join_before_the_cut(session)
        batch = CaseBatch(
            id=new_id(recorded_at),
            organization_id=self.organization_id,
            sent_by=self.person_id,
            received_at=recorded_at,
            status="STORED",
            schema_version="test",
            legal_basis="CONSENT",
            body_digest=b"",
            answer={},
        )
        add_batch(session, batch)
        prepare_staging(session)
        return Arrival(batch.id, self.organization_id, recorded_at, SERVER_KEY)

    def cut(self) -> datetime:
        """A moment after everything that was sent so far."""
        with transaction(self.premises.database.read_session()) as session:
            return take_cut(session)

    def frame(self, cut: datetime | None = None) -> reports.Frame:
        """What a release counts, checked."""
        with transaction(self.premises.database.read_session()) as session:
            frame = frame_at(session, cut or take_cut(session))
        reports.check_frame(frame)
        return frame

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database holds, of all organizations."""
        with self.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def delete(self, table: str, which: str) -> None:
        """Take rows away, as a withdrawal does."""
        with transaction(self.premises.database.write_session()) as session:
            act_for(session, self.organization_id)
            session.execute(text(f"DELETE FROM {table} WHERE {which}"))

    def withdraw(self, *numbers: str) -> None:
        """Take cases back."""
        with transaction(self.premises.database.write_session()) as session:
            arrival = self.arrive(session)
            tokens = [case_token(arrival, inner_case_token(CASE_KEY, number)) for number in numbers]
            remove_cases(session, self.organization_id, tokens, arrival.recorded_at)

    def count(self, table: str) -> object:
        """How many rows a table holds."""
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]


def open_shelter(premises: Premises, new: NewOrganization) -> Shelter:
    """Register an organization and somebody who sends for it."""
    with transaction(premises.database.write_session()) as session:
        organization_id = register_organization(session, new, now=NOON)
        person = Person(id=new_id(NOON), organization_id=organization_id, name="Sender", registered_at=NOON)
        session.add(person)
        session.flush()
        return Shelter(premises, organization_id, person.id)


def store(session: Session, cleared: ClearedChunk, arrival: Arrival) -> StoredRows:
    """Give a chunk to the function that stores its sheet."""
    if cleared.sheet == CASES:
        return store_cases(session, cleared, lines_of(cleared), arrival)
    if SHEETS[cleared.sheet].is_form:
        return store_forms(session, cleared, lines_of(cleared), arrival)
    return store_module(session, cleared, lines_of(cleared), arrival)
