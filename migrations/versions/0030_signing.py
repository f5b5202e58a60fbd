"""Envelopes: documents on their way through the hands of those who sign them.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0030"
down_revision = "0029"

TABLES = """
CREATE TABLE documents.envelopes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT envelopes_firm REFERENCES identity.firms,
  document_id uuid NOT NULL,
  version_id uuid NOT NULL,
  folder_id uuid NOT NULL,
  title text NOT NULL CHECK (title <> ''),
  file_key text NOT NULL,
  file_name text NOT NULL,
  pages integer NOT NULL CHECK (pages > 0),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  state text NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft', 'sent', 'signed', 'finished', 'declined', 'expired', 'cancelled')),
  message text NOT NULL DEFAULT '',
  consent_version text NOT NULL,
  created_by uuid CONSTRAINT envelopes_sender REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz,
  expires_at timestamptz NOT NULL,
  remind_days integer CHECK (remind_days BETWEEN 1 AND 60),
  closed_at timestamptz,
  finished_document_id uuid,
  finished_digest text,
  CONSTRAINT envelopes_sent CHECK ((sent_at IS NOT NULL) OR state IN ('draft', 'cancelled')),
  CONSTRAINT envelopes_finished CHECK (
    (state = 'finished') = (finished_document_id IS NOT NULL AND finished_digest IS NOT NULL))
);
CREATE INDEX envelopes_by_firm ON documents.envelopes (firm_id, created_at DESC, id DESC);
CREATE INDEX envelopes_by_document ON documents.envelopes (document_id) WHERE state IN ('draft', 'sent');
CREATE UNIQUE INDEX envelopes_by_digest ON documents.envelopes (firm_id, finished_digest)
  WHERE finished_digest IS NOT NULL;
CREATE TABLE documents.signers (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT signers_firm REFERENCES identity.firms,
  envelope_id uuid NOT NULL CONSTRAINT signers_envelope REFERENCES documents.envelopes,
  seat integer NOT NULL CHECK (seat > 0),
  turn integer NOT NULL CHECK (turn > 0),
  role text NOT NULL,
  user_id uuid CONSTRAINT signers_person REFERENCES identity.users,
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'asked', 'opened', 'signed', 'declined', 'forwarded', 'expired')),
  asked_at timestamptz,
  opened_at timestamptz,
  reminded_at timestamptz,
  decided_at timestamptz,
  answers_sealed bytea,
  CONSTRAINT signers_known CHECK (user_id IS NOT NULL OR state IN ('waiting', 'forwarded', 'expired')),
  CONSTRAINT signers_signed CHECK (state <> 'signed' OR (answers_sealed IS NOT NULL AND decided_at IS NOT NULL))
);
CREATE UNIQUE INDEX signers_one_in_seat ON documents.signers (envelope_id, seat) WHERE state <> 'forwarded';
CREATE UNIQUE INDEX signers_one_seat ON documents.signers (envelope_id, user_id) WHERE state <> 'forwarded';
CREATE INDEX signers_by_person ON documents.signers (user_id, asked_at DESC) WHERE asked_at IS NOT NULL;
CREATE TABLE documents.signing_fields (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT signing_fields_firm REFERENCES identity.firms,
  envelope_id uuid NOT NULL CONSTRAINT signing_fields_envelope REFERENCES documents.envelopes,
  seat integer NOT NULL CHECK (seat > 0),
  kind text NOT NULL CHECK (kind IN ('signature', 'initials', 'date', 'name', 'text', 'checkbox')),
  page integer NOT NULL CHECK (page > 0),
  x numeric(5,4) NOT NULL CHECK (x BETWEEN 0 AND 1),
  y numeric(5,4) NOT NULL CHECK (y BETWEEN 0 AND 1),
  width numeric(5,4) NOT NULL CHECK (width > 0),
  height numeric(5,4) NOT NULL CHECK (height > 0),
  label text NOT NULL DEFAULT '',
  required boolean NOT NULL DEFAULT true,
  CONSTRAINT signing_fields_inside CHECK (x + width <= 1 AND y + height <= 1)
);
CREATE INDEX signing_fields_by_envelope ON documents.signing_fields (envelope_id, page, y, x);
CREATE TABLE documents.signing_events (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT signing_events_firm REFERENCES identity.firms,
  envelope_id uuid NOT NULL CONSTRAINT signing_events_envelope REFERENCES documents.envelopes,
  signer_id uuid CONSTRAINT signing_events_signer REFERENCES documents.signers,
  kind text NOT NULL CHECK (kind IN ('sent', 'asked', 'reminded', 'opened', 'signed', 'declined', 'forwarded', 'named',
    'expired', 'cancelled', 'finished')),
  at timestamptz NOT NULL,
  actor_id uuid CONSTRAINT signing_events_actor REFERENCES identity.users,
  proven_by text,
  proven_at timestamptz,
  address text,
  agent text,
  consent_version text,
  shown text,
  note_sealed bytea,
  CONSTRAINT signing_events_proof CHECK (kind <> 'signed'
    OR (proven_by IS NOT NULL AND address IS NOT NULL AND consent_version IS NOT NULL AND shown ~ '^[0-9a-f]{64}$')),
  CONSTRAINT signing_events_author CHECK (note_sealed IS NULL OR actor_id IS NOT NULL)
);
CREATE INDEX signing_events_by_envelope ON documents.signing_events (envelope_id, at, id);
CREATE UNIQUE INDEX signing_events_signed_once ON documents.signing_events (signer_id) WHERE kind = 'signed';
"""
# Who is to sign reads what is theirs once it is their turn, and nothing any more when they have passed it on.
MY_SEATS = (
    f"{FIRM} AND user_id = (SELECT platform.current_actor())"
    " AND state = ANY ('{asked,opened,signed,declined,expired}'::text[]) AND asked_at IS NOT NULL"
)
MY_ENVELOPES = (
    f"{FIRM} AND state <> 'draft' AND id IN (SELECT s.envelope_id FROM documents.signers s"
    " WHERE s.user_id = (SELECT platform.current_actor()))"
)
MY_FIELDS = (
    f"{FIRM} AND EXISTS (SELECT FROM documents.signers s WHERE s.envelope_id = signing_fields.envelope_id"
    " AND s.seat = signing_fields.seat AND s.user_id = (SELECT platform.current_actor()))"
)
WRITING = "SELECT, INSERT, UPDATE"
KEPT_BY = {"staff": WRITING, "system": WRITING}
REPLACED_BY = {"staff": "SELECT, INSERT, UPDATE, DELETE", "system": "SELECT, INSERT, UPDATE, DELETE"}
BOTH = {"staff": FIRM, "system": FIRM}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect("documents.signers", {"investor": "SELECT", **REPLACED_BY}, {"investor": MY_SEATS, **BOTH})
    protect("documents.envelopes", {"investor": "SELECT", **KEPT_BY}, {"investor": MY_ENVELOPES, **BOTH})
    protect("documents.signing_fields", {"investor": "SELECT", **REPLACED_BY}, {"investor": MY_FIELDS, **BOTH})
    protect("documents.signing_events", {"staff": "SELECT, INSERT", "system": "SELECT, INSERT"}, BOTH)
    append_only("documents.signing_events")
    op.execute("RESET ROLE")
