"""Who may do what: the whole truth table of roles and permissions, and the rule of two persons."""

from __future__ import annotations

import inspect
from uuid import uuid4

import pytest

from app.domain import permissions
from app.domain.actors import Role
from app.domain.errors import NotAllowed
from app.domain.permissions import ROLES_FOR
from tests.factories import an_actor

S, R, B, C, K, P, A = (
    Role.SENDER,
    Role.RESEARCHER,
    Role.AUTHORIZED_BODY,
    Role.CURATOR,
    Role.CHECKER,
    Role.KEEPER,
    Role.AUDITOR,
)

TRUTH = {
    # senders send and see their own
    "send_batch": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    "read_batch": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    # senders take back what is theirs
    "withdraw_batch": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    "withdraw_cases": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    # senders have their link keys evaluated blindly
    "evaluate_elements": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    # curators count, checkers check, either of them publishes what both have seen, or stops it
    "draft_release": {S: False, R: False, B: False, C: True, K: False, P: False, A: False},
    "check_release": {S: False, R: False, B: False, C: False, K: True, P: False, A: False},
    "publish_release": {S: False, R: False, B: False, C: True, K: True, P: False, A: False},
    "withdraw_release": {S: False, R: False, B: False, C: True, K: True, P: False, A: False},
    "read_unpublished_release": {S: False, R: False, B: False, C: True, K: True, P: False, A: False},
    # senders see what they owe, the desk sees who is late
    "read_own_coverage": {S: True, R: False, B: False, C: False, K: False, P: False, A: False},
    "read_coverage": {S: False, R: False, B: False, C: True, K: True, P: True, A: False},
    # curators say which cases are of one person
    "read_link": {S: False, R: False, B: False, C: True, K: False, P: False, A: False},
    "decide_link": {S: False, R: False, B: False, C: True, K: False, P: False, A: False},
    # keepers ask the organizations about a person who wants to be erased
    "settle_erasure": {S: False, R: False, B: False, C: False, K: False, P: True, A: False},
    # the trail is for auditors alone
    "read_audit": {S: False, R: False, B: False, C: False, K: False, P: False, A: True},
}
NEEDS_SOMEBODY_ELSE = {"check_release": "drafted_by", "decide_link": "decided_by"}


def test_every_permission_has_its_row_and_every_role_its_column() -> None:
    """A new permission or role cannot be added without saying here who has it."""
    assert TRUTH.keys() == ROLES_FOR.keys()
    assert all(set(row) == set(Role) for row in TRUTH.values())


def test_every_permission_is_a_pair_of_functions() -> None:
    """`check_can_x` raises, `can_x` answers: there is one pair for each permission, and no other."""
    names = {name for name, _ in inspect.getmembers(permissions, inspect.isfunction) if name[0] != "_"}

    assert names == {f"can_{name}" for name in ROLES_FOR} | {f"check_can_{name}" for name in ROLES_FOR}


@pytest.mark.parametrize(
    ("permission", "role", "expected"),
    [(permission, role, expected) for permission, row in TRUTH.items() for role, expected in row.items()],
)
def test_the_truth_table(permission: str, role: Role, expected: bool) -> None:
    """Both halves of the pair say what the table says."""
    actor = an_actor(roles={role})
    arguments = {NEEDS_SOMEBODY_ELSE[permission]: uuid4()} if permission in NEEDS_SOMEBODY_ELSE else {}
    can, check = getattr(permissions, f"can_{permission}"), getattr(permissions, f"check_can_{permission}")

    assert can(actor, **arguments) is expected
    if expected:
        check(actor, **arguments)
    else:
        with pytest.raises(NotAllowed):
            check(actor, **arguments)


def test_who_drafted_a_release_cannot_check_it_even_with_both_roles() -> None:
    """Two roles in one person are still one person."""
    actor = an_actor(roles={Role.CURATOR, Role.CHECKER})

    assert not permissions.can_check_release(actor, drafted_by=actor.person_id)
    with pytest.raises(NotAllowed, match="second person"):
        permissions.check_can_check_release(actor, drafted_by=actor.person_id)


def test_a_key_without_roles_opens_nothing() -> None:
    """No permission is given to everybody by default."""
    actor = an_actor(roles=set())

    assert not any(
        getattr(permissions, f"can_{name}")(actor) for name in ROLES_FOR if name not in NEEDS_SOMEBODY_ELSE
    )


def test_what_a_curator_decided_only_another_decides_otherwise() -> None:
    """Nobody takes a link that was said to be wrong for right again alone."""
    curator = an_actor(roles={C})

    assert permissions.can_decide_link(curator, decided_by=None)
    assert not permissions.can_decide_link(curator, decided_by=curator.person_id)
    with pytest.raises(NotAllowed):
        permissions.check_can_decide_link(curator, decided_by=curator.person_id)
