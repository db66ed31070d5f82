"""Every door of a running clearing point, and one marked identity that goes through each, good and failing."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx

from app.database import running_postgres
from app.database.roles import DATABASE
from tests.factories import a_case, a_sheet
from tests.flows.canary import IDENTITY, MARKED
from tests.flows.canary_forms import said_in_other_forms, saved, workbook
from tests.flows.server_process import ServerProcess

ASCII_MARK = IDENTITY["given_name"]
TAKEN_BACK = IDENTITY["case_number"].upper()
"""Another case than the one that stays, and a mark all the same."""
YEAR = 2025
STAFF = {"curator": "curator", "checker": "checker", "auditor": "auditor", "keeper": "keeper"}
CODED = [column for column in a_case() if column not in ("case_number", "services_accepted")]
JSON = {"Content-Type": "application/json"}
CSV = {"Content-Type": "text/csv"}


def register(server: ServerProcess, folder: Path) -> dict[str, Path]:
    """The key file of a shelter, and of each role at the desk."""
    folder.mkdir()
    files = {}
    for code, roles in {"shelter": ("sender",), "desk": tuple(STAFF)}.items():
        checked(server.clearpoint("org", "add", code, "--name", code, "--kind", "NGO", "--country", "RS"))
        for role in roles:
            name = code if role == "sender" else role
            issued = checked(server.clearpoint("key", "issue", code, "--person", name, "--role", role))
            files[name] = folder / f"{name}.key"
            files[name].touch(0o600)
            files[name].write_bytes(issued.stdout)
    return files


def by_the_laptop(server: ServerProcess, folder: Path, key: Path) -> dict[str, bytes]:
    """Cleared on the laptop, stripped by the server, checked only, and refused; the sheets stay on the laptop."""
    folder.mkdir()
    good, bad = folder / f"{ASCII_MARK}-good.csv", folder / f"{ASCII_MARK}-bad.csv"
    book, copy = folder / f"{ASCII_MARK}-book.xlsx", folder / f"{ASCII_MARK}-copy.csv"
    book.write_bytes(saved(workbook(("cases", [a_marked_case()]))))
    good.write_bytes(a_sheet(a_marked_case()))
    bad.write_bytes(a_sheet(a_marked_case(sex=ASCII_MARK, forms=IDENTITY["family_name"])))
    ran = {
        "send": ("send", str(good)),
        "send raw": ("send", str(good), "--raw"),
        "send dry": ("send", str(good), "--dry-run"),
        "send bad": ("send", str(bad)),
        "send raw bad": ("send", str(bad), "--raw"),
        "send partly": ("send", str(bad), "--raw", "--no-atomic"),
        "send book": ("send", str(book)),
        "send raw book": ("send", str(book), "--raw"),
        "annotate": ("check", str(bad), "--country", "RS", "--annotate", "--out", str(copy)),
        "status": ("status",),
    }
    told = {}
    for name, arguments in ran.items():
        done = server.clearpoint(*arguments, key_file=key)
        # The commands name the file that they were given; that is the reader's own word, on the reader's own screen.
        told[f"laptop {name}"] = (done.stdout + done.stderr).replace(str(folder).encode(), b"")
        for file in (good, bad, book, copy):
            told[f"laptop {name}"] = told[f"laptop {name}"].replace(file.name.encode(), b"")
    return told


def by_http(server: ServerProcess, key: str) -> dict[str, bytes]:
    """Every way in which somebody can say a name to the server itself."""
    told = {}
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        for name, body, headers, options in said():
            answer = client.post("/api/v1/batches", content=body, headers=headers, params=options)
            assert answer.is_success or not name.startswith("good"), f"{name}: {answer.text}"
            told[f"http {name}"], told[f"headers {name}"] = answer.content, repr(answer.headers).encode()
        for name, address in addresses().items():
            told[f"http bad {name}"] = client.get(address).content
        told["http bad key"] = httpx.get(
            server.url + "/api/v1/me", headers={"Authorization": f"Bearer {ASCII_MARK}"}
        ).content
        with suppress(httpx.HTTPError):
            client.post("/api/v1/batches", content=broken_off(), headers=CSV)
    return told


def said() -> Iterator[tuple[str, bytes, dict[str, str], dict[str, str]]]:
    sheet, case = a_sheet(a_marked_case()), a_marked_case()
    yield "good csv", sheet, {**CSV, "Idempotency-Key": ASCII_MARK}, {}
    yield "good json", json.dumps({"cases": [case]}).encode(), JSON, {}
    yield "good dry run", sheet, CSV, {"dry_run": "true"}
    for column in CODED:
        for place, mark in (("latin", ASCII_MARK), ("cyrillic", IDENTITY["family_name"])):
            yield f"bad {column} {place}", a_sheet(a_marked_case(**{column: mark})), CSV, {}
            yield f"bad json {column} {place}", as_json(**{column: mark}), JSON, {}
    yield from said_in_other_forms(case)
    yield "bad header", a_sheet({**case, ASCII_MARK: "1"}), CSV, {}
    yield "bad json name", as_json(**{IDENTITY["family_name"]: "1"}), JSON, {}
    yield (
        "bad json doubled",
        b'{"cases": [{"' + ASCII_MARK.encode() + b'": 1, "' + ASCII_MARK.encode() + b'": 2}]}',
        JSON,
        {},
    )
    yield "bad json text", ASCII_MARK.encode(), JSON, {}
    yield "bad json nested", json.dumps({"cases": [{"sex": {"x": ASCII_MARK}}]}).encode(), JSON, {}
    yield "bad encoding", sheet.decode().replace("Ђ", "Ž").encode("cp1250", "replace"), CSV, {}
    yield "bad quote", sheet + b'"' + ASCII_MARK.encode(), CSV, {}
    yield "bad NUL", sheet.replace(b"-77-", b"-\x00-"), CSV, {}
    yield "bad delimiter", sheet.replace(b",", b";"), CSV, {}
    yield "bad type", sheet, {"Content-Type": f"text/{ASCII_MARK}"}, {}
    yield "bad profile", sheet, CSV, {"profile": ASCII_MARK}
    yield "bad law", sheet, CSV, {"legal_basis": "LAW", "law": IDENTITY["family_name"]}
    yield "bad basis", sheet, CSV, {"legal_basis": ASCII_MARK}
    yield "bad option", sheet, CSV, {"atomic": ASCII_MARK}
    yield "bad key reused", a_sheet(a_marked_case(sex="M")), {**CSV, "Idempotency-Key": ASCII_MARK}, {}


def addresses() -> dict[str, str]:
    return {
        "address": f"/api/v1/{ASCII_MARK}",
        "batch": f"/api/v1/batches/{ASCII_MARK}",
        "release": f"/api/v1/releases/{ASCII_MARK}",
        "table": f"/api/v1/releases/latest/tables/{ASCII_MARK}.csv",
        "query": f"/api/v1/nothing?name={IDENTITY['family_name']}",
    }


def broken_off() -> Iterator[bytes]:
    yield a_sheet(a_marked_case())
    raise httpx.WriteError("the laptop's connection breaks")


def taken_back(server: ServerProcess, folder: Path, key: Path) -> dict[str, bytes]:
    """Cases and a batch withdrawn by marked numbers, as tokens and as they are, from the laptop and by HTTP; and the
    receipts of what was sent."""
    folder.mkdir()
    listed = folder / f"{ASCII_MARK}-numbers.txt"
    listed.write_text(f"{TAKEN_BACK}\n{IDENTITY['family_name']}\n", encoding="utf-8")
    told: dict[str, bytes] = {}
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key_of(key)}"}) as client:
        for name, body in withdrawn().items():
            # Sent first each time, so that there is something to withdraw or to refuse.
            sheet = a_sheet(a_marked_case(case_number=TAKEN_BACK))
            sent = client.post("/api/v1/batches", content=sheet, headers=CSV)
            withdrawal = client.post("/api/v1/withdrawals", content=body, headers=JSON)
            told |= {f"sent {name}": sent.content, f"http {name}": withdrawal.content}
        batch = client.get("/api/v1/batches").json()["batches"][-1]["batch_id"]
        for form in ("application/json", "text/html"):
            receipt = client.get(f"/api/v1/batches/{batch}/receipt", headers={"Accept": form})
            told[f"receipt as {form}"] = receipt.content
        told["keys"] = client.get("/.well-known/clearing-point-keys.json").content
    without_case_key = folder / "api.key"
    without_case_key.touch(0o600)
    without_case_key.write_text(key.read_text().splitlines()[0])
    for name, file in {"as tokens": key, "as they are": without_case_key}.items():
        done = checked(server.clearpoint("withdraw", str(listed), "--yes", key_file=file))
        told[f"laptop withdraw {name}"] = done.stdout + done.stderr
    return told


def withdrawn() -> dict[str, bytes]:
    numbers = [TAKEN_BACK, IDENTITY["family_name"]]
    return {
        "bad withdrawal shape": json.dumps({"case_numbers": numbers, ASCII_MARK: 1}).encode(),
        "bad withdrawal number": json.dumps({"case_numbers": [*numbers, ASCII_MARK * 9]}).encode(),
        "bad withdrawal text": json.dumps({"case_numbers": numbers})[:-1].encode(),
        "withdrawal": json.dumps({"case_numbers": numbers}).encode(),
        "withdrawal again": json.dumps({"case_numbers": numbers}).encode(),
    }


def release(server: ServerProcess, keys: dict[str, Path]) -> dict[str, bytes]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        curator, checker = (
            {"Authorization": f"Bearer {key_of(keys[role])}"} for role in ("curator", "checker")
        )
        drafted = client.post("/api/v1/releases", json={"year": YEAR}, headers=curator)
        address = f"/api/v1/releases/{drafted.json()['release_id']}"
        draft = client.get(f"{address}/draft", headers=checker)
        check = client.post(f"{address}/check", headers=checker)
        published = client.post(f"{address}/publish", headers=checker)
        assert published.json()["status"] == "PUBLISHED"
        return {"draft": draft.content, "check": check.content, "published": published.content}


def read_everything(server: ServerProcess, keys: dict[str, Path]) -> dict[str, bytes]:
    """Every table in every format, every page, the trail, the sender's own batches, and the machine's own words."""
    told = {}
    with httpx.Client(base_url=server.url, follow_redirects=True) as client:
        release = client.get("/api/v1/releases/latest").json()
        for table in release["tables"]:
            for form in table["formats"]:
                content = client.get(f"/api/v1/releases/latest/tables/{table['table']}.{form}").content
                told[f"{table['table']}.{form}"] = unzipped(content) if form == "xlsx" else content
            told[f"page {table['table']}"] = client.get(f"/releases/latest/tables/{table['table']}").content
        for address in (
            "/",
            "/releases",
            "/releases/latest",
            "/api/v1/openapi.json",
            "/api/v1/schema",
            "/nowhere",
        ):
            told[f"page {address}"] = client.get(address).content
        sender = {"Authorization": f"Bearer {key_of(keys['shelter'])}"}
        told["own batches"] = client.get("/api/v1/batches", headers=sender).content
        auditor = {"Authorization": f"Bearer {key_of(keys['auditor'])}"}
        told["trail"] = client.get("/api/v1/audit", headers=auditor).content
    return told


def dump_of(home: Path) -> dict[str, bytes]:
    """Every table as text: on disk the database may have compressed what a search of its files would miss.

    Tokens are bytes there, written as digits: a mark among them is found in that spelling.
    """
    asked = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'link')"
    with running_postgres(home) as server, server.superuser_connection(DATABASE) as connection:
        dump = {}
        for schema, table in connection.execute(asked).fetchall():
            with connection.cursor().copy(f"COPY {schema}.{table} TO STDOUT (HEADER)".encode()) as copy:
                # COPY doubles the backslashes of escaped letters.
                dump[f"dump of {table}"] = b"".join(copy).replace(b"\\\\", b"\\")
        return dump


def a_marked_case(**changes: str) -> dict[str, str]:
    return {**a_case(), **MARKED, **changes}


def as_json(**changes: str) -> bytes:
    return json.dumps({"cases": [a_marked_case(**changes)]}).encode()


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        return b"".join(name.encode() + workbook.read(name) for name in workbook.namelist())


def key_of(file: Path) -> str:
    return file.read_text().splitlines()[0].removeprefix("key = ")


def checked(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    assert done.returncode == 0, done.stderr.decode()
    return done
