"""Counting attempts."""

from __future__ import annotations

from datetime import datetime

from portal.domain.identity.attempts.values import OVERALL, PER_ACCOUNT, PER_ADDRESS, WINDOW
from portal.platform import db

FULL = """
SELECT max(full_since) FROM (
  (SELECT at AS full_since FROM identity.attempts WHERE kind = %(kind)s AND account = %(account)s AND at > %(since)s
   ORDER BY at DESC OFFSET %(per_account)s LIMIT 1)
  UNION ALL
  (SELECT at FROM identity.attempts WHERE kind = %(kind)s AND address = %(address)s AND at > %(since)s
   ORDER BY at DESC OFFSET %(per_address)s LIMIT 1)
  UNION ALL
  (SELECT at FROM identity.attempts WHERE kind = %(kind)s AND at > %(since)s
   ORDER BY at DESC OFFSET %(overall)s LIMIT 1)
) counted
"""


def find_opening(kind: str, account: bytes, address: str, moment: datetime) -> datetime | None:
    """When the next attempt is let through, where one of the limits is reached at `moment`; None where none is."""
    full_since: datetime | None = db.fetch_value(
        FULL,
        kind=kind,
        account=account,
        address=address,
        since=moment - WINDOW,
        per_account=PER_ACCOUNT - 1,
        per_address=PER_ADDRESS - 1,
        overall=OVERALL - 1,
    )
    return None if full_since is None else full_since + WINDOW
