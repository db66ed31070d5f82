"""The policy as a record of processing, for a data protection officer: Markdown, filled from the rules themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from string import Template

from anonymizer.catalogue.fields import FIELDS, Field, Treatment
from anonymizer.policy.files import SLOTS, LinkKey, Policy
from anonymizer.policy.linting import expected_frequency, parts
from anonymizer.policy.versions import policy_version

DONE: Mapping[Treatment, str] = {
    Treatment.KEEP: "set by the clearing point",
    Treatment.RECODE: "kept as a code of {list}",
    Treatment.BAND: "kept as a band of {list}",
    Treatment.WEEK: "kept as the week",
    Treatment.MONTH: "kept as the month",
    Treatment.DAYS_BAND: "kept as a band of days",
    Treatment.DERIVE: "worked out from other fields",
    Treatment.TOKEN: "replaced by a keyed token",
    Treatment.DROP: "dropped, and counted",
    Treatment.NUMBER: "kept: a number of things, never of a person",
    Treatment.LABEL: "kept: the short name of a document's version",
    Treatment.OFF: "refused",
}
"""What each treatment does, in words."""
LINK_KEY = "used for link keys in memory, then dropped"


def explain(policy: Policy) -> str:
    """The record, in Markdown."""
    template = Template(files("anonymizer.policy").joinpath("record.md").read_text(encoding="utf-8"))
    return template.substitute(
        policy=policy.name,
        version=policy_version(),
        domain=policy.domain,
        normalizer=policy.normalizer,
        slots=SLOTS,
        store_size=f"{policy.guards.store_size:,}",
        counts=_counts(FIELDS.values()),
        fields="\n".join(_field_row(field) for field in FIELDS.values()),
        keys="\n".join(_key_row(key, policy) for key in policy.link_keys),
    )


def _counts(fields: Iterable[Field]) -> str:
    found = Counter(field.privacy for field in fields)
    told = ", ".join(f"{count} {privacy}" for privacy, count in sorted(found.items()))
    return f"The catalogue has {found.total()} fields: {told}."


def _field_row(field: Field) -> str:
    done = DONE[field.treatment].format(list=field.code_list)
    if field.required == "link key" and field.entity == "case":
        done = LINK_KEY
    return f"| {field.entity}.{field.name} | {field.privacy} | {done} |"


def _key_row(key: LinkKey, policy: Policy) -> str:
    made_of = "; ".join(parts()[part].meaning for part in key.of)
    by_chance = f"{expected_frequency(key, policy.guards.store_size):.4f}"
    shared = "yes" if key.shared_by_twins else "no"
    return f"| {key.id} | {key.slots} | {made_of} | {key.strength} | {shared} | {by_chance} |"
