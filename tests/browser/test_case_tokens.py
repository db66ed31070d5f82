"""A case number has the same token from a browser as from a laptop and from the server."""

from __future__ import annotations

import sys

from anonymizer.clearing.pseudonyms import inner_case_token, is_case_token, normal_case_number
from tests.browser.node import run

KEY = bytes(range(32))
LONG_KEY = bytes(range(200))
NUMBERS = [
    "", "2026/014", " 2026/014\t", "Č-7", "C\u030c-7", "случај 12", "Υπόθεση 3", "\u0130stanbul-9", "😀1",
    "\ufeff7", "\u200b7", "\x1c7\x85", "a b", "ﬁ", "각", "각",
]  # fmt: skip

SCRIPT = """
import { caseTokens, normalCaseNumber } from "./case_tokens.js";
answer(given.keys.map((key) => {
  const tokenOf = caseTokens(bytes(key));
  return given.numbers.map((number) => tokenOf(normalCaseNumber(number)));
}));
"""


def test_tokens_are_those_of_python() -> None:
    """In four scripts, composed and decomposed, with every kind of space around, with a long key too."""
    spaces = [f"{chr(point)}7{chr(point)}" for point in range(0x3100) if not chr(point).isalnum()]
    numbers = [*NUMBERS, *spaces]

    found = run(SCRIPT, {"keys": [KEY.hex(), LONG_KEY.hex()], "numbers": numbers})

    assert found == [[inner_case_token(key, number) for number in numbers] for key in (KEY, LONG_KEY)]


def test_every_space_that_python_strips_is_stripped() -> None:
    """And no other: a browser's own trim knows one more, and fewer control characters."""
    spaces = [
        chr(point) for point in range(sys.maxunicode + 1) if chr(point).isspace() or point in (0xFEFF, 0x200B)
    ]
    numbers = [f"{space}7{space}" for space in spaces]
    found = run(
        """
        import { normalCaseNumber } from "./case_tokens.js";
        answer(given.map(normalCaseNumber));
        """,
        numbers,
    )

    assert found == [normal_case_number(number) for number in numbers]


def test_a_token_is_known_and_nothing_else() -> None:
    """The same bytes written in another way are no token."""
    token = inner_case_token(KEY, "7")
    texts = [
        token,
        token[:-1],
        token + "A",
        token[:-1] + "B",
        token.replace("c1:", "c2:"),
        "7",
        "",
        f" {token}",
    ]
    texts += [token[:-1] + last for last in "ABCDEFGHabcdefgh0123-_"]
    found = run('import { isCaseToken } from "./case_tokens.js"; answer(given.map(isCaseToken));', texts)

    assert found == [is_case_token(text) for text in texts]
    assert found[0]
    assert not all(found)


def test_a_key_that_could_be_guessed_is_refused() -> None:
    """31 bytes; and half a character is no text, here as in Python."""
    script = """
    import { caseTokens } from "./case_tokens.js";
    answer([failure(() => caseTokens(new Uint8Array(31))),
            failure(() => caseTokens(new Uint8Array(32))("7\\uD800")),
            failure(() => caseTokens(new Uint8Array(32))("\\uDC007"))]);
    """

    assert run(script) == ["RangeError", "TypeError", "TypeError"]


def test_bytes_are_written_as_python_writes_them() -> None:
    """Every length up to a few blocks, and one that a single call would not hold."""
    lengths = [*range(70), 40_000]
    found = run(
        """
        import { base64url, fromBase64url } from "./hashing.js";
        answer(given.map((length) => {
          const whole = Uint8Array.from({ length }, (_, at) => (at * 89 + length) & 0xff);
          return hex(fromBase64url(base64url(whole))) === hex(whole);
        }));
        """,
        lengths,
    )

    assert all(found)
