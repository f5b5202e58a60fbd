"""Mails about offerings: reminders of the pipeline, answers to questions, news of what somebody watches."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.queries.news import find_news
from portal.domain.investments.opportunities.queries.reminders import find_answered, find_reminder
from portal.domain.investments.opportunities.values.news import News
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work

SUBJECTS = {
    News.OPENED: "an offering has opened",
    News.DATED: "an offering has a new close",
    News.ENDED: "a close of an offering is closed",
    News.CLOSED: "an offering is closed",
}


def remind(work: Work) -> None:
    """Remind who looks after a prospect of what is to be done, unless that was changed meanwhile."""
    prospect_id, owner_id = UUID(work.arguments["prospect_id"]), UUID(work.arguments["owner_id"])
    on = date.fromisoformat(work.arguments["on"])
    reminder = find_reminder(Actor.system(work.firm_id), prospect_id, owner_id=owner_id, on=on)
    if reminder is not None:
        url = address_of(f"investments/prospects/{prospect_id}")
        post(work, reminder, f"{reminder.firm}: {reminder.prospect}", "mail/prospect_reminder.txt", url=url)


def tell_answer(work: Work) -> None:
    """Write to who asked about an opportunity that it is answered, while they may see it."""
    answered = find_answered(Actor.system(work.firm_id), UUID(work.arguments["question_id"]))
    if answered is not None:
        url = address_of(f"investments/offering-questions/{answered.opportunity_id}")
        post(work, answered, f"{answered.firm}: your question is answered", "mail/offering_answer.txt", url=url)


def tell_watcher(work: Work) -> None:
    """Write to a person what happened to an offering, while they watch it and may see it."""
    news, opportunity_id = News(work.arguments["news"]), UUID(work.arguments["opportunity_id"])
    found = find_news(Actor.system(work.firm_id), opportunity_id, news, UUID(work.arguments["user_id"]))
    if found is not None:
        ends = found.ended_on if news is News.ENDED else found.closes_on
        day, later = (formatting.day(each, found.locale) for each in (ends, found.next_on))
        url, subject = address_of(f"investments/opportunities/{opportunity_id}"), f"{found.firm}: {SUBJECTS[news]}"
        post(
            work,
            found,
            subject,
            "mail/offering_news.txt",
            url=url,
            news=news.value,
            day=day,
            later=later if found.next_on else "",
        )
