"""Attesting that access was looked through."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.people.access_review.errors import AccessChanged
from portal.domain.people.access_review.models import AttestationRecord
from portal.domain.people.access_review.queries import get_reviewed
from portal.platform.db import session, transactional
from portal.platform.tenancy import acting_as


def attest_access(actor: Actor, *, digest: str, statement: str) -> UUID:
    """Attest what was looked at, whose `digest` (hex) was shown; AccessChanged where access is not that any more. The
    id."""
    require(actor, Permission.ATTEST_ACCESS)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return keep_attestation(actor, digest=digest, statement=statement)


@transactional
def keep_attestation(actor: Actor, *, digest: str, statement: str) -> UUID:
    """Store an attestation with all of what it is about, in the firm's system tenancy, which sees all of it."""
    reviewed = get_reviewed(actor)
    if reviewed.digest.hex() != digest:
        raise AccessChanged
    record = AttestationRecord(
        firm_id=actor.firm_id,
        attested_by=actor.user_id,
        statement=statement.strip(),
        people=reviewed.people,
        accounts=reviewed.accounts,
        digest=reviewed.digest,
        content=dict(reviewed.content),
    )
    session.add(record)
    session.flush()
    record_act(actor.user_id, "access.attest", f"attestation:{record.id}", people=reviewed.people)
    return record.id
