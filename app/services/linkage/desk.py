"""What curators see of links, and what they decide: classes that agree and generalized fields, never an identity.

A decision is kept beside the link and changes nothing at once: the next run goes by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from anonymizer.catalogue.fields import CODE_LISTS
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import NotFound, WrongInput
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.linkage_rules import REASONS, Against, Band, Reason, Verdict
from app.domain.permissions import check_can_decide_link, check_can_read_link
from app.models import LinkDecision
from app.queries import audit
from app.queries import linkage_edges as queries
from app.queries.linkage_edges import Decided, ListedEdge
from app.queries.linkage_fields import CaseFields, read_fields
from app.services.linkage.explaining import AGAINST_WORDS, class_words, sentence

LINKS_SHOWN = 200
"""As many as one answer lists; what is decided goes to the end."""
UNKNOWN = "not known"
DIGITS_OF: Mapping[str | None, int] = {"year": 4, "month": 7}
BEFORE: Mapping[str | None, str] = {"week": "week of ", "quarter": "quarter from "}
"""Of an ISO date and in front of it, by the precision that is kept."""
NO_SHEET = "The case has no case sheet any more."


@dataclass(frozen=True, slots=True)
class FieldView:
    """One generalized field of a case: its name, the code, and the code in words."""

    name: str
    label: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """Two cases that may be of one person, as a curator sees them. `cases`: the fields of each, in one order."""

    id: UUID
    band: Band
    weight: float
    explanation: str
    classes: tuple[tuple[str, str], ...]
    against: tuple[tuple[str, str], ...]
    cases: tuple[tuple[FieldView, ...], tuple[FieldView, ...]]
    found_at: datetime
    decided: Decided | None


def list_links(
    session: Session, linking: Session, counting: Session, actor: Actor, *, band: Band, now: datetime
) -> list[LinkView]:
    """Links of one band, those without a decision first.

    `linking` is a session of the linkage's role and reads the links; `counting`, of the reader's, reads the fields.
    """
    check_can_read_link(actor)

    listed = queries.list_edges(linking, band.value, LINKS_SHOWN)
    fields = read_fields(counting, {case for one in listed for case in one.pair})

    audit.record(session, actor, EventType.LINK_READ, now=now, facts={"links": len(listed)})
    return [_view(one, fields) for one in listed]


def show_link(
    session: Session, linking: Session, counting: Session, actor: Actor, link_id: UUID, *, now: datetime
) -> LinkView:
    """One link."""
    check_can_read_link(actor)

    listed = _get(linking, link_id)

    audit.record(session, actor, EventType.LINK_READ, now=now, subject_id=link_id)
    return _view(listed, read_fields(counting, listed.pair))


def decide_link(
    session: Session,
    linking: Session,
    actor: Actor,
    link_id: UUID,
    *,
    verdict: Verdict,
    reason: Reason,
    now: datetime,
) -> None:
    """Say whether two cases are of one person, and why. Another person may say otherwise later."""
    check_can_read_link(actor)
    listed = _get(linking, link_id)
    check_can_decide_link(actor, decided_by=listed.decided.decided_by if listed.decided else None)

    if reason not in REASONS[verdict]:
        raise WrongInput("This reason does not go with this verdict. Choose one that does.")

    one, other = listed.pair
    decision = LinkDecision(
        id=new_id(now),
        case_a=one,
        case_b=other,
        verdict=verdict.value,
        reason=reason.value,
        decided_at=_later_than(listed.decided, now),
        decided_by=actor.person_id,
    )
    queries.add_decision(session, decision)

    facts = {"verdict": verdict.value, "reason": reason.value}
    audit.record(session, actor, EventType.LINK_DECIDED, now=now, subject_id=link_id, facts=facts)


def _later_than(earlier: Decided | None, now: datetime) -> datetime:
    """Now; after the earlier decision also when the clock stood still or was set back, because the newest holds."""
    return now if earlier is None else max(now, earlier.decided_at + timedelta(microseconds=1))


def _get(linking: Session, link_id: UUID) -> ListedEdge:
    listed = queries.find_edge(linking, link_id)
    if listed is None:
        raise NotFound
    return listed


def _view(listed: ListedEdge, fields: Mapping[UUID, CaseFields]) -> LinkView:
    edge, (one, other) = listed.edge, listed.pair
    return LinkView(
        id=edge.id,
        band=Band(edge.band),
        weight=edge.weight,
        explanation=sentence(edge.classes),
        classes=tuple((name, class_words(name)) for name in edge.classes),
        against=tuple((name, AGAINST_WORDS[Against(name)]) for name in edge.against),
        cases=(_fields(fields.get(one)), _fields(fields.get(other))),
        found_at=listed.found_at,
        decided=listed.decided,
    )


def _fields(case: CaseFields | None) -> tuple[FieldView, ...]:
    if case is None:
        return (FieldView("case_sheet", "Case sheet", "", NO_SHEET),)
    return (
        _coded("reporting_country", "Reporting country", "CL_COUNTRY", [case.reporting_country]),
        _coded("organization_kind", "Kind of organization", "CL_ORGTYPE", [case.organization_kind]),
        _moment("registered", "Registered", case.registered, case.registered_precision),
        _moment("identified", "Identified", case.identified, case.identified_precision),
        _coded("status", "Status", "CL_IDSTATUS", [case.identification_status or "UNK"]),
        _coded("sex", "Sex", "CL_SEX", [case.sex]),
        _coded("age", "Age at registration", "CL_AGE", [case.age_band]),
        _coded("citizenship", "Citizenship", "CL_COUNTRY", case.citizenship),
        *_stays(case),
    )


def _stays(case: CaseFields) -> list[FieldView]:
    stays = "; ".join(f"{stay.country} {stay.first} to {stay.last}" for stay in case.stays)
    return [FieldView("stays", "Stays in shelters (weeks)", stays, stays or "not told")]


def _coded(name: str, label: str, code_list: str, codes: Sequence[str]) -> FieldView:
    known = CODE_LISTS[code_list].codes
    words = "; ".join(known[code].label if code in known else code for code in codes)
    return FieldView(name, label, ";".join(codes), words or UNKNOWN)


def _moment(name: str, label: str, day: date | None, precision: str | None) -> FieldView:
    if day is None:
        return FieldView(name, label, "", UNKNOWN)
    code = day.isoformat()[: DIGITS_OF.get(precision, len(day.isoformat()))]
    return FieldView(name, label, code, f"{BEFORE.get(precision, '')}{code}")
