"""What can be wrong in a blind evaluation.

    OprfError
    ├── NotAnElement  bytes that encode no element of the group, or its identity
    ├── NotAScalar    bytes that encode no scalar, or zero
    ├── InputRefused  an input or a key for which RFC 9497 gives no result
    └── ProofRefused  a proof that does not fit: another key, another order, another element

No text of an error may hold an element, a scalar or an input.
"""

from __future__ import annotations

from anonymizer.errors import AnonymizerError


class OprfError(AnonymizerError):
    """The root: whoever catches it catches everything that this package raises on purpose."""


class NotAnElement(OprfError):
    """The bytes encode no element that may be used: wrong length, not canonical, or the identity."""

    def __init__(self) -> None:
        super().__init__("These bytes are no element of the group that may be used.")


class NotAScalar(OprfError):
    """The bytes encode no scalar that may be used: wrong length, not reduced, or zero."""

    def __init__(self) -> None:
        super().__init__("These bytes are no scalar that may be used.")


class InputRefused(OprfError):
    """RFC 9497 gives no result for this input or key (InvalidInputError, InverseError, DeriveKeyPairError)."""

    def __init__(self) -> None:
        super().__init__("There is no result for this input and key. Use another key.")


class ProofRefused(OprfError):
    """The evaluation was not made with the published key, or not of these elements in this order."""

    def __init__(self) -> None:
        super().__init__(
            "The proof of an evaluation does not fit the published key. Nothing of it may be used."
        )
