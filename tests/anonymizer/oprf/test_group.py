"""What the group leaves behind: nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_no_unpacked_library_stays_in_the_temporary_folder(tmp_path: Path) -> None:
    """rbcl unpacks libsodium at each start; a server that starts often would fill the disk with it."""
    program = "from anonymizer.oprf import group; print(group.random_element(lambda n: bytes(n)).hex())"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert len(done.stdout.strip()) == 64
    assert list(tmp_path.iterdir()) == []
