"""A call for evaluations and its answer as JSON: written in one way, and read in no other."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer.oprf import NotAnElement
from anonymizer.oprf.evaluations import MOST_ELEMENTS, evaluate_batch
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.oprf.messages import (
    LONGEST_MESSAGE,
    Call,
    MessageUnreadable,
    read_answer,
    read_call,
    write_answer,
    write_call,
)
from anonymizer.oprf.protocol import derive_key_pair

DICE = random.Random(8)
KEYS = derive_key_pair(bytes(32), b"test")
ELEMENT = hash_to_group(b"somebody")


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=5), st.integers(1, 9_999))
def test_what_is_written_is_read(inputs: list[bytes], epoch: int) -> None:
    """Calls and answers."""
    call = Call(epoch, tuple(hash_to_group(slot) for slot in inputs))
    evaluation = evaluate_batch(KEYS.secret, call.elements, DICE.randbytes)

    assert read_call(json.dumps(write_call(call)).encode()) == call
    assert read_answer(json.dumps(write_answer(epoch, evaluation)).encode(), call) == evaluation


def test_the_largest_call_and_its_answer_fit() -> None:
    """With spaces between the members, as some programs write them."""
    call = Call(9_999, (ELEMENT,) * MOST_ELEMENTS)

    assert len(json.dumps(write_call(call)).encode()) < LONGEST_MESSAGE
    assert len(read_call(json.dumps(write_call(call)).encode()).elements) == MOST_ELEMENTS


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"epoch": 0, "elements": ["x"]}, id="epoch-zero"),
        pytest.param({"epoch": 10_000, "elements": ["x"]}, id="epoch-too-high"),
        pytest.param({"epoch": 1.0, "elements": ["x"]}, id="a-fraction"),
        pytest.param({"epoch": 1, "elements": "x"}, id="no-list"),
        pytest.param({"epoch": 1, "elements": ["A" * 42 + "B"]}, id="bits-too-many"),
        pytest.param({"epoch": 1, "elements": ["A" * 43 + "="]}, id="padded"),
        pytest.param({"epoch": 1, "elements": ["А" * 43]}, id="other-letters"),
        pytest.param({"epoch": 1, "elements": [None]}, id="null"),
        pytest.param(1, id="a-number"),
    ],
)
def test_another_form_is_refused(document: object) -> None:
    """Two ways of writing one element would be two elements to who compares texts."""
    with pytest.raises(MessageUnreadable):
        read_call(json.dumps(document).encode())


def test_no_key_is_applied_to_the_identity() -> None:
    """It would come back as it went."""
    with pytest.raises(NotAnElement):
        read_call(json.dumps({"epoch": 1, "elements": ["A" * 43]}).encode())


def test_an_answer_to_another_call_is_refused() -> None:
    """Of another epoch, or with another number of elements."""
    call = Call(1, (ELEMENT, ELEMENT))
    evaluation = evaluate_batch(KEYS.secret, call.elements, DICE.randbytes)
    text = json.dumps(write_answer(1, evaluation)).encode()

    for other in (Call(2, call.elements), Call(1, (ELEMENT,))):
        with pytest.raises(MessageUnreadable):
            read_answer(text, other)


def test_a_call_does_not_show_what_is_asked() -> None:
    """Not even blinded elements belong into a log."""
    assert ELEMENT.hex() not in repr(Call(1, (ELEMENT,)))
    assert repr(Call(1, (ELEMENT,))) == "Call(epoch=1)"
