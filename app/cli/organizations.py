"""`org` and `key`: the operator registers who may come in."""

from __future__ import annotations

import base64
import sys
from typing import Annotated

import typer

from anonymizer import CODE_LISTS
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.domain.actors import LegalBasis, Role
from app.edge.premises import utc_now
from app.services import people, receipts

org = typer.Typer(help="Organizations that send cases or ask for data.", no_args_is_help=True)
key = typer.Typer(help="API keys of persons.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(org, name="org")
    app.add_typer(key, name="key")


@org.command("add")
def add_organization(
    code: Annotated[str, typer.Argument(help="A short code, shown on receipts.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="A code of CL_ORGTYPE, for example NGO.")],
    country: Annotated[list[str], typer.Option(help="Where it is registered; the first is the default.")],
    legal_basis: Annotated[LegalBasis, typer.Option(help="What the agreement says.")] = LegalBasis.CONSENT,
    law: Annotated[str | None, typer.Option(help="The code of the provision, with LAW or ARCHIVE.")] = None,
) -> None:
    """Register an organization."""
    _check_codes("CL_ORGTYPE", [kind])
    _check_codes("CL_COUNTRY", country)
    new = people.NewOrganization(code, name, kind, tuple(country), legal_basis, law)
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        people.register_organization(session, new, now=utc_now())
    show("Registered. Issue a key for a person of it with `clearpoint key issue`.")


@org.command("list")
def list_organizations() -> None:
    """List the organizations."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        found = people.list_organizations(session)
    show_table(
        ["code", "kind", "countries"], [[one.code, one.kind, ", ".join(one.countries)] for one in found]
    )


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


def _check_codes(code_list: str, codes: list[str]) -> None:
    if not set(codes) <= set(CODE_LISTS[code_list].codes):
        raise Stop(f"A code is not in {code_list}. See /api/v1/schema/codelists.", ExitCode.INPUT_BAD)
