"""What the linter refuses, whoever writes the policy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import FIELDS, Treatment
from anonymizer.errors import UnsuitablePolicy
from anonymizer.policy import LinkKey, Policy, digest_of, load_policy, parts, problems_of, read_policy
from anonymizer.policy.files import frozen

POLICY = load_policy()


def with_key(**changes: object) -> Policy:
    """The policy with another first strong key."""
    first, second, *others = POLICY.link_keys
    return replace(
        POLICY,
        name="another/1",
        link_keys=(first, replace(second, **changes), *others),  # type: ignore[arg-type]
    )


def test_the_policy_in_use_has_no_problem() -> None:
    assert problems_of(POLICY) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"of": ("birth_date",)}, "Too many strangers would share a token"),
        ({"of": ("given:fine",)}, "is one attribute alone"),
        ({"of": ("given:fine", "birth_year")}, "tells 2 attributes of a person; 3 are the fewest"),
        ({"of": ("names:skeleton", "shoe_size")}, "has 1 parts that nobody knows"),
        ({"strength": "decisive"}, "may be decisive only as the national number"),
        ({"slots": 5}, "The slots of all keys together must be 32"),
        ({"slots": 0}, "The slots of all keys together must be 32"),
        ({"id": "N.ID"}, "Two link keys have one id"),
    ],
    ids=[
        "a date",
        "a name",
        "a name and a year",
        "a part nobody knows",
        "decisive",
        "too many slots",
        "no slot",
        "doubled",
    ],
)
def test_a_link_key_is_refused(changes: dict[str, object], told: str) -> None:
    assert any(told in problem for problem in problems_of(with_key(**changes)))


@pytest.mark.parametrize("treatment", [Treatment.RECODE, Treatment.LABEL, Treatment.NUMBER, Treatment.KEEP])
def test_no_direct_identifier_may_be_kept(treatment: Treatment) -> None:
    """Not under any name of a treatment."""
    kept = replace(FIELDS["case", "given_name"], treatment=treatment)

    assert problems_of(POLICY, [kept]) == [
        "The field case.given_name identifies a person and would be kept. Drop it."
    ]


def test_a_policy_that_was_used_cannot_be_changed_under_its_name() -> None:
    """Its tokens would fit none that were made before."""
    changed = replace(POLICY, domain="another")

    assert frozen()[POLICY.name] == digest_of(POLICY)
    assert any("was used and is frozen" in problem for problem in problems_of(changed))
    assert problems_of(replace(changed, name="see-thb/2027.1")) == []


@given(st.lists(st.sampled_from(sorted(parts())), min_size=1, max_size=3, unique=True))
def test_no_key_of_few_attributes_passes_whatever_its_parts_are(of: list[str]) -> None:
    """Except the national number alone."""
    attributes = frozenset[str]().union(*(parts()[part].attributes for part in of))
    key = LinkKey("X", 4, tuple(of), "strong", shared_by_twins=False)
    policy = with_key(id=key.id, of=key.of)

    if len(attributes) < POLICY.guards.fewest_attributes or attributes == {"number"}:
        assert problems_of(policy)


@pytest.mark.parametrize("text", ["{", "", 'policy = "x"', "policy = 1\nlink_keys = 3\n[guards]\n"])
def test_what_is_no_policy_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(UnsuitablePolicy) as refused:
        read_policy(text)

    assert len(refused.value.problems) == 1
