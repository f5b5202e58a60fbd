"""A key for each user and investor account, under which what is personal is sealed; room for sealed addresses.

Keys and sealed addresses of who is there already are written after this, before the plain addresses go, by
`portal migrate`: the database has no key to seal with.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

from portal.platform.live_tables import add_index
from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0012"
down_revision = "0011"

MINE = f"{FIRM} AND subject_id = ANY ((SELECT people.my_subject_ids())::uuid[])"

ADDRESSES = """
ALTER TABLE identity.users
  ADD COLUMN IF NOT EXISTS email_sealed bytea, ADD COLUMN IF NOT EXISTS email_index bytea,
  ALTER COLUMN email DROP NOT NULL;
"""
TABLES = """
CREATE TABLE identity.subject_keys (
  subject_id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT subject_keys_firm REFERENCES identity.firms,
  kind text NOT NULL CHECK (kind IN ('user', 'account')),
  key_id text NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subject_keys_by_key ON identity.subject_keys (firm_id, key_id);
CREATE FUNCTION people.my_subject_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT people.my_account_ids() || (SELECT platform.current_actor()) $$;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(ADDRESSES)
    add_index("users_email_index", "identity.users", "(email_index, firm_id)", unique=True)
    add_index("users_by_name", "identity.users", "(firm_id, name, id)")
    op.execute(TABLES)
    protect(
        "identity.subject_keys",
        {
            "investor": "SELECT",
            "staff": "SELECT, INSERT",
            "system": "SELECT, INSERT, UPDATE, DELETE",
            "gate": "SELECT",
        },
        {"investor": MINE, "staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    op.execute("RESET ROLE")
