"""The header of a sheet: which column each name means, and what separates the columns.

Names are looked up exactly, in an alias table, once outer blanks and the difference of capitals are gone. What
is not in the table goes on as it came, and clearing refuses it. A name must never come into a message: the
first line of a file without a header is a person.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from anonymizer.catalogue.findings import CASES, conflict_of, place_of_column
from anonymizer.catalogue.languages import alias_key, column_aliases
from anonymizer.catalogue.sheets import DROPPED_COLUMNS, SHEETS
from anonymizer.errors import Unreadable

SEPARATORS = (",", ";", "\t", "|")
MAX_COLUMNS = 200
"""More than any sheet and all direct identifiers together."""

LONGEST_NAME = 500
"""Characters. No header and no label is longer, and what is longer need not be brought into their form."""

_OUTER_BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200e\u200f\u2060\ufeff"
)
"""White space, and marks of no width that spreadsheets and web pages leave."""
_NAMED_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def normal_name(name: str) -> str:
    """A header or a label as the tables of languages have it, without outer blanks and marks of no width."""
    return alias_key(name.strip(_OUTER_BLANKS)) if len(name) <= LONGEST_NAME else name


@cache
def columns_by_name(sheet: str) -> Mapping[str, str]:
    """Every normal name that a sheet's header may have, with the column that it means."""
    columns = [column.column for column in SHEETS[sheet].columns]
    own_names = {normal_name(name): name for name in (*DROPPED_COLUMNS, *columns)}
    return MappingProxyType(dict(column_aliases(sheet)) | own_names)


def column_of(name: str, sheet: str, profile_columns: frozenset[str] = frozenset()) -> str:
    """The column that a header means. What a profile waits for, and what nobody knows, stays as it came."""
    stripped = name.strip()
    if stripped in profile_columns:
        return stripped
    return columns_by_name(sheet).get(normal_name(name), stripped)


def columns_of(
    header: Sequence[str], sheet: str, profile_columns: frozenset[str] = frozenset(), *, row: int = 0
) -> list[str]:
    """The columns of a whole header. Raises Unreadable when there are too many, or one twice."""
    if len(header) > MAX_COLUMNS:
        raise Unreadable(conflict_of("too_many_columns", row=row, sheet=sheet))
    columns = [column_of(name, sheet, profile_columns) for name in header]
    doubled = [place for place, column in enumerate(columns) if column in columns[:place]]
    if doubled:
        raise Unreadable(
            *(
                conflict_of("doubled_column", row=row, column=place_of_column(place), sheet=sheet)
                for place in doubled
            )
        )
    return columns


def named_separator(line: str) -> str | None:
    """What a first line like `sep=;` names; None when the line is none of this kind."""
    named = _NAMED_SEPARATOR.fullmatch(line.rstrip("\r\n"))
    return named[1] if named else None


def separator_of(line: str, sheet: str = CASES, profile_columns: frozenset[str] = frozenset()) -> str:
    """The one separator with which a header's line gives columns that are known; empty when that is unclear.

    A line without any separator is one column. One that commas alone separate is read although it has no
    known column, because clearing then names the columns that are unknown.
    """
    present = [separator for separator in SEPARATORS if separator in line]
    fitting = [one for one in present if _gives_known_columns(line, one, sheet, profile_columns)]
    match fitting or present:
        case []:
            return SEPARATORS[0]
        case [separator] if fitting or separator == SEPARATORS[0]:
            return separator
        case _:
            return ""


def _gives_known_columns(line: str, separator: str, sheet: str, profile_columns: frozenset[str]) -> bool:
    names = next(csv.reader([line], delimiter=separator), [])[:MAX_COLUMNS]
    known = columns_by_name(sheet)
    return any(name.strip() in profile_columns or normal_name(name) in known for name in names)
