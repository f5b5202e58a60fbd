"""The demo's money in motion: a young vehicle, valued and charged its fees, with a first call that half have paid, as a
bank file told, a call that waits for approval, a distribution that one of two managers still has to approve, an
offering with interest and a subscription in review; and an older vehicle that has paid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.cli.demo.actors import approve, find_actor
from portal.cli.demo.cast import Cast
from portal.cli.demo.paid_out import pay_all_out
from portal.cli.demo.subscribing import subscribe
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.values import (
    CALL_ISSUE,
    DISTRIBUTION,
    FEE_CHARGE,
    OPPORTUNITY_OPEN,
    RECEIVING_CHANGE,
    VALUATION,
)
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.domain.investments.capital_calls.queries.calls import get_call_preview
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.services.drafting import create_call, request_call_approval
from portal.domain.investments.capital_calls.services.receiving import enter_receiving_details
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallDraft, LineDraft
from portal.domain.investments.credit_lines.services import record_line_draw
from portal.domain.investments.distributions.services.drafting import create_distribution, submit_distribution
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.fees.services import prepare_fee, propose_fee
from portal.domain.investments.fees.values import NewFeeCharge, PaidFrom
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.opportunities.services.interests import ask_about_opportunity, express_interest
from portal.domain.investments.opportunities.services.offering import add_close, create_opportunity
from portal.domain.investments.opportunities.services.opening import propose_opening
from portal.domain.investments.opportunities.values.opportunities import OpportunityDescription
from portal.domain.investments.payments.services.matching import confirm_exact
from portal.domain.investments.payments.services.statements import read_statement
from portal.domain.investments.valuations.services import prepare_valuation, propose_valuation
from portal.domain.investments.valuations.values import NewValuation
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import Terms, VehicleDescription
from portal.domain.people.delegations.queries import list_own_accounts
from portal.platform.tenancy import acting_as

NAME = "Meridian Harbour Credit Opportunities II"
TERMS = Terms(
    preferred_return=Decimal("0.08"), carry=Decimal("0.20"), catch_up=Decimal(1), management_fee=Decimal("0.015"),
    late_interest=Decimal("0.08"),
)  # fmt: skip
BANK = BankAccount(
    "ach", "Meridian Harbour Credit Opportunities II LP", "Bank of the demo", "000123456789", "021000021"
)
BEGAN, NOTICE, SOON, ADVANCED = timedelta(days=300), timedelta(days=24), timedelta(days=45), timedelta(days=75)
MILLION = Decimal(1_000_000)


def move_money(cast: Cast, *, today: date) -> None:
    """Set it all going where that was not done; for the firm that has work under way."""
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    with acting_as(system.tenancy):
        if cast.under_way is None or find_vehicles(system, [NAME]):
            return
        associate = find_actor(system, cast, cast.first(Role.ASSOCIATE).name)
        managers = [find_actor(system, cast, each.name) for each in cast.staff if each.role is Role.MANAGER]
        investors = [find_actor(system, cast, person.name) for person in cast.investors[:4]]
        accounts = _own_accounts(investors)
        vehicle = create_vehicle(
            system, VehicleDescription(NAME, "USD", strategy="Credit", vintage=today.year, terms=TERMS)
        )
        post_entries(system, [_committed(account, vehicle, today - BEGAN) for account in accounts])
        _invest(system, vehicle, accounts, today)
    manager = managers[0]
    _charge(associate, manager, vehicle, today)
    _value(associate, manager, vehicle, today)
    _call(associate, manager, vehicle, today)
    _pay_out(associate, manager, vehicle, today)
    opportunity = _offer(associate, manager, vehicle, investors, accounts, today)
    account, investor = next(iter(accounts.items()))
    subscribe(system, cast, associate, opportunity, investor, account, MILLION)
    pay_all_out(system, associate, managers, accounts, today=today)


def _own_accounts(investors: Sequence[Actor]) -> Mapping[UUID, Actor]:
    """An account of each of them."""
    found: dict[UUID, Actor] = {}
    for investor in investors:
        with acting_as(investor.tenancy):
            own = [account for account in list_own_accounts(investor) if account not in found]
        if own:
            found[own[0]] = investor
    return found


def _committed(account: UUID, vehicle: UUID, on: date) -> Entry:
    return _entry(account, vehicle, EntryKind.COMMITMENT, on, 5 * MILLION)


def _entry(account: UUID, vehicle: UUID, kind: EntryKind, on: date, amount: Decimal) -> Entry:
    key = f"demo:{vehicle}:{account}:{kind}:{on}"
    return Entry(account, vehicle, kind, on, amount, key, key)


def _invest(system: Actor, vehicle: UUID, accounts: Mapping[UUID, Actor], today: date) -> None:
    """What was paid in at the beginning, before calls were made here."""
    first = today - BEGAN + timedelta(days=20)
    post_entries(system, [_entry(each, vehicle, EntryKind.CONTRIBUTION, first, MILLION) for each in accounts])


def _charge(associate: Actor, manager: Actor, vehicle: UUID, today: date) -> None:
    """The fee of a quarter that came out of capital, and of the next one, which waits for a call."""
    for since, paid_from in ((timedelta(days=240), PaidFrom.CAPITAL), (timedelta(days=150), PaidFrom.CALL)):
        starts = today - since
        with acting_as(associate.tenancy):
            charge = prepare_fee(
                associate, NewFeeCharge(vehicle, starts, starts + timedelta(days=89), starts, paid_from)
            )
            propose_fee(associate, charge, reason="The quarter is over.")
        approve(manager, FEE_CHARGE, f"fee_charge:{charge}")


def _value(associate: Actor, manager: Actor, vehicle: UUID, today: date) -> None:
    """What it was worth a month ago, and a draft of what it is worth now."""
    worth = {"investments": MILLION * 5, "cash": MILLION / 2, "accrued_fees": MILLION / 20}
    before = NewValuation(vehicle, today - timedelta(days=30), worth, reason="The month's accounts")
    with acting_as(associate.tenancy):
        found = prepare_valuation(associate, before)
        propose_valuation(associate, found)
    approve(manager, VALUATION, f"valuation:{found}")
    worth = {**worth, "investments": worth["investments"] + MILLION / 10}
    with acting_as(associate.tenancy):
        prepare_valuation(associate, NewValuation(vehicle, today, worth, reason="Not looked through yet"))


def _call(associate: Actor, manager: Actor, vehicle: UUID, today: date) -> None:
    """A call that was issued after a subscription line had advanced it, and that every other account has paid; the next
    one waits."""
    with acting_as(associate.tenancy):
        details = enter_receiving_details(associate, vehicle, given=BANK)
    approve(manager, RECEIVING_CHANGE, f"receiving_details:{details}")
    lines = (
        LineDraft(LineKind.INVESTMENT, None, Decimal("0.06")),
        LineDraft(LineKind.FEES, None, Decimal("0.0075")),
    )
    issued = _ask_for_call(
        associate, CallDraft(vehicle, today + NOTICE, lines, "Two loans to suppliers of rail freight")
    )
    approve(manager, CALL_ISSUE, f"capital_call:{issued}")
    with acting_as(associate.tenancy):
        dues = sorted(list_dues(associate, vehicle_id=vehicle), key=lambda each: each.account)
        paid = [(each.account, each.reference, each.amount) for each in dues[::2]]
        content = _bank_file(today, [*paid, ("Castlewood Orchard", "capital", Decimal(25_000))])
        read_statement(associate, name="First Bank today.csv", content=content, currency="USD")
        confirm_exact(associate)
        record_line_draw(associate, issued, drawn_on=today - ADVANCED)
    later = (LineDraft(LineKind.INVESTMENT, MILLION), LineDraft(LineKind.EXPENSES, Decimal(25_000)))
    _ask_for_call(associate, CallDraft(vehicle, today + 2 * NOTICE, later, "A mortgage on a cold store"))


def _bank_file(on: date, rows: Sequence[tuple[str, str, Decimal]]) -> bytes:
    """What a bank says came in: by whom, with which words, how much."""
    told = [f'{on},"{payer}",{words},{amount:f},T{place},1' for place, (payer, words, amount) in enumerate(rows)]
    return "\n".join(["Date,Name,Reference,Amount,Transaction ID,Account", *told]).encode()


def _ask_for_call(associate: Actor, draft: CallDraft) -> UUID:
    with acting_as(associate.tenancy):
        call_id = create_call(associate, draft)
        request_call_approval(associate, call_id, digest=get_call_preview(associate, call_id).digest)
        return call_id


def _pay_out(associate: Actor, manager: Actor, vehicle: UUID, today: date) -> None:
    """A distribution that one manager has approved, and another has to."""
    lines = (
        Line(Source.RETURN_OF_CAPITAL, 4 * MILLION, Decimal(0), None),
        Line(Source.INTEREST, MILLION, Decimal(0), None),
    )
    with acting_as(associate.tenancy):
        draft = Draft(vehicle, today + SOON, Method.PAID_IN, lines, "The first two loans were repaid")
        found = create_distribution(associate, draft)
        submit_distribution(associate, found)
    approve(manager, DISTRIBUTION, f"distribution:{found}")


def _offer(
    associate: Actor, manager: Actor, vehicle: UUID, investors: Sequence[Actor], accounts: Mapping[UUID, Actor],
    today: date,
) -> UUID:  # fmt: skip
    """A second close that is open, with interest and a question; its id."""
    description = OpportunityDescription(
        vehicle, "Second close", Exemption.RULE_506B, 20 * MILLION, MILLION / 4, cap=25 * MILLION,
        summary="Senior loans to middle-sized companies, secured, in North America.",
    )  # fmt: skip
    with acting_as(associate.tenancy):
        found = create_opportunity(associate, description)
        add_close(associate, found, today + SOON)
        propose_opening(associate, found, reason="The papers are in the data room.")
    approve(manager, OPPORTUNITY_OPEN, f"opportunity:{found}")
    for account, investor in list(accounts.items())[:2]:
        with acting_as(investor.tenancy):
            express_interest(investor, found, account, amount=MILLION)
    with acting_as(investors[0].tenancy):
        ask_about_opportunity(investors[0], found, "May a retirement account take part in the second close?")
    return found
