"""The link tokens of cleared rows: who has them, who has none, and that cleared rows pass again unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from anonymizer import CASES, ClearedChunk, Clearing, ClearingRules, RawChunk
from anonymizer.linking.tokens import LINK_TOKENS, LinkTokens, read_link_tokens
from anonymizer.policy import SLOTS

RULES = ClearingRules("RS", frozenset({"RS"}), "CONSENT", b"k" * 32, date(2025, 6, 1))
CASE = {
    "case_number": "7/2025",
    "registered_on": "2025-03-02",
    "sex": "F",
    "age": "",
    "birth_date": "1999-04-17",
    "citizenship": "MD",
    "identification_status": "IDENTIFIED",
    "identified_on": "2025-03-01",
    "identified_by": "NGO",
    "forms": "SEX",
    "consent": "YES",
    "given_name": "Ileana",
    "family_name": "Munteanu",
}


def echo(inputs: Sequence[Sequence[bytes]]) -> list[LinkTokens]:
    """Stands where the custodians stand: each token is the beginning of its input, filled up."""
    return [LinkTokens(1, 1, tuple(one[-32:].rjust(32, b"\0") for one in row)) for row in inputs]


def clear(*rows: dict[str, str], tokenizer: bool = True) -> ClearedChunk:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    clearing = Clearing(RULES, tokenizer=echo if tokenizer else None)
    return clearing.clear(RawChunk(columns, list(range(2, 2 + len(rows)))))


def test_a_case_whose_name_came_gets_a_token_for_each_slot() -> None:
    (cell,) = clear(CASE).link_tokens or []

    assert len(read_link_tokens(cell).elements) == SLOTS


def test_without_a_tokenizer_identifiers_are_only_dropped() -> None:
    cleared = clear(CASE, tokenizer=False)

    assert cleared.link_tokens is None
    assert cleared.dropped["given_name"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"given_name": "", "family_name": ""},
        {"consent": "NO"},
        {"consent": "WITHDRAWN"},
    ],
    ids=["nobody is named", "no consent", "consent was withdrawn"],
)
def test_a_row_has_no_tokens_when(change: dict[str, str]) -> None:
    cleared = clear(CASE | {"case_number": "1/2025"}, CASE | change)

    if cleared.rows == [2, 3]:
        assert (cleared.link_tokens or [])[1] == ""
    assert (cleared.link_tokens or [])[0] != ""


def test_a_row_with_an_error_has_none_and_the_others_keep_theirs() -> None:
    cleared = clear(CASE | {"sex": "?"}, CASE | {"case_number": "8/2025"})

    assert cleared.rows == [3]
    assert len(cleared.link_tokens or []) == 1


def test_cleared_rows_pass_again_with_their_tokens_unchanged() -> None:
    first = clear(CASE)
    again = Clearing(RULES).clear(
        RawChunk({**first.columns, LINK_TOKENS: list(first.link_tokens or [])}, first.rows)
    )

    assert again.columns == first.columns
    assert again.link_tokens == first.link_tokens
    assert again.conflicts == []


@pytest.mark.parametrize(
    "cell",
    ["qzmark", "l1:1.1:AAAA", "l1:0.1:" + "A" * 1366, "l1:1.1:" + "A" * 1365 + "B"],
    ids=["a word", "too short", "no epoch", "two ways of writing"],
)
def test_a_cell_that_is_none_is_refused_at_its_place(cell: str) -> None:
    cleared = clear(CASE | {LINK_TOKENS: cell})

    assert cleared.rows == []
    assert [(one.row, one.column, one.code) for one in cleared.conflicts] == [
        (2, LINK_TOKENS, "wrong_link_tokens")
    ]
    assert cell not in repr(cleared)


def test_no_other_sheet_takes_the_column() -> None:
    from anonymizer import Unreadable

    with pytest.raises(Unreadable):
        Clearing(RULES).clear(RawChunk({"case_number": ["1"], LINK_TOKENS: [""]}, [2], "consent"))
    assert CASES == "cases"
