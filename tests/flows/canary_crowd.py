"""Five hundred marked identities at a clearing point that links: through every door that takes them, with tokens made
on the laptop and in the server's memory, and through what goes wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import httpx
from psycopg.sql import SQL, Identifier

from anonymizer.linking.match_keys import IDENTIFIERS
from app.database import running_postgres
from app.database.roles import DATABASE
from tests.factories import a_sheet
from tests.flows.canary_doors import CSV, JSON, checked, key_of
from tests.flows.canary_forms import NDJSON, XLSX, ZIP, packed, saved, workbook
from tests.flows.marked_identities import marked_cases
from tests.flows.server_process import ServerProcess, TrusteeProcess

Case = Mapping[str, str]
LARGE_BODY = 400_000
"""Bytes, of this server: from here on a batch is stored after the answer, as from 8 MiB on otherwise."""
DOORS = (
    "laptop csv",
    "laptop xlsx",
    "laptop raw",
    "json",
    "ndjson",
    "xlsx",
    "zip",
    "waiting",
    "large",
    "partly",
)
LATER = ("waiting", "large")
"""Doors that answer before anything is stored."""
SOME = 40
"""For doors at which tokens are made before something fails: all five hundred would take as long as a lunch."""
SECONDS_TO_STORE = 60


def shares() -> dict[str, Sequence[Case]]:
    """Everybody goes through one good door; a door has women of each script, the laptop's own twice as many."""
    crowd = marked_cases()
    places = ("laptop csv", *DOORS)
    found: dict[str, list[Case]] = {door: [] for door in DOORS}
    for at, case in enumerate(crowd):
        found[places[at // 4 % len(places)]].append(case)
    return dict(found)


def connect(server: ServerProcess, trustee: TrusteeProcess, shelter: Path) -> None:
    """Make the clearing point and the shelter known to the trustee, as their operators do."""
    sealing = checked(server.clearpoint("key", "status")).stdout.decode().split()[-1]
    credential = trustee.register("clearing-point", "--sealing-key", sealing).removeprefix("trustee_key = ")
    checked(server.clearpoint("trustee", "connect", typed=credential.encode()))
    with shelter.open("a") as file:
        file.write(trustee.register("shelter"))


def without_compression(home: Path) -> None:
    """A search of the write-ahead log cannot look into what is compressed in it."""
    with running_postgres(home) as server, server.superuser_connection(DATABASE) as connection:
        connection.autocommit = True
        connection.execute(SQL("ALTER DATABASE {} SET wal_compression = off").format(Identifier(DATABASE)))


def by_all_good_doors(server: ServerProcess, folder: Path, key: Path) -> dict[str, bytes]:
    """Each identity once, in the form of its door."""
    shared = shares()
    sheets = folder / "sheets"
    sheets.mkdir()
    (sheets / "csv.csv").write_bytes(a_sheet(*shared["laptop csv"]))
    (sheets / "raw.csv").write_bytes(a_sheet(*shared["laptop raw"]))
    (sheets / "xlsx.xlsx").write_bytes(saved(workbook(("cases", shared["laptop xlsx"]))))
    told: dict[str, bytes] = {}
    for name, arguments in {
        "laptop csv": ("send", str(sheets / "csv.csv")),
        "laptop xlsx": ("send", str(sheets / "xlsx.xlsx")),
        "laptop raw": ("send", str(sheets / "raw.csv"), "--raw"),
    }.items():
        done = checked(server.clearpoint(*arguments, key_file=key))
        told[f"crowd {name}"] = done.stdout + done.stderr
    with client_of(server, key) as client:
        for name, body, headers, options in bodies(shared):
            answer = post(client, body, headers, options)
            told |= answered(f"crowd {name}", answer)
            if answer.status_code == httpx.codes.ACCEPTED:
                told |= stored(client, answer.headers["location"])
    return told


def bodies(
    shared: Mapping[str, Sequence[Case]],
) -> Iterator[tuple[str, bytes, dict[str, str], dict[str, str]]]:
    """What goes to the server as it is."""
    story = "x" * (LARGE_BODY // len(shared["large"]) + 1)  # in a column that is dropped
    told = [{**case, "narrative": story} for case in shared["large"]]
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in shared["ndjson"])
    wrong = {**shared["partly"][0], "case_number": "wrong", "sex": shared["partly"][0]["given_name"]}
    yield "json", json.dumps({"cases": shared["json"]}).encode(), JSON, {}
    yield "ndjson", lines.encode(), NDJSON, {}
    yield "xlsx", saved(workbook(("cases", shared["xlsx"]))), XLSX, {}
    yield "zip", packed({"cases.csv": a_sheet(*shared["zip"])}), ZIP, {}
    yield "waiting", a_sheet(*shared["waiting"]), {**CSV, "Prefer": "respond-async"}, {}
    yield "large", a_sheet(*told), CSV, {}
    yield "partly", a_sheet(*shared["partly"], wrong), CSV, {"atomic": "false"}


def by_all_bad_doors(
    server: ServerProcess, trustee: TrusteeProcess, folder: Path, key: Path
) -> dict[str, bytes]:
    """All of them in sheets that are refused, checked only, or counted; and their names where none belongs."""
    crowd = marked_cases()
    some = a_sheet(*crowd[:SOME])
    everybody, few = folder / "sheets" / "all.csv", folder / "sheets" / "few.csv"
    everybody.write_bytes(a_sheet(*crowd))
    few.write_bytes(some)
    told: dict[str, bytes] = {}
    with client_of(server, key) as client:
        for name, body, headers, options in bad_bodies(crowd, some):
            told |= answered(f"crowd bad {name}", post(client, body, headers, options))
        told |= answered("crowd dry run", post(client, some, CSV, {"dry_run": "true"}))
        names = [case["family_name"] for case in crowd]
        for name, document in {
            "cells": {"persons": names[:100]},
            "numbers": {"case_numbers": [f"{name}\u200b" for name in names]},
            "person": {"persons": [dict(crowd[0])]},
        }.items():
            told |= answered(f"crowd bad {name}", client.post("/api/v1/withdrawals", json=document))
        asked = {"epoch": 1, "elements": names}
        told |= answered("crowd bad evaluation", client.post("/api/v1/evaluations", json=asked))
    own = {"Authorization": f"Bearer {trustee_key_of(key)}"}
    told |= answered(
        "crowd bad evaluation of the trustee",
        httpx.post(f"{trustee.url}/api/v1/evaluations", json=asked, headers=own),
    )
    for name, arguments in {
        "policy test": ("policy", "test", str(everybody), "--country", "RS"),
        "laptop dry run": ("send", str(few), "--dry-run"),
    }.items():
        done = server.clearpoint(*arguments, key_file=None if name == "policy test" else key)
        told[f"crowd {name}"] = checked(done).stdout + done.stderr
    return told


def bad_bodies(
    crowd: Sequence[Case], some: bytes
) -> Iterator[tuple[str, bytes, dict[str, str], dict[str, str]]]:
    """Refused as a whole, or row by row for what stands in a coded column."""
    misplaced = [{**case, "sex": case["given_name"], "citizenship": case["birth_place"]} for case in crowd]
    yield "rows", a_sheet(*misplaced), CSV, {}
    yield "rows of json", json.dumps({"cases": misplaced}).encode(), JSON, {}
    yield "tokens", a_sheet(*({**case, "link_tokens": case["family_name"]} for case in crowd)), CSV, {}
    yield "quote", some + b'"' + crowd[1]["family_name"].encode(), CSV, {}
    yield "json cut off", json.dumps({"cases": crowd[:SOME]}, ensure_ascii=False).encode()[:-20], JSON, {}
    yield "encoding", a_sheet(*crowd[1::4]).decode().encode("utf-16")[:-1], CSV, {}
    yield "header", a_sheet({**crowd[2], crowd[2]["given_name"]: "1"}), CSV, {}


def taken_back_by_crowd(server: ServerProcess, key: Path) -> dict[str, bytes]:
    """Some by their numbers as they are; some as persons, told by their identifiers on the laptop."""
    shared = shares()
    told: dict[str, bytes] = {}
    with client_of(server, key) as client:
        numbers = [case["case_number"] for case in shared["json"][:10]]
        told |= answered(
            "crowd withdrawal", client.post("/api/v1/withdrawals", json={"case_numbers": numbers})
        )
    for at, case in enumerate(shared["laptop csv"][:4]):
        done = checked(withdraw_person(server, key, case))
        told[f"crowd person {at}"] = done.stdout + done.stderr
    wrong = server.clearpoint(
        "withdraw", "--person", "--yes", key_file=key, typed=shared["json"][1]["family_name"].encode()
    )
    told["crowd bad person"] = wrong.stdout + wrong.stderr
    return told


def withdraw_person(server: ServerProcess, key: Path, case: Case) -> subprocess.CompletedProcess[bytes]:
    """As a laptop does it, with the identifiers on standard input."""
    typed = "\n".join(f"{name} = {case[name]}" for name in IDENTIFIERS)
    return server.clearpoint("withdraw", "--person", "--yes", key_file=key, typed=typed.encode())


def with_faults(server: ServerProcess, key: Path) -> dict[str, bytes]:
    """The database refuses what the server asks of it, with its own words about the row; then all is well again."""
    told: dict[str, bytes] = {}
    women = iter(shares()["json"])
    each = len(shares()["json"]) // len(FAULTS)
    with client_of(server, key) as client:
        for name, (broken, mended) in FAULTS.items():
            sheet = a_sheet(*(renumbered(case) for case in islice(women, each)))
            with broken_database(server.home, broken, mended):
                told |= answered(f"crowd fault {name}", post(client, sheet, CSV))
                if name in FAULTS_OF_WAITING:
                    waiting = {**CSV, "Prefer": "respond-async"}
                    told |= answered(f"crowd fault {name} waiting", post(client, sheet, waiting))
    return told


FAULTS = {
    "no case": (
        "ALTER TABLE case_records ADD CONSTRAINT canary CHECK (sex = 'canary') NOT VALID",
        "ALTER TABLE case_records DROP CONSTRAINT canary",
    ),
    "no staging": (
        "ALTER TABLE staged_rows ADD CONSTRAINT canary CHECK (false) NOT VALID",
        "ALTER TABLE staged_rows DROP CONSTRAINT canary",
    ),
    "no arrivals": ("ALTER TABLE link.arrivals RENAME TO away", "ALTER TABLE link.away RENAME TO arrivals"),
}
FAULTS_OF_WAITING = ("no staging", "no arrivals")
"""The last leaves a batch that fails in the worker and is stored later; what comes after it waits behind it."""


@contextmanager
def broken_database(home: Path, broken: str, mended: str) -> Iterator[None]:
    """While the block lasts."""
    with running_postgres(home) as server, server.superuser_connection(DATABASE) as connection:
        connection.autocommit = True
        connection.execute(broken.encode())
        yield
        connection.execute(mended.encode())


def without_trustee(server: ServerProcess, folder: Path, key: Path) -> dict[str, bytes]:
    """Nobody answers at the trustee's address: cases go in all the same, and a person is not withdrawn."""
    cases = [renumbered(case) for case in shares()["laptop raw"][:8]]
    file = folder / "sheets" / "away.csv"
    file.write_bytes(a_sheet(*cases[:4]))
    sent = checked(server.clearpoint("send", str(file), key_file=key))
    told = {"crowd away laptop": sent.stdout + sent.stderr}
    with client_of(server, key) as client:
        told |= answered("crowd away", post(client, a_sheet(*cases[4:]), CSV))
    person = withdraw_person(server, key, cases[0])
    told["crowd away person"] = person.stdout + person.stderr
    night = server.clearpoint("link", "run")
    return {**told, "crowd away night": night.stdout + night.stderr}


def killed(server: ServerProcess, key: Path) -> None:
    """The server dies while a body comes in, without a word to anybody."""
    sheet = a_sheet(*marked_cases()[:SOME])

    def body() -> Iterator[bytes]:
        yield sheet[: len(sheet) // 2]
        time.sleep(0.5)
        os.kill(server.process_id, signal.SIGKILL)
        yield sheet[len(sheet) // 2 :]

    with client_of(server, key) as client, suppress(httpx.HTTPError):
        client.post("/api/v1/batches", content=body(), headers=CSV)


def copied(home: Path, target: Path) -> None:
    """A copy of the running database's folder, as the backup of a machine makes it."""
    with running_postgres(home) as server, server.superuser_connection(DATABASE) as connection:
        connection.autocommit = True
        connection.execute("CHECKPOINT")
    with suppress(shutil.Error):  # files that went while they were copied
        shutil.copytree(home / "data", target)


def stored(client: httpx.Client, address: str) -> dict[str, bytes]:
    """What became of a batch that was to wait."""
    deadline = time.monotonic() + SECONDS_TO_STORE
    batch = client.get(address)
    while batch.json()["status"] == "PENDING" and time.monotonic() < deadline:
        time.sleep(0.2)
        batch = client.get(address)
    return answered(f"crowd stored {address}", batch)


def renumbered(case: Case) -> dict[str, str]:
    """The same woman in another case, whose number is marked as well."""
    return {**case, "case_number": case["case_number"].upper() + "-2"}


def client_of(server: ServerProcess, key: Path) -> httpx.Client:
    """Somebody with this key."""
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key_of(key)}"}, timeout=120)


def post(
    client: httpx.Client, body: bytes, headers: Mapping[str, str], options: Mapping[str, str] | None = None
) -> httpx.Response:
    """One batch."""
    return client.post("/api/v1/batches", content=body, headers=headers, params=options)


def answered(name: str, answer: httpx.Response) -> dict[str, bytes]:
    """All of an answer."""
    return {
        name: b"%d " % answer.status_code + answer.content,
        f"{name}, headers": repr(answer.headers).encode(),
    }


def trustee_key_of(file: Path) -> str:
    """The key at the trustee in a key file."""
    line = next(line for line in file.read_text().splitlines() if line.startswith("trustee_key"))
    return line.removeprefix("trustee_key = ")
