"""The addresses of what senders look up: how to send, the codebook, and every problem that can be told.

They come from the catalogue alone, and nothing that a reader sent may stand on them.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import cast

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFound
from app.services import codebook
from app.web.memory import kept
from app.web.rendering import Site, render

router = APIRouter()
page = partial(router.api_route, methods=["GET", "HEAD"], include_in_schema=False)


@page("/send")
def get_sending(request: Request) -> Response:
    """How a shelter sends its cases, and the templates in each language."""
    return kept(request, "send", lambda: render("send.html", _site(request), languages=codebook.OWN_NAMES))


@page("/codebook")
def get_codebook(request: Request) -> Response:
    """Every sheet, and where its fields are told."""
    groups = codebook.groups().values()
    return kept(request, "codebook", lambda: render("codebook.html", _site(request), groups=groups))


@page("/codebook/lists")
def get_code_lists(request: Request) -> Response:
    """Every code list with its codes."""
    lists = codebook.code_lists()
    return kept(request, "code lists", lambda: render("code_lists.html", _site(request), lists=lists))


@page("/codebook/{sheet}")
def get_sheet(sheet: str, request: Request) -> Response:
    """The fields of one sheet."""
    group = codebook.groups().get(sheet)
    if group is None:
        raise NotFound
    return kept(
        request, ("codebook", sheet), lambda: render("codebook_sheet.html", _site(request), group=group)
    )


@page("/problems")
def get_problems(request: Request) -> Response:
    """Every problem that a sender can be told, by what it is about."""
    areas = [
        (area, tuple(words))
        for area, words in groupby(codebook.findings().values(), lambda words: words.area)
    ]
    return kept(request, "problems", lambda: render("findings.html", _site(request), areas=areas))


@page("/problems/{code}")
def get_problem(code: str, request: Request) -> Response:
    """One problem, by its code or its number."""
    words = codebook.finding(code)
    if words is None:
        raise NotFound
    key = ("problem", words.finding.code)
    return kept(request, key, lambda: render("finding.html", _site(request), words=words))


def _site(request: Request) -> Site:
    return cast(Site, request.app.state.site)
