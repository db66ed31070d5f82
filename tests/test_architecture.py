"""The house keeps its floors: import contracts, sizes, and three rules of our own that no tool knows."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("anonymizer", "app", "reports", "migrations", "benchmarks")
LONGEST_FILE = 300
LONGEST_TEST_FILE = 400
LONGEST_FUNCTION = 40


def modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_imports_go_down_only() -> None:
    """Every contract is kept. In a process of its own, because the checker switches the loggers of its process off."""
    check = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    command = [sys.executable, "-c", check]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("folder", "longest"), [*((name, LONGEST_FILE) for name in PACKAGES), ("tests", LONGEST_TEST_FILE)]
)
def test_no_file_is_too_long_to_read(folder: str, longest: int) -> None:
    """A file that grows past the limit is split by noun or by idea."""
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(folder)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > longest
    }

    assert too_long == {}


def test_no_function_is_too_long_to_read() -> None:
    """A function does one step."""
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules(*PACKAGES)
        if "versions" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_every_module_opens_with_what_it_is_for() -> None:
    """One breath: its purpose, and what it must never do."""
    silent = [
        str(path.relative_to(ROOT)) for path in modules(*PACKAGES) if ast.get_docstring(parsed(path)) is None
    ]

    assert silent == []


MAY_COMMIT = {"app/database/transactions.py", "app/database/schema.py"}


def test_nothing_commits_but_the_edge_of_a_transaction() -> None:
    """A commit in a service would let an effect stand without its audit row."""
    commits = [
        f"{name}:{node.lineno}"
        for path in modules("app")
        if (name := str(path.relative_to(ROOT))) not in MAY_COMMIT and "demo" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        if not (
            isinstance(node.func.value, ast.Name) and node.func.value.id == "trial"
        )  # a savepoint, not a commit
    ]

    assert commits == []


RAW = {
    "case",
    "cases",
    "row",
    "rows",
    "body",
    "block",
    "blocks",
    "chunk",
    "raw",
    "value",
    "values",
    "cell",
    "cells",
}
LOG_CALLS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def test_no_log_call_is_given_anything_of_a_case() -> None:
    """A log line is read by more people than a case may be."""
    suspects = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("anonymizer", "app", "reports")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_CALLS
        if isinstance(node.func.value, ast.Name) and "log" in node.func.value.id
        if {name.id for name in ast.walk(node) if isinstance(name, ast.Name)} & RAW
    ]

    assert suspects == []


def test_no_error_of_the_anonymizer_is_written_with_a_value_of_a_case() -> None:
    """An f-string in a `raise` is how a name gets into a traceback."""
    suspects = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("anonymizer")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Raise) and node.exc is not None
        for part in ast.walk(node.exc)
        if isinstance(part, ast.FormattedValue)
        and {name.id for name in ast.walk(part) if isinstance(name, ast.Name)} & RAW
    ]

    assert suspects == []
