"""Views of the portal as an investor, and attestations that access was reviewed.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, append_only, protect

revision = "0018"
down_revision = "0017"

TABLES = """
CREATE TABLE identity.viewings (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT viewings_firm REFERENCES identity.firms,
  session_id uuid NOT NULL CONSTRAINT viewings_session REFERENCES identity.sessions,
  viewer_id uuid NOT NULL CONSTRAINT viewings_viewer REFERENCES identity.users,
  investor_id uuid NOT NULL CONSTRAINT viewings_investor REFERENCES identity.users,
  reason text NOT NULL CONSTRAINT viewings_reason CHECK (length(trim(reason)) >= 10),
  begun_at timestamptz NOT NULL DEFAULT now(),
  ends_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT viewings_not_oneself CHECK (viewer_id <> investor_id),
  CONSTRAINT viewings_length CHECK (ends_at <= begun_at + interval '30 minutes')
);
CREATE UNIQUE INDEX viewings_open ON identity.viewings (session_id) WHERE ended_at IS NULL;
CREATE INDEX viewings_by_investor ON identity.viewings (investor_id, begun_at DESC);
CREATE TABLE people.attestations (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT attestations_firm REFERENCES identity.firms,
  attested_by uuid NOT NULL CONSTRAINT attestations_by REFERENCES identity.users,
  attested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  statement text NOT NULL,
  people integer NOT NULL,
  accounts integer NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  content jsonb NOT NULL
);
CREATE INDEX attestations_by_firm ON people.attestations (firm_id, attested_at DESC, id);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "identity.viewings",
        {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, UPDATE", "gate": "SELECT"},
        {"staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "people.attestations", {"staff": "SELECT, INSERT", "system": "SELECT, INSERT"}, {"staff": FIRM, "system": FIRM}
    )
    append_only("people.attestations")
    op.execute("RESET ROLE")
