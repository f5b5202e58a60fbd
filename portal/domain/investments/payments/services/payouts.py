"""Payment files made once, downloaded, carried out; payments that came back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import ORIGIN_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.services.paying import mark_shares
from portal.domain.investments.distributions.values.distributions import ShareState
from portal.domain.investments.payments.errors import (
    MadeBefore,
    MakerMayNot,
    NoOrigin,
    NothingToPay,
    UnknownPayment,
)
from portal.domain.investments.payments.models import OutgoingPaymentRecord, PaymentFileRecord
from portal.domain.investments.payments.queries.payouts import (
    find_origin,
    find_outgoing,
    get_next_number,
    get_payment_file,
    get_payout_preview,
    get_sealed_content,
    list_contents_to_reseal,
    list_outgoing,
)
from portal.domain.investments.payments.rules.nacha import in_order, make_nacha, trace_number
from portal.domain.investments.payments.rules.payees import find_origin_problems
from portal.domain.investments.payments.rules.payment_tables import make_table
from portal.domain.investments.payments.rules.returns import read_returns
from portal.domain.investments.payments.rules.sepa import make_sepa
from portal.domain.investments.payments.values.payouts import (
    RETURN_CODE,
    FileFormat,
    Origin,
    OutgoingState,
    PaymentOrder,
    PaymentReturn,
    PayoutPreview,
)
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.crypto import Vault
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import new_id
from portal.platform.resources import resources

MAKERS: dict[FileFormat, Callable[[PaymentOrder], bytes]] = {
    FileFormat.NACHA: make_nacha,
    FileFormat.SEPA: make_sepa,
    FileFormat.CSV: make_table,
}
SET_ORIGIN = """
INSERT INTO investments.payment_origins (id, firm_id, vehicle_id, name, bank, routing, company_id, iban, bic, set_by)
VALUES (%(id)s, %(firm)s, %(vehicle)s, %(name)s, %(bank)s, %(routing)s, %(company_id)s, %(iban)s, %(bic)s, %(actor)s)
ON CONFLICT ON CONSTRAINT payment_origins_of_vehicle DO UPDATE SET name = EXCLUDED.name, bank = EXCLUDED.bank,
  routing = EXCLUDED.routing, company_id = EXCLUDED.company_id, iban = EXCLUDED.iban, bic = EXCLUDED.bic,
  set_by = EXCLUDED.set_by, set_at = clock_timestamp()
"""
RETURN = """
UPDATE investments.outgoing_payments SET state = 'returned', return_code = %(code)s, returned_at = %(now)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'made'
"""
LONGEST = 500
RESEAL = "UPDATE investments.payment_files SET content = %(content)s WHERE firm_id = %(firm)s AND id = %(id)s"


@transactional
def request_origin(actor: Actor, vehicle_id: UUID, origin: Origin, *, reason: str) -> UUID:
    """Ask another to let a vehicle pay from this bank account; the id of the request. Invalid with a message per
    field."""
    require(actor, Permission.PREPARE_MONEY)
    problems = find_origin_problems(origin)
    if not 0 < len(reason.strip()) <= LONGEST:
        problems["reason"] = f"Say in at most {LONGEST} letters why: whoever approves it reads this."
    if problems:
        raise Invalid(fields=problems)
    vehicle = get_vehicle(actor, vehicle_id)
    before = find_origin(actor, vehicle.id)
    content = {"before": asdict(before) if before else None, "after": asdict(origin)}
    subject = f"vehicle:{vehicle.id}"
    record_act(actor.user_id, "payment_origin.ask", subject)
    return request_approval(actor, ORIGIN_CHANGE, subject=subject, content=content, reason=reason.strip())


@transactional
def set_origin(actor: Actor, vehicle_id: UUID, origin: Origin) -> None:
    """Let a vehicle pay from a bank account, in the transaction of the approval."""
    require(actor, Permission.APPROVE_MONEY)
    execute(
        SET_ORIGIN, id=new_id(), firm=actor.firm_id, vehicle=vehicle_id, name=origin.name, bank=origin.bank,
        routing=origin.routing, company_id=origin.company_id, iban=origin.iban, bic=origin.bic, actor=actor.user_id,
    )  # fmt: skip
    record_act(actor.user_id, "payment_origin.set", f"vehicle:{vehicle_id}")


@transactional
def make_payment_file(actor: Actor, distribution_id: UUID, format_: FileFormat, *, pay_on: date) -> UUID:
    """Make a file that pays all who can be paid by it of an approved distribution; the new id. Whoever approves money
    and did not prepare the distribution may. A payment goes into one file: MadeBefore, which the database holds to;
    NothingToPay, NoOrigin, MakerMayNot, Invalid for a day that has passed, ReversalAsked while somebody has asked to
    take the distribution back."""
    require(actor, Permission.APPROVE_MONEY)
    take_turns("payment file", str(actor.firm_id))
    preview = get_payout_preview(actor, distribution_id, format_)
    if actor.user_id is None or preview.made_by_id == actor.user_id:
        raise MakerMayNot
    if pay_on < clock.today():
        raise Invalid(fields={"pay_on": "This day has passed. The bank needs today or a later one."})
    if not preview.payees:
        raise NothingToPay
    if not preview.has_origin:
        raise NoOrigin
    file_id, number = new_id(), get_next_number(actor)
    order = _order(preview, number, pay_on)
    _keep(actor, file_id, preview, order)
    mark_shares(actor, distribution_id, [each.share_id for each in order.payees], ShareState.IN_FILE)
    made = f"payment_file:{file_id}"
    record_act(actor.user_id, "payment_file.make", made, payments=len(order.payees), left_out=len(preview.left_out))
    return file_id


def _order(preview: PayoutPreview, number: int, pay_on: date) -> PaymentOrder:
    """The order with a code for each payment, unique in the firm."""
    payees = tuple(replace(each, id=f"P{number}-{place}") for place, each in enumerate(preview.payees, start=1))
    return PaymentOrder(
        f"F{number}", preview.origin or Origin(""), preview.currency, pay_on, clock.now(), number,
        preview.distribution, payees,
    )  # fmt: skip


def _keep(actor: Actor, file_id: UUID, preview: PayoutPreview, order: PaymentOrder) -> None:
    """Write the file, sealed, and its payments; MadeBefore where one stands in another file."""
    assert actor.user_id is not None
    content = MAKERS[preview.format](order)
    record = PaymentFileRecord(
        id=file_id, firm_id=actor.firm_id, number=order.number, distribution_id=preview.distribution_id,
        vehicle_id=preview.vehicle_id, format=preview.format.value, currency=order.currency, pay_on=order.pay_on,
        payments=len(order.payees), total=order.total, digest=hashlib.sha256(content).hexdigest(),
        content=resources().vault.seal(content, place=_place(file_id)), made_by=actor.user_id, made_at=order.made_at,
    )  # fmt: skip
    session.add(record)
    session.flush()
    is_nacha = preview.format is FileFormat.NACHA
    payees = in_order(order) if is_nacha else order.payees
    session.add_all(
        OutgoingPaymentRecord(
            id=new_id(), firm_id=actor.firm_id, file_id=file_id, place=place, share_id=each.share_id,
            account_id=each.account_id, payment_code=each.id, trace=trace_number(order, place) if is_nacha else "",
            amount=each.amount, state=OutgoingState.MADE.value,
        )
        for place, each in enumerate(payees, start=1)
    )  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        raise MadeBefore from error


def _place(file_id: UUID) -> str:
    return f"investments.payment_files.content:{file_id}"


@transactional
def open_payment_file(actor: Actor, payment_file_id: UUID) -> bytes:
    """What a payment file holds, for somebody who approves money to take to the bank; each time is recorded."""
    require(actor, Permission.APPROVE_MONEY)
    content = resources().vault.unseal(get_sealed_content(actor, payment_file_id), place=_place(payment_file_id))
    record_act(actor.user_id, "payment_file.download", f"payment_file:{payment_file_id}")
    return content


@transactional
def settle_payment_file(actor: Actor, payment_file_id: UUID) -> int:
    """Note that the bank carried a file out: all its payments that did not come back are paid. How many."""
    require(actor, Permission.APPROVE_MONEY)
    file = get_payment_file(actor, payment_file_id)
    standing = [each.share_id for each in list_outgoing(actor, file.id) if each.state is OutgoingState.MADE]
    if not standing:
        raise NothingToPay
    mark_shares(actor, file.distribution_id, standing, ShareState.PAID)
    record_act(actor.user_id, "payment_file.settle", f"payment_file:{file.id}", payments=len(standing))
    return len(standing)


@transactional
def note_return_file(actor: Actor, content: bytes) -> int:
    """Note the payments that a bank's return file (NACHA, or a table) says came back; how many. UnreadableStatement,
    and UnknownPayment where one of them was never made, or came back before: then none is noted."""
    return note_returns(actor, read_returns(content))


@transactional
def note_returns(actor: Actor, returns: Sequence[PaymentReturn]) -> int:
    """Note payments that came back, each by its code or trace number: their shares are to be paid again. How many."""
    require(actor, Permission.PREPARE_MONEY)
    if not all(RETURN_CODE.fullmatch(each.code) for each in returns):
        raise Invalid(fields={"reason": "Enter a return code, such as R02 or AC04."})
    take_turns("payment file", str(actor.firm_id))
    found = find_outgoing(actor, [each.payee_id for each in returns])
    by_file: dict[UUID, list[UUID]] = {}
    for each in returns:
        file_id, payment = found.get(each.payee_id, (None, None))
        if file_id is None or payment is None:
            raise UnknownPayment(f"No payment {each.payee_id} is on its way: it was never made, or came back before.")
        if each.amount is not None and each.amount != payment.amount:
            raise UnknownPayment(f"Payment {each.payee_id} was of {payment.amount:f}, not of {each.amount:f}.")
        if not execute(RETURN, firm=actor.firm_id, id=payment.id, code=each.code, now=clock.now()):
            raise UnknownPayment(f"Payment {each.payee_id} stands twice in the file.")
        by_file.setdefault(file_id, []).append(payment.share_id)
    for file_id, shares in by_file.items():
        file = get_payment_file(actor, file_id)
        mark_shares(actor, file.distribution_id, shares, ShareState.RETURNED)
        record_act(actor.user_id, "payment_file.return", f"payment_file:{file_id}", payments=len(shares))
    return len(returns)


@transactional
def reseal_payment_files(actor: Actor, vault: Vault, *, most: int) -> int:
    """Seal up to `most` payment files of the firm with the vault's key in force; how many there were."""
    found = list_contents_to_reseal(actor.firm_id, vault.key_in_force(), most=most)
    for row in found:
        sealed = vault.seal(vault.unseal(bytes(row.content), place=_place(row.id)), place=_place(row.id))
        execute(RESEAL, firm=actor.firm_id, id=row.id, content=sealed)
    return len(found)
