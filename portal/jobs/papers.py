"""Papers of investors: telling who sent one that it comes back."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.papers.queries import find_returned
from portal.domain.identity.access.values import Actor
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work


def tell(work: Work) -> None:
    """Write to who sent a paper that it comes back, and why."""
    returned = find_returned(Actor.system(work.firm_id), UUID(work.arguments["paper_id"]))
    if returned is not None:
        subject = f"{returned.firm}: a paper you sent comes back"
        post(work, returned, subject, "mail/paper_returned.txt", url=address_of("documents/papers"))
