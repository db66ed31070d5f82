"""Names for persons in a package of data, so that two packages cannot be joined.

A package for nobody in particular has a key of its own that is forgotten with the package. A requester who may follow
persons over time gets the same names in each of her packages for one purpose, and nobody else gets them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import WrongInput

KEY_BYTES = 32
LABEL = b"clearpoint/v1/release"
PSEUDONYM_BYTES = 10
"""80 bits, 16 letters: among a million persons two share a name once in 10^12 packages."""
LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Gives the names of one package. Whoever has the key can test persons' ids; let it go with the package."""

    _key: bytes = field(repr=False)

    def of(self, person_ids: Iterable[UUID]) -> list[str]:
        """A name for each person, in the same order. Sort the package by it: then its order tells nothing either."""
        return [self._of(person_id) for person_id in person_ids]

    def _of(self, person_id: UUID) -> str:
        digest = hmac.digest(self._key, LABEL + person_id.bytes, hashlib.sha256)
        return base64.b32encode(digest[:PSEUDONYM_BYTES]).decode().lower()


def for_one_release(random_bytes: Callable[[int], bytes]) -> Pseudonyms:
    """Names that no other package has, and that nobody can make again."""
    return Pseudonyms(random_bytes(KEY_BYTES))


def for_requester(seed: bytes, requester_id: UUID, purpose: str) -> Pseudonyms:
    """Names that join the packages of one requester for one purpose, and no others.

    `seed` is `KeyStore.requester_seed()`. `purpose` is the text of the agreement's purpose, taken letter by letter.
    Raises WrongInput for an empty one or a very long one.
    """
    named = purpose.encode()
    if not purpose.strip() or len(named) > LONGEST_PURPOSE:
        raise WrongInput(
            "A purpose is needed, in at most 200 letters, as the agreement with the requester names it."
        )
    info = (
        LABEL + b"/requester/" + requester_id.bytes + named
    )  # the id has a fixed length, so nothing can shift
    return Pseudonyms(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(seed))
