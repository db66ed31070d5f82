"""Links two registers by Bloom filters (clkhash) and their Dice similarity (anonlink); runs in their environment alone.

The fields came already in one normal form. Encoding, comparing and the answer's pairs are anonlink's own; only the
one-to-one assignment and the threshold are left to who asks, so that both methods get the same.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

SECRET = "benchmarks"


def _feature(name: str, grams: int, bits: int, *, positional: bool = False) -> dict[str, Any]:
    return {
        "identifier": name,
        "format": {"type": "string", "encoding": "utf-8"},
        "hashing": {
            "comparison": {"type": "ngram", "n": grams, "positional": positional},
            "strategy": {"bitsPerFeature": bits},
            "hash": {"type": "doubleHash"},
            "missingValue": {"sentinel": ""},
        },
    }


def _schema(bits: dict[str, int]) -> Any:
    """1024 bits: bigrams of names and places, and the digits of the date by their positions."""
    described = {
        "version": 3,
        "clkConfig": {
            "l": 1024,
            "kdf": {"type": "HKDF", "hash": "SHA256", "info": "", "salt": "", "keySize": 64},
        },
        "features": [
            _feature(name, 1 if name == "birth_date" else 2, share, positional=name == "birth_date")
            for name, share in bits.items()
        ],
    }
    return import_module("clkhash").schema.from_json_dict(described)


def _encoded(rows: list[list[str]], schema: Any) -> list[Any]:
    streamed = import_module("clkhash.bloomfilter").stream_bloom_filters(rows, _keys(schema), schema)
    return [bloom_filter for bloom_filter, _, _ in streamed]


def _keys(schema: Any) -> Any:
    derivation = import_module("clkhash.key_derivation")
    return derivation.generate_key_lists(
        SECRET,
        len(schema.fields),
        key_size=schema.kdf_key_size,
        salt=schema.kdf_salt,
        info=schema.kdf_info,
        kdf=schema.kdf_type,
        hash_algo=schema.kdf_hash,
    )


class Registers:
    """The two registers as Bloom filters, kept between questions."""

    def __init__(self) -> None:
        self._sides: list[list[Any]] = []

    def encode(self, question: dict[str, Any]) -> dict[str, Any]:
        """Read both registers from a file; tells the seconds of a processor that encoding took."""
        registers = json.loads(Path(question["file"]).read_text(encoding="utf-8"))
        schema = _schema(question["bits"])
        began = time.process_time()
        self._sides = [_encoded(rows, schema) for rows in registers]
        return {"seconds": time.process_time() - began}

    def compare(self, question: dict[str, Any]) -> dict[str, Any]:
        """All pairs at least as similar as `threshold`: seconds of a processor. The pairs go into the file `into`."""
        anonlink = import_module("anonlink")
        began = time.process_time()
        found = anonlink.candidate_generation.find_candidate_pairs(
            self._sides, anonlink.similarities.dice_coefficient, question["threshold"]
        )
        seconds = time.process_time() - began
        similar, _, (left, right) = found
        if question.get("into"):
            pairs = [list(similar), list(left), list(right)]
            Path(question["into"]).write_text(json.dumps(pairs), encoding="utf-8")
        return {"seconds": seconds, "pairs": len(similar)}


def main() -> None:
    """Answer each line: `{"do": "encode" | "compare", ...}`."""
    registers = Registers()
    for line in sys.stdin:
        question = json.loads(line)
        answer = getattr(registers, question["do"])(question)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
