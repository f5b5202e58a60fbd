"""Reading what people are asked and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.people.privacy.values.consents import Awaited, Consent, ConsentAnswer, Purpose, PurposeText
from portal.platform import db
from portal.platform.errors import NotFound

LATEST_TEXT = """
JOIN LATERAL (
  SELECT * FROM people.consent_texts WHERE purpose_id = p.id ORDER BY version DESC LIMIT 1
) t ON true
"""
MINE = """
SELECT p.id, p.name, p.needed, t.version, t.body, t.published_at, p.retired_at, a.given, a.version AS answered, a.at
FROM people.consent_purposes p {latest}
LEFT JOIN LATERAL (
  SELECT given, version, at FROM people.consents WHERE purpose_id = p.id AND user_id = %(user)s
  ORDER BY id DESC LIMIT 1
) a ON true
WHERE p.firm_id = %(firm)s
"""
UNANSWERED = """
SELECT EXISTS (SELECT FROM people.consent_purposes p {latest}
  WHERE p.firm_id = %(firm)s AND p.needed AND p.retired_at IS NULL AND NOT EXISTS (
    SELECT FROM people.consents a WHERE a.purpose_id = p.id AND a.version = t.version AND a.user_id = %(user)s))
"""
ANSWERS = """
SELECT p.name, a.version, a.given, a.at, a.address, a.agent
FROM people.consents a JOIN people.consent_purposes p ON p.id = a.purpose_id
WHERE a.firm_id = %(firm)s AND a.user_id = %(user)s ORDER BY a.id DESC LIMIT %(most)s
"""
# One line per person who may sign in, with their latest answer.
ANSWERED = """
SELECT u.id, u.name, a.given, a.version FROM identity.users u
LEFT JOIN LATERAL (
  SELECT given, version FROM people.consents WHERE purpose_id = p.id AND user_id = u.id ORDER BY id DESC LIMIT 1
) a ON true
WHERE u.firm_id = p.firm_id AND u.active
"""
PURPOSES = """
SELECT p.id, p.name, p.needed, t.version, t.published_at, p.retired_at, c.given, c.declined, c.older, c.missing
FROM people.consent_purposes p {latest}
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE l.given AND l.version = t.version) AS given,
    count(*) FILTER (WHERE NOT l.given AND l.version = t.version) AS declined,
    count(*) FILTER (WHERE l.version < t.version) AS older,
    count(*) FILTER (WHERE l.version IS NULL) AS missing
  FROM ({answered}) l
) c
WHERE p.firm_id = %(firm)s
"""
AWAITED = """
SELECT l.id, l.name, l.given, l.version FROM people.consent_purposes p {latest}
CROSS JOIN LATERAL ({answered}) l
WHERE p.firm_id = %(firm)s AND p.id = %(id)s AND l.version IS DISTINCT FROM t.version
  AND (l.name, l.id) > (%(after_name)s, %(after_id)s) ORDER BY l.name, l.id LIMIT %(most)s
"""
TEXTS = """
SELECT t.version, t.body, u.name, t.published_at FROM people.consent_texts t
LEFT JOIN identity.users u ON u.id = t.published_by
WHERE t.firm_id = %(firm)s AND t.purpose_id = %(id)s ORDER BY t.version DESC
"""
MOST_ANSWERS = 200


def _whole(statement: str) -> str:
    """The statement with the latest text of a purpose, and people's latest answers, in their places."""
    return statement.format(latest=LATEST_TEXT, answered=ANSWERED)


def list_consents(actor: Actor) -> Sequence[Consent]:
    """What the actor is asked: what waits for an answer first, then by name. A retired purpose stays with those who
    answered it."""
    rows = db.fetch_all(
        f"{_whole(MINE)} AND (p.retired_at IS NULL OR a.version IS NOT NULL)"
        " ORDER BY p.retired_at IS NOT NULL, a.version IS NOT DISTINCT FROM t.version, NOT p.needed, p.name_key",
        firm=actor.firm_id,
        user=actor.user_id,
    )
    return [Consent(*row) for row in rows]


def get_consent(actor: Actor, purpose_id: UUID) -> Consent:
    """What the actor is asked for one purpose of their firm; NotFound where there is none."""
    row = db.fetch_one(f"{_whole(MINE)} AND p.id = %(id)s", firm=actor.firm_id, user=actor.user_id, id=purpose_id)
    if row is None:
        raise NotFound
    return Consent(*row)


def exists_unanswered_consent(actor: Actor) -> bool:
    """Whether the actor has not answered the text in force of something that the firm needs an answer to."""
    return bool(db.fetch_value(_whole(UNANSWERED), firm=actor.firm_id, user=actor.user_id))


def list_consent_answers(actor: Actor) -> Sequence[ConsentAnswer]:
    """The actor's own answers, newest first."""
    rows = db.fetch_all(ANSWERS, firm=actor.firm_id, user=actor.user_id, most=MOST_ANSWERS)
    return [ConsentAnswer(*row) for row in rows]


def list_purposes(actor: Actor) -> Sequence[Purpose]:
    """What the firm asks for, and how many answered; those in force first. Forbidden without HANDLE_PRIVACY."""
    require(actor, Permission.HANDLE_PRIVACY)
    rows = db.fetch_all(f"{_whole(PURPOSES)} ORDER BY p.retired_at IS NOT NULL, p.name_key", firm=actor.firm_id)
    return [Purpose(*row) for row in rows]


def get_purpose(actor: Actor, purpose_id: UUID) -> Purpose:
    """One of them; NotFound, and Forbidden without HANDLE_PRIVACY."""
    require(actor, Permission.HANDLE_PRIVACY)
    row = db.fetch_one(f"{_whole(PURPOSES)} AND p.id = %(id)s", firm=actor.firm_id, id=purpose_id)
    if row is None:
        raise NotFound
    return Purpose(*row)


def list_purpose_texts(actor: Actor, purpose_id: UUID) -> Sequence[PurposeText]:
    """Every version of a purpose's text, newest first."""
    require(actor, Permission.HANDLE_PRIVACY)
    return [PurposeText(*row) for row in db.fetch_all(TEXTS, firm=actor.firm_id, id=purpose_id)]


def list_awaited_people(actor: Actor, purpose_id: UUID, *, after: tuple[str, UUID], most: int) -> Sequence[Awaited]:
    """Who may sign in and has not answered the latest text, by name, those after the (name, id) pair."""
    require(actor, Permission.HANDLE_PRIVACY)
    rows = db.fetch_all(
        _whole(AWAITED), firm=actor.firm_id, id=purpose_id, after_name=after[0], after_id=after[1], most=most
    )
    return [Awaited(*row) for row in rows]
