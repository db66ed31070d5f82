"""Why two cases may be of one person, in words: which classes agree, what follows from that, what speaks against it.

The words are about kinds of identifiers. No identifier is known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from app.domain.linkage_rules import Against, Reason, Verdict

CLASS_WORDS: Mapping[str, str] = {
    "N.ID": "national number",
    "S.DOB": "name in any spelling, full birth date",
    "S.DOBswap": "name in any spelling, birth date with day and month in either order",
    "F.DM": "name in one spelling, day and month of birth",
    "GS.DM": "given name in one spelling, family name in any, day and month of birth",
    "G.DOB.POB": "given name in one spelling, full birth date, birthplace",
    "L.DOB.POB": "family name in any spelling, full birth date, birthplace (relatives share it)",
    "S.Y.POB": "name in any spelling, year of birth, birthplace",
    "S.Y.FATHER": "name in any spelling, year of birth, father's name",
    "S.FATHER.POB": "name in any spelling, father's name, birthplace",
    "G.DOB.FATHER": "given name in one spelling, full birth date, father's name",
    "GS.Y.POB": "given name in one spelling, family name in any, year of birth, birthplace",
    "L.DOB.FATHER": "family name in any spelling, full birth date, father's name (relatives share it)",
}
AGAINST_WORDS: Mapping[Against, str] = {
    Against.BIRTH_YEARS: "By their ages at registration they were born more than two years apart.",
    Against.SEX: "One case says female and the other male.",
    Against.STAYS: "Shelters of two countries housed them at the same time, for two weeks or longer.",
    Against.CHAIN: (
        "This link alone holds a group of cases together, or the group has two that a curator told apart or that agree "
        "on nothing."
    ),
}
VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.SAME: "One person",
    Verdict.DIFFERENT: "Different persons",
}
REASON_WORDS: Mapping[Reason, str] = {
    Reason.KEYS_SUFFICE: "what agrees is enough",
    Reason.ORGANIZATIONS_CONFIRMED: "both organizations confirmed it",
    Reason.FIELDS_CONTRADICT: "the fields contradict each other",
    Reason.TWINS_OR_RELATIVES: "twins or relatives",
    Reason.ORGANIZATIONS_DENIED: "an organization said that they are not",
    Reason.EARLIER_DECISION_WRONG: "an earlier decision was wrong",
}

NAMES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"F.DM"}), "same name in one spelling"),
    (frozenset({"GS.DM", "GS.Y.POB"}), "same given name, same family name in any spelling"),
    (frozenset({"S.DOB", "S.DOBswap", "S.Y.POB", "S.Y.FATHER", "S.FATHER.POB"}), "same name in any spelling"),
    (frozenset({"G.DOB.POB", "G.DOB.FATHER"}), "same given name"),
    (frozenset({"L.DOB.POB", "L.DOB.FATHER"}), "same family name in any spelling"),
)
"""The first that agrees says most of the name."""
DATES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"S.DOB", "G.DOB.POB", "L.DOB.POB", "G.DOB.FATHER", "L.DOB.FATHER"}), "same full birth date"),
    (frozenset({"S.DOBswap"}), "same birth date with day and month exchanged"),
    (frozenset({"F.DM", "GS.DM"}), "same day and month of birth"),
    (frozenset({"S.Y.POB", "S.Y.FATHER", "GS.Y.POB"}), "same year of birth"),
)
OTHERS: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"G.DOB.POB", "L.DOB.POB", "S.Y.POB", "S.FATHER.POB", "GS.Y.POB"}),
        "same birthplace",
        "birthplace",
    ),
    (
        frozenset({"S.Y.FATHER", "S.FATHER.POB", "G.DOB.FATHER", "L.DOB.FATHER"}),
        "same father's name",
        "father's name",
    ),
    (frozenset({"N.ID"}), "same national number", "national number"),
)
"""What shows agreement, the words for it, and the words for the other case. That one is missing is never known: an
empty slot looks like any other."""


def sentence(classes: Collection[str]) -> str:
    """What agrees and what does not, in one sentence."""
    agreeing = frozenset(classes)
    same = [*_first(NAMES, agreeing), *_first(DATES, agreeing)]
    same += [words for shows, words, _ in OTHERS if shows & agreeing]
    other = [words for shows, _, words in OTHERS if not shows & agreeing]
    said = " + ".join(same)
    rest = (
        f"; {_listed(other)} differ{'s' if len(other) == 1 else ''} or {_is(other)} not given"
        if other
        else ""
    )
    return f"{said[:1].upper()}{said[1:]}{rest}."


def class_words(class_id: str) -> str:
    """What a class is made of; its own id for one of another policy."""
    return CLASS_WORDS.get(class_id, class_id)


def _first(rows: tuple[tuple[frozenset[str], str], ...], agreeing: frozenset[str]) -> Iterator[str]:
    yield from [words for shows, words in rows if shows & agreeing][:1]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _is(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"
