"""Mail to somebody who may see an investor's accounts, and to both when the firm has ended it."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm
from portal.domain.identity.joining.queries import get_greeting
from portal.domain.identity.links.queries import find_link
from portal.domain.identity.links.values import LinkState
from portal.domain.people.delegations.queries import find_announcement, find_delegation
from portal.domain.people.delegations.values import EndReason, Side
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources

REASONS = {
    EndReason.ASKED: "The investor asked for it.",
    EndReason.MISTAKEN: "It went to the wrong person.",
    EndReason.SUSPICION: "Somebody else may have been using it.",
    EndReason.LAW: "The law or a court asks for it.",
}


def announce(work: Work) -> None:
    """Tell a delegate whose accounts they may see, with a link to come in by where they are new; nothing where it has
    ended meanwhile."""
    actor = Actor.system(work.firm_id)
    delegation = find_announcement(actor, UUID(work.arguments["delegation_id"]))
    if delegation is None:
        return
    person, firm = get_greeting(actor, delegation.delegate_id), get_firm(work.firm_id)
    link = find_link(actor, UUID(work.arguments["link_id"]))
    place, is_new = "sign-in", link is not None
    if link is not None and link.state is LinkState.OPEN:
        place = f"invitations/{resources().sealer.link_token(link.id)}"
    subject = f"{delegation.grantor} lets you see their investments with {person.firm}"
    post(
        work,
        person,
        subject,
        "mail/delegation.txt",
        delegation=delegation,
        until=formatting.day(delegation.until, firm.locale),
        url=address_of(place),
        is_new=is_new,
    )


def announce_end(work: Work) -> None:
    """Tell the investor, or who saw their accounts, that the firm has ended it and why."""
    actor = Actor.system(work.firm_id)
    delegation, side = find_delegation(actor, UUID(work.arguments["delegation_id"])), Side(work.arguments["side"])
    if delegation is None:
        return
    to_grantor = side is Side.GRANTOR
    person = get_greeting(actor, delegation.grantor_id if to_grantor else delegation.delegate_id)
    subject = (
        f"{delegation.called} no longer sees your accounts" if to_grantor
        else f"You no longer see accounts of {delegation.grantor}"
    )  # fmt: skip
    post(
        work,
        person,
        subject,
        "mail/delegation_ended.txt",
        delegation=delegation,
        to_grantor=to_grantor,
        reason=REASONS[EndReason(work.arguments["reason"])],
        url=address_of("people/delegations"),
    )
