"""Consents, which people give and withdraw, and exports of all that is held about somebody.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0022"
down_revision = "0021"

TABLES = """
CREATE TABLE people.consent_purposes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT consent_purposes_firm REFERENCES identity.firms,
  name text NOT NULL,
  name_key text NOT NULL,
  needed boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  CONSTRAINT consent_purposes_name UNIQUE (firm_id, name_key)
);
CREATE TABLE people.consent_texts (
  purpose_id uuid NOT NULL CONSTRAINT consent_texts_purpose REFERENCES people.consent_purposes,
  version integer NOT NULL CHECK (version > 0),
  firm_id uuid NOT NULL CONSTRAINT consent_texts_firm REFERENCES identity.firms,
  body text NOT NULL,
  published_by uuid,
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT consent_texts_pkey PRIMARY KEY (purpose_id, version)
);
CREATE TABLE people.consents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT consents_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT consents_user REFERENCES identity.users,
  purpose_id uuid NOT NULL,
  version integer NOT NULL,
  given boolean NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address text,
  agent text,
  CONSTRAINT consents_text FOREIGN KEY (purpose_id, version) REFERENCES people.consent_texts (purpose_id, version)
);
CREATE INDEX consents_by_user ON people.consents (user_id, purpose_id, id DESC);
CREATE INDEX consents_by_purpose ON people.consents (purpose_id, user_id, id DESC);
CREATE TABLE people.data_exports (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT data_exports_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT data_exports_user REFERENCES identity.users,
  state text NOT NULL CHECK (state IN ('collecting', 'ready', 'gone')),
  requested_at timestamptz NOT NULL,
  ready_at timestamptz,
  expires_at timestamptz,
  file_key text,
  file_digest text,
  file_size bigint,
  CONSTRAINT data_exports_whole CHECK (state <> 'ready' OR (ready_at IS NOT NULL AND expires_at IS NOT NULL
    AND file_key IS NOT NULL AND file_digest IS NOT NULL AND file_size IS NOT NULL))
);
CREATE UNIQUE INDEX data_exports_one_at_once ON people.data_exports (user_id) WHERE state = 'collecting';
CREATE INDEX data_exports_by_user ON people.data_exports (user_id, requested_at DESC, id);
"""
# Of a text nothing ever changes; a purpose keeps its name, and is retired.
PURPOSES = """
CREATE FUNCTION people.keep_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'retired_at' - 'needed' <> to_jsonb(OLD) - 'retired_at' - 'needed' THEN
    RAISE EXCEPTION 'a purpose keeps its name: % refused', TG_OP USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_purposes_kept BEFORE UPDATE ON people.consent_purposes
  FOR EACH ROW EXECUTE FUNCTION people.keep_purpose();
"""
OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(PURPOSES)
    every = {"investor": FIRM, "staff": FIRM, "system": FIRM}
    protect(
        "people.consent_purposes",
        {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"},
        every,
    )
    protect(
        "people.consent_texts",
        {"investor": "SELECT", "staff": "SELECT, INSERT", "system": "SELECT, INSERT"},
        every,
    )
    protect(
        "people.consents",
        {"investor": "SELECT, INSERT", "staff": "SELECT, INSERT", "system": "SELECT"},
        {"investor": OWN, "staff": FIRM, "system": FIRM},
    )
    op.execute(f"ALTER POLICY staff ON people.consents WITH CHECK ({OWN})")  # nobody consents for another
    protect(
        "people.data_exports",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE"},
        {"investor": OWN, "staff": OWN, "system": FIRM},
    )
    append_only("people.consent_texts")
    append_only("people.consents")
    op.execute("RESET ROLE")
