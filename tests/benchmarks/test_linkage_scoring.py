"""How linking is scored: the join finds what comparing every pair finds, and a threshold keeps its precision."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from typer.testing import CliRunner

from anonymizer.clearing.identifiers import check_text
from anonymizer.policy import load_policy
from benchmarks.__main__ import app
from benchmarks.identifier_corpus import BENIGN, kinds, make_texts
from benchmarks.identifiers import share
from benchmarks.linkage.corpus import make_corpus
from benchmarks.linkage.fitting import fitted, relatives_of, truth_of
from benchmarks.linkage.joining import agreements, class_names, register, slots_of
from benchmarks.linkage.scoring import one_to_one, quality, recall_at_precision
from benchmarks.linkage.weights import COLUMNS, fit, written


def test_the_join_finds_the_pairs_that_comparing_every_pair_finds() -> None:
    """Slot by slot, within a class alone; each pair once with all its classes."""
    corpus = make_corpus(60, 1, 100)
    left, right = register(corpus.left, 1).tokens, register(corpus.right, 2).tokens
    policy = load_policy()
    class_of_slot = [policy.class_of_slot(slot).id for slot in range(slots_of(policy))]

    def shared(i: int, j: int) -> frozenset[str]:
        in_common = set(left[i].tolist()) & set(right[j].tolist())
        return frozenset(class_of_slot[at] for at, token in enumerate(left[i].tolist()) if token in in_common)

    found = agreements(left, right)

    assert {
        (i, j): class_names(mask)
        for i, j, mask in zip(found.left.tolist(), found.right.tolist(), found.classes.tolist(), strict=True)
    } == {(i, j): classes for i, j in product(range(60), range(60)) if (classes := shared(i, j))}


def test_registers_that_share_nothing_have_no_pairs() -> None:
    """Fillers of two registers are never the same."""
    empty = [dict.fromkeys(make_corpus(10, 0, 100).left[0], "")] * 20
    one, other = register(empty, 1), register(empty, 2)

    assert one.empty_handed == 20
    assert len(agreements(one.tokens, other.tokens).left) == 0


def test_the_assignment_takes_the_best_pair_and_nobody_twice() -> None:
    """The second-best pair of a sheet that is taken is left."""
    taken = one_to_one(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([2.0, 3.0, 1.0]))

    assert taken.tolist() == [1]


def test_recall_counts_at_a_threshold_and_never_between_equal_scores() -> None:
    """Of three pairs with one score two are right: taking the two alone would be a choice that nobody can make."""
    truth = np.array([True, True, True, False])

    assert recall_at_precision(truth, np.array([2.0, 1.0, 1.0, 1.0]), 4, wanted=0.9) == 0.25
    assert recall_at_precision(truth, np.array([2.0, 1.5, 1.2, 1.0]), 4, wanted=0.9) == 0.75


def test_precision_of_nothing_is_one_and_its_recall_none() -> None:
    """No link is no wrong link."""
    nothing = quality(np.array([], dtype=bool), 5)

    assert (nothing.precision, nothing.recall) == (1.0, 0.0)


def test_weights_of_the_file_never_speak_against_a_link() -> None:
    """A class whose agreement would speak against says nothing."""
    kept, tables = fit(150)
    classes = [key.id for key in load_policy().link_keys]

    assert set(kept) == {*classes, "bias"} == set(fitted(tables, classes))
    assert all(kept[name] >= 0 for name in classes)


def test_weights_are_written_with_where_they_come_from() -> None:
    """One line a class and the bias, as the clearing point reads them."""
    lines = list(written(100))

    assert lines[0] == COLUMNS
    assert [line.split(",")[0] for line in lines[1:]] == [
        "bias",
        *(key.id for key in load_policy().link_keys),
    ]


def test_relatives_are_two_persons_of_one_family() -> None:
    """A person is no relative of herself."""
    corpus = make_corpus(150, 0, 100, in_families=0.5)
    found = agreements(register(corpus.left, 1).tokens, register(corpus.right, 2).tokens)

    related = relatives_of(corpus, found)
    assert related.any()
    assert not (related & truth_of(corpus, found)).any()


def test_linkage_tells_precision_and_recall_of_three_levels() -> None:
    """And that its absolute figures are optimistic."""
    printed = CliRunner().invoke(app, ["linkage", "--size", "100"], catch_exceptions=False).output

    assert len(re.findall(r"^\| [012]: .*\d\.\d{4} / \d\.\d{4} \|", printed, re.MULTILINE)) == 3
    assert "absolute figures are optimistic" in printed
    assert "Repeat: python -m benchmarks linkage --size 100" in printed


def test_half_of_the_texts_have_an_identifier_of_every_kind() -> None:
    """The same for a seed."""
    texts = make_texts(400, 1)

    assert texts == make_texts(400, 1)
    assert sum(text.kind == BENIGN for text in texts) == 200
    assert {text.kind for text in texts} == {BENIGN, *kinds()}


@pytest.mark.parametrize("kind", ["e-mail", "phone, international"])
def test_what_every_scanner_must_find_is_found(kind: str) -> None:
    """Addresses and international numbers, in sentences of eight languages."""
    of_kind = [text for text in make_texts(400, 1) if text.kind == kind]

    alarm = [check_text(text.words) is not None for text in of_kind]

    assert share(of_kind, alarm, {kind}) == 1
