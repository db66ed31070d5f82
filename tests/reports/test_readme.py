"""The README of reports: its examples run, and it names every file of definitions."""

from __future__ import annotations

import re
from pathlib import Path

import reports
from tests.reports.ascii_tables import frame_of

FOLDER = Path(reports.__file__).parent
README = (FOLDER / "README.md").read_text("utf-8")


def test_the_examples_run() -> None:
    """In their order, with a frame of one case."""
    frame = frame_of("case | forms\n1 | SEX")
    names = {"frame": frame, "tables": frame.tables}

    for example in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(example, names)

    assert isinstance(names["release"], reports.Release)


def test_every_file_of_definitions_is_named() -> None:
    files = {path.name for path in (FOLDER / "definitions").iterdir() if path.suffix in {".csv", ".toml"}}

    assert all(f"`{name}`" in README for name in files)
