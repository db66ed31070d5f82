"""The populations of one year: each is worked out once, kept as columns, and counted by many tables.

What a population is stands in victims.py, assistance.py and indicators.py; here they are only built, and only when
a table asks for them. It must never take a case into Python.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from reports import assistance, forms, indicators, victims
from reports.classifications import UNKNOWN
from reports.engine import Engine
from reports.linked_populations import LinkedPopulations

COUNTED_ENTITIES = (
    "case",
    "identification",
    "exploitation_episode",
    "assistance_episode",
    "referral",
    "return",
    "reintegration",
)
"""The entities that are counted whether or not any case is linked. Few cases have one of the last three."""
LINKED_ENTITIES = ("consent",)
"""Those that are counted only where cases are linked: nearly every case has one, and to join them takes its time."""


class Populations:
    """All that is counted of a frame for one year, by name. Rows of a population are persons of a country."""

    def __init__(self, tables: Mapping[str, pa.Table], engine: Engine, *, year: int) -> None:
        """`tables` are those of a checked frame, with numbers for keys (keys.py)."""
        self._tables = tables
        self._engine = engine
        self.year = year

    def __getitem__(self, name: str) -> ir.Table:
        """The population of this name. Raises KeyError."""
        return _POPULATIONS[name](self)

    @cached_property
    def identified(self) -> ir.Table:
        """The identified victims of the year, one column an attribute."""
        of_cases = self._engine.keep(forms.forms_of_cases(self._entity("exploitation_episode")))
        return self._engine.keep(victims.identified_persons(self._cases, of_cases, self.year))

    @cached_property
    def assisted_years(self) -> ir.Table:
        """Everybody who was ever assisted, with the first year of it."""
        return self._engine.keep(assistance.assisted_years(self._services, self.year))

    @cached_property
    def assisted(self) -> ir.Table:
        """The persons assisted in the year."""
        return self.assisted_years.filter(_.is_assisted)

    @cached_property
    def services(self) -> ir.Table:
        """The services of the year, each once a person, with what became of it."""
        return self._engine.keep(assistance.persons_by_service(self._services, self.year))

    @cached_property
    def measured(self) -> ir.Table:
        """The persons identified in the year of whom a service was sent, one flag a column."""
        return self._engine.keep(indicators.measure_persons(self._services, self.year))

    @cached_property
    def linked(self) -> LinkedPopulations:
        """The populations of the tables that rest on links."""
        return LinkedPopulations(self._tables, self._cases, self._engine, year=self.year)

    def known(self, needs: str) -> ir.Table:
        """What was sent of that which a table needs, with its country. Raises KeyError."""
        return _KNOWN[needs](self)

    def sent_services(self) -> ir.Table:
        """What was sent on services in the year."""
        return assistance.sent_services(self._services, self.year)

    def recorded(self) -> ir.Table:
        """Everybody recorded in the year, by status."""
        return victims.recorded_persons(self._cases, self.year)

    def of_the_region(self, *, without: Collection[str]) -> ir.Table:
        """The persons of A1 with each person once, one measure above the other; `without` the assistance of
        countries that is not available."""
        identified = self.identified.select("person_id").distinct()
        assisted = assistance.assisted_in_region(self.assisted_years, self.year, without=without)
        return ibis.union(
            identified.select(measure=ibis.literal("IDENTIFIED")),
            assisted.select(measure=ibis.literal("ASSISTED")),
            assisted.select(measure=_.first_assisted),
        )

    @cached_property
    def _cases(self) -> ir.Table:
        return self._engine.keep(victims.join_cases(self._entity("case"), self._entity("identification")))

    @cached_property
    def _services(self) -> ir.Table:
        return self._engine.keep(assistance.services(self._cases, self._entity("assistance_episode")))

    def _entity(self, name: str) -> ir.Table:
        return ibis.memtable(self._tables[name])


_POPULATIONS: Mapping[str, Callable[[Populations], ir.Table]] = {
    "recorded": Populations.recorded,
    "identified": lambda of_year: of_year.identified,
    "foreign": lambda of_year: victims.foreign_persons(of_year.identified),
    "assisted": lambda of_year: of_year.assisted,
    "received": lambda of_year: of_year.services.filter(_.outcome == assistance.ACCEPTED),
    "services": lambda of_year: of_year.services,
    "measured": lambda of_year: of_year.measured,
}

_KNOWN: Mapping[str, Callable[[Populations], ir.Table]] = {
    "services": Populations.sent_services,
    "nationality": lambda of_year: of_year.identified.filter(_.nationality_status != UNKNOWN),
    "services_ever": lambda of_year: of_year.linked.sent("assistance_episode"),
    "referrals": lambda of_year: of_year.linked.sent("referral"),
    "returns": lambda of_year: of_year.linked.sent("return"),
}
