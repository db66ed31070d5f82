"""The modules in a real browser under the clearing point's own policy: the same bytes, and no way out for a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anonymizer.clearing.pseudonyms import inner_case_token
from anonymizer.oprf.protocol import blind
from app.cli.server import Server
from app.edge.premises import Premises
from app.main import create_app
from app.web.assets import script_address
from tests.browser.chromium_page import PROGRAM, Tab, chromium_page

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium")
SCALAR = bytes([5]) + bytes(31)


@pytest.fixture
def site(premises: Premises) -> Iterator[str]:
    """The clearing point behind a real HTTP server; gives its address."""
    with Server(create_app(premises), host="127.0.0.1", port=0).running() as url:
        yield url


@pytest.fixture
def tab(site: str) -> Iterator[Tab]:
    """A tab at a page that every clearing point has."""
    with chromium_page(f"{site}/about") as opened:
        yield opened


def test_a_page_imports_the_modules_and_gets_the_bytes_of_python(site: str, tab: Tab) -> None:
    """Blinding and a case token; everything comes from the clearing point, below one digest, and nothing is refused."""
    found = tab.run(
        """
        const { blind, readScalar } = await import(given.oprf);
        const { caseTokens, normalCaseNumber } = await import(given.tokens);
        const { bytesToHex: hex, hexToBytes: bytes, utf8 } = await import(given.hashing);
        return [hex(blind(utf8("Ђорђе"), readScalar(bytes(given.scalar)))),
                caseTokens(new Uint8Array(32))(normalCaseNumber(" Č-7 "))];
        """,
        {
            "scalar": SCALAR.hex(),
            **{name: script_address(f"clearing/{name}.js") for name in ("oprf", "hashing")},
            "tokens": script_address("clearing/case_tokens.js"),
        },
    )
    asked = {address.removeprefix(site) for address in tab.requests}

    assert found == [blind("Ђорђе".encode(), SCALAR).hex(), inner_case_token(bytes(32), "Č-7")]
    assert tab.complaints == []
    assert script_address("vendor/noble/curves/ed25519.js") in asked
    assert all(address.startswith(site) for address in tab.requests)


def test_the_policy_lets_no_other_script_in(tab: Tab) -> None:
    """Neither what is written into the page nor a worker made of a text: the policy is one that refuses something."""
    refused = tab.run(
        """
        const inline = document.createElement("script");
        inline.textContent = "window.wasRun = true";
        document.body.append(inline);
        let worker = "started";
        try {
          const made = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"], { type: "text/javascript" })));
          worker = await new Promise((resolve) => {
            made.onerror = () => resolve("refused");
            made.onmessage = () => resolve("started");
          });
        } catch { worker = "refused"; }
        let asked = "answered";
        try { await fetch("https://elsewhere.example/"); } catch { asked = "refused"; }
        return [window.wasRun === true, worker, asked];
        """
    )

    assert refused == [False, "refused", "refused"]
    assert len(tab.complaints) >= 3


def test_the_worker_that_reads_names_talks_to_nobody(site: str, tab: Tab) -> None:
    """Not even to the clearing point: its script came with a policy of its own. The page that started it may."""
    worker = tab.start_worker(script_address("clearing/clearing_worker.js"))
    ask = """(address) => new Promise((tell) => {
      addEventListener("securitypolicyviolation", (event) => tell(event.effectiveDirective));
      fetch(address).then(() => tell("answered"), () => {});
    })"""

    assert worker.evaluate(ask, f"{site}/about") == "connect-src"
    assert worker.evaluate(ask, "https://elsewhere.example/") == "connect-src"
    assert tab.page.evaluate(ask, f"{site}/about") == "answered"
