"""Once and only once: whatever goes wrong on the way, a batch is stored once and its sender holds the same receipt."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from anonymizer.receipts import check_receipt, read_keys, read_receipt
from app.main import create_app
from tests.clearing_point_fixture import People
from tests.factories import NOON, a_case, a_sheet
from tests.flows.canary_doors import key_of, register
from tests.flows.server_process import ServerProcess, server_process
from tests.flows.test_one_batch import rows_of
from tests.flows.test_one_release import (
    MEN,
    WITHOUT_CONSENT,
    WOMEN,
    YEAR,
    read_csv,
    send_a_year_of_cases,
)

CSV = {"Content-Type": "text/csv"}
KEY = {**CSV, "Idempotency-Key": "march"}
SHEET = a_sheet(*(a_case(case_number=f"n{number}") for number in range(3)))
BROKEN = {**CSV, "Idempotency-Key": "broken"}
SENDERS = 20
BUSY = HTTPStatus.SERVICE_UNAVAILABLE


def send(
    client: TestClient | httpx.Client, body: bytes = SHEET, headers: dict[str, str] = KEY
) -> httpx.Response:
    """As a laptop does: a server that is busy is asked again."""
    for _ in range(60):
        answer: httpx.Response = client.post("/api/v1/batches", content=body, headers=headers)
        if answer.status_code != BUSY:
            break
        time.sleep(0.1)
    return answer


def stored(people: People) -> tuple[int, int]:
    """How many batches and versions of parts there are."""
    return len(rows_of(people, "case_batches")), len(rows_of(people, "case_parts"))


def test_a_replay_after_a_lost_answer_gets_the_same_bytes(people: People) -> None:
    """The receipt in it is genuine, and nothing is stored again."""
    lost, replayed = send(people.sender), send(people.sender)

    assert lost.status_code == replayed.status_code == 200
    assert replayed.content == lost.content
    assert stored(people) == (1, 3)
    keys = read_keys(people.nobody.get("/.well-known/clearing-point-keys.json").content)
    check_receipt(read_receipt(replayed.content), keys)


def test_a_key_is_kept_for_ever(people: People) -> None:
    """Ten years later, and after the key that signs was changed, the answer is still the same bytes."""
    first = send(people.sender)
    people.premises.key_store.rotate_signing_key(NOON + timedelta(days=400))
    later = create_app(replace(people.premises, clock=lambda: NOON + timedelta(days=3650)))

    again = send(TestClient(later, headers=dict(people.sender.headers)))

    assert again.content == first.content


def test_the_same_key_with_another_body_is_refused(people: People) -> None:
    """Also when one option is another: what would be stored is not what was stored."""
    send(people.sender)

    other_body = send(people.sender, SHEET + b"\r\n")
    other_option = people.sender.post("/api/v1/batches?atomic=false", content=SHEET, headers=KEY)

    for refused in (other_body, other_option):
        assert refused.status_code == 422
        assert refused.json()["code"] == "idempotency_key_reused"
    assert stored(people) == (1, 3)


def test_the_same_key_of_another_organization_is_another_key(people: People) -> None:
    """Two shelters may both call their batch `march`."""
    mine = send(people.sender)
    theirs = send(people.other_sender, a_sheet(a_case(country="MD")))

    assert theirs.status_code == 200
    assert theirs.json()["batch_id"] != mine.json()["batch_id"]
    assert stored(people) == (2, 4)


def test_the_same_file_under_another_key_changes_nothing(people: People) -> None:
    """Every case is told as unchanged, and no version is added."""
    send(people.sender)

    again = send(people.sender, headers={**CSV, "Idempotency-Key": "april"})

    assert again.json()["stats"] == {"received": 3, "created": 0, "updated": 0, "unchanged": 3, "rejected": 0}
    assert stored(people) == (2, 3)


def test_of_twenty_sends_at_once_one_is_stored(people: People) -> None:
    """The others get its answer, to the byte."""
    with ThreadPoolExecutor(SENDERS) as many:
        answers = list(many.map(lambda _: send(people.sender), range(SENDERS)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert stored(people) == (1, 3)


def test_a_dry_run_uses_no_key_up(people: People) -> None:
    """Whoever tries first may send with the same key."""
    tried = people.sender.post("/api/v1/batches?dry_run=true", content=a_sheet(), headers=KEY)
    sent = send(people.sender)

    assert tried.json()["receipt"] is None
    assert sent.json()["stats"]["created"] == 3


def test_a_replay_of_a_batch_that_was_withdrawn_stores_nothing(people: People) -> None:
    """It gets its answer with the moment of the withdrawal; the receipt in it is the one from then."""
    first = send(people.sender).json()
    people.sender.post(f"/api/v1/batches/{first['batch_id']}/withdraw")

    replayed = send(people.sender).json()

    assert replayed == {**first, "withdrawn_at": NOON.isoformat()}
    assert stored(people) == (1, 0)


def test_a_case_that_was_withdrawn_is_refused_when_it_comes_again(people: People) -> None:
    """It is told on its row, and nothing of it is stored; its modules and later batches are no way round."""
    send(people.sender)
    people.sender.post("/api/v1/withdrawals", json={"case_numbers": ["n1"]})

    again = people.sender.post("/api/v1/batches?atomic=false", content=SHEET, headers=CSV).json()

    assert again["stats"] == {"received": 3, "created": 0, "updated": 0, "unchanged": 2, "rejected": 1}
    [conflict] = again["conflicts"]
    assert (conflict["row"], conflict["code"], conflict["number"]) == (3, "case_withdrawn", "E4502")
    assert stored(people)[1] == 2


def test_a_year_that_is_published_takes_corrections_for_its_next_revision(people: People) -> None:
    """What was published stays; the next draft has the correction."""
    send_a_year_of_cases(people)
    first = publish(people)
    corrected = [a_case(case_number=f"m{number}", identification_status="REJECTED") for number in range(10)]

    assert send(people.sender, a_sheet(*corrected)).json()["stats"]["updated"] == 10
    second = publish(people)

    everybody = WOMEN + MEN + WITHOUT_CONSENT
    assert identified(people, first) == str(everybody)
    assert identified(people, second) == str(everybody - 10)


def publish(people: People) -> str:
    release: str = people.curator.post("/api/v1/releases", json={"year": YEAR}).json()["release_id"]
    people.checker.post(f"/api/v1/releases/{release}/check")
    assert people.checker.post(f"/api/v1/releases/{release}/publish").json()["status"] == "PUBLISHED"
    return release


def identified(people: People, release: str) -> str:
    rows = read_csv(people, f"/api/v1/releases/{release}/tables/A1.csv")
    [row] = [row for row in rows if (row["reporting_country"], row["measure"]) == ("RS", "IDENTIFIED")]
    return row["obs_value"]


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[httpx.Response], list[httpx.Response]]:
    """What a sender was told before, and after a restart; and about a batch in the middle of which the server died."""
    folder = tmp_path_factory.mktemp("restart")
    with server_process(folder) as server:
        key = key_of(register(server, folder / "keys")["shelter"])
        before = [from_a_laptop(server, key)]
    with started_again(folder) as server:
        before.append(from_a_laptop(server, key))
        with suppress(httpx.TransportError), laptop_of(server, key) as laptop:
            laptop.post("/api/v1/batches", content=dying(server), headers=BROKEN)
    with started_again(folder) as server:
        after = [from_a_laptop(server, key, OTHER_SHEET, BROKEN) for _ in range(2)]
    return before, after


OTHER_SHEET = a_sheet(*(a_case(case_number=f"o{number}") for number in range(200)))


def started_again(folder: Path) -> AbstractContextManager[ServerProcess]:
    shutil.rmtree(folder / "temporary")
    return server_process(folder)


def from_a_laptop(
    server: ServerProcess, key: str, body: bytes = SHEET, headers: dict[str, str] = KEY
) -> httpx.Response:
    with laptop_of(server, key) as laptop:
        return send(laptop, body, headers)


def laptop_of(server: ServerProcess, key: str) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def dying(server: ServerProcess) -> Iterator[bytes]:
    """Half of a sheet, and then the server is killed without a word."""
    yield OTHER_SHEET[: len(OTHER_SHEET) // 2]
    time.sleep(0.3)
    os.kill(server.process_id, signal.SIGKILL)
    yield OTHER_SHEET[len(OTHER_SHEET) // 2 :]


def test_a_replay_after_a_restart_gets_the_same_bytes(
    restarted: tuple[list[httpx.Response], list[httpx.Response]],
) -> None:
    """Nothing of what tells a replay lives in the server's memory."""
    [first, replayed], _ = restarted

    assert first.json()["stats"]["created"] == 3
    assert replayed.content == first.content


def test_a_batch_in_the_middle_of_which_the_server_died_is_stored_once_when_it_is_sent_again(
    restarted: tuple[list[httpx.Response], list[httpx.Response]],
) -> None:
    """Nothing of the half was kept, and the key was not used up."""
    _, [again, replayed] = restarted

    assert again.json()["stats"]["created"] == 200
    assert replayed.content == again.content
