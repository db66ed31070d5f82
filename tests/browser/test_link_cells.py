"""The cell `link_tokens` is written and read in a browser as it is in Python."""

from __future__ import annotations

import hashlib

from anonymizer.errors import UnsuitableTokens
from anonymizer.linking.tokens import LinkTokens, read_link_tokens
from anonymizer.policy import SLOTS
from tests.browser.node import run

TOKENS = LinkTokens(1, 12, tuple(hashlib.sha256(b"%d" % slot).digest() for slot in range(SLOTS)))


def test_a_cell_is_written_as_python_writes_it() -> None:
    """With both keys, and with the trustee's not applied."""
    cells = [TOKENS, LinkTokens(9999, 0, TOKENS.elements)]
    found = run(
        """
        import { writeLinkTokens } from "./tokens.js";
        answer(given.map(([k1Epoch, k2Epoch, elements]) =>
          writeLinkTokens({ k1Epoch, k2Epoch, elements: elements.map(bytes) })));
        """,
        [[one.k1_epoch, one.k2_epoch, [element.hex() for element in one.elements]] for one in cells],
    )

    assert found == [one.written() for one in cells]


def test_a_cell_is_read_as_python_reads_it() -> None:
    """And what Python refuses is refused, with nothing of it in the error."""
    good = TOKENS.written()
    texts = [
        good, good.replace("l1:", "l2:"), good[:-1], good + "A", good.replace(".12:", ".012:"),
        good.replace("l1:1.", "l1:0."), good.replace("l1:1.", "l1:10000."), good[:-1] + "_", good + "\n",
        good[:20] + "=" + good[21:], "", "canary",
    ]  # fmt: skip
    found = run(
        """
        import { readLinkTokens } from "./tokens.js";
        answer(given.map((text) => {
          try {
            const { k1Epoch, k2Epoch, elements } = readLinkTokens(text);
            return [k1Epoch, k2Epoch, elements.map(hex)];
          } catch (error) { return [error.code, error.message.includes("canary")]; }
        }));
        """,
        texts,
    )

    assert found == [as_python(text) for text in texts]
    assert found[0] == [1, 12, [element.hex() for element in TOKENS.elements]]


def as_python(text: str) -> list[object]:
    try:
        read = read_link_tokens(text)
    except UnsuitableTokens:
        return ["wrong_link_tokens", False]
    return [read.k1_epoch, read.k2_epoch, [element.hex() for element in read.elements]]
