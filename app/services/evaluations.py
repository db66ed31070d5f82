"""Blind evaluation: applying the clearing point's key to what it cannot see, and publishing which keys there are.

Nothing is looked up of any case here. The answer's length depends on how many elements were asked, and on nothing
else; the trail has how many, never one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from anonymizer.linking.custodians import CustodianKey, CustodianRole, LinkageList, write_linkage_list
from anonymizer.oprf import NotAnElement
from anonymizer.oprf.evaluations import evaluate_batch
from anonymizer.oprf.messages import LONGEST_MESSAGE, Call, MessageUnreadable, read_call, write_answer
from anonymizer.policy import load_policy
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import QuotaUsedUp, StateDoesNotAllow, WrongInput
from app.domain.events import EventType
from app.domain.linkage import LinkageMode, LinkageSettings
from app.domain.permissions import check_can_evaluate_elements
from app.key_store import KeyStore, LinkageKeys, Purpose
from app.queries import audit
from app.queries import evaluations as queries
from app.services.trustee_access import pinned_keys

__all__ = ["LONGEST_MESSAGE", "Call", "evaluate_elements", "publish_linkage", "read_evaluation_call"]

NOT_LINKING = "This clearing point does not link cases. Send them without link tokens."
NOT_AN_ELEMENT = (
    "An element in the list is not one that a key may be applied to: not in its one form, or the identity."
)
WRONG_EPOCH = (
    "No key of this epoch is in use here. Read the list of keys again, and make the tokens with the newest."
)


def read_evaluation_call(body: bytes) -> Call:
    """The call in a body. Raises WrongInput, which repeats nothing of it."""
    try:
        return read_call(body)
    except MessageUnreadable as error:
        raise WrongInput(str(error)) from None
    except NotAnElement:
        raise WrongInput(NOT_AN_ELEMENT) from None


def evaluate_elements(
    session: Session,
    actor: Actor,
    call: Call,
    *,
    keys: LinkageKeys,
    linkage: LinkageSettings,
    random: Callable[[int], bytes],
    now: datetime,
) -> dict[str, Any]:
    """Apply k1 to blinded elements, with a proof. Raises QuotaUsedUp when the day's quota would not do."""
    check_can_evaluate_elements(actor)

    if not linkage.is_on:
        raise StateDoesNotAllow(NOT_LINKING)
    if call.epoch not in keys.epochs(Purpose.CLEARING_POINT):
        raise WrongInput(WRONG_EPOCH)

    # The quota is taken before the work, which takes a second of a processor; it comes back when the work fails.
    count, today = len(call.elements), now.astimezone(UTC).date()
    most = linkage.elements_a_day
    if not queries.add_evaluations(session, actor.organization.id, today, count, most=most):
        raise QuotaUsedUp(_seconds_to_midnight(now))

    evaluation = evaluate_batch(keys.scalar(Purpose.CLEARING_POINT, call.epoch), call.elements, random)

    audit.record(session, actor, EventType.ELEMENTS_EVALUATED, now=now, facts={"elements": count})
    return write_answer(call.epoch, evaluation)


def publish_linkage(
    key_store: KeyStore, linkage: LinkageSettings, *, clearing_point: str, now: datetime
) -> dict[str, object]:
    """The signed list of the custodians' keys, for everybody. It says so when nothing is linked."""
    key, private = key_store.private_signing_key(now)
    policy = load_policy()
    listed = LinkageList(
        clearing_point=clearing_point,
        linkage=linkage.mode.value,
        domain=policy.domain,
        normalizer=policy.normalizer,
        policy=policy.name,
        trustee_url=linkage.trustee_url if linkage.mode is LinkageMode.TWO_CUSTODIANS else None,
        keys=_listed_keys(key_store.linkage, linkage),
        signed_at=max(now, key.since),
    )
    return write_linkage_list(listed, private)


def _listed_keys(keys: LinkageKeys, linkage: LinkageSettings) -> tuple[CustodianKey, ...]:
    if not linkage.is_on:
        return ()
    own = tuple(
        CustodianKey(CustodianRole.CLEARING_POINT, key.epoch, key.public_key, key.since, key.until)
        for key in keys.listed(Purpose.CLEARING_POINT)
    )
    if linkage.mode is LinkageMode.ONE_CUSTODIAN:
        return own
    return (*own, *pinned_keys(linkage.trustee_folder))


def _seconds_to_midnight(now: datetime) -> int:
    """Until the next day begins (UTC), one at least."""
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    left = datetime.combine(tomorrow, time(), tzinfo=UTC) - now
    return max(1, int(left.total_seconds()))
