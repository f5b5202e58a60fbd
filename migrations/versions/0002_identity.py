"""Firms, users, their roles and sessions, and the record of their acts.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, append_only, protect

revision = "0002"
down_revision = "0001"

OWN_FIRM = "id = (SELECT platform.current_firm())"
OWN_USER = f"{FIRM} AND id = (SELECT platform.current_actor())"
OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
OWN_ACT = f"{FIRM} AND actor_id = (SELECT platform.current_actor())"

TABLES = """
CREATE TABLE identity.firms (
  id uuid PRIMARY KEY,
  slug text NOT NULL CONSTRAINT firms_slug UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text NOT NULL,
  host text CONSTRAINT firms_host UNIQUE,
  accent text NOT NULL,
  locale text NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE identity.users (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT users_firm REFERENCES identity.firms,
  email text NOT NULL CONSTRAINT users_email_lower CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  active boolean NOT NULL,
  locale text,
  time_zone text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_email UNIQUE (firm_id, email)
);
CREATE INDEX users_by_email ON identity.users (email);
CREATE TABLE identity.role_grants (
  user_id uuid NOT NULL CONSTRAINT role_grants_user REFERENCES identity.users,
  role text NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT role_grants_firm REFERENCES identity.firms,
  granted_by uuid,
  granted_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT role_grants_pkey PRIMARY KEY (user_id, role)
);
CREATE TABLE identity.sessions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT sessions_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT sessions_user REFERENCES identity.users,
  kind text NOT NULL CHECK (kind IN ('web', 'api')),
  token_hash bytea CONSTRAINT sessions_token UNIQUE,
  agent text NOT NULL,
  address text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sessions_by_user ON identity.sessions (user_id, created_at DESC);
CREATE TABLE identity.refresh_tokens (
  token_hash bytea PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT refresh_tokens_firm REFERENCES identity.firms,
  session_id uuid NOT NULL CONSTRAINT refresh_tokens_session REFERENCES identity.sessions,
  issued_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON identity.refresh_tokens (session_id);
CREATE TABLE identity.audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT audit_events_firm REFERENCES identity.firms,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  actor_id uuid,
  act text NOT NULL,
  resource text NOT NULL,
  result text NOT NULL CHECK (result IN ('done', 'refused')),
  address text,
  request_id text,
  detail jsonb NOT NULL
);
CREATE INDEX audit_events_by_resource ON identity.audit_events (firm_id, resource, id DESC);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "identity.firms",
        {"investor": "SELECT", "staff": "SELECT, UPDATE", "system": "SELECT, INSERT, UPDATE", "gate": "SELECT"},
        {"investor": OWN_FIRM, "staff": OWN_FIRM, "system": OWN_FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "identity.users",
        {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE", "gate": "SELECT"},
        {"investor": OWN_USER, "staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "identity.role_grants",
        {"investor": "SELECT", "staff": "SELECT, INSERT, DELETE", "system": "SELECT, INSERT, DELETE", "gate": "SELECT"},
        {"investor": OWN, "staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "identity.sessions",
        {
            "investor": "SELECT, UPDATE",
            "staff": "SELECT, UPDATE",
            "system": "SELECT, INSERT, UPDATE",
            "gate": "SELECT, UPDATE",
        },
        {"investor": OWN, "staff": OWN, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "identity.refresh_tokens",
        {"system": "SELECT, INSERT, UPDATE", "gate": "SELECT"},
        {"system": FIRM, "gate": EVERY_FIRM},
    )
    protect(
        "identity.audit_events",
        {"investor": "INSERT", "staff": "SELECT, INSERT", "system": "SELECT, INSERT"},
        {"investor": OWN_ACT, "staff": FIRM, "system": FIRM},
    )
    append_only("identity.audit_events")
    op.execute("RESET ROLE")
