"""Carry paid back as money that comes in: matched by its reference, in parts, taken back, and what stands then."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.domain.investments.distributions.errors import MoneyOnItsWay, NotOwed
from portal.domain.investments.distributions.queries.shares import get_payback_due, get_share
from portal.domain.investments.distributions.services.paying import request_reversal
from portal.domain.investments.distributions.services.receiving import receive_payback
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import EntryKind, TransactionFilter
from portal.domain.investments.notices.queries import get_notice, list_notice_links
from portal.domain.investments.notices.values import Notice, NoticeKind
from portal.domain.investments.payments.queries.dues import list_dues
from portal.domain.investments.payments.queries.receipts import list_payments_of_due, list_receipts
from portal.domain.investments.payments.services.booking import undo_posted_receipt
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.values.matching import Due, DueKind
from portal.domain.investments.payments.values.receipts import HandPart, ReceiptState
from portal.platform.tenancy import acting_as
from portal.printing.notices import print_notice
from portal.printing.statements import Edition
from tests.conftest import World
from tests.domain.investments.distributions.test_paying_back import ON, lose, pay_back, set_terms
from tests.factories.calls import approve, open_bank_account, open_request
from tests.factories.distributions import take_back
from tests.factories.funds import Fund, make_fund
from tests.factories.payments import lines_of, read_file


@pytest.fixture
def fund(app: Flask, world: World) -> Fund:
    return make_fund(world)


@pytest.fixture
def paid_back(fund: Fund) -> UUID:
    """A payback of 200 that stands: the general partner has to pay it."""
    set_terms(fund)
    open_bank_account(fund.maker, fund.approvers[0], fund.vehicle)
    lose(fund)
    return pay_back(fund, "200")


def dues(fund: Fund) -> list[Due]:
    with acting_as(fund.maker.tenancy):
        return list_dues(fund.maker)


def receive(fund: Fund, amount: str, *, reference: str | None = None) -> None:
    """So much comes in with the reference of what is open, and whoever prepares books what fits exactly."""
    (due,) = dues(fund)
    read_file(fund.maker, (ON, "Harbour GP LLC", reference or due.reference, amount))
    with acting_as(fund.maker.tenancy):
        assert confirm_exact(fund.maker) == 1


def standing(fund: Fund, payback: UUID) -> list[Decimal]:
    """What is asked for, came in and is open of it, as staff see it and as the share of the account has it."""
    with acting_as(fund.maker.tenancy):
        whole, share = get_payback_due(fund.maker, payback), get_share(fund.maker, payback, fund.carry)
        assert [whole.received, whole.open] == [share.received, share.open]
    return [whole.asked, whole.received, whole.open]


def told(fund: Fund, payback: UUID, account: UUID) -> dict[NoticeKind, Notice]:
    with acting_as(fund.maker.tenancy):
        links = list_notice_links(fund.maker, payback, [account])
        return {each.kind: get_notice(fund.maker, each.id).notice for each in links}


def test_what_comes_in_is_matched_by_its_reference_and_booked_by_one(fund: Fund, paid_back: UUID) -> None:
    (due,) = dues(fund)
    notice = told(fund, paid_back, fund.carry)[NoticeKind.PAYBACK]
    assert (due.kind, due.account_id, due.open, due.reference) == (DueKind.PAYBACK, fund.carry, 200, notice.reference)
    assert notice.reference.startswith("D2-")
    assert notice.paid_to is not None
    partner = told(fund, paid_back, fund.lane)[NoticeKind.PAYBACK]
    assert (partner.paid_to, partner.reference) == (None, "D2")
    assert [(line.fund, line.account) for each in (notice, partner) for line in each.paid_out] == [
        (-200, -200),
        (200, 120),
    ]
    receive(fund, "200")
    assert standing(fund, paid_back) == [200, 200, 0]
    assert dues(fund) == []
    with acting_as(fund.maker.tenancy):
        share = get_share(fund.maker, paid_back, fund.carry)
        (paid,) = list_payments_of_due(fund.maker, share.id)
        assert (paid.amount, paid.state) == (200, ReceiptState.POSTED)
        assert list_ledger_findings(fund.maker) == []
        posted = list_transactions(fund.maker, TransactionFilter(kinds=(EntryKind.CLAWBACK,)), most=9)
    assert sorted(each.amount for each in posted) == [
        -200,
        80,
        120,
    ]  # with the payback itself: money moves nothing more


def test_it_comes_in_parts_by_hand_and_never_more_than_is_open(fund: Fund, paid_back: UUID) -> None:
    (due,) = dues(fund)
    (line,) = lines_of(fund.maker, read_file(fund.maker, (ON, "Somebody", "for the fund", "150")))
    with acting_as(fund.maker.tenancy):
        receipt = match_by_hand(fund.maker, line.id, [HandPart(due.id, Decimal(150))])
    approve(fund.approvers[0], open_request(fund.approvers[0], f"receipt:{receipt}"))
    assert standing(fund, paid_back) == [200, 150, 50]
    for amount in (Decimal("50.01"), Decimal("-150.01")):
        with acting_as(fund.maker.tenancy), pytest.raises(NotOwed):
            receive_payback(fund.maker, due.id, amount=amount)
    receive(fund, "50")
    assert standing(fund, paid_back) == [200, 200, 0]


def test_taken_back_it_is_open_again_and_only_then_the_payback_may_be(fund: Fund, paid_back: UUID) -> None:
    receive(fund, "200")
    with acting_as(fund.maker.tenancy), pytest.raises(MoneyOnItsWay):
        request_reversal(fund.maker, paid_back, reason="Wrong day.")
    approver = fund.approvers[0]
    with acting_as(approver.tenancy):
        (receipt,) = list_receipts(approver)
        undo_posted_receipt(approver, receipt.id, reason="A mistake")
    assert standing(fund, paid_back) == [200, 0, 200]
    assert [due.open for due in dues(fund)] == [200]
    take_back(fund.maker, approver, paid_back, "Wrong day.")
    assert dues(fund) == []


def test_a_notice_that_takes_it_back_says_so_to_each(fund: Fund, paid_back: UUID) -> None:
    take_back(fund.maker, fund.approvers[0], paid_back, "Wrong day.")
    pays, gets = (told(fund, paid_back, each)[NoticeKind.PAYBACK_CANCELLED] for each in (fund.carry, fund.lane))
    assert pays.reason == "Carry is not paid back as notice D2 said. Do not pay it. Wrong day."
    assert gets.reason == "Carry is not paid back as notice D2 said. Wrong day."
    for notice, amount in ((pays, "200.00"), (gets, "120.00")):
        text = _printed(notice)
        for words in (
            "Cancellation of carry paid back",
            "What was to be paid back",
            "Wrong day.",
            amount,
        ):
            assert words in text
        assert "paid out" not in text
        assert "Pay to" not in text


def _printed(notice: Notice) -> str:
    content = print_notice(notice, Edition("0" * 64, "https://example.com/n", "navy", "en_US"))
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_nothing_is_due_of_what_pays_out(fund: Fund) -> None:
    set_terms(fund)
    lose(fund)
    assert dues(fund) == []
