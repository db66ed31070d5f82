"""The browser's half of the blind evaluation gives the bytes of the Python one, and refuses what that refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from anonymizer.oprf.evaluations import Evaluation, evaluate_batch
from anonymizer.oprf.group import random_scalar
from anonymizer.oprf.hashing import Mode, hash_to_group
from anonymizer.oprf.protocol import KeyPair, blind, derive_key_pair, unblind
from tests.browser.node import run

CUSTODIAN = derive_key_pair(b"\7" * 32, b"test")
INPUTS = [b"", b"\0", "Ана Антић".encode(), "Şule Yılmaz".encode(), "Μαρία".encode(), bytes(range(256)) * 4]


def counted(seed: bytes) -> Callable[[int], bytes]:
    """Bytes that look random and are the same each time."""
    drawn = 0

    def draw(length: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(seed + drawn.to_bytes(4, "big")).digest(length)

    return draw


def blinds(number: int) -> list[bytes]:
    draw = counted(b"blinds")
    return [random_scalar(draw) for _ in range(number)]


def hexes(values: Sequence[bytes]) -> list[str]:
    return [value.hex() for value in values]


def test_hashes_and_blinds_as_python() -> None:
    """Inputs in four scripts, the empty one and a long one, in modes 0 and 1."""
    once = blinds(len(INPUTS))
    found = run(
        """
        import { blind, hashToGroup, readScalar } from "./oprf.js";
        answer([0, 1].map((mode) => given.inputs.map((input, at) => [
          hex(hashToGroup(bytes(input), mode).toBytes()),
          hex(blind(bytes(input), readScalar(bytes(given.blinds[at])), mode)),
        ])));
        """,
        {"inputs": hexes(INPUTS), "blinds": hexes(once)},
    )

    for mode in (Mode.OPRF, Mode.VOPRF):
        assert found[mode] == [
            [hash_to_group(text, mode).hex(), blind(text, scalar, mode).hex()]
            for text, scalar in zip(INPUTS, once, strict=True)
        ]


def test_takes_the_blinds_out_as_python() -> None:
    """One inversion for all of them gives what an inversion each gives."""
    once = blinds(len(INPUTS))
    evaluated = evaluated_by(CUSTODIAN, [blind(text, o) for text, o in zip(INPUTS, once, strict=True)])
    found = run(
        """
        import { invertAll, readScalar, unblind } from "./oprf.js";
        const inverses = invertAll(given.blinds.map((one) => readScalar(bytes(one))));
        answer(given.elements.map((one, at) => hex(unblind(bytes(one), inverses[at]))));
        """,
        {"blinds": hexes(once), "elements": hexes(evaluated.elements)},
    )

    assert found == [unblind(o, e).hex() for o, e in zip(once, evaluated.elements, strict=True)]


def evaluated_by(pair: KeyPair, elements: Sequence[bytes]) -> Evaluation:
    return evaluate_batch(pair.secret, elements, counted(b"proof"))


CHECK = """
import { checkEvaluation } from "./oprf.js";
answer(failure(() => checkEvaluation(bytes(given.key), given.blinded.map(bytes), given.elements.map(bytes),
  bytes(given.proof))));
"""


def batch(number: int = 5) -> dict[str, Any]:
    blinded = [blind(b"%d" % at, once) for at, once in enumerate(blinds(number))]
    done = evaluated_by(CUSTODIAN, blinded)
    return {
        "key": CUSTODIAN.public.hex(),
        "blinded": hexes(blinded),
        "elements": hexes(done.elements),
        "proof": done.proof.hex(),
    }


@pytest.mark.parametrize("number", [1, 2, 300])
def test_believes_a_proof_that_python_made(number: int) -> None:
    """Of one element, of two, and of more than a byte can count."""
    assert run(CHECK, batch(number)) is None


def of_another_key(given: dict[str, Any]) -> None:
    given["key"] = derive_key_pair(b"\x08" * 32, b"test").public.hex()


def in_another_order(given: dict[str, Any]) -> None:
    given["elements"][:2] = reversed(given["elements"][:2])


def one_by_another_key(given: dict[str, Any]) -> None:
    other = derive_key_pair(b"\x08" * 32, b"test")
    given["elements"][2] = evaluated_by(other, [bytes.fromhex(given["blinded"][2])]).elements[0].hex()


def one_missing(given: dict[str, Any]) -> None:
    del given["elements"][-1]


def nothing_asked(given: dict[str, Any]) -> None:
    given["elements"], given["blinded"] = [], []


def identity(given: dict[str, Any]) -> None:
    given["elements"][0] = "00" * 32


def not_canonical(given: dict[str, Any]) -> None:
    given["elements"][0] = "ff" * 32


def identity_as_key(given: dict[str, Any]) -> None:
    given["key"] = "00" * 32


def short_element(given: dict[str, Any]) -> None:
    given["elements"][0] = given["elements"][0][2:]


def short_proof(given: dict[str, Any]) -> None:
    given["proof"] = given["proof"][2:]


def proof_past_the_order(given: dict[str, Any]) -> None:
    given["proof"] = "ff" * 64


def changed_proof(given: dict[str, Any]) -> None:
    first = int(given["proof"][:2], 16) ^ 1
    given["proof"] = f"{first:02x}{given['proof'][2:]}"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (of_another_key, "wrong_proof"),
        (in_another_order, "wrong_proof"),
        (one_by_another_key, "wrong_proof"),
        (changed_proof, "wrong_proof"),
        (short_proof, "wrong_proof"),
        (proof_past_the_order, "wrong_proof"),
        (one_missing, "wrong_number"),
        (nothing_asked, "wrong_number"),
        (identity, "no_element"),
        (not_canonical, "no_element"),
        (short_element, "no_element"),
        (identity_as_key, "no_element"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_believes_nothing_else(changed: Callable[[dict[str, Any]], None], code: str) -> None:
    """Whatever a custodian, or one who stands between, changes is refused."""
    given = batch()
    changed(given)

    assert run(CHECK, given) == code


def test_draws_fresh_scalars() -> None:
    """Never zero, never the same, and below the order of the group."""
    first, again, after_zero = run(
        """
        import { randomScalar, readScalar } from "./oprf.js";
        const draws = [new Uint8Array(64), new Uint8Array(64).fill(3)];
        const text = (scalar) => scalar.toString();
        answer([text(randomScalar()), text(randomScalar()), text(randomScalar(() => draws.shift()))]);
        """
    )

    assert first != again
    assert 0 not in (int(first), int(again), int(after_zero))


def test_says_nothing_of_an_input_that_is_too_long() -> None:
    """The RFC counts in two bytes; the error carries no byte of the input."""
    told = run(
        """
        import { hashToGroup } from "./oprf.js";
        try { hashToGroup(new Uint8Array(65536).fill(65)); answer(null); }
        catch (error) { answer([error.code, error.message]); }
        """
    )

    assert told == ["long_input", "An input is longer than 65,535 bytes."]
