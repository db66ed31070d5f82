"""Stylesheets, the icon and the scripts: read once, and asked for again only when they change.

An address with a digest may be kept for a year, any other is asked for again each time. Nothing comes from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFound
from app.services.browser_rules import browser_rules
from app.services.linkage_rules import linkage_rules
from app.web.memory import SVG, KeptPage, answer, keepable

FOLDER = Path(__file__).parent / "static"
SCRIPT = "text/javascript; charset=utf-8"
"""RFC 9239. Browsers take a module under no other kind of name."""
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".svg": SVG,
    ".js": SCRIPT,
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
RULES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "clearing/catalogue.json": browser_rules,
    "clearing/linkage.json": linkage_rules,
}
"""Documents that scripts read, made of the anonymizer's own rules. They belong to the version of the scripts."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
"""RFC 8246: this content stays under this address."""
ASKED_AGAIN = "no-cache"
"""Kept, but only used after asking whether it changed."""
OF_A_SCRIPT = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of a worker: it imports our own modules and opens no connection. It reads names; only the
page that started it, which gets blinded elements and cleared rows from it, talks to anybody."""

router = APIRouter()


@router.api_route("/static/{name:path}", methods=["GET", "HEAD"], include_in_schema=False)
def get_asset(name: str, request: Request) -> Response:
    """One file of the folder `static`, under its own name or below the digest of all scripts."""
    digest, _, inside = name.partition("/")
    is_below = bool(inside) and digest == _digest_of_scripts()
    asset = _asset(inside if is_below else name)
    if asset is None:
        raise NotFound
    named = is_below or request.query_params.get("v") == _short(asset)
    sent = answer(request, asset, FOR_A_YEAR if named else ASKED_AGAIN)
    if asset.media_type == SCRIPT:
        sent.headers["Content-Security-Policy"] = OF_A_SCRIPT
    return sent


def asset_address(name: str) -> str:
    """The address of a file, with the digest of its content. KeyError for a file that does not exist."""
    return f"/static/{name}?v={_short(_files()[name])}"


def script_address(name: str) -> str:
    """The address of a module, below a digest of all scripts, so that what it imports is of the same version.

    KeyError for a file that does not exist.
    """
    _files()[name]
    return f"/static/{_digest_of_scripts()}/{name}"


def _asset(name: str) -> KeptPage | None:
    return _rules().get(name) if name in RULES else _files().get(name)


@cache
def _files() -> Mapping[str, KeptPage]:
    return {
        file.relative_to(FOLDER).as_posix(): keepable(file.read_bytes(), MEDIA_TYPES[file.suffix])
        for file in sorted(FOLDER.rglob("*"))
        if file.suffix in MEDIA_TYPES
    }


@cache
def _rules() -> Mapping[str, KeptPage]:
    return {
        name: keepable(json.dumps(make()).encode("ascii"), MEDIA_TYPES[".json"])
        for name, make in RULES.items()
    }


@cache
def _digest_of_scripts() -> str:
    """Of the scripts and of the documents that they read."""
    scripts = [(name, asset) for name, asset in _files().items() if asset.media_type == SCRIPT]
    listed = "\n".join(f"{name} {asset.etag}" for name, asset in [*scripts, *_rules().items()])
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def _short(asset: KeptPage) -> str:
    return asset.etag.strip('"')[:12]
