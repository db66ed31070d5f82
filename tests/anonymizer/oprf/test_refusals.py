"""What must never be computed with, and what must never be believed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer.oprf import NotAnElement, NotAScalar, OprfError, ProofRefused, group, protocol
from anonymizer.oprf.evaluations import Evaluation, blind_all, check_evaluation, evaluate_batch, unblind_all
from anonymizer.oprf.group import ORDER
from anonymizer.oprf.hashing import Mode, hash_to_group

DICE = random.Random(9497)
KEYS = protocol.derive_key_pair(bytes(range(32)), b"test")
OTHERS = protocol.derive_key_pair(bytes(range(1, 33)), b"test")
ELEMENT = hash_to_group(b"somebody")
SCALAR = group.random_scalar(DICE.randbytes)

NO_ELEMENTS = {
    "identity": bytes(32),
    "short": ELEMENT[:31],
    "long": ELEMENT + b"\0",
    "nothing": b"",
    "not-reduced": (2**255 - 19 + 2).to_bytes(32, "little"),  # RFC 9496, A.3: non-canonical field encodings
    "negative": (1).to_bytes(32, "little"),  # an odd, hence negative, field element
    "high-bit": ELEMENT[:31] + bytes([ELEMENT[31] | 0x80]),
    "non-square": bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
}
NO_SCALARS = {
    "zero": bytes(32),
    "order": ORDER.to_bytes(32, "little"),
    "beyond": (ORDER + 5).to_bytes(32, "little"),
    "short": SCALAR[:31],
    "long": SCALAR + b"\0",
}
DOORS: dict[str, Callable[[bytes], object]] = {
    "check": group.check_element,
    "multiply": lambda element: group.multiply(SCALAR, element),
    "add": lambda element: group.add(ELEMENT, element),
    "evaluate": lambda element: evaluate_batch(KEYS.secret, [ELEMENT, element], DICE.randbytes),
    "evaluate-plain": lambda element: protocol.evaluate(Mode.OPRF, KEYS.secret, [element]),
    "evaluate-with": lambda element: protocol.evaluate_with(KEYS.secret, b"t", [element], SCALAR),
    "unblind": lambda element: protocol.unblind(SCALAR, element),
    "unblind-all": lambda element: unblind_all([SCALAR], [element]),
    "blinded": lambda element: check_evaluation(KEYS.public, [element], proved()),
    "evaluated": lambda element: check_evaluation(
        KEYS.public, [ELEMENT], Evaluation((element,), proved().proof)
    ),
    "public-key": lambda element: check_evaluation(element, [ELEMENT], proved()),
    "tweaked-key": lambda element: protocol.tweaked_key(element, b"t"),
}


def proved() -> Evaluation:
    return evaluate_batch(KEYS.secret, [ELEMENT], DICE.randbytes)


# An element plus the identity is the element: `add` loses nothing by it.
@pytest.mark.parametrize(
    ("door", "name"),
    [
        (door, name)
        for door in sorted(DOORS)
        for name in sorted(NO_ELEMENTS)
        if (door, name) != ("add", "identity")
    ],
)
def test_what_is_no_element_passes_no_door(door: str, name: str) -> None:
    """Identity, wrong length and every form that is not canonical: an element of small order would show the key."""
    with pytest.raises(OprfError):
        DOORS[door](NO_ELEMENTS[name])


@pytest.mark.parametrize("name", sorted(NO_SCALARS))
def test_what_is_no_scalar_is_refused(name: str) -> None:
    """As a key, as a blind, as half of a proof."""
    wrong = NO_SCALARS[name]

    with pytest.raises(NotAScalar):
        group.check_scalar(wrong)
    with pytest.raises(NotAScalar):
        evaluate_batch(wrong, [ELEMENT], DICE.randbytes)
    with pytest.raises(NotAScalar):
        protocol.blind(b"somebody", wrong)
    with pytest.raises(ProofRefused):
        check_evaluation(KEYS.public, [ELEMENT], Evaluation(proved().elements, wrong + proved().proof[32:]))


def test_a_sum_that_is_the_identity_is_refused() -> None:
    """Libsodium would hand out zeros."""
    with pytest.raises(NotAnElement):
        group.add(ELEMENT, group.multiply(group.negate((1).to_bytes(32, "little")), ELEMENT))


BATCH = [hash_to_group(bytes([number])) for number in range(4)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements, flipped(done.proof, 0))), id="challenge"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements, flipped(done.proof, 40))), id="answer"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements, done.proof[:63])), id="short-proof"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements, b"")), id="no-proof"),
        pytest.param(lambda done: (OTHERS.public, BATCH, done), id="other-key"),
        pytest.param(lambda done: (KEYS.public, BATCH[::-1], done), id="asked-in-another-order"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements[::-1], done.proof)), id="swapped"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation(done.elements[:3], done.proof)), id="one-less"),
        pytest.param(lambda done: (KEYS.public, BATCH, Evaluation((*done.elements[:3], ELEMENT), done.proof)), id="another"),
        pytest.param(lambda done: (KEYS.public, [], Evaluation((), done.proof)), id="nothing"),
    ],
)  # fmt: skip
def test_a_proof_that_does_not_fit_is_refused(change: Callable[[Evaluation], tuple[bytes, list[bytes], Evaluation]]) -> None:  # fmt: skip
    """A custodian can neither use a key of its own for one sender, nor exchange two answers."""
    public, blinded, evaluation = change(evaluate_batch(KEYS.secret, BATCH, DICE.randbytes))

    with pytest.raises(ProofRefused):
        check_evaluation(public, blinded, evaluation)


def flipped(proof: bytes, at: int) -> bytes:
    return proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]


def test_one_element_of_another_key_spoils_the_whole_batch() -> None:
    """A key of one's own for a single slot would mark that person in every later batch."""
    honest = evaluate_batch(KEYS.secret, BATCH, DICE.randbytes)
    mixed = (*honest.elements[:3], group.multiply(OTHERS.secret, BATCH[3]))

    with pytest.raises(ProofRefused):
        check_evaluation(KEYS.public, BATCH, Evaluation(mixed, honest.proof))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.integers())
def test_two_custodians_one_after_the_other_give_the_product_of_their_keys(inputs: list[bytes], seed: int) -> None:  # fmt: skip
    """Whatever the blinds: N = k1·k2·H(x)."""
    dice = random.Random(seed)
    blinds, blinded = blind_all(inputs, dice.randbytes)

    first = evaluate_batch(OTHERS.secret, blinded, dice.randbytes)
    check_evaluation(OTHERS.public, blinded, first)
    second = evaluate_batch(KEYS.secret, first.elements, dice.randbytes)
    check_evaluation(KEYS.public, first.elements, second)

    both = group.multiply_scalars(KEYS.secret, OTHERS.secret)
    assert unblind_all(blinds, second.elements) == [
        group.multiply(both, hash_to_group(slot)) for slot in inputs
    ]
    assert unblind_all(blinds, first.elements, KEYS.secret) == unblind_all(blinds, second.elements)


def test_the_same_input_is_blinded_differently_each_time() -> None:
    """Who sees only blinded elements cannot tell that somebody was sent twice."""
    _, blinded = blind_all([b"somebody"] * 50, DICE.randbytes)

    assert len(set(blinded)) == 50


def test_keys_and_inputs_do_not_show_themselves() -> None:
    """A printed key pair has its public half alone, and no error has a value."""
    assert KEYS.secret.hex() not in repr(KEYS)
    assert str(KEYS.secret) not in repr(KEYS)
    for error in (NotAnElement, NotAScalar, ProofRefused):
        assert str(error()).endswith(".")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, ORDER - 1), min_size=1, max_size=6))
def test_many_are_inverted_as_one_is(numbers: list[int]) -> None:
    """One inversion for all gives what one for each gives."""
    scalars = [number.to_bytes(32, "little") for number in numbers]

    inverses = group.invert_all(scalars)

    assert inverses == [pow(number, -1, ORDER).to_bytes(32, "little") for number in numbers]


def test_zero_has_no_inverse() -> None:
    """Also among others."""
    with pytest.raises(NotAScalar):
        group.invert_all([SCALAR, bytes(32)])
