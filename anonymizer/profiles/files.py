"""Reading mapping profiles from TOML: those that come with the program, and the reader's own.

Each key is checked, and a mistake is told by its table and key. It must never repeat what the file says: a profile
may be the first lines of a case sheet, saved under another name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from anonymizer.catalogue.fields import CODE_LISTS, FIELDS, SEPARATOR, Treatment
from anonymizer.catalogue.sheets import DROPPED_COLUMNS, SHEET_COLUMNS, codes_of
from anonymizer.declared import DATE_FORMATS, ENCODINGS
from anonymizer.errors import UnknownProfile, UnsuitableProfile
from anonymizer.profiles.mapping import UNITS, ColumnMapping, Profile

LARGEST_PROFILE = 256 * 1024
"""Characters. The largest that comes with the program has a twentieth of it."""
NAME_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What the door takes as `profile`."""

_KEYS: Mapping[str, type] = {
    "name": str,
    "legal_basis": str,
    "law": str,
    "atomic": bool,
    "dates": str,
    "encoding": str,
    "ignored": list,
    "columns": list,
    "constants": dict,
    "values": dict,
}
_REQUIRED = ("name", "columns")
_COLUMN_KEYS = ("source", "target", "code_list", "values", "when_empty", "unit", "several")
_REQUIRED_OF_COLUMN = ("source", "target")
_TYPE_NAMES = {str: "a text", bool: "true or false", list: "a list", dict: "a table"}
_SHEET = {column.column: column for column in SHEET_COLUMNS}


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that come with the program."""
    folder = files("anonymizer.profiles")
    return tuple(
        sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))
    )


def load_profile(name: str) -> Profile:
    """The profile of that name. Raises UnknownProfile."""
    if name not in profile_names():
        raise UnknownProfile("There is no mapping profile of this name: `clearpoint profile list` has them.")
    return read_profile(files("anonymizer.profiles").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def read_profile(text: str) -> Profile:
    """The profile that a TOML text describes. Raises UnsuitableProfile with every mistake that was found."""
    table = _parsed(text)
    problems = list(_problems(table))
    if problems:
        raise UnsuitableProfile(*problems)
    dates = table.get("dates", "")
    values = table.get("values", {})
    return Profile(
        name=table["name"],
        legal_basis=table.get("legal_basis", ""),
        law=table.get("law", ""),
        atomic=table.get("atomic", True),
        columns=tuple(_mapping_of(column, values, dates) for column in table["columns"]),
        constants=MappingProxyType(table.get("constants", {})),
        ignored=frozenset(table.get("ignored", [])),
        encoding=table.get("encoding"),
        dates=dates or None,
    )


def _parsed(text: str) -> dict[str, Any]:
    problem = "The file is too large for a profile." if len(text) > LARGEST_PROFILE else ""
    if not problem:
        try:
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            problem = "The file is not TOML. Check it with a TOML tool."
    raise UnsuitableProfile(problem)


def _mapping_of(column: dict[str, str], tables: Mapping[str, Mapping[str, str]], dates: str) -> ColumnMapping:
    """One mapping: the names that the code list gives, then the profile's own."""
    code_list = CODE_LISTS[column["code_list"]].codes.values() if "code_list" in column else ()
    values = {name: code.code for code in code_list for name in code.htcds}
    return ColumnMapping(
        source=column["source"],
        target=column["target"],
        values=MappingProxyType(values | dict(tables[column["values"]] if "values" in column else {})),
        when_empty=column.get("when_empty", ""),
        factor=UNITS[column.get("unit", "days")],
        several="brackets" if column.get("several") == "brackets" else "semicolon",
        dates=dates if _is_date(column["target"]) and dates != "yyyy-mm-dd" else "",
    )


def _is_date(target: str) -> bool:
    column = _SHEET.get(target)
    if column is None:
        return False
    treatment = FIELDS[column.entity, column.field].treatment
    return treatment in (Treatment.WEEK, Treatment.MONTH) or target == "birth_date"


def _problems(table: dict[str, Any]) -> Iterator[str]:
    """Everything that is wrong, the outer shape first: below a wrong shape nothing is looked at."""
    shape = list(_wrong_shapes(table))
    yield from shape or _wrong_words(table)


def _wrong_shapes(table: dict[str, Any]) -> Iterator[str]:
    unknown = sum(key not in _KEYS for key in table)
    if unknown:
        yield f"There are {unknown} keys that no profile has. The keys are: {', '.join(_KEYS)}."
    yield from (f"`{key}` is missing." for key in _REQUIRED if not table.get(key))
    for key, kind in _KEYS.items():
        if not isinstance(table.get(key, kind()), kind):
            yield f"`{key}` is not {_TYPE_NAMES[kind]}."
    for place, column in enumerate(_list_of(table, "columns"), start=1):
        yield from _wrong_column_shapes(f"columns, entry {place}", column)
    yield from _not_all_texts("ignored", _list_of(table, "ignored"))
    yield from _not_all_texts("constants", _values_of(table.get("constants")))
    for place, rewritten in enumerate(_values_of(table.get("values")), start=1):
        if not isinstance(rewritten, dict):
            yield f"values, entry {place}: this is not a table of texts."
        yield from _not_all_texts(f"values, table {place}", _values_of(rewritten))


def _wrong_column_shapes(place: str, column: object) -> Iterator[str]:
    if not isinstance(column, dict) or not all(isinstance(value, str) for value in column.values()):
        yield f"{place}: this is not a table of texts."
        return
    if any(key not in _COLUMN_KEYS for key in column):
        yield f"{place}: there is a key that no column has. The keys are: {', '.join(_COLUMN_KEYS)}."
    yield from (f"{place}: `{key}` is missing." for key in _REQUIRED_OF_COLUMN if not column.get(key))


def _wrong_words(table: dict[str, Any]) -> Iterator[str]:
    if not NAME_SHAPE.fullmatch(table["name"]):
        yield "`name` takes up to 40 letters, digits, points and dashes."
    allowed = {
        "legal_basis": CODE_LISTS["CL_LEGALBASIS"].codes,
        "dates": DATE_FORMATS,
        "encoding": ENCODINGS,
    }
    for key, words in allowed.items():
        if table.get(key) and table[key] not in words:
            yield f"`{key}` is none of {', '.join(words)}."
    for place, column in enumerate(table["columns"], start=1):
        yield from (f"columns, entry {place}: {problem}" for problem in _wrong_column_words(column, table))
    for place, (target, constant) in enumerate(table.get("constants", {}).items(), start=1):
        if target not in _SHEET:
            yield f"constants, entry {place}: this is no column of the case sheet."
        elif _unknown_codes(target, [constant]):
            yield f"constants, entry {place}: this is no code of the column's list."


def _wrong_column_words(column: dict[str, str], table: dict[str, Any]) -> Iterator[str]:
    if column["target"] not in _SHEET and column["target"] not in DROPPED_COLUMNS:
        yield "`target` is neither a column of the case sheet nor a field that is dropped."
        return
    if column.get("code_list", "CL_SEX") not in CODE_LISTS:
        yield "`code_list` names no code list."
    if column.get("unit", "days") not in UNITS:
        yield f"`unit` is none of {', '.join(UNITS)}."
    if column.get("several", "semicolon") not in ("semicolon", "brackets"):
        yield "`several` is neither semicolon nor brackets."
    values = table.get("values", {}).get(column.get("values"), {})
    if "values" in column and not values:
        yield "`values` names no table under [values]."
    if _unknown_codes(column["target"], values.values()):
        yield "its `values` have a code that the list of the target does not have."


def _unknown_codes(target: str, codes: Any) -> bool:
    """Whether some text is no code of the target's list; dates, numbers and dropped fields have none."""
    column = _SHEET.get(target)
    if column is None or not FIELDS[column.entity, column.field].code_list:
        return False
    known = codes_of(column)
    return not all(part in known for code in codes if code for part in code.split(SEPARATOR))


def _not_all_texts(place: str, found: Any) -> Iterator[str]:
    if not all(isinstance(text, str) for text in found):
        yield f"{place}: there is something that is not a text."


def _list_of(table: dict[str, Any], key: str) -> list[Any]:
    found = table.get(key)
    return found if isinstance(found, list) else []


def _values_of(table: object) -> list[Any]:
    return list(table.values()) if isinstance(table, dict) else []
