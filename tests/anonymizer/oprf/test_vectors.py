"""Every test vector of RFC 9497, appendix A.1 (ristretto255-SHA512), in its three modes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from anonymizer.oprf import protocol
from anonymizer.oprf.group import element_from
from anonymizer.oprf.hashing import Mode, expand_message, hash_to_group
from anonymizer.oprf.protocol import Evaluation, KeyPair

SUITES = json.loads(Path(__file__).with_name("rfc9497_ristretto255.json").read_text(encoding="utf-8"))
VECTORS = [
    pytest.param(suite, vector, id=f"mode{suite['mode']}-{number}")
    for suite in SUITES
    for number, vector in enumerate(suite["vectors"])
]


def several(vector: Mapping[str, str], name: str) -> list[bytes]:
    return [bytes.fromhex(part) for part in vector[name].split(",")]


def keys_of(suite: Mapping[str, str], mode: Mode) -> KeyPair:
    return protocol.derive_key_pair(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]), mode)


@pytest.mark.parametrize("suite", [pytest.param(suite, id=f"mode{suite['mode']}") for suite in SUITES])
def test_the_key_pair_comes_from_seed_and_label(suite: Mapping[str, str]) -> None:
    """Section 3.2.1, and the tags under which each mode hashes."""
    keys = keys_of(suite, Mode(int(suite["mode"])))

    assert keys.secret.hex() == suite["skSm"]
    assert keys.public.hex() == suite.get("pkSm", keys.public.hex())


@pytest.mark.parametrize(("suite", "vector"), VECTORS)
def test_inputs_are_blinded_as_in_the_rfc(suite: Mapping[str, str], vector: Mapping[str, str]) -> None:
    """With the blind given, the blinded element is the RFC's."""
    mode = Mode(int(suite["mode"]))

    blinded = [
        protocol.blind(each, once, mode)
        for each, once in zip(several(vector, "Input"), several(vector, "Blind"), strict=True)
    ]

    assert blinded == several(vector, "BlindedElement")


@pytest.mark.parametrize(("suite", "vector"), VECTORS)
def test_elements_are_evaluated_and_proved_as_in_the_rfc(
    suite: Mapping[str, str], vector: dict[str, str]
) -> None:
    """With the proof's random scalar given, elements and proof are the RFC's, and the proof fits."""
    mode = Mode(int(suite["mode"]))
    keys = keys_of(suite, mode)
    proved = vector.get("Proof", {"r": "", "proof": ""})
    assert isinstance(proved, dict)

    evaluation, public = evaluated(mode, keys, vector, bytes.fromhex(proved["r"]))

    assert list(evaluation.elements) == several(vector, "EvaluationElement")
    assert evaluation.proof.hex() == proved["proof"]
    if mode is not Mode.OPRF:
        protocol.check_evaluated(mode, public, several(vector, "BlindedElement"), evaluation)


def evaluated(mode: Mode, keys: KeyPair, vector: dict[str, str], once: bytes) -> tuple[Evaluation, bytes]:
    blinded = several(vector, "BlindedElement")
    if mode is not Mode.POPRF:
        return protocol.evaluate(mode, keys.secret, blinded, once), keys.public
    told = bytes.fromhex(vector["Info"])
    return protocol.evaluate_with(keys.secret, told, blinded, once), protocol.tweaked_key(keys.public, told)


@pytest.mark.parametrize(("suite", "vector"), VECTORS)
def test_the_output_is_the_rfcs(suite: Mapping[str, str], vector: Mapping[str, str]) -> None:
    """Unblinding and the last hash, which linkage leaves out."""
    told = bytes.fromhex(vector["Info"]) if int(suite["mode"]) == Mode.POPRF else None

    outputs = [
        protocol.finalize(each, protocol.unblind(once, element), told)
        for each, once, element in zip(
            several(vector, "Input"),
            several(vector, "Blind"),
            several(vector, "EvaluationElement"),
            strict=True,
        )
    ]

    assert outputs == several(vector, "Output")


@pytest.mark.parametrize(
    ("message", "length", "expected"),
    [
        pytest.param(
            b"", 0x20, "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba", id="nothing"
        ),
        pytest.param(
            b"abc", 0x20, "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc", id="abc"
        ),
        pytest.param(
            b"abc",
            0x80,
            "7f1dddd13c08b543f2e2037b14cefb255b44c83cc397c1786d975653e36a6b11"
            "bdd7732d8b38adb4a0edc26a0cef4bb45217135456e58fbca1703cd6032cb134"
            "7ee720b87972d63fbf232587043ed2901bce7f22610c0419751c065922b48843"
            "1851041310ad659e4b23520e1772ab29dcdeb2002222a363f0c2b1c972b3efe1",
            id="abc-in-two-blocks",
        ),
    ],
)
def test_messages_are_expanded_as_in_rfc_9380(message: bytes, length: int, expected: str) -> None:
    """Appendix K.3 (SHA-512)."""
    tag = b"QUUX-V01-CS02-with-expander-SHA512-256"

    assert expand_message(message, tag, length).hex() == expected


def test_the_short_way_of_expanding_is_the_long_one() -> None:
    """The loop is spared for 64 bytes; what it gives is the same."""
    tag = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512"

    assert hash_to_group(b"name") == element_from(expand_message(b"name", tag, 64))
