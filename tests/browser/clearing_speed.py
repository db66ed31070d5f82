"""How many rows a second a browser clears, beside Python: `python -m tests.browser.clearing_speed [ROWS]`.

Without link tokens, which `tests.browser.speed` measures. It judges nothing, for it depends on the machine.
"""

from __future__ import annotations

import json
import os
import sys
import time

from anonymizer import LAW
from app.demo.organizations import SENDERS
from app.demo.sheets import invent_sheet
from tests.browser import node
from tests.browser.clearing_twice import Sheet, as_given, by_python, document

ROWS = 10_000
SCRIPT = """
import { clearCaseSheet, writeCsv } from "./case_sheet.js";
const { body, caseKey, ...rules } = given.sheet;
const sheet = bytes(body);
const seconds = [1, 2].map(() => {
  const began = performance.now();
  writeCsv(clearCaseSheet(sheet, { ...rules, caseKey: bytes(caseKey), catalogue: given.catalogue }).columns);
  return (performance.now() - began) / 1000;
});
answer(seconds);
"""


def main(rows: int) -> None:
    """Measure the sheet of an invented shelter in Node, cold and warm, and in Python."""
    one = SENDERS[0]
    body = invent_sheet(one, year=2025, count=rows, seed=1)
    sheet = Sheet(body, LAW, one.countries[0], one.countries)
    cold, warm = node.run(SCRIPT, {"sheet": as_given(sheet), "catalogue": document()})
    began = time.perf_counter()
    by_python(sheet)
    in_python = time.perf_counter() - began
    for where, seconds in (("Node, first file", cold), ("Node, second file", warm), ("Python", in_python)):
        rate = {
            "where": where,
            "rows": rows,
            "seconds": round(seconds, 2),
            "rows_a_second": round(rows / seconds),
        }
        sys.stdout.write(json.dumps(rate) + "\n")


if __name__ == "__main__":
    sys.stdout.write(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; one thread works\n")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
