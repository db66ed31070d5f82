"""The search of marks finds each one wherever it begins, in whatever spelling, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.canary import find_marks, forms, marks
from tests.flows.mark_search import SHORTEST, Marks
from tests.flows.marked_identities import marked_cases, marks_of

NAME = "Ђорђевићанка"
AROUND = b"\0\xff any bytes \r\n"


@given(st.binary(max_size=40), st.binary(min_size=SHORTEST, max_size=60), st.binary(max_size=20))
def test_a_mark_is_found_wherever_it_begins(before: bytes, mark: bytes, after: bytes) -> None:
    """And shorter ones too, one by one."""
    content = before + mark + after

    assert mark in Marks([mark, b"another mark of some bytes"]).found_in(content)
    assert mark[:5] in Marks([mark[:5]]).found_in(content)


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=5), st.binary(max_size=200))
def test_it_finds_what_a_plain_search_finds(searched: list[bytes], content: bytes) -> None:
    assert Marks(searched).found_in(content) == sorted({mark for mark in searched if mark in content})


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda name: name.encode(), id="utf-8"),
        pytest.param(lambda name: name.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(lambda name: name.encode("utf-16-be"), id="utf-16-be"),
        pytest.param(lambda name: name.encode().hex().encode(), id="digits"),
        pytest.param(lambda name: base64.b64encode(b"a" + name.encode() + b"b"), id="base64-1"),
        pytest.param(lambda name: base64.b64encode(b"ab" + name.encode()), id="base64-2"),
        pytest.param(lambda name: base64.urlsafe_b64encode(name.encode() + b"xyz"), id="base64-3"),
        pytest.param(lambda name: quote(name).encode(), id="url"),
        pytest.param(lambda name: json.dumps({"x": name}).encode(), id="json"),
        pytest.param(lambda name: hashlib.sha512(name.encode()).digest(), id="digest"),
        pytest.param(lambda name: hashlib.md5(name.encode()).hexdigest().encode(), id="digest-in-digits"),
        pytest.param(lambda name: base64.b64encode(hashlib.sha256(name.encode()).digest()), id="digest-in-base64"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_name_is_a_mark(write: Callable[[str], bytes]) -> None:
    """In large and small letters, with marks on the letters and apart."""
    searched = marks([NAME])

    for form in forms(NAME):
        assert find_marks(AROUND + write(form) + AROUND, searched), form


def test_the_marks_of_one_woman_are_nobody_elses() -> None:
    """Else one leak would be told as many, and a hit could be chance."""
    one, *others = (set(marks_of(case)) for case in marked_cases()[:12])

    assert all(one.isdisjoint(other) for other in others)
