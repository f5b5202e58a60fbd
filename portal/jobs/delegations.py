"""Mail to somebody who may see an investor's accounts."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.joining.queries import get_greeting
from portal.domain.identity.links.queries import find_link
from portal.domain.identity.links.values import LinkState
from portal.domain.people.delegations.queries import find_announcement
from portal.platform import formatting, mail
from portal.platform.mail_rendering import Envelope, render_mail
from portal.platform.outbox import Work
from portal.platform.resources import resources


def announce(work: Work) -> None:
    """Tell a delegate whose accounts they may see, with a link to come in by where they are new; nothing where it has
    ended meanwhile."""
    actor, settings = Actor.system(work.firm_id), resources().settings
    delegation = find_announcement(actor, UUID(work.arguments["delegation_id"]))
    if delegation is None:
        return
    person = get_greeting(actor, delegation.delegate_id)
    link = find_link(actor, UUID(work.arguments["link_id"]))
    place, is_new = "sign-in", link is not None
    if link is not None and link.state is LinkState.OPEN:
        place = f"invitations/{resources().sealer.link_token(link.id)}"
    subject = f"{delegation.grantor} lets you see their investments with {person.firm}"
    envelope = Envelope(settings.mail_from, person.firm, person.name, person.email, subject, work.id)
    said = {
        "person": person,
        "delegation": delegation,
        "until": formatting.day(delegation.until, "en"),
        "url": f"{settings.public_url}/{place}",
        "portal_url": settings.public_url,
        "is_new": is_new,
    }
    mail.send(settings.smtp_url, render_mail("mail/delegation.html", "mail/delegation.txt", envelope, **said))
