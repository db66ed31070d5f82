"""Clearing: raw rows in, rows that identify nobody out, with what to tell the sender about the rest.

It works on columns and treats each distinct value once. Cleared rows pass again unchanged. A raw value must
never leave this module: not in a conflict, not in an exception, not in a log line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from anonymizer.chunks import ClearedChunk, Columns, RawChunk
from anonymizer.derivation import has_service
from anonymizer.errors import Unreadable
from anonymizer.fields import CODE_LISTS, FIELDS, UNKNOWN
from anonymizer.findings import FINDINGS, Conflict, Severity, conflict_of, place_of_column
from anonymizer.forms import Form, full_form, withheld_form
from anonymizer.rules import ARCHIVE, CONSENT, ClearingRules
from anonymizer.sheets import CLEARED_COLUMNS, DROPPED_COLUMNS, SHEET_COLUMNS

MAX_CONFLICTS = 1_000
"""Listed for one batch; more are counted. Nobody reads further before correcting and sending again."""
MAX_WARNINGS = 200
"""Of these, so that warnings never crowd out the errors."""

_SHEET = {column.column: column for column in SHEET_COLUMNS}
_ORDER = {column: place for place, column in enumerate(_SHEET)}
_CONSENTS = CODE_LISTS["CL_CONSENT"].codes


@dataclass(slots=True)
class _Work:
    """A chunk on its way: canonical columns, and what was found as (position, column, code)."""

    columns: Columns
    found: list[tuple[int, str, str]]


class Clearing:
    """Clears the chunks of one batch.

    It remembers the case tokens, to notice a number that comes twice, and the values that it treated.
    """

    def __init__(self, rules: ClearingRules) -> None:
        self._rules = rules
        self._full = full_form(rules)
        self._withheld = withheld_form(rules)
        self._tokens: set[str] = set()
        self._listed: Counter[str] = Counter()

    def clear(self, chunk: RawChunk) -> ClearedChunk:
        """Clear some rows. Raises Unreadable when there is a column that the case sheet does not know."""
        profile = self._rules.profile
        check_columns(chunk.columns, also_known=profile.sources if profile else frozenset())
        if profile:
            chunk = profile.apply(chunk)
        size = len(chunk.rows)
        raw = {name: chunk.columns.get(name) or [""] * size for name in _SHEET}
        work = self._clear_rows(raw, size)
        self._find_doubled(work)
        if self._rules.basis != ARCHIVE:
            _find_services_without_start(work)
        return self._finish(work, chunk)

    def _clear_rows(self, raw: Columns, size: int) -> _Work:
        """Rows without consent in their own short form, all others in the full one."""
        withheld = [place for place, consent in enumerate(raw["consent"]) if self._is_withheld(consent)]
        if not withheld:
            return _fill_in(self._full, raw, range(size), size)
        kept = sorted(set(range(size)).difference(withheld))
        full = _fill_in(self._full, raw, kept, size)
        short = _fill_in(self._withheld, raw, withheld, size)
        for column in CLEARED_COLUMNS:
            for place in withheld:
                full.columns[column][place] = short.columns[column][place]
        full.found += short.found
        full.found += [(place, "consent", "consent_withheld") for place in withheld]
        return full

    def _is_withheld(self, consent: str) -> bool:
        """Without the consent that the legal basis rests on, only case number, country and year are kept."""
        return self._rules.basis == CONSENT and consent.strip() in _CONSENTS and consent.strip() != "YES"

    def _find_doubled(self, work: _Work) -> None:
        for place, token in enumerate(work.columns["case_number"]):
            if token in self._tokens:
                work.found.append((place, "case_number", "doubled_case_number"))
            elif token:
                self._tokens.add(token)

    def _finish(self, work: _Work, chunk: RawChunk) -> ClearedChunk:
        """Leave out the rows that have an error, and put the findings into the order of the rows."""
        errors = {place for place, _, code in work.found if FINDINGS[code].severity == "error"}
        columns, rows = work.columns, chunk.rows
        if errors:
            accepted = [place not in errors for place in range(len(rows))]
            columns = {name: list(compress(cells, accepted)) for name, cells in columns.items()}
            rows = list(compress(rows, accepted))
        return ClearedChunk(
            columns=columns,
            rows=list(rows),
            conflicts=list(self._conflicts(work.found, chunk.rows)),
            dropped=count_dropped(chunk.columns),
            received=len(chunk.rows),
            rejected=len(errors),
        )

    def _conflicts(self, found: list[tuple[int, str, str]], rows: Sequence[int]) -> Iterator[Conflict]:
        """The findings by row, column and code, as long as the batch has room to list them."""
        if self._listed.total() >= MAX_CONFLICTS:
            return
        for place, column, code in sorted(found, key=lambda one: (one[0], _ORDER[one[1]], one[2])):
            if self._has_room(FINDINGS[code].severity):
                sheet = _SHEET[column]
                code_list = FIELDS[sheet.entity, sheet.field].code_list
                yield conflict_of(
                    code, row=rows[place], column=column, entity=sheet.entity, code_list=code_list
                )

    def _has_room(self, severity: Severity) -> bool:
        """Take a place in the list, if there is one left."""
        is_full = self._listed.total() >= MAX_CONFLICTS
        if is_full or (severity == "warning" and self._listed[severity] >= MAX_WARNINGS):
            return False
        self._listed[severity] += 1
        return True


def check_columns(columns: Columns, *, also_known: frozenset[str] = frozenset()) -> None:
    """Refuse a chunk with a column that the catalogue does not know, without repeating the column's name."""
    known = _SHEET.keys() | DROPPED_COLUMNS.keys() | also_known
    unknown = [place for place, name in enumerate(columns) if name not in known]
    if unknown:
        raise Unreadable(*(conflict_of("unknown_column", column=place_of_column(place)) for place in unknown))


def count_dropped(columns: Columns) -> Counter[str]:
    """How many cells with a direct identifier were dropped, by field."""
    dropped: Counter[str] = Counter()
    for name in DROPPED_COLUMNS.keys() & columns.keys():
        filled = len(columns[name]) - columns[name].count("")
        if filled:
            dropped[DROPPED_COLUMNS[name]] += filled
    return dropped


def _fill_in(form: Form, raw: Columns, places: Sequence[int], size: int) -> _Work:
    """Clear the rows at some places with a form, and leave all other rows of the chunk empty."""
    if len(places) == size:
        return _Work(*form.clear(raw))
    columns, found = form.clear({name: [cells[place] for place in places] for name, cells in raw.items()})
    spread_out = {name: [""] * size for name in CLEARED_COLUMNS}
    for name, cells in columns.items():
        for place, cell in zip(places, cells, strict=True):
            spread_out[name][place] = cell
    return _Work(spread_out, [(places[place], column, code) for place, column, code in found])


def _find_services_without_start(work: _Work) -> None:
    """Warn of accepted services that no time can be measured for."""
    services, afters = work.columns["services_accepted"], work.columns["first_service_after"]
    starts = work.columns["first_service_on"]
    for place, (accepted, after, start) in enumerate(zip(services, afters, starts, strict=True)):
        if after == UNKNOWN and not start and has_service(accepted):
            work.found.append((place, "first_service_on", "service_without_start"))
