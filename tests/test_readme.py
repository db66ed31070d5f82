"""README says what there is: every command, route and setting, and the words of the trade."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.routing import Route

from anonymizer.__main__ import build_app
from app import settings
from app.domain.actors import Role
from tests.clearing_point_fixture import People

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    group = typer.main.get_command(build_app())
    context = group.make_context("clearpoint", [], resilient_parsing=True)
    names = []
    for name in group.list_commands(context):  # type: ignore[attr-defined]
        command = group.get_command(context, name)  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        names += [f"{name} {sub}" for sub in inner] or [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_it(command: str) -> None:
    """A command that README does not name is found by nobody."""
    assert f"clearpoint {command}" in README or command in ("up", "demo"), command


def test_the_demo_and_the_test_are_the_two_commands() -> None:
    """What a stranger types first."""
    assert re.search(r"^make demo\b", README, re.MULTILINE)
    assert re.search(r"^make test\b", README, re.MULTILINE)


def test_every_route_of_the_interface_is_in_it(people: People) -> None:
    """A route that README does not name is used by nobody."""
    application = people.nobody.app
    inner: Any = getattr(application, "_app", application)
    paths = {
        route.path for route in inner.routes if isinstance(route, Route) and route.path.startswith("/api/v1")
    }
    missing = {path for path in paths if path not in README and f"/{path.rsplit('/', 1)[-1]}`" not in README}

    assert paths
    assert missing == set()


def test_every_setting_is_in_it() -> None:
    """The table of the settings module is the list."""
    names = re.findall(r"^\| ([A-Z_]+) \|", settings.__doc__ or "", re.MULTILINE)

    assert names
    assert [
        name for name in names if f"`{name}`" not in README and f"`_{name.rsplit('_', 1)[-1]}`" not in README
    ] == []


def test_every_role_is_explained() -> None:
    """The words of the trade have a sentence each."""
    words = README.split("## Words")[1].lower()

    assert [role.value for role in Role if role.value.replace("_", " ") not in words] == []
