"""Papers that investors send to the firm.

Revision ID: 0036
Revises: 0035
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0036"
down_revision = "0035"

TABLE = """
CREATE TABLE documents.papers (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT papers_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT papers_account REFERENCES people.investor_accounts,
  user_id uuid NOT NULL CONSTRAINT papers_user REFERENCES identity.users,
  document_id uuid CONSTRAINT papers_document REFERENCES documents.documents ON DELETE SET NULL,
  type text NOT NULL CHECK (type IN ('identification', 'tax_form', 'subscription', 'agreement', 'other')),
  name text NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  note text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'accepted', 'returned')),
  comment text NOT NULL DEFAULT '',
  sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  CONSTRAINT papers_decided CHECK ((state = 'sent') = (decided_at IS NULL)),
  CONSTRAINT papers_reason CHECK (state <> 'returned' OR comment <> '')
);
CREATE INDEX papers_by_account ON documents.papers (account_id, sent_at DESC, id DESC);
CREATE INDEX papers_by_sender ON documents.papers (user_id, sent_at DESC, id DESC);
CREATE INDEX papers_waiting ON documents.papers (firm_id, sent_at, id) WHERE state = 'sent';
CREATE UNIQUE INDEX papers_by_document ON documents.papers (document_id) WHERE document_id IS NOT NULL;
"""
# Who sent it, as long as they see the account; nobody else of the account knows of what was not accepted.
OWN = (
    f"{FIRM} AND user_id = (SELECT platform.current_actor())"
    " AND account_id = ANY ((SELECT people.my_accounts_for('anything'))::uuid[])"
)


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLE)
    protect(
        "documents.papers",
        {"investor": "SELECT", "staff": "SELECT, UPDATE", "system": "SELECT, INSERT, UPDATE, DELETE"},
        {"investor": OWN, "staff": FIRM, "system": FIRM},
    )
    op.execute("RESET ROLE")
