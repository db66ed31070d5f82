"""The trustee: a small service of its own with the second key, for another body on another machine.

It knows organizations by a key of their own and counts what they ask. It has no case, no clearing point's database, and
writes down no element.
"""

from app.trustee.premises import TrusteePremises, open_trustee
from app.trustee.serving import create_trustee

__all__ = ["TrusteePremises", "create_trustee", "open_trustee"]
