"""Pages kept in memory: drawn once for each state of what is public, and answered with a validator.

What is kept is the same for everybody. Nothing about the reader, and nothing that the reader sent, may be part of it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import cast

from fastapi import Request, Response

from app.edge.guards import PUBLIC_FOR_A_WHILE

HTML = "text/html; charset=utf-8"
SVG = "image/svg+xml"
MOST_PAGES = 200
"""Ten releases with all their pages; at most some 100 kB each."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One answer as it leaves, with the validator that browsers send back."""

    body: bytes
    media_type: str
    etag: str


class KeptPages:
    """The pages drawn last. A key says all that a page depends on, so that a page never goes out of date."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, draw: Callable[[], str], *, media_type: str) -> KeptPage:
        """The page of this key; `draw` is called when it is not here. A page that cannot be drawn is not kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        # Two callers may draw at once; they draw the same.
        page = keepable(draw().encode(), media_type)
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page


def keepable(body: bytes, media_type: str) -> KeptPage:
    """The answer with its validator."""
    return KeptPage(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def kept(request: Request, key: Hashable, draw: Callable[[], str], *, media_type: str = HTML) -> Response:
    """Answer with the page of this key from memory, drawn first where it is new."""
    pages = cast(KeptPages, request.app.state.kept_pages)
    return answer(request, pages.take(key, draw, media_type=media_type))


def answer(request: Request, page: KeptPage, cache_control: str = PUBLIC_FOR_A_WHILE) -> Response:
    """The page, or 304 when the reader has it."""
    headers = {"ETag": page.etag, "Cache-Control": cache_control}
    if page.etag in _validators(request):
        return Response(status_code=304, headers=headers)
    return Response(page.body, media_type=page.media_type, headers=headers)


def _validators(request: Request) -> list[str]:
    """The validators that the reader has; a proxy that packs the answer marks its own as weak."""
    sent = request.headers.get("if-none-match", "")
    return [validator.strip().removeprefix("W/") for validator in sent.split(",")]
