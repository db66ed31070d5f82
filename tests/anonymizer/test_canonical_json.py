"""One document, one way of writing it: the vectors of RFC 8785 that have no fractions, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer.canonical_json import LARGEST_NUMBER, canonical_json
from anonymizer.errors import NotCanonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ).filter(lambda part: json.dumps(part).count("[") + json.dumps(part).count("{") < 6),
    max_size=4,
)


def test_members_are_ordered_by_utf16_code_units() -> None:
    """RFC 8785 section 3.2.3: the smiley comes before U+FB33, because its first half is smaller."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    written = json.loads(canonical_json(dict.fromkeys(names, 0)), object_pairs_hook=list)

    assert [name for name, _ in written] == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"
    ]  # fmt: skip


def test_texts_are_written_as_the_standard_says() -> None:
    """RFC 8785 section 3.2.2.2: the short escapes, small hexadecimal digits, everything else as it is."""
    assert canonical_json({"t": '€$\x0f\nA\'B"\\\\"/\x7f'}) == (
        '{"t":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"}'.encode()
    )


def test_literals_and_nesting() -> None:
    """Members at every depth are ordered; lists keep their order."""
    assert canonical_json({"b": [3, None, True], "a": {"d": -1, "c": False}}) == (
        b'{"a":{"c":false,"d":-1},"b":[3,null,true]}'
    )


@given(DOCUMENTS)
def test_it_says_what_the_document_says_and_says_it_again(document: dict[str, object]) -> None:
    """Reading it back gives the same document, and writing that gives the same bytes."""
    written = canonical_json(document)

    assert json.loads(written) == document
    assert canonical_json(json.loads(written)) == written


@pytest.mark.parametrize(
    "document",
    [
        {"n": 0.5},
        {"n": float("nan")},
        {"n": 1.0},
        {"n": LARGEST_NUMBER + 1},
        {"n": b"bytes"},
        {"n": {1: "x"}},
        {"n": "\ud800"},
        {"\ud800": 1},
        {"n": {1, 2}},
        {"n": [[[[[[[[0]]]]]]]]},
    ],
)
def test_what_could_be_written_in_two_ways_is_refused(document: dict[str, object]) -> None:
    """Fractions, large numbers, halves of characters, and what JSON does not have."""
    with pytest.raises(NotCanonical):
        canonical_json(document)
