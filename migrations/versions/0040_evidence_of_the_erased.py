"""Evidence never changes, until the time is over for which it is kept of somebody erased: then it names them no longer.

Revision ID: 0040
Revises: 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"

KEEP = """
CREATE FUNCTION documents.keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM people.erasures e WHERE e.firm_id = OLD.firm_id
      AND e.user_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid AND e.destroyed_at IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23001';
END $$;
"""
# By table: what it does not do otherwise, who an entry is of, and what of it tells who or where they are.
EVIDENCE = {
    "acknowledgements": ("UPDATE", "user_id", "address, agent"),
    "room_agreements": ("UPDATE OR DELETE", "user_id", "typed_name, address, agent"),
    "signing_events": ("UPDATE OR DELETE", "actor_id", "address, agent"),
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(KEEP)
    for table, (acts, person, columns) in EVIDENCE.items():
        op.execute(
            f"CREATE OR REPLACE TRIGGER {table}_never_changed BEFORE {acts} ON documents.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION documents.keep_evidence('{person}')"
        )
        op.execute(f"GRANT UPDATE ({columns}) ON documents.{table} TO portal_system")
    op.execute("RESET ROLE")
