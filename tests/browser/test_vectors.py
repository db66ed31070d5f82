"""The test vectors of RFC 9497, appendix A.1, for the client of modes 0 and 1, in JavaScript."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.browser.node import run

FILE = Path(__file__).parents[1] / "anonymizer" / "oprf" / "rfc9497_ristretto255.json"
SUITES = [suite for suite in json.loads(FILE.read_text(encoding="utf-8")) if suite["mode"] in (0, 1)]

SCRIPT = """
import { blind, checkEvaluation, finalHash, invertAll, readScalar, unblind } from "./oprf.js";
const { mode, key } = given;
answer(given.vectors.map(({ inputs, blinds, blinded, evaluated, proof }) => {
  const scalars = blinds.map((one) => readScalar(bytes(one)));
  const inverses = invertAll(scalars);
  if (proof) checkEvaluation(bytes(key), blinded.map(bytes), evaluated.map(bytes), bytes(proof), mode);
  return {
    blinded: inputs.map((input, at) => hex(blind(bytes(input), scalars[at], mode))),
    outputs: inputs.map((input, at) =>
      hex(finalHash(bytes(input), unblind(bytes(evaluated[at]), inverses[at])))),
  };
}));
"""


def client_side(vector: Mapping[str, Any]) -> dict[str, Any]:
    """What the client of a vector has in hand."""
    return {
        "inputs": vector["Input"].split(","),
        "blinds": vector["Blind"].split(","),
        "blinded": vector["BlindedElement"].split(","),
        "evaluated": vector["EvaluationElement"].split(","),
        "proof": vector["Proof"]["proof"] if "Proof" in vector else None,
    }


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"mode{suite['mode']}")
def test_a_client_in_javascript_gives_what_the_rfc_prints(suite: Mapping[str, Any]) -> None:
    """Blinded elements and outputs; each proof of mode 1 is believed, those of two elements too."""
    vectors = suite["vectors"]
    found = run(
        SCRIPT, {"mode": suite["mode"], "key": suite.get("pkSm"), "vectors": [*map(client_side, vectors)]}
    )

    assert [one["blinded"] for one in found] == [one["BlindedElement"].split(",") for one in vectors]
    assert [one["outputs"] for one in found] == [one["Output"].split(",") for one in vectors]
    assert suite["mode"] == 0 or all("Proof" in one for one in vectors)
