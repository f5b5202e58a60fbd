"""Having those told who watch an offering."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.queries.news import list_people_to_tell
from portal.domain.investments.opportunities.values.news import News
from portal.platform.db import transactional
from portal.platform.outbox import enqueue_many


@transactional
def tell_watchers(actor: Actor, opportunity_id: UUID, news: News, *, which: str = "") -> None:
    """Have each person for whom this is news written to, once for each `which` of its kind."""
    said = {"opportunity_id": str(opportunity_id), "news": news.value}
    people = list_people_to_tell(actor, opportunity_id, news)
    works = [({**said, "user_id": str(each)}, f"{opportunity_id}:{news.value}{which}:{each}") for each in people]
    if works:
        enqueue_many("offerings.tell_watcher", works)
