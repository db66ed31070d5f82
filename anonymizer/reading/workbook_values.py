"""The values of a workbook's cells as text, as a sender sees them: dates as ISO 8601, whole numbers as digits.

Nothing is guessed: a time of day, a yes-or-no and a number that lost its last digits are refused. Runs in the
process that reads workbooks; a refusal names a position and never a value.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymizer.reading.encodings import UNCLEAR

Value = int | float | str | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta
Wrong = tuple[str, int]
"""The code of a conflict, and the position of the cell in its row, from 0."""

MAX_CELL = 32_767
"""Characters: as many as a spreadsheet program lets one type into a cell."""
FIRST_LOST_DIGIT = 10**15
"""A spreadsheet keeps 15 digits of a number and makes zeros of the others."""
_MIDNIGHT = datetime.time()


class _WrongValueError(Exception):
    """A value that has no text; `code` is that of the conflict."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a sheet that have a name, and the positions of those that have none."""

    names: list[str]
    positions: list[int]
    unnamed: list[int]

    def of_named(self, texts: Sequence[str]) -> list[str]:
        """The cells of a row that stand under a name."""
        return [texts[position] for position in self.positions] if self.unnamed else list(texts)

    def without_name(self, texts: Sequence[str]) -> Iterator[Wrong]:
        """The cells of a row that have content but no column."""
        return (("cell_without_column", position) for position in self.unnamed if texts[position].strip())


def header_of(texts: Sequence[str]) -> Header:
    """The header that a row is."""
    names = [text.strip() for text in texts]
    positions = [position for position, name in enumerate(names) if name]
    unnamed = [position for position, name in enumerate(names) if not name]
    return Header([names[position] for position in positions], positions, unnamed)


def texts_of(values: Sequence[Value]) -> tuple[list[str], list[Wrong]]:
    """The texts of a row, and what is wrong in it. A wrong cell is empty in the texts."""
    texts: list[str] = []
    wrong: list[Wrong] = []
    for position, value in enumerate(values):
        if type(value) is str:
            texts.append(value)
            continue
        try:
            texts.append(text_of(value))
        except _WrongValueError as error:
            texts.append("")
            wrong.append((error.code, position))
    joined = "".join(texts)
    if len(joined) > MAX_CELL or UNCLEAR.search(joined):
        wrong += _wrong_texts(texts)
    return texts, wrong


def text_of(value: Value) -> str:
    """The text of a cell that is not text itself."""
    match value:
        case bool():
            raise _WrongValueError("boolean_cell")
        case float() if value.is_integer():
            return text_of(int(value))
        case int() if abs(value) < FIRST_LOST_DIGIT:
            return str(value)
        case int():
            raise _WrongValueError("number_lost_digits")
        case datetime.datetime() if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        case datetime.datetime() | datetime.time() | datetime.timedelta():
            raise _WrongValueError("date_with_time")
        case datetime.date():
            return value.isoformat()
        case float() | str():
            return str(value)


def _wrong_texts(texts: Sequence[str]) -> Iterator[Wrong]:
    for position, text in enumerate(texts):
        if len(text) > MAX_CELL:
            yield "cell_too_long", position
        elif UNCLEAR.search(text):
            yield "unclear_character", position
