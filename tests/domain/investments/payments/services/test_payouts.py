"""Payment files: made once, by somebody else, of bank details in force; what comes back is paid again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import AlreadyAsked, OwnRequest
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.distributions.errors import MoneyOnItsWay, ReversalAsked
from portal.domain.investments.distributions.queries.shares import list_all_shares
from portal.domain.investments.distributions.services.paying import request_reversal
from portal.domain.investments.distributions.values.distributions import ShareState
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.payments.errors import MakerMayNot, NoOrigin, NothingToPay, UnknownPayment
from portal.domain.investments.payments.queries.payouts import (
    count_contents_by_key,
    find_origin,
    get_payment_file,
    get_payout_preview,
    get_sealed_content,
    list_outgoing,
    list_payment_files,
)
from portal.domain.investments.payments.services.payouts import (
    make_payment_file,
    note_return_file,
    note_returns,
    open_payment_file,
    request_origin,
    set_origin,
    settle_payment_file,
)
from portal.domain.investments.payments.values.payouts import FileFormat, Origin, PaymentReturn
from portal.domain.people.payment_instructions.values import BankDetails
from portal.domain.people.payment_instructions.values import Method as Way
from portal.platform import clock
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.domain.investments.payments.rules.nacha_reading import read_nacha
from tests.domain.investments.payments.rules.test_returns import returned
from tests.factories.calls import make_fund
from tests.factories.distributions import ask_back, pay_out
from tests.factories.identity import found_firm, make_user
from tests.factories.payments import ask_for_origin, bank_with

pytestmark = pytest.mark.usefixtures("app")
TODAY = clock.today()
ORIGIN = Origin("Harbour Fund I LP", "First Bank", "121000248", "1234567890", "DE89370400440532013000")
ACH = BankDetails(Way.ACH, "Ada Lovelace", "First Bank", "4407716639", "111000025")
IBAN = BankDetails(Way.IBAN, "Grace Hopper", "", "FR1420041010050500013M02606")


@dataclass
class Payout:
    """1,000 to three accounts: 100 by ACH, 400 to an IBAN, 500 to nobody knows where."""

    id: UUID
    vehicle: UUID
    maker: Actor
    payer: Actor


@pytest.fixture
def payout(app: Flask, firm_id: UUID, manager: Actor) -> Payout:
    others = [make_user(firm_id, f"payer{n}@example.com", Role.MANAGER) for n in range(2)]
    vehicle, accounts = make_fund(firm_id, "Harbour Fund I", ["1000000", "4000000", "5000000"])
    bank_with(manager, accounts[0], ACH)
    bank_with(manager, accounts[1], IBAN)
    made = pay_out(
        manager, (others[0], others[1]), vehicle, TODAY.isoformat(), ("gain", "1000"), method=Method.COMMITMENT
    )
    with acting_as(others[0].tenancy):
        set_origin(others[0], vehicle, ORIGIN)
    return Payout(made, vehicle, manager, others[0])


def make(payout: Payout, format_: FileFormat = FileFormat.NACHA) -> UUID:
    with acting_as(payout.payer.tenancy):
        return make_payment_file(payout.payer, payout.id, format_, pay_on=TODAY)


def states(payout: Payout) -> list[str]:
    with acting_as(payout.payer.tenancy):
        found = list_all_shares(payout.payer, payout.id)
    return [each.state.value for each in sorted(found, key=lambda each: each.net)]


def test_a_file_pays_those_it_can_and_says_who_is_left_out(payout: Payout) -> None:
    with acting_as(payout.payer.tenancy):
        preview = get_payout_preview(payout.payer, payout.id, FileFormat.NACHA)
        assert [(each.name, each.amount) for each in preview.payees] == [("Ada Lovelace", Decimal(100))]
        assert [each.amount for each in preview.left_out] == [Decimal(400), Decimal(500)]
        assert "outside the United States" in preview.left_out[0].reason
        assert "No bank details" in preview.left_out[1].reason
    file_id = make(payout)
    assert states(payout) == ["in_file", "unpaid", "unpaid"]
    with acting_as(payout.payer.tenancy):
        read = read_nacha(open_payment_file(payout.payer, file_id))
        (entry,) = read.entries
        assert (entry.kind, entry.cents, entry.number, entry.routing) == ("CCD", 10000, ACH.number, ACH.routing)
        (payment,) = list_outgoing(payout.payer, file_id)
        assert (payment.code, payment.trace) == (entry.id, entry.trace)
    make(payout, FileFormat.SEPA)
    assert states(payout) == ["in_file", "in_file", "unpaid"]


def test_no_file_is_made_while_taking_the_distribution_back_waits(payout: Payout) -> None:
    asked = ask_back(payout.maker, payout.id, "Wrong day.")
    with pytest.raises(ReversalAsked):
        make(payout)
    assert states(payout) == ["unpaid"] * 3
    with acting_as(payout.payer.tenancy):
        decide_approval(payout.payer, asked.id, digest=asked.digest, approves=False, comment="It is the right day.")
    make(payout)
    with acting_as(payout.maker.tenancy), pytest.raises(MoneyOnItsWay):
        request_reversal(payout.maker, payout.id, reason="Wrong day.")


def test_a_payment_goes_into_one_file_only(payout: Payout) -> None:
    make(payout)
    with pytest.raises(NothingToPay):
        make(payout)
    make(payout, FileFormat.CSV)  # the IBAN alone: the other is in a file
    with acting_as(payout.payer.tenancy):
        assert [each.payments for each in list_payment_files(payout.payer)] == [1, 1]
        assert [each.number for each in list_payment_files(payout.payer)] == [2, 1]


def test_neither_its_maker_nor_an_associate_makes_the_file(payout: Payout, associate: Actor, investor: Actor) -> None:
    with acting_as(payout.maker.tenancy), pytest.raises(MakerMayNot):
        make_payment_file(payout.maker, payout.id, FileFormat.NACHA, pay_on=TODAY)
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        make_payment_file(associate, payout.id, FileFormat.NACHA, pay_on=TODAY)
    with acting_as(investor.tenancy), pytest.raises(Forbidden):
        request_origin(investor, payout.vehicle, ORIGIN, reason="Another bank.")
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        set_origin(associate, payout.vehicle, ORIGIN)
    file_id = make(payout)
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        open_payment_file(associate, file_id)


def test_where_it_pays_from_is_asked_for_and_approved_by_another(payout: Payout) -> None:
    other = replace(ORIGIN, name="Harbour Fund I Sub LP")
    asked = ask_for_origin(payout.payer, payout.vehicle, other)
    with acting_as(payout.payer.tenancy):
        with pytest.raises(OwnRequest):
            decide_approval(payout.payer, asked.id, digest=asked.digest, approves=True)
        with pytest.raises(AlreadyAsked):
            request_origin(payout.payer, payout.vehicle, other, reason="Again.")
        assert find_origin(payout.payer, payout.vehicle) == ORIGIN
    with acting_as(payout.maker.tenancy):
        decide_approval(payout.maker, asked.id, digest=asked.digest, approves=True)
        assert find_origin(payout.maker, payout.vehicle) == other


def test_a_day_that_passed_and_bank_data_that_are_missing_are_refused(payout: Payout) -> None:
    payer = payout.payer
    with acting_as(payer.tenancy):
        with pytest.raises(Invalid):
            make_payment_file(payer, payout.id, FileFormat.NACHA, pay_on=TODAY - timedelta(days=1))
        set_origin(payer, payout.vehicle, Origin("Harbour Fund I LP", iban=ORIGIN.iban))
        with pytest.raises(NoOrigin):
            make_payment_file(payer, payout.id, FileFormat.NACHA, pay_on=TODAY)
        wrong = Origin("", routing="121000249", company_id="1", iban="X", bic="Y")
        with pytest.raises(Invalid) as refusal:
            request_origin(payer, payout.vehicle, wrong, reason=" ")
        assert set(refusal.value.fields) == {"name", "routing", "company_id", "iban", "bic", "reason"}
    assert states(payout) == ["unpaid"] * 3


def test_the_content_is_sealed_and_lies_for_nobody_to_read(payout: Payout) -> None:
    file_id = make(payout)
    with acting_as(payout.payer.tenancy):
        sealed = get_sealed_content(payout.payer, file_id)
        assert ACH.number.encode() not in sealed
        assert sum(count_contents_by_key(payout.payer.firm_id).values()) == 1
    stranger = make_user(found_firm("elsewhere", "Elsewhere"), "s@example.com", Role.MANAGER)
    with acting_as(stranger.tenancy):
        for ask in (get_payment_file, get_sealed_content):
            with pytest.raises(NotFound):
                ask(stranger, file_id)


def test_what_comes_back_is_paid_again_in_another_file(payout: Payout, associate: Actor) -> None:
    file_id = make(payout)
    with acting_as(payout.payer.tenancy):
        (payment,) = list_outgoing(payout.payer, file_id)
        answer = returned(open_payment_file(payout.payer, file_id), payment.trace, "R02")
    with acting_as(associate.tenancy):
        assert note_return_file(associate, answer) == 1
        (back,) = list_outgoing(associate, file_id)
        assert (back.state.value, back.return_code) == ("returned", "R02")
        with pytest.raises(UnknownPayment):
            note_return_file(associate, answer)
    assert states(payout) == ["returned", "unpaid", "unpaid"]
    again = make(payout)
    with acting_as(payout.payer.tenancy):
        assert get_payment_file(payout.payer, again).payments == 1
        assert settle_payment_file(payout.payer, again) == 1
        with pytest.raises(NothingToPay):
            settle_payment_file(payout.payer, file_id)
    assert states(payout) == ["paid", "unpaid", "unpaid"]


def test_a_return_of_another_amount_or_of_nothing_is_refused_as_a_whole(payout: Payout, associate: Actor) -> None:
    file_id = make(payout, FileFormat.CSV)
    with acting_as(associate.tenancy):
        first, second = list_outgoing(associate, file_id)
        wrong = [PaymentReturn(first.code, "R01", first.amount), PaymentReturn(second.code, "R01", Decimal(1))]
        for returns in (wrong, [PaymentReturn("P99-1", "R01", None)]):
            with pytest.raises(UnknownPayment):
                note_returns(associate, returns)
    assert ShareState.RETURNED.value not in states(payout)
