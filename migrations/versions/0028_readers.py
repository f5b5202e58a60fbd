"""The library for its readers: found by what a document is about, told of what was withdrawn, statements among it.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

from portal.platform.live_tables import add_index, open_to_owner
from portal.platform.row_security import FIRM, protect

revision = "0028"
down_revision = "0027"

# Of a document's words those of its account (B) and vehicle (C) are kept apart: they count only for who sees these.
WORDS = """
CREATE OR REPLACE FUNCTION documents.note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := setweight(to_tsvector('simple', concat_ws(' ', NEW.title, NEW.period, replace(NEW.period, '-', ' '),
      replace(NEW.type, '_', ' '), array_to_string(NEW.tags, ' '))), 'A')
    || setweight(to_tsvector('simple', COALESCE(
      (SELECT name FROM people.investor_accounts WHERE id = NEW.account_id), '')), 'B')
    || setweight(to_tsvector('simple', COALESCE(
      (SELECT name FROM investments.vehicles WHERE id = NEW.vehicle_id), '')), 'C');
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER documents_worded
  BEFORE INSERT OR UPDATE OF title, period, type, tags, account_id, vehicle_id, search
  ON documents.documents FOR EACH ROW EXECUTE FUNCTION documents.note_words();
CREATE OR REPLACE FUNCTION documents.note_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'vehicles' THEN
    UPDATE documents.documents SET search = search WHERE vehicle_id = NEW.id;
  ELSE
    UPDATE documents.documents SET search = search WHERE account_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER documents_follow_name AFTER UPDATE OF name ON people.investor_accounts
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION documents.note_name();
CREATE OR REPLACE TRIGGER documents_follow_name AFTER UPDATE OF name ON investments.vehicles
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION documents.note_name();
"""
# From whom a document was taken, and in which transaction: who had it is told that it is gone, nobody else.
WITHDRAWALS = """
CREATE TABLE documents.withdrawals (
  document_id uuid NOT NULL CONSTRAINT withdrawals_document REFERENCES documents.documents ON DELETE CASCADE,
  reach text NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT withdrawals_firm REFERENCES identity.firms,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (document_id, reach)
);
CREATE INDEX withdrawals_by_reach ON documents.withdrawals (reach, txid);
CREATE FUNCTION documents.note_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO documents.withdrawals (document_id, reach, firm_id) VALUES (OLD.document_id, OLD.reach, OLD.firm_id)
  ON CONFLICT (document_id, reach) DO UPDATE SET txid = excluded.txid;
  RETURN NULL;
END $$;
CREATE TRIGGER audiences_deleted AFTER DELETE ON documents.audiences
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND COALESCE(OLD.until, 'infinity') > now())
  EXECUTE FUNCTION documents.note_withdrawal();
CREATE TRIGGER audiences_hidden AFTER UPDATE ON documents.audiences
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND COALESCE(OLD.until, 'infinity') > now()
    AND (NEW.published_at IS NULL OR COALESCE(NEW.until, 'infinity') <= now()))
  EXECUTE FUNCTION documents.note_withdrawal();
CREATE FUNCTION documents.note_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO documents.withdrawals (document_id, reach, firm_id)
  SELECT document_id, reach, firm_id FROM documents.audiences
  WHERE document_id = NEW.id AND published_at IS NOT NULL AND COALESCE(until, 'infinity') > now()
  ON CONFLICT (document_id, reach) DO UPDATE SET txid = excluded.txid;
  RETURN NULL;
END $$;
CREATE TRIGGER documents_expired AFTER UPDATE OF expires_at ON documents.documents
  FOR EACH ROW WHEN (COALESCE(OLD.expires_at, 'infinity') > now() AND COALESCE(NEW.expires_at, 'infinity') <= now())
  EXECUTE FUNCTION documents.note_expiry();
"""
# Statements that were published before are documents too: one for each holding and period, its corrections as versions.
TABLES_READ = ("investments.statements", "investments.vehicles", "people.investor_accounts", "documents.folders",
               "documents.documents", "documents.versions", "documents.audiences", "documents.usage")  # fmt: skip
FILED = """
INSERT INTO documents.folders (id, firm_id, kind, subject_id, name, name_key)
SELECT gen_random_uuid(), a.firm_id, 'account', a.id, a.name, a.name_key FROM people.investor_accounts a
WHERE EXISTS (SELECT FROM investments.statements s WHERE s.account_id = a.id AND s.state = 'published')
ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE filed ON COMMIT DROP AS
SELECT s.*, row_number() OVER chain AS place, last_value(s.id) OVER chain AS source_id, v.name AS vehicle,
  CASE s.frequency WHEN 'quarter' THEN to_char(s.ends_on, 'YYYY"-Q"Q') ELSE to_char(s.ends_on, 'YYYY-MM') END AS period,
  CASE s.frequency WHEN 'quarter' THEN to_char(s.ends_on, '"Q"Q YYYY') ELSE to_char(s.ends_on, 'FMMonth YYYY') END
    AS label
FROM investments.statements s JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE s.state IN ('published', 'superseded')
WINDOW chain AS (PARTITION BY s.holding_id, s.frequency, s.ends_on ORDER BY s.version
  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);
INSERT INTO documents.documents (id, firm_id, folder_id, type, title, period, account_id, vehicle_id, audience, state,
  published_at, tell, latest_version, published_version, source)
SELECT gen_random_uuid(), s.firm_id, f.id, 'statement', left('Statement for ' || s.label || ': ' || s.vehicle, 200),
  s.period, s.account_id, s.vehicle_id, 'account', 'published', s.published_at, false, s.place, s.place,
  'statement:' || s.id
FROM filed s JOIN documents.folders f ON f.firm_id = s.firm_id AND f.kind = 'account' AND f.subject_id = s.account_id
WHERE s.id = s.source_id ON CONFLICT DO NOTHING;
INSERT INTO documents.versions (id, firm_id, document_id, number, state, file_key, name, kind, size, digest,
  uploaded_at, checked_at)
SELECT gen_random_uuid(), s.firm_id, d.id, s.place, 'released', s.file_key,
  'Statement ' || s.number || ' ' || rtrim(s.vehicle, '.') || '.pdf', 'pdf', 0, s.pdf_digest, s.prepared_at,
  s.prepared_at
FROM filed s JOIN documents.documents d ON d.firm_id = s.firm_id AND d.source = 'statement:' || s.source_id
ON CONFLICT DO NOTHING;
INSERT INTO documents.audiences (document_id, reach, firm_id, published_at)
SELECT id, 'statements:' || account_id, firm_id, published_at FROM documents.documents WHERE source LIKE 'statement:%'
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute("ALTER TABLE documents.documents DROP COLUMN search")
    op.execute("ALTER TABLE documents.documents ADD COLUMN search tsvector NOT NULL DEFAULT ''")
    add_index("documents_by_words", "documents.documents", "USING gin (search)")
    op.execute(WORDS)
    with open_to_owner(*TABLES_READ):
        op.execute("UPDATE documents.documents SET search = search")
        op.execute(FILED)
    op.execute(WITHDRAWALS)
    writing = "SELECT, INSERT, UPDATE"
    protect("documents.withdrawals", {"staff": writing, "system": writing}, {"staff": FIRM, "system": FIRM})
    op.execute("ALTER TABLE investments.statements ADD COLUMN file_size bigint, ADD COLUMN file_pages integer")
    op.execute("RESET ROLE")
