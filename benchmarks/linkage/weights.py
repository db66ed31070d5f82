"""`python -m benchmarks linkage-weights`: fits the log-odds that stand in `anonymizer/policy/weights-*.csv`.

They say what agreement is worth among strangers, of all levels of errors alike: that twins and sisters are not taken
for one is the task of the rule, which asks for a class that they do not share. Agreement never speaks against a link.
A new fit is a new file: what was linked under the old one is not judged again in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from anonymizer.policy import load_policy
from benchmarks.linkage.corpus import FIRST_FITTING_SEED, make_corpus
from benchmarks.linkage.errors import LEVELS
from benchmarks.linkage.fitting import BIAS, Counted, counted, joined, never_against, relatives_of, truth_of

COLUMNS = "class,log_odds,same_person,other_person,fitted_on"


def fit(size: int) -> tuple[dict[str, float], list[Counted]]:
    """Log-odds by class, and the counts that they were fitted on, a table for each level."""
    tables = [_among_strangers(size, level) for level in range(len(LEVELS))]
    return never_against(tables, [key.id for key in load_policy().link_keys]), tables


def written(size: int) -> Iterator[str]:
    """The lines of the file: log-odds, and how many pairs of one person and of two agreed on the class."""
    weights, tables = fit(size)
    origin = f"strangers of benchmarks.linkage {size}x{size} levels 0-{len(LEVELS) - 1} seeds from {FIRST_FITTING_SEED}"
    yield COLUMNS
    classes = [key.id for key in load_policy().link_keys]
    for name in (BIAS, *classes):
        bit = None if name == BIAS else classes.index(name)
        same, other = _pairs(tables, bit)
        yield f"{name},{weights[name]:.2f},{same},{other},{origin}"


def _among_strangers(size: int, level: int) -> Counted:
    corpus = make_corpus(size, level, FIRST_FITTING_SEED + level)
    found = joined(corpus)
    return counted(found, truth_of(corpus, found), without=relatives_of(corpus, found))


def _pairs(tables: list[Counted], bit: int | None) -> tuple[int, int]:
    """Pairs of one person and of two that agree on a class, or on any."""
    same = other = 0
    for table in tables:
        agreed = table.masks > 0 if bit is None else (table.masks >> bit & 1) == 1
        same, other = same + int(table.same[agreed].sum()), other + int(table.other[agreed].sum())
    return same, other
