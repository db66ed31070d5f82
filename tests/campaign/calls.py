"""Sending one attempt to a real server, and judging what comes back without knowing what would be right."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from tests.anonymizer.case_sheets import MARKS
from tests.campaign.attempts import MARK, Attempt
from tests.campaign.random_files import CASE_NUMBER_MARK
from tests.flows.canary import find_marks, marks

EXPECTED = frozenset({200, 202, 413, 415, 422})
SECONDS = 120
SEARCHED = marks((MARK, CASE_NUMBER_MARK, *MARKS))
BROKEN_OFF = "broken off by us"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: a word for the summary, and what is wrong with it, if anything."""

    attempt: Attempt
    word: str
    wrong: str = ""


def send(client: httpx.Client, attempt: Attempt) -> Outcome:
    """Send it and judge the answer."""
    if attempt.is_broken_off:
        _break_off(client, attempt)
        return Outcome(attempt, BROKEN_OFF)
    try:
        answer = client.post(
            "/api/v1/batches",
            content=attempt.body,
            params=dict(attempt.options),
            headers=dict(attempt.headers),
        )
    except httpx.HTTPError as error:
        return Outcome(attempt, "no answer", f"no answer: {type(error).__name__}")
    return Outcome(attempt, _word(answer), _wrong(answer))


def leaked(contents: Iterable[tuple[str, bytes]]) -> list[str]:
    """The names of those contents that hold something of a file that was sent."""
    return [name for name, content in contents if find_marks(content, SEARCHED)]


def _word(answer: httpx.Response) -> str:
    told = _json(answer)
    conflicts = told.get("conflicts")
    code = conflicts[0]["code"] if isinstance(conflicts, list) and conflicts else told.get("code", "")
    return f"{answer.status_code} {told.get('status') if answer.status_code < 300 else code}"


def _wrong(answer: httpx.Response) -> str:
    if answer.status_code not in EXPECTED:
        return f"status {answer.status_code}"
    if not _json(answer):
        return "an answer that is no JSON object"
    said = answer.content + repr(answer.headers).encode()
    return "an answer that repeats what was sent" if find_marks(said, SEARCHED) else ""


def _json(answer: httpx.Response) -> dict[str, object]:
    with suppress(ValueError):
        told = answer.json()
        if isinstance(told, dict):
            return told
    return {}


def _break_off(client: httpx.Client, attempt: Attempt) -> None:
    """Half of the body, and the line is cut. What the server says to that, nobody hears."""
    place = urlsplit(str(client.base_url))
    headers = {
        **attempt.headers,
        "Host": place.netloc,
        "Authorization": client.headers["Authorization"],
        "Content-Length": str(len(attempt.body) + 1),
    }
    lines = [f"POST /api/v1/batches?{urlencode(attempt.options)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with (
        suppress(OSError),
        socket.create_connection((place.hostname, place.port), timeout=SECONDS) as line,
    ):
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        line.sendall(attempt.body[: len(attempt.body) // 2])
