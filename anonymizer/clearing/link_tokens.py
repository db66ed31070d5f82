"""The link tokens of the rows of a case sheet: made of the identifiers that came, or taken as they came.

A row that names nobody has none, and neither has one without consent or with an error. Identifiers go to the
tokenizer's blinding alone; they must never be kept beside the tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.chunks import Columns
from anonymizer.clearing.forms import Work
from anonymizer.errors import UnsuitableTokens
from anonymizer.linking.match_keys import ENOUGH, IDENTIFIERS, slot_inputs
from anonymizer.linking.tokens import LINK_TOKENS, Tokenizer, read_link_tokens


class LinkColumn:
    """Makes the cells of the column `link_tokens`. Without a tokenizer only cells that came are taken on."""

    def __init__(self, case_key: bytes, tokenizer: Tokenizer | None) -> None:
        self._case_key = case_key
        self._tokenizer = tokenizer

    def cells(self, raw: Columns, work: Work, refused: set[int]) -> list[str] | None:
        """One cell a row, empty where there are no tokens; None when the sheet is not to have the column at all.

        A cell that came and is none adds `wrong_link_tokens` to what was found. Rows at the places `refused` have none.
        """
        if self._tokenizer is None and LINK_TOKENS not in raw:
            return None
        in_full = [
            place
            for place, status in enumerate(work.columns["identification_status"])
            if status and place not in refused
        ]
        came = raw.get(LINK_TOKENS) or [""] * len(work.columns["case_number"])
        cells = [""] * len(came)
        for place in in_full:
            if came[place].strip():
                cells[place] = _taken(came[place].strip(), place, work)
        named = [place for place in in_full if not came[place].strip() and _names_somebody(raw, place)]
        if self._tokenizer is not None and named:
            self._make(raw, work, named, cells, self._tokenizer)
        return cells

    def _make(
        self, raw: Columns, work: Work, places: Sequence[int], cells: list[str], tokenizer: Tokenizer
    ) -> None:
        identifiers = {name: [raw[name][place] for place in places] for name in IDENTIFIERS if name in raw}
        case_tokens = [work.columns["case_number"][place] for place in places]
        made = tokenizer(slot_inputs(identifiers, case_tokens, self._case_key))
        for place, tokens in zip(places, made, strict=True):
            cells[place] = tokens.written() if tokens else ""


def _taken(cell: str, place: int, work: Work) -> str:
    try:
        return read_link_tokens(cell).written()
    except UnsuitableTokens:
        work.found.append((place, LINK_TOKENS, "wrong_link_tokens"))
        return ""


def _names_somebody(raw: Columns, place: int) -> bool:
    return any(raw[name][place].strip() for name in ENOUGH if name in raw)
