"""What documents may be about: the accounts and vehicles of the firm."""

from __future__ import annotations

from portal.domain.documents.library.values.documents import DocumentDetails
from portal.domain.identity.access.values import Actor
from portal.platform import db

KNOWN = """
SELECT %(account)s::uuid IS NULL
    OR EXISTS (SELECT FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = %(account)s) AS account,
  %(vehicle)s::uuid IS NULL
    OR EXISTS (SELECT FROM investments.vehicles WHERE firm_id = %(firm)s AND id = %(vehicle)s) AS vehicle
"""


def list_unknown_subjects(actor: Actor, details: DocumentDetails) -> dict[str, str]:
    """What a document is said to be about and the firm does not have, by field; a sentence for each."""
    row = db.fetch_one(KNOWN, firm=actor.firm_id, account=details.account_id, vehicle=details.vehicle_id)
    assert row is not None
    faults = {}
    if not row.account:
        faults["account_id"] = "There is no such account."
    if not row.vehicle:
        faults["vehicle_id"] = "There is no such vehicle."
    return faults
