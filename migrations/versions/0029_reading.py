"""Reading documents: page images, who read what, acknowledgements, archives of many.

Revision ID: 0029
Revises: 0028
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0029"
down_revision = "0028"

TABLES = """
CREATE TABLE documents.page_images (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  version_id uuid NOT NULL CONSTRAINT page_images_version REFERENCES documents.versions ON DELETE CASCADE,
  page integer NOT NULL CHECK (page > 0),
  firm_id uuid NOT NULL CONSTRAINT page_images_firm REFERENCES identity.firms,
  image_key text,
  width integer NOT NULL CHECK (width >= 0),
  height integer NOT NULL CHECK (height >= 0),
  drawn_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT page_images_once UNIQUE (version_id, page)
);
CREATE INDEX page_images_by_file ON documents.page_images (firm_id, image_key COLLATE "C")
  WHERE image_key IS NOT NULL;
CREATE TABLE documents.reads (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT reads_firm REFERENCES identity.firms,
  document_id uuid NOT NULL CONSTRAINT reads_document REFERENCES documents.documents ON DELETE CASCADE,
  version_id uuid NOT NULL CONSTRAINT reads_version REFERENCES documents.versions ON DELETE CASCADE,
  user_id uuid NOT NULL CONSTRAINT reads_user REFERENCES identity.users,
  session_id uuid NOT NULL,
  way text NOT NULL CHECK (way IN ('viewed', 'downloaded', 'archived')),
  times integer NOT NULL DEFAULT 1 CHECK (times > 0),
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address text,
  agent text,
  CONSTRAINT reads_once UNIQUE (version_id, user_id, session_id, way)
);
CREATE INDEX reads_by_document ON documents.reads (document_id, last_at DESC, id DESC);
CREATE INDEX reads_by_user ON documents.reads (user_id, document_id);
CREATE TABLE documents.page_views (
  read_id uuid NOT NULL CONSTRAINT page_views_read REFERENCES documents.reads ON DELETE CASCADE,
  page integer NOT NULL CHECK (page > 0),
  firm_id uuid NOT NULL CONSTRAINT page_views_firm REFERENCES identity.firms,
  times integer NOT NULL DEFAULT 1 CHECK (times > 0),
  seconds integer NOT NULL DEFAULT 0 CHECK (seconds >= 0),
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT page_views_pkey PRIMARY KEY (read_id, page)
);
CREATE TABLE documents.acknowledgements (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT acknowledgements_firm REFERENCES identity.firms,
  document_id uuid NOT NULL CONSTRAINT acknowledgements_document REFERENCES documents.documents ON DELETE CASCADE,
  version_id uuid NOT NULL CONSTRAINT acknowledgements_version REFERENCES documents.versions ON DELETE CASCADE,
  user_id uuid NOT NULL CONSTRAINT acknowledgements_user REFERENCES identity.users,
  digest text NOT NULL,
  said text NOT NULL,
  said_version integer NOT NULL CHECK (said_version > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address text,
  agent text,
  session_id uuid NOT NULL,
  CONSTRAINT acknowledgements_once UNIQUE (version_id, user_id)
);
CREATE INDEX acknowledgements_by_document ON documents.acknowledgements (document_id, version_id, at DESC);
CREATE INDEX acknowledgements_by_user ON documents.acknowledgements (user_id);
CREATE TABLE documents.archives (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT archives_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT archives_user REFERENCES identity.users,
  state text NOT NULL CHECK (state IN ('collecting', 'ready', 'empty', 'gone')),
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ready_at timestamptz,
  expires_at timestamptz,
  file_key text,
  file_digest text,
  file_size bigint,
  CONSTRAINT archives_whole CHECK (state <> 'ready' OR (ready_at IS NOT NULL AND expires_at IS NOT NULL
    AND file_key IS NOT NULL AND file_digest IS NOT NULL AND file_size IS NOT NULL))
);
CREATE INDEX archives_by_file ON documents.archives (firm_id, file_key COLLATE "C") WHERE file_key IS NOT NULL;
CREATE INDEX archives_by_user ON documents.archives (user_id, requested_at DESC, id);
CREATE TABLE documents.archive_items (
  archive_id uuid NOT NULL CONSTRAINT archive_items_archive REFERENCES documents.archives ON DELETE CASCADE,
  document_id uuid NOT NULL CONSTRAINT archive_items_document REFERENCES documents.documents ON DELETE CASCADE,
  firm_id uuid NOT NULL CONSTRAINT archive_items_firm REFERENCES identity.firms,
  version_id uuid CONSTRAINT archive_items_version REFERENCES documents.versions ON DELETE CASCADE,
  path text,
  left_out text CHECK (left_out IN ('no_access', 'view_only', 'too_large', 'missing')),
  CONSTRAINT archive_items_pkey PRIMARY KEY (archive_id, document_id),
  CONSTRAINT archive_items_added CHECK ((version_id IS NULL) = (path IS NULL))
);
CREATE INDEX archive_items_by_document ON documents.archive_items (document_id);
"""
# What somebody said stays as they said it; it goes with the document alone, when its time is over.
NEVER_CHANGED = """
CREATE TRIGGER acknowledgements_never_changed BEFORE UPDATE ON documents.acknowledgements
  FOR EACH ROW EXECUTE FUNCTION platform.deny_change();
CREATE TRIGGER acknowledgements_never_emptied BEFORE TRUNCATE ON documents.acknowledgements
  FOR EACH STATEMENT EXECUTE FUNCTION platform.deny_change();
"""
OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
# Whoever may read a version may have its pages: the rows of versions are closed by their own policies.
OF_VISIBLE = f"{FIRM} AND EXISTS (SELECT FROM documents.versions v WHERE v.id = version_id)"
OWN_ARCHIVE = f"{FIRM} AND EXISTS (SELECT FROM documents.archives a WHERE a.id = archive_id)"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "documents.page_images",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE"},
        {"investor": OF_VISIBLE, "staff": FIRM, "system": FIRM},
    )
    for table in ("reads", "page_views"):
        protect(
            f"documents.{table}",
            {"staff": "SELECT", "system": "SELECT, INSERT, UPDATE"},
            {"staff": FIRM, "system": FIRM},
        )
    protect(
        "documents.acknowledgements",
        {"investor": "SELECT, INSERT", "staff": "SELECT, INSERT", "system": "SELECT"},
        {"investor": OWN, "staff": FIRM, "system": FIRM},
    )
    op.execute(f"ALTER POLICY staff ON documents.acknowledgements WITH CHECK ({OWN})")  # nobody reads for another
    protect(
        "documents.archives",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE"},
        {"investor": OWN, "staff": OWN, "system": FIRM},
    )
    protect(
        "documents.archive_items",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE"},
        {"investor": OWN_ARCHIVE, "staff": OWN_ARCHIVE, "system": FIRM},
    )
    op.execute(NEVER_CHANGED)
    op.execute("RESET ROLE")
