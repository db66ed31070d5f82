"""The normalizer of names, `seekey/1`: one form for every spelling of a name in the region's alphabets.

Its rules are data, two JSON files that the browser reads as well. They are frozen: a token is compared with tokens
that were made years before, so a changed rule is a new version. It must never write, log or raise a name.
"""

from anonymizer.linking.normalizer.forms import fine, skeletons
from anonymizer.linking.normalizer.tables import VERSION, digest_of_tables
from anonymizer.linking.normalizer.variants import (
    Variants,
    Weighed,
    father,
    given_and_family,
    place,
    variants,
    words_of_name,
)

__all__ = [
    "VERSION",
    "Variants",
    "Weighed",
    "digest_of_tables",
    "father",
    "fine",
    "given_and_family",
    "place",
    "skeletons",
    "variants",
    "words_of_name",
]
