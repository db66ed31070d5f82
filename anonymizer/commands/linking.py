"""Link tokens for one sending: the laptop asks the custodians, once there is a row that names somebody.

Nothing is asked for a sheet without names. Where a custodian is away the sheet is sent all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Self

from anonymizer.addresses import check_address
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import KeyRing
from anonymizer.commands.pinning import note_seen, seen_at, trusted_keys
from anonymizer.commands.printing import say
from anonymizer.linking.asking import Custodian, CustodianAway, RemoteTokenizer, fetch_linkage_list
from anonymizer.linking.custodians import CustodianRole, LinkageList, LinkageListRefused
from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.errors import ProofRefused
from anonymizer.sending import ClearingPoint

NO_TRUSTEE_KEY = (
    "There is no key of the trustee on this machine: the clearing point itself will ask the trustee later. Your "
    "organization's own is better: put it as `trustee_key = …` with `trustee_url = …` into the key file, or use "
    "`clearpoint login`."
)
FIRST_TRUSTEE = (
    "Your key of the trustee goes to {url} from now on, and to no other address. Compare it with what the trustee told "
    "you, and put it as `trustee_url = …` beside the key."
)
OTHER_TRUSTEE = (
    "ATTENTION: the clearing point names another address of the trustee than this machine knows. Your key of the "
    "trustee was not sent there, and link tokens are made without the trustee. Ask the trustee on another way; if it "
    "has moved, put its new address as `trustee_url = …` beside the key."
)
OLD_LIST = (
    "ATTENTION: the clearing point shows an older list of the custodians' keys than it did before. Tell it on another "
    "way than this one."
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
SIDE_BY_SIDE = timedelta(minutes=1)
"""Two commands at once may keep their lists in another order than they were signed in."""


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
        listed = fetch_linkage_list(self.point.address, trusted) if trusted else None
        seen = seen_at(self.folder, self.point.address)
        if listed is None or seen is None:
            return None
        newest = seen.signed_at or listed.signed_at
        if listed.signed_at < newest - SIDE_BY_SIDE:
            raise LinkageListRefused(OLD_LIST)
        note_seen(self.folder, self.point.address, replace(seen, signed_at=max(newest, listed.signed_at)))
        return listed

    def _trustee(self, listed: LinkageList) -> Custodian | None:
        if listed.linkage != "two_custodians" or listed.trustee_url is None:
            return None
        if not (key := self.keys.trustee_key()):
            say(NO_TRUSTEE_KEY)
            return None
        named = str(check_address(listed.trustee_url)).rstrip("/")
        if named != self._known_trustee(named):
            say(OTHER_TRUSTEE)
            return None
        return self._open.enter_context(Custodian(named, key))

    def _known_trustee(self, named: str) -> str:
        """The one address to which the key of the trustee goes: the one beside it, or else the first that was named."""
        if beside := self.keys.trustee_url():
            return str(check_address(beside)).rstrip("/")
        seen = seen_at(self.folder, self.point.address)
        if seen is not None and seen.trustee_url is None:
            say(FIRST_TRUSTEE.format(url=named))
            note_seen(self.folder, self.point.address, replace(seen, trustee_url=named))
            return named
        return "" if seen is None or seen.trustee_url is None else seen.trustee_url

    def _told(self, made: Sequence[LinkTokens]) -> Sequence[LinkTokens]:
        if self._remote is not None and self._remote.was_away and not self._was_told:
            self._was_told = True
            say(TRUSTEE_AWAY)
        return made

    _was_told: bool = False
