"""The populations of one year that rest on links: each is worked out once, and counted by the parts of link tables.

What they are stands in reconciliation.py, continuity.py and retrafficking.py. It must never take a case into Python.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from reports import continuity, reconciliation, retrafficking
from reports.engine import Engine


class LinkedPopulations:
    """What is counted of links in a frame for one year, by name."""

    def __init__(self, tables: Mapping[str, pa.Table], cases: ir.Table, engine: Engine, *, year: int) -> None:
        """`cases` is what `join_cases` gives. Without consents in `tables` nobody is taken to have consented."""
        self._tables = tables
        self._engine = engine
        self._year = year
        self._linked = engine.keep(reconciliation.cases_with_links(self._entity("case"), cases))

    def population(self, name: str, *, countries: Collection[str], large: Collection[str]) -> ir.Table:
        """The population of this name: `countries` report in the year, and `large` ones have rows in tables of
        pairs. Raises KeyError."""
        return self._engine.keep(_POPULATIONS[name](self, countries, large))

    def sent(self, entity: str) -> ir.Table:
        """What was sent of an entity in any year, with the country of its case."""
        return (
            self._entity(entity)
            .select("case_id")
            .inner_join(self._linked.select("case_id", "reporting_country"), "case_id")
        )

    @cached_property
    def _services(self) -> ir.Table:
        return self._engine.keep(
            continuity.accepted_services(self._linked, self._entity("assistance_episode"))
        )

    def _returned(self, countries: Collection[str]) -> ir.Table:
        return self._engine.keep(
            continuity.returns_of_year(
                self._entity("return"), self._entity("consent"), self._linked, self._year, receiving=countries
            )
        )

    def continuity(self, countries: Collection[str], large: Collection[str]) -> ir.Table:
        """The returns of the year by when help went on."""
        told = continuity.returns_by_continuity(self._returned(countries), self._services, self._linked)
        return continuity.by_large(told, large)

    def gaps(self, countries: Collection[str]) -> ir.Table:
        """The same by the weeks between two services."""
        return continuity.returns_by_gap(self._returned(countries), self._services)

    def hand_overs(self, large: Collection[str]) -> ir.Table:
        """The referrals of the year to another country."""
        sent = continuity.hand_overs(self._entity("referral"), self._linked, self._year)
        return continuity.by_large(sent, large)

    def account(self) -> ir.Table:
        """The persons of the year by which of their rows each is."""
        return reconciliation.persons_by_place(self._linked, self._year)

    def numbers_of_persons(self) -> list[tuple[Any, ...]]:
        """The persons of the region by how often they were counted, for each band, as numbers_of_persons has them."""
        counted = self._engine.collect(reconciliation.numbers_of_persons(self._linked, self._year))
        return list(zip(*counted.to_pydict().values(), strict=True))

    def repeated_cases(self) -> ir.Table:
        """The cases of the year that are no further person of their country."""
        return reconciliation.repeated_cases(self._linked, self._year)

    def pairs(self, large: Collection[str]) -> ir.Table:
        """The persons of two countries or more, by pair."""
        return reconciliation.persons_by_pair(self._linked, self._year, large=large)

    def intake(self) -> ir.Table:
        """The identified of the year by whether they were trafficked before."""
        return retrafficking.trafficked_before(self._linked, self._year)

    def left(self, years_ago: int) -> ir.Table:
        """Who left assistance so many years ago, by what became of them."""
        left = self._engine.keep(
            retrafficking.leavers(
                self._linked,
                self._entity("assistance_episode"),
                self._entity("return"),
                self._year - years_ago,
            )
        )
        moved = self._engine.keep(
            retrafficking.moves(self._linked, self._entity("return"), self._entity("referral"))
        )
        return retrafficking.leavers_by_outcome(left, self._linked, moved, self._entity("reintegration"))

    def _entity(self, name: str) -> ir.Table:
        return ibis.memtable(self._tables[name])


Countries = Collection[str]
_POPULATIONS: Mapping[str, Callable[[LinkedPopulations, Countries, Countries], ir.Table]] = {
    "account": lambda linked, _countries, _large: linked.account(),
    "repeated_cases": lambda linked, _countries, _large: linked.repeated_cases(),
    "pairs": lambda linked, _countries, large: linked.pairs(large),
    "hand_overs": lambda linked, _countries, large: linked.hand_overs(large),
    "continuity": lambda linked, countries, large: linked.continuity(countries, large),
    "gaps": lambda linked, countries, _large: linked.gaps(countries),
    "intake": lambda linked, _countries, _large: linked.intake(),
    "left_a_year_ago": lambda linked, _countries, _large: linked.left(1),
    "left_two_years_ago": lambda linked, _countries, _large: linked.left(2),
}
