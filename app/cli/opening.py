"""Opening the premises for a command: settings from the environment, the database of this home, its keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymizer.commands.exits import ExitCode, Stop
from app.database import DatabaseStartError, open_database
from app.database.schema import migrate
from app.database.transactions import transaction
from app.domain.errors import ClearingPointError
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises, utc_now
from app.key_store import KeyStore, KeyStoreError, choose_provider
from app.services import trustee_access
from app.services.erasures import repeat_erasures
from app.services.rotation import create_linkage_keys
from app.settings import Settings, SettingsError


def read_settings(*, port: int | None = None) -> Settings:
    """The settings of this environment; a Stop names the variable that is wrong, and never its value.

    `port` stands for PORT, for the address that is printed as well.
    """
    given = {} if port is None else {"PORT": str(port)}
    try:
        return Settings.from_environment({**os.environ, **given})
    except SettingsError as error:
        raise Stop(str(error), ExitCode.INPUT_BAD) from None


@contextmanager
def open_premises(settings: Settings) -> Iterator[Premises]:
    """The database, migrated, and the keys, for as long as the block lasts. Every refusal becomes a sentence."""
    try:
        with open_database(settings.home, settings.database_urls) as database:
            migrate(database)
            folder = settings.home / "secrets"
            provider = choose_provider(settings.key_provider, folder, os.environ)
            key_store = KeyStore(folder, provider=provider)
            key_store.signing_keys(
                utc_now()
            )  # made with a new home, so that it is in the first backup of the secrets
            linkage = _linkage(settings, folder)
            with transaction(database.keeping_session()) as session:
                repeat_erasures(session, key_store=key_store, now=utc_now())
                if linkage.is_on:
                    create_linkage_keys(session, key_store, now=utc_now())
            yield Premises(
                database=database,
                key_store=key_store,
                body_limit=settings.body_limit_bytes,
                large_body=settings.large_body_bytes,
                public_url=settings.public_url,
                linkage=linkage,
            )
    except (DatabaseStartError, KeyStoreError) as error:
        raise Stop(str(error), ExitCode.TRY_AGAIN) from None
    except ClearingPointError as error:
        raise Stop(error.text, ExitCode.REFUSED) from None


def _linkage(settings: Settings, secrets_folder: Path) -> LinkageSettings:
    return LinkageSettings(
        mode=LinkageMode(settings.linkage),
        trustee_url=settings.trustee_url,
        trustee_folder=secrets_folder / trustee_access.FOLDER,
    )
