"""Which encoding bytes may be written in that are not UTF-8: a suggestion to a person, never a decision.

The person sees the letters that would come out and says whether they are hers. A suggestion must hold no word of
the file: single letters alone, each once and in the order of the alphabet.
"""

from __future__ import annotations

from dataclasses import dataclass

from anonymizer.declared import SINGLE_BYTE_ENCODINGS

MAX_SAMPLE = 64 * 1024
"""Bytes. Enough for the letters of some hundred rows, and judged in a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An encoding that may be declared, and the letters beyond ASCII that it would give.

    Both are empty when no encoding gives readable text.
    """

    encoding: str
    letters: str

    def __bool__(self) -> bool:
        return bool(self.encoding)


def suggest_encoding(sample: bytes) -> Suggestion:
    """The declared encoding in which a sample reads best. One that makes letters of all bytes goes first."""
    # Clearing needs the standard library alone; only a file that cannot be read as UTF-8 needs more.
    from charset_normalizer import from_bytes

    sample = sample[:MAX_SAMPLE]
    candidates = [name.replace("iso-8859-", "iso8859_") for name in SINGLE_BYTE_ENCODINGS]
    matches = from_bytes(sample, cp_isolation=candidates, enable_fallback=False)
    suggestions = [_suggestion(sample, match.encoding) for match in matches]
    sound = [one for one in suggestions if one.letters.isalpha()]
    return next(iter(sound or suggestions), Suggestion("", ""))


def _suggestion(sample: bytes, encoding: str) -> Suggestion:
    letters = {letter for letter in sample.decode(encoding, errors="ignore") if not letter.isascii()}
    return Suggestion(encoding.replace("iso8859_", "iso-8859-"), "".join(sorted(letters)))
