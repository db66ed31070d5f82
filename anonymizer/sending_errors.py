"""What can go wrong on the way to the clearing point, as one tree, and which answer is which.

No text of these errors may hold a word of a body or a key.
"""

from __future__ import annotations

from collections.abc import Mapping

SERVER_FAULTS = 500
"""From here on the fault is on the other side: RFC 9110 section 15.6."""


class SendingError(Exception):
    """The root. The text is for the reader and says what to do next.

    SendingError
    ├── InputBad      what was sent cannot be taken as it is
    ├── KeyNotAllowed the API key is wrong, or may not do this
    ├── TryLater      no connection, too busy, or a fault on the other side: nothing is wrong with the batch
    └── CallRefused   the answer is no, and sending it again changes nothing
    """


class InputBad(SendingError):
    """What was sent cannot be taken as it is (400, 413, 415, 422)."""


class KeyNotAllowed(SendingError):
    """The API key opens nothing, or not this (401, 403)."""


class TryLater(SendingError):
    """No connection, too busy, or a fault on the other side (408, 429, 5xx)."""


class CallRefused(SendingError):
    """The answer is no: not yours, a wrong moment, another server (every other status)."""


ERROR_OF_STATUS: Mapping[int, type[SendingError]] = {
    400: InputBad,
    401: KeyNotAllowed,
    403: KeyNotAllowed,
    408: TryLater,
    413: InputBad,
    415: InputBad,
    422: InputBad,
    429: TryLater,
}

ERROR_OF_CODE: Mapping[str, type[SendingError]] = {"idempotency_key_reused": CallRefused}
"""A key that belongs to another batch comes as 422, but no correction of the rows would help."""


def error_of(status: int, code: str, reason: str) -> SendingError:
    """The error for an answer's status and stable code, with the clearing point's own sentence as its text."""
    error = ERROR_OF_CODE.get(code) or ERROR_OF_STATUS.get(status)
    if error is None:
        error = TryLater if status >= SERVER_FAULTS else CallRefused
    return error(reason or f"The clearing point answered with status {status} and no reason.")
