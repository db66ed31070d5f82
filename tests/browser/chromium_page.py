"""A page of a running clearing point in Debian's Chromium, told what to do by Playwright.

The page obeys the clearing point's own policy; what it complains of is collected, and what it asks for elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Worker, sync_playwright

PROGRAM = shutil.which("chromium")
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage")
"""As root, and where the shared memory is small."""
PATIENCE = 120_000
"""Milliseconds."""


@dataclass
class Tab:
    """One page. `complaints`: errors, refusals of the policy and missing files; `requests`: every address asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def run(self, script: str, given: object = None) -> Any:
        """What a script, the body of an async function of `given`, returns. It may import, as the page may."""
        return self.page.evaluate(f"async (given) => {{ {script} }}", given)

    def start_worker(self, address: str) -> Worker:
        """A worker of the page with a module at this address, for scripts to be run in."""
        with self.page.expect_worker() as started:
            self.page.evaluate(
                "(address) => { window.started = new Worker(address, { type: 'module' }); }", address
            )
        return started.value


@contextmanager
def chromium_page(address: str) -> Iterator[Tab]:
    """A tab at an address; nothing may be loaded from anywhere else than the tests' own servers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(OPTIONS))
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        tab = Tab(page)
        page.on("console", lambda message: tab.complaints.append(message.text))
        page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        page.on("request", _noting(tab))
        page.goto(address)
        try:
            yield tab
        finally:
            browser.close()


def _noting(tab: Tab) -> Callable[[Any], None]:
    return lambda request: tab.requests.append(request.url)
