"""The link tokens of a case: one group element a slot, and the text in which a cleared row carries them.

A token is k1·k2·H(match key) (RFC 9497 without its last hash). It tests a name only for who can ask both custodians.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from anonymizer.errors import UnsuitableTokens
from anonymizer.policy import SLOTS

LINK_TOKENS = "link_tokens"
"""The column of a cleared case sheet that carries them. No receipt covers it, and no template asks for it."""
TOKEN_BYTES = 32
"""Of a compressed element of ristretto255 (RFC 9496, section 4.3)."""
NOT_APPLIED = 0
"""In place of an epoch: this custodian's key is not in the tokens."""
_WRITTEN = re.compile(r"l1:([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3}):([A-Za-z0-9_-]{1366})")


@dataclass(frozen=True, slots=True)
class LinkTokens:
    """The tokens of one case, a slot each, with the epochs of the keys that are in them."""

    k1_epoch: int
    k2_epoch: int
    elements: tuple[bytes, ...] = field(repr=False)

    def written(self) -> str:
        """The cell of a cleared row."""
        coded = urlsafe_b64encode(b"".join(self.elements)).rstrip(b"=").decode("ascii")
        return f"l1:{self.k1_epoch}.{self.k2_epoch}:{coded}"


Tokenizer = Callable[[Sequence[Sequence[bytes]]], Sequence[LinkTokens | None]]
"""Makes the tokens of some rows of their slot inputs, 32 a row; None for a row of which none can be made now. It may
ask the custodians, and never shows them an input."""


def read_link_tokens(text: str) -> LinkTokens:
    """The tokens that a cell carries. Raises UnsuitableTokens when it is anything else than what `written` writes.

    That each of them is an element of the group is the door's to check.
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise UnsuitableTokens
    whole = urlsafe_b64decode(found[3] + "==")
    if urlsafe_b64encode(whole).rstrip(b"=").decode("ascii") != found[3]:
        raise UnsuitableTokens
    elements = tuple(whole[at * TOKEN_BYTES : (at + 1) * TOKEN_BYTES] for at in range(SLOTS))
    return LinkTokens(int(found[1]), int(found[2]), elements)
