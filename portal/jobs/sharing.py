"""Documents shared with readers outside: the mail with the link, the mail with the code."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.sharing.queries import find_shared_document
from portal.domain.identity.access.values import Actor
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources


def invite(work: Work) -> None:
    """Write to the reader that a document was shared with them, unless that has ended already."""
    actor, share_id = Actor.system(work.firm_id), UUID(work.arguments["share_id"])
    document = find_shared_document(actor, resources().vault, share_id)
    if document is not None:
        until = formatting.moment(document.until, document.locale, document.time_zone)
        url = address_of(f"documents/outside-reading/{resources().sealer.link_token(share_id)}")
        subject = f"{document.firm}: a document for you"
        post(work, document, subject, "mail/share_invitation.txt", url=url, until=until, note=document.note)


def send_code(work: Work) -> None:
    """Write the code to the reader."""
    actor, share_id = Actor.system(work.firm_id), UUID(work.arguments["share_id"])
    document = find_shared_document(actor, resources().vault, share_id)
    if document is not None:
        code = resources().sealer.unseal(work.arguments["code"])
        post(work, document, f"{document.firm}: your code", "mail/share_code.txt", code=code)
