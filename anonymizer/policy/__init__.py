"""Under which rules cases are cleared and pseudonymized, with a name that changes when a rule does."""

from anonymizer.policy.files import SLOTS, LinkKey, Policy, load_policy
from anonymizer.policy.versions import policy_version

__all__ = ["SLOTS", "LinkKey", "Policy", "load_policy", "policy_version"]
