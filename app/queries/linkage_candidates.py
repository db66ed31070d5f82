"""Which cases hold the same token in slots of the same class: by sets, either of the whole store or by the index.

A token in a slot of another class says nothing, and no case is compared with itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.linkage_commonness import Holders

WORKING_MEMORY = "256MB"
"""For the one statement that sorts all tokens; what is more goes to the disk."""

_HELD = (
    "SELECT kept.case_id, slot.token, (CAST(:classes AS text[]))[slot.number] AS class_id "
    "FROM link.token_sets kept CROSS JOIN LATERAL unnest(kept.tokens) WITH ORDINALITY AS slot (token, number)"
)
_TOLD = "array_agg(DISTINCT case_id) FROM found GROUP BY class_id, token HAVING count(DISTINCT case_id) > 1"
IN_THE_WHOLE_STORE = text(
    "WITH shared AS MATERIALIZED (SELECT token FROM link.token_sets, unnest(tokens) AS token "
    "GROUP BY token HAVING count(*) > 1), "
    f"found AS (SELECT held.* FROM ({_HELD}) held JOIN shared USING (token)) "
    f"SELECT class_id, {_TOLD}"
)
BY_INDEX = text(
    f"WITH asked AS MATERIALIZED (SELECT DISTINCT class_id, token FROM ({_HELD} "
    "WHERE kept.case_id = ANY(CAST(:cases AS uuid[]))) fresh), "
    "found AS (SELECT asked.class_id, asked.token, other.case_id FROM asked CROSS JOIN LATERAL "
    "(SELECT case_id, tokens FROM link.token_sets WHERE tokens @> ARRAY[asked.token]) other "
    "WHERE EXISTS (SELECT FROM unnest(other.tokens) WITH ORDINALITY AS slot (token, number) "
    "WHERE slot.token = asked.token AND (CAST(:classes AS text[]))[slot.number] = asked.class_id)) "
    f"SELECT class_id, {_TOLD}"
)
HOLDING = text(
    "SELECT other.case_id, array_agg(DISTINCT asked.class_id) "
    "FROM (SELECT token, (CAST(:classes AS text[]))[number] AS class_id "
    "FROM unnest(CAST(:tokens AS bytea[])) WITH ORDINALITY AS slot (token, number)) asked CROSS JOIN LATERAL "
    "(SELECT case_id, tokens FROM link.token_sets WHERE tokens @> ARRAY[asked.token]) other "
    "WHERE EXISTS (SELECT FROM unnest(other.tokens) WITH ORDINALITY AS slot (token, number) "
    "WHERE slot.token = asked.token AND (CAST(:classes AS text[]))[slot.number] = asked.class_id) "
    "GROUP BY other.case_id ORDER BY other.case_id"
)


def find_all_holders(session: Session, classes: Sequence[str]) -> list[Holders]:
    """Every token that several cases hold. `classes` names the class of each slot, in order."""
    session.execute(text(f"SET LOCAL work_mem = '{WORKING_MEMORY}'"))
    found = session.execute(IN_THE_WHOLE_STORE, {"classes": list(classes)})
    holders = [Holders(name, tuple(cases)) for name, cases in found]
    session.execute(text("SET LOCAL work_mem TO DEFAULT"))
    return holders


def find_holders_of(session: Session, case_ids: Sequence[UUID], classes: Sequence[str]) -> list[Holders]:
    """Every token of these cases that another case holds, too: one look into the index for each token."""
    # The planner believes that a parameter hits a share of the store, and would read all of it.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = {"cases": list(case_ids), "classes": list(classes)}
    found = session.execute(BY_INDEX, asked)
    holders = [Holders(name, tuple(cases)) for name, cases in found]
    session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    return holders


def find_holding(
    session: Session, tokens: Sequence[bytes], classes: Sequence[str]
) -> list[tuple[UUID, tuple[str, ...]]]:
    """The cases that hold any of the 32 tokens of a person, with the classes that agree: for who asks to be erased."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    found = session.execute(HOLDING, {"tokens": list(tokens), "classes": list(classes)})
    holding = [(case_id, tuple(agreeing)) for case_id, agreeing in found]
    session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    return holding
