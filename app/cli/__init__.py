"""The server's commands of `clearpoint`. They assemble and call; what they do stands in the services."""

from __future__ import annotations

import typer

from app.cli import (
    keys,
    laws,
    linkage,
    linkage_keys,
    obligations,
    organizations,
    releases,
    retention,
    serving,
    trustee,
)

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Register every command that the server has."""
    serving.add_commands(app)
    organizations.add_commands(app)
    keys.add_commands(app)
    linkage_keys.add_commands(keys.key)
    linkage.add_commands(app)
    obligations.add_commands(app)
    releases.add_commands(app)
    retention.add_commands(app)
    laws.add_commands(app)
    trustee.add_commands(app)
