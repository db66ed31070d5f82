"""Clears the rows of the case sheet: in full, or as number, country and year alone where consent is withheld.

A case number that came before in the batch is refused. What is found here stands as positions and codes; cells
must never leave with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.catalogue.fields import CODE_LISTS
from anonymizer.catalogue.findings import CASES, FINDINGS
from anonymizer.catalogue.sheets import CLEARED_COLUMNS
from anonymizer.chunks import Columns
from anonymizer.clearing.checks import checks_of
from anonymizer.clearing.forms import Form, Work, full_form, withheld_form
from anonymizer.clearing.known_cases import KEPT, REFUSED, WITHHELD, KnownCases
from anonymizer.clearing.misplaced import with_identifiers
from anonymizer.clearing.rules import ARCHIVE, CONSENT, ClearingRules
from anonymizer.clearing.tokens_seen import TokensSeen

_CONSENTS = CODE_LISTS["CL_CONSENT"].codes


class CaseRows:
    """The case sheet of one batch. It remembers the tokens that came, and tells `known` of its cases."""

    def __init__(self, rules: ClearingRules, known: KnownCases) -> None:
        self._rules = rules
        self._full = full_form(rules)
        self._withheld = withheld_form(rules)
        self._checks = checks_of(CASES, is_archive=rules.basis == ARCHIVE)
        self._tokens = TokensSeen()
        self._known = known

    def clear(self, raw: Columns, rows: Sequence[int]) -> Work:
        """Clear the columns that came; `rows` are the numbers of the rows."""
        size = len(rows)
        withheld = self._withheld_places(raw.get("consent", []))
        work = self._clear_rows(raw, size, withheld)
        work.found = with_identifiers(raw, work.found)
        self._find_doubled(work)
        self._check(work)
        self._known.note_cases(raw, work.columns, fates=_fates(work, withheld, size), rows=rows)
        return work

    def _withheld_places(self, consents: Sequence[str]) -> list[int]:
        """Without the consent that the legal basis rests on, only case number, country and year are kept."""
        if self._rules.basis != CONSENT:
            return []
        withheld = {text for text in set(consents) if text.strip() in _CONSENTS and text.strip() != "YES"}
        return [place for place, text in enumerate(consents) if text in withheld] if withheld else []

    def _clear_rows(self, raw: Columns, size: int, withheld: Sequence[int]) -> Work:
        """Rows without consent in their own short form, all others in the full one."""
        if not withheld:
            return Work(*self._full.clear(raw, size))
        full = _fill_in(self._full, raw, sorted(set(range(size)).difference(withheld)), size)
        short = _fill_in(self._withheld, raw, withheld, size)
        for column in CLEARED_COLUMNS:
            for place in withheld:
                full.columns[column][place] = short.columns[column][place]
        full.found += short.found
        full.found += [(place, "consent", "consent_withheld") for place in withheld]
        return full

    def _find_doubled(self, work: Work) -> None:
        add = self._tokens.add
        work.found += [
            (place, "case_number", "doubled_case_number")
            for place, token in enumerate(work.columns["case_number"])
            if token and not add(token)
        ]

    def _check(self, work: Work) -> None:
        """A check is silent about a row that has an error."""
        wrong = _wrong(work)
        work.found += [
            (place, check.column, check.code)
            for check in self._checks
            for place in check.places(work.columns)
            if place not in wrong
        ]


def _fill_in(form: Form, raw: Columns, places: Sequence[int], size: int) -> Work:
    """Clear the rows at some places with a form, and leave all other rows of the chunk empty."""
    some = {name: [cells[place] for place in places] for name, cells in raw.items()}
    columns, found = form.clear(some, len(places))
    spread_out = {name: [""] * size for name in CLEARED_COLUMNS}
    for name, cells in columns.items():
        for place, cell in zip(places, cells, strict=True):
            spread_out[name][place] = cell
    return Work(spread_out, [(places[place], column, code) for place, column, code in found])


def _fates(work: Work, withheld: Sequence[int], size: int) -> list[str]:
    fates = [KEPT] * size
    for place in withheld:
        fates[place] = WITHHELD
    for place in _wrong(work):
        fates[place] = REFUSED
    return fates


def _wrong(work: Work) -> set[int]:
    return {place for place, _, code in work.found if FINDINGS[code].severity == "error"}
