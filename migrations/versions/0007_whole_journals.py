"""Journals arrive whole: with all their postings in one statement, checked and kept once per statement.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"

# Per statement: no journal without postings; that those there are add up was seen when they were added.
CHECK_JOURNALS = """
DROP TRIGGER journals_balanced ON investments.journals;
DROP FUNCTION investments.check_balanced();
CREATE FUNCTION investments.check_journals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bare uuid;
BEGIN
  SELECT a.id INTO bare FROM added a
  WHERE (SELECT true FROM investments.postings p WHERE p.journal_id = a.id LIMIT 1) IS NOT TRUE LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % has 0 postings, two at least are needed', bare USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER journals_checked AFTER INSERT ON investments.journals
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION investments.check_journals();
"""

# Per statement: what is added are whole journals' postings, two or more each, zero in sum, agreeing with a journal of
# this transaction. Balances and dates of the holdings are kept in one update, since a second one in the same
# transaction would have their foreign keys checked again. Journals are looked up by their key, one by one: a join would
# be planned for few of them, and take as long as postings times journals when there are many.
KEEP_HOLDINGS = """
DROP TRIGGER postings_keep_balances ON investments.postings;
DROP FUNCTION investments.keep_balances();
CREATE FUNCTION investments.keep_holdings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE odd uuid; lines integer; off numeric;
BEGIN
  WITH per_journal AS (
    SELECT journal_id, holding_id, account_id, firm_id, currency, effective_on, count(*) AS lines, sum(amount) AS off,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'committed'), 0) AS commitment,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'unfunded'), 0) AS unfunded,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'contributed'), 0) AS paid_in,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'distributed'), 0) AS distributed,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'net_assets'), 0) AS net_assets,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'fees'), 0) AS fees
    FROM added GROUP BY journal_id, holding_id, account_id, firm_id, currency, effective_on
  ), per_holding AS (
    SELECT l.holding_id, sum(l.commitment) AS commitment, sum(l.unfunded) AS unfunded, sum(l.paid_in) AS paid_in,
      sum(l.distributed) AS distributed, sum(l.net_assets) AS net_assets, sum(l.fees) AS fees,
      min(l.effective_on) FILTER (WHERE j.adds) AS first_on, max(l.effective_on) FILTER (WHERE j.adds) AS last_on,
      max(l.effective_on)
        FILTER (WHERE j.adds AND j.kind NOT IN ('commitment', 'valuation', 'valuation_adjustment')) AS last_flow_on,
      max(l.effective_on) FILTER (WHERE j.adds AND j.kind = 'valuation') AS valued_on,
      COALESCE(bool_or(j.opening) FILTER (WHERE j.adds), false) AS opening,
      min(l.journal_id::text) FILTER (WHERE (l.lines >= 2 AND l.off = 0 AND j.agrees) IS NOT TRUE)::uuid AS odd
    FROM per_journal l LEFT JOIN LATERAL (
      SELECT kind, opening, reverses IS NULL AS adds, txid = pg_current_xact_id() AND holding_id = l.holding_id
        AND account_id = l.account_id AND firm_id = l.firm_id AND currency = l.currency
        AND effective_on = l.effective_on AS agrees
      FROM investments.journals WHERE id = l.journal_id LIMIT 1
    ) j ON true GROUP BY l.holding_id
  ), kept AS (
    UPDATE investments.holdings h SET
      commitment = h.commitment + s.commitment, unfunded = h.unfunded + s.unfunded, paid_in = h.paid_in + s.paid_in,
      distributed = h.distributed + s.distributed, net_assets = h.net_assets + s.net_assets, fees = h.fees + s.fees,
      first_on = LEAST(h.first_on, s.first_on), last_on = GREATEST(h.last_on, s.last_on),
      last_flow_on = GREATEST(h.last_flow_on, s.last_flow_on), valued_on = GREATEST(h.valued_on, s.valued_on),
      opening = h.opening OR s.opening, version = h.version + 1
    FROM per_holding s WHERE h.id = s.holding_id
  )
  SELECT s.odd INTO odd FROM per_holding s WHERE s.odd IS NOT NULL LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT count(*), sum(amount) INTO lines, off FROM added WHERE journal_id = odd;
  IF lines < 2 THEN
    RAISE EXCEPTION 'journal % has % postings, two at least are needed', odd, lines USING ERRCODE = '23514';
  ELSIF off <> 0 THEN
    RAISE EXCEPTION 'journal % is off balance by %', odd, off USING ERRCODE = '23514';
  END IF;
  RAISE EXCEPTION 'a posting does not belong to a journal of this transaction' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER postings_keep_holdings AFTER INSERT ON investments.postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION investments.keep_holdings();
"""

# Per statement: a reversal takes dates away, so these are read anew.
READ_DATES = """
DROP TRIGGER journals_keep_dates ON investments.journals;
DROP FUNCTION investments.keep_dates();
CREATE FUNCTION investments.read_dates_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE investments.holdings h SET
    first_on = s.first_on, last_on = s.last_on, last_flow_on = s.last_flow_on, valued_on = s.valued_on,
    opening = COALESCE(s.opening, false), version = h.version + 1
  FROM (
    SELECT touched.holding_id, min(j.effective_on) AS first_on, max(j.effective_on) AS last_on,
      max(j.effective_on)
        FILTER (WHERE j.kind NOT IN ('commitment', 'valuation', 'valuation_adjustment')) AS last_flow_on,
      max(j.effective_on) FILTER (WHERE j.kind = 'valuation') AS valued_on, bool_or(j.opening) AS opening
    FROM (SELECT DISTINCT holding_id FROM added WHERE reverses IS NOT NULL) touched
    LEFT JOIN investments.journals j ON j.holding_id = touched.holding_id AND j.reverses IS NULL
      AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
    GROUP BY touched.holding_id
  ) s WHERE h.id = s.holding_id;
  RETURN NULL;
END $$;
CREATE TRIGGER journals_read_dates_anew AFTER INSERT ON investments.journals
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION investments.read_dates_anew();
"""

# A journal's firm and account are its holding's: one key says so, in the place of two that did not. That a posting has
# a journal is seen when it is added, and neither of them ever goes: the key that asked again for every posting took a
# tenth of an import. What reverses nothing needs no entry in the index of reversals.
KEYS = """
ALTER TABLE investments.holdings ADD CONSTRAINT holdings_owned UNIQUE (id, firm_id, account_id);
ALTER TABLE investments.journals DROP CONSTRAINT journals_firm, DROP CONSTRAINT journals_holding,
  ADD CONSTRAINT journals_holding FOREIGN KEY (holding_id, firm_id, account_id)
    REFERENCES investments.holdings (id, firm_id, account_id);
ALTER TABLE investments.postings DROP CONSTRAINT postings_journal;
ALTER TABLE investments.journals DROP CONSTRAINT journals_one_reversal;
CREATE UNIQUE INDEX journals_one_reversal ON investments.journals (reverses) WHERE reverses IS NOT NULL;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for statement in (CHECK_JOURNALS, KEEP_HOLDINGS, READ_DATES, KEYS):
        op.execute(statement)
    op.execute("RESET ROLE")
