"""What each account is told of a distribution, or that it was taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.distributions.values.distributions import (
    AccountShare,
    Distribution,
    Recipient,
    payback_reference,
)
from portal.domain.investments.distributions.values.nettings import Called
from portal.domain.investments.distributions.values.plans import Method, Source
from portal.domain.investments.notices.values import (
    CANCELLED,
    BankAccount,
    NewNotice,
    Notice,
    NoticeKind,
    NoticeLine,
)

ZERO = Decimal(0)
NAMES = {
    Source.RETURN_OF_CAPITAL: "Return of capital",
    Source.GAIN: "Realised gain",
    Source.DIVIDEND: "Dividend",
    Source.INTEREST: "Interest",
    Source.OTHER_INCOME: "Other income",
    Source.RETURN_OF_UNUSED: "Return of unused capital",
    Source.IN_KIND: "In kind",
    Source.CARRIED_INTEREST: "Carried interest",
    Source.CLAWBACK: "Carry paid back",
}


Side = tuple[Source, bool]  # what money is, and whether it is paid rather than got: of carry paid back it is both


class Heading(NamedTuple):
    """What all notices of a distribution share: who sends them and when, what everybody promised and gets by source,
    and to where whoever has to pay does."""

    firm: str
    today: date
    commitment: Decimal
    of_all: Mapping[Side, Decimal]
    paid_to: BankAccount | None


def distribution_notices(
    found: Distribution,
    shares: Sequence[AccountShare],
    recipients: Mapping[UUID, Recipient],
    *,
    firm: str,
    today: date,
    called: Mapping[UUID, Called],
    paid_to: BankAccount | None = None,
) -> list[NewNotice]:
    """The notices of a distribution, one to each account that it pays, or that pays it; a line for each source, with
    what all accounts get of it. Whose share pays a call (`called`) is told of both in one; who has to pay, to where:
    `paid_to`, where the vehicle has a bank account for that."""
    of_all: dict[Side, Decimal] = {}
    for share in shares:
        for part in share.components:
            side = part.source, part.amount < 0
            of_all[side] = of_all.get(side, ZERO) + part.amount
    commitment = sum((each.commitment for each in recipients.values()), ZERO)
    heading = Heading(firm, today, commitment, of_all, paid_to)
    notices = []
    for share in shares:
        notice = _notice(found, share, recipients.get(share.account_id, Recipient()), heading)
        call = called.get(share.account_id)
        notices.append(NewNotice(share.account_id, found.vehicle_id, netted_notice(notice, call) if call else notice))
    return notices


def netted_notice(notice: Notice, call: Called) -> Notice:
    """A notice of a distribution with the call that it nets: the promise as it was before both. Who has to pay still
    is told by when and where, as the call said."""
    told = call.notice
    effect = sum((line.unfunded_effect for line in told.called), ZERO)
    both = replace(
        notice,
        netted_call=told.number,
        called=told.called,
        settled=call.settled,
        unfunded_before=notice.unfunded_before - effect,
    )
    if both.net_due <= 0:
        return both
    return replace(both, due_on=told.due_on, reference=told.reference, paid_to=told.paid_to)


def _notice(found: Distribution, share: AccountShare, who: Recipient, heading: Heading) -> Notice:
    pays = share.net < 0
    return Notice(
        kind=NoticeKind.PAYBACK if found.method is Method.CLAWBACK else NoticeKind.DISTRIBUTION,
        number=f"D{found.number}",
        firm=heading.firm,
        vehicle=found.vehicle,
        account=share.account,
        account_number=who.number,
        currency=found.currency,
        issued_on=heading.today,
        due_on=found.pay_on,
        commitment=who.commitment,
        fund_commitment=heading.commitment,
        called=(),
        paid_out=tuple(
            NoticeLine(NAMES[part.source], heading.of_all[part.source, part.amount < 0], part.amount, part.recallable)
            for part in share.components
        ),
        withheld=share.withheld,
        in_kind=share.in_kind,
        contributed=who.paid_in,
        distributed=who.distributed,
        unfunded_before=who.unfunded,
        reference=payback_reference(found.number, who.number, share.account_id) if pays else f"D{found.number}",
        paid_to=heading.paid_to if pays else None,
        purpose=found.note,
    )


def reversal_notices(
    given: Sequence[NewNotice], recipients: Mapping[UUID, Recipient], *, reason: str
) -> list[NewNotice]:
    """Notices that take these back, with the unfunded that goes again too; `recipients` as they are afterwards."""
    found = []
    for each in given:
        who = recipients.get(each.account_id, Recipient())
        lines = tuple(replace(line, unfunded_effect=-line.unfunded_effect) for line in each.notice.paid_out)
        call = each.notice.netted_call
        again = f" Capital call {call} is open again; a notice of its own says what is to be paid." if call else ""
        notice = replace(
            each.notice,
            kind=CANCELLED[each.notice.kind],
            netted_call="",
            called=(),
            settled=ZERO,
            paid_out=lines,
            unfunded_before=who.unfunded - sum((line.unfunded_effect for line in lines), ZERO),
            reason=f"{_taken_back(each.notice)} {reason}{again}",
        )
        found.append(replace(each, notice=notice))
    return found


def _taken_back(notice: Notice) -> str:
    if notice.kind is not NoticeKind.PAYBACK:
        return "This distribution is taken back."
    said = f"Carry is not paid back as notice {notice.number} said."
    return f"{said} Do not pay it." if notice.net_due > 0 else said


def reopened_notices(
    vehicle_id: UUID,
    called: Mapping[UUID, Called],
    recipients: Mapping[UUID, Recipient],
    *,
    number: str,
    today: date,
) -> list[NewNotice]:
    """Notices of a call to those whose share of the distribution `number`, which was taken back, had paid of it."""
    found = []
    for account_id, call in called.items():
        who, told = recipients.get(account_id, Recipient()), call.notice
        notice = replace(
            told,
            issued_on=today,
            settled=call.settled,
            contributed=who.paid_in,
            distributed=who.distributed,
            unfunded_before=who.unfunded - sum((line.unfunded_effect for line in told.called), ZERO),
            purpose=f"This call is open again: distribution {number}, which was netted against it, is taken back.",
            replaces=number,
        )
        found.append(NewNotice(account_id, vehicle_id, notice))
    return found
