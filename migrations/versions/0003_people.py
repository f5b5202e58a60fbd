"""Investor accounts and the people who act for them.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE people.investor_accounts (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT investor_accounts_firm REFERENCES identity.firms,
  name text NOT NULL,
  name_key text NOT NULL,
  kind text NOT NULL,
  tax_residence char(2),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT investor_accounts_name UNIQUE (firm_id, name_key)
);
CREATE TABLE people.account_members (
  account_id uuid NOT NULL CONSTRAINT account_members_account REFERENCES people.investor_accounts,
  user_id uuid NOT NULL CONSTRAINT account_members_user REFERENCES identity.users,
  firm_id uuid NOT NULL CONSTRAINT account_members_firm REFERENCES identity.firms,
  granted_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT account_members_pkey PRIMARY KEY (account_id, user_id)
);
CREATE INDEX account_members_by_user ON people.account_members (user_id, account_id);
CREATE FUNCTION people.my_account_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(account_id), '{}') FROM people.account_members
        WHERE user_id = (SELECT platform.current_actor()) $$;
"""
MY_ACCOUNTS = f"{FIRM} AND id = ANY ((SELECT people.my_account_ids())::uuid[])"
MY_MEMBERSHIP = f"{FIRM} AND user_id = (SELECT platform.current_actor())"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "people.investor_accounts",
        {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"},
        {"investor": MY_ACCOUNTS, "staff": FIRM, "system": FIRM},
    )
    protect(
        "people.account_members",
        {"investor": "SELECT", "staff": "SELECT, INSERT, DELETE", "system": "SELECT, INSERT, DELETE"},
        {"investor": MY_MEMBERSHIP, "staff": FIRM, "system": FIRM},
    )
    op.execute("RESET ROLE")
