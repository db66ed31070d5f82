"""The laptop's part of the command line `clearpoint`: templates, checking, clearing, sending, receipts.

Nothing here may print, log or raise a value of a case sheet.
"""

from __future__ import annotations

import typer

from anonymizer.commands import (
    batches,
    logins,
    owed,
    policies,
    profiles,
    receipts,
    sheets,
    templates,
    withdrawals,
)

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Register every command that the base install has."""
    templates.add_commands(app)
    sheets.add_commands(app)
    batches.add_commands(app)
    receipts.add_commands(app)
    withdrawals.add_commands(app)
    owed.add_commands(app)
    profiles.add_commands(app)
    policies.add_commands(app)
    logins.add_commands(app)
