"""Makes link tokens on the sender's own machine: blinds, asks both custodians, and takes the blinds out again.

Neither custodian sees an identifier, and none can tell that the same person was sent twice. What was made is
remembered while one sending lasts, so that a repetition costs no quota and gives the same cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from anonymizer.linking.calling import PADDED_TO, Asked, Custodian, CustodianAway, fetch_linkage_list
from anonymizer.linking.custodians import CustodianRole, LinkageList, LinkageListRefused
from anonymizer.linking.tokens import NOT_APPLIED, LinkTokens
from anonymizer.oprf.evaluations import MOST_ELEMENTS, blind_all, unblind_all
from anonymizer.oprf.group import Random
from anonymizer.policy import SLOTS, load_policy

__all__ = ["Custodian", "CustodianAway", "RemoteTokenizer", "fetch_linkage_list"]

ROWS_TOGETHER = MOST_ELEMENTS // SLOTS
"""In one call to the clearing point: 128."""
OTHER_RULES = (
    "The clearing point makes its link keys by other rules than this program. Install the program anew, then clear "
    "again."
)


class RemoteTokenizer:
    """A `Tokenizer` for one sending. Without a trustee, or when it is away, tokens carry the key k1 alone.

    Once the trustee was away it is not asked again in this sending: waiting for it at each call would take hours. What
    it answered before has its key.
    """

    def __init__(
        self,
        listed: LinkageList,
        trustee: Custodian | None,
        clearing_point: Custodian,
        *,
        random: Random,
    ) -> None:
        _check_rules(listed)
        self._random = random
        self._clearing_point = Asked(
            clearing_point, listed.key_in_use(CustodianRole.CLEARING_POINT), random=random
        )
        self._trustee = _asked_trustee(listed, trustee, random)
        self._k2_epoch = NOT_APPLIED if self._trustee is None else self._trustee.epoch
        self._made: dict[bytes, LinkTokens] = {}
        self.was_away = False
        """Whether the trustee was away, so that the sender may be told."""

    def __call__(self, rows: Sequence[Sequence[bytes]]) -> list[LinkTokens]:
        """The tokens of rows of slot inputs. Raises SendingError, ProofRefused."""
        names = [_name(row) for row in rows]
        new = {name: row for name, row in zip(names, rows, strict=True) if name not in self._made}
        missing = list(new)
        for at in range(0, len(missing), ROWS_TOGETHER):
            together = missing[at : at + ROWS_TOGETHER]
            made = self._tokens([slot for name in together for slot in new[name]])
            self._made.update(zip(together, made, strict=True))
        return [self._made[name] for name in names]

    def made(self, row: Sequence[bytes]) -> LinkTokens | None:
        """The tokens of a row that were made before, if they were. It asks nobody."""
        return self._made.get(_name(row))

    def _tokens(self, inputs: Sequence[bytes]) -> list[LinkTokens]:
        blinds, blinded = blind_all(inputs, self._random)
        half = self._ask_trustee(blinded)
        elements = unblind_all(blinds, self._clearing_point.evaluate([*half, *blinded[len(half) :]]))
        return [
            LinkTokens(
                self._clearing_point.epoch,
                self._k2_epoch if at < len(half) else NOT_APPLIED,
                tuple(elements[at : at + SLOTS]),
            )
            for at in range(0, len(elements), SLOTS)
        ]

    def _ask_trustee(self, blinded: list[bytes]) -> list[bytes]:
        """The first elements with the trustee's key: all of them, or as many whole cases as it answered for."""
        half: list[bytes] = []
        if self._trustee is not None:
            try:
                for answered in self._trustee.in_calls(blinded):
                    half += answered
            except CustodianAway:
                self._trustee, self.was_away = None, True
        return half


def _check_rules(listed: LinkageList) -> None:
    policy = load_policy()
    if (listed.domain, listed.normalizer) != (policy.domain, policy.normalizer):
        raise LinkageListRefused(OTHER_RULES)


def _asked_trustee(listed: LinkageList, trustee: Custodian | None, random: Random) -> Asked | None:
    if trustee is None or listed.linkage != "two_custodians":
        return None
    return Asked(trustee, listed.key_in_use(CustodianRole.TRUSTEE), random=random, padded_to=PADDED_TO)


def _name(row: Sequence[bytes]) -> bytes:
    """A row's place in the memory, without keeping what it is of: a digest of its inputs."""
    digest = hashlib.sha256()
    for slot in row:
        digest.update(len(slot).to_bytes(4, "big") + slot)
    return digest.digest()
