"""`clearpoint profile`: the exports of other systems that are read as they are."""

from __future__ import annotations

import typer

from anonymizer import Profile, load_profile, profile_names
from anonymizer.commands.printing import show_table


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    profile = typer.Typer(help="The exports of other systems that can be read.", no_args_is_help=True)
    profile.callback()(_profile)
    profile.command("list")(list_profiles)
    app.add_typer(profile, name="profile")


def list_profiles() -> None:
    """Name every profile, the legal basis it fixes, the columns it reads and those it fills."""
    profiles = [load_profile(name) for name in profile_names()]
    show_table(
        ("profile", "legal basis", "reads", "fills"),
        [(profile.name, profile.legal_basis, _reads(profile), _fills(profile)) for profile in profiles],
    )


def _profile() -> None:
    """The exports of other systems that can be read."""


def _reads(profile: Profile) -> str:
    return ", ".join(dict.fromkeys(mapping.source for mapping in profile.columns))


def _fills(profile: Profile) -> str:
    return ", ".join(dict.fromkeys([mapping.target for mapping in profile.columns] + list(profile.constants)))
