"""Reading answers to the text about forms in the portal alone."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.tax_forms.values.consents import ConsentNews, TaxConsent
from portal.platform import db
from portal.platform.errors import NotFound

# Of accounts that the person acts for: who is only shown an account answers nothing for it.
MINE = """
SELECT a.id AS account_id, a.name AS account, c.given, c.version, COALESCE(u.name, '') AS by, c.at
FROM people.investor_accounts a
LEFT JOIN LATERAL (
  SELECT t.given, t.version, t.user_id, t.at FROM investments.tax_consents t
  WHERE t.account_id = a.id ORDER BY t.at DESC, t.id DESC LIMIT 1) c ON true
LEFT JOIN identity.users u ON u.id = c.user_id
WHERE a.firm_id = %(firm)s AND a.id = ANY ((SELECT people.my_own_account_ids())::uuid[])
"""
NEWS = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, f.locale,
  COALESCE(u.time_zone, 'UTC') AS time_zone, a.name AS account, c.given, c.at
FROM investments.tax_consents c JOIN identity.users u ON u.id = c.user_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = c.firm_id
JOIN people.investor_accounts a ON a.id = c.account_id
WHERE c.firm_id = %(firm)s AND c.id = %(id)s
"""
MOST = 200


def list_own_consents(actor: Actor) -> list[TaxConsent]:
    """Where each account that the actor acts for stands, by name."""
    rows = db.fetch_all(f"{MINE} ORDER BY a.name_key LIMIT {MOST}", firm=actor.firm_id)
    return [TaxConsent(*row) for row in rows]


def get_own_consent(actor: Actor, account_id: UUID) -> TaxConsent:
    """Where one of these accounts stands; NotFound."""
    row = db.fetch_one(f"{MINE} AND a.id = %(account)s", firm=actor.firm_id, account=account_id)
    if row is None:
        raise NotFound
    return TaxConsent(*row)


def find_consent_news(actor: Actor, consent_id: UUID) -> ConsentNews | None:
    """What to tell the person who gave an answer; None where they have left meanwhile."""
    row = db.fetch_one(NEWS, firm=actor.firm_id, id=consent_id)
    if row is None:
        return None
    return ConsentNews(row.name, email_of(row), row.firm, row.locale, row.time_zone, row.account, row.given, row.at)
