"""Whatever is sent in whatever order: what is alive in PostgreSQL is what a few lines of Python say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymizer import ClearedChunk, inner_case_token
from app.edge.premises import Premises
from app.services.cases import StoredRows, stored_token
from tests.app.services.storing import (
    CASE_KEY,
    SERVER_KEY,
    Shelter,
    cleared_cases,
    cleared_rows,
    open_shelter,
)
from tests.clearing_point_fixture import SHELTER
from tests.factories import a_case

NUMBERS = ("1", "2", "3")
WITHHELD = ("withheld",)
FATES = ("created", "updated", "unchanged", "rejected", "withheld")
Content = tuple[str, ...]
Part = Literal["case_sheet", "referral", "care_plan"]
Sent = tuple[Part, Mapping[str, Content]]
"""What one batch brings: a part of some cases, each with its content."""
_codes = count(1)


@dataclass
class Model:
    """What ought to be kept of one case."""

    alive: dict[Part, Content] = field(default_factory=dict)
    versions: int = 0

    def take(self, part: Part, content: Content) -> str:
        """Replace what differs; forget all when consent is gone; keep nothing of a module without consent."""
        sheet = self.alive.get("case_sheet")
        if part != "case_sheet" and sheet in (None, WITHHELD):
            return "rejected" if sheet is None else "withheld"
        before = self.alive.get(part)
        if before == content:
            return "unchanged"
        if content == WITHHELD:
            is_new, self.versions = not self.alive, 0
            self.alive.clear()
        else:
            is_new = before is None
        self.alive[part] = content
        self.versions += 1
        return "created" if is_new else "updated"


def of_cases(content: st.SearchStrategy[Content]) -> st.SearchStrategy[dict[str, Content]]:
    return st.dictionaries(st.sampled_from(NUMBERS), content, min_size=1)


FULL_OR_WITHHELD = st.sampled_from([("18-20",), ("30-38",), WITHHELD])
KINDS = st.lists(st.sampled_from(["NGO", "POLICE"]), min_size=1, max_size=2).map(tuple)
RISKS = st.sampled_from([("LOW",), ("HIGH",)])
BATCHES = st.lists(
    st.one_of(
        st.tuples(st.just("case_sheet"), of_cases(FULL_OR_WITHHELD)),
        st.tuples(st.just("referral"), of_cases(KINDS)),
        st.tuples(st.just("care_plan"), of_cases(RISKS)),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_what_is_alive_is_what_the_model_says(premises: Premises, batches: list[Sent]) -> None:
    """Sheets, modules and consent that comes and goes, in any order; answers, versions and records alike."""
    shelter = open_shelter(premises, replace(SHELTER, code=f"shelter-{next(_codes)}"))
    model = {number: Model() for number in NUMBERS}

    for part, contents in batches:
        [told] = shelter.send(chunk_of(part, contents))

        fates: Counter[str] = Counter()
        for number, content in contents.items():
            fates[model[number].take(part, content)] += len(rows(part, content))
        assert fates_of(told) == {fate: fates[fate] for fate in fates_of(StoredRows())}

    assert kept(shelter) == {
        (token_of(shelter, number), part, content)
        for number, case in model.items()
        for part, content in case.alive.items()
    }
    assert versions(shelter) == sum(case.versions for case in model.values())
    shelter.frame()


def chunk_of(part: Part, contents: Mapping[str, Content]) -> ClearedChunk:
    if part == "case_sheet":
        return cleared_cases(*(sheet(number, content) for number, content in contents.items()))
    return cleared_rows(
        part,
        *(
            row | {"case_number": number}
            for number, content in contents.items()
            for row in rows(part, content)
        ),
    )


def sheet(number: str, content: Content) -> dict[str, str]:
    if content == WITHHELD:
        return a_case(case_number=number, consent="NO")
    return a_case(case_number=number, age=content[0])


def rows(part: Part, content: Content) -> list[dict[str, str]]:
    """The rows in which a content is sent."""
    if part == "referral":
        return [
            {"referral_no": str(place), "to_org_type": kind} for place, kind in enumerate(content, start=1)
        ]
    return [{"risk_level": content[0]}]


def fates_of(told: StoredRows) -> dict[str, int]:
    return {fate: getattr(told, fate) for fate in FATES}


def token_of(shelter: Shelter, number: str) -> bytes:
    return stored_token(SERVER_KEY, shelter.organization_id, inner_case_token(CASE_KEY, number))


CONTENT = """
    CASE part
    WHEN 'referral' THEN ARRAY(SELECT to_org_type FROM referrals WHERE part_id = p.id ORDER BY referral_no)
    WHEN 'care_plan' THEN ARRAY(SELECT risk_level FROM care_plans WHERE part_id = p.id)
    ELSE ARRAY(SELECT CASE WHEN EXISTS (SELECT FROM identifications i WHERE i.part_id = p.id)
                      THEN age_at_registration ELSE 'withheld' END
               FROM case_records WHERE part_id = p.id)
    END
"""


def kept(shelter: Shelter) -> set[tuple[object, ...]]:
    """Token, part and content of every version that is alive."""
    alive = shelter.rows(
        f"SELECT case_token, part, {CONTENT} FROM case_parts p JOIN cases c ON c.id = p.case_id "
        f"WHERE p.ended_at IS NULL AND p.organization_id = '{shelter.organization_id}'"
    )
    return {(token, part, tuple(content)) for token, part, content in alive}  # type: ignore[arg-type]


def versions(shelter: Shelter) -> object:
    """How many versions there are, alive or ended."""
    return shelter.rows(
        f"SELECT count(*) FROM case_parts WHERE organization_id = '{shelter.organization_id}'"
    )[0][0]
