"""`link`: which cases are of one person, for the operator at the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymizer.commands.printing import count, show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.services.linkage import lost_keys
from app.services.linkage.reporting import linkage_status

link = typer.Typer(help="Which cases are of one person.", no_args_is_help=True)


ForgetOtherKeys = Annotated[
    bool,
    typer.Option(
        "--forget-other-keys",
        help="Forget tokens under keys that are not in use and will not come back. Their cases have to be sent again.",
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(link, name="link")


@link.command("run")
def run(forget_other_keys: ForgetOtherKeys = False) -> None:
    """Compare now what came since the last run; the worker does the same each night."""
    from app.worker.linking import link_now  # brings the queue, which no other command here needs

    with open_premises(read_settings()) as premises:
        linked = link_now(
            premises, forgetting=lost_keys.forget_other_keys if forget_other_keys else lost_keys.forget_lost
        )
    if linked.is_skipped:
        show(f"Nothing was compared. {_other_keys(linked.other_keys)}")
        _tell_forgotten(linked.forgotten)
        return
    show_table(
        ("what", "how many"),
        [
            ("arrivals taken in", linked.arrived),
            ("arrivals that wait for a key", linked.waiting),
            ("cases compared", linked.compared),
            ("links, automatic", linked.automatic),
            ("links for review", linked.review),
            ("persons merged", linked.merged),
            ("persons split", linked.split),
            ("tokens ignored, too common", linked.ignored),
        ],
    )
    _tell_suspended(linked.suspended)
    _tell_forgotten(linked.forgotten)


@link.command("status")
def status() -> None:
    """How many cases, links and persons there are, and when they were compared last."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.linking_session()) as session,
    ):
        now = linkage_status(session)
    show_table(
        ("what", "how many"),
        [
            ("cases with tokens", now.cases),
            ("arrivals that wait", now.waiting),
            *((f"links, {band}", links) for band, links in sorted(now.links.items())),
            *((f"persons with several cases, {band}", persons) for band, persons in now.persons.items()),
            ("tokens ignored, too common", now.ignored),
        ],
    )
    when = "never" if now.last_run is None else f"{now.last_run:%Y-%m-%d %H:%M} UTC"
    show(
        f"Last run: {when}." + (f" It was skipped. {_other_keys(now.other_keys)}" if now.was_skipped else "")
    )
    _tell_suspended(now.suspended)
    _tell_forgotten(now.forgotten)


def _tell_suspended(classes: tuple[str, ...]) -> None:
    if classes:
        show(f"Suspended, because too many tokens in them are too common: {', '.join(classes)}.")


def _tell_forgotten(cases: int) -> None:
    if cases:
        show(
            f"{count(cases, 'case')} lost their tokens, because the keys in them are destroyed. They are not linked "
            "until they are sent again: ask the organizations for all cases of the time before the rotation."
        )


def _other_keys(cases: int) -> str:
    return (
        f"The tokens of {count(cases, 'case')} have other keys than those in use: a key is being changed, or the "
        "trustee's is still to come into them, a part each night. If neither, look at CLEARPOINT_LINKAGE; and if "
        "the other key will not come back, `clearpoint link run --forget-other-keys` goes on without those tokens."
    )
