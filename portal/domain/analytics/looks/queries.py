"""Whose accounts a delegate looked at, and the log of it; in the firm's system tenancy."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.analytics.looks.values import NOTED_EVERY, Glance, Look
from portal.domain.identity.access.values import Actor
from portal.platform import clock, db
from portal.platform.tenancy import acting_as

# The accounts behind the ids in an address, whatever they are ids of.
ACCOUNTS = """
SELECT account_id FROM investments.statements WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION SELECT account_id FROM investments.holdings WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION SELECT account_id FROM investments.journals WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION SELECT account_id FROM investments.call_shares WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION SELECT account_id FROM investments.notices WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION SELECT account_id FROM documents.documents
  WHERE firm_id = %(firm)s AND id = ANY(%(ids)s) AND account_id IS NOT NULL
UNION SELECT id FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
"""
GRANTORS = """
SELECT DISTINCT d.grantor_id FROM people.delegations d JOIN people.delegated_accounts s ON s.delegation_id = d.id
WHERE d.firm_id = %(firm)s AND d.delegate_id = %(delegate)s AND d.revoked_at IS NULL AND d.until >= %(today)s
  AND (%(every)s OR s.account_id = ANY(%(accounts)s))
"""
NOTED = """
SELECT EXISTS (SELECT FROM identity.audit_events
  WHERE firm_id = %(firm)s AND on_behalf_of = %(grantor)s AND actor_id = %(delegate)s AND act = 'delegation.look'
    AND resource = %(resource)s AND detail ->> 'file' = '0' AND at > now() - %(every)s)
"""
LOG = """
SELECT e.id, e.at, COALESCE(d.called, u.name) AS who, e.act, e.detail ->> 'page' AS page,
  COALESCE(e.detail ->> 'file', '0') = '1' AS file, v.name AS vehicle, s.ends_on, w.reason
FROM identity.audit_events e
LEFT JOIN identity.users u ON u.id = e.actor_id
LEFT JOIN LATERAL (SELECT called FROM people.delegations
  WHERE grantor_id = e.on_behalf_of AND delegate_id = e.actor_id ORDER BY created_at DESC LIMIT 1) d ON true
CROSS JOIN LATERAL (SELECT CASE WHEN e.resource ~ '^(statement|holding|journal|viewing):'
  THEN split_part(e.resource, ':', 2)::uuid END AS id) thing
LEFT JOIN investments.statements s ON s.id = thing.id
LEFT JOIN investments.journals j ON j.id = thing.id
LEFT JOIN investments.holdings h ON h.id = COALESCE(s.holding_id, j.holding_id, thing.id)
LEFT JOIN investments.vehicles v ON v.id = h.vehicle_id
LEFT JOIN identity.viewings w ON w.id = thing.id
WHERE e.firm_id = %(firm)s AND e.on_behalf_of = %(user)s AND e.id < %(before)s
ORDER BY e.id DESC LIMIT %(most)s
"""
NEWEST = 2**63 - 1


def list_grantors(actor: Actor, glance: Glance) -> Sequence[UUID]:
    """Who lets the actor see what this page is about; where its address names nothing, everybody who lets them see
    anything."""
    rows = db.fetch_all(ACCOUNTS, firm=actor.firm_id, ids=list(glance.ids)) if glance.ids else []
    accounts = [row.account_id for row in rows]
    found = db.fetch_all(
        GRANTORS,
        firm=actor.firm_id,
        delegate=actor.user_id,
        today=clock.today(),
        every=not accounts,
        accounts=accounts,
    )
    return [row.grantor_id for row in found]


def exists_recent_look(actor: Actor, grantor_id: UUID, resource: str) -> bool:
    """Whether it stands in the log already that the actor looked at this of late."""
    found: bool = db.fetch_value(
        NOTED,
        firm=actor.firm_id,
        grantor=grantor_id,
        delegate=actor.user_id,
        resource=resource,
        every=NOTED_EVERY,
    )
    return found


def list_looks(actor: Actor, *, before: int = NEWEST, most: int = 50) -> list[Look]:
    """Who looked at the actor's accounts on their behalf, newest first, those with ids below `before`."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all(LOG, firm=actor.firm_id, user=actor.user_id, before=before, most=most)
    return [Look(*row) for row in rows]
