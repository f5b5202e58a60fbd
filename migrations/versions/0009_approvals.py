"""Requests for approval, and what people said to them.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0009"
down_revision = "0008"

TABLES = """
CREATE TABLE identity.approvals (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT approvals_firm REFERENCES identity.firms,
  kind text NOT NULL,
  subject text NOT NULL,
  content jsonb NOT NULL,
  content_hash bytea NOT NULL,
  reason text NOT NULL,
  maker_id uuid NOT NULL CONSTRAINT approvals_asked_by REFERENCES identity.users,
  needed integer NOT NULL CHECK (needed > 0),
  state text NOT NULL CHECK (state IN ('open', 'executed', 'rejected', 'withdrawn')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT approvals_maker UNIQUE (id, maker_id, firm_id)
);
CREATE UNIQUE INDEX approvals_open ON identity.approvals (firm_id, kind, subject) WHERE state = 'open';
CREATE INDEX approvals_by_firm ON identity.approvals (firm_id, created_at DESC, id DESC);
CREATE TABLE identity.approval_votes (
  approval_id uuid NOT NULL,
  approver_id uuid NOT NULL CONSTRAINT approval_votes_approver REFERENCES identity.users,
  content_hash bytea NOT NULL,
  firm_id uuid NOT NULL,
  maker_id uuid NOT NULL,
  approves boolean NOT NULL,
  comment text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (approval_id, approver_id, content_hash),
  CONSTRAINT approval_votes_approval FOREIGN KEY (approval_id, maker_id, firm_id)
    REFERENCES identity.approvals (id, maker_id, firm_id),
  CONSTRAINT approval_votes_not_by_maker CHECK (approver_id <> maker_id)
);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "identity.approvals",
        {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"},
        {"staff": FIRM, "system": FIRM},
    )
    protect(
        "identity.approval_votes",
        {"staff": "SELECT, INSERT", "system": "SELECT, INSERT"},
        {"staff": FIRM, "system": FIRM},
    )
    append_only("identity.approval_votes")
    op.execute("RESET ROLE")
