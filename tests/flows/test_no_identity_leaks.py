"""The first test of this project: marked identities go in through every door, good and failing, and are nowhere.

Not in the database, its write-ahead log or its files, not in a copy of them, a log, a temporary file, an answer, an
export, at the trustee, in what the laptop remembers, or in what the commands print; in no spelling, no normalized form
and no digest. A server with two faults put in shows that the search finds what it looks for.
"""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from app.database import DatabaseRole, running_postgres
from tests.factories import a_sheet
from tests.flows import canary_crowd as crowd
from tests.flows.canary import DROPPED, IDENTITY, leaks_below, marks
from tests.flows.canary_doors import (
    ASCII_MARK,
    CODED,
    CSV,
    by_http,
    by_the_laptop,
    checked,
    dump_of,
    key_of,
    read_everything,
    register,
    release,
    taken_back,
)
from tests.flows.mark_search import Marks
from tests.flows.marked_identities import IDENTITIES, identity_marks, marked_cases, marks_of, slot_input_marks
from tests.flows.server_process import free_port, server_process, trustee_process

LINKED = {"CLEARPOINT_LINKAGE": "two_custodians", "CLEARPOINT_LARGE_BODY_BYTES": str(crowd.LARGE_BODY)}
READERS_OWN = ("laptop", "sheets", "withdrawn")
"""Folders of the sheets and lists that lie on the laptop: the marks' own home."""
Searched = tuple[Path, dict[str, bytes]]


@pytest.fixture(scope="module")
def everything_marked() -> Marks:
    """The one identity that goes through every door, and the five hundred."""
    return Marks([*marks(), *identity_marks()])


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """The folder of a server, its trustee and a laptop, all stopped; and everything that was answered or printed."""
    folder = tmp_path_factory.mktemp("canary")
    told: dict[str, bytes] = {}
    port = free_port()
    linked = {**LINKED, "CLEARPOINT_TRUSTEE_URL": f"http://127.0.0.1:{port}"}
    crowd.without_compression(folder / "home")
    with server_process(folder, **linked) as server:
        keys = register(server, folder / "keys")
        shelter = keys["shelter"]
        with trustee_process(folder, port) as trustee:
            crowd.connect(server, trustee, shelter)
            told |= crowd.by_all_good_doors(server, folder, shelter)
            told |= crowd.by_all_bad_doors(server, trustee, folder, shelter)
            told |= crowd.taken_back_by_crowd(server, shelter)
            told["first night"] = checked(server.clearpoint("link", "run")).stdout
            told |= crowd.with_faults(server, shelter)
            crowd.copied(server.home, folder / "backup")
        told |= crowd.without_trustee(server, folder, shelter)
        crowd.killed(server, shelter)
    with trustee_process(folder, port), server_process(folder, **linked) as server:
        told |= by_the_laptop(server, folder / "laptop", shelter)
        told |= by_http(server, key_of(shelter))
        told |= taken_back(server, folder / "withdrawn", shelter)
        told["second night"] = checked(server.clearpoint("link", "run")).stdout
        told |= release(server, keys)
        told |= read_everything(server, keys)
    return folder, told | dump_of(folder / "home")


def test_no_answer_no_export_and_no_printed_line_has_a_mark(
    searched: Searched, everything_marked: Marks
) -> None:
    """Answers, pages, tables in every format, the trail, the commands' own words, and a dump of every table."""
    _, told = searched

    assert {
        name: hits for name, content in told.items() if (hits := everything_marked.found_in(content))
    } == {}


def test_no_file_of_the_server_the_trustee_or_the_laptops_state_has_a_mark(
    searched: Searched, everything_marked: Marks
) -> None:
    """Homes with tables, write-ahead log, the database's log and secrets; a copy of the database's folder; all logs;
    temporary files; and what the laptop remembers. All but the reader's own sheets."""
    folder, _ = searched
    own = [path for name in READERS_OWN for path in (folder / name).rglob("*")]

    assert {"home", "trustee", "backup", "temporary", "server.log", "trustee.log", ".local", ".config"} <= {
        path.name for path in folder.iterdir()
    }
    assert leaks_below(folder, everything_marked, apart_from=own) == {}


def test_the_identities_really_came_in(searched: Searched) -> None:
    """A search that finds nothing proves nothing unless something was stored, dropped and refused."""
    _, told = searched
    good = json.loads(told["http good csv"])

    assert good["status"] in ("OK", "WARNING")
    assert good["stats"]["received"] == 1
    assert set(good["dropped"]) >= set(DROPPED) | {
        "given_name",
        "family_name",
        "birthdate",
        "identity_number",
    }
    assert told["dump of case_records"].count(b"\n") >= 2  # its header, and the case
    assert b'"code":"case_withdrawn"' in told["sent withdrawal again"]
    assert b"leave it as they are" in told["laptop withdraw as they are"]
    refused = [name for name in told if name.startswith("http bad")]
    assert len(refused) > len(CODED)
    assert all(b'"status":4' in told[name] or b'"ERROR"' in told[name] for name in refused)


def test_the_crowd_really_came_in(searched: Searched) -> None:
    """Everybody was stored once and got tokens; every failing door failed in its own way."""
    _, told = searched
    shared = crowd.shares()
    by_http_alone = [name for name in shared if f"crowd {name}" in told and not name.startswith("laptop")]
    answers = [told[f"crowd {name}"] for name in by_http_alone if name not in crowd.LATER]
    answers += [
        content
        for name, content in told.items()
        if name.startswith("crowd stored") and not name.endswith("headers")
    ]

    assert len(answers) == len(by_http_alone) == len(crowd.DOORS) - 3
    created = sum(json.loads(answer[4:])["stats"]["created"] for answer in answers)
    assert created == sum(len(shared[name]) for name in by_http_alone)
    assert told["dump of token_sets"].count(b"\n") > IDENTITIES * 0.97  # but for those that were withdrawn
    refused = [name for name in told if name.startswith("crowd bad ") and name != "crowd bad person"]
    statuses = {name: told[name][:2] for name in refused if not name.endswith("headers")}
    assert {name: status for name, status in statuses.items() if status not in (b"40", b"41", b"42")} == {}
    assert {told[f"crowd fault {name}"][:1] for name in ("no case", "no arrivals")} == {b"5"}
    assert told["crowd fault no staging waiting"][:1] == b"5"
    assert told["crowd away"][:3] in (b"200", b"202")
    assert b"trustee" in told["crowd away person"].lower()


def test_a_server_with_faults_put_in_is_caught(tmp_path: Path) -> None:
    """It logs a name, and leaves the inputs of a person's slots in a temporary file: the same search finds both."""
    case = marked_cases()[1]
    with server_process(
        tmp_path, program="tests.flows.mutants", CLEARPOINT_LINKAGE="one_custodian"
    ) as server:
        key = register(server, tmp_path / "keys")["shelter"]
        with crowd.client_of(server, key) as client:
            assert crowd.post(client, a_sheet(case), CSV).status_code == 200

    assert case["family_name"].encode() in identity_marks().found_in(server.log.read_bytes())
    left = leaks_below(server.temporary, Marks(slot_input_marks(case)))
    assert left
    assert leaks_below(server.home, Marks(marks_of(case))) == {}


def test_the_search_finds_a_mark_where_there_is_one(tmp_path: Path) -> None:
    """The same search, in a file of another encoding, in a file's name, and in a dump of a database."""
    searched_for = marks()
    (tmp_path / "utf16.bin").write_bytes(IDENTITY["family_name"].encode("utf-16-le"))
    (tmp_path / f"{ASCII_MARK}.txt").write_bytes(b"")
    with (
        running_postgres(tmp_path / "home") as server,
        psycopg.connect(server.url(DatabaseRole.OWNER).replace("+psycopg", "")) as owner,
    ):
        owner.execute("CREATE SCHEMA leaky")
        owner.execute("CREATE TABLE leaky.kept AS SELECT %s AS kept", (IDENTITY["family_name"],))
        owner.commit()
    found = leaks_below(tmp_path, searched_for)

    assert {"utf16.bin", f"{ASCII_MARK}.txt"} <= found.keys()
    assert any(name.startswith("home/data/pg_wal/") for name in found)
    assert any(name.startswith("home/data/base/") for name in found)
