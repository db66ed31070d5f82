"""Settings: read once, understood or refused by name, never repeated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.settings
from app.database import DatabaseRole
from app.settings import Settings, SettingsError

SECRET = "hunter2"


def test_without_any_variable_the_defaults_hold() -> None:
    """A stranger sets nothing."""
    settings = Settings.from_environment({})

    assert settings == Settings()
    assert settings.home == Path("var/clearpoint")
    assert settings.is_default_home
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://localhost:8000"
    assert settings.body_limit_bytes == 268435456
    assert settings.database_urls is None


def test_every_variable_is_read() -> None:
    """Each is understood as its kind."""
    settings = Settings.from_environment(
        {
            "CLEARPOINT_HOME": "/srv/clearpoint",
            "HOST": "0.0.0.0",
            "PORT": "8080",
            "CLEARPOINT_PUBLIC_URL": "https://statistics.example/",
            "CLEARPOINT_BODY_LIMIT_BYTES": "1000",
        }
    )

    assert settings.home == Path("/srv/clearpoint")
    assert not settings.is_default_home
    assert (settings.host, settings.port, settings.body_limit_bytes) == ("0.0.0.0", 8080, 1000)
    assert settings.public_url == "https://statistics.example"


def test_an_empty_variable_counts_as_absent() -> None:
    """`PORT= make demo` means the default."""
    assert Settings.from_environment({"PORT": "", "DATABASE_URL": ""}) == Settings()


def test_the_public_address_follows_the_port() -> None:
    """What is printed can be opened."""
    assert Settings.from_environment({"PORT": "9000"}).public_url == "http://localhost:9000"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_one_address_serves_every_role(scheme: str) -> None:
    """The driver is ours whatever the address says."""
    settings = Settings.from_environment({"DATABASE_URL": f"{scheme}://one@server/clearpoint"})

    assert settings.database_urls == dict.fromkeys(DatabaseRole, "postgresql+psycopg://one@server/clearpoint")


def test_a_role_may_have_an_address_of_its_own() -> None:
    """The others keep the common one."""
    settings = Settings.from_environment(
        {"DATABASE_URL": "postgresql://all@server/x", "DATABASE_URL_READER": "postgresql://reads@server/x"}
    )

    assert settings.database_urls is not None
    assert settings.database_urls[DatabaseRole.READER] == "postgresql+psycopg://reads@server/x"
    assert settings.database_urls[DatabaseRole.APP] == "postgresql+psycopg://all@server/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "hunter2"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "٨٠٠٠"),
        ("CLEARPOINT_BODY_LIMIT_BYTES", "0"),
        ("CLEARPOINT_BODY_LIMIT_BYTES", "9" * 5000),
        ("CLEARPOINT_BODY_LIMIT_BYTES", "1e9"),
        ("CLEARPOINT_PUBLIC_URL", "hunter2"),
        ("CLEARPOINT_PUBLIC_URL", "http://[hunter2"),
        ("CLEARPOINT_PUBLIC_URL", "javascript://hunter2"),
        ("DATABASE_URL", "mysql://hunter2@server/x"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_URL_LINK", "sqlite:///hunter2"),
        ("CLEARPOINT_LINKAGE", "hunter2"),
        ("CLEARPOINT_TRUSTEE_URL", "ftp://hunter2"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    """The text says which variable and what to write, and never what was written."""
    environment = {"DATABASE_URL": "postgresql://one@server/x", name: value}

    with pytest.raises(SettingsError, match=rf"The setting {name} cannot be understood\. Write ") as caught:
        Settings.from_environment(environment)

    assert value not in str(caught.value).replace("65535", "")
    assert caught.value.__cause__ is None


def test_nothing_is_linked_unless_somebody_says_so() -> None:
    """An agreement with the organizations comes first."""
    assert Settings.from_environment({}).linkage == "off"


def test_two_custodians_need_a_trustee() -> None:
    """One address is missing, not a default that nobody runs."""
    with pytest.raises(SettingsError, match="CLEARPOINT_TRUSTEE_URL is missing"):
        Settings.from_environment({"CLEARPOINT_LINKAGE": "two_custodians"})

    settings = Settings.from_environment(
        {"CLEARPOINT_LINKAGE": "two_custodians", "CLEARPOINT_TRUSTEE_URL": "https://trustee.example/"}
    )
    assert (settings.linkage, settings.trustee_url) == ("two_custodians", "https://trustee.example")


def test_some_roles_without_an_address_are_refused() -> None:
    """Half of the roles on one server and half on another would be a trap."""
    with pytest.raises(SettingsError, match="DATABASE_URL is missing"):
        Settings.from_environment({"DATABASE_URL_APP": "postgresql://one@server/x"})


def test_settings_show_no_password() -> None:
    """They may appear in a log."""
    settings = Settings.from_environment({"DATABASE_URL": f"postgresql://one:{SECRET}@server/x"})

    assert SECRET not in repr(settings)


def test_the_table_of_settings_names_every_variable() -> None:
    """The docstring is what an operator reads."""
    source = Path(app.settings.__file__).read_text(encoding="utf-8")
    table = {
        line.split("|")[1].strip() for line in (app.settings.__doc__ or "").splitlines() if line[:1] == "|"
    }

    read = set(
        re.findall(
            r'"((?:CLEARPOINT_|DATABASE_)?(?:HOME|URL|HOST|PORT|PUBLIC_URL|BODY_LIMIT_BYTES|LARGE_BODY_BYTES'
            r'|LINKAGE|TRUSTEE_URL|KEY_PROVIDER))"',
            source,
        )
    )
    assert read | {f"DATABASE_URL_{role.name}" for role in DatabaseRole} == table - {"variable", "---"}
