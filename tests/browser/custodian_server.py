"""Two custodians for tests behind one HTTP server: what they are asked is evaluated by the Python side."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from anonymizer.linking.custodians import CustodianKey, CustodianRole, LinkageList, LinkageMode
from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.evaluations import evaluate_batch
from anonymizer.oprf.group import multiply
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.oprf.messages import read_call, write_answer
from anonymizer.oprf.protocol import KeyPair, derive_key_pair

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = {CustodianRole.CLEARING_POINT: 3, CustodianRole.TRUSTEE: 2}


@dataclass
class Custodians:
    """Both keys, what was asked, and who is away. `wrong` answers with another key."""

    url: str = ""
    away: set[CustodianRole] = field(default_factory=set)
    wrong: set[CustodianRole] = field(default_factory=set)
    calls: list[tuple[CustodianRole, int]] = field(default_factory=list)
    """Who was asked, and for how many elements."""
    keys: dict[CustodianRole, KeyPair] = field(
        default_factory=lambda: {
            CustodianRole.CLEARING_POINT: derive_key_pair(b"\1" * 32, b"k1"),
            CustodianRole.TRUSTEE: derive_key_pair(b"\2" * 32, b"k2"),
        }
    )

    def listed(self, linkage: LinkageMode = "two_custodians") -> LinkageList:
        """The list that a clearing point with these custodians would sign."""
        return LinkageList(
            clearing_point="Clearing point",
            linkage=linkage,
            domain="clearpoint.see.v1",
            normalizer="seekey/1",
            policy="see-thb/2026.1",
            trustee_url=self.url,
            keys=tuple(CustodianKey(role, EPOCH[role], self.keys[role].public, SINCE) for role in self.keys),
            signed_at=SINCE,
        )

    def tokens(self, inputs: list[bytes], *, with_trustee: bool = True) -> LinkTokens:
        """What the tokens of a row must be, without any blinding: k1·k2·H(x)."""
        trustee, first = self.keys[CustodianRole.TRUSTEE], self.keys[CustodianRole.CLEARING_POINT]
        halves = [hash_to_group(one) for one in inputs]
        if with_trustee:
            halves = [multiply(trustee.secret, half) for half in halves]
        elements = tuple(multiply(first.secret, half) for half in halves)
        return LinkTokens(
            EPOCH[CustodianRole.CLEARING_POINT],
            EPOCH[CustodianRole.TRUSTEE] if with_trustee else 0,
            elements,
        )

    def answer(self, role: CustodianRole, body: bytes) -> bytes:
        """The answer to one call."""
        call = read_call(body)
        self.calls.append((role, len(call.elements)))
        keys = derive_key_pair(b"\x09" * 32, b"other") if role in self.wrong else self.keys[role]
        evaluation = evaluate_batch(keys.secret, call.elements, os.urandom)
        return json.dumps(write_answer(call.epoch, evaluation)).encode()


@contextmanager
def custodians() -> Iterator[Custodians]:
    """Both, listening until the block ends: `/clearing_point` and `/trustee`."""
    both = Custodians()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            role = CustodianRole(self.path.strip("/"))
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if role in both.away:
                self.send_error(503)
                return
            answer = both.answer(role, body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Nothing: tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        both.url = f"http://127.0.0.1:{server.server_address[1]}"
        serving = Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield both
        finally:
            server.shutdown()
            serving.join()
