"""A sheet in, a file to send out: what clearing and tokens give together, and that nothing of a person is in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymizer.linking.custodians import CustodianRole, LinkageMode, write_linkage_list
from anonymizer.linking.match_keys import slot_inputs
from anonymizer.receipts import PublishedKey, PublishedKeys, key_id_of, write_keys
from app.services.browser_rules import browser_rules
from app.services.linkage_rules import linkage_rules
from tests.browser.custodian_server import SINCE, Custodians, custodians
from tests.browser.node import run
from tests.factories import a_case, a_sheet

SIGNER = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
PUBLIC = SIGNER.public_key().public_bytes_raw()
PUBLISHED = PublishedKeys("Clearing point", (PublishedKey(key_id_of(PUBLIC), PUBLIC, SINCE, None),))
CASE_KEY = bytes(range(32))
NAMED = a_case(case_number="7", given_name="Canary", family_name="Канаринац", birth_date="1999-04-17")
UNNAMED = a_case(case_number="8", birth_place="Niš", birth_date="1999-04-17")
WITHHELD = a_case(case_number="9", given_name="Canary", consent="NO")
WRONG = a_case(case_number="10", given_name="Canary", sex="Canary")

SCRIPT = """
import { clearWithTokens } from "./clearing.js";
const ask = async (custodian, body) => {
  const answered = await fetch(`${given.url}/${custodian}`, { method: "POST", body });
  return answered.ok ? answered.text() : null;
};
const rules = { ...given.rules, caseKey: bytes(given.caseKey) };
const heard = [];
try {
  const { csv, ...told } = await clearWithTokens(bytes(given.sheet), rules, given.linkage, ask, (one) => heard.push(one));
  answer({ ...told, heard, csv: new TextDecoder().decode(csv) });
} catch (error) {
  answer({ code: error.code, message: error.message, conflicts: error.conflicts ?? [] });
}
"""


@pytest.fixture
def both() -> Iterator[Custodians]:
    """Both custodians, listening."""
    with custodians() as listening:
        yield listening


def signed_list(both: Custodians, mode: LinkageMode = "two_custodians") -> dict[str, Any]:
    """What a page hands to the worker."""
    return {
        "rules": linkage_rules(),
        "list": json.dumps(write_linkage_list(both.listed(mode), SIGNER)),
        "published": json.dumps(write_keys(PUBLISHED)),
    }


def cleared(both: Custodians, linkage: Mapping[str, Any] | None, *cases: Mapping[str, str]) -> dict[str, Any]:
    rules = {
        "catalogue": browser_rules(),
        "country": "RS",
        "countries": ["RS"],
        "legalBasis": "CONSENT",
        "today": "2026-03-02",
    }
    sheet = a_sheet(*cases).hex()
    given = {"url": both.url, "rules": rules, "caseKey": CASE_KEY.hex(), "linkage": linkage, "sheet": sheet}
    return dict(run(SCRIPT, given))


def cells(answer: Mapping[str, Any]) -> list[str]:
    return [row["link_tokens"] for row in csv.DictReader(answer["csv"].splitlines())]


def test_who_is_named_and_consents_has_tokens(both: Custodians) -> None:
    """The tokens are k1·k2·H(x) of Python's slot inputs; the others have an empty cell, and one with an error no row."""
    answer = cleared(both, signed_list(both), NAMED, UNNAMED, WITHHELD, WRONG)
    [row, *_] = csv.DictReader(answer["csv"].splitlines())
    identifiers = {name: [NAMED[name]] for name in ("given_name", "family_name", "birth_date")}
    [inputs] = slot_inputs(identifiers, [row["case_number"]], CASE_KEY)

    assert cells(answer) == [both.tokens(inputs).written(), "", ""]
    assert (answer["accepted"], answer["rejected"], answer["linked"], answer["unlinked"]) == (3, 1, 1, 0)
    assert answer["heard"][-1] == {"linked": 1, "of": 1}


def test_nothing_of_a_person_is_in_what_comes_out(both: Custodians) -> None:
    """Neither in the file nor in counts and conflicts, in none of the two scripts."""
    told = json.dumps(cleared(both, signed_list(both), NAMED, WITHHELD, WRONG), ensure_ascii=False).lower()

    assert "canary" not in told
    assert "канаринац" not in told
    assert "1999" not in told


@pytest.mark.parametrize("is_listed", [False, True])
def test_where_nothing_is_linked_the_file_has_no_tokens(both: Custodians, is_listed: bool) -> None:
    """No list, or one that says so: nobody is asked."""
    answer = cleared(both, signed_list(both, "off") if is_listed else None, NAMED)

    assert "link_tokens" not in answer["csv"]
    assert (answer["accepted"], answer["linked"]) == (1, 0)
    assert both.calls == []


def test_a_sheet_that_names_nobody_asks_nobody(both: Custodians) -> None:
    """A custodian would learn the hour at which somebody was registered."""
    answer = cleared(both, signed_list(both), UNNAMED)

    assert cells(answer) == [""]
    assert both.calls == []


def test_without_the_clearing_point_the_rows_are_sent_all_the_same(both: Custodians) -> None:
    """They get their tokens when the sheet is sent again."""
    both.away.add(CustodianRole.CLEARING_POINT)

    answer = cleared(both, signed_list(both), NAMED)

    assert (cells(answer), answer["linked"], answer["unlinked"]) == ([""], 0, 1)


def test_a_list_that_was_changed_makes_no_tokens(both: Custodians) -> None:
    """Before a name is read at all."""
    linkage = signed_list(both)
    linkage["list"] = linkage["list"].replace("/trustee", "/trust").replace("two_custodians", "one_custodian")

    assert cleared(both, linkage, NAMED)["code"] == "not_genuine"
    assert both.calls == []


def test_other_rules_make_no_tokens(both: Custodians) -> None:
    """A page that was loaded before an update."""
    linkage = {**signed_list(both), "rules": {**linkage_rules(), "normalizer": "seekey/0"}}

    assert cleared(both, linkage, NAMED)["code"] == "other_rules"


def test_a_custodian_with_another_key_stops_it(both: Custodians) -> None:
    """Nothing is to be sent then: not this file, not to this custodian."""
    both.wrong.add(CustodianRole.TRUSTEE)

    assert cleared(both, signed_list(both), NAMED)["code"] == "wrong_proof"


def test_a_file_that_cannot_be_read_is_told_by_place_and_code(both: Custodians) -> None:
    """A column that nobody knows, without its name."""
    answer = cleared(both, signed_list(both), a_case(canary_column="x"))

    assert answer["code"] == "unreadable"
    assert [one["code"] for one in answer["conflicts"]] == ["unknown_column"]
    assert "canary" not in json.dumps(answer)


def test_tokens_that_came_with_a_cleared_row_stay_with_it(both: Custodians) -> None:
    """A sheet that was cleared already is sent with what it has, and nobody is asked for it again."""
    first = cleared(both, signed_list(both), NAMED)
    row = next(iter(csv.DictReader(first["csv"].splitlines())))

    again = cleared(both, signed_list(both), row)

    assert cells(again) == cells(first) != [""]
    assert again["linked"] == 0
