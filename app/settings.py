"""All settings, read once at the top and handed down. Texts never repeat a value: some of them are passwords.

| variable | default | meaning |
|---|---|---|
| CLEARPOINT_HOME | var/clearpoint | folder of the embedded database, its secrets and its log |
| DATABASE_URL | none: embedded | an external PostgreSQL, 15 or newer, for each role without an address |
| DATABASE_URL_OWNER | DATABASE_URL | its address for clearpoint_owner, which runs the migrations |
| DATABASE_URL_APP | DATABASE_URL | its address for clearpoint_app, which serves requests |
| DATABASE_URL_LINK | DATABASE_URL | its address for clearpoint_link, which sees the linkage alone |
| DATABASE_URL_READER | DATABASE_URL | its address for clearpoint_reader, which only reads |
| HOST | 127.0.0.1 | the address on which the server listens |
| PORT | 8000 | the port on which it listens |
| CLEARPOINT_PUBLIC_URL | http://localhost:PORT | how readers reach it, for the links that it prints |
| CLEARPOINT_BODY_LIMIT_BYTES | 268435456 (256 MiB) | the largest batch that it takes |
| CLEARPOINT_LARGE_BODY_BYTES | 8388608 (8 MiB) | from this size on a batch is stored after the answer (202) |
| CLEARPOINT_LINKAGE | off | off, one_custodian or two_custodians: whether cases of one person are linked |
| CLEARPOINT_TRUSTEE_URL | none | where the trustee is, which holds the second key; two_custodians needs it |
| CLEARPOINT_KEY_PROVIDER | files | where the keys of linkage are: files, systemd, environment (tests), or a plug-in's |

With DATABASE_URL alone one login does everything, and the database cannot keep the roles apart. The addresses
of single roles need no DATABASE_URL when all four are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.database.roles import DatabaseRole

HOME = Path("var/clearpoint")
HOST = "127.0.0.1"
PORT = 8000
HIGHEST_PORT = 65535
LONGEST_NUMBER = 18  # digits; what is longer fits in no 64 bits
BODY_LIMIT_BYTES = 256 * 1024 * 1024
LARGE_BODY_BYTES = 8 * 1024 * 1024
"""About 40,000 case sheets: what is stored in about ten seconds, which is as long as a sender should wait."""
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
PUBLIC_SCHEMES = ("http", "https")


LINKAGE_MODES = ("off", "one_custodian", "two_custodians")
"""Off until an agreement is signed with the organizations; the methodology prints which it is."""
TWO_CUSTODIANS = "two_custodians"
KEY_PROVIDER = "files"


class SettingsError(Exception):
    """A variable cannot be understood. The text names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process."""

    home: Path = HOME
    database_urls: Mapping[DatabaseRole, str] | None = field(default=None, repr=False)
    """The address for each role of an external server; None for the embedded one. Holds passwords."""
    host: str = HOST
    port: int = PORT
    public_url: str = f"http://localhost:{PORT}"
    """Without a slash at its end."""
    body_limit_bytes: int = BODY_LIMIT_BYTES
    large_body_bytes: int = LARGE_BODY_BYTES
    linkage: str = LINKAGE_MODES[0]
    trustee_url: str | None = None
    key_provider: str = KEY_PROVIDER

    @property
    def is_default_home(self) -> bool:
        """Whether nobody chose a home, so that the demo may take its own."""
        return self.home == HOME

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read all settings; an empty variable counts as absent. SettingsError for a wrong one."""
        given = {name: value for name, value in environment.items() if value}
        port = _whole_number(given, "PORT", PORT, highest=HIGHEST_PORT)
        linkage, trustee_url = _linkage(given)
        return cls(
            home=Path(given.get("CLEARPOINT_HOME", HOME)),
            database_urls=_database_urls(given),
            host=given.get("HOST", HOST),
            port=port,
            public_url=_public_url(given, port),
            body_limit_bytes=_whole_number(given, "CLEARPOINT_BODY_LIMIT_BYTES", BODY_LIMIT_BYTES),
            large_body_bytes=_whole_number(given, "CLEARPOINT_LARGE_BODY_BYTES", LARGE_BODY_BYTES),
            linkage=linkage,
            trustee_url=trustee_url,
            key_provider=given.get("CLEARPOINT_KEY_PROVIDER", KEY_PROVIDER),
        )


def _database_urls(given: Mapping[str, str]) -> Mapping[DatabaseRole, str] | None:
    names = {role: f"DATABASE_URL_{role.name}" for role in DatabaseRole}
    if "DATABASE_URL" not in given and not any(name in given for name in names.values()):
        return None
    urls = {}
    for role, name in names.items():
        source = name if name in given else "DATABASE_URL"
        if source not in given:
            raise SettingsError(
                "DATABASE_URL is missing: set it, or set DATABASE_URL_OWNER, DATABASE_URL_APP, "
                "DATABASE_URL_LINK and DATABASE_URL_READER, all four."
            )
        urls[role] = _database_url(given[source], source)
    return urls


def _database_url(value: str, name: str) -> str:
    """The same address with the driver in it that we use."""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in DATABASE_SCHEMES:
        raise _wrong(name, "an address that begins with postgresql://")
    return f"postgresql+psycopg://{rest}"


def _public_url(given: Mapping[str, str], port: int) -> str:
    return _web_address(
        given.get("CLEARPOINT_PUBLIC_URL", f"http://localhost:{port}"), "CLEARPOINT_PUBLIC_URL"
    )


def _linkage(given: Mapping[str, str]) -> tuple[str, str | None]:
    """How cases are linked, and where the trustee is."""
    mode = given.get("CLEARPOINT_LINKAGE", LINKAGE_MODES[0])
    if mode not in LINKAGE_MODES:
        raise _wrong("CLEARPOINT_LINKAGE", "off, one_custodian or two_custodians")
    address = given.get("CLEARPOINT_TRUSTEE_URL")
    if address is None and mode == TWO_CUSTODIANS:
        raise SettingsError(
            "CLEARPOINT_TRUSTEE_URL is missing: two custodians are two, and the second is a service of its own."
        )
    return mode, _web_address(address, "CLEARPOINT_TRUSTEE_URL") if address else None


def _web_address(value: str, name: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in PUBLIC_SCHEMES or not parts.netloc or parts.query or parts.fragment:
        raise _wrong(name, "an address such as https://statistics.example")
    return value.rstrip("/")


def _whole_number(given: Mapping[str, str], name: str, default: int, *, highest: int | None = None) -> int:
    value = given.get(name, str(default))
    is_number = value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
    number = int(value) if is_number else 0
    if number < 1 or (highest is not None and number > highest):
        raise _wrong(name, "a whole number from 1" + (f" to {highest}" if highest else ""))
    return number


def _wrong(name: str, expected: str) -> SettingsError:
    return SettingsError(f"The setting {name} cannot be understood. Write {expected}, or leave it out.")
