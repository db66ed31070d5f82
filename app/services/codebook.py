"""The codebook and the list of findings, as pages show them: the catalogue in words. It must never read a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from anonymizer.catalogue.examples import EXAMPLES, Example
from anonymizer.catalogue.fields import CODE_LISTS, FIELDS, Code, Field, Treatment
from anonymizer.catalogue.findings import FINDINGS, Finding
from anonymizer.catalogue.languages import ENGLISH, Language, phrase, sheet_name
from anonymizer.catalogue.sheets import SHEETS, Kind, Sheet, SheetColumn
from anonymizer.templates.cells import cell_kind

NOT_SENT = "not-sent"
"""The group of the fields that no sheet carries."""
KINDS: Mapping[Kind, str] = {
    "cases": "One row a person",
    "one": "One row a case, beside the case sheet",
    "many": "Several rows a case, beside the case sheet",
    "form": "One row a country and year",
}
KEPT: Mapping[Treatment, tuple[str, str]] = {
    Treatment.KEEP: ("kept", "as the clearing point sets it"),
    Treatment.RECODE: ("kept", "the code"),
    Treatment.NUMBER: ("kept", "the number"),
    Treatment.LABEL: ("kept", "the short name"),
    Treatment.BAND: ("coarsened", "a band"),
    Treatment.WEEK: ("coarsened", "the week: its Monday, within its quarter"),
    Treatment.MONTH: ("coarsened", "the month"),
    Treatment.DAYS_BAND: ("coarsened", "a band of days"),
    Treatment.TOKEN: ("coarsened", "a keyed token that nobody can read"),
    Treatment.DERIVE: ("derived", "worked out from other columns of the row"),
    Treatment.DROP: ("dropped", "nothing: it is dropped, and counted"),
    Treatment.OFF: ("refused", "nothing: the field is switched off, and a value in it is refused"),
}
"""In one word, and what exactly is left."""
ONLY_READ = ("dropped", "nothing: days are counted from it, and then it is dropped")
AREAS: Sequence[tuple[str, str]] = (
    ("1", "The file"),
    ("2", "A row"),
    ("3", "Privacy"),
    ("45", "What is stored already"),
    ("4", "Between columns and rows"),
)
"""By the first digits of a finding's number; the longer one is looked at first."""


OWN_NAMES: Mapping[Language, str] = {
    "en": "English",
    "sr-Latn": "Srpski",
    "sr-Cyrl": "Српски",
    "sq": "Shqip",
    "mk": "Македонски",
    "bg": "Български",
    "ro": "Română",
}
"""The languages of the templates, each by its own name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field in the codebook, as one column of a sheet where there is one."""

    name: str
    field: Field
    meaning: str
    asked: str
    written: str
    kept: str
    kept_as: str


@dataclass(frozen=True, slots=True)
class Group:
    """A sheet, or the fields that no sheet carries."""

    name: str
    title: str
    kind: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding with its example, and the area of the list in which it stands."""

    finding: Finding
    sentence: str
    area: str
    example: Example


@cache
def groups() -> Mapping[str, Group]:
    """Every field of the catalogue in a sheet, the rest in a last group."""
    sheets = {name: _group(sheet) for name, sheet in SHEETS.items()}
    shown = {(one.field.entity, one.field.name) for group in sheets.values() for one in group.entries}
    rest = tuple(_unsent(field) for key, field in FIELDS.items() if key not in shown)
    return sheets | {
        NOT_SENT: Group(NOT_SENT, "Fields that no sheet carries", "Set, or dropped unread", rest)
    }


def code_lists() -> Mapping[str, Sequence[Code]]:
    """Every code list that some field takes from, in the order of print."""
    used = dict.fromkeys(field.code_list for field in FIELDS.values() if field.code_list in CODE_LISTS)
    return {name: tuple(CODE_LISTS[name].codes.values()) for name in used}


@cache
def findings() -> Mapping[str, FindingWords]:
    """Every finding by its code, in the order of the numbers."""
    return {code: _words(one) for code, one in sorted(FINDINGS.items(), key=lambda pair: pair[1].number[1:])}


def finding(name: str) -> FindingWords | None:
    """The finding of this code or number."""
    by_number = (words for words in findings().values() if words.finding.number == name)
    return findings().get(name) or next(by_number, None)


def _group(sheet: Sheet) -> Group:
    title = sheet_name(sheet.name, ENGLISH)
    return Group(sheet.name, title, KINDS[sheet.kind], tuple(_sent(sheet.columns)))


def _sent(columns: Sequence[SheetColumn]) -> Iterator[Entry]:
    for column in columns:
        field = FIELDS[column.entity, column.field]
        kept, kept_as = ONLY_READ if column.for_intervals else KEPT[field.treatment]
        written = phrase(f"how_{cell_kind(column).value}", ENGLISH)
        yield Entry(column.column, field, column.meaning, _asked(column), written, kept, kept_as)


def _asked(column: SheetColumn) -> str:
    if column.derived:
        return "worked out; may be sent"
    if not column.in_template:
        return "not asked in the template"
    match column.required:
        case "always":
            return "required, also of historic records"
        case "yes":
            return "required"
        case "no":
            return "optional"


def _unsent(field: Field) -> Entry:
    kept, kept_as = KEPT[field.treatment]
    asked = "never" if field.treatment is Treatment.DROP else "not sent"
    return Entry(field.name, field, field.meaning, asked, field.type, kept, kept_as)


def _words(one: Finding) -> FindingWords:
    area = next(words for digits, words in sorted(AREAS, reverse=True) if one.number[1:].startswith(digits))
    sentence = one.sentence.replace("{codes}", "a code of the list").replace("{code_list}", "the code list")
    return FindingWords(one, sentence, area, EXAMPLES[one.code])
