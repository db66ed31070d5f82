"""What stands around every call: headers that browsers obey, one log line, and an end to every fault.

A fault's own words may hold what a sender wrote; so only its kind and its place are logged, and nothing is told.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("clearpoint.calls")


def page_policy(also_asks: str | None = None) -> str:
    """The Content-Security-Policy of a page: nothing is loaded from elsewhere, nothing inline runs or styles, nobody
    frames it. `also_asks` is the address of the one other server that its scripts may call, a trustee."""
    asks = "'self'" if also_asks is None else f"'self' {_origin(also_asks)}"
    return (
        f"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src {asks}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PUBLIC_FOR_A_WHILE = "public, max-age=300"
"""For what is published: it never changes, but that it was superseded must be seen soon."""
NOT_KEPT = "no-store"
"""Unless a route says otherwise, no browser or proxy keeps an answer."""


class Guard:
    """An ASGI wrapper around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, whatever happens in it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _Call(scope, send)
        try:
            await self._app(scope, receive, call.send)
        except Exception as fault:  # the last place that can keep a fault's words from the log and the client
            log_fault(fault)  # its answer has left already, from `problems`
        finally:
            call.log()


class _Call:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._status, self._began = 0, time.monotonic()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            present = {name.lower() for name, _ in message["headers"]}
            wanted = {**SECURITY_HEADERS, "Cache-Control": NOT_KEPT}
            added = [(name.lower().encode(), value.encode()) for name, value in wanted.items()]
            message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in present)]
        await self._send(message)

    def log(self) -> None:
        route = getattr(self._scope.get("route"), "path", "unknown")
        took = round((time.monotonic() - self._began) * 1000)
        logger.info(
            "call",
            extra={
                "method": self._scope["method"],
                "route": route,
                "status": self._status,
                "milliseconds": took,
            },
        )


def log_fault(fault: Exception) -> None:
    """Say that something failed, of which kind and where; its words may hold a value."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames[-5:]]
    logger.error("fault", extra={"kind": type(fault).__name__, "places": places})
