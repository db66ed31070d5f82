"""The browser makes the same match keys as the laptop, byte for byte, of names in every alphabet."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.bg import egn
from stdnum.gr import amka
from stdnum.ro import cnp
from stdnum.si import emso

from anonymizer.linking.match_keys import IDENTIFIERS, has_identifiers, slot_inputs
from anonymizer.linking.normalizer import fine, skeletons
from app.services.browser_rules import browser_rules
from app.services.linkage_rules import linkage_rules
from tests.browser.node import run

SPELLINGS = Path(__file__).parents[1] / "anonymizer" / "linking" / "name_spellings.csv"
KEY = bytes(range(32))
READABLE = "".join(
    chr(point)
    for first, last in (
        (0x20, 0x24F),
        (0x300, 0x36F),
        (0x370, 0x52F),
        (0x1E00, 0x206F),
        (0xFB00, 0xFB06),
        (0xFF01, 0xFF5E),
    )
    for point in range(first, last + 1)
)
NAMES = (
    st.text(st.sampled_from("aeioubcdgjhklmnpqrstvwxyzčćšžđțğı -'.")) | st.text(st.sampled_from("АаеиоујчшжљњђџщгхѓќьЙй -"))
    | st.text(st.sampled_from("αειουηςσκτμπνβγχξΆώ -")) | st.text(st.sampled_from(READABLE)) | st.text()
)  # fmt: skip
DATES = st.one_of(
    st.dates().map(str),
    st.sampled_from(
        ["", "1990", "1990-04", "1990-01-01", "1990-02-30", " 1990-04-03\t", "3.4.1990", "１９９０-04-03"]
    ),
)
PERSONS = st.lists(
    st.tuples(NAMES, NAMES, NAMES, NAMES, DATES, st.text("0123456789AJ -;./ßı", max_size=16)),
    min_size=60,
    max_size=60,
)
FORMS = """
import { fine, readTables, skeletons } from "./normalizer.js";
const tables = readTables(given.rules);
answer(given.names.map((name) => [fine(name, tables), skeletons(name, tables)]));
"""
SLOTS = """
import { readCatalogue } from "./catalogue.js";
import { hasIdentifiers, readLinkRules, slotInputs } from "./match_keys.js";
const rules = readLinkRules(given.rules, readCatalogue(given.catalogue).identifiers);
answer({
  has: hasIdentifiers(Object.keys(given.raw)),
  inputs: slotInputs(given.raw, given.tokens, bytes(given.key), rules).map((row) => row.map(hex)),
});
"""


def forms_in_the_browser(names: list[str]) -> list[Any]:
    """Of each name its fine form and its skeletons."""
    found: list[Any] = run(FORMS, {"rules": dict(linkage_rules()), "names": names})
    return found


def forms_here(names: list[str]) -> list[Any]:
    """The same by Python, in the shape of JSON."""
    return [[fine(name), list(skeletons(name))] for name in names]


def assert_same_inputs(persons: list[tuple[str, ...]]) -> None:
    """All slots of all of them."""
    raw = {name: [one[at] for one in persons] for at, name in enumerate(IDENTIFIERS)}
    tokens = [f"c1:{at:043}" for at in range(len(persons))]
    rules = {"rules": dict(linkage_rules()), "catalogue": dict(browser_rules())}
    found = run(SLOTS, {**rules, "raw": raw, "tokens": tokens, "key": KEY.hex()})
    made = slot_inputs(raw, tokens, KEY)

    assert found["has"] is has_identifiers(raw)
    assert found["inputs"] == [[one.hex() for one in row] for row in made]


def test_every_spelling_of_the_golden_table_has_the_same_forms() -> None:
    """As the table has them, and in capitals and decomposed."""
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        names = [row["variant"] for row in csv.DictReader(file)]
    names += [name.upper() for name in names]

    assert forms_in_the_browser(names) == forms_here(names)


def test_every_letter_alone_and_every_pair_that_is_read_as_one_has_the_same_forms() -> None:
    """Every code point of the alphabets between two vowels, and every key of the table at three places."""
    keys = [key.strip("^$") for key in linkage_rules()["letters"]["graphemes"]]
    names = [f"a{chr(point)}a" for point in range(0x20, 0x3000) if not 0xD800 <= point < 0xE000]
    names += [
        before + key + after for key, (before, after) in product(keys, [("", "a"), ("a", "a"), ("a", "")])
    ]

    assert forms_in_the_browser(names) == forms_here(names)


@given(PERSONS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_persons_with_anything_in_their_cells_have_the_same_inputs(persons: list[tuple[str, ...]]) -> None:
    """Real keys and fillers, in the same order; half a character is nothing that JSON carries."""
    assert_same_inputs([tuple(text.encode("utf-8", "replace").decode() for text in one) for one in persons])


def test_national_numbers_are_the_same_keys() -> None:
    """Of every kind with a birth date in it, beside dates that fit and dates that contradict."""
    random = Random(7)
    numbers = [number for kind in (jmbgs, egns, cnps, amkas) for number in kind(random)]
    dates = ["", "1985-03-12", "1985-12-03", "1985", "1999", "1985-03-13", "1961-07-30"]

    assert_same_inputs([("Ana", "Ilić", "", "", day, number) for number in numbers for day in dates])


def jmbgs(random: Random) -> list[str]:
    """Of 12 March 1985."""
    return [one for one in (f"1203985{random.randrange(10**6):06}" for _ in range(400)) if emso.is_valid(one)]


def egns(random: Random) -> list[str]:
    """Of the same day, in Bulgaria."""
    return [one for one in (f"850312{random.randrange(10**4):04}" for _ in range(200)) if egn.is_valid(one)][
        :8
    ]


def cnps(random: Random) -> list[str]:
    """Of the same day, in Romania."""
    return [
        one for one in (f"285031240{random.randrange(10**4):04}" for _ in range(200)) if cnp.is_valid(one)
    ][:8]


def amkas(random: Random) -> list[str]:
    """Of the same day in Greece, where the century is not in the number."""
    return [one for one in (f"120385{random.randrange(10**5):05}" for _ in range(200)) if amka.is_valid(one)][
        :8
    ]
