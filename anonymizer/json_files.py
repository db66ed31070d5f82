"""Reading cases as JSON: `{"cases": [{column: value or list of values}]}`, whole in memory.

JSON lets much through that a case sheet must not have: keys that come twice, NaN, half characters. Each of
them is refused with its place in the list. No raised exception may carry a value of the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NoReturn

from anonymizer.chunks import Columns, RawChunk
from anonymizer.csv_files import MAX_COLUMNS, ROWS_PER_CHUNK, UNCLEAR
from anonymizer.errors import Unreadable
from anonymizer.findings import conflict_of
from anonymizer.treatments import SEPARATOR

Case = dict[str, str]


class _Doubled:
    """Stands where an object had a key twice, so that its place in the list can be told."""


class _NotAcceptedError(Exception):
    """A number with a point, NaN or Infinity."""


def read_json(body: bytes) -> Iterator[RawChunk]:
    """The cases of a JSON body. Raises Unreadable before the first chunk is given."""
    cases = [_case(place, entry) for place, entry in enumerate(_entries(body), start=1)]
    if not cases:
        raise Unreadable(conflict_of("no_cases"))
    names = tuple(dict.fromkeys(name for case in cases for name in case))
    if len(names) > MAX_COLUMNS:
        raise Unreadable(conflict_of("too_many_columns"))
    for start in range(0, len(cases), ROWS_PER_CHUNK):
        part = cases[start : start + ROWS_PER_CHUNK]
        yield RawChunk(_columns(names, part), list(range(start + 1, start + len(part) + 1)))


def _columns(names: Sequence[str], cases: Sequence[Case]) -> Columns:
    return {name: [case.get(name, "") for case in cases] for name in names}


def _entries(body: bytes) -> list[object]:
    """The list of cases, whatever its entries are."""
    if not body.strip():
        raise Unreadable(conflict_of("empty_file"))
    match _parsed(body):
        case {"cases": list() as entries, **others} if not others:
            return entries
        case _Doubled():
            raise Unreadable(conflict_of("doubled_key"))
        case _:
            raise Unreadable(conflict_of("not_cases"))


def _parsed(body: bytes) -> object:
    code = "not_json"
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=str,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError:
        code = "wrong_encoding"
    except (ValueError, RecursionError, _NotAcceptedError):
        pass
    raise Unreadable(conflict_of(code))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | _Doubled:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Doubled()


def _refuse(_: str) -> NoReturn:
    raise _NotAcceptedError


def _case(place: int, entry: object) -> Case:
    if isinstance(entry, _Doubled):
        raise Unreadable(conflict_of("doubled_key", row=place))
    if not isinstance(entry, dict):
        raise Unreadable(conflict_of("wrong_type", row=place))
    return {_clear_text(place, name): _cell(place, value) for name, value in entry.items()}


def _cell(place: int, value: object) -> str:
    """One value, or several joined as a cell of the sheet joins them; null is an empty cell."""
    match value:
        case None:
            return ""
        case str():
            return _clear_text(place, value)
        case list() if all(isinstance(part, str) for part in value):
            return _clear_text(place, SEPARATOR.join(value))
        case _:
            raise Unreadable(conflict_of("wrong_type", row=place))


def _clear_text(place: int, text: str) -> str:
    if UNCLEAR.search(text):
        raise Unreadable(conflict_of("unclear_character", row=place))
    return text
