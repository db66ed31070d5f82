"""Everything that the clearing point says no with, as one tree. Texts never repeat what was sent.

ClearingPointError
├── NotAuthenticated        no key, or one that does not open anything
├── NotAllowed              the person is known and may not do this
├── NotFound                it does not exist, or it is not yours: the same answer for both
├── StateDoesNotAllow       right person, wrong moment
│   └── EpochOver           link tokens were made with a key that is not in use any more
├── WrongInput              the request itself is wrong
│   ├── BatchRefused        nothing of the batch was stored; carries the answer with its conflicts
│   └── KeyReused           the idempotency key belongs to another body
├── BodyTooLarge            more than the limit
├── QuotaUsedUp             as many evaluations as a day allows were asked; carries when the next day begins
├── WrongMediaType          a format that this door does not read
└── TryAgain                nothing is wrong with the request; the clearing point cannot serve it now
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ClearingPointError(Exception):
    """The root. `code` is stable and for programs; the text is for people and says what to do next."""

    code: ClassVar[str] = "clearing_point_error"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotAuthenticated(ClearingPointError):
    """No key came with the call, or one that is wrong, revoked or expired: one text for all of these."""

    code = "key_needed"

    def __init__(self) -> None:
        super().__init__("This needs a valid API key: send it as `Authorization: Bearer <key>`.")


class NotAllowed(ClearingPointError):
    """The actor's roles, or the rule of two persons, do not allow this."""

    code = "not_allowed"


class NotFound(ClearingPointError):
    """Missing and not-yours are told with the same words, so that nobody learns what others have."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is nothing here that you can see. Check the address.")


class StateDoesNotAllow(ClearingPointError):
    """The object is in a state from which this step cannot be taken."""

    code = "state_does_not_allow"


class EpochOver(StateDoesNotAllow):
    """Link tokens carry the epoch of a key that is not in use: they have to be made again, of the file itself."""

    code = "epoch_over"

    def __init__(self) -> None:
        super().__init__(
            "The link tokens were made with a key that is not in use any more, or not yet. Nothing was stored. "
            "Clear the file again and send it again."
        )


class WrongInput(ClearingPointError):
    """The request cannot be understood; the text says which part and what to send instead."""

    code = "input_wrong"


class BatchRefused(WrongInput):
    """Nothing of the batch was stored. `answer` is what the sender gets, with every conflict."""

    code = "batch_refused"

    def __init__(self, answer: Mapping[str, object]) -> None:
        super().__init__("Nothing was stored. Correct the rows that are listed and send the batch again.")
        self.answer = answer


class KeyReused(WrongInput):
    """An idempotency key names one body for ever."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another body or other options. Use a new key for a new batch."
        )


class BodyTooLarge(ClearingPointError):
    """More bytes than the limit of this door."""

    code = "body_too_large"

    def __init__(self) -> None:
        super().__init__("The batch is larger than this clearing point takes. Send it in parts.")


class QuotaUsedUp(ClearingPointError):
    """The organization's evaluations of this day are used up. `seconds` is how long until the next day (UTC)."""

    code = "quota_used_up"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "Your organization has asked for as many evaluations as a day allows. Nothing is wrong with the call: "
            "repeat it when the next day begins (UTC), or ask for a larger quota."
        )
        self.seconds = seconds


class WrongMediaType(ClearingPointError):
    """The content type is not one that this door reads."""

    code = "media_type_wrong"

    def __init__(self) -> None:
        super().__init__(
            "Send CSV, JSON, NDJSON, a ZIP of CSV files or an XLSX workbook, name its media type in Content-Type, and "
            "leave Content-Encoding out. See /api/v1/openapi.json for the media types."
        )


class TryAgain(ClearingPointError):
    """Nothing was changed. The same request may succeed later."""

    code = "try_again"

    def __init__(self, text: str = "The clearing point is busy. Nothing was stored; try again.") -> None:
        super().__init__(text)
