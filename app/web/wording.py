"""What pages say that no table says itself: chapters, marks and rules in words. Words alone, no figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TRUE_ZERO

CHAPTERS: Mapping[str, str] = {
    "A": "Victims identified and assisted",
    "B": "Who the victims are",
    "E": "Assistance",
    "I": "Return and reintegration",
    "J": "Continuity across borders",
    "Q": "Quality of assistance",
}
"""By the first letter of a table's id."""
FURTHER_TABLES = "Further tables"

KEY_FIGURES: Mapping[str, str] = {
    "IDENTIFIED": "Identified",
    "ASSISTED": "Assisted",
    "NEWLY_ASSISTED": "Assisted for the first time",
}
"""By the code of the measure in table A1; what it has beside them is no key figure."""


@dataclass(frozen=True, slots=True)
class MarkWords:
    """A mark that stands in a cell instead of a number."""

    mark: str
    name: str
    meaning: str


MARKS: tuple[MarkWords, ...] = (
    MarkWords(
        NOT_SHOWN,
        "not shown",
        "The figure is small, or would let somebody work out a small one. It may be zero.",
    ),
    MarkWords(TRUE_ZERO, "zero", "Nobody was counted here."),
    MarkWords(
        NOT_AVAILABLE,
        "not available",
        "What this figure needs was not sent, or cannot be worked out yet. It says nothing of how many.",
    ),
)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule of disclosure control in a sentence; `{number}` and `{below}` stand for its number."""

    sentence: str
    reason: str

    def told(self, number: int) -> str:
        """The sentence with the number that held for a release."""
        return self.sentence.format(number=number, below=number - 1)


RULES: Mapping[str, RuleWords] = {
    "threshold": RuleWords(
        "Figures of 1 to {below} persons are not shown.",
        "Who knows the others of a group that small can find the last one.",
    ),
    "threshold_child": RuleWords(
        "Where child or adult meets two further attributes, or a country and a form of exploitation, "
        "figures of 1 to {below} are not shown.",
        "A child is known to many, and being found harms longest.",
    ),
    "pooled_below": RuleWords(
        "Countries with fewer than {number} persons in the year stand together.",
        "A row of their own would be a list of cases.",
    ),
    "total_only_below": RuleWords(
        "A country with fewer than {number} persons in the year shows its total alone.",
        "Its details would be small almost everywhere.",
    ),
    "one_way_below": RuleWords(
        "A country with fewer than {number} persons shows one attribute at a time; from {number} on, two. "
        "More is shown for the region alone.",
        "Each further attribute makes the groups smaller.",
    ),
    "share_denominator": RuleWords(
        "A share is shown from {number} persons on.",
        "Of fewer, a share can be read as persons.",
    ),
    "performance_denominator": RuleWords(
        "An indicator of what authorities and organizations do may say 0 % or 100 % from {number} persons on.",
        "It judges the service and not the person.",
    ),
}
"""By the name that a release gives to the number; see `reports.small_numbers`."""


LINKAGE: Mapping[str, str] = {
    "off": "Cases were not linked: a person whom two organizations reported counts twice, and what rests on links is "
    "not available.",
    "one_custodian": "Cases of one person were linked by keyed codes of names, dates and numbers. The clearing point "
    "held the key alone.",
    "two_custodians": "Cases of one person were linked by keyed codes of names, dates and numbers. Two bodies held a "
    "key each, the clearing point and a trustee, so that neither can make a code alone.",
}
"""By the mode that a release keeps, as it was when it was cut."""
POLICY = "Which codes are made says the policy {policy}; the manifest has the digest of it."
HOW_MANY = (
    "Tables A10 to A10c tell how many persons were counted twice, by automatic links and with those under review; a "
    "person with one case stands there too, whether it could be linked or not."
)


def method_in_words(method: Mapping[str, str]) -> tuple[str, ...]:
    """How cases were linked, in sentences; nothing for a release that does not say so."""
    if method.get("linkage") not in LINKAGE:
        return ()
    told = LINKAGE[method["linkage"]]
    return (told, POLICY.format(**method), HOW_MANY) if "policy" in method else (told,)


def chapter_of(table_id: str) -> str:
    """The title of the chapter in which a table stands."""
    return CHAPTERS.get(table_id[:1], FURTHER_TABLES)


def rules_in_words(rules: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Each rule that held as its sentence and its reason; one that has no words here as its name and number."""
    told = [(words.told(rules[name]), words.reason) for name, words in RULES.items() if name in rules]
    return (*told, *((f"{name}: {number}", "") for name, number in rules.items() if name not in RULES))
