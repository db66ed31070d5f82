"""Code lists, their order of print, their labels and their groupings, as reports needs them.

Reports states them itself, because it must not know the anonymizer; a test holds that both say the same. It must
never drop a code: what nobody knows is a code of its own in every list.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

UNKNOWN = "UNK"
UNKNOWN_COUNTRY = "ZZ"
COUNTRIES = "CL_COUNTRY"


def codes_of(code_list: str) -> tuple[str, ...]:
    """The codes of a list in the order of print. Raises KeyError when there is no such list."""
    return tuple(labels_of(code_list))


def labels_of(code_list: str) -> Mapping[str, str]:
    """What a reader is told for each code of a list, in the order of print."""
    return _code_lists()[code_list]


def grouping(name: str) -> Mapping[str, str]:
    """The group of each code: a roll-up by its name, as child or adult from the status of age."""
    return _groupings()[name]


def read_definition(name: str) -> str:
    """The text of one file of `reports/definitions`."""
    return files("reports.definitions").joinpath(name).read_text("utf-8")


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file of `reports/definitions`."""
    return iter(csv.DictReader(read_definition(name).splitlines()))


@cache
def _code_lists() -> Mapping[str, Mapping[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in read_rows("codes.csv"):
        lists.setdefault(row["code_list"], {})[row["code"]] = row["label"]
    lists[COUNTRIES] = {row["code"]: row["label"] for row in _countries()}
    return MappingProxyType({name: MappingProxyType(labels) for name, labels in lists.items()})


@cache
def _groupings() -> Mapping[str, Mapping[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for row in read_rows("groups.csv"):
        groups.setdefault(row["grouping"], {})[row["code"]] = row["group"]
    groups["CITIZENSHIP"] = {row["code"]: row["citizenship_group"] for row in _countries()}
    return MappingProxyType({name: MappingProxyType(group) for name, group in groups.items()})


def _countries() -> list[dict[str, str]]:
    """The countries by code, and last the one that nobody knows."""
    rows = sorted(read_rows("countries.csv"), key=lambda row: row["code"])
    return sorted(rows, key=lambda row: row["code"] == UNKNOWN_COUNTRY)
