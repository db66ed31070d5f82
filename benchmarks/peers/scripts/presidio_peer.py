"""Scans texts with Presidio's own recognizers and no language model; runs in Presidio's environment alone.

It must reach no network: tldextract, by which e-mail addresses are checked, is given the list of suffixes that its
package carries (`suffix_list_urls=()`, its documented way to stay offline), and every connection of the process is
refused.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import time
from importlib import import_module
from typing import Any, NoReturn


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise OSError("This process must reach no network.")


def _analyzer() -> Any:
    """Presidio with a blank English spaCy model in place of the one that it would download."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _refuse)
    tldextract = import_module("tldextract")
    setattr(tldextract, "extract", tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None))  # noqa: B010
    logging.disable(logging.CRITICAL)
    presidio, engines = import_module("presidio_analyzer"), import_module("presidio_analyzer.nlp_engine")
    engine = engines.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": import_module("spacy").blank("en")}
    return presidio.AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])


def _scan(analyzer: Any, texts: list[str]) -> dict[str, Any]:
    began = time.process_time()
    found = [analyzer.analyze(text=text, language="en") for text in texts]
    seconds = time.process_time() - began
    return {"seconds": seconds, "found": [[(hit.score, hit.entity_type) for hit in hits] for hits in found]}


def main() -> None:
    """Answer each line: `{"texts": [...]}` gives the seconds of a processor, and for each text scores with kinds."""
    analyzer = _analyzer()
    for line in sys.stdin:
        answer = _scan(analyzer, json.loads(line)["texts"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
