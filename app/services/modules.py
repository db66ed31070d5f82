"""Storing the rows of a module: all rows of one case are one version of the part that is named like the module.

Nothing here makes a case. A module of a case that nobody sent is told so, and one of a case without consent leaves
nothing behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress

from anonymizer import ClearedChunk, Conflict, conflict_of, spread_module
from app.database.sessions import Session
from app.queries import cases as queries
from app.queries.cases import KnownCase
from app.queries.records import MODULES
from app.services.cases import Arrival, StoredRows, add_parts, add_records, case_token, part_digest


class _Fate(StrEnum):
    """What becomes of the rows of one case: stored, left as they are, or told to the sender by the finding's code."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_FOUND = "case_not_found"
    WITHDRAWN = "case_withdrawn"
    WITHHELD = "consent_withheld"


_STORED = (_Fate.CREATED, _Fate.UPDATED)
_REJECTED = (_Fate.NOT_FOUND, _Fate.WITHDRAWN)
_TOLD = (*_REJECTED, _Fate.WITHHELD)


@dataclass(frozen=True, slots=True)
class _Case:
    """The rows of one case in a chunk: the digest of its part, and the version that is alive."""

    digest: bytes
    known: KnownCase | None

    @property
    def fate(self) -> _Fate:
        """A part that comes again with the same content makes no version."""
        if self.known and self.known.is_withdrawn:
            return _Fate.WITHDRAWN
        if self.known is None or not self.known.has_sheet:
            return _Fate.NOT_FOUND
        if self.known.is_withheld:
            return _Fate.WITHHELD
        if self.known.digest is None:
            return _Fate.CREATED
        return _Fate.UNCHANGED if self.known.digest == self.digest else _Fate.UPDATED


def store_module(
    session: Session, cleared: ClearedChunk, lines: Sequence[bytes], arrival: Arrival
) -> StoredRows:
    """Store the rows of a module, each case's as a new version of its part unless nothing changed.

    `lines` are the same rows in canonical form. All rows of a case are in one chunk; what came before is replaced as
    a whole. Rows of a case without a case sheet, or of one that was withdrawn, are rejected; those of a case without
    consent are left out with a warning.
    """
    cases = _cases(session, cleared, lines, arrival)
    fates = [cases[number].fate for number in cleared.columns["case_number"]]
    stored = {number: case for number, case in cases.items() if case.fate in _STORED}
    if stored:
        part_of = _add_versions(session, cleared.sheet, stored, arrival)
        rows = _rows_of(cleared, stored)
        part_ids = [part_of[number] for number in rows["case_number"]]
        filled = spread_module(cleared.sheet, rows)
        add_records(session, MODULES[cleared.sheet], filled, part_ids, arrival=arrival)
    return _told(cleared, fates)


def _cases(
    session: Session, cleared: ClearedChunk, lines: Sequence[bytes], arrival: Arrival
) -> Mapping[str, _Case]:
    """The cases of a chunk by their cleared number. Each row has its number, so that the order of rows says nothing."""
    lines_of: dict[str, list[bytes]] = {}
    for number, line in zip(cleared.columns["case_number"], lines, strict=True):
        lines_of.setdefault(number, []).append(line)
    tokens = {number: case_token(arrival, number) for number in lines_of}
    known = queries.find_cases_of_a_module(
        session, arrival.organization_id, list(tokens.values()), cleared.sheet
    )
    return {
        number: _Case(part_digest(sorted(of_case)), known.get(tokens[number]))
        for number, of_case in lines_of.items()
    }


def _add_versions(
    session: Session, part: str, cases: Mapping[str, _Case], arrival: Arrival
) -> Mapping[str, str]:
    """A new version of the part of each case, in the place of the one that is alive; gives the part by number."""
    known = [(case.known, case.digest) for case in cases.values() if case.known]
    versions = [(case.case_id, digest) for case, digest in known]
    replaced = [case.part_id for case, _ in known if case.part_id]
    return dict(
        zip(cases, add_parts(session, part, versions, replaced=replaced, arrival=arrival), strict=True)
    )


def _rows_of(cleared: ClearedChunk, cases: Mapping[str, _Case]) -> dict[str, list[str]]:
    chosen = [number in cases for number in cleared.columns["case_number"]]
    return {name: list(compress(cells, chosen)) for name, cells in cleared.columns.items()}


def _told(cleared: ClearedChunk, fates: Sequence[_Fate]) -> StoredRows:
    counted = Counter(fates)
    return StoredRows(
        created=counted[_Fate.CREATED],
        updated=counted[_Fate.UPDATED],
        unchanged=counted[_Fate.UNCHANGED],
        rejected=sum(counted[fate] for fate in _REJECTED),
        withheld=counted[_Fate.WITHHELD],
        conflicts=[
            _conflict(cleared, row, fate)
            for row, fate in zip(cleared.rows, fates, strict=True)
            if fate in _TOLD
        ],
    )


def _conflict(cleared: ClearedChunk, row: int, fate: _Fate) -> Conflict:
    return conflict_of(fate, row=row, column="case_number", entity=cleared.sheet, sheet=cleared.sheet)
