"""What `portal verify` asks the ledger: whether the books stand up to a rebuild."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.access.values import Actor
from portal.platform import db

TRIAL_BALANCE = """
SELECT currency, sum(amount) AS off FROM investments.postings WHERE firm_id = %(firm)s
GROUP BY currency HAVING sum(amount) <> 0
"""
UNBALANCED = """
SELECT j.id FROM investments.journals j LEFT JOIN investments.postings p ON p.journal_id = j.id
WHERE j.firm_id = %(firm)s GROUP BY j.id HAVING count(p.id) < 2 OR sum(p.amount) <> 0 LIMIT 100
"""
KEPT = """
SELECT h.id FROM investments.holdings h LEFT JOIN (
  SELECT holding_id,
    COALESCE(-sum(amount) FILTER (WHERE bucket = 'committed'), 0) AS commitment,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'unfunded'), 0) AS unfunded,
    COALESCE(-sum(amount) FILTER (WHERE bucket = 'contributed'), 0) AS paid_in,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'distributed'), 0) AS distributed,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'net_assets'), 0) AS net_assets,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'fees'), 0) AS fees,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'called'), 0) AS called,
    COALESCE(-sum(amount) FILTER (WHERE bucket = 'transferred'), 0) AS transferred
  FROM investments.postings WHERE firm_id = %(firm)s GROUP BY holding_id
) s ON s.holding_id = h.id
WHERE h.firm_id = %(firm)s AND (h.commitment, h.unfunded, h.paid_in, h.distributed, h.net_assets, h.fees,
  h.called, h.transferred)
  IS DISTINCT FROM (COALESCE(s.commitment, 0), COALESCE(s.unfunded, 0), COALESCE(s.paid_in, 0),
    COALESCE(s.distributed, 0), COALESCE(s.net_assets, 0), COALESCE(s.fees, 0),
    COALESCE(s.called, 0), COALESCE(s.transferred, 0)) LIMIT 100
"""
MARKS_OFF = """
SELECT h.id FROM investments.holdings h JOIN LATERAL (
  SELECT j.stated_nav, j.effective_on FROM investments.journals j
  WHERE j.holding_id = h.id AND j.stated_nav IS NOT NULL
    AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
  ORDER BY j.effective_on DESC, j.posted_at DESC LIMIT 1
) mark ON true
WHERE h.firm_id = %(firm)s AND mark.stated_nav <> (SELECT COALESCE(sum(p.amount), 0) FROM investments.postings p
  WHERE p.holding_id = h.id AND p.bucket = 'net_assets' AND p.effective_on <= mark.effective_on) LIMIT 100
"""
MIRRORS = """
SELECT r.id FROM investments.journals r JOIN investments.journals j ON j.id = r.reverses
WHERE r.firm_id = %(firm)s AND (r.amount <> -j.amount OR r.effective_on <> j.effective_on OR EXISTS (
  SELECT bucket, amount FROM investments.postings WHERE journal_id = r.id
  EXCEPT ALL SELECT bucket, -amount FROM investments.postings WHERE journal_id = j.id)) LIMIT 100
"""
CHECKS = (
    ("trial balance", TRIAL_BALANCE, "postings in this currency do not add up to zero"),
    ("journals", UNBALANCED, "a journal is off balance or has fewer than two postings"),
    ("kept balances", KEPT, "a holding's kept balances differ from a rebuild"),
    ("valuations", MARKS_OFF, "net assets at the last valuation differ from the value stated"),
    ("reversals", MIRRORS, "a reversal does not mirror what it reverses"),
)


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """Something that does not hold: which check, which record, what is wrong."""

    check: str
    record: str
    message: str


def list_ledger_findings(actor: Actor) -> list[LedgerFinding]:
    """Everything in the firm's books that does not hold; empty when all does. Reads every posting."""
    return [
        LedgerFinding(name, str(row[0]), message)
        for name, statement, message in CHECKS
        for row in db.fetch_all(statement, firm=actor.firm_id)
    ]
