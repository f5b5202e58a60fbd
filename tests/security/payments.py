"""Payments: what came in from banks and goes out to them. Nobody but the firm sees these."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.services.payouts import make_payment_file, set_origin
from portal.domain.investments.payments.services.statements import read_statement, set_aside
from portal.domain.investments.payments.values.payouts import FileFormat, Origin
from portal.domain.people.payment_instructions.values import BankDetails
from portal.domain.people.payment_instructions.values import Method as Way
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as
from tests.factories.distributions import pay_out
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.payments import bank_with, lines_of, read_file
from tests.security.canaries import Write

LATE = """
INSERT INTO investments.late_interests (id, firm_id, account_id, vehicle_id, share_id, receipt_id, reference, principal,
  rate, days, year, due_on, paid_on, currency, amount, state, note)
SELECT gen_random_uuid(), p.firm_id, p.account_id, p.vehicle_id, p.due_id, p.receipt_id, 'L-' || p.reference, p.amount,
  0.1, 10, 365, current_date - 10, current_date, 'USD', 1, 'asked', %(note)s
FROM investments.receipt_parts p WHERE p.firm_id = %(firm)s AND p.kind = 'call' ORDER BY p.receipt_id LIMIT 1
"""


def receive_and_pay(associate: Actor, manager: Actor, vehicle: UUID, write: Write, *, inside: str) -> None:
    """A bank's file whose payments are booked, matched by hand, to be matched and set aside; a payment file."""
    with acting_as(associate.tenancy):
        due, other = list_dues(associate, vehicle_id=vehicle)[0], list_dues(associate)[-1]
    day = clock.today().isoformat()
    rows = [(day, write(inside), write(inside), "17.50") for _ in range(3)]
    rows.append((day, write(inside), due.reference, f"{due.open:f}"))
    lines = lines_of(associate, read_file(associate, *rows, name=write(inside), account=write(inside)))
    _read_by_layout(associate, write(inside))
    with acting_as(associate.tenancy):
        set_aside(associate, lines[0].id, note=write(inside))
        match_by_hand(associate, lines[1].id, [], excess_account_id=other.account_id, note=write(inside))
        confirm_exact(associate, [lines[3].id])
    with acting_as(Actor.system(associate.firm_id).tenancy):
        _ask_for_interest(associate.firm_id, write(inside))
    _pay(associate, manager, write, inside)


def _read_by_layout(associate: Actor, payer: str) -> None:
    """A file of whose columns somebody said what they hold."""
    content = f"When,{payer},What,How much\n2024-03-01,Lane,fee,-1.00\n".encode()
    layout = {"booked_on": "When", "amount": "How much", "reference": "What", "payer": payer}
    with acting_as(associate.tenancy):
        read_statement(associate, name="columns.csv", content=content, currency="USD", layout=layout)


@transactional
def _ask_for_interest(firm_id: UUID, note: str) -> None:
    execute(LATE, firm=firm_id, note=note)


def _pay(associate: Actor, manager: Actor, write: Write, inside: str) -> None:
    """A payment file of a distribution to an account that nobody acts for."""
    firm_id = associate.firm_id
    account = make_account(firm_id, write(inside))
    names = {"strategy": write(inside), "sector": write(inside)}
    vehicle = make_vehicle(firm_id, write(inside), vintage=2024, **names)
    post_history(firm_id, account, vehicle, [("commitment", "2024-01-01", "1000")], reference=write(inside))
    bank_with(associate, account, BankDetails(Way.ACH, write(inside), write(inside), "4407716639", "111000025"))
    second = make_user(firm_id, f"{write(inside)}@example.com", Role.MANAGER)
    today = clock.today()
    paid = pay_out(
        associate, (manager, second), vehicle, today.isoformat(), ("gain", "100"), method=Method.COMMITMENT,
        note=write(inside),
    )  # fmt: skip
    with acting_as(manager.tenancy):
        set_origin(manager, vehicle, Origin(write(inside), write(inside), "121000248", "1234567890"))
        make_payment_file(manager, paid, FileFormat.NACHA, pay_on=today)
