"""The receipt of a batch as one page to print or to keep: it loads nothing, from here or from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.web.assets import FOLDER
from app.web.rendering import Site, render, to_the_minute

FATES = ("received", "created", "updated", "unchanged", "rejected")
MOMENTS = ("received_at", "signed_at", "withdrawn_at")
CASE_SHEET = "Case sheet"
NOT_SAID = "not signed"
"""What stands in a place for which the receipt has nothing: receipts had no signatures once."""
SHOWN = (
    "clearing_point",
    "organization",
    "batch_id",
    "legal_basis",
    "law",
    "schema_version",
    "policy_version",
)
PROOF = ("digest", "key_id", "signature")


def draw_receipt(site: Site, receipt: Mapping[str, object]) -> HTMLResponse:
    """The page, with a policy for its browser that allows its own style and nothing else."""
    page = render(
        "receipt.html",
        site,
        receipt={name: receipt.get(name, NOT_SAID) for name in (*SHOWN, *PROOF)},
        moments={name: _moment(receipt.get(name)) for name in MOMENTS},
        fates=[fate.capitalize() for fate in FATES],
        sheets=list(_sheets(receipt)),
        text=json.dumps(receipt, ensure_ascii=False),
        style=Markup(_style()),  # noqa: S704 - a file of ours
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _policy()})


def _sheets(receipt: Mapping[str, object]) -> Iterator[tuple[str, list[object]]]:
    yield CASE_SHEET, _counts(receipt)
    modules = receipt.get("modules")
    if isinstance(modules, Mapping):
        for name, counts in modules.items():
            yield str(name).replace("_", " ").capitalize(), _counts(counts)


def _counts(counts: Mapping[str, object]) -> list[object]:
    return [counts.get(fate, "") for fate in FATES]


def _moment(text: object) -> str | None:
    return to_the_minute(datetime.fromisoformat(text)) if isinstance(text, str) else None


@cache
def _style() -> str:
    return (FOLDER / "receipt.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
