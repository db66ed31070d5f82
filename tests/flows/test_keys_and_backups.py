"""Keys change, get lost and come back, and a backup is restored: with the commands that people type, while cases come in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from anonymizer.commands.exits import ExitCode
from app.cli.opening import open_premises
from app.database.transactions import transaction
from app.services.people import NewOrganization
from app.settings import Settings
from tests.factories import a_case
from tests.flows.linked_processes import Laptop, Region, done, laptop_of, linked_region, register
from tests.flows.server_process import ServerProcess, server_process

SKOPJE = NewOrganization("skopje", "Open gate", "NGO", ("MK",))
CHISINAU = NewOrganization("chisinau", "Casa noastră", "NGO", ("MD",))
TIRANA = NewOrganization("tirana", "Vatra", "NGO", ("AL",))
PERSON = {
    "given_name": "Мара",
    "family_name": "Петровска",
    "father_name": "Драган",
    "birth_place": "Куманово",
    "birth_date": "1999-04-17",
}
HER_CASE = a_case(case_number="1", **PERSON)
ANOTHER = a_case(case_number="2", given_name="Inga", family_name="Ursachi", birth_date="2001-12-02")
A_THIRD = a_case(case_number="3", given_name="Drita", family_name="Hoxha", birth_date="1990-08-21")
WORDS = re.compile(r"^(?:[a-z]+ ){32}[a-z]+$", re.MULTILINE)
ARRIVED = "SELECT case_id, tokens FROM link.arrivals"
EVERY_TOKEN = f"{ARRIVED} UNION ALL SELECT case_id, tokens FROM link.token_sets"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[tuple[Region, list[Laptop]]]:
    """Both custodians and three laptops."""
    with linked_region(tmp_path, [SKOPJE, CHISINAU, TIRANA]) as started:
        yield started


def test_keys_change_get_lost_and_come_back(region: tuple[Region, list[Laptop]]) -> None:
    """Every key is rotated while cases come in; then k2 is lost and restored. Nobody has to send again."""
    both, (skopje, chisinau, tirana) = region
    assert "The keys are there already" in done(both.clearpoint("key", "create"))
    done(skopje.send(HER_CASE))
    done(both.clearpoint("link", "run"))
    stolen = tokens(both)

    with meanwhile(both, "key", "rotate", "s"):
        done(chisinau.send(HER_CASE))
    with meanwhile(both, "key", "rotate", "k1"):
        done(chisinau.send(ANOTHER))
    rotate_k2(both, chisinau)
    assert epochs_in_use(both) == {"s": {"2"}, "k1": {"2"}, "k2": {"2"}}

    done(tirana.send(HER_CASE))
    done(both.clearpoint("link", "run"))
    assert persons(both) == [3]
    now = tokens(both)
    assert len(now) == 5
    assert not elements(stolen) & elements(now)

    lose_and_restore_k2(both, tirana)
    assert_unfit_keys_stop_the_start(both.server)


def test_a_restored_data_folder_erases_again(tmp_path: Path) -> None:
    """What was taken back after the copy goes again when the copy is started: rows, tokens and links."""
    settings = {"CLEARPOINT_LINKAGE": "one_custodian"}
    home, copy = tmp_path / "home", tmp_path / "copy"
    with server_process(tmp_path, **settings) as server:
        [lines] = register(server, SKOPJE)
        skopje = laptop_of(server, tmp_path, SKOPJE.code, lines)
        done(skopje.send(HER_CASE, ANOTHER))
        assert server.clearpoint("link", "run").returncode == ExitCode.DONE
    copied(home / "data", copy)
    (tmp_path / "temporary").rmdir()
    with server_process(tmp_path, **settings) as server:
        numbers = tmp_path / "numbers.txt"
        numbers.write_text("1\n")
        done(skopje.on(server).clearpoint("withdraw", str(numbers), "--yes"))
        left = rows(server)
    shutil.rmtree(home / "data")
    copied(copy, home / "data")

    assert server.clearpoint("migrate").returncode == ExitCode.DONE
    assert rows(server) == left == {"case_parts": 1, "link.token_sets": 1}


@contextmanager
def meanwhile(region: Region, *arguments: str) -> Iterator[None]:
    """A command of the operator that runs while the block does; it must succeed."""
    environment = {**region.server.environment, "COLUMNS": "160"}
    running = subprocess.Popen(
        [sys.executable, "-m", "anonymizer", *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    yield
    printed, _ = running.communicate()
    assert running.returncode == ExitCode.DONE, printed
    assert "Epoch 2" in printed


def rotate_k2(region: Region, laptop: Laptop) -> None:
    """The trustee begins, the clearing point translates, the trustee ends; cases come in at each moment."""
    assert "epoch 2" in done(region.trustee.clearpoint("trustee", "rotate"))
    done(laptop.send(A_THIRD))
    assert "Epoch 2 of k2 is in every token" in done(region.clearpoint("key", "rotate", "k2"))
    assert "destroyed" in done(region.trustee.clearpoint("trustee", "rotate", "--end"))


def lose_and_restore_k2(region: Region, laptop: Laptop) -> None:
    """Without its key the trustee does not serve, and makes no other; two of three sheets bring the same tokens."""
    before = tokens(region)
    sheets = WORDS.findall(done(region.trustee.clearpoint("key", "split", "k2", "--trustee")))
    assert len(sheets) == 3
    region.trustee.stop()
    [root] = region.trustee.home.rglob("*.root")
    root.unlink()
    assert region.trustee.clearpoint("trustee", "serve", "--port", "1").returncode == ExitCode.TRY_AGAIN
    typed = f"{sheets[2]}\n{sheets[0]}\n"
    done(region.trustee.clearpoint("key", "join", "k2", "--epoch", "2", "--trustee", typed=typed))
    region.trustee.start()
    region.trustee.wait()
    done(laptop.send(HER_CASE))
    [(case, again)] = tokens(region, ARRIVED).items()
    assert again == before[case]


def assert_unfit_keys_stop_the_start(server: ServerProcess) -> None:
    """A sample key, and one that others can read."""
    [root] = server.home.rglob("store-s-2.root")
    kept = root.read_bytes()
    root.write_bytes(bytes(range(32)))
    assert_does_not_start(server, "sample")
    root.write_bytes(kept)
    root.chmod(0o640)
    assert_does_not_start(server, "can be read by others")
    root.chmod(0o600)


def assert_does_not_start(server: ServerProcess, because: str) -> None:
    told = server.clearpoint("up", "--port", "1")
    assert told.returncode == ExitCode.TRY_AGAIN
    assert because in told.stderr.decode() + told.stdout.decode()


def tokens(region: Region, asked: str = EVERY_TOKEN) -> dict[UUID, list[bytes]]:
    """What a thief of the database has."""
    with region.premises() as premises, premises.database.keeping_session() as session:
        return {case: [bytes(one) for one in kept] for case, kept in session.execute(text(asked))}


def elements(stored: Mapping[UUID, list[bytes]]) -> set[bytes]:
    return {one for kept in stored.values() for one in kept}


def persons(region: Region) -> list[int]:
    """How many cases each person with company has."""
    asked = text(
        "SELECT count(*) FROM link.memberships WHERE band = 'automatic' AND until IS NULL GROUP BY person_id"
    )
    with region.premises() as premises, premises.database.read_session() as session:
        return sorted(session.scalars(asked))


def epochs_in_use(region: Region) -> dict[str, set[str]]:
    """By key the epochs of which there are tokens, as the operator sees them."""
    printed = done(region.clearpoint("key", "status")).partition("tokens")[2]
    found: dict[str, set[str]] = {}
    for key, epoch, _ in re.findall(r"^\W*(s|k1|k2)\W+(\d+)\W+([\d,]+)\W*$", printed, re.MULTILINE):
        found.setdefault(key, set()).add(epoch)
    return found


def rows(server: ServerProcess) -> dict[str, int]:
    """How much there is in the tables that had to lose something."""
    with (
        open_premises(Settings.from_environment(server.environment)) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        return {
            table: int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
            for table in ("case_parts", "link.token_sets")
        }


def copied(folder: Path, to: Path) -> None:
    """A copy with owners and rights, as a backup has them."""
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)
