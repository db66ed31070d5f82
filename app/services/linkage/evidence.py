"""What of the cleared fields speaks against a link: the catalogue's codes, as the rules see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from uuid import UUID

from anonymizer.catalogue.fields import CODE_LISTS
from app.database.sessions import Session
from app.domain.linkage_graph import Pair
from app.domain.linkage_rules import OLDEST, Against, Generalized, Stay, speaks_against
from app.queries.linkage_fields import CaseFields, read_fields

SEXES = frozenset({"F", "M"})
"""What can contradict itself. Other and unknown are told differently by different organizations."""
NOTHING = Generalized(sex=None, registered_in=None, ages=None)


def find_evidence(session: Session, pairs: Collection[Pair]) -> dict[Pair, list[Against]]:
    """What speaks against each pair of which something does. The reader's role reads the fields."""
    fields = read_fields(session, _cases(pairs))
    known = {case: generalized(of) for case, of in fields.items()}
    found = {(a, b): speaks_against(known.get(a, NOTHING), known.get(b, NOTHING)) for a, b in pairs}
    return {pair: against for pair, against in found.items() if against}


def generalized(fields: CaseFields) -> Generalized:
    """A cleared case as far as it can speak against a link."""
    return Generalized(
        sex=fields.sex if fields.sex in SEXES else None,
        registered_in=None if fields.registered is None else fields.registered.year,
        ages=_ages().get(fields.age_band),
        stays=tuple(Stay(stay.country, stay.first, stay.last) for stay in fields.stays),
    )


def _cases(pairs: Iterable[Pair]) -> list[UUID]:
    return sorted({case for pair in pairs for case in pair})


@cache
def _ages() -> dict[str, tuple[int, int]]:
    return {
        code.code: (code.low, OLDEST if code.high is None else code.high)
        for code in CODE_LISTS["CL_AGE"].codes.values()
        if code.low is not None
    }
