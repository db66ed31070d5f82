"""How many cases a second a browser gives link tokens: `python -m tests.browser.speed [CASES]`.

Both custodians run on the same machine, so that their work is in the figure too: about a tenth of it. It is measured
beside the tests because it needs their custodians; it judges nothing, for it depends on the machine.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from anonymizer.linking.custodians import CustodianRole
from anonymizer.policy import SLOTS
from app.web.assets import FOLDER
from tests.browser.chromium_page import PROGRAM, chromium_page
from tests.browser.custodian_server import Custodians, custodians
from tests.browser.node import run

CASES = 32
WARMING_UP = 4
"""Cases before the measured ones: an engine translates what it runs often."""
MEASURE = """
const list = { ...given.list, keys: given.list.keys.map((key) => ({ ...key, publicKey: bytes(key.publicKey) })) };
const rows = (count) => Array.from({ length: count }, (_, row) =>
  Array.from({ length: given.slots }, (_, slot) => utf8(`row ${row} slot ${slot}`)));
await new Tokenizer(list, ask).tokens(rows(given.warming));
const began = performance.now();
await new Tokenizer(list, ask).tokens(rows(given.cases));
const seconds = (performance.now() - began) / 1000;
"""
IN_NODE = (
    """
import { utf8 } from "./hashing.js";
import { Tokenizer } from "./tokenizing.js";
const ask = async (custodian, body) => (await fetch(`${given.url}/${custodian}`, { method: "POST", body })).text();
"""
    + MEASURE
)
IN_CHROMIUM = (
    """
const { utf8, hexToBytes: bytes } = await import("/clearing/hashing.js");
const { Tokenizer } = await import("/clearing/tokenizing.js");
const ask = (custodian, body) => window.askCustodian(custodian, body);
"""
    + MEASURE
    + "return seconds;"
)


def main(cases: int) -> None:
    """Measure in Node and in Chromium, and say what came out."""
    with custodians() as both:
        given = _given(both, cases)
        _tell("Node", cases, run(IN_NODE + "answer(seconds);", given))
        _tell("Chromium", cases, _in_chromium(both, given))
        began = time.perf_counter()
        for row in range(cases):
            both.tokens([b"row %d slot %d" % (row, slot) for slot in range(SLOTS)])
        _tell("Python, k1·k2·H(x) without blinding and proofs", cases, time.perf_counter() - began)


def _given(both: Custodians, cases: int) -> dict[str, Any]:
    keys = [
        {"custodian": key.custodian, "epoch": key.epoch, "publicKey": key.public_key.hex(), "until": None}
        for key in both.listed().keys
    ]
    listed = {"linkage": "two_custodians", "keys": keys}
    return {"url": both.url, "list": listed, "cases": cases, "slots": SLOTS, "warming": WARMING_UP}


def _in_chromium(both: Custodians, given: dict[str, Any]) -> float:
    """On a page whose files come from the folder: no server is measured with it."""
    with chromium_page("about:blank") as tab:
        tab.page.route("http://clearing.example/**", _file)
        tab.page.expose_function(
            "askCustodian", lambda role, body: both.answer(CustodianRole(role), body.encode()).decode()
        )
        tab.page.goto("http://clearing.example/")
        return float(tab.run(IN_CHROMIUM, given))


def _file(route: Any) -> None:
    path = FOLDER / route.request.url.partition("://")[2].partition("/")[2]
    if path.is_file():
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<title>Speed</title>", content_type="text/html")


def _tell(where: str, cases: int, seconds: float) -> None:
    rate = {
        "where": where,
        "cases": cases,
        "seconds": round(seconds, 2),
        "cases_a_second": round(cases / seconds, 1),
    }
    sys.stdout.write(json.dumps(rate, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    assert PROGRAM, "needs Chromium"
    sys.stdout.write(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; one thread works\n")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
