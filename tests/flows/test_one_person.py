"""One person, counted once: helped in Skopje in March and in Chișinău in June, under names that are written differently.

The trustee and the clearing point are processes of their own, each laptop sends with the command that people type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import httpx
import pytest

from app.domain.actors import Role
from app.edge.premises import utc_now
from app.services.frames import frame_at
from app.services.people import NewOrganization
from reports import Frame, count_link_part
from tests.factories import a_case, a_sheet
from tests.flows.linked_processes import Laptop, Ran, Region, done, linked_region

YEAR = 2025
SKOPJE = NewOrganization("skopje", "Open gate", "NGO", ("MK",))
CHISINAU = NewOrganization("chisinau", "Casa noastră", "NGO", ("MD",))
ATHENS = NewOrganization("athens", "The shelter", "NGO", ("GR",))

HER_IDENTIFIERS = {
    "given_name": "Мара",
    "family_name": "Петровска",
    "father_name": "Драган",
    "birth_place": "Куманово",
    "birth_date": "1999-04-17",
}
IN_MARCH = a_case(
    case_number="СК-12/2025",
    registered_on="2025-03-10",
    identified_on="2025-03-09",
    first_service_on="2025-03-11",
    citizenship="MK",
    **HER_IDENTIFIERS,
)
IN_JUNE = a_case(
    case_number="MD 77",
    registered_on="2025-06-16",
    identified_on="2025-06-15",
    first_service_on="2025-06-17",
    citizenship="MK",
    given_name="Mara",
    family_name="Petrovscaia",
    father_name="",
    birth_place="Cumanovo",
    birth_date="1999-04-17",
)
A_STRANGER = {**IN_JUNE, "case_number": "MD 78", "given_name": "Inga", "family_name": "Ursachi-Bodea"} | {
    "birth_place": "Chișinău",
    "birth_date": "2001-12-02",
}
"""Whom nobody has sent before, written with as many letters."""
HER_TWIN = a_case(
    case_number="A-5",
    citizenship="MK",
    given_name="Μίρα",
    family_name="Πετρόβσκα",
    father_name="Δράγκαν",
    birth_place="Κουμάνοβο",
    birth_date="1999-04-17",
)
NAMES = ("Мара", "Петровска", "Petrovscaia", "Μίρα")
THREE_DAYS = timedelta(days=3)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Region, list[Laptop]]]:
    """Both custodians and three laptops."""
    with linked_region(tmp_path_factory.mktemp("region"), [SKOPJE, CHISINAU, ATHENS]) as started:
        yield started


def test_one_person(region: tuple[Region, list[Laptop]]) -> None:
    """The whole story, in the order in which it happens."""
    both, (skopje, chisinau, athens) = region
    both.register_desk(Role.KEEPER)

    done(skopje.send(IN_MARCH))
    assert both.trustee.stop() == 0
    in_june = chisinau.send(IN_JUNE)
    of_a_stranger = chisinau.send(A_STRANGER)
    assert_is_told_nothing(in_june, of_a_stranger)
    assert_doors_tell_nothing(both, chisinau, in_june, of_a_stranger)

    first = counted(done(both.clearpoint("link", "run")))
    assert (first["arrivals that wait for a key"], first["links, automatic"]) == (2, 0)
    assert persons(both) == [1, 1, 1]

    both.trustee.start()
    both.trustee.wait()
    done(athens.send(HER_TWIN))
    linked = counted(done(both.clearpoint("link", "run")))
    assert linked["arrivals that wait for a key"] == 0
    assert (linked["links, automatic"], linked["persons merged"]) == (1, 1)
    assert linked["links for review"] >= 1
    assert persons(both) == [1, 1, 2]
    assert persons(both, "person_id_with_review") == [1, 3]
    assert_counted_once(both)
    assert_doors_tell_nothing(both, chisinau, in_june, of_a_stranger)

    withdraw(skopje)
    assert tasks(both) == []
    both.night(utc_now() + THREE_DAYS)
    assert persons(both) == [1, 1, 1]
    assert sorted(tasks(both)) == ["athens", "chisinau"]
    for log in (both.server.log, both.trustee.log):
        assert not [word for word in NAMES if word in log.read_text()]


def assert_is_told_nothing(known: Ran, unknown: Ran) -> None:
    """Sending goes on without the trustee, with one sentence to the sender; and known or not, the answer is the same."""
    for sent in (known, unknown):
        assert "The trustee cannot be reached now" in sent.stderr
        assert json.loads(done(sent))["stats"] == {
            "received": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "rejected": 0,
        }
    assert known.stderr.splitlines()[-1] == unknown.stderr.splitlines()[-1]
    assert said(known.stdout) == said(unknown.stdout)


def assert_doors_tell_nothing(region: Region, laptop: Laptop, known: Ran, unknown: Ran) -> None:
    """Batch, receipt, list and the door itself, byte by byte: before anything was linked, and once she is known to be one person."""
    assert told(region, laptop, known) == told(region, laptop, unknown)
    doors = [at_the_door(region, laptop, case) for case in (IN_JUNE, A_STRANGER)]
    assert doors[0] == doors[1]


def told(region: Region, laptop: Laptop, sent: Ran) -> list[tuple[object, ...]]:
    """What the doors show of a batch."""
    batch = json.loads(sent.stdout)["batch_id"]
    with httpx.Client(base_url=region.server.url, headers={"Authorization": f"Bearer {laptop.key}"}) as door:
        return [
            _answer(door.get(f"/api/v1/batches/{batch}{rest}", headers={"Accept": kind}))
            for rest, kind in [("", "*/*"), ("/receipt", "application/json"), ("/receipt", "text/html")]
        ]


def at_the_door(region: Region, laptop: Laptop, case: Mapping[str, str]) -> tuple[object, ...]:
    """A raw sheet at the door, tried only."""
    with httpx.Client(base_url=region.server.url, headers={"Authorization": f"Bearer {laptop.key}"}) as door:
        return _answer(
            door.post(
                "/api/v1/batches?dry_run=true",
                content=a_sheet(case),
                headers={"Content-Type": "text/csv"},
            )
        )


def _answer(answer: httpx.Response) -> tuple[object, ...]:
    headers = [(name, value) for name, value in answer.headers.items() if name != "date"]
    return answer.status_code, shape(json.dumps(headers)), len(answer.content), shape(answer.text)


SAYS_WHICH = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|sha256:[0-9a-f]{64}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.+Z]+|[\w+/-]{86}(?:==)?|\b\d\d:\d\d(?::\d\d)?"
)
"""Ids, digests, times and signatures."""


def shape(text: str) -> str:
    """A text without what differs between any two batches."""
    return SAYS_WHICH.sub("·", text)


def said(text: str) -> tuple[int, object]:
    """How long an answer in JSON is, and what it says."""
    return len(text), json.loads(shape(text))


def counted(printed: str) -> dict[str, int]:
    """What a command counted, by its words."""
    return {
        words.strip(): int(count)
        for words, count in re.findall(r"^[\s│|]*([a-z][a-z ,]+?)\s*[│|]?\s+(\d+)", printed, re.MULTILINE)
    }


def frame_of(region: Region) -> Frame:
    """What a release drafted now would be made from."""
    with region.premises() as premises, premises.database.read_session() as session:
        return frame_at(session, premises.clock() + THREE_DAYS)


def persons(region: Region, column: str = "person_id") -> list[int]:
    """How many cases each person has."""
    told = frame_of(region).tables["case"][column].to_pylist()
    return sorted(told.count(one) for one in set(told))


def assert_counted_once(region: Region) -> None:
    """Four cases are three persons. She was counted in Moldova as well as in North Macedonia, and is one in the region."""
    frame = frame_of(region)
    account = count_link_part(frame, "account", year=YEAR).counts
    pairs = count_link_part(frame, "pairs", year=YEAR).counts
    assert account["TOTAL", "TOTAL"] == 4
    assert account["TOTAL", "OTHER_COUNTRY"] == 1
    assert pairs["MD-MK", "AUTOMATIC"] == 1


def withdraw(laptop: Laptop) -> None:
    """She asks in Skopje to be erased; her name stays on that laptop."""
    typed = "".join(f"{name} = {text}\n" for name, text in HER_IDENTIFIERS.items())
    asked = laptop.clearpoint("withdraw", "--person", "--yes", typed=typed)
    assert "in one of the next two nights" in done(asked)


def tasks(region: Region) -> list[str]:
    """The organizations that a keeper has to ask."""
    answer = httpx.get(
        f"{region.server.url}/api/v1/erasure-tasks",
        headers={"Authorization": f"Bearer {region.keys['keeper']}"},
    )
    return [one["organization"] for one in answer.json()["tasks"]]
