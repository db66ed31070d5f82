"""`org`: the operator registers the organizations that may come in."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymizer import CODE_LISTS
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.domain.actors import LegalBasis
from app.edge.premises import utc_now
from app.services import people

org = typer.Typer(help="Organizations that send cases or ask for data.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(org, name="org")


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


def _check_codes(code_list: str, codes: list[str]) -> None:
    if not set(codes) <= set(CODE_LISTS[code_list].codes):
        raise Stop(f"A code is not in {code_list}. See /api/v1/schema/codelists.", ExitCode.INPUT_BAD)
