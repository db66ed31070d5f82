"""Link tokens at the door: checked, multiplied by the storage key at once, and left for the next run.

A token without that key could be tested by whoever reads it; so none is staged or stored before. Nothing is looked
up here, and no answer depends on a token.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from anonymizer.errors import UnsuitableTokens
from anonymizer.linking.tokens import TOKEN_BYTES, read_link_tokens
from anonymizer.oprf.errors import OprfError
from anonymizer.oprf.group import multiply
from app.database.sessions import Session
from app.domain.errors import EpochOver, WrongInput
from app.queries import linkage_tokens as queries
from app.queries.linkage_tokens import StoredTokens

NONE = ""
"""The cell of a row that has no tokens."""
_STAGED = re.compile(r"t1:([0-9]+)\.([0-9]+)\.([0-9]+):([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """What the door needs: the storage key in use, and which epochs of the custodians' keys may come in."""

    s_epoch: int
    s: bytes = field(repr=False)
    k1_epochs: Collection[int]
    k2_epochs: Collection[int]
    """0 among them where tokens without the trustee's key are taken, too."""


def seal_tokens(cells: Sequence[str], keys: SealingKeys) -> list[StoredTokens | None]:
    """T = s·N for the `link_tokens` cell of each row; None for an empty one.

    Raises WrongInput for a cell that holds no 32 elements of the group, and EpochOver when a key in it is not in use.
    """
    return [None if cell == NONE else _sealed(cell, keys) for cell in cells]


def as_staged(stored: Sequence[StoredTokens | None]) -> list[str]:
    """Sealed tokens as cells of text, for rows that wait."""
    return [NONE if tokens is None else _written(tokens) for tokens in stored]


def from_staged(cells: Sequence[str]) -> list[StoredTokens | None]:
    """What `as_staged` wrote."""
    return [None if cell == NONE else _read(cell) for cell in cells]


def keep_arrivals(
    session: Session,
    case_ids: Sequence[UUID],
    stored: Sequence[StoredTokens | None],
    *,
    batch_id: UUID,
    now: datetime,
) -> None:
    """Leave the tokens of these cases for the next run, which compares them. A case without tokens leaves nothing.

    They go with the batch that brought them, when it is taken back.
    """
    arrived = [(case, tokens) for case, tokens in zip(case_ids, stored, strict=True) if tokens is not None]
    if arrived:
        queries.add_arrivals(session, arrived, batch_id=batch_id, at=now)


def _sealed(cell: str, keys: SealingKeys) -> StoredTokens:
    try:
        tokens = read_link_tokens(cell)
        if tokens.k1_epoch not in keys.k1_epochs or tokens.k2_epoch not in keys.k2_epochs:
            raise EpochOver
        sealed = tuple(multiply(keys.s, element) for element in tokens.elements)
    except (UnsuitableTokens, OprfError):
        raise WrongInput(
            "The link tokens of a row cannot be read. Clear the file again with the newest version of "
            "clearpoint and send it again."
        ) from None
    return StoredTokens(tokens.k1_epoch, tokens.k2_epoch, keys.s_epoch, sealed)


def _written(tokens: StoredTokens) -> str:
    coded = urlsafe_b64encode(b"".join(tokens.elements)).rstrip(b"=").decode("ascii")
    return f"t1:{tokens.k1_epoch}.{tokens.k2_epoch}.{tokens.s_epoch}:{coded}"


def _read(cell: str) -> StoredTokens:
    found = _STAGED.fullmatch(cell)
    if found is None:
        raise UnsuitableTokens
    *epochs, coded = found.groups()
    whole = urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    elements = tuple(whole[at : at + TOKEN_BYTES] for at in range(0, len(whole), TOKEN_BYTES))
    return StoredTokens(int(epochs[0]), int(epochs[1]), int(epochs[2]), elements)
