"""Link tokens for one sending: the laptop asks the custodians, once there is a row that names somebody.

Nothing is asked for a sheet without names. Where a custodian is away the sheet is sent all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import KeyRing
from anonymizer.commands.pinning import trusted_keys
from anonymizer.commands.printing import say
from anonymizer.linking.asking import Custodian, CustodianAway, RemoteTokenizer, fetch_linkage_list
from anonymizer.linking.custodians import CustodianRole, LinkageList, LinkageListRefused
from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.errors import ProofRefused
from anonymizer.sending import ClearingPoint

NO_TRUSTEE_KEY = (
    "There is no key of the trustee on this machine: the clearing point itself will ask the trustee later. Your "
    "organization's own is better: put it as `trustee_key = …` into the key file, or use `clearpoint login`."
)
TRUSTEE_AWAY = "The trustee cannot be reached now: the clearing point itself will ask it later."
QUOTA_OVER = (
    "Not all persons could be given link tokens today. The cases are sent all the same; send the same file again "
    "tomorrow, then they get theirs and nothing is counted twice."
)
NO_TOKENS = (
    "The cases are sent without link tokens. Once that is settled, send the same file again: then they get theirs, and "
    "nothing is counted twice."
)
PROOF_REFUSED = (
    "A custodian used another key than the signed list names. Nothing was sent. Tell the clearing point on another "
    "way than this one."
)


@dataclass
class SenderTokenizer:
    """A `Tokenizer` for one sending. Use it as a context. It never shows what it was given."""

    point: ClearingPoint
    keys: KeyRing
    folder: Path
    random: Callable[[int], bytes] = os.urandom
    _open: ExitStack = field(default_factory=ExitStack)
    _remote: RemoteTokenizer | None = None
    _is_ready: bool = False
    _is_over: bool = False
    _listed: LinkageList | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def is_linking(self) -> bool:
        """Whether the clearing point links cases at all. Asks it, once. Raises Stop, SendingError."""
        if not self._is_ready:
            self._remote, self._is_ready = self._opened(), True
        return self._remote is not None

    @property
    def needs_trustee(self) -> bool:
        """Whether tokens without the trustee's key wait for it at the clearing point."""
        return self._listed is not None and self._listed.linkage == "two_custodians"

    @property
    def said(self) -> str:
        """What decides over the tokens beside the rows: another key or a custodian who is away makes another batch."""
        if self._remote is None or self._listed is None:
            return ""
        epoch = self._listed.key_in_use(CustodianRole.CLEARING_POINT).epoch
        return f"{epoch} {self._remote.was_away} {self._is_over}"

    def __call__(self, rows: Sequence[Sequence[bytes]]) -> Sequence[LinkTokens | None]:
        """Tokens of the rows; None for all of them where nothing is linked, and for those beyond the day's quota."""
        if not self.is_linking() or self._remote is None:
            return [None] * len(rows)
        if not self._is_over:
            try:
                return self._told(self._remote(rows))
            except CustodianAway:
                self._is_over = True
                say(QUOTA_OVER)
            except ProofRefused:
                raise Stop(PROOF_REFUSED, ExitCode.REFUSED) from None
        return [self._remote.made(row) for row in rows]

    def _opened(self) -> RemoteTokenizer | None:
        try:
            self._listed = self._fetched()
            if self._listed is None or self._listed.linkage == "off":
                return None
            own = self._open.enter_context(Custodian(self.point.address, self.keys.api_key()))
            return RemoteTokenizer(self._listed, self._trustee(self._listed), own, random=self.random)
        except LinkageListRefused as refused:
            say(f"{refused} {NO_TOKENS}")
            return None

    def _fetched(self) -> LinkageList | None:
        trusted = trusted_keys(self.point, self.folder)
        return fetch_linkage_list(self.point.address, trusted) if trusted else None

    def _trustee(self, listed: LinkageList) -> Custodian | None:
        if listed.linkage != "two_custodians" or listed.trustee_url is None:
            return None
        if not (key := self.keys.trustee_key()):
            say(NO_TRUSTEE_KEY)
            return None
        return self._open.enter_context(Custodian(listed.trustee_url, key))

    def _told(self, made: Sequence[LinkTokens]) -> Sequence[LinkTokens]:
        if self._remote is not None and self._remote.was_away and not self._was_told:
            self._was_told = True
            say(TRUSTEE_AWAY)
        return made

    _was_told: bool = False
