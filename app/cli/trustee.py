"""`trustee`: running the second custodian on its own machine, and connecting a clearing point to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from anonymizer.addresses import check_address
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from anonymizer.linking.calling import PADDED_TO, fetch_published
from anonymizer.sending_errors import SendingError
from app.cli.opening import read_settings
from app.cli.server import Server, wait_for_the_end
from app.domain.errors import StateDoesNotAllow
from app.key_store import KeyStoreError, LinkageKey, Purpose, choose_provider
from app.logs import log_to_stderr
from app.services import trustee_access
from app.services.trustee_access import keep_credential, pin_keys, read_trustee_keys
from app.trustee import TrusteePremises, create_trustee, open_trustee
from app.trustee.answering import end_rotation
from app.trustee.premises import utc_now
from app.trustee.register import (
    ELEMENTS_A_DAY,
    ELEMENTS_A_DAY_OF_CLEARING_POINT,
    KEY_PREFIX,
    LONGEST_KEY,
    CodeTaken,
    Registered,
    UnknownCode,
)
from app.trustee.serving import KEYS_PATH

HOME = Path("var/trustee")
HOME_SETTING = "CLEARPOINT_TRUSTEE_HOME"
HOST = "127.0.0.1"
PORT = 8100

trustee = typer.Typer(help="The second custodian of the keys of linkage.", no_args_is_help=True)
org = typer.Typer(help="Organizations that the trustee serves.", no_args_is_help=True)
trustee.add_typer(org, name="org")

Code = Annotated[str, typer.Argument(help="A short code.")]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(trustee, name="trustee")


@trustee.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="The address on which it listens.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on which it listens.")] = PORT,
) -> None:
    """Serve as the trustee until Ctrl-C. Its key is made the first time. Put TLS before it."""
    log_to_stderr()
    with _trustee() as premises, Server(create_trustee(premises), host=host, port=port).running() as url:
        show(f"The trustee serves on {url} until Ctrl-C.")
        wait_for_the_end()


@trustee.command("rotate")
def rotate(
    end: Annotated[
        bool, typer.Option("--end", help="Destroy the old key, once the clearing point has translated.")
    ] = False,
) -> None:
    """Put a new key in use beside the old one. The clearing point then takes the factor and translates its tokens."""
    with _trustee() as premises:
        if end:
            end_rotation(premises)
            show("The old key is destroyed.")
            return
        epoch = premises.keys.begin_rotation(Purpose.TRUSTEE, premises.clock())
    show(
        f"New tokens carry the key of epoch {epoch}, once the clearing point has pinned it. When its tokens are "
        "translated, destroy the old key with `clearpoint trustee rotate --end`."
    )


@org.command("add")
def add_organization(
    code: Code,
    elements_a_day: Annotated[
        int | None,
        typer.Option(
            min=PADDED_TO, help="How many elements it may ask in a day: 512 for each call of 16 cases."
        ),
    ] = None,
    sealing_key: Annotated[
        str,
        typer.Option(help="Of the clearing point alone: as `clearpoint key status` prints it there."),
    ] = "",
    public_url: Annotated[
        str,
        typer.Option(envvar="CLEARPOINT_TRUSTEE_URL", help="The trustee's own address, as senders reach it."),
    ] = "",
) -> None:
    """Register an organization. Its key is shown once and not kept, with the one address to which a laptop sends it."""
    address = _public_url(public_url)
    sealing = _sealing_key(sealing_key)
    usual = ELEMENTS_A_DAY if sealing is None else ELEMENTS_A_DAY_OF_CLEARING_POINT
    new = Registered(code, elements_a_day or usual, sealing)
    with _trustee() as premises:
        try:
            key = premises.register.add(new, now=premises.clock(), random=premises.random)
        except CodeTaken:
            raise Stop("An organization has this code already. Choose another.", ExitCode.INPUT_BAD) from None
    show(f"trustee_key = {key}")
    if address and sealing is None:
        show(f"trustee_url = {address}")


@org.command("list")
def list_organizations() -> None:
    """List the organizations."""
    with _trustee() as premises:
        asked = premises.register.asked_on(premises.clock().date())
    show_table(["code", "elements a day", "served"], [_row(one.organization) for one in asked])


@org.command("stop")
def stop_organization(code: Code) -> None:
    """Serve an organization no more, at once. Its cases still come in, and link with the clearing point's key later."""
    with _trustee() as premises:
        try:
            premises.register.stop(code, now=premises.clock())
        except UnknownCode:
            raise Stop("No organization has this code.", ExitCode.INPUT_BAD) from None
    show("Stopped.")


@trustee.command("status")
def show_status() -> None:
    """What each organization asked today (UTC), and the key in use. Many elements without many cases are guesses."""
    with _trustee() as premises:
        asked = premises.register.asked_on(premises.clock().date())
        key = premises.keys.listed(Purpose.TRUSTEE)[-1]
    show(f"Key of epoch {key.epoch}: {key.fingerprint}")
    show_table(
        ["code", "elements today", "of", "calls", "refused"],
        [
            [
                one.organization.code,
                str(one.elements),
                str(one.organization.elements_a_day),
                str(one.calls),
                str(one.refused),
            ]
            for one in asked
        ],
    )


@trustee.command("connect")
def connect(
    url: Annotated[str, typer.Argument(help="The trustee's address; default CLEARPOINT_TRUSTEE_URL.")] = "",
) -> None:
    """At the clearing point: keep the key that the trustee gave (standard input), and pin its public keys.

    Again after each rotation of the trustee's key, with an empty line for the key.
    """
    settings = read_settings()
    address = url or settings.trustee_url
    if not address:
        raise Stop("Name the trustee's address, or set CLEARPOINT_TRUSTEE_URL.", ExitCode.INPUT_BAD)
    folder, key = settings.home / "secrets" / trustee_access.FOLDER, sys.stdin.readline(LONGEST_KEY).strip()
    if key and not key.startswith(KEY_PREFIX):
        raise Stop("This is no key of a trustee. It was not kept.", ExitCode.INPUT_BAD)
    with _explained():
        text = fetch_published(address.rstrip("/") + KEYS_PATH)
        if text is None:
            raise Stop("What answers at this address is no trustee.", ExitCode.INPUT_BAD)
        keys = read_trustee_keys(text)
        pin_keys(folder, keys)
        if key:
            keep_credential(folder, key)
    newest = LinkageKey(Purpose.TRUSTEE, keys[-1].epoch, keys[-1].public_key, keys[-1].since)
    show(f"Pinned the trustee's keys. Key of epoch {newest.epoch}: {newest.fingerprint}")
    show("Compare it with what `clearpoint trustee status` shows there, over the telephone.")


@contextmanager
def _trustee() -> Iterator[TrusteePremises]:
    home = Path(os.environ.get(HOME_SETTING) or HOME)
    with _explained():
        provider = choose_provider(read_settings().key_provider, home / "secrets", os.environ)
        yield open_trustee(home, provider=provider, clock=utc_now)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (KeyStoreError, SendingError) as error:
        raise Stop(str(error), ExitCode.TRY_AGAIN) from None
    except StateDoesNotAllow as error:
        raise Stop(error.text, ExitCode.REFUSED) from None


def _sealing_key(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b"?"
    if len(key) not in (0, 32):
        raise Stop(
            "A sealing key has 64 hexadecimal digits. See `clearpoint key status` there.",
            ExitCode.INPUT_BAD,
        )
    return key or None


def _public_url(text: str) -> str:
    try:
        return str(check_address(text)).rstrip("/") if text else ""
    except SendingError:
        raise Stop(
            "This is no address for senders. Write it like https://host.", ExitCode.INPUT_BAD
        ) from None


def _row(organization: Registered) -> list[str]:
    served = "no" if organization.stopped_at else "yes"
    return [organization.code, str(organization.elements_a_day), served]
