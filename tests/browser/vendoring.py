"""Takes a version of the vendored cryptography from its packages: `python -m tests.browser.vendoring 2.4.0`.

It stands here because the test that holds the files to their digests uses the same rules, and because nothing that
is served or installed may change them. It needs npm, which checks what it fetches against the registry's digest.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

VENDOR = Path(__file__).parents[2] / "app" / "web" / "static" / "vendor"
VERSIONS = VENDOR / "versions.json"
FOLDERS = {"@noble/curves": "noble/curves", "@noble/hashes": "noble/hashes"}
"""Each package and where its files lie below `vendor`."""
STARTS = (("@noble/curves", "ed25519.js"), ("@noble/hashes", "hmac.js"))
"""What our own modules import; whatever these import comes along, and nothing else."""
IMPORT = re.compile(r"""^(import [^;]*? from |import )(['"])([^'"]+)\2;$""", re.MULTILINE)
LICENSE = "LICENSE"
LICENSE_HERE = "LICENSE.txt"
"""With an ending by which the wheel takes it along."""


def main(version: str) -> None:
    """Fetch both packages in this version, and replace the files here."""
    with TemporaryDirectory() as folder:
        packages = {name: fetched(name, version, Path(folder)) for name in FOLDERS}
        wanted = dict(sorted(reached({name: files for name, (files, _) in packages.items()})))
    for path in VENDOR.glob("noble/**/*.*"):
        path.unlink()
    for (package, file), published in wanted.items():
        place = VENDOR / FOLDERS[package] / (LICENSE_HERE if file == LICENSE else file)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(rewritten(package, file, published))
    record = [
        {
            "package": name,
            "version": version,
            "licence": "MIT",
            "integrity": integrity,
            "folder": FOLDERS[name],
            "files": {
                file: digests(name, file, wanted[package, file])
                for package, file in wanted
                if package == name
            },
        }
        for name, (_, integrity) in packages.items()
    ]
    VERSIONS.write_text(json.dumps({"packages": record}, indent=2) + "\n", encoding="utf-8")


def fetched(name: str, version: str, folder: Path) -> tuple[Mapping[str, bytes], str]:
    """The files of a package by their paths in it, and the registry's digest of the whole."""
    command = ["npm", "pack", f"{name}@{version}", "--json", "--pack-destination", str(folder)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]
    with tarfile.open(folder / told["filename"]) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        files = {
            member.name.partition("/")[2]: file.read()
            for member in members
            if (file := archive.extractfile(member))
        }
    return files, told["integrity"]


def reached(packages: Mapping[str, Mapping[str, bytes]]) -> Iterator[tuple[tuple[str, str], bytes]]:
    """The licences, and each file that is imported from the starts on."""
    waiting, seen = [*STARTS], set[tuple[str, str]]()
    while waiting:
        package, file = waiting.pop()
        if (package, file) in seen:
            continue
        seen.add((package, file))
        text = packages[package][file]
        yield (package, file), text
        waiting += [place(package, file, match[3]) for match in IMPORT.finditer(text.decode())]
    for package, files in packages.items():
        yield (package, LICENSE), files[LICENSE]


def place(package: str, file: str, specifier: str) -> tuple[str, str]:
    """Which file of which package an import means."""
    for name in FOLDERS:
        if specifier.startswith(f"{name}/"):
            return name, specifier.removeprefix(f"{name}/")
    return package, str(PurePosixPath(*_flat(PurePosixPath(file).parent / specifier)))


def _flat(path: PurePosixPath) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def rewritten(package: str, file: str, published: bytes) -> bytes:
    """The file as it lies here: imports of another package are relative, because workers have no import maps."""
    up = "../" * (len(PurePosixPath(file).parts))

    def relative(match: re.Match[str]) -> str:
        name = next((name for name in FOLDERS if match[3].startswith(f"{name}/")), None)
        if name is None:
            return match[0]
        target = up + name.partition("/")[2] + match[3].removeprefix(name)
        return f"{match[1]}{match[2]}{target}{match[2]};"

    return IMPORT.sub(relative, published.decode()).encode() if file.endswith(".js") else published


def as_published(package: str, file: str, here: bytes) -> bytes:
    """The file as its package has it: `rewritten` undone."""
    up = "../" * (len(PurePosixPath(file).parts))

    def by_name(match: re.Match[str]) -> str:
        for name in FOLDERS:
            start = up + name.partition("/")[2] + "/"
            if name != package and match[3].startswith(start):
                return f"{match[1]}{match[2]}{name}/{match[3].removeprefix(start)}{match[2]};"
        return match[0]

    return IMPORT.sub(by_name, here.decode()).encode() if file.endswith(".js") else here


def digests(package: str, file: str, published: bytes) -> dict[str, Any]:
    """SHA-256 of the file here and, where an import was rewritten, of the file in its package."""
    here = hashlib.sha256(rewritten(package, file, published)).hexdigest()
    there = hashlib.sha256(published).hexdigest()
    return {"sha256": here} if here == there else {"sha256": here, "published_sha256": there}


if __name__ == "__main__":
    main(sys.argv[1])
