"""Without links nothing changed: each table that was printed before is printed with the same bytes."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime

from reports import Frame, ReleaseFacts, build_release, to_csv, to_json
from tests.reports.ascii_tables import frame_of

YEAR = 2026
FACTS = ReleaseFacts("a-release", YEAR, 1, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
BEFORE = {
    "A1": ("dc1e8916ef0d6942", "699ede63826610a6"),
    "A2": ("c69218bb5ddec70a", "a2090027ed206f12"),
    "A3": ("45cad69e3c85f3e9", "fffb1e617b749647"),
    "A6": ("4e6257f0bbdfce32", "c83a7805ebb6568e"),
    "A7": ("3c78ebeeb29a7bcd", "f40746fad98d8412"),
    "A8": ("9e977d8dc25422e7", "810d3063d822c421"),
    "B1": ("4314342d3a0e8771", "5e8b12cc8e12599f"),
    "B4": ("8979e71d548ba811", "52e83c57105528f4"),
    "B5": ("533e53a41db03d3f", "dae534f6427803f4"),
    "E1": ("766d2f608773b2e4", "43f3f416af319b0b"),
    "E2": ("2718cba11a219f5d", "97af396bd4ae3a15"),
    "Q01": ("9927829b1e680b31", "645f896ea44d9b5d"),
    "Q02": ("120ce56356076f63", "f82c550e99cdd310"),
    "Q04": ("22462513064422b7", "601421deb481ec11"),
    "Q05": ("5b614bc6fcee6bc2", "2e8ef1a57360ac47"),
    "Q06": ("ee59de9ddf801210", "bd4686934bf0aba8"),
}
"""The first digits of the SHA-256 of each table's CSV and JSON, worked out by the release before links were counted."""


def invented(seed: int = 4) -> Frame:
    """600 cases of two years in eight countries, large and small, each a person of her own; two of three assisted."""
    draw = random.Random(seed)
    cases = ["case | country | identified | sex | age | child | citizenship | nationality | forms | status"]
    services = ["case | service | accepted | start | end"]
    for n in range(600):
        country = draw.choices(
            ["MD", "RO", "AL", "RS", "BG", "BA", "MK", "ME"], [250, 200, 60, 40, 25, 15, 7, 2]
        )[0]
        month = f"{draw.choice([2025, 2026, 2026])}-{draw.randint(1, 12):02}-05"
        age = draw.choice(["9-11", "15-17", "18-20", "30-38", "UNK"])
        child = "CHILD" if age in {"9-11", "15-17"} else "UNK" if age == "UNK" else "ADULT"
        forms = draw.choice(["SEX", "SEX", "LABOUR", "BEGGING", "SEX+LABOUR", "UNK"])
        status = draw.choices(["IDENTIFIED", "PRESUMED", "POTENTIAL", "REJECTED", "UNK"], [60, 25, 6, 4, 5])[
            0
        ]
        home = draw.choice([country, "UA", "MD"])
        is_national = "NATIONAL" if home == country else "FOREIGN"
        sex = draw.choice("FFFM")
        cases.append(
            f"{n} | {country} | {month} | {sex} | {age} | {child} | {home} | {is_national} | {forms} | {status}"
        )
        for service in draw.sample(["SHELTER", "MEDICAL", "LEGAL_INFO"], draw.choice([0, 1, 2])):
            end = draw.choice(["", "2026-12-07"])
            accepted = draw.choice(["ACCEPTED", "ACCEPTED", "DECLINED", "UNAVAILABLE"])
            services.append(f"{n} | {service} | {accepted} | {month} | {end}")
    return frame_of("\n".join(cases), "\n".join(services))


def test_every_table_of_before_has_its_bytes() -> None:
    """Also beside the tables that rest on links, which are `..`."""
    release = build_release(invented(), year=YEAR)

    printed = {
        table.text.id: tuple(
            hashlib.sha256(render(table, FACTS)).hexdigest()[:16] for render in (to_csv, to_json)
        )
        for table in release.tables
    }

    assert {table: printed[table] for table in BEFORE} == BEFORE
