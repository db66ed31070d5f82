"""The HTTP server in a thread of its own, so that the demo can call it like anybody else."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from anonymizer.commands.exits import ExitCode, Stop

SECONDS_TO_START = 20
SECONDS_TO_FINISH = 20
"""Calls that are under way when the server is told to stop may end by themselves for this long."""


class Server:
    """One application on one address of this machine."""

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        self._address = (host, port)
        # The access log of uvicorn holds addresses of people and of what they read; ours does not.
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve while the block lasts; gives the address for people."""
        listening = _listen(*self._address)
        serving = threading.Thread(target=self._uvicorn.run, kwargs={"sockets": [listening]}, name="http")
        serving.start()
        try:
            self._await_start()
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            self._uvicorn.should_exit = True
            serving.join()
            listening.close()

    def _await_start(self) -> None:
        waited = threading.Event()
        for _ in range(SECONDS_TO_START * 20):
            if self._uvicorn.started:
                return
            waited.wait(0.05)
        raise Stop("The HTTP server did not start. Look at the log above.", ExitCode.TRY_AGAIN)


def wait_for_the_end() -> None:
    """Return when the operator ends the program."""
    told_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    told_to_stop.wait()


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise Stop(
            f"Port {port} is taken on this machine. Choose another one with PORT=.", ExitCode.TRY_AGAIN
        ) from None
    return listening
