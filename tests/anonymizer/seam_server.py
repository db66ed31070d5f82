"""A small clearing point on 127.0.0.1 that speaks the batches' part of the API and remembers what came to it.

It counts rows and stores nothing; what it should fail with stands in its queue of `failures`. It is for what the real
server does not do on demand: breaking off, refusing three times, answering late. `test_against_the_server.py` has the
real one.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

BATCH_ID = "0199f3a0-0000-7000-8000-000000000001"
API_KEY = "cp_test-key"
ORGANIZATION: dict[str, object] = {
    "organization": "Test shelter",
    "kind": "NGO",
    "countries": ["RS", "ME"],
    "default_country": "RS",
    "legal_basis": "CONSENT",
    "law": None,
    "roles": ["sender"],
}


@dataclass
class Arrived:
    """One call to POST /batches."""

    options: dict[str, str]
    content_type: str
    idempotency_key: str
    body: bytes
    prefer: str | None = None


@dataclass
class Seam:
    """What came, and what goes wrong next: a status, or `drop` for a connection that is cut."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    failures: deque[int | str] = field(default_factory=deque)
    answer_conflicts: list[dict[str, object]] = field(default_factory=list)
    looks_until_stored: int | None = None
    """None: stored at once. Else batches wait, and are stored when somebody looked so often."""
    organization: object = field(default_factory=lambda: ORGANIZATION)
    bytes_received: int = 0
    keeps_bodies: bool = True


class Server(ThreadingHTTPServer):
    """Says nothing of a client that hangs up: that is what some tests do."""

    def __init__(self, seam: Seam) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.seam = seam

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(certificate: Path | None = None) -> Iterator[Seam]:
    """Serve until the block ends, encrypted when there is a certificate (PEM, with its key)."""
    seam = Seam()
    server = Server(seam)
    if certificate is not None:
        encryption = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        encryption.load_cert_chain(certificate)
        server.socket = encryption.wrap_socket(server.socket, server_side=True)
    seam.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield seam
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Door(BaseHTTPRequestHandler):
    """One call at the door of the seam that its server carries."""

    protocol_version = "HTTP/1.1"

    @property
    def seam(self) -> Seam:
        """Where this call is remembered."""
        return cast(Server, self.server).seam

    def do_GET(self) -> None:
        if not self._is_known():
            return
        path = urlsplit(self.path).path.removeprefix("/api/v1")
        batch = _answer(rows=3)
        match path:
            case "/me":
                self._say(200, self.seam.organization)
            case "/batches":
                stats = batch["stats"]
                self._say(
                    200,
                    {"batches": [{"batch_id": BATCH_ID, "received_at": "2026-01-01", "stats": stats}]},
                )
            case _ if path == f"/batches/{BATCH_ID}":
                self._say(200, self._looked_at(batch))
            case _ if path == f"/batches/{BATCH_ID}/receipt":
                self._say(200, batch["receipt"])
            case _:
                self._problem(404, "not_found", "There is nothing here that you can see.")

    def do_POST(self) -> None:
        if not self._is_known():
            return
        body = b"".join(self._pieces())
        options = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        headers = self.headers
        self.seam.arrived.append(
            Arrived(options, headers["Content-Type"], headers["Idempotency-Key"], body, headers["Prefer"])
        )
        failure = self.seam.failures.popleft() if self.seam.failures else None
        if failure == "drop":
            self.close_connection = True
        elif isinstance(failure, int):
            self._problem(failure, "told_to", "The test wanted this answer.")
        else:
            self._answer_batch(body, dry_run=options.get("dry_run") == "true")

    def _answer_batch(self, body: bytes, *, dry_run: bool) -> None:
        answer = _answer(rows=body.count(b"\n") - 1) | {
            "dry_run": dry_run,
            "conflicts": self.seam.answer_conflicts,
        }
        if dry_run:
            answer |= {"batch_id": None, "receipt": None}
        if self.seam.looks_until_stored is not None:
            self._say(202, answer | {"status": "PENDING", "receipt": None})
            return
        self._say(200 if dry_run else 201, answer)

    def _looked_at(self, batch: dict[str, object]) -> dict[str, object]:
        if not self.seam.looks_until_stored:
            return batch
        self.seam.looks_until_stored -= 1
        return batch | {"status": "PENDING", "receipt": None}

    def _is_known(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {API_KEY}":
            return True
        self._problem(401, "key_needed", "This needs a valid API key.")
        return False

    def _pieces(self) -> Iterator[bytes]:
        if self.headers["Transfer-Encoding"] != "chunked":
            yield self.rfile.read(int(self.headers["Content-Length"]))
            return
        while size := int(self.rfile.readline(), 16):
            piece = self.rfile.read(size)
            self.rfile.readline()
            self.seam.bytes_received += len(piece)
            yield piece if self.seam.keeps_bodies else b"\n" * piece.count(b"\n")
        self.rfile.readline()

    def _problem(self, status: int, code: str, detail: str) -> None:
        self._say(status, {"type": "about:blank", "status": status, "code": code, "detail": detail})

    def _say(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: what is tested is what the client says."""


def _answer(rows: int) -> dict[str, object]:
    stats = {"received": rows, "created": rows, "updated": 0, "unchanged": 0, "rejected": 0}
    return {
        "status": "OK",
        "dry_run": False,
        "batch_id": BATCH_ID,
        "stats": stats,
        "dropped": {},
        "conflicts": [],
        "receipt": {"batch_id": BATCH_ID, "digest": "sha256:00", **stats},
    }
