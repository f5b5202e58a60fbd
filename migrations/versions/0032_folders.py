"""Every firm, vehicle and account has its folder; what was not published by itself says why.

Revision ID: 0032
Revises: 0031
"""

from alembic import op

from portal.platform.live_tables import add_index, open_to_owner

revision = "0032"
down_revision = "0031"

UNPUBLISHED = "(firm_id, state, created_at DESC) WHERE state IN ('draft', 'scheduled')"
TABLES = "ALTER TABLE documents.documents DROP COLUMN IF EXISTS keep_until, ADD COLUMN IF NOT EXISTS stopped text"
# The folder of a firm, a vehicle or an account is opened with it and called as it is, however it came to be: one by
# one, or by thousands in an import.
FOLDERS = """
CREATE OR REPLACE FUNCTION documents.open_folders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO documents.folders (id, firm_id, kind, subject_id, name, name_key)
  SELECT gen_random_uuid(), firm_id, TG_ARGV[0], id, name, name_key FROM opened ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION documents.open_firm_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO documents.folders (id, firm_id, kind, name, name_key)
  VALUES (gen_random_uuid(), NEW.id, 'firm', NEW.name, lower(NEW.name)) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION documents.rename_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE documents.folders SET name = NEW.name, name_key = lower(NEW.name)
  WHERE kind = TG_ARGV[0] AND COALESCE(subject_id, firm_id) = NEW.id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER firms_folder AFTER INSERT ON identity.firms
  FOR EACH ROW EXECUTE FUNCTION documents.open_firm_folder();
CREATE OR REPLACE TRIGGER vehicles_folder AFTER INSERT ON investments.vehicles REFERENCING NEW TABLE AS opened
  FOR EACH STATEMENT EXECUTE FUNCTION documents.open_folders('vehicle');
CREATE OR REPLACE TRIGGER accounts_folder AFTER INSERT ON people.investor_accounts REFERENCING NEW TABLE AS opened
  FOR EACH STATEMENT EXECUTE FUNCTION documents.open_folders('account');
CREATE OR REPLACE TRIGGER firms_folder_name AFTER UPDATE OF name ON identity.firms
  FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION documents.rename_folder('firm');
CREATE OR REPLACE TRIGGER vehicles_folder_name AFTER UPDATE OF name ON investments.vehicles
  FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION documents.rename_folder('vehicle');
CREATE OR REPLACE TRIGGER accounts_folder_name AFTER UPDATE OF name ON people.investor_accounts
  FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION documents.rename_folder('account');
"""
# For those that are there already. Forced row security closes the tables to their owner too.
READ_BY_OWNER = ("documents.folders", "identity.firms", "investments.vehicles", "people.investor_accounts")
EARLIER = """
INSERT INTO documents.folders (id, firm_id, kind, subject_id, name, name_key)
SELECT gen_random_uuid(), id, 'firm', NULL, name, lower(name) FROM identity.firms
UNION ALL
SELECT gen_random_uuid(), firm_id, 'vehicle', id, name, name_key FROM investments.vehicles
UNION ALL
SELECT gen_random_uuid(), firm_id, 'account', id, name, name_key FROM people.investor_accounts
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    add_index("documents_unpublished", "documents.documents", UNPUBLISHED)
    op.execute(TABLES)
    op.execute(FOLDERS)
    with open_to_owner(*READ_BY_OWNER):
        op.execute(EARLIER)
    op.execute("RESET ROLE")
