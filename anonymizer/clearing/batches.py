"""Clearing: raw rows in, rows that identify nobody out, with what to tell the sender about the rest.

It works on columns and treats each distinct value once. Cleared rows pass again unchanged. A raw value must
never leave this module: not in a conflict, not in an exception, not in a log line.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress

from anonymizer.catalogue.findings import CASES, FINDINGS, Conflict, conflict_of, place_of_column
from anonymizer.catalogue.sheets import DROPPED_COLUMNS, SHEETS, Sheet
from anonymizer.chunks import ClearedChunk, Columns, RawChunk
from anonymizer.clearing.annual_forms import FormRows
from anonymizer.clearing.case_rows import CaseRows
from anonymizer.clearing.forms import Work
from anonymizer.clearing.known_cases import KnownCases
from anonymizer.clearing.link_tokens import LinkColumn
from anonymizer.clearing.listing import Listing
from anonymizer.clearing.misplaced import NAME_COLUMNS
from anonymizer.clearing.module_rows import ModuleRows
from anonymizer.clearing.rules import ARCHIVE, ClearingRules
from anonymizer.clearing.unknown_shares import UnknownShares
from anonymizer.errors import Unreadable
from anonymizer.linking.tokens import LINK_TOKENS, Tokenizer

SAMPLE_CASE_NUMBER = "EXAMPLE-1"
"""Stands in the sample row of the templates, which is no case."""

_COLUMNS = {name: {column.column for column in sheet.columns} for name, sheet in SHEETS.items()}


class Clearing:
    """Clears the chunks of one batch, the cases before their modules (`known_cases.CLEARING_ORDER`).

    It remembers the case tokens, to notice a number that comes twice, and the values that it treated; of the raw
    days of cases those of the latest chunk, or all with `keeps_cases`, for a batch that comes sheet by sheet.
    """

    def __init__(
        self, rules: ClearingRules, *, keeps_cases: bool = False, tokenizer: Tokenizer | None = None
    ) -> None:
        """With a tokenizer the cases whose identifiers came get link tokens; without one those are only dropped."""
        self._rules = rules
        self._links = LinkColumn(rules.case_key, tokenizer)
        self._known = KnownCases(keeps_all=keeps_cases)
        self._sheets: dict[str, CaseRows | ModuleRows | FormRows] = {}
        self._listing = Listing()
        self._shares = UnknownShares()

    def clear(self, chunk: RawChunk) -> ClearedChunk:
        """Clear some rows of one sheet. Raises Unreadable when there is a column that the sheet does not know."""
        profile = self._rules.profile if chunk.sheet == CASES else None
        check_columns(chunk.columns, chunk.sheet, also_known=profile.sources if profile else frozenset())
        if profile:
            chunk = profile.apply(chunk)
        chunk, samples = _without_samples(chunk)
        read = _COLUMNS[chunk.sheet].union(NAME_COLUMNS)
        raw = {name: cells for name, cells in chunk.columns.items() if name in read}
        work = self._rows_of(SHEETS[chunk.sheet]).clear(raw, chunk.rows)
        if chunk.sheet != CASES:
            return self._finish(work, chunk, samples, None)
        if LINK_TOKENS in chunk.columns:
            raw[LINK_TOKENS] = chunk.columns[LINK_TOKENS]
        return self._finish(work, chunk, samples, self._links.cells(raw, work, _errors(work)))

    def conclude(self) -> list[Conflict]:
        """What can be told of a whole batch alone, once its last chunk is cleared: columns that are mostly unknown."""
        if self._rules.basis == ARCHIVE:
            return []
        return [
            conflict
            for sheet, column in self._shares.mostly_unknown()
            for conflict in self._listing.conflicts([(0, column, "mostly_unknown")], [0], sheet)
        ]

    def _rows_of(self, sheet: Sheet) -> CaseRows | ModuleRows | FormRows:
        if sheet.name not in self._sheets:
            match sheet.kind:
                case "cases":
                    self._sheets[sheet.name] = CaseRows(self._rules, self._known)
                case "one" | "many":
                    self._sheets[sheet.name] = ModuleRows(sheet, self._rules, self._known)
                case "form":
                    self._sheets[sheet.name] = FormRows(sheet, self._rules)
        return self._sheets[sheet.name]

    def _finish(
        self, work: Work, chunk: RawChunk, samples: list[int], link_tokens: list[str] | None
    ) -> ClearedChunk:
        """Leave out the rows that have an error or no consent, and put the findings into the order of the rows."""
        errors = _errors(work)
        columns, rows = work.columns, chunk.rows
        if left_out := errors | work.withheld:
            accepted = [place not in left_out for place in range(len(rows))]
            columns = {name: list(compress(cells, accepted)) for name, cells in columns.items()}
            rows = list(compress(rows, accepted))
            link_tokens = None if link_tokens is None else list(compress(link_tokens, accepted))
        self._shares.count(chunk.sheet, columns)
        return ClearedChunk(
            columns=columns,
            rows=list(rows),
            conflicts=self._conflicts(work, chunk, samples),
            dropped=count_dropped(chunk.columns),
            received=len(chunk.rows),
            rejected=len(errors),
            sheet=chunk.sheet,
            withheld=len(work.withheld - errors),
            found=len(work.found) + len(work.of_cases) + len(samples),
            link_tokens=link_tokens,
        )

    def _conflicts(self, work: Work, chunk: RawChunk, samples: list[int]) -> list[Conflict]:
        list_up = self._listing.conflicts
        return [
            *list_up([(at, "case_number", "sample_row") for at in range(len(samples))], samples, chunk.sheet),
            *list_up(work.found, chunk.rows, chunk.sheet),
            *(
                conflict
                for row, column, code in work.of_cases
                for conflict in list_up([(0, column, code)], [row], CASES)
            ),
        ]


def _errors(work: Work) -> set[int]:
    return {place for place, _, code in work.found if FINDINGS[code].severity == "error"}


def check_columns(columns: Columns, sheet: str = CASES, *, also_known: frozenset[str] = frozenset()) -> None:
    """Refuse a chunk with a column that its sheet does not know, without repeating the column's name.

    Direct identifiers of the case sheet are known everywhere: they are dropped and counted wherever they come.
    """
    known = _COLUMNS[sheet] | DROPPED_COLUMNS.keys() | also_known
    if sheet == CASES:
        known = known | {LINK_TOKENS}
    unknown = [place for place, name in enumerate(columns) if name not in known]
    if unknown:
        raise Unreadable(
            *(conflict_of("unknown_column", column=place_of_column(place), sheet=sheet) for place in unknown)
        )


def count_dropped(columns: Columns) -> Counter[str]:
    """How many cells with a direct identifier were dropped, by field."""
    dropped: Counter[str] = Counter()
    for name in sorted(DROPPED_COLUMNS.keys() & columns.keys()):
        filled = len(columns[name]) - columns[name].count("")
        if filled:
            dropped[DROPPED_COLUMNS[name]] += filled
    return dropped


def _without_samples(chunk: RawChunk) -> tuple[RawChunk, list[int]]:
    """The chunk without the sample rows of the template, and the numbers of those."""
    numbers = chunk.columns.get("case_number", [])
    if SAMPLE_CASE_NUMBER not in numbers:
        return chunk, []
    stays = [number != SAMPLE_CASE_NUMBER for number in numbers]
    columns = {name: list(compress(cells, stays)) for name, cells in chunk.columns.items()}
    samples = [row for row, is_case in zip(chunk.rows, stays, strict=True) if not is_case]
    return RawChunk(columns, list(compress(chunk.rows, stays)), chunk.sheet), samples
