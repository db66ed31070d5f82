"""Link tokens made in the server's memory, for cases that come with identifiers: the same tokens as a laptop makes.

The trustee sees as little as from a laptop. Identifiers pass through here in memory; nothing keeps or tells them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from anonymizer.linking.calling import IMPATIENT, PADDED_TO, Asked, Custodian
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
from app.services.trustee_pause import TrusteePause

logger = logging.getLogger("clearpoint.linkage")

ROWS_TOGETHER = MOST_ELEMENTS // SLOTS
"""That are blinded together: 128."""
PAUSE = TrusteePause()
"""Of this process."""


class StrippingTokenizer:
    """A `Tokenizer` with the clearing point's own key at hand. Without a trustee tokens carry that key alone.

    `listed` is the trustee's public key as it was pinned. Once the trustee was away `tell_away` is called and it is not
    asked again; what it answered before has its key.
    """

    def __init__(
        self,
        keys: LinkageKeys,
        trustee: Custodian | None,
        listed: CustodianKey | None,
        *,
        random: Callable[[int], bytes],
        tell_away: Callable[[], None] = lambda: None,
    ) -> None:
        self._epoch = keys.epoch(Purpose.CLEARING_POINT)
        self._secret = keys.scalar(Purpose.CLEARING_POINT, self._epoch)
        self._random = random
        self._tell_away = tell_away
        self._trustee = (
            Asked(trustee, listed, random=random, padded_to=PADDED_TO)
            if trustee is not None and listed is not None
            else None
        )

    @property
    def asks_trustee(self) -> bool:
        """Whether the trustee is asked for the next row."""
        return self._trustee is not None

    def __call__(self, rows: Sequence[Sequence[bytes]]) -> list[LinkTokens]:
        """The tokens of rows of slot inputs."""
        made: list[LinkTokens] = []
        for at in range(0, len(rows), ROWS_TOGETHER):
            made += self._tokens([slot for row in rows[at : at + ROWS_TOGETHER] for slot in row])
        return made

    def _tokens(self, inputs: Sequence[bytes]) -> list[LinkTokens]:
        k2_epoch = NOT_APPLIED if self._trustee is None else self._trustee.epoch
        both = self._with_both(inputs)
        alone = [multiply(self._secret, hash_to_group(slot)) for slot in inputs[len(both) :]]
        elements = [*both, *alone]
        return [
            LinkTokens(
                self._epoch,
                k2_epoch if at < len(both) else NOT_APPLIED,
                tuple(elements[at : at + SLOTS]),
            )
            for at in range(0, len(elements), SLOTS)
        ]

    def _with_both(self, inputs: Sequence[bytes]) -> list[bytes]:
        """The first elements with both keys, as many whole cases as the trustee answers for: k1 goes on with the
        multiplication that unblinds."""
        if self._trustee is None or not inputs:
            return []
        blinds, blinded = blind_all(inputs, self._random)
        half: list[bytes] = []
        try:
            for answered in self._trustee.in_calls(blinded):
                half += answered
        except (SendingError, ProofRefused) as fault:
            # Away, over its quota, or not to be believed: no reason to refuse a shelter's cases.
            logger.warning("trustee", extra={"kind": type(fault).__name__})
            self._trustee = None
            self._tell_away()
        return unblind_all(blinds[: len(half)], half, self._secret)


@contextmanager
def stripping_tokenizer(
    keys: LinkageKeys,
    linkage: LinkageSettings,
    *,
    random: Callable[[int], bytes],
    pause: TrusteePause = PAUSE,
) -> Iterator[StrippingTokenizer | None]:
    """What makes the tokens of one batch, as the settings say; None when nothing is linked.

    A sender waits meanwhile: a trustee that does not answer soon is left alone, for this batch and the next ones.
    """
    if not linkage.is_on:
        yield None
        return
    folder, url = linkage.trustee_folder, linkage.trustee_url
    if linkage.mode is LinkageMode.TWO_CUSTODIANS and folder and url and not pause.lasts(folder):
        credential = credential_at_trustee(folder)
        pinned = [key for key in pinned_keys(folder) if key.until is None]
        if credential and pinned:
            with Custodian(url, credential, patience=IMPATIENT) as trustee:
                yield StrippingTokenizer(
                    keys, trustee, pinned[-1], random=random, tell_away=lambda: pause.begin(folder)
                )
            return
    yield StrippingTokenizer(keys, None, None, random=random)
