"""One attempt of the campaign: what is sent, and how. It follows from a seed and a number, and from nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from anonymizer.reading.formats import MEDIA_TYPES, Form
from tests.campaign.mutations import ENCODINGS, mutated
from tests.campaign.random_files import a_random_file
from tests.corpus import cells, containers, good_files, texts
from tests.corpus.bad_files import CorpusFile

MARK = "Qzcampaign"
"""Every name in a generated file begins with it."""
LARGEST_MUTATED = 200_000
"""Bytes; the corpus itself has the larger ones, and time is for many files."""
SHARES: Mapping[Form, int] = {"csv": 50, "json": 17, "ndjson": 17, "zip": 13, "xlsx": 3}
"""Of a hundred. A workbook costs a process of its own, ten times as much as anything else."""
MEDIA_TYPE = {form: media_type for media_type, form in MEDIA_TYPES.items()}
OPTIONS: Sequence[tuple[float, Mapping[str, Sequence[str]]]] = (
    (0.25, {"dry_run": ("true",)}),
    (0.4, {"atomic": ("false", "true")}),
    (0.08, {"legal_basis": ("ARCHIVE", "LAW"), "law": ("ZAGREB-2001", "ZAGREB-2001", "NOBODYS-1")}),
    (0.1, {"encoding": ("cp1250", "cp1251", "utf-8", "iso-8859-5", *ENCODINGS)}),
    (0.1, {"dates": ("dd.mm.yyyy", "mm/dd/yyyy", "yyyy")}),
    (0.04, {"profile": ("htcds-2.0", "primero-cp", "nobody")}),
    (0.02, {"nonsense": ("1",)}),
)
"""How often which options come, and with which values."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call."""

    number: int
    form: Form
    body: bytes = field(repr=False)
    options: Mapping[str, str]
    headers: Mapping[str, str]
    is_broken_off: bool
    """Whether the connection ends before the body does."""


def attempt_of(seed: int, number: int) -> Attempt:
    """The attempt of this number."""
    source = random.Random(f"{seed}/{number}")
    form = source.choices(list(SHARES), weights=list(SHARES.values()))[0]
    return Attempt(
        number=number,
        form=form,
        body=_body(source, form, f"{MARK}{number:06d}"),
        options=_options(source),
        headers=_headers(source, form),
        is_broken_off=source.random() < 0.02,
    )


def _body(source: random.Random, form: Form, mark: str) -> bytes:
    """Half of them are made of chance, a quarter of the corpus; some are left as they are, most are mutated."""
    own = a_random_file(source, form, mark)
    others = _of_form(form)
    body = source.choice(others).body if source.random() < 0.4 else own
    if source.random() < 0.45:
        return body
    return mutated(source, body, source.choice((own, source.choice(others).body)))


def _options(source: random.Random) -> dict[str, str]:
    options: dict[str, str] = {}
    for share, values in OPTIONS:
        if source.random() < share:
            options |= {name: source.choice(list(choices)) for name, choices in values.items()}
    return options


def _headers(source: random.Random, form: Form) -> dict[str, str]:
    headers = {"Content-Type": MEDIA_TYPE[form]}
    if source.random() < 0.03:
        headers["Content-Type"] = source.choice((*MEDIA_TYPES, "text/html", "multipart/form-data", MARK))
    if source.random() < 0.15:
        # Few different ones, so that some are used again for another body.
        headers["Idempotency-Key"] = f"key-{source.randint(1, 400)}"
    if source.random() < 0.05:
        headers["Prefer"] = "respond-async"
    if source.random() < 0.01:
        headers["Content-Encoding"] = "gzip"
    return headers


@cache
def _of_form(form: Form) -> tuple[CorpusFile, ...]:
    return tuple(one for one in _corpus() if one.form == form and len(one.body) <= LARGEST_MUTATED)


@cache
def _corpus() -> tuple[CorpusFile, ...]:
    return (
        *cells.files(),
        *texts.files(),
        *containers.archives(),
        *containers.workbooks(),
        *good_files.files(),
    )
