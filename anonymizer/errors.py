"""What can go wrong in the anonymizer, as one tree.

    AnonymizerError
    ├── CatalogueFault     the catalogue or a profile that came with the program contradicts itself
    ├── UnknownProfile     no profile of that name
    ├── UnsuitableProfile  a profile of the reader's own has mistakes; carries the sentences that say which
    ├── UnsuitablePolicy   a policy that is none, or that its guards forbid; carries sentences, too
    ├── UnknownLegalBasis  neither consent, nor law, nor archive
    ├── UnsuitableKey      a case key that is too short to protect anything
    ├── UnsuitableTokens   a cell that holds no link tokens
    ├── NotCanonical       a document that could be written in two ways, so that nobody could verify it
    ├── ReceiptUnreadable  a file in which there is no receipt, or no keys
    ├── ReceiptNotGenuine  a receipt that the clearing point did not sign as it stands
    ├── NoReader           the system did not let us start the process that reads workbooks
    └── Unreadable         nothing in the file can be used; carries the conflicts that say why

No text of an error may repeat a value that came in: an error is logged, mailed and shown on screens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anonymizer.catalogue.findings import Conflict


class AnonymizerError(Exception):
    """The root: whoever catches it catches everything that this package raises on purpose."""


class CatalogueFault(AnonymizerError):
    """The catalogue or a profile contradicts itself. A mistake of ours, never of a sender."""


class UnknownProfile(AnonymizerError):
    """No mapping profile has the name that was asked for."""


class UnsuitableProfile(AnonymizerError):
    """A profile of the reader's own has mistakes. `problems` say, each in a sentence, where and what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class UnsuitablePolicy(AnonymizerError):
    """The policy file is none, or its guards forbid what it says. `problems` say, each in a sentence, what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class UnknownLegalBasis(AnonymizerError):
    """The legal basis is none of the three, so that nobody could say which rules of consent hold."""


class UnsuitableKey(AnonymizerError):
    """The case key is too short. Make one with 32 random bytes."""


class UnsuitableTokens(AnonymizerError):
    """The text is no cell of link tokens, or an element in it is none of the group."""

    def __init__(self) -> None:
        super().__init__("The link tokens are not as clearing writes them. Clear the original sheet again.")


class NotCanonical(AnonymizerError):
    """The document has what two programs would write in two ways: a fraction, half a character."""


class ReceiptUnreadable(AnonymizerError):
    """There is no receipt in the file, or no published keys; nothing is said of whether it is genuine."""


class ReceiptNotGenuine(AnonymizerError):
    """The clearing point did not sign this receipt as it stands."""


class NoReader(AnonymizerError):
    """The process that reads workbooks could not be started: too many run, or memory is short. Try again later."""

    def __init__(self) -> None:
        super().__init__(
            "No process could be started to read the workbook. Close other programs and try again."
        )


class Unreadable(AnonymizerError):
    """Nothing in the file can be used. `conflicts` say where, why and what to do next."""

    def __init__(self, *conflicts: Conflict) -> None:
        super().__init__("; ".join(sorted({conflict.code for conflict in conflicts})))
        self.conflicts = conflicts
