"""Capital calls: reminding of what is still to be paid."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.chasing import find_reminder
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work


def remind(work: Work) -> None:
    """Write to one person what accounts of theirs have still to pay."""
    call_id, user_id = UUID(work.arguments["call_id"]), UUID(work.arguments["user_id"])
    found = find_reminder(Actor.system(work.firm_id), call_id, user_id)
    if found is not None:
        subject = f"{'Overdue' if found.late else 'Reminder'}: capital call {found.label} of {found.vehicle}"
        links = [(account, address_of(f"investments/capital-calls/shares/{each}")) for each, account in found.shares]
        due = formatting.day(found.due_on, found.locale)
        post(work, found, subject, "mail/call_reminder.txt", links=links, due=due)
