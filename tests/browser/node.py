"""Runs modules of the pages in Node: what they answer to something given comes back as JSON. Bytes travel as hex.

The node on the path is taken, else the one that Playwright brings along, so that a test never has to be skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import playwright

STATIC = Path(__file__).parents[2] / "app" / "web" / "static"
CLEARING = STATIC / "clearing"
PATIENCE = 300
"""Seconds. A test that measures takes some ten."""

OPENING = """
import {{ readFileSync }} from "node:fs";
import {{ bytesToHex as hex, hexToBytes as bytes }} from "{hashing}";
const given = JSON.parse(readFileSync(0, "utf8"));
const answer = (value) => process.stdout.write(JSON.stringify(value));
const failure = (act) => {{ try {{ act(); return null; }} catch (error) {{ return error.code ?? error.name; }} }};
"""


def node() -> str:
    """The program."""
    beside_playwright = Path(playwright.__file__).parent / "driver" / "node"
    return shutil.which("node") or str(beside_playwright)


def module(name: str) -> str:
    """The address of a module of the clearing, for an import."""
    return (CLEARING / name).as_uri()


def run(script: str, given: object = None, *, options: Sequence[str] = ()) -> Any:
    """What a script hands to `answer`.

    It has `given`, `hex`, `bytes`, and `failure`, which says how an act fails: by the code of the error or its name.
    Imports of `./x.js` are those of the clearing. AssertionError with Node's own words when it ends badly.
    """
    whole = OPENING.format(hashing=module("hashing.js")) + script.replace(
        'from "./', f'from "{CLEARING.as_uri()}/'
    )
    done = subprocess.run(
        [node(), *options, "--input-type=module", "--eval", whole],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return json.loads(done.stdout)
