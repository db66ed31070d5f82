"""A laptop with the base install alone: its commands run, and the server's say what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from anonymizer.__main__ import SERVER_COMMANDS
from tests.anonymizer.case_sheets import marks_in, row, write_sheet

ROOT = Path(__file__).parents[2]

PROJECT = "regional-clearing-point"


def on_a_laptop() -> set[str]:
    """The distributions of the base install: what the project requires without an extra, and what those require."""
    found: set[str] = set()
    wanted = [PROJECT]
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in found:
            continue
        found.add(name)
        with suppress(PackageNotFoundError):  # a marker may ask for what this Python does not need
            wanted += [one.name for one in map(Requirement, requires(name) or []) if _applies(one)]
    return found


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def not_on_a_laptop() -> tuple[str, ...]:
    """Every module that is installed here and comes with the server, the reports or the tools alone."""
    base = on_a_laptop()
    brought = packages_distributions()
    others = {module for module, by in brought.items() if not base & {canonicalize_name(name) for name in by}}
    return ("app", "reports", "migrations", *sorted(others))


WITHOUT_THE_SERVER = f"""
import runpy, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {not_on_a_laptop()!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)

sys.meta_path.insert(0, Missing())
runpy.run_module("anonymizer", run_name="__main__", alter_sys=True)
"""

WITH_COMMANDS_OF_ITS_OWN = """
import typer

def doctor() -> None:
    typer.echo("all is well")

def backup() -> None:
    raise RuntimeError("Zorčamark")

def add_commands(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command()(backup)
"""


def laptop(*arguments: str | Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`clearpoint` in a process of its own, where nothing of the server can be imported."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_SERVER, *map(str, arguments)],
        env={**os.environ, "CLEARPOINT_CASE_KEY": "11" * 32, "PYTHONPATH": str(path or "")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_kept_from_a_laptop_is_everything_that_it_does_not_require() -> None:
    """The server's libraries are out, the four of the base install and theirs are in."""
    assert {
        "app",
        "reports",
        "fastapi",
        "sqlalchemy",
        "pandas",
        "pyarrow",
        "numpy",
        "duckdb",
        "psycopg",
    } <= set(not_on_a_laptop())
    assert {"cryptography", "httpx", "rich", "typer", "h11", "certifi"} <= on_a_laptop()


def test_the_laptops_commands_need_nothing_of_the_server(tmp_path: Path) -> None:
    """Template, check and clear, in a process that cannot import what only the server has."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    template = laptop("template")
    checked = laptop("check", file)
    cleared = laptop("clear", file, "--out", tmp_path / "cleared.csv", "--country", "RS")

    assert [template.returncode, checked.returncode, cleared.returncode] == [0, 0, 0]
    assert template.stdout.startswith("case_number,")
    assert marks_in(checked.stdout + cleared.stdout + (tmp_path / "cleared.csv").read_text()) == []


@pytest.mark.parametrize("command", ["up", "release", "doctor"])
def test_a_command_of_the_server_names_the_extra_to_install(command: str) -> None:
    """Instead of a traceback about a missing module."""
    asked = laptop(command)

    assert command in SERVER_COMMANDS
    assert asked.returncode == 5
    assert "regional-clearing-point[server]" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_command_that_nobody_has_is_told_as_such() -> None:
    """No extra would bring it."""
    asked = laptop("chekc")

    assert asked.returncode == 2
    assert "regional-clearing-point[server]" not in asked.stderr


def test_the_servers_commands_are_found_by_their_entry_point(tmp_path: Path) -> None:
    """Any package that is installed beside this one may bring commands."""
    asked = laptop("doctor", path=_installed(tmp_path, WITH_COMMANDS_OF_ITS_OWN))
    helped = laptop("--help", path=tmp_path)

    assert (asked.returncode, asked.stdout) == (0, "all is well\n")
    assert "doctor" in helped.stdout
    assert "check" in helped.stdout


def test_a_fault_of_the_program_is_told_without_its_words(tmp_path: Path) -> None:
    """The text of an unforeseen error may hold a value of a row; its kind and place are enough to find it."""
    failed = laptop("backup", path=_installed(tmp_path, WITH_COMMANDS_OF_ITS_OWN))

    assert failed.returncode == 1
    assert "RuntimeError in brought.py, line 8" in failed.stderr
    assert marks_in(failed.stdout + failed.stderr) == []
    assert "Traceback" not in failed.stderr


def test_a_fault_in_the_servers_own_package_is_not_taken_for_a_missing_extra(tmp_path: Path) -> None:
    """Installing something would not help."""
    failed = laptop("doctor", path=_installed(tmp_path, 'raise ModuleNotFoundError(name="app.not_there")'))

    assert failed.returncode == 1
    assert "regional-clearing-point[server]" not in failed.stderr


def _installed(folder: Path, module: str) -> Path:
    """A folder that looks like one where a package with an entry point of ours is installed."""
    (folder / "brought.py").write_text(module, encoding="utf-8")
    described = folder / "brought-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[clearpoint.commands]\nbrought = brought:add_commands\n")
    return folder
