"""A clearing point and its trustee as two processes of their own, each with its home, and laptops that send to them.

Every step is a command as it is typed. Only registering people is done in this process, because no flow is about it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess

import httpx

from app.cli.opening import open_premises
from app.database.transactions import transaction
from app.domain.actors import Role
from app.edge.premises import Premises, utc_now
from app.services.people import NewOrganization, issue_key, register_organization
from app.settings import Settings
from app.trustee import open_trustee
from app.trustee.register import ELEMENTS_A_DAY, Registered
from app.worker.linking import link_now
from tests.factories import a_sheet
from tests.flows.server_process import ServerProcess, server_process

SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
CLEARING_POINT = "clearing-point"
"""The clearing point's own code at the trustee."""
DESK = NewOrganization("desk", "The clearing point", "OTHER", ("RS",))

Ran = CompletedProcess[str]


def clearpoint(environment: Mapping[str, str], *arguments: str, typed: str = "") -> Ran:
    """A command as it is typed, with what is typed into it."""
    return subprocess.run(
        [sys.executable, "-m", "anonymizer", *arguments],
        env={**environment, "COLUMNS": "160"},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def done(ran: Ran) -> str:
    """What a command that must succeed printed."""
    assert ran.returncode == 0, (ran.args, ran.stdout, ran.stderr)
    return ran.stdout


@dataclass
class TrusteeProcess:
    """Another body's machine: it can be stopped and started again."""

    home: Path
    log: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def clearpoint(self, *arguments: str, typed: str = "") -> Ran:
        """A command on its machine."""
        environment = {**os.environ, "CLEARPOINT_TRUSTEE_HOME": str(self.home), "HOME": str(self.home.parent)}
        return clearpoint(environment, *arguments, typed=typed)

    def start(self) -> None:
        """Serve. See `wait`."""
        with self.log.open("ab") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "anonymizer", "trustee", "serve", "--port", str(self.port)],
                env={**os.environ, "CLEARPOINT_TRUSTEE_HOME": str(self.home)},
                stdout=written,
                stderr=written,
            )

    def wait(self) -> None:
        """Return when it answers."""
        assert self._process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"The trustee did not start:\n{self.log.read_text()}")

    def register(self, code: str) -> str:
        """A key for an organization."""
        premises = open_trustee(self.home)
        new = Registered(code, ELEMENTS_A_DAY)
        return premises.register.add(new, now=premises.clock(), random=premises.random)

    def stop(self) -> int:
        """As its operator stops it; the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        code, self._process = self._process.wait(SECONDS_TO_STOP), None
        return code


@dataclass(frozen=True)
class Laptop:
    """One organization's: a home of its own with its key file, and sheets that never leave it."""

    environment: Mapping[str, str]
    folder: Path
    key_file: Path

    @property
    def key(self) -> str:
        """Its key at the clearing point, for a call without the program."""
        [key] = re.findall(r"^key = (\S+)$", self.key_file.read_text(), re.MULTILINE)
        return str(key)

    def clearpoint(self, *arguments: str, typed: str = "") -> Ran:
        """A command of the sender."""
        return clearpoint(self.environment, *arguments, "--key-file", str(self.key_file), typed=typed)

    def on(self, server: ServerProcess) -> Laptop:
        """The same laptop, once the clearing point has moved."""
        return replace(self, environment={**self.environment, "CLEARPOINT_URL": server.url})

    def send(self, *cases: Mapping[str, str]) -> Ran:
        """Write the sheet and send it."""
        sheet = self.folder / "cases.csv"
        sheet.write_bytes(a_sheet(*cases))
        return self.clearpoint("send", str(sheet), "--json")


@dataclass
class Region:
    """Both custodians, and whoever sends."""

    server: ServerProcess
    trustee: TrusteeProcess
    folder: Path
    keys: dict[str, str] = field(default_factory=dict)
    """Of the people at the desk, by role."""

    def clearpoint(self, *arguments: str, typed: str = "") -> Ran:
        """A command on the clearing point's machine."""
        return clearpoint(self.server.environment, *arguments, typed=typed)

    @contextmanager
    def premises(self) -> Iterator[Premises]:
        """The same clearing point, for what a test looks up beside its doors."""
        with open_premises(Settings.from_environment(self.server.environment)) as premises:
            yield premises

    def night(self, when: datetime) -> None:
        """What the worker does at night, on a night that has not come yet."""
        with self.premises() as premises:
            link_now(replace(premises, clock=lambda: when))

    def register(self, *organizations: NewOrganization) -> list[Laptop]:
        """Sending organizations, with a key at each custodian and a laptop."""
        written = register(self.server, *organizations)
        return [
            laptop_of(
                self.server,
                self.folder,
                one.code,
                f"{lines}trustee_key = {self.trustee.register(one.code)}\n",
            )
            for one, lines in zip(organizations, written, strict=True)
        ]

    def register_desk(self, *roles: Role) -> None:
        """People at the clearing point."""
        with self.premises() as premises:
            for role in roles:
                lines = _issue(premises, replace_code(DESK, str(role.value)), role)
                self.keys[role.value] = lines.split()[2]

    def connect(self) -> str:
        """Make both known to each other as README says; returns what the command printed."""
        [sealing] = re.findall(r"[0-9a-f]{64}", done(self.clearpoint("key", "status")))
        added = self.trustee.clearpoint("trustee", "org", "add", CLEARING_POINT, "--sealing-key", sealing)
        credential = done(added).removeprefix("trustee_key = ")
        return done(self.clearpoint("trustee", "connect", typed=credential))


def replace_code(organization: NewOrganization, code: str) -> NewOrganization:
    """The same organization under another code."""
    return replace(organization, code=code)


@contextmanager
def linked_region(
    folder: Path, organizations: Sequence[NewOrganization]
) -> Iterator[tuple[Region, list[Laptop]]]:
    """A clearing point that links with a trustee, connected, and a laptop for each organization."""
    trustee = TrusteeProcess(folder / "trustee", folder / "trustee.log", _free_port())
    with ExitStack() as stack:
        stack.callback(trustee.stop)
        trustee.start()
        settings = {"CLEARPOINT_LINKAGE": "two_custodians", "CLEARPOINT_TRUSTEE_URL": trustee.url}
        server = stack.enter_context(server_process(folder, **settings))
        trustee.wait()
        region = Region(server, trustee, folder)
        region.connect()
        yield region, region.register(*organizations)


def register(server: ServerProcess, *organizations: NewOrganization) -> list[str]:
    """Register sending organizations; the lines of the key file of each."""
    with open_premises(Settings.from_environment(server.environment)) as premises:
        return [_issue(premises, one, Role.SENDER) for one in organizations]


def laptop_of(server: ServerProcess, folder: Path, code: str, lines: str) -> Laptop:
    """A laptop with these lines in its key file."""
    home = folder / code
    home.mkdir()
    key_file = home / "my.key"
    key_file.touch(0o600)
    key_file.write_text(lines)
    return Laptop({**os.environ, "HOME": str(home), "CLEARPOINT_URL": server.url}, home, key_file)


def _issue(premises: Premises, organization: NewOrganization, role: Role) -> str:
    """The lines of a key file."""
    with transaction(premises.database.write_session()) as session:
        register_organization(session, organization, now=utc_now())
        issued = issue_key(
            session,
            organization.code,
            key_store=premises.key_store,
            person_name=f"Somebody of {organization.code}",
            roles=frozenset({role}),
            now=utc_now(),
        )
    return f"key = {issued.key}\ncase_key = {issued.case_key.hex()}\n"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
