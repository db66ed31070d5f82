"""A browser's link tokens are k1·k2·H(x) as Python computes it, and no custodian can cheat it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from anonymizer.linking.calling import PADDED_TO
from anonymizer.linking.custodians import CustodianRole, LinkageMode
from anonymizer.policy import SLOTS
from tests.browser.custodian_server import Custodians, custodians
from tests.browser.node import run

SCRIPT = """
import { Tokenizer } from "./tokenizing.js";
import { writeLinkTokens } from "./tokens.js";
const list = { ...given.list, keys: given.list.keys.map((key) => ({ ...key, publicKey: bytes(key.publicKey) })) };
const asked = [];
const ask = async (custodian, body) => {
  asked.push(body);
  const answered = await fetch(`${given.url}/${custodian}`, { method: "POST", body });
  return answered.ok ? answered.text() : null;
};
try {
  const tokenizer = new Tokenizer(list, ask);
  const made = await tokenizer.tokens(given.rows.map((row) => row.map(bytes)));
  const cells = made.map((tokens) => tokens && writeLinkTokens(tokens));
  answer({ cells, asked, wasAway: tokenizer.wasAway, isOver: tokenizer.isOver });
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
    """The trustee is asked first, for a multiple of 16 cases as laptops ask it, then the clearing point."""
    rows = inputs(2)

    found = tokenized(both, rows)

    assert found["cells"] == [both.tokens(row).written() for row in rows]
    assert both.calls == [(CustodianRole.TRUSTEE, PADDED_TO), (CustodianRole.CLEARING_POINT, 64)]


def test_without_the_trustee_its_key_is_not_applied(both: Custodians) -> None:
    """The epoch 0 says so, whether it is away or there is none."""
    [row] = inputs(1)
    both.away.add(CustodianRole.TRUSTEE)
    expected = [both.tokens(row, with_trustee=False).written()]

    without, alone = tokenized(both, [row]), tokenized(both, [row], "one_custodian")

    assert (without["cells"], without["wasAway"]) == (expected, True)
    assert (alone["cells"], alone["wasAway"]) == (expected, False)
    assert expected[0].startswith("l1:3.0:")


def test_without_the_clearing_point_there_are_none(both: Custodians) -> None:
    """Its key is in every token. The rows are sent without; nothing more is asked."""
    both.away.add(CustodianRole.CLEARING_POINT)

    found = tokenized(both, inputs(17))

    assert (found["cells"], found["isOver"]) == ([None] * 17, True)
    assert len(found["asked"]) == 2


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

    assert len(set(sent)) == PADDED_TO
    assert found["cells"][0] == found["cells"][1]


def test_a_row_asks_nothing_for_nothing(both: Custodians) -> None:
    """No rows, no call."""
    assert tokenized(both, []) == {"cells": [], "asked": [], "wasAway": False, "isOver": False}
    assert both.calls == []


def test_many_rows_go_in_calls_of_16(both: Custodians) -> None:
    """So that a reader sees it go on; a trustee that is away is not waited for again."""
    both.away.add(CustodianRole.TRUSTEE)
    rows = inputs(17)

    found = tokenized(both, rows)

    assert [found["cells"][at] for at in (0, 16)] == [
        both.tokens(rows[at], with_trustee=False).written() for at in (0, 16)
    ]
    assert both.calls == [(CustodianRole.CLEARING_POINT, PADDED_TO), (CustodianRole.CLEARING_POINT, 32)]
    assert len(found["asked"]) == 3


def test_a_page_with_other_rules_makes_none() -> None:
    """Keys of another normalizer would match nobody, and nobody would notice."""
    found = run(
        """
        import { checkRules } from "./tokenizing.js";
        const list = { domain: "d", normalizer: "n" };
        answer([list, { ...list, normalizer: "m" }, { ...list, domain: "e" }]
          .map((rules) => failure(() => checkRules(list, rules))));
        """
    )

    assert found == [None, "other_rules", "other_rules"]
