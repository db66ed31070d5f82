"""`up`, `demo`, `worker` and `migrate`: what makes the server run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from anonymizer.commands.printing import show
from app.cli.doctor import open_to_serve
from app.cli.opening import open_premises, read_settings
from app.cli.server import Server, wait_for_the_end
from app.demo.run import run_demo
from app.demo.trustee import LOCALHOST, kept_port
from app.logs import log_to_stderr
from app.main import create_app
from app.settings import LINKAGE_MODES, TWO_CUSTODIANS, Settings
from app.trustee import create_trustee, open_trustee
from app.worker import run_what_waits, running_worker

DEMO_HOME = Path("var/demo")

Port = Annotated[int | None, typer.Option(help="Port on this machine; default 8000, or PORT.")]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("up")(up)
    app.command("demo")(demo)
    app.command("worker")(worker)
    app.command("migrate")(migrate)


def up(port: Port = None) -> None:
    """Serve the clearing point until Ctrl-C."""
    settings = read_settings(port=port)
    log_to_stderr()
    with open_to_serve(settings) as premises:
        server = Server(create_app(premises), host=settings.host, port=settings.port)
        with running_worker(premises), server.running() as url:
            show(f"The clearing point serves on {url} until Ctrl-C.")
            wait_for_the_end()


def demo(
    port: Port = None,
    once: Annotated[bool, typer.Option("--once", help="End after the first release.")] = False,
) -> None:
    """Serve a clearing point with invented organizations, cases, and a first release."""
    settings = read_settings(port=port)
    if settings.is_default_home:
        settings = replace(settings, home=DEMO_HOME)
    log_to_stderr(calls=False)
    home = settings.home.with_name(f"{settings.home.name}-trustee")
    trustee = open_trustee(home)
    second = Server(create_trustee(trustee), host=LOCALHOST, port=kept_port(home))
    with second.running() as trustee_url, open_to_serve(_linking(settings, trustee_url)) as premises:
        application = create_app(replace(premises, is_demo=True))
        server = Server(application, host=settings.host, port=settings.port)
        with running_worker(premises), server.running() as url:
            run_demo(premises, trustee, url=url, home=settings.home, say=show)
            if not once:
                show(f"\nServing on {url} until Ctrl-C.")
                wait_for_the_end()


def _linking(settings: Settings, trustee_url: str) -> Settings:
    """The demo links as two custodians do, unless somebody chose otherwise."""
    if settings.linkage != LINKAGE_MODES[0]:
        return settings
    return replace(settings, linkage=TWO_CUSTODIANS, trustee_url=trustee_url)


def worker(
    once: Annotated[bool, typer.Option("--once", help="Store what waits now, and end.")] = False,
) -> None:
    """Store the batches that wait, beside a server that runs elsewhere, until Ctrl-C. `up` has one of its own."""
    log_to_stderr()
    with open_to_serve(read_settings()) as premises:
        if once:
            run_what_waits(premises)
            return
        with running_worker(premises):
            show("The worker stores what waits until Ctrl-C.")
            wait_for_the_end()


def migrate() -> None:
    """Bring the database to the newest schema."""
    with open_premises(read_settings()):
        show("The schema is the newest one.")
