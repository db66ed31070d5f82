"""The rules of clearing as one document, for the browser that clears a case sheet itself: tables, patterns, words.

Every number and every name of a rule comes from `anonymizer`, so that none is written down twice. It must never
read a case, and it holds nothing about anybody.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from stdnum import iban

from anonymizer import national_numbers
from anonymizer.catalogue import CATALOGUE_VERSION, fields, findings
from anonymizer.catalogue.fields import CODE_LISTS, FIELDS, CodeList
from anonymizer.catalogue.findings import CASES, FINDINGS
from anonymizer.catalogue.languages import label_aliases
from anonymizer.catalogue.sheets import (
    CLEARED_COLUMNS,
    DROPPED_COLUMNS,
    SHEET_COLUMNS,
    SheetColumn,
    codes_of,
)
from anonymizer.clearing import (
    checks,
    derivation,
    forms,
    identifiers,
    listing,
    misplaced,
    treatments,
    unknown_shares,
)
from anonymizer.clearing.batches import SAMPLE_CASE_NUMBER
from anonymizer.days import EARLIEST_DAY, OLDEST_AGE
from anonymizer.declared import DATE_FORMATS, ISO_DATES, SINGLE_BYTE_ENCODINGS
from anonymizer.declared import ENCODINGS as NAMES_OF_ENCODINGS
from anonymizer.reading import csv_files, encodings, headers, openings, translating
from anonymizer.written_dates import _PATTERNS as DATE_PATTERNS

ENCODINGS = SINGLE_BYTE_ENCODINGS
DATES = tuple(name for name in DATE_FORMATS if name != ISO_DATES)
"""What a sender may declare beside UTF-8 and dates of ISO 8601."""

LETTER = r"\p{L}\p{Nl}\p{No}"
"""What `[^\\W\\d_]` of Python means, in JavaScript with the flag `u`."""
WORD = r"\p{L}\p{N}_"
BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `\\s` of Python means for text."""
BLANK_BYTE = r"\t-\r\x20"
EDGE_OF_A_WORD = f"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"
_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
"""Of a pattern: escapes and sets."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character."""


@cache
def browser_rules() -> Mapping[str, Any]:
    """All that a browser needs to clear a case sheet as the laptop does. It is the same for everybody."""
    return {
        "version": CATALOGUE_VERSION,
        "columns": [_column(column) for column in SHEET_COLUMNS],
        "cleared": list(CLEARED_COLUMNS),
        "dropped": dict(DROPPED_COLUMNS),
        "names": dict(headers.columns_by_name(CASES)),
        "code_lists": {name: _code_list(name) for name in _used_lists()},
        "findings": {
            one.code: {"number": one.number, "severity": one.severity, "sentence": one.sentence}
            for one in FINDINGS.values()
        },
        "checks": [_check(check) for check in checks.CHECKS if check.sheet == CASES],
        "reading": _reading(),
        "clearing": _clearing(),
        "identifiers": _identifiers(),
        "folded": _folded(),
    }


def _column(column: SheetColumn) -> dict[str, Any]:
    field = FIELDS[column.entity, column.field]
    return {
        "name": column.column,
        "entity": column.entity,
        "type": field.type,
        "treatment": field.treatment.value,
        "code_list": field.code_list,
        "codes": dict(codes_of(column)) if field.code_list else {},
        "several": column.several,
        "required": column.required,
        "derived": column.derived,
        "is_cleared": not column.link_only,
        "when_empty": column.when_empty,
        "low": field.low,
        "high": field.high,
    }


def _used_lists() -> list[str]:
    used = (FIELDS[column.entity, column.field].code_list for column in SHEET_COLUMNS)
    return list(dict.fromkeys(name for name in used if name))


def _code_list(name: str) -> dict[str, Any]:
    code_list: CodeList = CODE_LISTS[name]
    return {
        "codes": [[code.code, code.low, code.high] for code in code_list.codes.values()],
        "known": ["", fields.NOTHING, *code_list.codes, *code_list.aliases],
        "labels": dict(label_aliases(name)),
        "written": findings._codes_to_write(name),
    }


def _check(check: checks.Check) -> dict[str, Any]:
    return {
        "code": check.code,
        "column": check.column,
        "in_archives": check.in_archives,
        "terms": [
            {"column": term.column, "verb": term.verb, "other": term.other, "codes": sorted(term.codes)}
            for term in check.terms
        ],
    }


def _reading() -> dict[str, Any]:
    return {
        "separators": list(headers.SEPARATORS),
        "most_columns": headers.MAX_COLUMNS,
        "longest_name": headers.LONGEST_NAME,
        "outer_blanks": headers._OUTER_BLANKS,
        "named_separator": pattern(headers._NAMED_SEPARATOR),
        "rows_a_chunk": csv_files.ROWS_PER_CHUNK,
        "longest_line": encodings.MAX_LINE,
        "longest_piece": encodings.MAX_PIECE,
        "longest_field": _longest_field(),
        "unclear": pattern(encodings.UNCLEAR),
        "formats": [[name, pattern(mark)] for name, mark in (*openings._FORMATS, ("JSON", openings._JSON))],
        "encodings": dict(NAMES_OF_ENCODINGS),
        "letters": {name: _letters(name) for name in SINGLE_BYTE_ENCODINGS},
        "dates": {name: pattern(written) for name, written in DATE_PATTERNS.items()},
        "zero_decimals": pattern(translating._ZERO_DECIMALS),
    }


def _clearing() -> dict[str, Any]:
    return {
        "unknown": fields.UNKNOWN,
        "unknown_country": fields.UNKNOWN_COUNTRY,
        "stateless": fields.STATELESS,
        "nothing": fields.NOTHING,
        "longest_cell": fields.MAX_CELL,
        "separator": fields.SEPARATOR,
        "countries": fields.COUNTRIES,
        "longest_case_number": treatments.MAX_CASE_NUMBER,
        "whole_number": pattern(treatments._WHOLE_NUMBER),
        "large_number": pattern(treatments._LARGE_NUMBER),
        "label": pattern(treatments._LABEL),
        "stand_alone": sorted(treatments._STAND_ALONE),
        "earliest_day": EARLIEST_DAY.isoformat(),
        "oldest_age": OLDEST_AGE,
        "adult_at": derivation.ADULT_AT,
        "days_of_a_long_life": derivation._DAYS_OF_A_LONG_LIFE.days,
        "slack_days": checks.DAYS_OF_A_WEEK.days,
        "intervals": {name: list(days) for name, days in derivation.INTERVALS.items()},
        "rules": [[rule.output, list(rule.inputs)] for rule in derivation.RULES],
        "age_rule": list(derivation.AGE_RULE.inputs),
        "kept_without_consent": list(forms.KEPT_WITHOUT_CONSENT),
        "year_is_enough": sorted(forms.YEAR_IS_ENOUGH),
        "missing": dict(forms.MISSING),
        "sample": SAMPLE_CASE_NUMBER,
        "most_listed": listing.MAX_CONFLICTS,
        "most_warnings": listing.MAX_WARNINGS,
        "counted_for_unknown": [list(pair) for pair in unknown_shares._COUNTED[CASES]],
        "most_unknown": unknown_shares.MOST_UNKNOWN,
        "fewest_rows": unknown_shares.FEWEST_ROWS,
    }


def _identifiers() -> dict[str, Any]:
    of_texts = {
        name.strip("_").lower(): pattern(value)
        for name, value in vars(identifiers).items()
        if isinstance(value, re.Pattern)
    }
    return {
        "patterns": of_texts,
        "words": pattern(misplaced._WORDS),
        "names": list(misplaced.NAME_COLUMNS),
        "vague": sorted(misplaced._VAGUE),
        "shortest_name": identifiers.SHORTEST_NAME,
        "latin": dict(identifiers._LATIN_OF),
        "plain": {chr(code): plain for code, plain in identifiers._PLAIN.items()},
        "ibans": _ibans(),
        "born_from": national_numbers.BORN_FROM,
        "year_first": pattern(national_numbers.YEAR_FIRST),
        "day_first": pattern(national_numbers.DAY_FIRST),
        "longest_with_short_year": national_numbers.LONGEST_WITH_SHORT_YEAR,
        "kosovo_weights": list(national_numbers.KOSOVO_WEIGHTS),
        "albanian_months": list(national_numbers.ALBANIAN_MONTHS),
        "national_numbers": _kinds_of_numbers(national_numbers.NATIONAL_NUMBERS),
        "like_serials": _kinds_of_numbers(national_numbers.LIKE_SERIALS),
        "ukrainian_weights": list(national_numbers.UKRAINIAN_WEIGHTS),
    }


def _kinds_of_numbers(kinds: Sequence[national_numbers.NationalNumber]) -> list[dict[str, Any]]:
    return [{"name": one.name, "shape": pattern(one.shape), "is_dated": one.is_dated} for one in kinds]


def pattern(written: re.Pattern[str] | re.Pattern[bytes]) -> list[str]:
    """A pattern as JavaScript writes it: source and flags.

    What Python means by a letter, a blank and the edge of a word stands in it in full.
    """
    is_text = isinstance(written.pattern, str)
    source = written.pattern if isinstance(written.pattern, str) else written.pattern.decode("latin-1")
    source = _HALF.sub(lambda half: f"\\u{ord(half.group()):x}", source)  # none can travel as UTF-8
    source = source.replace("(?P<", "(?<").replace(r"[^\W\d_]", f"[{LETTER}]")
    source = _PARTS.sub(lambda part: _part(part.group(), BLANK if is_text else BLANK_BYTE), source)
    if not written.flags & re.IGNORECASE:
        return [source, "u"]
    # Python takes the Turkish letters of I without regard to case, too.
    return [source.replace("A-Z", "A-Z\u0130\u0131") if is_text else source, "iu"]


def _part(part: str, blank: str) -> str:
    """A set, or one escape outside of sets."""
    if part == r"\b":
        return EDGE_OF_A_WORD
    if part == r"\s":
        return f"[{blank}]"
    return part.replace(r"\s", blank).replace(r"\"", '"')


def _letters(encoding: str) -> str:
    """The characters of the bytes 128 to 255; the replacement character where a byte has none."""
    return bytes(range(0x80, 0x100)).decode(encoding, errors="replace")


def _longest_field() -> int:
    """Characters of one cell that the standard library reads."""
    return csv.field_size_limit()


def _ibans() -> dict[str, str]:
    """The structure of the account number by country, as `stdnum` has it from the registry of SWIFT."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    structures = {}
    for country in (one + other for one in letters for other in letters):
        [(_, told), *_rest] = iban._ibandb.info(country)
        if told:
            structures[country] = iban._struct_to_re(told["bban"]).pattern
    return structures


def _folded() -> Mapping[str, str]:
    """Characters that `str.casefold` makes into something else than their small letter."""
    every: Sequence[str] = list(map(chr, range(sys.maxunicode + 1)))
    return {one: one.casefold() for one in every if one.casefold() != one.lower()}
