"""How a command ends: the documented exit codes, and the one exception with a sentence for the reader.

A sentence must never contain a value of a case sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum

from anonymizer.sending_errors import CallRefused, InputBad, KeyNotAllowed, SendingError, TryLater


class ExitCode(IntEnum):
    """What a script that calls `clearpoint` can rely on. FAULT is a mistake in the program itself."""

    DONE = 0
    FAULT = 1
    INPUT_BAD = 2
    NOT_ALLOWED = 3
    TRY_AGAIN = 4
    REFUSED = 5


EXIT_OF_ERROR: Mapping[type[SendingError], ExitCode] = {
    InputBad: ExitCode.INPUT_BAD,
    KeyNotAllowed: ExitCode.NOT_ALLOWED,
    TryLater: ExitCode.TRY_AGAIN,
    CallRefused: ExitCode.REFUSED,
}


class Stop(Exception):
    """Ends a command with one sentence for the reader and an exit code."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        super().__init__(text)
        self.text = text
        self.exit_code = exit_code


@contextmanager
def stopping_on_refusals() -> Iterator[None]:
    """Turn what goes wrong on the way to the clearing point into a Stop with its exit code."""
    try:
        yield
    except SendingError as error:
        exit_code = next(EXIT_OF_ERROR[kind] for kind in type(error).mro() if kind in EXIT_OF_ERROR)
        raise Stop(str(error), exit_code) from None
