"""Blind evaluation (RFC 9497, suite ristretto255-SHA512): a key is applied to what its keeper never sees.

What is blinded here comes from identifiers. Nothing here writes, logs or raises an input, a blind or a key.
"""

from anonymizer.oprf.errors import InputRefused, NotAnElement, NotAScalar, OprfError, ProofRefused

__all__ = ["InputRefused", "NotAScalar", "NotAnElement", "OprfError", "ProofRefused"]
