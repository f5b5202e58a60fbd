"""What each account is told of a call, or of its cancellation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.capital_calls.values.allocating import CallLine, CallPart, Participant
from portal.domain.investments.capital_calls.values.calls import LINE_NAMES, Preview, call_label, reference_of
from portal.domain.investments.notices.values import IssuedNotice, NewNotice, Notice, NoticeKind, NoticeLine

ZERO = Decimal(0)


def call_notices(preview: Preview, firm: str, today: date) -> list[NewNotice]:
    """The notices of a call, one to each account that has to pay something."""
    call = preview.call
    summary = call.summary
    fund_commitment = sum((part.participant.commitment for part in preview.parts), ZERO)
    found = []
    for part in preview.parts:
        who = part.participant
        if not part.amount:
            continue
        notice = Notice(
            NoticeKind.CALL,
            summary.label,
            firm,
            summary.vehicle,
            who.name,
            who.number,
            summary.currency,
            today,
            summary.due_on,
            who.commitment,
            fund_commitment,
            _lines(call.lines, part),
            (),
            ZERO,
            who.contributed,
            who.distributed,
            who.unfunded,
            reference_of(summary.number, who.number, who.account_id),
            preview.paid_to,
            call.purpose,
            "",
            "" if call.replaces_number is None else call_label(call.replaces_number),
        )
        found.append(NewNotice(who.account_id, summary.vehicle_id, notice))
    return found


def _lines(lines: Sequence[CallLine], part: CallPart) -> tuple[NoticeLine, ...]:
    return tuple(
        NoticeLine(line_name(line), line.amount, own.amount, -own.amount if line.inside else ZERO)
        for line, own in zip(lines, part.lines, strict=True)
    )


def line_name(line: CallLine) -> str:
    """What a line is called on a notice: its kind, what it is for, and whether it is outside the commitment."""
    name = f"{LINE_NAMES[line.kind]}: {line.label}" if line.label else LINE_NAMES[line.kind]
    return name if line.inside else f"{name} (outside commitment)"


def cancellation_notices(
    issued: Sequence[IssuedNotice], before: Mapping[UUID, Participant], reason: str, today: date
) -> list[NewNotice]:
    """Notices that take these back, with the unfunded that comes back too."""
    found = []
    for each in issued:
        who = before[each.account_id]
        lines = tuple(replace(line, unfunded_effect=-line.unfunded_effect) for line in each.notice.called)
        notice = replace(
            each.notice,
            kind=NoticeKind.CALL_CANCELLED,
            issued_on=today,
            called=lines,
            contributed=who.contributed,
            distributed=who.distributed,
            unfunded_before=who.unfunded,
            reason=f"This call is cancelled. {reason} Do not pay it.",
        )
        found.append(NewNotice(each.account_id, each.vehicle_id, notice))
    return found
