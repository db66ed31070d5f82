"""Link tokens made in the server's memory, for cases that come with identifiers: the same tokens as a laptop makes.

The trustee sees as little as from a laptop. Identifiers pass through here in memory; nothing keeps or tells them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from anonymizer.linking.calling import PADDED_TO, Asked, Custodian
from anonymizer.linking.custodians import CustodianKey
from anonymizer.linking.tokens import NOT_APPLIED, LinkTokens
from anonymizer.oprf.errors import ProofRefused
from anonymizer.oprf.evaluations import MOST_ELEMENTS, blind_all, unblind_all
from anonymizer.oprf.group import multiply
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.policy import SLOTS
from anonymizer.sending_errors import SendingError
from app.domain.linkage import LinkageMode, LinkageSettings
from app.key_store import LinkageKeys, Purpose
from app.services.trustee_access import credential_at_trustee, pinned_keys

logger = logging.getLogger("clearpoint.linkage")

ROWS_TOGETHER = MOST_ELEMENTS // SLOTS
"""In one call to the trustee: 128."""


class StrippingTokenizer:
    """A `Tokenizer` with the clearing point's own key at hand. Without a trustee tokens carry that key alone.

    `listed` is the trustee's public key as it was pinned. Once the trustee was away it is not asked again.
    """

    def __init__(
        self,
        keys: LinkageKeys,
        trustee: Custodian | None,
        listed: CustodianKey | None,
        *,
        random: Callable[[int], bytes],
    ) -> None:
        self._epoch = keys.epoch(Purpose.CLEARING_POINT)
        self._secret = keys.scalar(Purpose.CLEARING_POINT, self._epoch)
        self._random = random
        self._trustee = (
            Asked(trustee, listed, random=random, padded_to=PADDED_TO)
            if trustee is not None and listed is not None
            else None
        )

    def __call__(self, rows: Sequence[Sequence[bytes]]) -> list[LinkTokens]:
        """The tokens of rows of slot inputs."""
        made: list[LinkTokens] = []
        for at in range(0, len(rows), ROWS_TOGETHER):
            made += self._tokens([slot for row in rows[at : at + ROWS_TOGETHER] for slot in row])
        return made

    def _tokens(self, inputs: Sequence[bytes]) -> list[LinkTokens]:
        k2_epoch, elements = self._evaluated(inputs)
        return [
            LinkTokens(self._epoch, k2_epoch, tuple(elements[at : at + SLOTS]))
            for at in range(0, len(elements), SLOTS)
        ]

    def _evaluated(self, inputs: Sequence[bytes]) -> tuple[int, list[bytes]]:
        """The trustee's epoch, or NOT_APPLIED, and the elements: k1 goes on with the multiplication that unblinds."""
        if self._trustee is not None:
            blinds, blinded = blind_all(inputs, self._random)
            try:
                evaluated = self._trustee.evaluate(blinded)
            except (SendingError, ProofRefused) as fault:
                # Away, over its quota, or not to be believed: no reason to refuse a shelter's cases.
                logger.warning("trustee", extra={"kind": type(fault).__name__})
                self._trustee = None
            else:
                return self._trustee.epoch, unblind_all(blinds, evaluated, self._secret)
        return NOT_APPLIED, [multiply(self._secret, hash_to_group(slot)) for slot in inputs]


@contextmanager
def stripping_tokenizer(
    keys: LinkageKeys, linkage: LinkageSettings, *, random: Callable[[int], bytes]
) -> Iterator[StrippingTokenizer | None]:
    """What makes the tokens of one batch, as the settings say; None when nothing is linked."""
    if not linkage.is_on:
        yield None
        return
    credential = credential_at_trustee(linkage.trustee_folder)
    pinned = [key for key in pinned_keys(linkage.trustee_folder) if key.until is None]
    if linkage.mode is LinkageMode.ONE_CUSTODIAN or not (linkage.trustee_url and credential and pinned):
        yield StrippingTokenizer(keys, None, None, random=random)
        return
    with Custodian(linkage.trustee_url, credential) as trustee:
        yield StrippingTokenizer(keys, trustee, pinned[-1], random=random)
