"""What a promise goes through from call to payment, charges and transfers; what agreements say of notices and fees.

Revision ID: 0043
Revises: 0042
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0043"
down_revision = "0042"

KINDS = """kind IN ('commitment', 'call', 'release', 'contribution', 'transfer', 'fee', 'expense', 'fee_rebate',
  'distribution', 'return_of_capital', 'gain', 'dividend', 'interest', 'other_income', 'return_of_unused', 'in_kind',
  'carried_interest', 'valuation', 'valuation_adjustment')"""
BUCKETS = """bucket IN ('committed', 'unfunded', 'called', 'released', 'drawn', 'contributed', 'distributed',
  'net_assets', 'fees', 'transferred', 'revaluation')"""

COLUMNS = """
ALTER TABLE investments.holdings
  ADD COLUMN called numeric(20,4) NOT NULL DEFAULT 0,
  ADD COLUMN transferred numeric(20,4) NOT NULL DEFAULT 0;
ALTER TABLE investments.vehicles
  ADD COLUMN calendar char(2) NOT NULL DEFAULT 'US',
  ADD COLUMN notice_days smallint NOT NULL DEFAULT 10,
  ADD COLUMN late_interest numeric(7,6) NOT NULL DEFAULT 0,
  ADD COLUMN accrues_from text NOT NULL DEFAULT 'due',
  ADD COLUMN carry_account_id uuid CONSTRAINT vehicles_carry_account REFERENCES people.investor_accounts,
  ADD COLUMN escrow numeric(7,6) NOT NULL DEFAULT 0,
  ADD COLUMN clawback boolean NOT NULL DEFAULT false,
  ADD COLUMN fee_basis text NOT NULL DEFAULT 'commitment',
  ADD COLUMN fee_frequency text NOT NULL DEFAULT 'quarterly',
  ADD COLUMN fee_offset numeric(7,6) NOT NULL DEFAULT 1;
"""

# As before, with what is called and what was transferred among the balances; neither a call nor a release moves money.
KEEP_HOLDINGS = """
CREATE OR REPLACE FUNCTION investments.keep_holdings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE odd uuid; lines integer; off numeric;
BEGIN
  WITH per_journal AS (
    SELECT journal_id, holding_id, account_id, firm_id, currency, effective_on, count(*) AS lines, sum(amount) AS off,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'committed'), 0) AS commitment,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'unfunded'), 0) AS unfunded,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'contributed'), 0) AS paid_in,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'distributed'), 0) AS distributed,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'net_assets'), 0) AS net_assets,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'fees'), 0) AS fees,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'called'), 0) AS called,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'transferred'), 0) AS transferred
    FROM added GROUP BY journal_id, holding_id, account_id, firm_id, currency, effective_on
  ), per_holding AS (
    SELECT l.holding_id, sum(l.commitment) AS commitment, sum(l.unfunded) AS unfunded, sum(l.paid_in) AS paid_in,
      sum(l.distributed) AS distributed, sum(l.net_assets) AS net_assets, sum(l.fees) AS fees,
      sum(l.called) AS called, sum(l.transferred) AS transferred,
      min(l.effective_on) FILTER (WHERE j.adds) AS first_on, max(l.effective_on) FILTER (WHERE j.adds) AS last_on,
      max(l.effective_on)
        FILTER (WHERE j.adds AND j.kind NOT IN ('commitment', 'call', 'release', 'valuation', 'valuation_adjustment'))
        AS last_flow_on,
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
      called = h.called + s.called, transferred = h.transferred + s.transferred,
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
"""
READ_DATES = """
CREATE OR REPLACE FUNCTION investments.read_dates_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE investments.holdings h SET
    first_on = s.first_on, last_on = s.last_on, last_flow_on = s.last_flow_on, valued_on = s.valued_on,
    opening = COALESCE(s.opening, false), version = h.version + 1
  FROM (
    SELECT touched.holding_id, min(j.effective_on) AS first_on, max(j.effective_on) AS last_on,
      max(j.effective_on)
        FILTER (WHERE j.kind NOT IN ('commitment', 'call', 'release', 'valuation', 'valuation_adjustment'))
        AS last_flow_on,
      max(j.effective_on) FILTER (WHERE j.kind = 'valuation') AS valued_on, bool_or(j.opening) AS opening
    FROM (SELECT DISTINCT holding_id FROM added WHERE reverses IS NOT NULL) touched
    LEFT JOIN investments.journals j ON j.holding_id = touched.holding_id AND j.reverses IS NULL
      AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
    GROUP BY touched.holding_id
  ) s WHERE h.id = s.holding_id;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("journals_kind_check", "investments.journals", KINDS)
    replace_check("postings_bucket_check", "investments.postings", BUCKETS)
    for statement in (COLUMNS, KEEP_HOLDINGS, READ_DATES):
        op.execute(statement)
    op.execute("RESET ROLE")
