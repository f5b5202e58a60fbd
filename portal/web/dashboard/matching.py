"""Money that came in and has no place yet."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.payments.queries.bank_files import list_lines_to_match
from portal.domain.investments.payments.queries.receipts import list_receipts
from portal.platform.formatting import money
from portal.web.dashboard.worklists import LOOKED_THROUGH, Task, WorkList, latest_first, oldest_of
from portal.web.toolkit.formatting import reader_locale


def list_to_match(person: Actor) -> tuple[WorkList, ...]:
    """Everything of the kind; nothing for who does not match payments."""
    if not can(person, Permission.PREPARE_MONEY):
        return ()
    return _payments(person), _excesses(person)


def _payments(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.payer or each.reference or "A payment",
            f"{_amount(each.amount, each.currency)}: say what it is for",
            url_for("payments.show", bank_line_id=each.id),
            on=each.booked_on,
        )
        for each in list_lines_to_match(person, most=LOOKED_THROUGH)
    ]
    return oldest_of("Payments received", tasks, url_for("payments.index"))


def _excesses(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.excess_account or each.line.payer or "A payment",
            f"{_amount(each.excess, each.line.currency)} too much: refund or use it",
            url_for("payment_receipts.show", receipt_id=each.id),
            each.made_at,
        )
        for each in list_receipts(person, excess_only=True, most=LOOKED_THROUGH)
    ]
    return latest_first("Paid too much", tasks, url_for("payment_receipts.index"))


def _amount(amount: Decimal, currency: str) -> str:
    return f"{currency} {money(amount, currency, reader_locale())}"
