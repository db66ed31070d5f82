"""Tokens whose key is gone: a backup from before a rotation brought them back, and nothing can translate them any more.

They would keep everything else from being compared. Their cases have to be sent again, and the operator is told.
"""

from __future__ import annotations

from datetime import datetime

from app.database.sessions import Session
from app.domain.errors import StateDoesNotAllow
from app.domain.linkage import LinkageSettings
from app.key_store import KeyStore, Purpose
from app.queries.linkage_edges import lock_linking
from app.queries.linkage_tokens import Epochs, forget_older, forget_other
from app.queries.rotation import hold_epochs
from app.services.linkage.completing import epochs_in_use
from app.services.trustee_access import pinned_keys

ROTATED_BETWEEN = 2
"""The trustee makes a factor from the key before the newest to the newest, and from none that is older."""


def forget_lost(session: Session, key_store: KeyStore, linkage: LinkageSettings, *, now: datetime) -> None:
    """Delete every token under a key that is older than all that are left. A newer one than those is left alone: then
    the folder of secrets is older than the database, and the right one has to come back."""
    hold_epochs(session)
    lock_linking(session)
    forget_older(session, oldest_epochs(key_store, linkage), now)


def forget_other_keys(
    session: Session, key_store: KeyStore, linkage: LinkageSettings, *, now: datetime
) -> None:
    """Delete every token under another key than those in use, because somebody says that it will not come back: the
    trustee has destroyed it, or there is no trustee any more. Raises StateDoesNotAllow while a key is being changed."""
    hold_epochs(session)
    lock_linking(session)
    epochs = epochs_in_use(key_store, linkage)
    changing = any(
        len(key_store.linkage.epochs(ours)) > 1 for ours in (Purpose.CLEARING_POINT, Purpose.STORAGE)
    )
    if changing or key_store.factors.find(Purpose.TRUSTEE) is not None:
        raise StateDoesNotAllow(
            "A key is being changed. Finish that with `clearpoint key rotate`; nothing was forgotten."
        )
    forget_other(session, epochs, now)


def oldest_epochs(key_store: KeyStore, linkage: LinkageSettings) -> Epochs:
    """The oldest epoch of each key from which tokens can still be brought to the one in use."""
    keys = key_store.linkage
    return Epochs(
        min(keys.epochs(Purpose.CLEARING_POINT)),
        _oldest_of_the_trustee(key_store, linkage),
        min(keys.epochs(Purpose.STORAGE)),
    )


def _oldest_of_the_trustee(key_store: KeyStore, linkage: LinkageSettings) -> int:
    """Whether the trustee has destroyed the key before the newest is not known here: it is asked by the next command
    that changes the key."""
    epochs = [key.epoch for key in pinned_keys(linkage.trustee_folder)[-ROTATED_BETWEEN:]]
    if factor := key_store.factors.find(Purpose.TRUSTEE):
        epochs.append(factor.old)
    return min(epochs, default=0)
