"""The public pages: rendered on the server, without scripts, the same for every reader. No draft is ever shown."""

from __future__ import annotations

from fastapi import FastAPI

from app.web import assets, pages
from app.web.memory import KeptPages
from app.web.rendering import draw_problem

__all__ = ["add_pages"]


def add_pages(app: FastAPI) -> None:
    """Give the application its pages, their stylesheet, and problem pages for browsers."""
    app.state.kept_pages = KeptPages()
    app.state.draw_problem = draw_problem
    app.include_router(assets.router)
    app.include_router(pages.router)
