"""Asks custodians to apply their keys to what they cannot see, over HTTP.

It speaks to nobody but the address that it was given, follows no redirect, takes no proxy from the environment, and
believes no answer whose proof does not fit the signed list. No input, element or key goes into an error.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
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
TIMEOUT = httpx.Timeout(connect=10.0, write=30.0, read=120.0, pool=10.0)
"""Seconds. A full call takes a custodian about a second; a few may wait for each other."""
CASES_TOGETHER = 16
"""A trustee is asked for whole multiples of so many cases, the rest being random elements. Otherwise it would learn
from the count, and its time, that one woman was registered on the evening after a raid."""
PADDED_TO = CASES_TOGETHER * SLOTS

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
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = str(check_address(url)).rstrip("/")
        self._sleep = sleep
        self._client = open_client(transport, {"Authorization": f"Bearer {key}"})

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
        for attempt in range(1, ATTEMPTS + 1):
            response = self._attempt(f"{self.address}/api/v1/{path}", document)
            if response is not None and response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return _successful(response)
            if attempt < ATTEMPTS:
                self._sleep(FIRST_WAIT * 2 ** (attempt - 1))
        raise CustodianAway("A custodian of the keys of linkage cannot be reached. Try again later.")

    def _attempt(self, url: str, document: dict[str, object]) -> httpx.Response | None:
        """The response, or None when the connection failed."""
        try:
            return self._client.post(url, json=document)
        except httpx.TransportError as error:
            if is_wrong_certificate(error):
                raise CallRefused(WRONG_CERTIFICATE) from None
            return None


class Asked:
    """A custodian together with the key that the signed list names for it. `padded_to` elements are asked at once."""

    def __init__(
        self, custodian: Custodian, key: CustodianKey, *, random: Random, padded_to: int = 1
    ) -> None:
        self.epoch = key.epoch
        self._custodian = custodian
        self._public_key = key.public_key
        self._random = random
        self._padded_to = padded_to

    def evaluate(self, blinded: Sequence[bytes]) -> list[bytes]:
        """The elements with the key applied, in their order. Raises SendingError, and ProofRefused."""
        evaluated: list[bytes] = []
        for at in range(0, len(blinded), MOST_ELEMENTS):
            evaluated += self._evaluate(blinded[at : at + MOST_ELEMENTS])
        return evaluated

    def _evaluate(self, blinded: Sequence[bytes]) -> tuple[bytes, ...]:
        padding = -len(blinded) % self._padded_to
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
    with open_client(transport, {}) as client:
        try:
            response = client.get(url)
        except httpx.TransportError as error:
            if is_wrong_certificate(error):
                raise CallRefused(WRONG_CERTIFICATE) from None
            raise CustodianAway(
                "A custodian of the keys of linkage cannot be reached. Try again later."
            ) from None
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    return _successful(response, longest=LONGEST_LIST).content


def open_client(transport: httpx.BaseTransport | None, headers: dict[str, str]) -> httpx.Client:
    """Certificates are checked as the environment says (SSL_CERT_FILE); a proxy would see who asks, and when."""
    return httpx.Client(
        headers=headers,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        verify=httpx.create_ssl_context(trust_env=True),
        transport=transport,
    )


def _successful(response: httpx.Response, *, longest: int = 2 * LONGEST_MESSAGE) -> httpx.Response:
    """The response, or the SendingError of its status. A quota that is used up counts as a custodian who is away."""
    if response.is_success:
        if len(response.content) > longest:
            raise CallRefused(NOT_A_CUSTODIAN)
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
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return "", ""
    code, detail = problem.get("code"), problem.get("detail")
    return code if isinstance(code, str) else "", detail if isinstance(detail, str) else ""
