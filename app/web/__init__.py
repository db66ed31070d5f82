"""The public pages: rendered on the server, the same for every reader. No draft is ever shown.

One alone has scripts: the page that clears a case sheet in the browser.
"""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from app.edge.premises import Premises
from app.web import assets, browser_pages, desk_pages, pages, sender_pages
from app.web.memory import KeptPages
from app.web.receipt_pages import draw_receipt
from app.web.rendering import Site, draw_problem

__all__ = ["add_pages"]


def add_pages(app: FastAPI) -> None:
    """Give the application, which has its premises already, its pages, and what draws problems and receipts."""
    premises: Premises = app.state.premises
    site = Site(premises.public_url, is_demo=premises.is_demo)
    app.state.site = site
    app.state.kept_pages = KeptPages()
    app.state.draw_problem = partial(draw_problem, site)
    app.state.draw_receipt = partial(draw_receipt, site)
    app.include_router(assets.router)
    app.include_router(pages.router)
    app.include_router(sender_pages.router)
    app.include_router(desk_pages.router)
    app.include_router(browser_pages.router)
