"""The stylesheet and the icon: read once, and asked for again only when they change.

Their address ends in a digest of their content, so that browsers may keep them for a year. Nothing comes from
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFound
from app.web.memory import SVG, KeptPage, answer, keepable

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES: Mapping[str, str] = {".css": "text/css; charset=utf-8", ".svg": SVG}
FOR_A_YEAR = "public, max-age=31536000, immutable"
"""RFC 8246: this content stays under this address."""

router = APIRouter()


@router.api_route("/static/{name}", methods=["GET", "HEAD"], include_in_schema=False)
def get_asset(name: str, request: Request) -> Response:
    """One file of the folder `static`."""
    asset = _assets().get(name)
    if asset is None:
        raise NotFound
    return answer(request, asset, FOR_A_YEAR)


def asset_address(name: str) -> str:
    """The address of a file, with the digest of its content. KeyError for a file that does not exist."""
    digest = _assets()[name].etag.strip('"')
    return f"/static/{name}?v={digest[:12]}"


@cache
def _assets() -> Mapping[str, KeptPage]:
    return {
        file.name: keepable(file.read_bytes(), MEDIA_TYPES[file.suffix])
        for file in FOLDER.iterdir()
        if file.suffix in MEDIA_TYPES
    }
