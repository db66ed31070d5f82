"""LibreOffice without a window, for tests that send a workbook through it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

SOFFICE = shutil.which("soffice")
SECONDS = 120
"""It starts in two, and in many more on a machine that is busy."""


def saved_by_libreoffice(workbook: Any, folder: Path) -> bytes:
    """The workbook as LibreOffice writes it after opening it."""
    filled, saved = folder / "filled.xlsx", folder / "saved"
    workbook.save(filled)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(filled)],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return (saved / "filled.xlsx").read_bytes()
