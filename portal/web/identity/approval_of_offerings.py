"""How the opening of an offering is told to those who decide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import OPPORTUNITY_OPEN, Approval, ApprovalState
from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.opportunities.queries.audiences import get_offered_reach
from portal.domain.investments.opportunities.queries.opportunities import (
    find_offered_room,
    find_opportunity_names,
    get_opportunity,
    list_offered_documents,
)
from portal.domain.investments.opportunities.values.opportunities import OfferedTo
from portal.web.identity.approval_view import ApprovalView, subject_of
from portal.web.toolkit.formatting import day, money
from portal.web.toolkit.offering_words import EXEMPTIONS, audience_words, reach_words, terms_of

AMOUNTS = {"target": "Target", "minimum": "Minimum per account", "maximum": "Maximum per account", "cap": "Cap"}


def _opening(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content, code = approval.content, approval.content["currency"]
    rows = [
        ("Name", content["name"]),
        ("Exemption", EXEMPTIONS[Exemption(content["exemption"])]),
        *((told, f"{code} {money(Decimal(content[name]), code)}") for name, told in AMOUNTS.items() if name in content),
        *_audience(actor, approval),
        ("Countries", ", ".join(content["countries"]) or "any"),
        ("Closes", ", ".join(day(date.fromisoformat(each)) for each in content["closes"])),
        *_papers(actor, approval),
        *((f"Term: {label}", value) for label, value in terms_of(content["terms"])),
        ("What investors read first", content["summary"] or "–"),
    ]
    return [(told, "–", value) for told, value in rows]


def _audience(actor: Actor, approval: Approval) -> list[tuple[str, str]]:
    """Whom it is for, as it was asked; how many these are now, as long as that is to be decided."""
    content: Mapping[str, Any] = approval.content
    rule = audience_words(OfferedTo(content["offered_to"]), content.get("vehicles", ()), content["accounts"])
    if approval.state is not ApprovalState.OPEN:
        return [("Offered to", rule)]
    return [("Offered to", rule), ("These are now", reach_words(get_offered_reach(actor, subject_of(approval))))]


def _papers(actor: Actor, approval: Approval) -> list[tuple[str, str]]:
    opportunity = get_opportunity(actor, subject_of(approval))
    titles = {str(each.id): each.title for each in list_offered_documents(actor, opportunity.id)}
    named = [titles.get(each, "one that you may not see") for each in approval.content["documents"]]
    room = find_offered_room(actor, opportunity) if approval.content["room"] else None
    return [
        ("Documents", ", ".join(sorted(named)) or "none"),
        ("Data room", room.name if room else "one that you may not see" if approval.content["room"] else "none"),
    ]


VIEWS_OF_OFFERINGS: dict[str, ApprovalView] = {
    OPPORTUNITY_OPEN.name: ApprovalView(
        thing=subject_of,
        names=find_opportunity_names,
        link=lambda approval: url_for("opportunities.show", opportunity_id=subject_of(approval)),
        changes=_opening,
        deciders="A manager other than you decides it.",
    ),
}
