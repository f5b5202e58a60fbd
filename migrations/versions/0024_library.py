"""The library: folders, documents, their versions, and whom each is for.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0024"
down_revision = "0023"

TYPES = "'statement', 'notice', 'tax_form', 'agreement', 'report', 'subscription', 'identification', 'other'"
TABLES = f"""
CREATE TABLE documents.folders (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT folders_firm REFERENCES identity.firms,
  parent_id uuid CONSTRAINT folders_parent REFERENCES documents.folders,
  kind text NOT NULL CHECK (kind IN ('firm', 'vehicle', 'account', 'room', 'folder')),
  subject_id uuid,
  name text NOT NULL CHECK (name <> ''),
  name_key text NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT folders_subject CHECK ((subject_id IS NOT NULL) = (kind IN ('vehicle', 'account', 'room'))),
  CONSTRAINT folders_root CHECK ((parent_id IS NULL) = (kind <> 'folder')),
  CONSTRAINT folders_name UNIQUE NULLS NOT DISTINCT (firm_id, parent_id, kind, subject_id, name_key)
);
CREATE UNIQUE INDEX folders_one_of_subject ON documents.folders (firm_id, kind, subject_id)
  WHERE kind IN ('vehicle', 'account', 'room');
CREATE UNIQUE INDEX folders_one_of_firm ON documents.folders (firm_id) WHERE kind = 'firm';
CREATE INDEX folders_by_parent ON documents.folders (parent_id, name_key);
CREATE TABLE documents.documents (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT documents_firm REFERENCES identity.firms,
  folder_id uuid NOT NULL CONSTRAINT documents_folder REFERENCES documents.folders,
  type text NOT NULL CHECK (type IN ({TYPES})),
  title text NOT NULL CHECK (title <> ''),
  period text NOT NULL DEFAULT '' CHECK (period ~ '^([0-9]{{4}}(-Q[1-4]|-[0-9]{{2}})?)?$'),
  account_id uuid CONSTRAINT documents_account REFERENCES people.investor_accounts,
  vehicle_id uuid CONSTRAINT documents_vehicle REFERENCES investments.vehicles,
  audience text NOT NULL CHECK (audience IN ('firm', 'vehicle', 'account', 'room', 'named', 'staff')),
  roles text[],
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'scheduled', 'published', 'archived', 'deleted')),
  publish_at timestamptz,
  published_at timestamptz,
  published_by uuid,
  tell boolean NOT NULL DEFAULT true,
  expires_at timestamptz,
  view_only boolean NOT NULL DEFAULT false,
  must_acknowledge boolean NOT NULL DEFAULT false,
  tags text[] NOT NULL DEFAULT '{{}}',
  latest_version integer NOT NULL DEFAULT 0,
  published_version integer,
  keep_until date,
  deleted_at timestamptz,
  source text,
  search tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, title || ' ' || period)) STORED,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT documents_source UNIQUE (firm_id, source),
  CONSTRAINT documents_audience_account CHECK (audience <> 'account' OR account_id IS NOT NULL),
  CONSTRAINT documents_audience_vehicle CHECK (audience <> 'vehicle' OR vehicle_id IS NOT NULL),
  CONSTRAINT documents_scheduled CHECK (state <> 'scheduled' OR publish_at IS NOT NULL),
  CONSTRAINT documents_released CHECK (
    state <> 'published' OR (published_at IS NOT NULL AND published_version IS NOT NULL AND audience <> 'staff')),
  CONSTRAINT documents_deleted CHECK ((state = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE INDEX documents_by_folder ON documents.documents (folder_id, created_at DESC, id DESC) WHERE state <> 'deleted';
CREATE INDEX documents_by_firm ON documents.documents (firm_id, created_at DESC, id DESC) WHERE state <> 'deleted';
CREATE INDEX documents_by_account ON documents.documents (account_id, created_at DESC, id DESC)
  WHERE account_id IS NOT NULL;
CREATE INDEX documents_by_vehicle ON documents.documents (vehicle_id, created_at DESC, id DESC)
  WHERE vehicle_id IS NOT NULL;
CREATE INDEX documents_by_change ON documents.documents (firm_id, changed_txid, id);
CREATE INDEX documents_by_words ON documents.documents USING gin (search);
CREATE INDEX documents_by_tags ON documents.documents USING gin (tags);
CREATE INDEX documents_by_deletion ON documents.documents (firm_id, deleted_at) WHERE state = 'deleted';
CREATE TABLE documents.versions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT versions_firm REFERENCES identity.firms,
  document_id uuid NOT NULL CONSTRAINT versions_document REFERENCES documents.documents,
  number integer NOT NULL CHECK (number > 0),
  state text NOT NULL CHECK (state IN ('received', 'released', 'refused')),
  raw_key text,
  file_key text,
  name text NOT NULL,
  kind text CHECK (kind IN ('pdf', 'png', 'jpg', 'xlsx', 'docx', 'csv')),
  size bigint NOT NULL CHECK (size >= 0),
  digest text,
  pages integer,
  removed text[] NOT NULL DEFAULT '{{}}',
  refusal text,
  note text NOT NULL DEFAULT '',
  uploaded_by uuid,
  uploaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  checked_at timestamptz,
  CONSTRAINT versions_number UNIQUE (document_id, number),
  CONSTRAINT versions_whole CHECK (state <> 'released'
    OR (file_key IS NOT NULL AND digest IS NOT NULL AND kind IS NOT NULL AND checked_at IS NOT NULL)),
  CONSTRAINT versions_waiting CHECK (state <> 'received' OR raw_key IS NOT NULL),
  CONSTRAINT versions_reason CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX versions_by_digest ON documents.versions (firm_id, digest) WHERE digest IS NOT NULL;
CREATE INDEX versions_unchecked ON documents.versions (firm_id, uploaded_at) WHERE state = 'received';
CREATE TABLE documents.audiences (
  document_id uuid NOT NULL CONSTRAINT audiences_document REFERENCES documents.documents ON DELETE CASCADE,
  reach text NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT audiences_firm REFERENCES identity.firms,
  until timestamptz,
  granted_by uuid,
  granted_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  PRIMARY KEY (document_id, reach)
);
CREATE INDEX audiences_by_reach ON documents.audiences (reach, published_at DESC, document_id DESC)
  WHERE published_at IS NOT NULL;
CREATE TABLE documents.holds (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT holds_firm REFERENCES identity.firms,
  subject text NOT NULL CHECK (subject IN ('document', 'account', 'vehicle')),
  subject_id uuid NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  set_by uuid NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  lifted_by uuid,
  lifted_at timestamptz,
  CONSTRAINT holds_lifted CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE UNIQUE INDEX holds_open ON documents.holds (firm_id, subject, subject_id) WHERE lifted_at IS NULL;
CREATE TABLE documents.retention (
  firm_id uuid NOT NULL CONSTRAINT retention_firm REFERENCES identity.firms,
  type text NOT NULL CHECK (type IN ({TYPES})),
  years integer NOT NULL CHECK (years BETWEEN 0 AND 100),
  changed_by uuid,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (firm_id, type)
);
CREATE TABLE documents.usage (
  firm_id uuid PRIMARY KEY CONSTRAINT usage_firm REFERENCES identity.firms,
  bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0)
);
"""
# For whom I may read: an account, a vehicle or the firm, each in the scopes of papers open to me, and myself. A reach
# is written as the scope (or "person"), a colon, and the id. What a delegate was not given is in none of them.
REACHES = """
CREATE FUNCTION documents.my_reaches() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH mine AS (
    SELECT scope, account_id FROM unnest(ARRAY['statements', 'notices', 'tax_forms', 'members']) scope,
      unnest(people.my_accounts_for(scope)) account_id)
  SELECT COALESCE(array_agg(reach), '{}') FROM (
    SELECT scope || ':' || account_id FROM mine
    UNION
    SELECT m.scope || ':' || h.vehicle_id FROM mine m JOIN investments.holdings h ON h.account_id = m.account_id
    UNION
    SELECT scope || ':' || (SELECT platform.current_firm()) FROM mine
      WHERE EXISTS (SELECT FROM mine own WHERE own.scope = 'members')
    UNION
    SELECT 'person:' || (SELECT platform.current_actor()) WHERE (SELECT platform.current_actor()) IS NOT NULL
  ) reaches (reach) $$;
"""
# Each change of a document, its versions or its audience gives it the number of the transaction: what a client of the
# feed has not seen yet is told by it.
CHANGES = """
CREATE FUNCTION documents.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_txid := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER documents_changed BEFORE UPDATE ON documents.documents
  FOR EACH ROW EXECUTE FUNCTION documents.note_change();
"""
MY_AUDIENCES = (
    f"{FIRM} AND reach = ANY ((SELECT documents.my_reaches())::text[]) AND published_at IS NOT NULL"
    " AND COALESCE(until, 'infinity') > now()"
)
MINE = (
    f"{FIRM} AND state = 'published' AND COALESCE(expires_at, 'infinity') > now()"
    " AND EXISTS (SELECT FROM documents.audiences a WHERE a.document_id = id)"
)
IN_FORCE = (
    f"{FIRM} AND state = 'released' AND EXISTS (SELECT FROM documents.documents d"
    " WHERE d.id = document_id AND d.published_version = number)"
)
WRITING = {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE, DELETE"}
BOTH = {"staff": FIRM, "system": FIRM}


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS documents")
    op.execute("ALTER SCHEMA documents OWNER TO portal_owner")
    op.execute("SET ROLE portal_owner")
    op.execute("GRANT USAGE ON SCHEMA documents TO portal_investor, portal_staff, portal_system, portal_gate")
    op.execute(TABLES)
    op.execute(REACHES)
    op.execute(CHANGES)
    replaceable = {"staff": WRITING["system"], "system": WRITING["system"]}
    protect("documents.folders", replaceable, BOTH)
    protect("documents.audiences", {"investor": "SELECT", **replaceable}, {"investor": MY_AUDIENCES, **BOTH})
    protect("documents.documents", {"investor": "SELECT", **WRITING}, {"investor": MINE, **BOTH})
    protect("documents.versions", {"investor": "SELECT", **WRITING}, {"investor": IN_FORCE, **BOTH})
    for table in ("holds", "retention", "usage"):
        protect(f"documents.{table}", WRITING, BOTH)
    op.execute("RESET ROLE")
