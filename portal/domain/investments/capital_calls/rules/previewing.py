"""What is in the way of a call, what names all of its consequences, and what makes no sense in a draft."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import orjson

from portal.domain.investments.capital_calls.errors import NotCovered, NoticeTooShort, NowhereToPay
from portal.domain.investments.capital_calls.values.allocating import CallPart, LineKind
from portal.domain.investments.capital_calls.values.calls import Call, CallDraft, LineDraft, Preview
from portal.domain.investments.notices.values import BankAccount
from portal.platform.errors import Conflict
from portal.platform.money import LIMIT, minor_places

LONGEST = 500
MOST_LINES = 12


def list_obstacles(
    call: Call, paid_to: BankAccount | None, latest: date, today: date, *, anybody: bool, covered: bool
) -> tuple[str, ...]:
    """Sentences that say what is in the way of issuing a call today; `latest` is the last day with enough notice."""
    found = []
    if not anybody:
        found.append("Nobody has a commitment to this vehicle. Record commitments first.")
    elif not covered:
        found.append(NotCovered.message)
    if paid_to is None:
        found.append(NowhereToPay.message)
    if call.summary.due_on <= today:
        found.append("The due date is not after today. Choose a later one.")
    elif today > latest and not call.short_notice:
        found.append(NoticeTooShort.message)
    return tuple(found)


def refuse_obstacles(preview: Preview) -> None:
    """Conflict with all that is in the way of a call."""
    if preview.obstacles:
        raise Conflict(" ".join(preview.obstacles))


def preview_digest(call: Call, parts: Sequence[CallPart], paid_to: BankAccount | None) -> str:
    """SHA-256 (hex) of a call with all it does: what is approved is exactly this."""
    content = [
        [str(call.summary.id), call.summary.number, call.summary.due_on.isoformat(), call.purpose, call.short_notice],
        [[line.kind.value, _digits(line.amount), line.inside, line.label] for line in call.lines],
        asdict(paid_to) if paid_to else None,
        sorted(_part(part) for part in parts),
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _part(part: CallPart) -> list[str]:
    who = part.participant
    figures = [who.commitment, who.unfunded, *(line.amount for line in part.lines)]
    return [str(who.account_id), part.excused or "", *map(_digits, figures)]


def _digits(amount: Decimal) -> str:
    return f"{amount:.4f}"


def find_draft_faults(draft: CallDraft, currency: str, today: date) -> dict[str, str]:
    """What is wrong with a draft, by field; empty when all is well."""
    faults = {}
    if draft.due_on <= today:
        faults["due_on"] = "Choose a day after today."
    if not draft.lines:
        faults["lines"] = "Enter at least one amount, or a percentage of all commitments."
    if len(draft.lines) > MOST_LINES:
        faults["lines"] = f"At most {MOST_LINES} lines."
    problems = [_line_fault(line, minor_places(currency)) for line in draft.lines]
    if any(problems):
        faults["lines"] = next(filter(None, problems))
    return faults | _word_faults(draft)


def find_fee_fault(draft: CallDraft, nets: Sequence[Decimal]) -> str | None:
    """Why the line of fees is not the accrued fees of these `nets`, as a sentence; None when it is."""
    typed = [line.amount for line in draft.lines if line.kind is LineKind.FEES]
    if typed == [sum(nets, Decimal(0))]:
        return None
    return "The accrued fees are the line of management fees: leave its amount and percentage empty."


def _word_faults(draft: CallDraft) -> dict[str, str]:
    texts = {"purpose": draft.purpose, "short_notice": draft.short_notice}
    faults = {name: f"At most {LONGEST} letters." for name, text in texts.items() if len(text) > LONGEST}
    if any(not 0 < len(reason.strip()) <= LONGEST for reason in (draft.excused or {}).values()):
        faults["excused"] = f"Say of each excused account why, in at most {LONGEST} letters."
    return faults


def _line_fault(line: LineDraft, places: int) -> str:
    if (line.amount is None) == (line.percent is None):
        return "Give each line either an amount or a percentage."
    if line.percent is not None:
        return "" if 0 < line.percent <= 1 else "A percentage lies between 0 and 100."
    assert line.amount is not None
    if not line.amount.is_finite() or not 0 < line.amount < LIMIT:
        return "An amount is above zero; leave a line empty that is not needed."
    return "" if line.amount == round(line.amount, places) else f"An amount has at most {places} decimals."
