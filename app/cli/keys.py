"""`key`: API keys of persons, and the key that signs receipts. The keys of linkage join the group."""

from __future__ import annotations

import base64
import sys
from typing import Annotated

import typer

from anonymizer.commands.printing import show
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.domain.actors import Role
from app.edge.premises import utc_now
from app.services import people, receipts

key = typer.Typer(help="API keys of persons, and the clearing point's own keys.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(key, name="key")


@key.command("issue")
def issue_key(
    organization: Annotated[str, typer.Argument(help="The organization's code.")],
    person: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[list[Role], typer.Option(help="What the key is for; may be given more than once.")],
) -> None:
    """Issue a key. It is shown once, in the two lines that the laptop's key file has."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        issued = people.issue_key(
            session,
            organization,
            key_store=premises.key_store,
            person_name=person,
            roles=frozenset(role),
            now=utc_now(),
        )
    show(key_file_text(issued).rstrip())


@key.command("revoke")
def revoke_key() -> None:
    """Revoke the key that is read from standard input, at once."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        people.revoke_key(session, sys.stdin.readline().strip(), now=utc_now())
    show("Revoked.")


@key.command("rotate-signing")
def rotate_signing_key() -> None:
    """Sign receipts with a new key from now on. The old public key stays published, its secret is destroyed."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        key_id = receipts.rotate_signing_key(session, key_store=premises.key_store, now=utc_now())
    show(
        f"Receipts are signed with the key {key_id} from now on. Announce it: laptops tell their readers of it."
    )


def key_file_text(issued: people.IssuedKey) -> str:
    """The two lines of a laptop's key file."""
    case_key = base64.urlsafe_b64encode(issued.case_key).rstrip(b"=").decode()
    return f"key = {issued.key}\ncase_key = {case_key}\n"
