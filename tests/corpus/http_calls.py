"""Calls that are wrong as HTTP, whatever their body: bytes on a line, and the statuses that may answer them.

A status of 0 is a line that the server closes without a word. Where several may answer, the standard leaves the choice
to the server, and each of them refuses.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.anonymizer.case_sheets import row
from tests.factories import a_sheet

CLOSED = 0
SHEET = a_sheet(row(1))
BATCHES = "/api/v1/batches"
MARK = "Zorkamark"
LIMIT = 1 << 20
"""The largest body that the server of these calls takes."""
KEY = "{key}"
"""Stands in a call for the key of a sender."""


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One call. `KEY` in its head is replaced by a sender's key."""

    kind: int
    name: str
    head: str
    statuses: frozenset[int]
    body: bytes = field(default=b"", repr=False)
    ends_there: bool = False
    """Whether the caller says no more, but waits for an answer."""


def calls() -> Iterator[HttpCall]:
    """All of them."""
    yield from _lengths()
    yield from _framing()
    yield from _packed()
    yield from _parts()
    yield from _methods()
    yield from _addresses()
    yield from _headers()


def _lengths() -> Iterator[HttpCall]:
    much = b"x" * (2 * LIMIT)
    yield _post(19, "more than the limit, said", {413}, much)
    yield _post(19, "ten gigabytes said, none sent", {413}, b"", {"Content-Length": str(10 << 30)})
    yield _post(19, "a length beyond 64 bits", {400, 413, CLOSED}, b"", {"Content-Length": "9" * 30})
    chunk = b"%x\r\n%s\r\n" % (LIMIT // 4, b"x" * (LIMIT // 4))
    yield _chunked(19, "more than the limit, unsaid", {413}, chunk * 8)
    yield _post(
        20, "a shorter length than the body", {400, 422}, SHEET, {"Content-Length": str(len(SHEET) - 30)}
    )
    yield _post(20, "no length and no body", {422}, b"", {"Content-Length": "0"})


def _framing() -> Iterator[HttpCall]:
    for name, value in {
        "a negative length": "-1",
        "a length with a sign": "+10",
        "a length in words": "ten",
        "a length with a blank": "1 0",
        "a length in hexadecimal": "0x10",
    }.items():
        yield _post(20, name, {400, CLOSED}, b"", {"Content-Length": value})
    yield _raw(20, "two lengths", {400, CLOSED}, "Content-Length: 5\r\nContent-Length: 6\r\n", b"12345")
    yield _raw(
        20,
        "a length and chunks",
        {400, 422, CLOSED},
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"0\r\n\r\n",
    )
    yield _raw(
        20,
        "an unknown transfer encoding",
        {400, 501, CLOSED},
        "Transfer-Encoding: xchunked\r\n",
        b"0\r\n\r\n",
    )
    yield _raw(
        20,
        "a hidden transfer encoding",
        {400, 422, CLOSED},
        "Transfer-Encoding:\x0bchunked\r\n",
        b"0\r\n\r\n",
    )
    yield _chunked(20, "a chunk with a wrong size", {400, CLOSED}, b"zz\r\nx\r\n")
    yield _chunked(20, "a chunk without end", {400, CLOSED}, b"5\r\nabcdefgh\r\n0\r\n\r\n")
    yield HttpCall(20, "no HTTP", f"{MARK}\r\n\r\n", frozenset({400, CLOSED}))
    yield HttpCall(20, "TLS where none is", "\x16\x03\x01\x02\x00\x01", frozenset({400, CLOSED}), b"\r\n\r\n")
    yield HttpCall(20, "HTTP 9.9", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", frozenset({200, 400, 505, CLOSED}))
    yield HttpCall(20, "HTTP 1.0", "GET /healthz HTTP/1.0\r\n\r\n", frozenset({200}))
    yield HttpCall(
        20, "a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n", frozenset({400, CLOSED})
    )
    yield HttpCall(
        20, "a folded header", f"GET / HTTP/1.1\r\nHost: x\r\n {MARK}\r\n\r\n", frozenset({200, 400, CLOSED})
    )
    yield HttpCall(
        20, "a NUL in a header", "GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n", frozenset({200, 400, CLOSED})
    )


def _packed() -> Iterator[HttpCall]:
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip", MARK):
        yield _post(22, f"packed as {encoding}", {415}, gzip.compress(SHEET), {"Content-Encoding": encoding})
    bomb = gzip.compress(bytes(50_000_000))
    yield _post(22, "a bomb of gzip", {415}, bomb, {"Content-Encoding": "gzip"})
    yield _post(22, "a bomb that is not declared", {422}, bomb)


def _parts() -> Iterator[HttpCall]:
    parts = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
    for name, kind, body in (
        ("a form", "multipart/form-data; boundary=x", parts + b"--x--\r\n"),
        ("ten thousand parts", "multipart/form-data; boundary=x", parts * 10_000 + b"--x--\r\n"),
        ("parts without a boundary", "multipart/form-data", parts),
        ("parts that are cut", "multipart/form-data; boundary=x", parts[:20]),
        ("a form of addresses", "application/x-www-form-urlencoded", b"a=1&" * 1_000),
        ("no type", "", SHEET),
        ("a type in two", "text/csv, application/json", SHEET),
        ("a type that is none", f"{MARK}", SHEET),
        ("a long type", "text/" + "x" * 4_000, SHEET),
        ("HTML", "text/html", SHEET),
    ):
        yield _post(23, name, {415}, body, {"Content-Type": kind})
    yield _post(
        23,
        "a type with parameters",
        {200},
        SHEET,
        {"Content-Type": "Text/CSV; charset=utf-8; header=present"},
    )


def _methods() -> Iterator[HttpCall]:
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PROPFIND", MARK.upper()):
        yield _get(24, f"{method} of the batches", {405, 400, CLOSED}, BATCHES, method=method)
    yield _get(24, "HEAD of a page", {200, 405}, "/", method="HEAD")
    yield _get(24, "HEAD of the batches", {401, 405}, BATCHES, method="HEAD", key="")
    yield _get(24, "a small method", {400, 405, CLOSED}, BATCHES, method="post")


def _addresses() -> Iterator[HttpCall]:
    for name, path in {
        "an unknown address": f"/{MARK}",
        "two slashes": "//api/v1/batches",
        "a way up": "/api/v1/../../etc/passwd",
        "a written way up": "/%2e%2e/%2e%2e/etc/passwd",
        "a semicolon": f"/api/v1/batches;{MARK}",
        "a written NUL": "/api/v1/batches/%00",
        "overlong UTF-8": "/api/v1/batches/%c0%ae",
        "half a letter": "/api/v1/batches/%e4",
        "a batch that is no id": f"/api/v1/batches/{MARK}",
        "a batch of noughts": "/api/v1/batches/00000000-0000-0000-0000-000000000000",
        "a release of a name": f"/api/v1/releases/{MARK}",
        "a table with a way up": "/api/v1/releases/latest/tables/../../../x.csv",
        "a file of the pages": "/static/../../../settings.py",
        "a written file of the pages": "/static/%2e%2e/%2e%2e/settings.py",
    }.items():
        yield _get(24, name, {400, 404, 405, 422}, path)
    # It is decoded before the route is found, and so is the same address; the key is asked for all the same.
    yield _get(24, "a written slash", {200, 404}, "/api%2fv1%2fbatches")
    yield _get(24, "a written slash without a key", {401, 404}, "/api%2fv1%2fbatches", key="")
    yield _get(24, "an address of 16 kB", {400, 404, 414}, "/" + "a" * 16_000)
    yield _get(24, "an address of 100 kB", {400, 404, 414, CLOSED}, "/" + "a" * 100_000)
    yield _get(
        24, "a thousand parameters", {200}, BATCHES + "?" + "&".join(f"p{n}={MARK}" for n in range(1_000))
    )
    for name, parameter in {
        "atomic": f"atomic={MARK}",
        "dry_run": f"dry_run={MARK}",
        "legal_basis": f"legal_basis={MARK}",
        "profile": f"profile=..%2f{MARK}",
        "law": "law=" + "x" * 200,
        "encoding": "encoding=utf-7",
        "dates": f"dates={MARK}",
    }.items():
        yield _post(24, f"a wrong {name}", {422}, SHEET, query=f"?{parameter}")
    yield _post(24, "a parameter twice", {200, 422}, SHEET, query="?dry_run=true&dry_run=false")


def _headers() -> Iterator[HttpCall]:
    yield _get(25, "an address of its own in the line", {200, 404}, "http://192.0.2.1/healthz")
    for name, headers in {
        "another host": {"Host": "192.0.2.1"},
        "a host with a way": {"Host": f"{MARK}/../"},
        "an empty host": {"Host": ""},
        "a forwarded host": {
            "X-Forwarded-Host": MARK,
            "X-Forwarded-For": "127.0.0.1",
            "Forwarded": f"for={MARK}",
        },
        "another address": {"X-Original-URL": "/api/v1/audit", "X-Rewrite-URL": "/api/v1/audit"},
        "another method": {"X-HTTP-Method-Override": "DELETE"},
    }.items():
        yield _get(25, name, {200, 400}, "/healthz", headers=headers)
    for name, headers in {
        "a hostile origin": {"Origin": "https://hostile.example"},
        "no origin": {"Origin": "null"},
        "a cookie": {"Cookie": f"session={MARK}"},
        "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://hostile.example"},
    }.items():
        yield _get(26, name, {200}, BATCHES, headers=headers)
        yield _get(26, f"{name} without a key", {401}, BATCHES, headers=headers, key="")
    preflight = {"Origin": "https://hostile.example", "Access-Control-Request-Method": "POST"}
    yield _get(26, "a question before", {405}, BATCHES, method="OPTIONS", headers=preflight)
    for name, key in {
        "no key": "",
        "a wrong key": f"Bearer {MARK}",
        "another scheme": f"Basic {MARK}",
        "two keys": f"Bearer {KEY} {KEY}",
        "a key of letters that are no ASCII": "Bearer \xe4\xf6",
        "a long key": "Bearer " + "x" * 8_000,
    }.items():
        yield _get(27, name, {401, 400}, BATCHES, key=key)
    yield _get(27, "a key in the address", {401}, f"{BATCHES}?key={KEY}&access_token={KEY}", key="")
    yield _get(
        27, "headers of a megabyte", {200, 400, 431, CLOSED}, "/healthz", headers={"X-Long": "x" * 1_000_000}
    )
    yield _get(
        27,
        "ten thousand headers",
        {200, 400, 431, CLOSED},
        "/healthz",
        headers={f"X-{n}": "1" for n in range(10_000)},
    )
    yield _post(
        15,
        "a name of a file",
        {200},
        SHEET,
        {"Content-Disposition": f'attachment; filename="../../{MARK}.csv"'},
    )
    yield _post(15, "a key with blanks", {422}, SHEET, {"Idempotency-Key": f"{MARK} {MARK}"})
    yield _post(15, "a long idempotency key", {422}, SHEET, {"Idempotency-Key": "x" * 300})


def _post(
    kind: int,
    name: str,
    statuses: set[int],
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    query: str = "",
) -> HttpCall:
    query = query or "?dry_run=true"
    wanted = {"Content-Type": "text/csv", "Content-Length": str(len(body)), **(headers or {})}
    head = _head("POST", f"{BATCHES}{query}", f"Bearer {KEY}", wanted)
    return HttpCall(kind, name, head, frozenset(statuses), body)


def _chunked(kind: int, name: str, statuses: set[int], chunks: bytes) -> HttpCall:
    headers = {"Content-Type": "text/csv", "Transfer-Encoding": "chunked"}
    head = _head("POST", BATCHES, f"Bearer {KEY}", headers)
    return HttpCall(kind, name, head, frozenset(statuses), chunks)


def _raw(kind: int, name: str, statuses: set[int], lines: str, body: bytes) -> HttpCall:
    head = _head("POST", BATCHES, f"Bearer {KEY}", {"Content-Type": "text/csv"})
    return HttpCall(kind, name, head.removesuffix("\r\n") + lines + "\r\n", frozenset(statuses), body)


def _get(
    kind: int,
    name: str,
    statuses: set[int],
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    key: str = f"Bearer {KEY}",
) -> HttpCall:
    return HttpCall(kind, name, _head(method, address, key, headers or {}), frozenset(statuses))


def _head(method: str, address: str, key: str, headers: Mapping[str, str]) -> str:
    wanted = {
        "Host": "localhost",
        **({"Authorization": key} if key else {}),
        **headers,
        "Connection": "close",
    }
    lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items())]
    return "\r\n".join([*lines, "", ""])
