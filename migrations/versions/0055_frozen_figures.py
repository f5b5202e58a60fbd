"""Posted valuations and fees that nobody changes; the call a fee was in last; closes that are closed one by one.

Revision ID: 0055
Revises: 0054
"""

from alembic import op

from portal.platform.row_security import append_only

revision = "0055"
down_revision = "0054"

# What was posted is changed in one way only: its state moves on to what took it back, and a call takes a fee in or lets
# it go. Its parts are written with the draft and are never added to, changed or removed after that.
FROZEN = """
CREATE FUNCTION investments.keep_valuations_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state IN ('draft', 'waiting') THEN
      RETURN NEW;
    END IF;
    IF OLD.state = 'posted' AND NEW.state IN ('replaced', 'undone')
      AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a valuation that was posted is frozen: % refused', TG_OP USING ERRCODE = '23001';
END $$;
CREATE FUNCTION investments.keep_fees_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE calls CONSTANT text[] := '{state,call_id,last_call_id}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state IN ('draft', 'waiting') THEN
      RETURN NEW;
    END IF;
    IF OLD.state = 'posted' AND (NEW.state = 'posted' OR NEW.state = 'undone' AND NEW.call_id IS NULL)
      AND to_jsonb(NEW) - calls = to_jsonb(OLD) - calls THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a fee that was posted is frozen: % refused', TG_OP USING ERRCODE = '23001';
END $$;
CREATE FUNCTION investments.refuse_later_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE late bigint;
BEGIN
  IF TG_TABLE_NAME = 'valuation_shares' THEN
    SELECT count(*) INTO late FROM investments.valuations WHERE state <> 'draft'
      AND id IN (SELECT valuation_id FROM added);
  ELSE
    SELECT count(*) INTO late FROM investments.fee_charges WHERE state <> 'draft'
      AND id IN (SELECT charge_id FROM added);
  END IF;
  IF late > 0 THEN
    RAISE EXCEPTION '% are written with the draft: INSERT refused', TG_TABLE_NAME USING ERRCODE = '23001';
  END IF;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(FROZEN)
    for table, kept in (("valuations", "keep_valuations_frozen"), ("fee_charges", "keep_fees_frozen")):
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON investments.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION investments.{kept}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON investments.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION platform.deny_change()"
        )
    for table in ("valuation_shares", "fee_shares"):
        append_only(f"investments.{table}")
        op.execute(
            f"CREATE TRIGGER {table}_with_the_draft AFTER INSERT ON investments.{table} REFERENCING NEW TABLE AS added"
            " FOR EACH STATEMENT EXECUTE FUNCTION investments.refuse_later_shares()"
        )
    op.execute("ALTER TABLE investments.fee_charges ADD COLUMN last_call_id uuid")
    op.execute("ALTER TABLE investments.opportunity_closes ADD COLUMN closed_at timestamptz")
    op.execute("RESET ROLE")
