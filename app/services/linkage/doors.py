"""Linkage as a batch meets it at the door: what makes tokens of identifiers here, and what seals those that come.

Closed, identifiers are dropped and tokens that came are dropped with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from anonymizer import ClearedChunk
from anonymizer.linking.tokens import NOT_APPLIED, Tokenizer
from app.database.sessions import Session
from app.domain.linkage import LinkageMode, LinkageSettings
from app.key_store import KeyStore, Purpose
from app.queries.rotation import hold_epochs
from app.services.linkage.sealing import SealingKeys, as_staged, seal_tokens
from app.services.stripping import stripping_tokenizer
from app.services.trustee_rotation import accepted_trustee_epochs


@dataclass(frozen=True, slots=True)
class LinkageDoor:
    """For one batch. `tokenizer` is for rows whose identifiers come in; `sealing` for every row that has tokens."""

    tokenizer: Tokenizer | None = None
    sealing: SealingKeys | None = None

    def seal(self, chunk: ClearedChunk) -> ClearedChunk:
        """The chunk with sealed tokens as cells, or with none. Raises WrongInput and EpochOver."""
        if chunk.link_tokens is None:
            return chunk
        if self.sealing is None:
            return replace(chunk, link_tokens=None)
        return replace(chunk, link_tokens=as_staged(seal_tokens(chunk.link_tokens, self.sealing)))


CLOSED = LinkageDoor()
"""Where nothing is linked."""


@contextmanager
def open_door(
    session: Session, key_store: KeyStore, linkage: LinkageSettings, *, random: Callable[[int], bytes]
) -> Iterator[LinkageDoor]:
    """The door of one batch. No rotation ends before the transaction in which its tokens are written."""
    if not linkage.is_on:
        yield CLOSED
        return
    hold_epochs(session)
    with stripping_tokenizer(key_store.linkage, linkage, random=random) as tokenizer:
        yield LinkageDoor(tokenizer, sealing_keys(key_store, linkage))


def sealing_keys(key_store: KeyStore, linkage: LinkageSettings) -> SealingKeys:
    """The storage key in use, and the epochs of the custodians' keys under which tokens may come in."""
    keys = key_store.linkage
    epoch = keys.epoch(Purpose.STORAGE)
    return SealingKeys(
        s_epoch=epoch,
        s=keys.scalar(Purpose.STORAGE, epoch),
        k1_epochs=keys.epochs(Purpose.CLEARING_POINT),
        k2_epochs={NOT_APPLIED, *_epochs_of_the_trustee(key_store, linkage)},
    )


def _epochs_of_the_trustee(key_store: KeyStore, linkage: LinkageSettings) -> tuple[int, ...]:
    if linkage.mode is not LinkageMode.TWO_CUSTODIANS:
        return ()
    return accepted_trustee_epochs(key_store, linkage.trustee_folder)
