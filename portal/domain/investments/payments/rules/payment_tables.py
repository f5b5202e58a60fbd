"""Payment orders as CSV, for banks that take a table."""

from __future__ import annotations

import csv
import io

from portal.domain.investments.payments.values.payouts import PaymentOrder
from portal.platform.money import Money
from portal.platform.spreadsheets import defused

HEADER = ("payment_id", "name", "routing_number", "account_number_or_iban", "amount", "currency", "pay_on", "reference")


def make_table(order: PaymentOrder) -> bytes:
    """The payees of an order as CSV in UTF-8, one a row; no cell is read as a formula by a spreadsheet."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEADER)
    for payee in order.payees:
        writer.writerow(
            (
                payee.id, defused(payee.name), payee.routing, payee.number,
                Money(payee.amount, order.currency).to_string(), order.currency, order.pay_on.isoformat(),
                defused(order.about),
            )
        )  # fmt: skip
    return target.getvalue().encode()
