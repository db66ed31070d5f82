"""What sheets, columns and codes are called in seven languages, and which name each spelling stands for.

The tables are exact: a name is known or it is not, and nothing is guessed or repaired. No two columns of a
sheet, and no two codes of a list, may share a spelling in any language.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

from anonymizer.catalogue.fields import CODE_LISTS, COUNTRIES
from anonymizer.catalogue.sheets import SHEETS

Language = Literal["en", "sr-Latn", "sr-Cyrl", "sq", "mk", "bg", "ro"]
"""BCP 47 tags: English, Serbian in both scripts, Albanian, Macedonian, Bulgarian, Romanian."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
ENGLISH: Language = "en"

EXPLANATION = "explanation"
"""The sheet of a template that explains; readers leave it out."""
CODES_SHEET = "_codes"
"""The hidden sheet of a template with the lists of its drop-downs; readers leave it out."""
ANY = "*"
"""Stands for every sheet or code list that has no row of its own and means the same in English."""

OLD_ROMANIAN = str.maketrans("șțȘȚ", "şţŞŢ")
"""With a cedilla, as Romanian was written before Unicode 3.0 and still is in cp1250 and iso-8859-2."""

Words = Mapping[str, str]
"""Language → word; a language without one is left out."""


def alias_key(text: str) -> str:
    """How a spelling is looked up: NFC, one space between words, without regard to capitals."""
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


def sheet_name(sheet: str, language: Language) -> str:
    """What a sheet is called; its own name where nothing else is known."""
    return _word(_table("sheets.csv").get((sheet,), {}), language) or sheet


def column_name(sheet: str, column: str, language: Language) -> str:
    """The header of a column. In English at least its name as words."""
    table = _table("headers.csv")
    words = table.get((sheet, column)) or table.get((ANY, column)) or {}
    return _word(words, language) or column.replace("_", " ").capitalize()


def explanation(sheet: str, column: str, language: Language) -> str:
    """What a worker reads beside a cell; the meaning in the catalogue where there is nothing else."""
    words = _table("explanations.csv").get((sheet, column), {})
    nothing = label("CL_SERVICE", "NONE", language)
    meanings = (one.meaning for one in SHEETS[sheet].columns if one.column == column)
    return (_word(words, language) or next(meanings)).replace("{nothing}", nothing)


def label(code_list: str, code: str, language: Language) -> str:
    """What a code is called; in English as the catalogue says. A `;` would part it into two values."""
    words = _labels(code_list, code)
    return (words.get(language) or words.get(ENGLISH) or code).replace(";", ",")


def phrase(key: str, language: Language) -> str:
    """A sentence or word of the templates themselves. KeyError when there is none of this name."""
    return _word(_table("words.csv")[(key,)], language)


@cache
def sheet_aliases() -> Mapping[str, str]:
    """Every spelling of a sheet's name, as `alias_key` gives it → the sheet."""
    return _aliases((name, spelling) for name in SHEETS for spelling in _spellings_of_sheet(name))


@cache
def explaining_sheets() -> frozenset[str]:
    """The sheets of a template that hold no rows, in every language, as `alias_key` gives them."""
    return frozenset(map(alias_key, (*_spellings_of_sheet(EXPLANATION), CODES_SHEET)))


@cache
def column_aliases(sheet: str) -> Mapping[str, str]:
    """Every spelling of a header of this sheet, as `alias_key` gives it → the column."""
    return _aliases(
        (column.column, spelling)
        for column in SHEETS[sheet].columns
        for spelling in _spellings_of_column(sheet, column.column)
    )


@cache
def label_aliases(code_list: str) -> Mapping[str, str]:
    """Every spelling of a label of this list, as `alias_key` gives it → the code."""
    listed = (code for name, code in _table("labels.csv") if name == code_list)
    codes = dict.fromkeys((*CODE_LISTS[code_list].codes, *listed))
    return _aliases(
        (code, spelling)
        for code in codes
        for language in LANGUAGES
        for spelling in _with_older(label(code_list, code, language))
    )


def _spellings_of_sheet(sheet: str) -> Iterator[str]:
    yield sheet
    for language in LANGUAGES:
        yield from _with_older(sheet_name(sheet, language))


def _spellings_of_column(sheet: str, column: str) -> Iterator[str]:
    yield column
    yield column.replace("_", " ")
    for language in LANGUAGES:
        yield from _with_older(column_name(sheet, column, language))


def _with_older(spelling: str) -> Iterator[str]:
    yield spelling
    yield spelling.translate(OLD_ROMANIAN)


def _aliases(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The first name that has a spelling keeps it; a test keeps that no second one asks for it."""
    aliases: dict[str, str] = {}
    for name, spelling in pairs:
        aliases.setdefault(alias_key(spelling), name)
    return MappingProxyType(aliases)


def _labels(code_list: str, code: str) -> Words:
    table = _table("labels.csv")
    known = CODE_LISTS[code_list].codes.get(code)
    in_english: Words = {ENGLISH: known.label} if known else {}
    if code_list == COUNTRIES:
        return {**_table("countries.csv").get((code,), {}), **in_english}
    of_any = table.get((ANY, code), {})
    is_the_same = not known or of_any.get(ENGLISH) == known.label
    return {**(table.get((code_list, code)) or (of_any if is_the_same else {})), **in_english}


def _word(words: Words, language: Language) -> str:
    return words.get(language) or words.get(ENGLISH, "")


@cache
def _table(name: str) -> Mapping[tuple[str, ...], Words]:
    """One table: what stands before the languages in a row → its words."""
    text = files("anonymizer.catalogue.translations").joinpath(name).read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    keys = [column for column in rows.fieldnames or () if column not in LANGUAGES]
    return {
        tuple(row[key] for key in keys): {
            language: row[language] for language in LANGUAGES if row.get(language)
        }
        for row in rows
    }
