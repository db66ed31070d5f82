"""A person who wants to be erased, told by her identifiers on this machine: only link tokens leave it.

Identifiers are typed, or come from the standard input; never from the arguments, which others can list. They are kept
nowhere.
"""

from __future__ import annotations

import secrets
import sys

import typer

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import NO_CASE_KEY
from anonymizer.commands.linking import SenderTokenizer
from anonymizer.linking.match_keys import ENOUGH, IDENTIFIERS, slot_inputs
from anonymizer.linking.tokens import NOT_APPLIED

LONGEST_INPUT = 10_000
"""Characters. What is longer is another file, given by mistake."""
QUESTIONS = {
    "given_name": "Given name",
    "family_name": "Family name",
    "father_name": "Father's given name",
    "birth_place": "Place of birth",
    "birth_date": "Birth date (YYYY-MM-DD)",
    "identity_number": "National identity number",
}
TOO_LITTLE = (
    "This is too little to recognize anybody by. Give the names or the national number, and the birth date."
)
NOT_LINKING = "The clearing point does not link cases. Withdraw the cases by their numbers."
TRUSTEE_NEEDED = (
    "The trustee has to answer now, or nobody could be recognized. Try again later, with its key on this "
    "machine."
)


def person_cell(tokenizer: SenderTokenizer, case_key: bytes | None) -> str:
    """The cell of link tokens of a person whose identifiers are asked here. Raises Stop, SendingError.

    The slots that stay empty get fillers of the moment, so that nobody can tell which identifiers were given.
    """
    if case_key is None:
        raise Stop(NO_CASE_KEY, ExitCode.NOT_ALLOWED)
    if not tokenizer.is_linking():
        raise Stop(NOT_LINKING, ExitCode.REFUSED)
    told = _typed() if sys.stdin.isatty() else _read(sys.stdin.read(LONGEST_INPUT))
    if not any(told.get(name) for name in ENOUGH):
        raise Stop(TOO_LITTLE, ExitCode.INPUT_BAD)
    nobody = secrets.token_urlsafe()
    (made,) = tokenizer(slot_inputs({name: [text] for name, text in told.items()}, [nobody], case_key))
    if made is None or (tokenizer.needs_trustee and made.k2_epoch == NOT_APPLIED):
        raise Stop(TRUSTEE_NEEDED, ExitCode.TRY_AGAIN)
    return made.written()


def _typed() -> dict[str, str]:
    answers = (
        typer.prompt(f"{QUESTIONS[name]} (empty when unknown)", default="", show_default=False, err=True)
        for name in IDENTIFIERS
    )
    return dict(zip(IDENTIFIERS, (answer.strip() for answer in answers), strict=True))


def _read(text: str) -> dict[str, str]:
    """Lines like `given_name = …`; other names are refused, by their place."""
    told = {}
    for place, line in enumerate(text.splitlines(), start=1):
        name, _, value = line.partition("=")
        if line.strip() and name.strip() not in IDENTIFIERS:
            raise Stop(
                f"Line {place} names no identifier. Write lines like `given_name = …`, with: "
                f"{', '.join(IDENTIFIERS)}.",
                ExitCode.INPUT_BAD,
            )
        if line.strip():
            told[name.strip()] = value.strip()
    return told
