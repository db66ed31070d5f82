"""What the OpenAPI document says of the door for batches: the forms of a body, and every answer."""

from __future__ import annotations

from typing import Any

from app.services.arrivals import MEDIA_TYPES

_STATS: dict[str, Any] = {
    "type": "object",
    "description": "Rows. received = created + updated + unchanged + rejected, unless nothing was stored.",
    "properties": {
        fate: {"type": "integer"} for fate in ("received", "created", "updated", "unchanged", "rejected")
    },
}
_CONFLICT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sheet": {"type": "string", "description": "`cases`, or the module or form"},
        "entity": {"type": "string"},
        "row": {"type": "integer", "description": "as a spreadsheet shows it; 0: not one row"},
        "column": {"type": "string"},
        "number": {"type": "string", "description": "of the page that explains it"},
        "code": {"type": "string"},
        "message": {"type": "string"},
        "severity": {"enum": ["error", "warning"]},
    },
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "status": {"enum": ["OK", "WARNING", "ERROR", "PENDING"]},
        "dry_run": {"type": "boolean"},
        "batch_id": {"type": ["string", "null"], "format": "uuid"},
        "stats": _STATS,
        "modules": {
            "type": "object",
            "description": "The same for each other sheet that came.",
            "additionalProperties": _STATS,
        },
        "dropped": {
            "type": "object",
            "description": "Cells that named somebody, by field.",
            "additionalProperties": {"type": "integer"},
        },
        "conflicts": {"type": "array", "items": _CONFLICT},
        "conflicts_total": {"type": "integer", "description": "all, also those that are not listed"},
        "receipt": {"type": ["object", "null"]},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457, with a stable `code`.",
    "properties": {name: {"type": "string"} for name in ("type", "title", "code", "detail")},
}
_REFUSED: dict[str, Any] = {
    "anyOf": [
        {"allOf": [_PROBLEM, _ANSWER], "description": "a batch of which nothing was stored"},
        {**_PROBLEM, "description": "a parameter that is wrong, or an idempotency key of another batch"},
    ]
}

BODY: dict[str, Any] = {
    "required": True,
    "content": {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES},
}
"""Of `POST /batches`."""


def _says(description: str, schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _says_no(description: str, schema: dict[str, Any] = _PROBLEM) -> dict[str, Any]:
    return _says(description, schema, "application/problem+json")


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _says("Stored, or tried in a dry run", _ANSWER),
    202: {
        **_says("Cleared, and waiting to be stored: ask the address in `Location`", _ANSWER),
        "headers": {
            "Location": {"schema": {"type": "string"}},
            "Retry-After": {"schema": {"type": "integer"}},
        },
    },
    401: _says_no("No key, or one that opens nothing"),
    403: _says_no("A key that may not send batches"),
    413: _says_no("More bytes than this form may have"),
    415: _says_no("A form that this door does not read, or a compressed body"),
    422: _says_no("Nothing was stored", _REFUSED),
    503: _says_no("Nothing was stored; the same call may succeed later"),
}
"""Of `POST /batches`, by status."""
