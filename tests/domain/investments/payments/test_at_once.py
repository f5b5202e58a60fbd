"""Two of everything at once: a payment is booked once, a payment file made once, with real commits."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from uuid import UUID, uuid4

from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import NotOpen
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.investments.capital_calls.errors import NothingOwed
from portal.domain.investments.capital_calls.queries.shares import list_call_shares, list_dues
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.distributions.errors import BooksMoved
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.payments.errors import LineTaken, NothingToPay
from portal.domain.investments.payments.queries.payouts import list_outgoing, list_payment_files
from portal.domain.investments.payments.queries.receipts import find_open_request, list_receipts
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.services.payouts import make_payment_file, set_origin
from portal.domain.investments.payments.values.payouts import FileFormat
from portal.domain.investments.payments.values.receipts import HandPart
from portal.platform import clock
from portal.platform.db import fetch_value
from portal.platform.tenancy import acting_as
from tests.domain.investments.distributions.test_at_once import at_once
from tests.domain.investments.payments.services.test_payouts import ACH, ORIGIN
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import pay_out, prepare, request_of, submit
from tests.factories.identity import found_firm, make_user
from tests.factories.payments import bank_with, lines_of, read_file

TODAY = clock.today()
PAID = "SELECT sum(amount) FROM investments.journals WHERE firm_id = %(firm)s AND kind = 'contribution'"


def _firm(slug: str) -> tuple[UUID, Actor, list[Actor]]:
    firm = found_firm(slug, slug.title())
    maker = make_user(firm, f"maker@{slug}.example.com", Role.ASSOCIATE)
    return firm, maker, [make_user(firm, f"m{n}@{slug}.example.com", Role.MANAGER) for n in range(3)]


def test_a_call_is_netted_once_and_never_by_more_than_is_open(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm, maker, managers = _firm("netting")
        vehicle, _ = make_fund(firm, "Netting I", ["1000000"] * 6)
        open_bank_account(maker, managers[0], vehicle)
        call = issue_call(maker, managers[0], draft_of(vehicle))
        found = prepare(maker, vehicle, TODAY.isoformat(), ("gain", "600"), nets=call, method=Method.COMMITMENT)
        submit(maker, found)
        request = request_of(maker, found)
        with acting_as(maker.tenancy):
            first = list_dues(maker)[0]

    def approve(by: Actor) -> object:
        with acting_as(by.tenancy):
            return decide_approval(by, request.id, digest=request.digest, approves=True)

    def pay() -> object:
        with acting_as(maker.tenancy):
            return record_payment(maker, first.id, amount=first.open, value_on=TODAY, receipt_id=uuid4())

    with committed_app.app_context():
        approve(managers[0])
    said = at_once(committed_app, lambda: approve(managers[1]), lambda: approve(managers[2]), pay, pay)
    with committed_app.app_context(), acting_as(maker.tenancy):
        shares = [share for _, share in list_call_shares(maker, call)]
        netted = [share.paid for share in shares if share.id != first.id]
        assert not list_ledger_findings(maker)
    mine = next(share.paid for share in shares if share.id == first.id)
    if ApprovalState.EXECUTED in said:
        assert (said.count(NotOpen), said.count(NothingOwed), mine, set(netted)) == (1, 2, 100, {Decimal(100)})
    else:
        assert (said.count(BooksMoved), said.count(NothingOwed), mine, set(netted)) == (2, 1, first.open, {Decimal(0)})


def test_a_payment_is_booked_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm, maker, managers = _firm("receiving")
        vehicle, _ = make_fund(firm, "Receiving I", ["1000000"] * 6)
        open_bank_account(maker, managers[0], vehicle)
        issue_call(maker, managers[0], draft_of(vehicle))
        with acting_as(maker.tenancy):
            dues = list_dues(maker)
        rows = [(TODAY.isoformat(), "Somebody", due.reference, f"{due.open:f}") for due in dues[1:]]
        file_id = read_file(maker, *rows, (TODAY.isoformat(), "Somebody", "no word", "7"), account="at once")
        unknown = lines_of(maker, file_id)[-1].id

    def confirm() -> object:
        with acting_as(maker.tenancy):
            return confirm_exact(maker)

    assert sorted(map(str, at_once(committed_app, confirm, confirm, confirm))) == ["0", "0", "5"]

    def match() -> object:
        with acting_as(maker.tenancy):
            return match_by_hand(maker, unknown, [HandPart(dues[0].id, Decimal(7))])

    made = at_once(committed_app, match, match)
    assert made.count(LineTaken) == 1
    receipt_id = next(each for each in made if isinstance(each, UUID))
    with committed_app.app_context(), acting_as(maker.tenancy):
        request_id = find_open_request(maker, receipt_id)
        assert request_id
        digest = get_approval(maker, request_id).digest

    def approve(by: Actor) -> object:
        with acting_as(by.tenancy):
            return decide_approval(by, request_id, digest=digest, approves=True)

    said = at_once(committed_app, lambda: approve(managers[1]), lambda: approve(managers[2]))
    assert Counter(map(str, said)) == Counter(map(str, [ApprovalState.EXECUTED, NotOpen]))
    with committed_app.app_context(), acting_as(maker.tenancy):
        assert len(list_receipts(maker)) == 6
        assert fetch_value(PAID, firm=firm) == sum(due.open for due in dues[1:]) + 7
        assert list_ledger_findings(maker) == []


def test_a_payment_file_is_made_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm, maker, managers = _firm("sending")
        vehicle, accounts = make_fund(firm, "Sending I", ["1000000"] * 3)
        for account in accounts:
            bank_with(maker, account, ACH)
        paid = pay_out(
            maker, (managers[0], managers[1]), vehicle, TODAY.isoformat(), ("gain", "10"), method=Method.COMMITMENT
        )
        with acting_as(managers[0].tenancy):
            set_origin(managers[0], vehicle, ORIGIN)

    def make(by: Actor, format_: FileFormat) -> object:
        with acting_as(by.tenancy):
            return make_payment_file(by, paid, format_, pay_on=TODAY)

    made = at_once(
        committed_app,
        lambda: make(managers[0], FileFormat.NACHA),
        lambda: make(managers[1], FileFormat.NACHA),
        lambda: make(managers[2], FileFormat.CSV),
    )
    assert made.count(NothingToPay) == 2
    with committed_app.app_context(), acting_as(maker.tenancy):
        (file,) = list_payment_files(maker)
        assert sum(each.amount for each in list_outgoing(maker, file.id)) == file.total == Decimal(10)
