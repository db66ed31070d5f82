"""Under which rules cases are cleared and pseudonymized, with a name that changes when a rule does."""

from anonymizer.policy.files import SLOTS, LinkKey, Policy, digest_of, load_policy, read_policy
from anonymizer.policy.linting import Part, expected_frequency, parts, problems_of
from anonymizer.policy.versions import policy_version

__all__ = [
    "SLOTS",
    "LinkKey",
    "Part",
    "Policy",
    "digest_of",
    "expected_frequency",
    "load_policy",
    "parts",
    "policy_version",
    "problems_of",
    "read_policy",
]
