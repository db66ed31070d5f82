"""What the trustee does when it is asked: apply its key, and hand over the factor of a rotation.

Nothing that comes in is kept, and no answer tells more than how much was asked.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from anonymizer.linking.custodians import CustodianKey, CustodianRole
from anonymizer.oprf import NotAnElement
from anonymizer.oprf.evaluations import evaluate_batch
from anonymizer.oprf.messages import MessageUnreadable, is_epoch, read_call, write_answer
from app.domain.errors import NotAllowed, NotAuthenticated, QuotaUsedUp, StateDoesNotAllow, WrongInput
from app.key_store import Purpose, seal
from app.services.rotation import factor_between, factor_context
from app.services.trustee_access import write_trustee_keys
from app.trustee.premises import TrusteePremises
from app.trustee.register import Registered

Answer = Callable[[TrusteePremises, Registered, bytes], dict[str, Any]]
"""From who calls and the body to the answer."""

NOT_AN_ELEMENT = (
    "An element in the list is not one that a key may be applied to: not in its one form, or the identity."
)
WRONG_EPOCH = "No key of this epoch is in use here. Read the clearing point's list of keys again."
NOT_A_ROTATION = (
    'Send {"from_epoch": n, "to_epoch": m}: the two epochs whose keys are there while one takes over.'
)
NO_ROTATION = (
    "There is one key, and no old one to destroy. A rotation begins with `clearpoint trustee rotate`."
)
NOT_HANDED_OVER = (
    "The clearing point has not taken what leads from the old key to the new one: without it every token that is "
    "stored there would be lost for linking. First it runs `clearpoint key rotate k2`. Nothing was destroyed."
)


def identify(premises: TrusteePremises, authorization: str) -> Registered:
    """Who calls, from the header. Raises NotAuthenticated, with the same words for unknown and stopped keys."""
    scheme, _, key = authorization.partition(" ")
    found = premises.register.find(key.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise NotAuthenticated
    return found


def evaluate(premises: TrusteePremises, caller: Registered, body: bytes) -> dict[str, Any]:
    """Apply k2 to blinded elements, with a proof. Raises WrongInput and QuotaUsedUp."""
    try:
        call = read_call(body)
    except MessageUnreadable as error:
        raise WrongInput(str(error)) from None
    except NotAnElement:
        raise WrongInput(NOT_AN_ELEMENT) from None
    if call.epoch not in premises.keys.epochs(Purpose.TRUSTEE):
        raise WrongInput(WRONG_EPOCH)
    now = premises.clock().astimezone(UTC)
    if not premises.register.count(caller, now.date(), len(call.elements)):
        raise QuotaUsedUp(_seconds_to_midnight(now))
    secret = premises.keys.scalar(Purpose.TRUSTEE, call.epoch)
    return write_answer(call.epoch, evaluate_batch(secret, call.elements, premises.random))


def hand_over_factor(premises: TrusteePremises, caller: Registered, body: bytes) -> dict[str, Any]:
    """The new key divided by the old one, sealed for the clearing point. Raises NotAllowed for everybody else."""
    if caller.sealing_key is None:
        raise NotAllowed("The factor of a rotation is for the clearing point alone.")
    old, new = _read_epochs(body)
    there = premises.keys.epochs(Purpose.TRUSTEE)
    if old >= new or not {old, new} <= set(there):
        raise WrongInput(NOT_A_ROTATION)
    factor = factor_between(premises.keys, Purpose.TRUSTEE, old, new)
    sealed = seal(factor, caller.sealing_key, context=factor_context(old, new))
    premises.register.note_hand_over(old, new, now=premises.clock())
    return {"from_epoch": old, "to_epoch": new, "sealed": urlsafe_b64encode(sealed).rstrip(b"=").decode()}


def end_rotation(premises: TrusteePremises) -> None:
    """Destroy the old key. Raises StateDoesNotAllow while the clearing point has not taken the factor, because without
    it no stored token could ever be compared with a new one."""
    *older, newest = premises.keys.epochs(Purpose.TRUSTEE)
    if not older:
        raise StateDoesNotAllow(NO_ROTATION)
    if not all(premises.register.was_handed_over(old, newest) for old in older):
        raise StateDoesNotAllow(NOT_HANDED_OVER)
    premises.keys.end_rotation(Purpose.TRUSTEE)


def published_keys(premises: TrusteePremises) -> dict[str, object]:
    """The public keys of every epoch, for the clearing point to pin."""
    return write_trustee_keys(
        [
            CustodianKey(CustodianRole.TRUSTEE, key.epoch, key.public_key, key.since, key.until)
            for key in premises.keys.listed(Purpose.TRUSTEE)
        ]
    )


def _read_epochs(body: bytes) -> tuple[int, int]:
    document: object = None
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"from_epoch": int() as old, "to_epoch": int() as new, **others} if not others:
            if is_epoch(old) and is_epoch(new):
                return old, new
    raise WrongInput(NOT_A_ROTATION)


def _seconds_to_midnight(now: datetime) -> int:
    """Until the next day begins (UTC), one at least."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
    return max(1, int((tomorrow - now).total_seconds()))
