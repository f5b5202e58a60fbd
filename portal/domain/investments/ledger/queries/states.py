"""Reads that posting needs: rows locked, histories by day, business keys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.rules import PastDay
from portal.domain.investments.ledger.values import StandingKey
from portal.platform import db


class HoldingRow(NamedTuple):
    """A holding's kept balances, locked until the transaction ends."""

    id: UUID
    account_id: UUID
    vehicle_id: UUID
    currency: str
    commitment: Decimal
    unfunded: Decimal
    net_assets: Decimal
    last_on: date | None
    called: Decimal


ROWS = """
SELECT h.id, h.account_id, h.vehicle_id, h.currency, h.commitment, h.unfunded, h.net_assets, h.last_on,
  h.called
FROM investments.holdings h
WHERE h.firm_id = %(firm)s AND h.account_id = ANY(%(accounts)s)
  AND h.vehicle_id = ANY(%(vehicles)s)
ORDER BY h.id FOR UPDATE
"""
OF_BATCH = """
SELECT h.id, h.account_id, h.vehicle_id, h.currency, h.commitment, h.unfunded, h.net_assets, h.last_on,
  h.called
FROM investments.holdings h
WHERE h.id IN (SELECT j.holding_id FROM investments.journals j WHERE j.firm_id = %(firm)s AND j.batch_id = %(batch)s)
ORDER BY h.id FOR UPDATE
"""
PAST = """
SELECT p.holding_id, p.effective_on, sum(p.amount) FILTER (WHERE p.bucket = 'net_assets') AS change
FROM investments.postings p WHERE p.holding_id = ANY(%(ids)s) GROUP BY p.holding_id, p.effective_on
"""
STANDING = """
SELECT DISTINCT ON (j.holding_id, j.effective_on) j.holding_id, j.effective_on, j.stated_nav
FROM investments.journals j
WHERE j.holding_id = ANY(%(ids)s) AND j.stated_nav IS NOT NULL
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
ORDER BY j.holding_id, j.effective_on, j.posted_at DESC
"""
KEYS = """
SELECT DISTINCT ON (j.business_key) j.business_key, j.generation, j.content_digest,
  EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id) AS reversed
FROM investments.journals j
WHERE j.firm_id = %(firm)s AND j.business_key = ANY(ARRAY(SELECT jsonb_array_elements_text(%(keys)s::jsonb)))
ORDER BY j.business_key, j.generation DESC
"""


def list_holding_rows(actor: Actor, accounts: Sequence[UUID], vehicles: Sequence[UUID]) -> list[HoldingRow]:
    """Holdings of these accounts in these vehicles, locked in the order of their ids so that two postings never wait
    for each other in a ring."""
    rows = db.fetch_all(ROWS, firm=actor.firm_id, accounts=list(set(accounts)), vehicles=list(set(vehicles)))
    return [HoldingRow(*row) for row in rows]


def list_batch_holdings(actor: Actor, batch_id: UUID) -> list[HoldingRow]:
    """Holdings that a batch posted to, locked in the order of their ids."""
    return [HoldingRow(*row) for row in db.fetch_all(OF_BATCH, firm=actor.firm_id, batch=batch_id)]


def list_past_days(_actor: Actor, holding_ids: Sequence[UUID]) -> dict[UUID, list[PastDay]]:
    """Per holding, day by day in order: what happened to net assets, and the valuation that stands for the day."""
    if not holding_ids:
        return {}
    ids = list(holding_ids)
    standing = {(row.holding_id, row.effective_on): row.stated_nav for row in db.fetch_all(STANDING, ids=ids)}
    past: dict[UUID, list[PastDay]] = defaultdict(list)
    for row in sorted(db.fetch_all(PAST, ids=ids), key=lambda row: row.effective_on):
        stated = standing.get((row.holding_id, row.effective_on))
        past[row.holding_id].append(PastDay(row.effective_on, row.change or Decimal(0), stated))
    return past


def find_keys(actor: Actor, keys: Sequence[str]) -> list[StandingKey]:
    """What the journal knows of these business keys; unknown ones are left out."""
    # As JSON, since an array of many texts takes the driver longer than the answer takes the server.
    return [StandingKey(*row) for row in db.fetch_all(KEYS, firm=actor.firm_id, keys=json.dumps(keys))]
