"""Under which rules a case was cleared, as one short name that changes when a treatment does."""

from __future__ import annotations

import hashlib
from functools import cache

from anonymizer.canonical_json import canonical_json
from anonymizer.catalogue.fields import FIELDS, Field
from anonymizer.policy.files import digest_of, load_policy


@cache
def policy_version() -> str:
    """`sha256:` and the digest of every field with its treatment, code list and limits, in the catalogue's order, and
    of the link keys.

    Names and meanings in words do not count: a corrected sentence is no other policy.
    """
    said = {"fields": [_rule(field) for field in FIELDS.values()], "linking": digest_of(load_policy())}
    return f"sha256:{hashlib.sha256(canonical_json(said)).hexdigest()}"


def _rule(field: Field) -> list[str | int | bool | None]:
    return [
        field.entity,
        field.name,
        field.treatment.value,
        field.code_list,
        field.several,
        field.required,
        field.low,
        field.high,
    ]
