"""Who owes what, who is late, and how complete the records are: for the curators, and for each organization itself.

Everything here is about organizations. Nothing tells of a case more than how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from anonymizer import SHEET_COLUMNS, SHEETS, stands_for_unknown
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.coverage import ItemCount, Owed, Standing
from app.domain.errors import NotFound, WrongInput
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.permissions import check_can_read_coverage, check_can_read_own_coverage
from app.models import Obligation
from app.queries import audit, people
from app.queries import coverage as queries

ON_TIME = frozenset({Standing.ON_TIME})
CAME = frozenset({Standing.ON_TIME, Standing.CAME_LATE})
NEVER_UNKNOWN = frozenset({"local_case_number", "date_registered", "to_share_with_rcp"})
"""Required items that no stored case lacks: they say nothing about completeness."""


def agree_obligation(
    session: Session, organization_code: str, *, year: int, sheet: str, due_on: date, now: datetime
) -> None:
    """Write down what an organization owes; agreed again, it gets another day. For the operator."""
    if sheet not in SHEETS:
        raise WrongInput("There is no sheet of this name. `clearpoint template --modules` has them.")

    organization = people.get_organization(session, organization_code)
    people.act_for(session, organization.id)

    obligation = Obligation(
        id=new_id(now),
        organization_id=organization.id,
        year=year,
        sheet=sheet,
        due_on=due_on,
        agreed_at=now,
        nothing_at=None,
    )

    queries.agree_obligation(session, obligation)

    facts = {"year": year, "sheet": sheet}
    audit.record(session, None, EventType.OBLIGATION_AGREED, now=now, subject_id=organization.id, facts=facts)


def say_nothing_to_send(session: Session, actor: Actor, *, year: int, sheet: str, now: datetime) -> None:
    """An organization says that it has nothing to send for a year. NotFound when it does not owe this."""
    check_can_read_own_coverage(actor)

    if not queries.say_nothing(session, actor.organization.id, year, sheet, at=now):
        raise NotFound

    facts = {"year": year, "sheet": sheet if sheet in SHEETS else ""}
    audit.record(session, actor, EventType.NOTHING_TO_SEND, now=now, facts=facts)


def own_coverage(session: Session, actor: Actor, *, year: int, now: datetime) -> dict[str, Any]:
    """What the actor's organization owes for a year, what came, and how complete it is."""
    check_can_read_own_coverage(actor)

    owed = queries.list_owed(session, year, actor.organization.id)
    items = list(queries.count_items(session, year, _items(), actor.organization.id))

    audit.record(session, actor, EventType.COVERAGE_READ, now=now, facts={"year": year})
    return {
        "year": year,
        "owed": [_told(one, now.date()) for one in owed],
        "items": _by_item(items),
        "item_completeness": _share(items),
    }


def coverage(
    session: Session, counting: Session, actor: Actor, *, year: int, now: datetime
) -> dict[str, Any]:
    """The same for all organizations: coverage by country (K1), unknown by item and country (K2), timeliness
    (Q47) and completeness (Q48). `counting` sees all rows; no figure of it is for readers outside the desk."""
    check_can_read_coverage(actor)

    owed = queries.list_owed(counting, year)
    items = list(queries.count_items(counting, year, _items()))

    audit.record(session, actor, EventType.COVERAGE_READ, now=now, facts={"year": year})
    today = now.date()
    return {
        "year": year,
        "owed": [{"organization": one.organization, **_told(one, today)} for one in owed],
        "reporting_coverage": _by_country(owed, today),
        "item_non_response": [
            {"country": country, **_by_item(item for item in items if item.country == country)}
            for country in sorted({item.country for item in items})
        ],
        "reporting_timeliness": _timeliness(owed, today),
        "item_completeness": _share(items),
    }


def _items() -> queries.Items:
    """The items that the case sheet requires, with what stands for unknown in each."""
    return {
        (column.entity, column.field): stands_for_unknown(column.entity, column.field)
        for column in SHEET_COLUMNS
        if column.is_required and column.field not in NEVER_UNKNOWN
    }


def _told(owed: Owed, today: date) -> dict[str, Any]:
    return {
        "sheet": owed.sheet,
        "due_on": owed.due_on.isoformat(),
        "standing": owed.standing(today).value,
        "rows": owed.rows,
        "nothing_to_send": owed.is_nothing,
        "first_on": owed.first_on.isoformat() if owed.first_on else None,
        "latest_on": owed.latest_on.isoformat() if owed.latest_on else None,
    }


def _by_country(owed: list[Owed], today: date) -> list[dict[str, Any]]:
    """K1: organizations that owe something, that have sent all of it, and that have sent all of it in time."""
    rows = []
    for country in sorted({country for one in owed for country in one.countries}):
        here = [one for one in owed if country in one.countries]
        organizations = {one.organization for one in here}
        rows.append(
            {
                "country": country,
                "registered": len(organizations),
                "reported": len(organizations - _without(here, CAME, today)),
                "on_time": len(organizations - _without(here, ON_TIME, today)),
            }
        )
    return rows


def _without(owed: Iterable[Owed], standings: frozenset[Standing], today: date) -> set[str]:
    return {one.organization for one in owed if one.standing(today) not in standings}


def _timeliness(owed: list[Owed], today: date) -> dict[str, int]:
    """Q47: of what is due by now, how much came in time."""
    due = [one for one in owed if one.due_on <= today]
    return {"numerator": sum(one.standing(today) in ON_TIME for one in due), "denominator": len(due)}


def _by_item(items: Iterable[ItemCount]) -> dict[str, Any]:
    """K2: for each item, of how many cases it is asked and of how many it is unknown."""
    told: dict[str, dict[str, int]] = {}
    for item in items:
        counts = told.setdefault(item.item, {"asked": 0, "unknown": 0})
        counts["asked"] += item.asked
        counts["unknown"] += item.asked - item.known
    return {"items": told}


def _share(items: list[ItemCount]) -> dict[str, int]:
    """Q48: required items that are known, of all that are asked."""
    return {"numerator": sum(item.known for item in items), "denominator": sum(item.asked for item in items)}
