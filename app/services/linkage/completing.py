"""The keys in use at night, and the trustee's key into tokens that came without it.

The trustee sees random elements: stored tokens are blinded like those of a sender, and its proof is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from anonymizer.linking.calling import IMPATIENT, PADDED_TO, Asked, Custodian
from anonymizer.oprf.evaluations import unblind_all
from anonymizer.oprf.group import multiply, random_scalar
from anonymizer.sending_errors import SendingError
from app.domain.errors import StateDoesNotAllow
from app.domain.linkage import LinkageMode, LinkageSettings
from app.key_store import KeyStore, Purpose
from app.queries.linkage_tokens import Epochs
from app.services.linkage.taking_in import Complete, TrusteeAway
from app.services.trustee_access import credential_at_trustee, pinned_keys

Random = Callable[[int], bytes]
WITHOUT_TRUSTEE = 0
"""The epoch of k2 where nobody keeps a second key."""


def epochs_in_use(key_store: KeyStore, linkage: LinkageSettings) -> Epochs:
    """Under which keys tokens are compared. Raises StateDoesNotAllow when nothing is linked, or no trustee is known."""
    if not linkage.is_on:
        raise StateDoesNotAllow(
            "This clearing point does not link cases. See the setting CLEARPOINT_LINKAGE."
        )
    keys = key_store.linkage
    return Epochs(keys.epoch(Purpose.CLEARING_POINT), _k2_epoch(linkage), keys.epoch(Purpose.STORAGE))


@contextmanager
def completing(linkage: LinkageSettings, *, random: Random) -> Iterator[Complete | None]:
    """What asks the trustee, while the block lasts; None where there is nobody to ask.

    Whoever takes a case back meanwhile waits for it, so that it has not long to answer.
    """
    credential = credential_at_trustee(linkage.trustee_folder)
    if linkage.mode is not LinkageMode.TWO_CUSTODIANS or linkage.trustee_url is None or credential is None:
        yield None
        return
    with Custodian(linkage.trustee_url, credential, patience=IMPATIENT) as trustee:
        key = next(key for key in pinned_keys(linkage.trustee_folder) if key.until is None)
        yield complete_with(Asked(trustee, key, random=random, padded_to=PADDED_TO), random=random)


def complete_with(trustee: Asked, *, random: Random) -> Complete:
    """Blinds elements, has the trustee's key applied, and takes the blinds out again."""

    def complete(elements: Sequence[bytes]) -> list[bytes]:
        blinds = [random_scalar(random) for _ in elements]
        blinded = [multiply(blind, element) for blind, element in zip(blinds, elements, strict=True)]
        try:
            return unblind_all(blinds, trustee.evaluate(blinded))
        except SendingError:
            raise TrusteeAway from None

    return complete


def _k2_epoch(linkage: LinkageSettings) -> int:
    if linkage.mode is LinkageMode.ONE_CUSTODIAN:
        return WITHOUT_TRUSTEE
    used = [key.epoch for key in pinned_keys(linkage.trustee_folder) if key.until is None]
    if not used:
        raise StateDoesNotAllow(
            "No key of the trustee is known here, so that nothing can be linked. Connect the trustee first."
        )
    return max(used)
