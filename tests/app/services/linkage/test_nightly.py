"""The run at night: who becomes one person, who does not, and that the order of arrival does not matter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.database.transactions import transaction
from app.edge.premises import Premises
from app.queries.linkage_tokens import Epochs, delete_tokens
from app.services.linkage import matching
from app.services.linkage.weighing import slot_classes
from tests.linked_cases import EPOCHS, Woman, a_case_id, arrive, persons, run, tokens_of

ANA = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan")
ELENA = Woman("Elena", "Rusu", "11-02", "1996", "Balti", "Ion")
A, B, C, D, E = map(a_case_id, range(1, 6))


def arrive_as(premises: Premises, *women: Woman) -> None:
    """One case a woman, numbered from 1."""
    cases = [a_case_id(number) for number in range(1, len(women) + 1)]
    arrive(premises, {case: tokens_of(woman, case) for case, woman in zip(cases, women, strict=True)})


def test_the_same_woman_in_two_countries_is_one_person(premises: Premises) -> None:
    """Name, full birth date, birthplace and father agree: nobody has to be asked."""
    arrive_as(premises, ANA, ELENA, ANA)

    linked = run(premises)

    assert persons(premises) == {frozenset({A, C})}
    assert (linked.automatic, linked.review, linked.merged) == (1, 0, 1)


def test_two_strangers_stay_two(premises: Premises) -> None:
    """Nothing agrees, nothing is kept."""
    arrive_as(premises, ANA, ELENA)

    run(premises)

    assert persons(premises) == persons(premises, "review") == set()


def test_twins_with_one_skeleton_are_for_review(premises: Premises) -> None:
    """Mara and Mira share every class that is made of consonants, and their family's: no curator, no link."""
    mara = Woman("Mara", "Ilic", "03-03", "2004", "Bor", "Petar")
    arrive_as(premises, mara, replace(mara, given="Mira"))

    run(premises)

    assert persons(premises) == set()
    assert persons(premises, "review") == {frozenset({A, B})}


def test_siblings_and_relatives_of_one_name_are_nothing(premises: Premises) -> None:
    """Family name, birth date and birthplace of twins with different names never link, not even for review."""
    arrive_as(premises, replace(ANA, given="Sofia"), ANA)

    run(premises)

    assert persons(premises, "review") == set()


def test_a_national_number_alone_is_for_review(premises: Premises) -> None:
    """It is lent and mistyped."""
    arrive_as(premises, replace(ANA, number="1405999"), replace(ELENA, number="1405999"))

    run(premises)

    assert persons(premises) == set()
    assert persons(premises, "review") == {frozenset({A, B})}


def test_a_long_chain_is_broken_for_review(premises: Premises) -> None:
    """Cases that hang together by single links, and agree on nothing else, are no person until a curator says so."""
    links = [
        Woman("Ana", "Petrovic", "05-14", "1999", "Nis", ""),
        Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan", "111"),
        Woman("Ana", "Jovanovic", "05-14", "1999", "Bor", "Milan", "111"),
        Woman("Ana", "Jovanovic", "05-14", "1999", "Bor", "", ""),
    ]
    arrive_as(premises, *links[:3])
    run(premises)
    three = persons(premises), persons(premises, "review")
    arrive(premises, {D: tokens_of(links[3], D)})

    run(premises)

    assert three == (set(), {frozenset({A, B, C})})
    assert persons(premises) == set()
    assert persons(premises, "review") == {frozenset({A, B, C, D})}


def test_an_equal_set_changes_nothing(premises: Premises) -> None:
    """A case that is sent again keeps its links and its person."""
    arrive_as(premises, ANA, ANA)
    run(premises)
    before = dump(premises)
    arrive_as(premises, ANA, ANA)

    linked = run(premises)

    assert (linked.arrived, linked.changed, linked.compared) == (2, 0, 0)
    assert dump(premises) == before


def test_a_corrected_case_leaves_its_person_and_an_old_cut_still_has_it(premises: Premises) -> None:
    """A membership is ended and not deleted."""
    arrive_as(premises, ANA, ANA)
    run(premises)
    arrive(premises, {B: tokens_of(ELENA, B)})

    linked = run(premises)

    assert persons(premises) == set()
    assert linked.split == 1
    with transaction(premises.database.read_session()) as session:
        ended = session.execute(
            text("SELECT count(*) FROM link.memberships WHERE until > since")
        ).scalar_one()
    assert ended == 4


def test_a_person_keeps_her_id_when_a_case_joins(premises: Premises) -> None:
    """The larger part of a group keeps the id, so that few memberships change."""
    arrive_as(premises, ANA, ANA)
    run(premises)
    before = ids(premises)
    arrive(premises, {C: tokens_of(ANA, C)})

    run(premises)

    assert ids(premises) == before
    assert persons(premises) == {frozenset({A, B, C})}


def test_a_token_that_too_many_persons_share_is_ignored_alone(premises: Premises) -> None:
    """Eleven women with one national number: it says nothing of them any more, and others' numbers say as much as ever."""
    women = [Woman(f"N{n}", f"F{n}", "01-02", f"19{n:02}", "Nis", "", "999") for n in range(11)]
    pair = [replace(ANA, number="1405999"), replace(ELENA, number="1405999")]
    arrive_as(premises, *women, *pair)

    linked = run(premises)

    assert (linked.ignored, linked.suspended) == (1, ())
    assert persons(premises, "review") == {frozenset({a_case_id(12), a_case_id(13)})}


def test_a_token_that_is_no_longer_too_common_counts_again(premises: Premises) -> None:
    """One of the eleven is corrected: the ten others are for review again."""
    women = [Woman(f"N{n}", f"F{n}", "01-02", f"19{n:02}", "Nis", "", "999") for n in range(11)]
    arrive_as(premises, *women)
    run(premises)
    arrive(premises, {A: tokens_of(replace(women[0], number="998"), A)})

    linked = run(premises)

    assert (linked.ignored, linked.crowds) == (0, 0)
    assert [len(group) for group in persons(premises, "review")] == [10]


def test_while_a_token_is_common_nothing_is_read_by_the_index_alone(premises: Premises) -> None:
    """A case less, and the token counts again for the others, though no new case has it. The clock may stand still."""
    women = [Woman(f"N{n}", f"F{n}", "01-02", f"19{n:02}", "Nis", "", "999") for n in range(11)]
    arrive_as(premises, ELENA)
    run(premises)
    arrive(
        premises,
        {
            case: tokens_of(woman, case)
            for case, woman in zip(map(a_case_id, range(2, 13)), women, strict=True)
        },
    )
    run(premises)
    common = persons(premises, "review")
    with transaction(premises.database.write_session()) as session:
        delete_tokens(session, [B])

    run(premises)

    assert common == set()
    assert [len(group) for group in persons(premises, "review")] == [10]


def test_one_woman_who_was_registered_very_often_is_one_person(premises: Premises) -> None:
    """Cases of one organization that are one person by their keys count once, and link among themselves."""
    arrive_as(premises, *[ANA] * 11)
    run(premises)
    arrive(premises, {a_case_id(12): tokens_of(ANA, a_case_id(12))})

    linked = run(premises)

    assert linked.ignored == 0
    assert persons(premises) == {frozenset(map(a_case_id, range(1, 13)))}


def test_many_cases_of_somebody_take_no_others_apart(premises: Premises) -> None:
    """Probes of a woman whom nobody knows, or of one who is known: each other person stays."""
    women = [replace(ANA, given=f"Ana{n}", family=f"Rusu{n}") for n in range(5)]
    arrive_as(premises, *women, *women)
    run(premises)
    before = persons(premises)

    arrive(premises, {case: tokens_of(ELENA, case) for case in map(a_case_id, range(500, 510))})
    run(premises)
    unknown = persons(premises)
    arrive(premises, {case: tokens_of(women[0], case) for case in map(a_case_id, range(600, 609))})
    run(premises)

    assert before < unknown
    assert len(persons(premises)) == len(unknown) == len(before) + 1


def test_one_case_made_of_two_women_joins_them_only_for_review(premises: Premises) -> None:
    """Keys of one in some slots and of the other in the next: whoever knows two names could make one person of two."""
    arrive_as(premises, ANA, ELENA)
    one, other, own = tokens_of(ANA, A), tokens_of(ELENA, B), tokens_of(ANA, C)
    elements, places = list(own.elements), Counter[str]()
    for slot, name in enumerate(slot_classes()):
        if places[name] < 2:
            source = (one, other)[places[name]]
            elements[slot] = source.elements[slot_classes().index(name)]
        places[name] += 1
    arrive(premises, {C: replace(own, elements=tuple(elements))})

    run(premises)

    assert persons(premises) == set()
    assert persons(premises, "review") == {frozenset({A, B, C})}


def test_while_a_key_is_being_changed_nothing_is_compared(premises: Premises) -> None:
    """Tokens under two keys match nothing: links would be lost for a night."""
    arrive_as(premises, ANA, ANA)
    run(premises)

    linked = run(premises, epochs=replace(EPOCHS, s=2))

    assert linked.is_skipped
    assert persons(premises) == {frozenset({A, B})}


def test_what_lacks_the_trustees_key_waits(premises: Premises) -> None:
    """With two custodians it is compared with nothing, and the case keeps what it has."""
    alone = Epochs(k1=1, k2=0, s=1)
    arrive_as(premises, ANA)
    arrive(premises, {B: tokens_of(ANA, B, epochs=alone)})

    linked = run(premises)

    assert linked.waiting == 1
    assert persons(premises) == set()


ATTRIBUTES = st.sampled_from(["", "x", "y"])
WOMEN = st.builds(
    Woman,
    given=st.sampled_from(["Ana", "Una", "Mara", "Mira"]),
    family=st.sampled_from(["Petrovic", "Rusu"]),
    day=ATTRIBUTES,
    year=ATTRIBUTES,
    place=ATTRIBUTES,
    father=ATTRIBUTES,
    number=st.sampled_from(["", "", "", "1", "2"]),
)
A_FEW = st.lists(WOMEN, min_size=2, max_size=14)
A_CROWD = st.lists(WOMEN.map(lambda woman: replace(woman, number="1")), min_size=11, max_size=16)
"""So many share a token that it has to be judged whether it is too common."""


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(women=A_FEW | A_CROWD, shuffling=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    premises: Premises, women: list[Woman], shuffling: object
) -> None:
    """All at once, or shuffled and in several runs: the same persons in both bands."""
    cases = {a_case_id(number): woman for number, woman in enumerate(women, 1)}
    tokens = {case: tokens_of(woman, case) for case, woman in cases.items()}
    forget_everything(premises)
    arrive(premises, tokens)
    run(premises)
    at_once = persons(premises), persons(premises, "review")
    forget_everything(premises)

    order = list(tokens)
    shuffling.shuffle(order)  # type: ignore[attr-defined]
    for start in range(0, len(order), 3):
        arrive(premises, {case: tokens[case] for case in order[start : start + 3]})
        run(premises)

    assert (persons(premises), persons(premises, "review")) == at_once


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(women=A_FEW | A_CROWD)
def test_both_ways_of_looking_find_the_same_pairs(premises: Premises, women: list[Woman]) -> None:
    """By the index for each case, or by one look over the whole store."""
    forget_everything(premises)
    arrive_as(premises, *women)
    run(premises)
    with transaction(premises.database.linking_session()) as session:
        with premises.database.read_session() as reading:
            whole = matching.match_all(session, reading)
        by_index = matching.match_fresh(session, [a_case_id(n) for n in range(1, len(women) + 1)])

    assert by_index.crowds == whole.crowds
    assert by_index.crowds or by_index.agreeing == whole.agreeing


@pytest.mark.parametrize("band", ["automatic", "review"])
def test_memberships_of_one_band_never_overlap(premises: Premises, band: str) -> None:
    """A case is of one person at a time."""
    arrive_as(premises, ANA, ANA, ANA)
    run(premises)
    arrive(premises, {C: tokens_of(ELENA, C)})
    run(premises)
    arrive(premises, {C: tokens_of(ANA, C)})
    run(premises)

    overlapping = text(
        "SELECT count(*) FROM link.memberships m JOIN link.memberships n ON n.case_id = m.case_id "
        "AND n.band = m.band AND n.since > m.since AND (m.until IS NULL OR m.until > n.since) WHERE m.band = :band"
    )
    with transaction(premises.database.read_session()) as session:
        assert session.execute(overlapping, {"band": band}).scalar_one() == 0
    assert persons(premises, band) == {frozenset({A, B, C})}


def dump(premises: Premises) -> dict[str, list[tuple[object, ...]]]:
    columns = {
        "token_sets": "case_id, tokens, changed_at, linked_at",
        "edges": "*",
        "memberships": "*",
        "events": "*",
    }
    with transaction(premises.database.linking_session()) as session:
        return {
            name: sorted(map(tuple, session.execute(text(f"SELECT {told} FROM link.{name}"))), key=repr)
            for name, told in columns.items()
        }


def ids(premises: Premises) -> set[object]:
    with transaction(premises.database.read_session()) as session:
        asked = text("SELECT DISTINCT person_id FROM link.memberships WHERE until IS NULL")
        return set(session.execute(asked).scalars())


def forget_everything(premises: Premises) -> None:
    with transaction(premises.database.linking_session()) as session:
        for name in ("arrivals", "token_sets", "events", "runs"):
            session.execute(text(f"DELETE FROM link.{name}"))
