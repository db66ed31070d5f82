"""A person has the same match keys wherever her name is written, in 32 slots, and nothing in a cell makes it fail."""

from __future__ import annotations

import hashlib
import hmac
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.si import emso

from anonymizer.linking.birth_dates import read_birth_date
from anonymizer.linking.match_keys import IDENTIFIERS, has_identifiers, match_keys, slot_inputs
from anonymizer.linking.persons import PARTS, Person, PersonReader
from anonymizer.policy import SLOTS, load_policy

CASE_KEY = bytes(range(32))
TOKEN = "c1:" + "A" * 43
POLICY = load_policy()
NUMBER = "030499073501"
ANYTHING = st.fixed_dictionaries(
    {name: st.lists(st.text(max_size=12), min_size=3, max_size=3) for name in IDENTIFIERS}
)


def person(**given: str) -> Person:
    """Somebody of whom everything is known."""
    known = {
        "given_name": "Milica", "family_name": "Đorđević", "father_name": "Petar", "birth_place": "Niš",
        "birth_date": "1990-04-03", "identity_number": "",
    }  # fmt: skip
    return Person(**(known | given))


def classes_that_agree(one: Person, other: Person) -> set[str]:
    """The ids of the classes of which both have a key in common."""
    left, right = match_keys(one), match_keys(other)
    return {name for name in left if not set(left[name]).isdisjoint(right[name])}


def jmbg(opening: str) -> str:
    """With its check digit, of the first serial number that has one."""
    return next(number for last in range(10) for number in (f"{opening}{last}",) if emso.is_valid(number))


EVERYTHING_BUT_THE_NUMBER = {key.id for key in POLICY.link_keys} - {"N.ID"}


@pytest.mark.parametrize(
    "other",
    [
        person(given_name="Милица", family_name="Ђорђевић", father_name="Петар", birth_place="Ниш"),
        person(
            given_name="MILICA", family_name="DJORDJEVIĆ", father_name="Petrović", birth_place="Nis, Srbija"
        ),
        person(given_name="Milica", family_name="Djordjevic", birth_date=" 1990-04-03 "),
    ],
    ids=["cyrillic", "capitals", "plain"],
)
def test_another_spelling_has_the_same_keys(other: Person) -> None:
    """Every class agrees."""
    assert classes_that_agree(person(), other) == EVERYTHING_BUT_THE_NUMBER


def test_names_in_each_others_columns_have_the_same_keys_of_both() -> None:
    """Only keys that ask for the given name alone or the family name alone do not agree."""
    swapped = person(given_name="Đorđević", family_name="Milica")

    assert classes_that_agree(person(), swapped) == {
        name for name in EVERYTHING_BUT_THE_NUMBER if not name.startswith(("G.", "GS.", "L."))
    }


def test_a_whole_name_in_one_column_is_split() -> None:
    """As in lists that have one column for names."""
    together = person(given_name="Milica Đorđević", family_name="")

    assert classes_that_agree(person(), together) == EVERYTHING_BUT_THE_NUMBER


@pytest.mark.parametrize("family", ["Đorđević-Jovanović", "Jovanović Djordjević", "Đorđević"])
def test_one_half_of_a_double_name_is_enough(family: str) -> None:
    """After a marriage, or in an office that has room for one name."""
    assert "S.DOB" in classes_that_agree(person(), person(family_name=family, given_name="Milica Ana"))


def test_twins_share_what_the_policy_says_and_no_more() -> None:
    """Mara and Mira of one family, one place and one day."""
    agreed = classes_that_agree(person(given_name="Mara"), person(given_name="Mira"))
    shared = {key.id for key in POLICY.link_keys if key.shared_by_twins}

    assert agreed == shared


@pytest.mark.parametrize(
    ("written", "lost"),
    [
        ("1990-01-01", True), ("1990-06-15", True), ("1990-07-01", True), ("1990-12-31", True), ("1990", True),
        ("1990-04", True), ("1990-04-01", False), ("1990-04-15", False),
    ],
)  # fmt: skip
def test_a_placeholder_gives_the_year_alone(written: str, lost: bool) -> None:
    """Days on which an unknown birth date is written."""
    keys = match_keys(person(birth_date=written))

    assert (keys["S.DOB"] == ()) is lost
    assert (keys["F.DM"] == ()) is lost
    assert keys["S.Y.POB"] != ()


@pytest.mark.parametrize(
    "written", ["", "03.04.1990", "1990-02-30", "0001-04-03", "2190-04-03", "unknown", "１９９０"]
)
def test_what_is_no_birth_date_gives_no_key(written: str) -> None:
    """Names with father and place alone are left."""
    keys = match_keys(person(birth_date=written))

    assert {name for name, made in keys.items() if made} == {"S.FATHER.POB"}


def test_day_and_month_in_the_other_order_agree_where_both_are_months() -> None:
    """Only then one may stand for the other."""
    assert "S.DOBswap" in classes_that_agree(person(), person(birth_date="1990-03-04"))
    assert "S.DOB" not in classes_that_agree(person(), person(birth_date="1990-03-04"))
    assert match_keys(person(birth_date="1990-04-23"))["S.DOBswap"] == ()


def test_without_the_father_his_slots_are_empty() -> None:
    """Nobody shares "unknown"."""
    for written in ("", "unknown", "непознато"):
        keys = match_keys(person(father_name=written))
        assert keys["S.Y.FATHER"] == keys["S.FATHER.POB"] == keys["G.DOB.FATHER"] == ()


@pytest.mark.parametrize("label", ["{}", "JMBG: {}", "{} ", "0304 990 735 01{last}", "{};ZK 1234567"])
def test_a_national_number_is_a_key_however_it_is_grouped(label: str) -> None:
    """By its digits alone."""
    number = jmbg(NUMBER)
    written = label.format(number, last=number[-1])
    plain = match_keys(person(identity_number=number))["N.ID"]

    assert len(plain) == 1
    assert match_keys(person(identity_number=written))["N.ID"] == plain


@pytest.mark.parametrize("number", ["ZK 1234567", "12345", NUMBER + "x", "1111111111111", "", "0" * 11])
def test_a_number_without_right_check_digits_is_no_key(number: str) -> None:
    """The number of a document cannot be told from one with a typing error."""
    assert match_keys(person(identity_number=number))["N.ID"] == ()


@pytest.mark.parametrize(
    ("born", "is_key"),
    [
        ("1990-04-03", True), ("1990-03-04", True), ("1991-04-03", True), ("1990-04-13", True), ("", True),
        ("1990-01-01", True), ("1988", True), ("1985", False), ("1991-04-13", False), ("1975-11-20", False),
    ],
)  # fmt: skip
def test_a_number_that_contradicts_the_birth_date_is_no_key(born: str, is_key: bool) -> None:
    """It is somebody else's, perhaps the mother's. One error of typing in the date is no contradiction."""
    keys = match_keys(person(identity_number=jmbg(NUMBER), birth_date=born))

    assert bool(keys["N.ID"]) is is_key


@given(ANYTHING)
def test_every_row_has_32_inputs_whatever_is_in_its_cells(raw: dict[str, list[str]]) -> None:
    """So that their number tells nothing."""
    inputs = slot_inputs(raw, [TOKEN, TOKEN[:-1] + "Q", TOKEN[:-1] + "g"], CASE_KEY)

    assert [len(row) for row in inputs] == [SLOTS] * 3
    assert all(len(set(row)) == SLOTS for row in inputs)


def test_keys_stand_in_the_slots_of_their_class_before_fillers() -> None:
    """The slot decides the class."""
    inputs = slot_inputs({name: [getattr(person(), name)] for name in IDENTIFIERS}, [TOKEN], CASE_KEY)[0]
    keys = match_keys(person())
    first = 0
    for key in POLICY.link_keys:
        made = keys[key.id]
        assert tuple(inputs[first : first + len(made)]) == made
        assert all(len(filler) == 32 for filler in inputs[first + len(made) : first + key.slots])
        first += key.slots


def test_an_input_is_its_texts_each_after_its_length() -> None:
    """The bytes as the package's documentation writes them; the browser makes the same."""
    made = match_keys(person())["S.DOB"][0]
    texts = [b"clearpoint.see.v1", b"seekey/1", b"S.DOB", b"MLS", b"TRTPS", b"1990-04-03"]

    assert made == b"".join(len(text).to_bytes(2, "big") + text for text in texts)


def test_a_filler_is_made_of_the_case_and_the_slot() -> None:
    """HMAC-SHA256 under the case key: the same when the case is sent again, another for every other."""
    texts = [b"clearpoint.see.v1", b"filler", TOKEN.encode(), b"31"]
    message = b"".join(len(text).to_bytes(2, "big") + text for text in texts)

    assert slot_inputs({}, [TOKEN], CASE_KEY)[0][31] == hmac.new(CASE_KEY, message, hashlib.sha256).digest()


def test_fillers_differ_between_slots_cases_and_keys() -> None:
    """Otherwise a filler would link cases."""
    other = TOKEN[:-1] + "Q"
    rows = slot_inputs({}, [TOKEN, other], CASE_KEY) + slot_inputs({}, [TOKEN], CASE_KEY[::-1])

    assert slot_inputs({}, [TOKEN], CASE_KEY)[0] == rows[0]
    assert all(set(one).isdisjoint(two) for one, two in combinations(rows, 2))


@pytest.mark.parametrize(
    ("columns", "has"),
    [
        (["case_number", "given_name"], True), (["family_name"], True), (["identity_number"], True),
        (["case_number", "birth_date", "birth_place", "father_name"], False), ([], False),
    ],
)  # fmt: skip
def test_a_sheet_without_names_and_numbers_has_no_keys(columns: list[str], has: bool) -> None:
    """A birth date alone is in many sheets, for the age."""
    assert has_identifiers(columns) is has


def test_every_part_that_a_policy_names_can_be_made() -> None:
    """A key of an unknown part would always be empty."""
    assert {part for key in POLICY.link_keys for part in key.of} <= set(PARTS)


def test_a_person_shows_nothing_of_herself() -> None:
    """Not in a traceback either."""
    assert repr(person()) == "Person()"
    assert repr(PersonReader().read(person())) == "Known()"
    assert repr(read_birth_date("1999-05-14")) == "BirthDate()"
