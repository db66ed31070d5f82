"""Bytes to lines of text, piece by piece: UTF-8, UTF-16 with its mark, and the encodings that may be declared.

No byte is replaced and no encoding guessed: the first line that does not fit stops the reading. A raised
exception must never carry the bytes, which is why none is raised while another one is handled.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from anonymizer.declared import SINGLE_BYTE_ENCODINGS, UTF_8
from anonymizer.reading.faults import BadLine
from anonymizer.reading.suggestions import MAX_SAMPLE, suggest_encoding

MAX_LINE = 1 << 20
"""Characters. A case sheet's line has about 300; a line that never ends must not fill the memory."""
MAX_PIECE = MAX_LINE // 4
"""Bytes that are decoded at a time."""
UNCLEAR = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ud800-\udfff]")
"""Control characters but tab and line ends, and what a broken encoding leaves behind."""

_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, with the encoding that each one means; empty for those that are not read."""
_LONGEST_MARK = 4
_UTF_32_NOTE = "It looks like UTF-32."
_UTF_16_NOTE = "It looks like UTF-16 without a byte order mark."


def lines_of(pieces: Iterable[bytes], declared: str = "") -> Iterator[str]:
    """The lines with their ends. Whole blocks are decoded at once, and only a bad one is taken line by line.

    `declared` is an encoding of `declared.ENCODINGS`; a byte order mark wins over it. Raises BadLine in place
    of the first line that cannot be read.
    """
    return chain.from_iterable(_lines_by_block(pieces, declared))


def first_bytes(pieces: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, at least `size` where there are so many, and the pieces after them."""
    pieces = iter(pieces)
    opening = b""
    while len(opening) < size and (piece := next(pieces, None)) is not None:
        opening += piece
    return opening, pieces


def short_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are shorter than the longest line."""
    for piece in pieces:
        if len(piece) <= MAX_PIECE:
            yield piece
        else:
            yield from (piece[start : start + MAX_PIECE] for start in range(0, len(piece), MAX_PIECE))


def announced(opening: bytes, declared: str = "") -> tuple[bytes, str]:
    """The byte order mark, and the encoding of what follows it. Raises BadLine for what is never read."""
    for mark, encoding in _MARKS:
        if opening.startswith(mark):
            if not encoding:
                raise BadLine("wrong_encoding", note=_UTF_32_NOTE)
            return mark, encoding
    if b"\x00" in opening[:2]:
        raise BadLine("wrong_encoding", note=_UTF_16_NOTE)
    return b"", declared or UTF_8


def _lines_by_block(pieces: Iterable[bytes], declared: str) -> Iterator[Iterable[str]]:
    opening, pieces = first_bytes(pieces, _LONGEST_MARK)
    mark, encoding = announced(opening, declared)
    pieces = short_pieces(chain([opening[len(mark) :]], pieces))
    texts = _texts(pieces, encoding, is_announced=bool(mark or declared))
    is_single_byte = encoding in SINGLE_BYTE_ENCODINGS
    for block in _blocks(texts):
        if UNCLEAR.search(block) or (is_single_byte and not block.isascii()):
            yield _checked_lines(block, encoding if is_single_byte else "")
        else:
            yield _split(block)


def _texts(pieces: Iterator[bytes], encoding: str, *, is_announced: bool) -> Iterator[str | BadLine]:
    """The pieces decoded; at the first bytes that do not fit the sound text before them, and the fault."""
    decoder = codecs.getincrementaldecoder(encoding)()
    has_letters = False
    for piece in chain(pieces, [None]):
        fault = None
        try:
            text = decoder.decode(piece or b"", final=piece is None)
        except UnicodeDecodeError as error:
            fault = error
            text = error.object[: error.start].decode(encoding)
        has_letters = has_letters or not text.isascii()
        yield text
        if fault is not None:
            if is_announced or has_letters:
                yield BadLine("not_as_declared" if is_announced else "mixed_encodings")
            else:
                yield _wrong_encoding(fault.object[fault.start :], pieces)
            return


def _wrong_encoding(sample: bytes, pieces: Iterable[bytes]) -> BadLine:
    """The fault, with the encoding that the bytes from there on suggest and the letters that it would give."""
    sample, _ = first_bytes(chain([sample], pieces), MAX_SAMPLE)
    suggestion = suggest_encoding(sample)
    if not suggestion:
        return BadLine("wrong_encoding")
    note = f"It may be {suggestion.encoding}: its letters would then be {' '.join(suggestion.letters)}."
    return BadLine("wrong_encoding", note=note)


def _blocks(texts: Iterable[str | BadLine]) -> Iterator[str]:
    """Texts that end where a line ends: at LF, CR LF or CR. Each piece is searched once, however small."""
    parts: list[str] = []
    length = 0
    held = ""  # a CR at the end of a piece, of which nobody knows yet whether an LF follows
    for text in texts:
        if isinstance(text, BadLine):
            if held:
                yield "".join((*parts, held))
            raise text
        joined = held + text
        held = "\r" if joined.endswith("\r") else ""
        body = joined.removesuffix(held)
        cut = max(body.rfind("\n"), body.rfind("\r")) + 1
        if length + (_first_line(body) if cut else len(body)) > MAX_LINE:
            raise BadLine("line_too_long")
        if cut:
            yield "".join((*parts, body[:cut]))
            parts, length = [], 0
        if part := body[cut:]:
            parts.append(part)
            length += len(part)
    if rest := "".join((*parts, held)):
        yield rest


def _first_line(text: str) -> int:
    """The length of the first of several lines."""
    return min(place for place in (text.find("\n"), text.find("\r")) if place >= 0)


def _split(block: str) -> Iterable[str]:
    """At LF, CR LF and CR alone. What else `splitlines` parts at is unclear, or one of the two characters here."""
    if "\u2028" in block or "\u2029" in block:
        return io.StringIO(block, newline="")
    return block.splitlines(keepends=True)


def _checked_lines(block: str, single_byte: str) -> Iterator[str]:
    """The lines up to the first that has an unclear character, or is UTF-8 where another encoding was declared."""
    for line in io.StringIO(block, newline=""):
        if UNCLEAR.search(line):
            raise BadLine("unclear_character")
        if single_byte and not line.isascii() and _is_utf_8(line.encode(single_byte)):
            raise BadLine("not_as_declared")
        yield line


def _is_utf_8(line: bytes) -> bool:
    """Whether letters of a line are UTF-8. No text of a single-byte encoding is by chance, letter by letter."""
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True
