"""Reading transfers: staff all of the firm's, an investor the posted ones of their accounts, on either side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.transfers.values import Interest, Transfer, TransferState
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT t.id, t.vehicle_id, f.name AS vehicle, f.currency, t.account_id, g.name AS giver, t.taker_id, k.name AS taker,
  t.share, t.effective_on, t.whole_commitment, t.whole_unfunded, t.whole_nav, t.commitment, t.unfunded, t.nav,
  t.reason, t.state, t.created_at
FROM investments.transfers t JOIN investments.vehicles f ON f.id = t.vehicle_id
LEFT JOIN people.investor_accounts g ON g.id = t.account_id
LEFT JOIN people.investor_accounts k ON k.id = t.taker_id
WHERE {visible}
"""
OF_THE_FIRM = "t.firm_id = %(firm)s"
OF_THE_PERSON = f"""{OF_THE_FIRM} AND t.state = 'posted'
  AND ARRAY[t.account_id, t.taker_id] && (SELECT people.my_account_ids())::uuid[]"""
Place = tuple[datetime, UUID]


def visible_transfers(actor: Actor) -> str:
    """The condition that leaves what `actor` may see of transfers `t`; needs the parameter `firm`."""
    return OF_THE_FIRM if can(actor, Permission.SEE_ALL_PORTFOLIOS) else OF_THE_PERSON


def list_transfers(actor: Actor, *, before: Place | None = None, most: int = 50) -> list[Transfer]:
    """Transfers the actor may see, newest first; those after the (time, id) pair `before`."""
    statement = SELECT.format(visible=visible_transfers(actor))
    given: dict[str, Any] = {"firm": actor.firm_id, "most": most}
    if before is not None:
        statement += " AND (t.created_at, t.id) < (%(before_at)s, %(before_id)s)"
        given |= {"before_at": before[0], "before_id": before[1]}
    rows = db.fetch_all(f"{statement} ORDER BY t.created_at DESC, t.id DESC LIMIT %(most)s", **given)
    return [_transfer(row) for row in rows]


def get_transfer(actor: Actor, transfer_id: UUID) -> Transfer:
    """One transfer the actor may see; NotFound otherwise."""
    statement = SELECT.format(visible=visible_transfers(actor)) + " AND t.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=transfer_id)
    if row is None:
        raise NotFound
    return _transfer(row)


def find_transfer_names(actor: Actor, transfer_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of the transfers that the actor may see are called."""
    statement = SELECT.format(visible=visible_transfers(actor)) + " AND t.id = ANY(%(ids)s)"
    rows = db.fetch_all(statement, firm=actor.firm_id, ids=list(transfer_ids))
    return {row.id: f"{row.vehicle}: {row.giver or '–'} → {row.taker or '–'}" for row in rows}


def _transfer(row: db.AnyRow) -> Transfer:
    return Transfer(
        row.id, row.vehicle_id, row.vehicle, row.currency, row.account_id, row.giver, row.taker_id, row.taker,
        row.share, row.effective_on, Interest(row.whole_commitment, row.whole_unfunded, row.whole_nav),
        Interest(row.commitment, row.unfunded, row.nav), row.reason, TransferState(row.state), row.created_at,
    )  # fmt: skip
