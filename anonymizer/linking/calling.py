"""Asks custodians to apply their keys to what they cannot see, over HTTP.

It speaks to nobody but the address that it was given, follows no redirect, takes no proxy from the environment, unpacks
nothing, and believes no answer whose proof does not fit the signed list. No input, element or key goes into an error.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import httpx

from anonymizer.addresses import check_address
from anonymizer.linking.custodians import LONGEST_LIST, PATH, CustodianKey, LinkageList, read_linkage_list
from anonymizer.oprf.evaluations import MOST_ELEMENTS, check_evaluation
from anonymizer.oprf.group import Random, random_element
from anonymizer.oprf.messages import LONGEST_MESSAGE, Call, MessageUnreadable, read_answer, write_call
from anonymizer.oprf.protocol import Evaluation
from anonymizer.policy import SLOTS
from anonymizer.receipts import PublishedKeys
from anonymizer.sending import is_wrong_certificate
from anonymizer.sending_errors import CallRefused, TryLater, error_of

ATTEMPTS = 3
"""One call and two repetitions."""
FIRST_WAIT = 1.0
"""Seconds before the first repetition; the next wait is twice as long."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a custodian is asked, and how many seconds it has for each answer, first and last byte."""

    attempts: int
    seconds: float


PATIENT = Patience(ATTEMPTS, 120.0)
"""Of a sender. A full call takes a custodian about a second; a few may wait for each other."""
IMPATIENT = Patience(1, 10.0)
"""Of a server on which others wait meanwhile: sixteen cases take a trustee a fifth of a second."""
LONGEST_CONNECT = 10.0
"""Seconds."""
CASES_TOGETHER = 16
"""A trustee is asked for so many cases in each call, the rest being random elements. Otherwise it would learn from the
count, and its time, that one woman was registered on the evening after a raid. No more go together, so that what is
left of a day's quota is used up to the last sixteen cases."""
PADDED_TO = CASES_TOGETHER * SLOTS
UNPACKED = "identity"
"""The one encoding that is read (RFC 9110, section 12.5.3): a packed megabyte can unpack to a thousand."""

AWAY = "A custodian of the keys of linkage cannot be reached. Try again later."
NOT_A_CUSTODIAN = "What answered is no custodian of a key. Check the address."
WRONG_CERTIFICATE = (
    "The server cannot prove that it is the custodian: its certificate does not verify. Nothing was sent. Check the "
    "address, or ask whoever runs the server."
)


class CustodianAway(TryLater):
    """The custodian cannot be reached, is too busy, or has answered as much as its quota of this day allows."""


class Custodian:
    """The door of one custodian, seen with the organization's own key there. Close it, or use it as a context.

    `sleep` waits (seconds); `transport` stands in for the network.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: Patience = PATIENT,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = str(check_address(url)).rstrip("/")
        self._patience = patience
        self._sleep = sleep
        self._client = open_client(transport, {"Authorization": f"Bearer {key}"}, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def evaluate(self, call: Call) -> Evaluation:
        """What the custodian made of the call; its proof is not checked yet. Raises SendingError.

        CustodianAway is among them, for which a reader may have another way.
        """
        response = self.post("evaluations", write_call(call))
        try:
            return read_answer(response.content, call)
        except MessageUnreadable:
            raise CallRefused(NOT_A_CUSTODIAN) from None

    def post(self, path: str, document: dict[str, object]) -> httpx.Response:
        """The custodian's answer to a document. Raises SendingError."""
        for attempt in range(1, self._patience.attempts + 1):
            response = self._attempt(f"{self.address}/api/v1/{path}", document)
            if response is not None and response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return _successful(response)
            if attempt < self._patience.attempts:
                self._sleep(FIRST_WAIT * 2 ** (attempt - 1))
        raise CustodianAway(AWAY)

    def _attempt(self, url: str, document: dict[str, object]) -> httpx.Response | None:
        """The response, or None when the connection failed."""
        try:
            with self._client.stream("POST", url, json=document) as arriving:
                return _read(arriving, 2 * LONGEST_MESSAGE, self._patience)
        except httpx.TransportError as error:
            if is_wrong_certificate(error):
                raise CallRefused(WRONG_CERTIFICATE) from None
            return None


class Asked:
    """A custodian together with the key that the signed list names for it. One with `padded_to` is asked for exactly
    so many elements in each call."""

    def __init__(
        self, custodian: Custodian, key: CustodianKey, *, random: Random, padded_to: int | None = None
    ) -> None:
        self.epoch = key.epoch
        self._custodian = custodian
        self._public_key = key.public_key
        self._random = random
        self._padded_to = padded_to

    def evaluate(self, blinded: Sequence[bytes]) -> list[bytes]:
        """The elements with the key applied, in their order. Raises SendingError, and ProofRefused."""
        return list(chain.from_iterable(self.in_calls(blinded)))

    def in_calls(self, blinded: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
        """The same call by call, for who keeps what was answered before one fails."""
        size = self._padded_to or MOST_ELEMENTS
        for at in range(0, len(blinded), size):
            yield self._evaluate(blinded[at : at + size])

    def _evaluate(self, blinded: Sequence[bytes]) -> tuple[bytes, ...]:
        padding = max(0, (self._padded_to or 0) - len(blinded))
        asked = (*blinded, *(random_element(self._random) for _ in range(padding)))
        evaluation = self._custodian.evaluate(Call(self.epoch, asked))
        check_evaluation(self._public_key, asked, evaluation)
        return evaluation.elements[: len(blinded)]


def fetch_linkage_list(
    url: str, published: PublishedKeys, *, transport: httpx.BaseTransport | None = None
) -> LinkageList | None:
    """The signed list of a clearing point, or None where there is none. Raises SendingError, LinkageListRefused."""
    text = fetch_published(str(check_address(url)).rstrip("/") + PATH, transport=transport)
    return None if text is None else read_linkage_list(text, published)


def fetch_published(url: str, *, transport: httpx.BaseTransport | None = None) -> bytes | None:
    """What is published at an address, or None where nothing is. Raises SendingError."""
    with open_client(transport, {}, PATIENT) as client:
        try:
            with client.stream("GET", url) as arriving:
                response = _read(arriving, LONGEST_LIST, PATIENT)
        except httpx.TransportError as error:
            if is_wrong_certificate(error):
                raise CallRefused(WRONG_CERTIFICATE) from None
            raise CustodianAway(AWAY) from None
    return None if response.status_code == httpx.codes.NOT_FOUND else _successful(response).content


def open_client(
    transport: httpx.BaseTransport | None, headers: dict[str, str], patience: Patience
) -> httpx.Client:
    """Certificates are checked as the environment says (SSL_CERT_FILE); a proxy would see who asks, and when."""
    return httpx.Client(
        headers={"Accept-Encoding": UNPACKED, **headers},
        timeout=httpx.Timeout(patience.seconds, connect=min(patience.seconds, LONGEST_CONNECT)),
        follow_redirects=False,
        trust_env=False,
        verify=httpx.create_ssl_context(trust_env=True),
        transport=transport,
    )


def _read(arriving: httpx.Response, longest: int, patience: Patience) -> httpx.Response:
    """The answer with its body, as far as anybody reads it: nothing that is packed, no more than `longest` bytes of a
    refusal, and of anything else neither more nor later than was agreed. Raises CallRefused, httpx.ReadTimeout."""
    until, content = time.monotonic() + patience.seconds, b""
    if arriving.headers.get("Content-Encoding", UNPACKED).lower() != UNPACKED:
        return httpx.Response(arriving.status_code)
    for block in arriving.iter_bytes():
        content += block
        if len(content) > longest and arriving.is_success:
            raise CallRefused(NOT_A_CUSTODIAN)
        if len(content) > longest:
            return httpx.Response(arriving.status_code)
        if time.monotonic() > until:
            raise httpx.ReadTimeout("The answer takes too long.")
    return httpx.Response(arriving.status_code, content=content)


def _successful(response: httpx.Response) -> httpx.Response:
    """The response, or the SendingError of its status. A quota that is used up counts as a custodian who is away."""
    if response.is_success:
        return response
    code, detail = _told(response)
    error = error_of(response.status_code, code, detail)
    if isinstance(error, TryLater):
        raise CustodianAway(str(error))
    raise error


def _told(response: httpx.Response) -> tuple[str, str]:
    """The stable code and the sentence of a problem (RFC 9457), empty where there is none."""
    try:
        problem = json.loads(response.content)
    except (ValueError, RecursionError):
        problem = None
    if not isinstance(problem, dict):
        return "", ""
    code, detail = problem.get("code"), problem.get("detail")
    return code if isinstance(code, str) else "", detail if isinstance(detail, str) else ""
