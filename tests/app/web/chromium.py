"""A real browser for tests, told what to do over a pipe (Chrome DevTools Protocol); nothing to install beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

PROGRAM = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
TOLD = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
"""Events that mean that a browser complains: of a policy that is broken, of a file that is missing."""

HAND_OVER = """
import os, sys
from fcntl import F_DUPFD, fcntl
ends = [fcntl(int(number), F_DUPFD, 10) for number in sys.argv[1:3]]
for end, number in zip(ends, (3, 4)):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads commands from its descriptor 3 and writes answers to 4."""


class Browser:
    """One tab. `complaints` and `requests` are what came since the last `open`."""

    def __init__(self, commands: BinaryIO, answers: BufferedReader) -> None:
        self._commands, self._answers = commands, answers
        self._number, self._rest = 0, b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank", session="")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True, session="")[
            "sessionId"
        ]
        for domain in ("Page", "Log", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    _session = ""

    def open(self, address: str, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Open a page in a window of this width, and wait until all of it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.complaints, self.requests, self._loaded = [], [], False
        self.call("Page.navigate", url=address)
        while not self._loaded:
            self._take()
        self.ask("document.fonts.ready.then(() => true)")

    def ask(self, expression: str) -> Any:
        """What an expression of JavaScript is worth on the page; the tools may run it, the page may not."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return result["result"].get("value")

    def press(self, key: str) -> None:
        """Press one key and let it go."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEY_CODES[key]
            )

    def call(self, method: str, *, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """One command and its answer; events that come before it are noted."""
        self._number += 1
        wanted = self._number
        message: dict[str, object] = {"id": wanted, "method": method, "params": parameters}
        if chosen := self._session if session is None else session:
            message["sessionId"] = chosen
        self._commands.write(json.dumps(message).encode() + b"\0")
        while True:
            came = self._take()
            if came.get("id") == wanted:
                assert "error" not in came, came
                return dict(came["result"])

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            block = self._answers.read1()
            assert block, "the browser ended"
            self._rest += block
        text, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            case method if method in TOLD:
                self.complaints.append(json.dumps(message["params"]))
        return message


KEY_CODES = {"Tab": 9, "ArrowRight": 39}


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own, gone after the block."""
    assert PROGRAM is not None
    to_browser, from_browser = os.pipe(), os.pipe()
    ends = (to_browser[0], from_browser[1])
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        os.fdopen(to_browser[1], "wb", buffering=0) as commands,
        os.fdopen(from_browser[0], "rb") as answers,
    ):
        hand_over = [sys.executable, "-c", HAND_OVER, *map(str, ends)]
        running = subprocess.Popen(
            [*hand_over, PROGRAM, *QUIET, f"--user-data-dir={profile}"],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        opened = Browser(commands, answers)
        try:
            yield opened
        finally:
            opened.call("Browser.close", session="")
            running.wait(timeout=30)
