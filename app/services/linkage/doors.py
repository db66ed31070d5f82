"""Linkage as a batch meets it at the door: what makes tokens of identifiers here, and what seals those that come.

Closed, identifiers are dropped and tokens that came are dropped with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from anonymizer import ClearedChunk
from anonymizer.linking.tokens import Tokenizer
from app.services.linkage.sealing import SealingKeys, as_staged, seal_tokens


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
