"""What speaks against a link is told from what the clearing point keeps: sex, and bands of ages."""

from __future__ import annotations

import numpy as np
import pytest

from app.domain.linkage_rules import Against
from benchmarks.linkage.contradicting import CONTRADICTIONS, contradictions
from benchmarks.linkage.errors import Sheet

BORN_APART = 1 << CONTRADICTIONS.index(Against.BIRTH_YEARS)
OTHER_SEX = 1 << CONTRADICTIONS.index(Against.SEX)


def sheet(sex: str, birth_year: str) -> Sheet:
    """A sheet with what may contradict."""
    return {"sex": sex, "birth_year": birth_year}


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (sheet("F", "2001"), sheet("F", "2001"), 0),
        (sheet("F", "2001"), sheet("M", "2001"), OTHER_SEX),
        (sheet("F", "2001"), sheet("F", ""), 0),
        (sheet("F", "1990"), sheet("F", "1994"), 0),
        (sheet("F", "1990"), sheet("M", "2005"), BORN_APART | OTHER_SEX),
    ],
    ids=("nothing", "sex", "no_year", "years_of_one_band", "both"),
)
def test_bands_contradict_where_years_in_them_must(one: Sheet, other: Sheet, said: int) -> None:
    """Four years apart within one band contradict nothing: the clearing point does not know them."""
    pair = np.array([0]), np.array([0])

    assert contradictions([one], [other], pair).tolist() == [said]


def test_each_pair_is_told_on_its_own() -> None:
    """Pairs are numbers of sheets of either register."""
    left, right = [sheet("F", "2001"), sheet("M", "2001")], [sheet("M", "2001"), sheet("F", "1970")]
    pairs = np.array([0, 1, 1]), np.array([0, 0, 1])

    assert contradictions(left, right, pairs).tolist() == [OTHER_SEX, 0, BORN_APART | OTHER_SEX]
