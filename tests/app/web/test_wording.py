"""What pages say of marks and rules: every one has words, and a number that is raised is told as raised."""

from __future__ import annotations

from typing import get_args

from app.domain.linkage import LinkageMode
from app.web.wording import LINKAGE, MARKS, RULES, chapter_of, method_in_words, rules_in_words
from reports import ANNUAL, SmallNumbers
from reports.tables import Mark


def test_every_rule_has_a_sentence_and_a_reason() -> None:
    """A new rule of the releases must be told to readers."""
    assert set(RULES) == set(SmallNumbers().as_mapping())


def test_a_raised_number_is_told() -> None:
    """The page says what held for this release, not what usually holds."""
    told = rules_in_words(SmallNumbers(threshold=8).as_mapping())

    assert told[0][0] == "Figures of 1 to 7 persons are not shown."


def test_a_rule_without_words_is_told_by_its_name() -> None:
    """An older release may have held a rule that is gone since."""
    assert rules_in_words({"forgotten": 3}) == (("forgotten: 3", ""),)


def test_every_mark_is_explained() -> None:
    """No reader meets one that the pages do not know."""
    assert {words.mark for words in MARKS} == set(get_args(Mark))


def test_every_table_of_the_annual_report_stands_in_a_chapter() -> None:
    """Tables of letters that have none stand together at the end."""
    assert {chapter_of(table_id) for table_id in ANNUAL} == {
        "Victims identified and assisted",
        "Who the victims are",
        "Assistance",
        "Return and reintegration",
        "Continuity across borders",
        "Quality of assistance",
    }
    assert chapter_of("Z1") == "Further tables"


def test_every_way_of_linking_has_words() -> None:
    """Without linkage a reader is told that persons count twice; with it, under which policy codes are made."""
    assert set(LINKAGE) == set(LinkageMode)

    (off,) = method_in_words({"linkage": "off"})
    told = " ".join(method_in_words({"linkage": "two_custodians", "policy": "p", "policy_version": "v"}))

    assert "counts twice" in off
    assert all(part in told for part in ("a trustee", "the policy p;", "A10"))


def test_a_release_from_before_linking_says_nothing_of_it() -> None:
    assert method_in_words({}) == ()
