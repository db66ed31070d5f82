"""Before anything is served: keys that are fit to serve with, or a sentence that says what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.opening import open_premises
from app.database.transactions import transaction
from app.edge.premises import Premises, utc_now
from app.services.rotation import create_linkage_keys
from app.settings import Settings


@contextmanager
def open_to_serve(settings: Settings) -> Iterator[Premises]:
    """The premises with keys of which none is a sample, open to others, or lost; a Stop otherwise.

    When linkage is switched on for the first time, its keys are made; never when tokens are there.
    """
    with open_premises(settings) as premises:
        premises.key_store.check()
        if premises.linkage.is_on:
            with transaction(premises.database.keeping_session()) as session:
                create_linkage_keys(session, premises.key_store, now=utc_now())
        yield premises
