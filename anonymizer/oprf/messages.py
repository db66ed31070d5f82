"""A call for evaluations and its answer as JSON, the same at both custodians and on every side.

Refusals name a place in the list at most. An element is base64url without padding (RFC 4648, section 5).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anonymizer.errors import AnonymizerError
from anonymizer.oprf.evaluations import MOST_ELEMENTS
from anonymizer.oprf.group import ELEMENT_BYTES, check_element
from anonymizer.oprf.proofs import PROOF_BYTES
from anonymizer.oprf.protocol import Evaluation

LONGEST_MESSAGE = 256 * 1024
"""Bytes: MOST_ELEMENTS elements of 43 characters with their quotation marks, and room."""
HIGHEST_EPOCH = 9_999
"""As many digits as the cell of link tokens has for it."""


class MessageUnreadable(AnonymizerError):
    """A call or an answer that is not as it must be; the text says what must be, never what was."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a custodian is asked: to apply the key of an epoch to blinded elements."""

    epoch: int
    elements: tuple[bytes, ...] = field(repr=False)


def write_call(call: Call) -> dict[str, object]:
    """What `read_call` reads."""
    return {"epoch": call.epoch, "elements": [_text(element) for element in call.elements]}


def read_call(body: bytes) -> Call:
    """A call. Raises MessageUnreadable, and NotAnElement for one that no key may be applied to."""
    match _object(body):
        case {"epoch": int() as epoch, "elements": [*texts], **others} if not others and is_epoch(epoch):
            return Call(epoch, tuple(check_element(element) for element in _elements(texts)))
        case _:
            raise _not_a_call()


def write_answer(epoch: int, evaluation: Evaluation) -> dict[str, object]:
    """What `read_answer` reads. Its length depends on how many elements were asked, and on nothing else."""
    return {
        "epoch": epoch,
        "elements": [_text(element) for element in evaluation.elements],
        "proof": _text(evaluation.proof),
    }


def read_answer(body: bytes, call: Call) -> Evaluation:
    """The evaluation in an answer to a call. Raises MessageUnreadable; the proof is the reader's to check."""
    match _object(body):
        case {"epoch": int() as epoch, "elements": [*texts], "proof": str() as proof} if epoch == call.epoch:
            if len(texts) == len(call.elements):
                return Evaluation(_elements(texts), _bytes(proof, PROOF_BYTES))
    raise MessageUnreadable("What answered is no custodian, or answered another call.")


def is_epoch(number: int) -> bool:
    """Whether it can be the epoch of a key; JSON's `true` is none."""
    return not isinstance(number, bool) and 0 < number <= HIGHEST_EPOCH


def _elements(texts: Sequence[object]) -> tuple[bytes, ...]:
    if not 0 < len(texts) <= MOST_ELEMENTS:
        raise _not_a_call()
    return tuple(_bytes(text, ELEMENT_BYTES) for text in texts)


def _object(body: bytes) -> Mapping[str, object]:
    document: object = None
    if len(body) <= LONGEST_MESSAGE:
        try:
            document = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict):
        raise _not_a_call()
    return document


def _not_a_call() -> MessageUnreadable:
    return MessageUnreadable(
        'Send {"epoch": n, "elements": ["…", …]}: 1 to 4096 elements of 32 bytes each in base64url without padding.'
    )


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _bytes(text: object, length: int) -> bytes:
    """The bytes of a text in the one way of writing them."""
    if isinstance(text, str) and text.isascii():
        try:
            value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            value = b""
        if len(value) == length and _text(value) == text:
            return value
    raise _not_a_call()
