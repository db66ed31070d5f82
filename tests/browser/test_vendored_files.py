"""The vendored modules are what their packages have, and nothing else lies beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.browser.vendoring import IMPORT, LICENSE, LICENSE_HERE, VENDOR, VERSIONS, as_published

PACKAGES = json.loads(VERSIONS.read_text(encoding="utf-8"))["packages"]
FILES = [
    (package["package"], package["folder"], file, digests)
    for package in PACKAGES
    for file, digests in package["files"].items()
]


def place(folder: str, file: str) -> Path:
    return VENDOR / folder / (LICENSE_HERE if file == LICENSE else file)


@pytest.mark.parametrize(
    ("package", "folder", "file", "digests"), FILES, ids=[f"{o[0]}/{o[2]}" for o in FILES]
)
def test_a_file_has_the_digest_that_was_recorded(
    package: str, folder: str, file: str, digests: dict[str, str]
) -> None:
    """As it lies here, and, with the imports written as its package writes them, as it was published."""
    here = place(folder, file).read_bytes()

    assert hashlib.sha256(here).hexdigest() == digests["sha256"]
    published = hashlib.sha256(as_published(package, file, here)).hexdigest()
    assert published == digests.get("published_sha256", digests["sha256"])


def test_no_other_file_lies_there() -> None:
    """A file without a digest could have come from anywhere."""
    recorded = {place(folder, file) for _, folder, file, _ in FILES}

    assert {path for path in VENDOR.rglob("noble/**/*") if path.is_file()} == recorded


def test_every_import_stays_inside() -> None:
    """Each leads, by a relative path, to a file that is there: a worker finds nothing by a bare name."""
    for path in VENDOR.rglob("*.js"):
        for found in IMPORT.finditer(path.read_text(encoding="utf-8")):
            target = (path.parent / found[3]).resolve()
            assert found[3].startswith("."), path.name
            assert target.is_file(), path.name
            assert target.is_relative_to(VENDOR), path.name


def test_each_package_brings_its_licence() -> None:
    """MIT asks for it."""
    for package in PACKAGES:
        text = place(package["folder"], LICENSE).read_text(encoding="utf-8")
        assert "MIT License" in text
        assert "Permission is hereby granted" in text
