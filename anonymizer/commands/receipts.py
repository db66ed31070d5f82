"""`clearpoint receipt`: fetches the receipt of a batch, as it is or as a page to print, and verifies one offline.

A receipt has no case in it. Verifying opens no connection and takes no key from the receipt itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer.core import TyperGroup

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import check_can_write, write_private
from anonymizer.commands.keys import home_folder
from anonymizer.commands.options import ForceOption, KeyFileOption, UrlOption, clearing_point, key_ring
from anonymizer.commands.pinning import keep_keys, kept_keys
from anonymizer.commands.printing import show, show_json
from anonymizer.errors import ReceiptNotGenuine, ReceiptUnreadable
from anonymizer.receipts import LARGEST_DOCUMENT, PublishedKeys, check_receipt, read_keys, read_receipt

PAGES = (".html", ".htm")
FETCH = "fetch"
FATES = ("received", "created", "updated", "unchanged", "rejected")
NO_KEYS = (
    "There are no signing keys of this clearing point on this machine. Save the address that ends in "
    "/.well-known/clearing-point-keys.json from the clearing point, and name the file with --keys."
)


class Receipts(TyperGroup):
    """`receipt BATCH` is short for `receipt fetch BATCH`."""

    # Typer keeps its context type to itself, hence Any.
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command that is meant before its arguments."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [FETCH, *args]
        return list(super().parse_args(ctx, args))


receipts = typer.Typer(
    cls=Receipts, help="Fetch the receipt of a batch, and verify one offline.", no_args_is_help=True
)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(receipts, name="receipt")


@receipts.command(FETCH)
def fetch(
    batch: Annotated[UUID, typer.Argument(metavar="BATCH", help="The batch.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it to a file; .html is a page to print."),
    ] = None,
    trust_new_keys: Annotated[
        bool, typer.Option("--trust-new-keys", help="Keep the keys that the clearing point publishes now.")
    ] = False,
    force: ForceOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Fetch the receipt of a batch. It has no case in it."""
    if out is not None:
        check_can_write(out, replace=force)
    with clearing_point(url, key_ring(key_file, None)) as point:
        is_page = out is not None and out.suffix.lower() in PAGES
        text = point.read_receipt_page(batch) if is_page else point.read_receipt(batch).text
        keep_keys(point, home_folder(), trust_new=trust_new_keys)
    if out is None:
        show_json(text)
        return
    write_private(out, [text.encode()], replace=force)
    show("The receipt is written.")


@receipts.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A receipt, or the answer with it.")],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="FILE", help="The published keys, saved earlier. Default: those kept here."
        ),
    ] = None,
) -> None:
    """Say whether the clearing point signed a receipt as it stands. Needs no connection."""
    try:
        receipt = read_receipt(_read(file))
        check_receipt(receipt, _keys(receipt, keys))
    except ReceiptUnreadable as unreadable:
        raise Stop(str(unreadable), ExitCode.INPUT_BAD) from None
    except ReceiptNotGenuine as forged:
        raise Stop(f"NOT GENUINE. {forged}", ExitCode.REFUSED) from None
    _show_verified(receipt)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_DOCUMENT + 1)
    except OSError:
        raise Stop("The file cannot be read. Check its name.", ExitCode.INPUT_BAD) from None


def _keys(receipt: Mapping[str, object], named: Path | None) -> PublishedKeys:
    published = (
        read_keys(_read(named)) if named else kept_keys(home_folder(), str(receipt.get("clearing_point")))
    )
    if published is None:
        raise Stop(NO_KEYS, ExitCode.INPUT_BAD)
    return published


def _show_verified(receipt: Mapping[str, object]) -> None:
    counts = ", ".join(f"{receipt[fate]} {fate}" for fate in FATES if fate in receipt)
    show(f"Genuine: {receipt['clearing_point']} signed it on {receipt['signed_at']}.")
    show(
        f"Batch {receipt.get('batch_id')} of {receipt.get('organization')}, received {receipt.get('received_at')}."
    )
    show(f"{counts}; {receipt.get('digest')}")
    if "withdrawn_at" in receipt:
        show(f"The batch was withdrawn on {receipt['withdrawn_at']}: everything that it brought is deleted.")
