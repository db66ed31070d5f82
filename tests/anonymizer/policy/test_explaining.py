"""The policy as a record of processing: every field, every key, nothing left open but what the controller fills in."""

from __future__ import annotations

import re

from anonymizer import FIELDS
from anonymizer.policy import load_policy, policy_version
from anonymizer.policy.explaining import DONE, explain

RECORD = explain(load_policy())


def test_every_field_stands_in_it_with_what_is_done() -> None:
    of_fields = RECORD.partition("## 2.")[2].partition("## 3.")[0]
    rows = re.findall(r"^\| (\w+)\.(\w+) \| (\w+) \| (.+) \|$", of_fields, re.MULTILINE)

    assert [(entity, name) for entity, name, _, _ in rows] == list(FIELDS)
    assert {privacy for _, _, privacy, _ in rows} == {field.privacy for field in FIELDS.values()}


def test_a_name_is_said_to_be_dropped() -> None:
    assert "| case.given_name | direct | used for link keys in memory, then dropped |" in RECORD
    assert "| case.passport_number | direct | dropped, and counted |" in RECORD


def test_every_link_key_stands_in_it() -> None:
    for key in load_policy().link_keys:
        assert f"| {key.id} | {key.slots} | " in RECORD


def test_the_digest_of_the_rules_stands_in_it() -> None:
    assert policy_version() in RECORD
    assert "$" not in RECORD


def test_every_treatment_has_words() -> None:
    assert {field.treatment for field in FIELDS.values()} <= set(DONE)
