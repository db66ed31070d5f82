"""How `clearpoint send` brings one file to the clearing point: cleared or as it is, once, and followed to its end.

Unless the file is sent as it is, only cleared rows leave this machine. All rows or nothing is decided before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from anonymizer import Profile, Unreadable
from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.keys import NO_CASE_KEY, KeyRing
from anonymizer.commands.linking import SenderTokenizer
from anonymizer.commands.options import LegalBasis, basis, reading_of, rules_of
from anonymizer.commands.printing import Watch, progress, say
from anonymizer.commands.reading import Examination, LaptopClearing
from anonymizer.commands.sheets import examine
from anonymizer.commands.unfinished import UnfinishedSendings, digest_of, new_key, state_folder
from anonymizer.declared import Reading, check_reading
from anonymizer.linking.match_keys import ENOUGH
from anonymizer.reading.formats import MEDIA_TYPES, Form
from anonymizer.sending import Answer, Batch, ClearingPoint, Organization
from anonymizer.sending_errors import SendingError, TryLater

IDEMPOTENCY_KEY_SHAPE = re.compile(r"[!-~]{1,200}", re.ASCII)
"""What a header carries unchanged, and what the clearing point keeps."""
MEDIA_TYPE_OF: Mapping[Form, str] = {form: media_type for media_type, form in MEDIA_TYPES.items()}


@dataclass(frozen=True)
class Wanted:
    """How the reader wants the batch cleared and sent. None is left to the profile and the agreement."""

    profile: Profile | None
    is_own_profile: bool
    legal_basis: LegalBasis | None
    law: str | None
    encoding: str | None
    dates: str | None
    atomic: bool | None
    dry_run: bool
    idempotency_key: str | None
    waits: bool


@dataclass(frozen=True)
class Transmission:
    """One file on its way to one clearing point. `secret` is the API key; it is never shown."""

    point: ClearingPoint
    file: SheetFile
    wanted: Wanted
    tokenizer: SenderTokenizer = field(repr=False)
    secret: str = field(repr=False)

    def send(self, case_key: bytes | None) -> Answer:
        """Send it, cleared here with the case key, or without one as it is. Raises Stop and SendingError."""
        # Asked first in both cases, so that a wrong key is told before a large file is on its way.
        organization = self.point.read_organization()
        return self._send_raw() if case_key is None else self._send_cleared(organization, case_key)

    def _send_raw(self) -> Answer:
        """The clearing point clears it in memory before anything is kept."""
        if self.wanted.is_own_profile:
            raise Stop(
                "The clearing point does not have your own profile. Leave out --raw: the file is then cleared here.",
                ExitCode.INPUT_BAD,
            )
        profile = self.wanted.profile
        declared = _checked(reading_of(profile, self.wanted.encoding, self.wanted.dates))
        options = self._options(self.wanted.atomic, self.wanted.legal_basis, self.wanted.law) | _named(
            profile=profile.name if profile else None,
            encoding=declared.declared_encoding,
            dates=declared.declared_dates,
        )
        return self._deliver(
            lambda watch: self.file.pieces(watch.read), self.file.form, options, secret=self.secret.encode()
        )

    def _send_cleared(self, organization: Organization, case_key: bytes) -> Answer:
        """Clear the file here and send the result."""
        wanted = self.wanted
        on = basis(wanted.profile, wanted.legal_basis, wanted.law, wanted.atomic, agreement=organization)
        declared = reading_of(on.profile, wanted.encoding, wanted.dates)
        clearing = LaptopClearing(self.file, rules_of(organization, on, case_key), declared)
        found = examine(clearing)
        if found.accepted == 0 or (on.atomic and found.rejected):
            return _own_answer(answers.nothing_sent(found, dry_run=wanted.dry_run))
        clearing = self._with_tokens(clearing, found)
        form: Form = "csv" if clearing.is_one_csv else "zip"
        options = self._options(on.atomic, on.legal_basis, on.law)
        answer = self._deliver(partial(clearing.cleared_file, found), form, options, secret=case_key)
        if not answers.is_changed_by(found):
            return answer
        return _own_answer(answers.joined(answer.content, found))

    def _with_tokens(self, clearing: LaptopClearing, found: Examination) -> LaptopClearing:
        """Where somebody is named, the clearing whose cleared file has link tokens. A dry run asks for none."""
        is_named = not ENOUGH.isdisjoint(found.dropped)
        if self.wanted.dry_run or not is_named or not self.tokenizer.is_linking():
            return clearing
        with progress("Making link tokens", self.file.size) as watch:
            linked = replace(clearing, tokenizer=self.tokenizer)
            linked.make_tokens(watch)
        return linked

    def _options(self, atomic: bool | None, legal_basis: str | None, law: str | None) -> dict[str, str]:
        """The query of the call. What is None or empty is left to the clearing point."""
        return _named(
            dry_run="true" if self.wanted.dry_run else None,
            atomic=None if atomic is None else str(atomic).lower(),
            legal_basis=legal_basis,
            law=law,
        )

    def _deliver(
        self,
        body: Callable[[Watch], Iterable[bytes]],
        form: Form,
        options: dict[str, str],
        *,
        secret: bytes,
    ) -> Answer:
        """Send under a key that outlives this program until there is an answer, and follow what waits."""
        unfinished = UnfinishedSendings(state_folder())
        said = json.dumps(
            [self.point.address, self.secret, form, options, self.tokenizer.said], sort_keys=True
        )
        digest = digest_of(self.file.pieces(), secret, said=said)
        key, size = self._idempotency_key(unfinished, digest), self.file.size
        try:
            with progress("Sending", size) as watch:
                answer = self.point.send_batch(
                    Batch(lambda: body(watch), MEDIA_TYPE_OF[form], options, key, size)
                )
            answer = self._followed(answer)
        except TryLater:
            raise  # the next try of the same file goes under the same key
        except SendingError:
            unfinished.forget(digest)
            raise
        unfinished.forget(digest)
        return answer

    def _idempotency_key(self, unfinished: UnfinishedSendings, digest: str) -> str:
        """The reader's own, else one that is remembered; a dry run leaves nothing that could be done twice."""
        if self.wanted.idempotency_key or self.wanted.dry_run:
            return self.wanted.idempotency_key or new_key()
        try:
            return unfinished.key_of(digest)
        except Stop as stop:
            say(f"{stop.text} If this sending breaks off, the next one is another batch.")
            return new_key()

    def _followed(self, answer: Answer) -> Answer:
        if not answers.is_pending(answer.content) or not self.wanted.waits:
            return answer
        batch_id = UUID(str(answer.content.get("batch_id")))
        say(f"The clearing point has batch {batch_id} and is storing it. It may be left alone now.")
        return self.point.follow_batch(batch_id, tell=lambda state: say(f"Batch {batch_id}: {state}"))


def check_idempotency_key(chosen: str | None) -> None:
    """Refuse a key that a header could not carry."""
    if chosen is not None and not IDEMPOTENCY_KEY_SHAPE.fullmatch(chosen):
        raise Stop(
            "--idempotency-key takes up to 200 letters, digits and signs, no spaces.", ExitCode.INPUT_BAD
        )


def needed_case_key(keys: KeyRing) -> bytes:
    """The case key. Raises Stop when this machine has none."""
    case_key = keys.case_key()
    if case_key is None:
        raise Stop(NO_CASE_KEY + " Or send the sheet as it is with --raw.", ExitCode.NOT_ALLOWED)
    return case_key


def _checked(declared: Reading) -> Reading:
    """What was declared, once it is something that is read. Raises Stop."""
    try:
        check_reading(declared)
    except Unreadable as unreadable:
        raise Stop(unreadable.conflicts[0].message, ExitCode.INPUT_BAD) from None
    return declared


def _named(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value}


def _own_answer(content: Mapping[str, object]) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False, indent=2), content)
