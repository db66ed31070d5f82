"""Carries a batch from this machine to the clearing point over HTTP, and brings the answer back.

It sends what it is given and never looks inside. It must never follow a redirect, speak without encryption to
another machine, or put a word of a body or a key into an error.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Self
from uuid import UUID

import httpx

from anonymizer.addresses import check_address, is_this_machine
from anonymizer.sending_errors import CallRefused, TryLater, error_of

ATTEMPTS = 5
"""One call and four repetitions: with the waits below about fifteen seconds of a lost connection."""

FIRST_WAIT = 1.0
"""Seconds before the first repetition; each further wait is twice as long."""

LONGEST_WAIT = 60.0
"""Seconds. A server that asks for more (Retry-After) is asked again later, by the person or the timer."""

TIMEOUT = httpx.Timeout(connect=10.0, write=60.0, read=600.0, pool=10.0)
"""Seconds. The answer to a batch comes after it is committed, so that reading has to wait for a large one."""

LARGE_BATCH = 16 * 1024 * 1024
"""Bytes. Above it the sender would rather follow a batch than wait for its answer on one connection."""

FIRST_LOOK = 1.0
"""Seconds before a batch that waits is asked for; each further wait is half as long again."""
LONGEST_LOOK = 30.0
LONGEST_FOLLOWED = 3_600.0
"""Seconds. A batch that waits longer is looked for later, by its id."""
PENDING = "PENDING"
"""The status of a batch whose cleared rows wait to be stored."""

REPEATED_STATUSES = frozenset({429, 503})
"""RFC 6585 section 4, RFC 9110 section 15.6.4: nothing was done, and the same call may succeed later."""


@dataclass(frozen=True)
class Organization:
    """What the clearing point knows about the key's organization and clearing needs: ISO country codes and
    the defaults of its agreement. `law` is empty where the agreement names none."""

    name: str
    countries: tuple[str, ...]
    default_country: str
    legal_basis: str
    law: str


@dataclass(frozen=True)
class Answer:
    """The clearing point's answer as it came: `text` is the body itself, `content` the same as a mapping."""

    text: str
    content: Mapping[str, object]


@dataclass(frozen=True)
class Batch:
    """One batch on its way. `body` is called once an attempt and gives the same bytes each time; `size` is about how
    many bytes they are."""

    body: Callable[[], Iterable[bytes]] = field(repr=False)
    content_type: str
    options: Mapping[str, str]
    idempotency_key: str
    size: int = 0


class ClearingPoint:
    """The API of one clearing point, seen with one API key. Close it, or use it as a context.

    `say` gets a sentence before each repetition, `sleep` waits (seconds).
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        address = check_address(url)
        self.address = str(address)
        self._say = say
        self._sleep = sleep
        self._signing_keys = f"{str(address).rstrip('/')}/.well-known/clearing-point-keys.json"
        # A proxy of the environment would see what is meant for this machine alone.
        self._client = httpx.Client(
            base_url=httpx.URL(str(address).rstrip("/") + "/api/v1/"),
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT,
            trust_env=not is_this_machine(address.host),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def read_organization(self) -> Organization:
        """Ask whose key this is. Raises SendingError."""
        content = self._get("me").content
        countries = content.get("countries")
        if not isinstance(countries, list) or not countries:
            _refuse_stranger()
        codes = tuple(str(code) for code in countries)
        return Organization(
            name=_text(content, "organization"),
            countries=codes,
            default_country=_text(content, "default_country") or codes[0],
            legal_basis=_text(content, "legal_basis"),
            law=_text(content, "law"),
        )

    def send_batch(self, batch: Batch) -> Answer:
        """Send a batch and return its answer, also when nothing was stored (`status` is ERROR then) or when it waits
        to be stored (PENDING).

        An attempt that ends without an answer is repeated with the same Idempotency-Key, so that the batch is
        stored once. Raises SendingError, and whatever the body raises while it is read.
        """
        headers = {"Content-Type": batch.content_type, "Idempotency-Key": batch.idempotency_key}
        if batch.size > LARGE_BATCH:
            headers["Prefer"] = "respond-async"  # RFC 7240 section 4.1
        response = self._call(
            lambda: self._client.build_request(
                "POST", "batches", params=dict(batch.options), headers=headers, content=batch.body()
            )
        )
        return _answer(response)

    def follow_batch(self, batch_id: UUID, *, tell: Callable[[str], None] = lambda _: None) -> Answer:
        """Wait until a batch is stored or refused, and return its answer. `tell` gets its status at each look.

        Raises SendingError; TryLater when it takes longer than LONGEST_FOLLOWED.
        """
        waited, wait = 0.0, FIRST_LOOK
        while waited < LONGEST_FOLLOWED:
            self._sleep(wait)
            waited, wait = waited + wait, min(wait * 1.5, LONGEST_LOOK)
            answer = self.read_batch(batch_id)
            if answer.content.get("status") != PENDING:
                return answer
            tell(PENDING)
        raise TryLater("The batch still waits to be stored. Ask for it later with `clearpoint status`.")

    def list_batches(self) -> Answer:
        """The organization's own batches. Raises SendingError."""
        return self._get("batches")

    def read_batch(self, batch_id: UUID) -> Answer:
        """One of the organization's own batches. Raises SendingError."""
        return self._get(f"batches/{batch_id}")

    def read_receipt(self, batch_id: UUID) -> Answer:
        """The receipt of one of the organization's own batches. Raises SendingError."""
        return self._get(f"batches/{batch_id}/receipt")

    def read_receipt_page(self, batch_id: UUID) -> str:
        """The same receipt as a page to print. Raises SendingError."""
        headers = {"Accept": "text/html"}
        response = self._call(
            lambda: self._client.build_request("GET", f"batches/{batch_id}/receipt", headers=headers)
        )
        if response.is_success and not response.headers.get("Content-Type", "").startswith("text/html"):
            _refuse_stranger()
        return response.text if response.is_success else _answer(response).text

    def read_signing_keys(self) -> bytes | None:
        """The published keys of receipts, or None where there are none. Raises SendingError."""
        response = self._call(lambda: self._client.build_request("GET", self._signing_keys))
        return response.content if response.is_success else None

    def withdraw_batch(self, batch_id: UUID) -> Answer:
        """Take back one of the organization's own batches. Raises SendingError."""
        return _answer(self._call(lambda: self._client.build_request("POST", f"batches/{batch_id}/withdraw")))

    def withdraw_cases(self, case_numbers: Sequence[str]) -> Answer:
        """Take back the organization's own cases, by number or token. Raises SendingError."""
        named = {"case_numbers": list(case_numbers)}
        return _answer(self._call(lambda: self._client.build_request("POST", "withdrawals", json=named)))

    def withdraw_persons(self, cells: Sequence[str]) -> Answer:
        """Hand on that persons want to be erased, by their link tokens. Raises SendingError."""
        named = {"persons": list(cells)}
        return _answer(self._call(lambda: self._client.build_request("POST", "withdrawals", json=named)))

    def read_owed(self, year: int) -> Answer:
        """What the organization owes for a year, and what came of it. Raises SendingError."""
        return self._get(f"obligations?year={year}")

    def say_nothing_to_send(self, year: int, sheet: str) -> Answer:
        """Say that the organization has nothing to send for a year. Raises SendingError."""
        path = f"obligations/{year}/{sheet}/nothing"
        return _answer(self._call(lambda: self._client.build_request("POST", path)))

    def _get(self, path: str) -> Answer:
        return _answer(self._call(lambda: self._client.build_request("GET", path)))

    def _call(self, build: Callable[[], httpx.Request]) -> httpx.Response:
        """Send until there is an answer that counts, at most ATTEMPTS times."""
        for attempt in range(1, ATTEMPTS + 1):
            outcome = self._attempt(build())
            if isinstance(outcome, httpx.Response) and outcome.status_code not in REPEATED_STATUSES:
                return outcome
            if attempt < ATTEMPTS:
                wait = _wait_before_next(outcome, attempt)
                self._say(f"{_reason(outcome)} Trying again in {wait:.0f} s ({attempt} of {ATTEMPTS - 1}).")
                self._sleep(wait)
        if isinstance(outcome, httpx.Response):
            return outcome
        raise TryLater("There is no connection to the clearing point. Send the same batch again later.")

    def _attempt(self, request: httpx.Request) -> httpx.Response | None:
        """The response, or None when the connection failed. Raises CallRefused for a wrong certificate."""
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            if is_wrong_certificate(error):
                raise CallRefused(
                    "The server cannot prove that it is the clearing point: its certificate does not verify. "
                    "Nothing was sent. Check the address, or ask whoever runs the server."
                ) from None
            return None


def is_wrong_certificate(error: BaseException) -> bool:
    """Whether a connection failed because the other side could not prove who it is."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _wait_before_next(outcome: httpx.Response | None, attempt: int) -> float:
    """Seconds to wait: what the server asked for, else twice as long each time."""
    asked = outcome.headers.get("Retry-After", "") if outcome is not None else ""
    wait = float(asked) if asked.isdecimal() else FIRST_WAIT * 2 ** (attempt - 1)
    return min(wait, LONGEST_WAIT)


def _reason(outcome: httpx.Response | None) -> str:
    return (
        "There is no connection to the clearing point." if outcome is None else "The clearing point is busy."
    )


def _answer(response: httpx.Response) -> Answer:
    """The answer of a response; raises the SendingError of its status unless it is one about a batch."""
    content = _content(response)
    if response.is_success:
        if content is None:
            _refuse_stranger()
        return Answer(response.text, content)
    if (
        response.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        and content is not None
        and "stats" in content
    ):
        return Answer(response.text, content)
    told = content or {}
    raise error_of(response.status_code, _text(told, "code"), _text(told, "detail"))


def _content(response: httpx.Response) -> Mapping[str, object] | None:
    """The JSON object in a response, or None when there is none."""
    try:
        content = json.loads(response.content)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _text(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _refuse_stranger() -> NoReturn:
    raise CallRefused("What answered is not a clearing point. Check the address.")
