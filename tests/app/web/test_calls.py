"""The calls that a table page gives: they work as they stand, against a server over HTTP."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli.server import Server
from app.edge.premises import Premises
from app.main import create_app
from tests.app.web.published import Published
from tests.app.web.reading_html import Page

TABLE = "/releases/latest/tables/A1"


@pytest.fixture
def calls(premises: Premises, published: Published) -> Iterator[list[str]]:
    """The calls for curl, Python and R, with the address at which this server listens."""
    with Server(create_app(premises), host="127.0.0.1", port=0).running() as url:
        page = Page(httpx.get(url + TABLE).text)
        yield [element.text.replace(premises.public_url, url) for element in page.all("pre")]


def test_the_call_for_python_reads_the_table(calls: list[str]) -> None:
    """Numbers are numbers, a mark has none, and no code is taken for a missing value."""
    names: dict[str, Any] = {}

    exec(calls[1], names)

    table = names["table"].set_index(["reporting_country", "measure"])
    assert table.loc[("TOTAL", "IDENTIFIED"), "obs_value"] == 1234
    assert table.loc[("POOLED", "IDENTIFIED"), "obs_status"] == "c"
    assert table["obs_value"].isna().sum() == 2
    assert table["obs_status"].isna().sum() == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_call_for_curl_fetches_the_file(calls: list[str], tmp_path: Path) -> None:
    """It leaves the table in a file of its name."""
    subprocess.run(calls[0].split(), cwd=tmp_path, check=True, capture_output=True)

    assert "reporting_country" in (tmp_path / "A1.csv").read_text()
