"""People change their addresses and telephone numbers; who never confirmed a registration can be forgotten.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

from portal.platform.live_tables import replace_check
from portal.platform.row_security import FIRM, protect

revision = "0019"
down_revision = "0018"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
TABLES = """
ALTER TABLE identity.users ADD COLUMN email_changed_at timestamptz, ADD COLUMN phone_sealed bytea,
  ADD COLUMN phone_changed_at timestamptz;
CREATE TABLE identity.contact_changes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT contact_changes_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT contact_changes_user REFERENCES identity.users,
  kind text NOT NULL CHECK (kind IN ('email', 'phone')),
  old_sealed bytea,
  new_sealed bytea,
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  closed_at timestamptz,
  undo_link_id uuid CONSTRAINT contact_changes_undo UNIQUE,
  undone_at timestamptz
);
CREATE INDEX contact_changes_by_user ON identity.contact_changes (user_id, kind, asked_at DESC);
GRANT DELETE ON identity.users, identity.links TO portal_system;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check(
        "links_purpose_check",
        "identity.links",
        "purpose IN ('reset', 'invitation', 'registration', 'email', 'undo')",
    )
    op.execute(TABLES)
    protect(
        "identity.contact_changes",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE, DELETE"},
        {"investor": OWN, "staff": OWN, "system": FIRM},
    )
    op.execute("RESET ROLE")
