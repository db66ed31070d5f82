"""What is installed is the whole of each package: a server from a wheel has its pages, tables and migrations."""

from __future__ import annotations

import fnmatch
import subprocess
import tomllib
from pathlib import Path

from setuptools import find_namespace_packages

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_file_of_a_package_is_installed_with_it() -> None:
    """Each file in git below a package is a module of a package, or named by the patterns of its data."""
    packages = set(
        find_namespace_packages(
            str(ROOT), include=PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
        )
    )
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    files = subprocess.run(
        ["git", "ls-files", "anonymizer", "app", "reports", "migrations"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert files
    assert [name for name in files if not is_installed(Path(name), packages, patterns)] == []


def is_installed(file: Path, packages: set[str], patterns: list[str]) -> bool:
    """As setuptools decides it: by the innermost package that the file lies in."""
    for folder in file.parents:
        if ".".join(folder.parts) in packages:
            inside = str(file.relative_to(folder))
            is_module = inside.endswith(".py") and "/" not in inside
            return is_module or any(fnmatch.fnmatch(inside, pattern) for pattern in patterns)
    return False
