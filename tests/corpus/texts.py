"""CSV, JSON and NDJSON that cannot be read, or in which a row is wrong: what the readers' own tests have, and more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from anonymizer.reading.formats import Form
from tests.anonymizer.case_sheets import row
from tests.anonymizer.refused_texts import UNREADABLE_CSV, UNREADABLE_JSON, UNREADABLE_NDJSON
from tests.corpus.bad_files import ANYWHERE, CorpusFile, Told
from tests.factories import a_sheet

GOOD = a_sheet(row(1), row(2))
HEADER, FIRST, SECOND, _ = GOOD.split(b"\r\n")
MANY = 1_500
"""More rows than conflicts are listed."""
LAST = 9_999
ENCODINGS = {"encoding", "unclear", "declared"}


def files() -> Iterator[CorpusFile]:
    """All of them."""
    for place, (body, (code, row_number, column)) in enumerate(UNREADABLE_CSV):
        told = Told(code, row=row_number, column=column)
        yield CorpusFile(_kind_of(code), f"CSV {place}: {code}", "csv", body, (told,))
    by_form: tuple[tuple[Form, list[tuple[bytes, tuple[str, int]]]], ...] = (
        ("json", UNREADABLE_JSON),
        ("ndjson", UNREADABLE_NDJSON),
    )
    for form, unreadable in by_form:
        for place, (body, (code, row_number)) in enumerate(unreadable):
            yield CorpusFile(
                18, f"{form} {place}: {code}", form, body, (Told(code, ANYWHERE, row_number, ANYWHERE),)
            )
    yield from _encodings()
    yield from _separators()
    yield from _headers()
    yield from _rows()
    yield from _other_formats()
    yield from _objects()


def _kind_of(code: str) -> int:
    if any(word in code for word in ENCODINGS):
        return 8
    if code in ("doubled_column", "repeated_header", "too_many_columns"):
        return 10
    return 16 if code in ("empty_file", "no_cases") else 9


def _encodings() -> Iterator[CorpusFile]:
    good = GOOD.decode()
    yield _csv(8, "cp1251 undeclared", good.encode("cp1251", "replace"), Told("wrong_encoding", row=2))
    yield _csv(8, "cp1250 undeclared", _latin().encode("cp1250"), Told("wrong_encoding", row=2))
    yield _csv(8, "cp1253 undeclared", _with_name("Ζόρκα").encode("cp1253"), Told("wrong_encoding", row=2))
    yield _csv(8, "cp1254 undeclared", _with_name("Zorğa").encode("cp1254"), Told("wrong_encoding", row=2))
    yield _csv(
        8, "iso-8859-5 undeclared", _with_name("Зорка").encode("iso-8859-5"), Told("wrong_encoding", row=2)
    )
    yield _csv(8, "UTF-7", _with_name("Zor+AQ0-a").encode(), is_accepted=True)
    yield _csv(8, "UTF-16 without mark", good.encode("utf-16-le"), Told("wrong_encoding", row=1))
    yield _csv(8, "UTF-16 with half a letter", good.encode("utf-16")[:-1], Told("not_as_declared", row=4))
    yield _csv(8, "UTF-32", good.encode("utf-32"), Told("wrong_encoding", row=1))
    yield _csv(8, "overlong UTF-8", _bytes_in_name(b"\xc0\xafZorka"), Told("wrong_encoding", row=2))
    yield _csv(8, "a surrogate in UTF-8", _bytes_in_name(b"\xed\xa0\x80Zorka"), Told("wrong_encoding", row=2))
    yield _csv(8, "beyond Unicode", _bytes_in_name(b"\xf5\x80\x80\x80"), Told("wrong_encoding", row=2))
    yield _csv(
        8, "a replacement character", _with_name("Zor\ufffda").encode(), Told("unclear_character", row=2)
    )
    yield _csv(8, "a mark in the midst", _with_name("Zor\ufeffka").encode(), is_accepted=True)
    yield _csv(8, "two marks", b"\xef\xbb\xbf" * 2 + GOOD, is_accepted=True)
    yield _csv(8, "a lone continuation", _bytes_in_name(b"\x80"), Told("wrong_encoding", row=2))
    late = b"\r\n".join([HEADER, *[_numbered(n) for n in range(LAST - 2)], b"\xff", b""])
    yield _csv(8, "a wrong byte far down", late, Told("mixed_encodings", row=LAST))
    yield _csv(
        8, "UTF-8 declared as cp1250", _latin().encode(), Told("not_as_declared", row=2), encoding="cp1250"
    )
    yield _csv(
        8,
        "ISO 8859-2 controls",
        _bytes_in_name(b"\x9e"),
        Told("unclear_character", row=2),
        encoding="iso-8859-2",
    )
    yield _csv(
        8,
        "a byte that cp1252 lacks",
        _bytes_in_name(b"\x81"),
        Told("not_as_declared", row=2),
        encoding="cp1252",
    )


def _separators() -> Iterator[CorpusFile]:
    doubled = Told("cell_count", row=2)
    yield _csv(
        9,
        "commas in the header, semicolons below",
        HEADER + b"\r\n" + FIRST.replace(b",", b";") + b"\r\n",
        doubled,
    )
    yield _csv(9, "a separator too many in a row", HEADER + b"\r\n" + FIRST + b",\r\n", doubled)
    yield _csv(9, "a row that ends early", HEADER + b"\r\n" + FIRST[:40] + b"\r\n", doubled)
    yield _csv(9, "colons", GOOD.replace(b",", b":"), Told("unknown_column", column="A"))
    yield _csv(9, "fixed width", GOOD.replace(b",", b"    "), Told("unknown_column", column="A"))
    yield _csv(9, "sep= of another separator", b"sep=;\r\n" + GOOD, Told("cell_count", row=2))
    yield _csv(9, "an open quote at the end", GOOD + b'"Zorka', Told("broken_quoting", row=4))
    yield _csv(9, "an open quote in the first cell", HEADER + b'\r\n"' + FIRST, Told("broken_quoting", row=2))
    yield _csv(9, "backslash quotes", HEADER + b'\r\n"Zo\\"rka",' + FIRST, Told("broken_quoting", row=2))
    yield _csv(9, "NUL in a cell", _bytes_in_name(b"Zor\x00ka"), Told("unclear_character", row=2))
    yield _csv(9, "a form feed", _bytes_in_name(b"Zor\x0cka"), Told("unclear_character", row=2))
    yield _csv(9, "a cell of a megabyte", _bytes_in_name(b"Zorka" * 200_000), Told("cell_too_long", row=2))
    yield _csv(9, "only separators", b",,,,\r\n,,,,\r\n", Told("empty_file"))
    yield _csv(9, "only quotes", b'""\r\n""\r\n', Told("empty_file"))


def _headers() -> Iterator[CorpusFile]:
    extra = a_sheet({**row(1), "Zorkamark": "1"})
    yield _csv(10, "an unknown column", extra, Told("unknown_column", column="P"))
    near = GOOD.replace(b"registered_on", b"registred_on")
    yield _csv(10, "a name that is nearly right", near, Told("unknown_column", column="B"))
    missing = a_sheet({name: cell for name, cell in row(1).items() if name != "sex"})
    yield _csv(10, "a missing column", missing, Told("missing_value", row=2, column="sex"))
    yield _csv(
        10,
        "a header of letters that look alike",
        GOOD.replace(b"sex", "sеx".encode()),
        Told("unknown_column", column="C"),
    )
    yield _csv(
        10,
        "the header in the midst",
        b"\r\n".join([HEADER, FIRST, HEADER, SECOND, b""]),
        Told("repeated_header", row=3),
    )
    yield _csv(10, "two headers", HEADER + b"\r\n" + GOOD, Told("repeated_header", row=2))
    yield _csv(10, "no header", FIRST + b"\r\n" + SECOND + b"\r\n", Told("wrong_separator", row=1))
    wide = GOOD.replace(b"\r\n", b"," + b",".join(b"c%d" % n for n in range(10_000)) + b"\r\n", 1)
    yield _csv(10, "ten thousand columns", wide, Told("too_many_columns", row=1))


def _rows() -> Iterator[CorpusFile]:
    twice = a_sheet(row(1), row(1, sex="M"))
    yield _csv(16, "a case twice", twice, Told("doubled_case_number", row=3, column="case_number"))
    none = a_sheet(*(row(number, sex="Zorkamark") for number in range(MANY)))
    yield _csv(16, "not one right row", none, Told("unknown_code", row=2, column="sex"))
    one = a_sheet(*(row(number) for number in range(MANY)), row(MANY, sex="Zorkamark"))
    yield _csv(16, "one wrong row at the end", one, Told("unknown_code", row=MANY + 2, column="sex"))
    yield _csv(16, "a space", b" ", Told("empty_file"))
    yield _csv(16, "many empty lines", b"\r\n" * 10_000, Told("empty_file"))


def _other_formats() -> Iterator[CorpusFile]:
    for name, body in {
        "a workbook": b"PK\x03\x04Zorka",
        "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Zorka",
        "HTML": b"<html><table><tr><td>Zorka</td></tr></table></html>",
        "XML of a spreadsheet": b'<?xml version="1.0"?><Workbook>Zorka</Workbook>',
        "SYLK": b"ID;PWXL;N;E\r\nC;Y1;X1;KZorka\r\nE\r\n",
        "PDF": b"%PDF-1.7 Zorka",
        "gzip": b"\x1f\x8b\x08\x00Zorka",
        "RTF": b"{\\rtf1 Zorka}",
        "JSON": b'{"cases": [{"given_name": "Zorka"}]}',
        "7-Zip": b"7z\xbc\xaf\x27\x1cZorka",
        "RAR": b"Rar!\x1a\x07Zorka",
    }.items():
        yield _csv(5, f"{name} sent as CSV", body, Told("other_format"))
    yield CorpusFile(5, "CSV sent as JSON", "json", GOOD, (Told("not_json"),))
    yield CorpusFile(5, "CSV sent as NDJSON", "ndjson", GOOD, (Told("not_json", row=1),))
    yield CorpusFile(5, "CSV sent as ZIP", "zip", GOOD, (Told("broken_archive"),))
    yield CorpusFile(5, "JSON sent as NDJSON", "ndjson", _json([row(1)]), (Told("wrong_type", row=1),))


def _objects() -> Iterator[CorpusFile]:
    wrong = (Told("unknown_code", row=2, column="sex"),)
    yield CorpusFile(18, "a wrong code", "json", _json([row(1), row(2, sex="Zorka")]), wrong)
    yield CorpusFile(18, "a wrong code in a line", "ndjson", _ndjson([row(1), row(2, sex="Zorka")]), wrong)
    extra = {**row(1), "Zorkamark": "1"}
    yield CorpusFile(18, "an extra field", "json", _json([extra]), (Told("unknown_column", column=ANYWHERE),))
    yield CorpusFile(
        18, "an extra field in a line", "ndjson", _ndjson([extra]), (Told("unknown_column", column=ANYWHERE),)
    )
    long = _json([{**row(1), "age": 10**4_000}])
    yield CorpusFile(
        18, "an integer of 4,001 digits", "json", long, (Told("six_digits_in_code", row=1, column="age"),)
    )
    lines = _ndjson(row(number) for number in range(2_000)) + b'{"sex": Zorka}\n'
    yield CorpusFile(18, "one bad line of 2,001", "ndjson", lines, (Told("not_json", row=2_001),))
    deep = b'{"cases": ' + b'{"a":' * 100_000
    yield CorpusFile(18, "objects a hundred thousand deep", "json", deep, (Told("too_deep"),))
    yield CorpusFile(
        18,
        "a case that is a module's",
        "json",
        _json([{"referral": [{"reason": "Zorka"}]}]),
        (Told("missing_value", "referral", 1, "case_number"),),
    )
    unknown = _json([{"case_number": "Z-1", "referral": [{"from_country": "RS"}]}])
    yield CorpusFile(
        18,
        "a referral that lacks all",
        "json",
        unknown,
        (Told("missing_value", "referral", 1, "date_referred"),),
    )


def _csv(
    kind: int, name: str, body: bytes, *told: Told, is_accepted: bool = False, **options: str
) -> CorpusFile:
    return CorpusFile(kind, name, "csv", body, told, is_accepted, options)


def _with_name(name: str) -> str:
    return a_sheet(row(1, given_name=name, family_name="")).decode()


def _latin() -> str:
    return _with_name("Đorđa")


def _bytes_in_name(name: bytes) -> bytes:
    return a_sheet(row(1, given_name="HERE", family_name="")).replace(b"HERE", name)


def _numbered(number: int) -> bytes:
    return FIRST.replace(b"CANARY-77-1", b"CANARY-77-%d" % number, 1)


def _json(cases: Sequence[Mapping[str, object]]) -> bytes:
    return json.dumps({"cases": cases}).encode()


def _ndjson(cases: Iterable[dict[str, str]]) -> bytes:
    return b"".join(json.dumps(case).encode() + b"\n" for case in cases)
