"""A browser's link tokens are k1·k2·H(x) as Python computes it, and no custodian can cheat it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from anonymizer.linking.custodians import CustodianRole, LinkageMode
from anonymizer.policy import SLOTS
from tests.browser.custodian_server import Custodians, custodians
from tests.browser.node import run

SCRIPT = """
import { readAnswer } from "./custodians.js";
import { tokenizer } from "./tokenizing.js";
import { writeLinkTokens } from "./tokens.js";
const list = { ...given.list, keys: given.list.keys.map((key) => ({ ...key, publicKey: bytes(key.publicKey) })) };
const asked = [];
const ask = async (custodian, body) => {
  asked.push(body);
  const answered = await fetch(`${given.url}/${custodian}`, { method: "POST", body });
  return answered.ok ? answered.text() : null;
};
try {
  const made = await tokenizer(list, ask)(given.rows.map((row) => row.map(bytes)));
  answer({ cells: made.map(writeLinkTokens), asked });
} catch (error) {
  answer({ code: error.code, asked });
}
"""


@pytest.fixture
def both() -> Iterator[Custodians]:
    """Both custodians, listening."""
    with custodians() as listening:
        yield listening


def inputs(rows: int) -> list[list[bytes]]:
    return [[b"row %d slot %d" % (row, slot) for slot in range(SLOTS)] for row in range(rows)]


def tokenized(
    both: Custodians, rows: list[list[bytes]], linkage: LinkageMode = "two_custodians"
) -> dict[str, Any]:
    keys = [
        {
            "custodian": key.custodian,
            "epoch": key.epoch,
            "publicKey": key.public_key.hex(),
            "until": None,
        }
        for key in both.listed(linkage).keys
    ]
    given = {
        "url": both.url,
        "list": {"linkage": linkage, "keys": keys},
        "rows": [[one.hex() for one in row] for row in rows],
    }
    return dict(run(SCRIPT, given))


def test_both_custodians_make_the_tokens_of_python(both: Custodians) -> None:
    """The trustee is asked first, then the clearing point; every slot of every row in one call each."""
    rows = inputs(2)

    found = tokenized(both, rows)

    assert found["cells"] == [both.tokens(row).written() for row in rows]
    assert both.calls == [(CustodianRole.TRUSTEE, 64), (CustodianRole.CLEARING_POINT, 64)]


def test_without_the_trustee_its_key_is_not_applied(both: Custodians) -> None:
    """The epoch 0 says so, whether it is away or there is none."""
    [row] = inputs(1)
    both.away.add(CustodianRole.TRUSTEE)
    expected = [both.tokens(row, with_trustee=False).written()]

    assert tokenized(both, [row])["cells"] == expected
    assert tokenized(both, [row], "one_custodian")["cells"] == expected
    assert expected[0].startswith("l1:3.0:")


def test_without_the_clearing_point_there_are_none(both: Custodians) -> None:
    """Its key is in every token."""
    both.away.add(CustodianRole.CLEARING_POINT)

    assert tokenized(both, inputs(1))["code"] == "custodian_away"


@pytest.mark.parametrize("cheat", list(CustodianRole))
def test_a_custodian_with_another_key_is_found_out(both: Custodians, cheat: CustodianRole) -> None:
    """Whoever keys one organization apart would know its persons again."""
    both.wrong.add(cheat)

    assert tokenized(both, inputs(1))["code"] == "wrong_proof"


def test_what_is_sent_says_nothing_of_the_input(both: Custodians) -> None:
    """The same row twice is blinded in two ways, and no element of an input is sent."""
    [row] = inputs(1)

    found = tokenized(both, [row, row])
    sent = json.loads(found["asked"][0])["elements"]

    assert len(set(sent)) == 2 * SLOTS
    assert found["cells"][0] == found["cells"][1]


def test_a_row_asks_nothing_for_nothing(both: Custodians) -> None:
    """No rows, no call."""
    assert tokenized(both, []) == {"cells": [], "asked": []}
    assert both.calls == []


def test_the_hash_of_rows_is_that_of_python(both: Custodians) -> None:
    """Inputs of real lengths, in several calls of 128 rows when there are more."""
    rows = [[hashlib.shake_256(b"%d" % slot).digest(20 + slot * 7) for slot in range(SLOTS)]]

    assert tokenized(both, rows)["cells"] == [both.tokens(rows[0]).written()]
