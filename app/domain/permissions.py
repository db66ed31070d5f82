"""What a person is allowed, whatever the state: one table of roles, and the rule of two persons beside it.

Every permission is a pair: `check_can_x` raises NotAllowed, `can_x` answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.domain.actors import Actor, Role
from app.domain.errors import NotAllowed

ROLES_FOR: Mapping[str, frozenset[Role]] = {
    "send_batch": frozenset({Role.SENDER}),
    "read_batch": frozenset({Role.SENDER}),
    "withdraw_batch": frozenset({Role.SENDER}),
    "withdraw_cases": frozenset({Role.SENDER}),
    "evaluate_elements": frozenset({Role.SENDER}),
    "draft_release": frozenset({Role.CURATOR}),
    "check_release": frozenset({Role.CHECKER}),
    "publish_release": frozenset({Role.CURATOR, Role.CHECKER}),
    "withdraw_release": frozenset({Role.CURATOR, Role.CHECKER}),
    "read_unpublished_release": frozenset({Role.CURATOR, Role.CHECKER}),
    "read_own_coverage": frozenset({Role.SENDER}),
    "read_coverage": frozenset({Role.CURATOR, Role.CHECKER, Role.KEEPER}),
    "read_link": frozenset({Role.CURATOR}),
    "decide_link": frozenset({Role.CURATOR}),
    "settle_erasure": frozenset({Role.KEEPER}),
    "read_audit": frozenset({Role.AUDITOR}),
}


def can_send_batch(actor: Actor) -> bool:
    """Senders send their own organization's cases."""
    return _has_a_role_for("send_batch", actor)


def check_can_send_batch(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may send cases."""
    _require("send_batch", actor)


def can_read_batch(actor: Actor) -> bool:
    """Senders see batches; that they are their own is asked of the database, and answered with NotFound."""
    return _has_a_role_for("read_batch", actor)


def check_can_read_batch(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see batches at all."""
    _require("read_batch", actor)


def can_withdraw_batch(actor: Actor) -> bool:
    """Who may send may take back; that the batch is their own is asked of the database."""
    return _has_a_role_for("withdraw_batch", actor)


def check_can_withdraw_batch(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may take batches back."""
    _require("withdraw_batch", actor)


def can_withdraw_cases(actor: Actor) -> bool:
    """Who may send may take single cases back, of their own organization alone."""
    return _has_a_role_for("withdraw_cases", actor)


def check_can_withdraw_cases(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may take cases back."""
    _require("withdraw_cases", actor)


def can_evaluate_elements(actor: Actor) -> bool:
    """Who may send may have its link keys evaluated blindly, up to its quota."""
    return _has_a_role_for("evaluate_elements", actor)


def check_can_evaluate_elements(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may have elements evaluated."""
    _require("evaluate_elements", actor)


def can_draft_release(actor: Actor) -> bool:
    """Curators draft."""
    return _has_a_role_for("draft_release", actor)


def check_can_draft_release(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may draft a release."""
    _require("draft_release", actor)


def can_check_release(actor: Actor, *, drafted_by: UUID) -> bool:
    """Checkers check, but never what they drafted themselves (decision 13, two persons)."""
    return _has_a_role_for("check_release", actor) and actor.person_id != drafted_by


def check_can_check_release(actor: Actor, *, drafted_by: UUID) -> None:
    """Raise NotAllowed unless the actor may check this release."""
    _require("check_release", actor)
    if actor.person_id == drafted_by:
        raise NotAllowed("Who drafted a release cannot check it. Ask a second person.")


def can_publish_release(actor: Actor) -> bool:
    """Curators and checkers publish; two persons have acted by then, because only a checked release can be."""
    return _has_a_role_for("publish_release", actor)


def check_can_publish_release(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may publish."""
    _require("publish_release", actor)


def can_withdraw_release(actor: Actor) -> bool:
    """Either of the two may stop a release that is not public yet."""
    return _has_a_role_for("withdraw_release", actor)


def check_can_withdraw_release(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may withdraw a release."""
    _require("withdraw_release", actor)


def can_read_unpublished_release(actor: Actor) -> bool:
    """Drafts are protected already, and still nobody's business before the check."""
    return _has_a_role_for("read_unpublished_release", actor)


def check_can_read_unpublished_release(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see drafts."""
    _require("read_unpublished_release", actor)


def can_read_own_coverage(actor: Actor) -> bool:
    """Senders see what their own organization owes."""
    return _has_a_role_for("read_own_coverage", actor)


def check_can_read_own_coverage(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see, and answer, what its organization owes."""
    _require("read_own_coverage", actor)


def can_read_coverage(actor: Actor) -> bool:
    """The desk sees what every organization owes."""
    return _has_a_role_for("read_coverage", actor)


def check_can_read_coverage(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see who is late."""
    _require("read_coverage", actor)


def can_read_link(actor: Actor) -> bool:
    """Curators see which cases may be of one person."""
    return _has_a_role_for("read_link", actor)


def check_can_read_link(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see links."""
    _require("read_link", actor)


def can_decide_link(actor: Actor, *, decided_by: UUID | None) -> bool:
    """Curators decide; what one of them decided, only another may decide otherwise."""
    return _has_a_role_for("decide_link", actor) and actor.person_id != decided_by


def check_can_decide_link(actor: Actor, *, decided_by: UUID | None) -> None:
    """Raise NotAllowed unless the actor may decide on this link."""
    _require("decide_link", actor)
    if actor.person_id == decided_by:
        raise NotAllowed("You decided on this link yourself. Another curator may decide otherwise.")


def can_settle_erasure(actor: Actor) -> bool:
    """Keepers ask the organizations, and carry out what those said."""
    return _has_a_role_for("settle_erasure", actor)


def check_can_settle_erasure(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see, and settle, what other organizations are to be asked."""
    _require("settle_erasure", actor)


def can_read_audit(actor: Actor) -> bool:
    """Auditors read the trail; nobody else does, the curators included."""
    return _has_a_role_for("read_audit", actor)


def check_can_read_audit(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may read the audit trail."""
    _require("read_audit", actor)


def _has_a_role_for(permission: str, actor: Actor) -> bool:
    return not ROLES_FOR[permission].isdisjoint(actor.roles)


def _require(permission: str, actor: Actor) -> None:
    if not _has_a_role_for(permission, actor):
        needed = " or ".join(sorted(role.value for role in ROLES_FOR[permission]))
        raise NotAllowed(f"This needs a key with the role {needed}. Ask the keepers of the clearing point.")
