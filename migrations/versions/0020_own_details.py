"""What is personal about an account, and where it is paid, is for those who act for it: not for whom they show it to.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

from portal.platform.row_security import FIRM

revision = "0020"
down_revision = "0019"

OWN = """
CREATE FUNCTION people.my_own_account_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(account_id), '{}') FROM people.account_members
        WHERE user_id = (SELECT platform.current_actor()) $$;
CREATE OR REPLACE FUNCTION people.my_subject_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT people.my_own_account_ids() || (SELECT platform.current_actor()) $$;
"""
MY_OWN = f"{FIRM} AND account_id = ANY ((SELECT people.my_own_account_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(OWN)
    for table in ("people.payment_instructions", "people.payment_instruction_events"):
        op.execute(f"ALTER POLICY investor ON {table} USING ({MY_OWN}) WITH CHECK ({MY_OWN})")
    op.execute("RESET ROLE")
