"""The page of a receipt: every value escaped, the places of what is missing said, and a browser that is content."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi.responses import HTMLResponse

from app.web.receipt_pages import draw_receipt
from app.web.rendering import Site
from tests.app.web.chromium import PROGRAM, browser

SITE = Site("https://statistics.example", is_demo=False)
RECEIPT: dict[str, object] = {
    "kind": "clearing-point-receipt",
    "version": 1,
    "clearing_point": "https://statistics.example",
    "batch_id": "0199f3a0-0000-7000-8000-000000000001",
    "organization": "rs-asteria",
    "received_at": "2026-03-02T12:00:00+00:00",
    "schema_version": "1",
    "policy_version": "sha256:" + "9f" * 32,
    "legal_basis": "LAW",
    "law": "RS-2018",
    "digest": "sha256:" + "9f" * 32,
    "received": 412,
    "created": 390,
    "updated": 12,
    "unchanged": 7,
    "rejected": 3,
    "modules": {
        "assistance_episode": {"received": 8, "created": 8, "updated": 0, "unchanged": 0, "rejected": 0}
    },
    "signed_at": "2026-03-02T12:00:00+00:00",
    "key_id": "56475aa75463474c",
    "signature": "AA",
}


def page_of(**changes: object) -> str:
    return bytes(draw_receipt(SITE, {**RECEIPT, **changes}).body).decode()


def test_modules_stand_beside_the_case_sheet() -> None:
    """In words, each with its five numbers."""
    page = page_of()

    assert "Case sheet</th><td>412</td><td>390</td><td>12</td><td>7</td><td>3</td>" in page
    assert "Assistance episode</th><td>8</td><td>8</td><td>0</td><td>0</td><td>0</td>" in page


def test_every_value_is_escaped() -> None:
    """An organization's code is a text that somebody chose."""
    page = page_of(organization="<script>alert(1)</script>")

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_receipt_without_a_signature_says_so() -> None:
    """Receipts had none once; the page does not pretend."""
    unsigned = {
        name: fact for name, fact in RECEIPT.items() if name not in ("signature", "key_id", "signed_at")
    }

    assert "not signed" in bytes(draw_receipt(SITE, unsigned).body).decode()


@pytest.mark.skipif(PROGRAM is None, reason="no browser on this machine")
@pytest.mark.parametrize("width", [360, 1280])
def test_a_browser_has_nothing_to_complain_of(width: int) -> None:
    """The policy allows the page's own style; nothing else is asked for; no page is wider than its window."""
    with served(draw_receipt(SITE, RECEIPT)) as address, browser() as tab:
        tab.open(address, width=width)

        assert tab.complaints == []
        assert tab.requests == [address]
        assert (
            tab.ask("getComputedStyle(document.querySelector('main')).backgroundColor")
            == "rgb(255, 255, 255)"
        )
        assert tab.ask("document.documentElement.scrollWidth <= innerWidth")


@contextmanager
def served(page: HTMLResponse) -> Iterator[str]:
    """The page with its own headers at an address of this machine."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(bytes(page.body))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/receipt"
        server.shutdown()
        thread.join()
