"""What the cleared cases of two sheets say against being one person: sex, and the bands of ages that are kept.

A sheet has a year of birth; the clearing point knows no more than the catalogue's band of the age at registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from anonymizer.catalogue.fields import CODE_LISTS
from app.domain.linkage_rules import OLDEST, Against, Generalized, speaks_against
from benchmarks.linkage.errors import Sheet

REGISTERED_IN = 2026
"""Of all sheets."""
CONTRADICTIONS = (Against.BIRTH_YEARS, Against.SEX)
"""What can be said of invented sheets, which have no stays."""


def generalized(sheet: Sheet) -> Generalized:
    """What the clearing point would know of the person."""
    return _generalized(sheet["sex"], sheet["birth_year"])


def contradictions(
    left: Sequence[Sheet], right: Sequence[Sheet], pairs: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
) -> npt.NDArray[np.int64]:
    """For each pair a set of `CONTRADICTIONS`: bit b is set when the one at that place speaks against it."""
    one, other = [generalized(sheet) for sheet in left], [generalized(sheet) for sheet in right]
    kinds = {kind: at for at, kind in enumerate(dict.fromkeys([*one, *other]))}
    said = np.array([[_said(first, second) for second in kinds] for first in kinds], dtype=np.int64)
    found: npt.NDArray[np.int64] = said[_numbers(one, kinds)[pairs[0]], _numbers(other, kinds)[pairs[1]]]
    return found


def _numbers(sheets: Sequence[Generalized], kinds: dict[Generalized, int]) -> npt.NDArray[np.int64]:
    return np.array([kinds[sheet] for sheet in sheets], dtype=np.int64)


def _said(one: Generalized, other: Generalized) -> int:
    found = speaks_against(one, other)
    return sum(1 << at for at, against in enumerate(CONTRADICTIONS) if against in found)


@cache
def _generalized(sex: str, birth_year: str) -> Generalized:
    return Generalized(sex, REGISTERED_IN, _ages(REGISTERED_IN - int(birth_year)) if birth_year else None)


def _ages(age: int) -> tuple[int, int] | None:
    """The lowest and the highest age of the catalogue's band."""
    bands = CODE_LISTS["CL_AGE"]
    code = bands.codes[bands.band_of(age)]
    return None if code.low is None else (code.low, OLDEST if code.high is None else code.high)
