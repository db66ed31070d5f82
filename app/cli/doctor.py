"""Before anything is served: keys that are fit to serve with, or a sentence that says what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.opening import open_premises
from app.edge.premises import Premises
from app.settings import Settings


@contextmanager
def open_to_serve(settings: Settings) -> Iterator[Premises]:
    """The premises with keys of which none is a sample, open to others, or lost; a Stop otherwise."""
    with open_premises(settings) as premises:
        premises.key_store.check()
        yield premises
