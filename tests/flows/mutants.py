"""A server with faults put in, for the search of marks: it has to find what each of them lets out.

`python -m tests.flows.mutants up` is `clearpoint up` that logs a name of each chunk, and leaves the inputs of a
person's slots in a temporary file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from anonymizer import ClearedChunk
from anonymizer.__main__ import main
from anonymizer.chunks import Columns, RawChunk
from anonymizer.clearing import link_tokens
from anonymizer.clearing.batches import Clearing
from anonymizer.commands.printing import say
from anonymizer.linking.match_keys import slot_inputs


def mutate() -> None:
    """Put the faults in."""
    clear = Clearing.clear

    def clear_and_tell(self: Clearing, chunk: RawChunk) -> ClearedChunk:
        say(f"cleared the case of {chunk.columns['family_name'][0]}")
        return clear(self, chunk)

    def slots_left_behind(raw: Columns, tokens: Sequence[str], case_key: bytes) -> list[list[bytes]]:
        made = slot_inputs(raw, tokens, case_key)
        with tempfile.NamedTemporaryFile(delete=False) as left:
            Path(left.name).write_bytes(b"".join(made[0]))
        return made

    Clearing.clear = clear_and_tell  # type: ignore[method-assign]
    link_tokens.slot_inputs = slots_left_behind  # type: ignore[attr-defined]


if __name__ == "__main__":
    mutate()
    main()
