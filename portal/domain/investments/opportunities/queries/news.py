"""Who is told of an offering, and what; asked in the tenancy of staff or of the firm's system."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.opportunities.values.news import News, OfferingNews
from portal.platform import clock, db

# Nobody can watch what is not open yet: of an opening those hear who watch another offering of the vehicle.
WATCHED = {
    News.OPENED: "x.vehicle_id = o.vehicle_id AND x.id <> o.id",
    News.DATED: "x.id = o.id",
    News.ENDED: "x.id = o.id",
    News.CLOSED: "x.id = o.id",
}
STATES = {News.OPENED: ["open"], News.DATED: ["open"], News.ENDED: ["open"], News.CLOSED: ["closed", "funded"]}
TOLD = """
FROM investments.opportunities o JOIN identity.firms f ON f.id = o.firm_id
JOIN identity.users u ON u.firm_id = o.firm_id AND u.active AND u.id IN (
  SELECT w.user_id FROM investments.opportunity_watches w
  JOIN investments.opportunities x ON x.id = w.opportunity_id WHERE w.firm_id = %(firm)s AND {watched})
WHERE o.firm_id = %(firm)s AND o.id = %(id)s AND o.state = ANY(%(states)s)
  AND o.id IN (SELECT mine.opportunity_id FROM investments.offered_to(u.id) mine)
"""
NEWS = """
SELECT u.id AS user_id, u.name, u.email_sealed, f.name AS firm, f.locale, o.name AS title, o.id AS opportunity_id,
  (SELECT k.wrapped FROM identity.subject_keys k WHERE k.subject_id = u.id) AS wrapped,
  (SELECT max(c.closes_on) FROM investments.opportunity_closes c WHERE c.opportunity_id = o.id) AS closes_on,
  (SELECT max(c.closes_on) FROM investments.opportunity_closes c
    WHERE c.opportunity_id = o.id AND c.closed_at IS NOT NULL) AS ended_on,
  (SELECT min(c.closes_on) FROM investments.opportunity_closes c
    WHERE c.opportunity_id = o.id AND c.closed_at IS NULL AND c.closes_on >= %(today)s) AS next_on
"""


def list_people_to_tell(actor: Actor, opportunity_id: UUID, news: News) -> list[UUID]:
    """Who watches and may see an offering now, for whom this is news; each once."""
    statement = f"SELECT u.id {TOLD.format(watched=WATCHED[news])} ORDER BY u.id"
    return [row.id for row in db.fetch_all(statement, firm=actor.firm_id, id=opportunity_id, states=STATES[news])]


def find_news(actor: Actor, opportunity_id: UUID, news: News, user_id: UUID) -> OfferingNews | None:
    """What to tell a person, or None where they watch it no longer, may not see it any more, or it is not so now."""
    statement = f"{NEWS} {TOLD.format(watched=WATCHED[news])} AND u.id = %(user)s"
    asked = {"firm": actor.firm_id, "id": opportunity_id, "states": STATES[news], "user": user_id}
    row = db.fetch_one(statement, **asked, today=clock.today())
    if row is None:
        return None
    return OfferingNews(
        row.name, email_of(row), row.firm, row.locale, row.title, row.opportunity_id, row.closes_on, row.ended_on,
        row.next_on,
    )  # fmt: skip
