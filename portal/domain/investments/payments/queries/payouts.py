"""Reading payment files, and what one would hold: staff alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.queries.distributions import get_distribution
from portal.domain.investments.distributions.queries.shares import list_payable_shares
from portal.domain.investments.payments.rules.payees import Payable, can_pay_from, sort_payables
from portal.domain.investments.payments.values.payouts import (
    FileFormat,
    Origin,
    Outgoing,
    OutgoingState,
    PaymentFile,
    PayoutPreview,
)
from portal.domain.people.investor_accounts.queries import list_account_kinds
from portal.domain.people.payment_instructions.queries import list_details_in_force
from portal.platform import db
from portal.platform.errors import NotFound

FILES = """
SELECT f.id, f.number, f.distribution_id, f.vehicle_id, v.name AS vehicle, f.format, f.currency, f.pay_on, f.payments,
  f.total, f.digest, u.name AS made_by, f.made_at, (
    SELECT count(*) FROM investments.outgoing_payments o WHERE o.file_id = f.id AND o.state = 'returned') AS returned
FROM investments.payment_files f
JOIN investments.vehicles v ON v.id = f.vehicle_id
LEFT JOIN identity.users u ON u.id = f.made_by
WHERE f.firm_id = %(firm)s
"""
PAYMENTS = """
SELECT o.id, o.place, o.share_id, o.account_id, a.name AS account, o.payment_code, o.trace, o.amount, o.state,
  o.return_code, o.returned_at, o.file_id
FROM investments.outgoing_payments o JOIN people.investor_accounts a ON a.id = o.account_id
WHERE o.firm_id = %(firm)s
"""
ORIGIN = """
SELECT name, bank, routing, company_id, iban, bic FROM investments.payment_origins
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s
"""
OTHERWISE_SEALED = """
SELECT id, content FROM investments.payment_files WHERE firm_id = %(firm)s
  AND convert_from(substr(content, 3, get_byte(content, 1)), 'UTF8') <> %(key)s LIMIT %(most)s FOR UPDATE
"""
BY_KEY = """
SELECT convert_from(substr(content, 3, get_byte(content, 1)), 'UTF8') AS key, count(*) AS held
FROM investments.payment_files WHERE firm_id = %(firm)s GROUP BY 1
"""


def _file(row: db.AnyRow) -> PaymentFile:
    return PaymentFile(
        row.id, row.number, row.distribution_id, row.vehicle_id, row.vehicle, FileFormat(row.format), row.currency,
        row.pay_on, row.payments, row.total, row.digest, row.made_by, row.made_at, row.returned,
    )  # fmt: skip


def _outgoing(row: db.AnyRow) -> Outgoing:
    return Outgoing(
        row.id, row.place, row.share_id, row.account_id, row.account, row.payment_code, row.trace, row.amount,
        OutgoingState(row.state), row.return_code, row.returned_at,
    )  # fmt: skip


def find_origin(actor: Actor, vehicle_id: UUID) -> Origin | None:
    """From which bank account a vehicle pays, or None."""
    row = db.fetch_one(ORIGIN, firm=actor.firm_id, vehicle=vehicle_id)
    return None if row is None else Origin(row.name, row.bank, row.routing, row.company_id, row.iban, row.bic)


def get_payout_preview(actor: Actor, distribution_id: UUID, format_: FileFormat) -> PayoutPreview:
    """Whom a file of this kind would pay of a distribution, and whom not; NotFound."""
    found = get_distribution(actor, distribution_id)
    payables = [
        Payable(each.id, each.account_id, each.account, each.payable)
        for each in list_payable_shares(actor, distribution_id)
    ]
    accounts = [each.account_id for each in payables]
    payees, left_out = sort_payables(
        payables,
        list_details_in_force(actor, accounts),
        list_account_kinds(actor, accounts),
        format_=format_,
        currency=found.currency,
    )
    origin = find_origin(actor, found.vehicle_id)
    return PayoutPreview(
        found.id, found.title, found.vehicle_id, found.currency, format_, payees, left_out,
        origin, can_pay_from(origin, format_), found.created_by,
    )  # fmt: skip


def list_payment_files(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50
) -> Sequence[PaymentFile]:
    """The firm's payment files, the newest first, older than the (moment, id) pair."""
    at, last = before or (None, None)
    rows = db.fetch_all(
        f"{FILES} AND (%(at)s::timestamptz IS NULL OR (f.made_at, f.id) < (%(at)s, %(id)s::uuid))"
        " ORDER BY f.made_at DESC, f.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        at=at,
        id=last,
        most=most,
    )
    return [_file(row) for row in rows]


def get_payment_file(actor: Actor, payment_file_id: UUID) -> PaymentFile:
    """One payment file of the firm; NotFound."""
    row = db.fetch_one(f"{FILES} AND f.id = %(id)s", firm=actor.firm_id, id=payment_file_id)
    if row is None:
        raise NotFound
    return _file(row)


def get_next_number(actor: Actor) -> int:
    """The number of the firm's next payment file; whoever makes it takes turns."""
    found: int = db.fetch_value(
        "SELECT COALESCE(max(number), 0) + 1 FROM investments.payment_files WHERE firm_id = %(firm)s",
        firm=actor.firm_id,
    )
    return found


def get_sealed_content(actor: Actor, payment_file_id: UUID) -> bytes:
    """What a payment file holds, sealed; NotFound."""
    sealed = db.fetch_value(
        "SELECT content FROM investments.payment_files WHERE firm_id = %(firm)s AND id = %(id)s",
        firm=actor.firm_id,
        id=payment_file_id,
    )
    if sealed is None:
        raise NotFound
    return bytes(sealed)


def list_outgoing(
    actor: Actor, payment_file_id: UUID, *, after: int = 0, most: int | None = None
) -> Sequence[Outgoing]:
    """The payments of a file in their order, those after place `after`."""
    rows = db.fetch_all(
        f"{PAYMENTS} AND o.file_id = %(file)s AND o.place > %(after)s ORDER BY o.place LIMIT %(most)s",
        firm=actor.firm_id,
        file=payment_file_id,
        after=after,
        most=most,
    )
    return [_outgoing(row) for row in rows]


def find_outgoing(actor: Actor, names: Sequence[str]) -> dict[str, tuple[UUID, Outgoing]]:
    """Payments that stand, with their file, by their code or trace number; names that no payment has are left out."""
    rows = db.fetch_all(
        f"{PAYMENTS} AND o.state = 'made' AND (o.payment_code = ANY(%(names)s)"
        " OR o.trace <> '' AND o.trace = ANY(%(names)s)) ORDER BY o.id",
        firm=actor.firm_id,
        names=list(names),
    )
    wanted = set(names)
    found: dict[str, tuple[UUID, Outgoing]] = {}
    for row in rows:
        for name in {row.payment_code, row.trace} & wanted:
            found[name] = (row.file_id, _outgoing(row))
    return found


def list_contents_to_reseal(firm_id: UUID, key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`id` and `content` of up to `most` files that another key than this seals, held until they are written."""
    return db.fetch_all(OTHERWISE_SEALED, firm=firm_id, key=key_in_force, most=most)


def count_contents_by_key(firm_id: UUID) -> dict[str, int]:
    """How many payment files each key of the vault seals."""
    return {row.key: row.held for row in db.fetch_all(BY_KEY, firm=firm_id)}
