"""Brings the invented region to life: registers it, lets its laptops send, lets two persons make the first release.

What is there already is kept: a second start adds nothing.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import httpx

from app.database.transactions import transaction
from app.demo.organizations import ORGANIZATIONS, PEOPLE, SENDERS, DemoOrganization, DemoPerson
from app.demo.printing import as_text
from app.demo.sheets import sheet_pieces
from app.demo.trustee import connect_region
from app.demo.years import invent_year
from app.domain.actors import Role
from app.edge.premises import Premises
from app.services import people
from app.services.releases import read_published
from app.trustee import TrusteePremises
from app.worker.linking import link_now

DEMO_YEARS = (2024, 2025)
"""Two years, so that the tables by year have something to compare."""
LAPTOPS_AT_A_TIME = 2
"""As many as a small machine has cores."""
SEED = 2002
"""The year in which the Regional Clearing Point began."""
SECONDS_FOR_A_RELEASE = 120
TABLE_SHOWN = "A3"
"""Small enough for a terminal, and it has every mark."""
PRIVATE = 0o600

Say = Callable[[str], None]


class DemoError(Exception):
    """A step of the demo was refused; the text is what the clearing point or the laptop's command said."""


def run_demo(premises: Premises, trustee: TrusteePremises, *, url: str, home: Path, say: Say) -> None:
    """Do what is not done yet, and tell what there is to see."""
    keys = register_region(premises, home / "keys")
    connect_region(premises, trustee, keys)
    _copy(keys[SENDERS[0].code], keys[Role.SENDER.value])
    if not _releases(url):
        send_cases(url, home, keys, say)
        link_cases(premises, say)
        make_release(url, keys, say)
    tell(premises, url, home / "keys", keys, say)


def register_region(premises: Premises, folder: Path) -> Mapping[str, Path]:
    """Register the organizations and persons that are missing; gives the key file of each person's role or sender."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = premises.clock()
    with transaction(premises.database.write_session()) as session:
        known = {organization.code for organization in people.list_organizations(session)}
        for organization in ORGANIZATIONS:
            if organization.code not in known:
                people.register_organization(session, _as_new(organization), now=now)
    files = {_key_name(person): folder / f"{_key_name(person)}.key" for person in PEOPLE}
    for person in PEOPLE:
        if not files[_key_name(person)].exists():
            _issue(premises, person, files[_key_name(person)], now)
    return files | {Role.SENDER.value: folder / f"{Role.SENDER.value}.key"}


def send_cases(url: str, home: Path, keys: Mapping[str, Path], say: Say) -> None:
    """Each organization's laptop clears its sheet and sends it, two laptops at a time."""
    folder = home / "laptops"
    folder.mkdir(mode=0o700, exist_ok=True)
    sheets = write_sheets(folder)
    with ThreadPoolExecutor(LAPTOPS_AT_A_TIME) as laptops:
        sent = {
            code: laptops.submit(
                _clearpoint, "send", str(sheet), "--key-file", str(keys[code]), url=url, home=folder
            )
            for code, sheet in sheets.items()
        }
        for code, sending in sent.items():
            sending.result()
            say(f"  {code} sent its cases")


def link_cases(premises: Premises, say: Say) -> None:
    """What the worker does at night: which cases of different organizations are of one person."""
    linked = link_now(premises)
    say(
        f"  {linked.compared:,} cases compared: {linked.automatic} links, {linked.review} more for a curator to judge"
    )


def write_sheets(folder: Path) -> Mapping[str, Path]:
    """The sheet that lies on each organization's laptop, with its cases of all years."""
    sheets = {sender.code: folder / f"{sender.code}.csv" for sender in SENDERS}
    years = [invent_year(SENDERS, year=year, seed=SEED) for year in DEMO_YEARS]
    for code, sheet in sheets.items():
        rows = (row for year in years for row in year[code])
        sheet.write_bytes(b"".join(sheet_pieces(rows)))
    return sheets


def make_release(url: str, keys: Mapping[str, Path], say: Say) -> None:
    """The curator drafts; the checker, who is somebody else, checks and publishes."""
    drafted = _post(url, "/api/v1/releases", keys["curator"], {"year": DEMO_YEARS[-1]})
    address = f"/api/v1/releases/{drafted['release_id']}"
    _post(url, f"{address}/check", keys["checker"])
    _post(url, f"{address}/publish", keys["checker"])
    say(f"  the release of {DEMO_YEARS[-1]} was drafted by one person, checked and published by another")


def tell(premises: Premises, url: str, folder: Path, keys: Mapping[str, Path], say: Say) -> None:
    """The pages, a key for each role, and one table."""
    with transaction(premises.database.read_session()) as session:
        published = read_published(session, None)
    page = f"{url}/releases/{published.summary.id}"
    say(f"\nPages\n  {url}/\n  {page}\n  {page}/tables/{TABLE_SHOWN}")
    say(f"\nKeys, also in {folder}/<role>.key")
    for role in Role:
        say(f"  {role.value:16} {_key_of(keys[role.value])}")
    table = published.content.table(TABLE_SHOWN)
    if table is not None:
        say("\n" + as_text(table))


def _as_new(organization: DemoOrganization) -> people.NewOrganization:
    return people.NewOrganization(
        code=organization.code,
        name=organization.name,
        kind=organization.kind,
        countries=organization.countries,
    )


def _key_name(person: DemoPerson) -> str:
    """A sender's key file is named by its organization, because there are many; every other by its role."""
    return person.organization if person.role is Role.SENDER else person.role.value


def _issue(premises: Premises, person: DemoPerson, file: Path, now: datetime) -> None:
    with transaction(premises.database.write_session()) as session:
        issued = people.issue_key(
            session,
            person.organization,
            key_store=premises.key_store,
            person_name=person.name,
            roles=frozenset({person.role}),
            now=now,
        )
    case_key = base64.urlsafe_b64encode(issued.case_key).rstrip(b"=").decode()
    _write(file, f"key = {issued.key}\ncase_key = {case_key}\n")


def _copy(source: Path, target: Path) -> None:
    _write(target, source.read_text())


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w") as written:
        written.write(text)


def _clearpoint(*arguments: str, url: str, home: Path) -> None:
    """Run the laptop's own command, as a shelter would. What a laptop remembers stays in the demo's home."""
    environment = {**os.environ, "CLEARPOINT_URL": url, "HOME": str(home.resolve())}
    ran = subprocess.run(
        [sys.executable, "-m", "anonymizer", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise DemoError(f"`clearpoint {arguments[0]}` ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")


def _post(url: str, address: str, key: Path, body: object | None = None) -> dict[str, str]:
    answer = httpx.post(
        url + address,
        json=body,
        headers={"Authorization": f"Bearer {_key_of(key)}"},
        timeout=SECONDS_FOR_A_RELEASE,
    )
    if answer.is_error:
        raise DemoError(f"The clearing point answered {answer.status_code}: {answer.json().get('detail')}")
    made: dict[str, str] = answer.json()
    return made


def _releases(url: str) -> list[dict[str, str]]:
    answer = httpx.get(f"{url}/api/v1/releases")
    answer.raise_for_status()
    found: list[dict[str, str]] = answer.json()["releases"]
    return found


def _key_of(file: Path) -> str:
    return file.read_text().splitlines()[0].removeprefix("key = ")
