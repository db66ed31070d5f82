"""A release: all tables of one year, counted, protected, and nothing else kept.

True counts live in the memory of `build_release` and end with it: they must never be returned, stored or logged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from reports import disclosure
from reports.bands import print_link_table
from reports.counting import YearCount, open_count
from reports.engine import Resources
from reports.frame import Frame
from reports.joining import join_protected
from reports.link_counting import counted_part, counted_repeats
from reports.link_tables import ANNUAL, LINKED, LinkTable, link_part, link_table
from reports.printing import as_printed_rows, with_region
from reports.repeats import protect_pairs, protect_repeats, without_region, without_second_end
from reports.sensitive import pooled_countries
from reports.shells import INDICATORS, indicator_shell, table_shell
from reports.small_numbers import SmallNumbers
from reports.tables import CountedTable, ProtectedTable, Release

STANDARD = SmallNumbers()
"""The small numbers of the rule itself; a configuration may only raise them."""


def build_release(
    frame: Frame,
    *,
    year: int,
    shells: Sequence[str] = ANNUAL,
    rules: SmallNumbers = STANDARD,
    method: Mapping[str, str] | None = None,
    resources: Resources | None = None,
) -> Release:
    """The protected tables and indicators of a year; `method` is kept with them. Raises FrameError and UnknownShell."""
    with open_count(frame, year=year, resources=resources) as count:
        protected = _protected_tables(count, [one for one in shells if one not in INDICATORS], rules)
        tables = tuple(
            _protected_indicator(count, shell_id, rules) if shell_id in INDICATORS else protected[shell_id]
            for shell_id in shells
        )
    return Release(year=year, tables=tables, rules=rules.as_mapping(), method=method or {})


def _protected_tables(
    count: YearCount, shells: Sequence[str], rules: SmallNumbers
) -> Mapping[str, ProtectedTable]:
    """The tables by their shell, protected with one another: what one hides, no other prints."""
    together = pooled_countries(count.country_persons, rules)
    links = {one: link_table(one) for one in shells if one in LINKED}
    counted = {one: count.parts(one, together=together) for one in shells if one not in links}
    names = _parts_of(links.values())
    every = [table for parts in counted.values() for table in parts]
    every += [
        without_second_end(
            counted_part(count, name, together=together, large_from=rules.one_way_below), rules.threshold
        )
        for name in names
    ]
    protected = iter(disclosure.protect_all(every, country_persons=count.country_persons, rules=rules))
    printed = {
        shell_id: _as_printed(list(islice(protected, len(parts))), count.join(shell_id, parts), shell_id)
        for shell_id, parts in counted.items()
    }
    of_links = _with_repeats(count, dict(zip(names, protected, strict=True)), rules)
    printed |= {
        one: print_link_table(shell, of_links, has_links=count.has_bands) for one, shell in links.items()
    }
    if "account" in of_links and "A1" in printed:
        printed["A1"] = without_region(printed["A1"], of_links["account"])
    return printed


def _parts_of(links: Collection[LinkTable]) -> list[str]:
    """The parts that are counted and protected with all other tables. What stands beside A10 is judged by A10's."""
    names = dict.fromkeys(name for shell in links for name in shell.parts)
    beside = ["account"] if {"repeats", "pairs"} & names.keys() else []
    return [name for name in dict.fromkeys([*names, *beside]) if name != "repeats"]


def _with_repeats(
    count: YearCount, parts: Mapping[str, ProtectedTable], rules: SmallNumbers
) -> Mapping[str, ProtectedTable]:
    """The protected parts, with those of A10b and A10c as they may stand beside A10."""
    if "account" not in parts:
        return parts
    account, ends, threshold = parts["account"], counted_repeats(count), rules.threshold
    shell = link_part("repeats").shell
    beside = {"repeats": protect_repeats(shell, ends, account=account, threshold=threshold)}
    if "pairs" in parts:
        beside["pairs"] = protect_pairs(parts["pairs"], ends, account=account, threshold=threshold)
    return {**parts, **beside}


def _as_printed(protected: Sequence[ProtectedTable], table: CountedTable, shell_id: str) -> ProtectedTable:
    shell = table_shell(shell_id)
    if shell.parts:
        return with_region(join_protected(shell, protected), table, shell.parts)
    return as_printed_rows(protected[0], shell.printed) if shell.printed else protected[0]


def _protected_indicator(count: YearCount, shell_id: str, rules: SmallNumbers) -> ProtectedTable:
    return disclosure.protect_shares(
        count.indicator(shell_id, together=pooled_countries(count.country_persons, rules)),
        performance=indicator_shell(shell_id).performance,
        country_persons=count.country_persons,
        rules=rules,
    )
