"""What the firm's books hold of what a file's rows name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.rules.entries import POSITION_KINDS, position_key
from portal.domain.investments.imports.rules.keys import Identity
from portal.domain.investments.imports.values.records import Ground, HoldingGround, Origin, VehicleGround
from portal.domain.investments.imports.values.tables import Entry, PositionRow
from portal.domain.investments.ledger.queries.states import find_keys
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform import db
from portal.platform.ids import name_key

ORIGINS = """
SELECT j.business_key, i.file_name, j.posted_at::date AS posted_on
FROM investments.journals j LEFT JOIN investments.imports i ON i.id = j.batch_id
WHERE j.firm_id = %(firm)s AND j.business_key = ANY(%(keys)s) AND j.reverses IS NULL
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
"""
# A transaction only asks for opening balances, which few holdings have; a position asks for every dated line too.
HOLDINGS = """
SELECT h.account_id, h.vehicle_id, lines.opened_on, lines.dated_on, h.commitment, h.paid_in, h.distributed
FROM unnest(%(accounts)s::uuid[], %(vehicles)s::uuid[]) AS given (account_id, vehicle_id)
JOIN investments.holdings h ON h.account_id = given.account_id AND h.vehicle_id = given.vehicle_id
CROSS JOIN LATERAL (
  SELECT max(j.effective_on) FILTER (WHERE j.opening) AS opened_on,
    max(j.effective_on) FILTER (WHERE NOT j.opening AND j.kind <> 'valuation_adjustment') AS dated_on
  FROM investments.journals j
  WHERE j.holding_id = h.id AND j.reverses IS NULL
    AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
) lines
WHERE h.firm_id = %(firm)s AND h.opening >= %(opening)s AND h.first_on IS NOT NULL
"""

LATER = """
SELECT i.file_name, a.name AS account, v.name AS vehicle, later.effective_on
FROM investments.journals mine
JOIN investments.journals later ON later.holding_id = mine.holding_id AND later.opening AND later.reverses IS NULL
  AND later.effective_on > mine.effective_on AND later.batch_id IS DISTINCT FROM mine.batch_id
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = later.id)
JOIN investments.holdings h ON h.id = later.holding_id
JOIN people.investor_accounts a ON a.id = h.account_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
LEFT JOIN investments.imports i ON i.id = later.batch_id
WHERE mine.batch_id = %(id)s AND mine.firm_id = %(firm)s AND mine.opening AND mine.reverses IS NULL
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = mine.id)
ORDER BY later.effective_on DESC LIMIT 1
"""


def get_ground(actor: Actor, rows: Sequence[Entry], identities: Sequence[Identity]) -> Ground:
    """The accounts, vehicles, holdings and journal keys that `rows` would meet, in a handful of statements."""
    is_positions = any(isinstance(row, PositionRow) for row in rows[:1])
    pairs = list(dict.fromkeys((row.account, row.vehicle) for row in rows))
    accounts = find_account_ids(actor, dict.fromkeys(account for account, _ in pairs))
    vehicles = {
        key: VehicleGround(vehicle.id, vehicle.currency)
        for key, vehicle in find_vehicles(actor, dict.fromkeys(vehicle for _, vehicle in pairs)).items()
    }
    named = [(accounts.get(name_key(account)), vehicles.get(name_key(vehicle))) for account, vehicle in pairs]
    met = {(account, vehicle.id) for account, vehicle in named if account and vehicle}
    known = find_keys(actor, _journal_keys(identities, is_positions))
    told_by = {position_key(each.key) if is_positions else each.key: each for each in identities} if known else {}
    standing = {
        key.business_key: key.content_digest for key in known if not key.reversed and key.business_key in told_by
    }
    changed = {key: told_by[key].key for key, digest in standing.items() if digest != told_by[key].digest}
    return Ground(
        accounts,
        vehicles,
        {told_by[key].key: digest for key, digest in standing.items()},
        _origins(actor, changed),
        _holdings(actor, met, opening_only=not is_positions),
        tuple(known),
    )


def _journal_keys(identities: Sequence[Identity], is_positions: bool) -> list[str]:
    """Every business key that posting the rows could use."""
    if not is_positions:
        return [each.key for each in identities]
    return [position_key(each.key, kind) for each in identities for kind in POSITION_KINDS]


def _origins(actor: Actor, keys: dict[str, str]) -> dict[str, Origin]:
    """Where what stands under these journal keys came from, by the keys of their rows."""
    rows = db.fetch_all(ORIGINS, firm=actor.firm_id, keys=list(keys)) if keys else []
    return {keys[row.business_key]: Origin(row.file_name, row.posted_on) for row in rows}


def _holdings(
    actor: Actor, pairs: set[tuple[UUID, UUID]], *, opening_only: bool
) -> dict[tuple[UUID, UUID], HoldingGround]:
    if not pairs:
        return {}
    accounts, vehicles = zip(*pairs, strict=True)
    rows = db.fetch_all(
        HOLDINGS, firm=actor.firm_id, accounts=list(accounts), vehicles=list(vehicles), opening=opening_only
    )
    return {
        (row.account_id, row.vehicle_id): HoldingGround(
            row.opened_on, row.dated_on, row.commitment, row.paid_in, row.distributed
        )
        for row in rows
    }


def find_later_position(actor: Actor, import_id: UUID) -> str | None:
    """Why an import of positions cannot be undone: the later position that was posted as the difference to one of
    its own; None where nothing is built on it."""
    row = db.fetch_one(LATER, firm=actor.firm_id, id=import_id)
    if row is None:
        return None
    source = f"import “{row.file_name}”" if row.file_name else "the ledger"
    return (
        f"The position of {row.account} in {row.vehicle} of {row.effective_on.isoformat()} ({source}) was posted as "
        "the difference to this one. Undo that import first."
    )
