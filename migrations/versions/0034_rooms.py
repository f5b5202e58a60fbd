"""Data rooms: groups and what each may see, members, what they sign before, questions, visits.

Revision ID: 0034
Revises: 0033
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0034"
down_revision = "0033"

TABLES = """
CREATE TABLE documents.rooms (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT rooms_firm REFERENCES identity.firms,
  name text NOT NULL CHECK (name <> ''),
  name_key text NOT NULL,
  introduction text NOT NULL DEFAULT '',
  vehicle_id uuid CONSTRAINT rooms_vehicle REFERENCES investments.vehicles,
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'open', 'closed')),
  opens_at timestamptz,
  closes_at timestamptz,
  nda_version integer,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT rooms_name UNIQUE (firm_id, name_key),
  CONSTRAINT rooms_span CHECK (closes_at > opens_at)
);
CREATE TABLE documents.room_groups (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT room_groups_firm REFERENCES identity.firms,
  room_id uuid NOT NULL CONSTRAINT room_groups_room REFERENCES documents.rooms,
  name text NOT NULL CHECK (name <> ''),
  name_key text NOT NULL,
  CONSTRAINT room_groups_name UNIQUE (room_id, name_key)
);
CREATE TABLE documents.room_members (
  room_id uuid NOT NULL CONSTRAINT room_members_room REFERENCES documents.rooms,
  user_id uuid NOT NULL CONSTRAINT room_members_user REFERENCES identity.users,
  firm_id uuid NOT NULL CONSTRAINT room_members_firm REFERENCES identity.firms,
  until timestamptz,
  invited_by uuid,
  inviter text NOT NULL DEFAULT '',
  added_at timestamptz NOT NULL DEFAULT now(),
  removed_by uuid,
  removed_at timestamptz,
  wants_digest boolean NOT NULL DEFAULT true,
  told_until timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX room_members_by_user ON documents.room_members (user_id) WHERE removed_at IS NULL;
CREATE TABLE documents.room_placements (
  group_id uuid NOT NULL CONSTRAINT room_placements_group REFERENCES documents.room_groups ON DELETE CASCADE,
  user_id uuid NOT NULL CONSTRAINT room_placements_user REFERENCES identity.users,
  room_id uuid NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT room_placements_firm REFERENCES identity.firms,
  PRIMARY KEY (group_id, user_id),
  CONSTRAINT room_placements_member FOREIGN KEY (room_id, user_id) REFERENCES documents.room_members
);
CREATE INDEX room_placements_by_user ON documents.room_placements (user_id, room_id);
CREATE TABLE documents.room_permissions (
  group_id uuid NOT NULL CONSTRAINT room_permissions_group REFERENCES documents.room_groups ON DELETE CASCADE,
  folder_id uuid NOT NULL CONSTRAINT room_permissions_folder REFERENCES documents.folders ON DELETE CASCADE,
  firm_id uuid NOT NULL CONSTRAINT room_permissions_firm REFERENCES identity.firms,
  permission text NOT NULL CHECK (permission IN ('view', 'download')),
  PRIMARY KEY (group_id, folder_id)
);
CREATE INDEX room_permissions_by_folder ON documents.room_permissions (folder_id);
CREATE TABLE documents.room_items (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT room_items_firm REFERENCES identity.firms,
  room_id uuid NOT NULL CONSTRAINT room_items_room REFERENCES documents.rooms,
  folder_id uuid NOT NULL CONSTRAINT room_items_folder REFERENCES documents.folders ON DELETE CASCADE,
  document_id uuid CONSTRAINT room_items_document REFERENCES documents.documents ON DELETE CASCADE,
  child_id uuid CONSTRAINT room_items_child REFERENCES documents.folders ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  CONSTRAINT room_items_number UNIQUE (folder_id, number) DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT room_items_once UNIQUE (document_id),
  CONSTRAINT room_items_child_once UNIQUE (child_id),
  CONSTRAINT room_items_one CHECK (num_nonnulls(document_id, child_id) = 1)
);
CREATE INDEX room_items_by_room ON documents.room_items (room_id);
CREATE TABLE documents.room_texts (
  room_id uuid NOT NULL CONSTRAINT room_texts_room REFERENCES documents.rooms,
  version integer NOT NULL CHECK (version > 0),
  firm_id uuid NOT NULL CONSTRAINT room_texts_firm REFERENCES identity.firms,
  body text NOT NULL CHECK (body <> ''),
  digest text NOT NULL,
  written_by uuid,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (room_id, version)
);
CREATE TABLE documents.room_agreements (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT room_agreements_firm REFERENCES identity.firms,
  room_id uuid NOT NULL,
  user_id uuid NOT NULL CONSTRAINT room_agreements_user REFERENCES identity.users,
  version integer NOT NULL,
  digest text NOT NULL,
  typed_name text NOT NULL CHECK (typed_name <> ''),
  agreed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address text,
  agent text,
  session_id uuid NOT NULL,
  proven_by text,
  CONSTRAINT room_agreements_text FOREIGN KEY (room_id, version) REFERENCES documents.room_texts,
  CONSTRAINT room_agreements_once UNIQUE (room_id, user_id, version)
);
CREATE INDEX room_agreements_by_user ON documents.room_agreements (user_id);
CREATE TABLE documents.room_questions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT room_questions_firm REFERENCES identity.firms,
  room_id uuid NOT NULL CONSTRAINT room_questions_room REFERENCES documents.rooms,
  document_id uuid CONSTRAINT room_questions_document REFERENCES documents.documents ON DELETE SET NULL,
  asked_by uuid NOT NULL CONSTRAINT room_questions_asker REFERENCES identity.users,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  question text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 2000),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'declined'))
);
CREATE INDEX room_questions_by_room ON documents.room_questions (room_id, asked_at DESC, id DESC);
CREATE INDEX room_questions_by_asker ON documents.room_questions (asked_by, asked_at DESC);
CREATE TABLE documents.room_answers (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT room_answers_firm REFERENCES identity.firms,
  room_id uuid NOT NULL CONSTRAINT room_answers_room REFERENCES documents.rooms,
  question_id uuid NOT NULL CONSTRAINT room_answers_question REFERENCES documents.room_questions,
  document_id uuid CONSTRAINT room_answers_document REFERENCES documents.documents ON DELETE CASCADE,
  audience text NOT NULL CHECK (audience IN ('asker', 'group', 'everybody')),
  group_id uuid CONSTRAINT room_answers_group REFERENCES documents.room_groups,
  question text NOT NULL,
  answer text NOT NULL CHECK (char_length(answer) BETWEEN 1 AND 10000),
  answered_by uuid NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT room_answers_once UNIQUE (question_id),
  CONSTRAINT room_answers_to_group CHECK ((group_id IS NOT NULL) = (audience = 'group'))
);
CREATE INDEX room_answers_by_room ON documents.room_answers (room_id, answered_at DESC, id DESC);
CREATE TABLE documents.room_visits (
  room_id uuid NOT NULL CONSTRAINT room_visits_room REFERENCES documents.rooms,
  user_id uuid NOT NULL CONSTRAINT room_visits_user REFERENCES identity.users,
  firm_id uuid NOT NULL CONSTRAINT room_visits_firm REFERENCES identity.firms,
  visits integer NOT NULL DEFAULT 1,
  before_at timestamptz,
  began_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
"""
# The rooms that a person may come to now, and whether they have signed what is asked of everybody who enters; the
# folders there that their groups may see. For whom is a parameter, so that the firm's machinery asks the same.
WHOSE = """
CREATE FUNCTION documents.rooms_of(person uuid) RETURNS TABLE (room_id uuid, entered boolean)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.id, r.nda_version IS NULL OR EXISTS (
    SELECT FROM documents.room_agreements a
    WHERE a.room_id = r.id AND a.user_id = person AND a.version = r.nda_version)
  FROM documents.room_members m JOIN documents.rooms r ON r.id = m.room_id
  WHERE m.user_id = person AND m.removed_at IS NULL AND COALESCE(m.until, 'infinity') > now() AND r.state = 'open'
    AND COALESCE(r.opens_at, '-infinity') <= now() AND COALESCE(r.closes_at, 'infinity') > now() $$;
CREATE FUNCTION documents.room_folders_of(person uuid) RETURNS TABLE (folder_id uuid, may_download boolean)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT p.folder_id, bool_or(p.permission = 'download')
  FROM documents.rooms_of(person) mine
  JOIN documents.room_placements g ON g.room_id = mine.room_id AND g.user_id = person
  JOIN documents.room_permissions p ON p.group_id = g.group_id
  WHERE mine.entered GROUP BY p.folder_id $$;
"""
REACHES = """
CREATE OR REPLACE FUNCTION documents.my_reaches() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
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
    UNION
    SELECT 'room:' || folder_id FROM documents.room_folders_of((SELECT platform.current_actor()))
  ) reaches (reach) $$;
CREATE FUNCTION documents.my_viewing_reaches() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT COALESCE(array_agg('room:' || folder_id), '{}')
  FROM documents.room_folders_of((SELECT platform.current_actor())) WHERE NOT may_download $$;
"""
# Whatever comes to lie in a folder of a room gets the next number there, by whichever way it came; a folder is seen
# at first by those who see the one it lies in.
NUMBERS = """
CREATE FUNCTION documents.number_in_room(lies_in uuid, document uuid, child uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('documents.room_items'), hashtext(lies_in::text));
  INSERT INTO documents.room_items (id, firm_id, room_id, folder_id, document_id, child_id, number)
  WITH RECURSIVE above AS (
    SELECT f.parent_id, f.subject_id, f.kind FROM documents.folders f WHERE f.id = lies_in
    UNION ALL
    SELECT f.parent_id, f.subject_id, f.kind FROM documents.folders f JOIN above ON f.id = above.parent_id)
  SELECT gen_random_uuid(), r.firm_id, r.id, lies_in, document, child,
    1 + COALESCE((SELECT max(i.number) FROM documents.room_items i WHERE i.folder_id = lies_in), 0)
  FROM above JOIN documents.rooms r ON above.kind = 'room' AND r.id = above.subject_id
  WHERE NOT EXISTS (SELECT FROM documents.room_items i WHERE i.document_id = document OR i.child_id = child);
END $$;
CREATE FUNCTION documents.number_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM documents.room_items
  WHERE document_id = NEW.id AND (folder_id <> NEW.folder_id OR NEW.audience <> 'room');
  IF NEW.audience = 'room' THEN
    PERFORM documents.number_in_room(NEW.folder_id, NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER documents_numbered AFTER INSERT ON documents.documents
  FOR EACH ROW WHEN (NEW.audience = 'room') EXECUTE FUNCTION documents.number_document();
CREATE TRIGGER documents_renumbered AFTER UPDATE OF folder_id, audience ON documents.documents
  FOR EACH ROW WHEN (OLD.audience = 'room' OR NEW.audience = 'room') EXECUTE FUNCTION documents.number_document();
CREATE FUNCTION documents.number_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM documents.number_in_room(NEW.parent_id, NULL, NEW.id);
  INSERT INTO documents.room_permissions (group_id, folder_id, firm_id, permission)
  SELECT p.group_id, NEW.id, p.firm_id, p.permission FROM documents.room_permissions p
  WHERE p.folder_id = NEW.parent_id;
  RETURN NULL;
END $$;
CREATE TRIGGER folders_numbered AFTER INSERT ON documents.folders
  FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION documents.number_folder();
"""
ME = "(SELECT platform.current_actor())"
OWN = f"{FIRM} AND user_id = {ME}"
MEMBER = f"{OWN} AND removed_at IS NULL AND COALESCE(until, 'infinity') > now()"
# Of a room to which they may come, a person sees that there is one; what is in it, once they entered.
MY_ROOMS = (
    f"{FIRM} AND state = 'open' AND COALESCE(opens_at, '-infinity') <= now()"
    " AND COALESCE(closes_at, 'infinity') > now()"
    " AND EXISTS (SELECT FROM documents.room_members m WHERE m.room_id = id)"
)
OF_MY_ROOM = f"{FIRM} AND EXISTS (SELECT FROM documents.rooms r WHERE r.id = room_id)"
ENTERED = f"room_id IN (SELECT mine.room_id FROM documents.rooms_of({ME}) mine WHERE mine.entered)"
MY_FOLDERS = f"(SELECT mine.folder_id FROM documents.room_folders_of({ME}) mine)"
MY_GROUPS = f"(SELECT g.group_id FROM documents.room_placements g WHERE g.{ENTERED})"
ABOUT_WHAT_I_SEE = "COALESCE((SELECT true FROM documents.documents d WHERE d.id = document_id), document_id IS NULL)"
MY_ITEMS = (
    f"{FIRM} AND folder_id IN {MY_FOLDERS} AND COALESCE(child_id, folder_id) IN {MY_FOLDERS} AND {ABOUT_WHAT_I_SEE}"
)
MY_ANSWERS = (
    f"{FIRM} AND {ENTERED} AND {ABOUT_WHAT_I_SEE} AND CASE"
    " WHEN question_id IN (SELECT q.id FROM documents.room_questions q) THEN true"
    f" WHEN audience = 'group' THEN group_id IN {MY_GROUPS} ELSE audience = 'everybody' END"
)
INVESTORS = {
    "rooms": ("SELECT", MY_ROOMS),
    "room_members": ("SELECT, UPDATE (wants_digest)", MEMBER),
    "room_placements": ("SELECT", OWN),
    "room_permissions": ("SELECT", f"{FIRM} AND group_id IN {MY_GROUPS}"),
    "room_items": ("SELECT", MY_ITEMS),
    "room_texts": ("SELECT", OF_MY_ROOM),
    "room_agreements": ("SELECT, INSERT", OWN),
    "room_questions": ("SELECT", f"{FIRM} AND asked_by = {ME} AND {ENTERED}"),
    "room_answers": ("SELECT", MY_ANSWERS),
    "room_visits": ("SELECT", OWN),
}
TABLE_RIGHTS = {
    "room_texts": "SELECT, INSERT",
    "room_agreements": "SELECT",
    "room_visits": "SELECT, INSERT, UPDATE",
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(WHOSE)
    op.execute(REACHES)
    op.execute(NUMBERS)
    every = "SELECT, INSERT, UPDATE, DELETE"
    for table in ("rooms", "room_groups", *list(INVESTORS)[1:]):
        rights = TABLE_RIGHTS.get(table, every)
        theirs = {"investor": INVESTORS[table][0]} if table in INVESTORS else {}
        rows = {"investor": INVESTORS[table][1]} if table in INVESTORS else {}
        protect(
            f"documents.{table}",
            {**theirs, "staff": rights, "system": rights},
            {**rows, "staff": FIRM, "system": FIRM},
        )
    op.execute("GRANT SELECT ON documents.folders TO portal_investor")
    mine = f"{FIRM} AND id IN {MY_FOLDERS}"
    op.execute(f"CREATE POLICY investor ON documents.folders FOR SELECT TO portal_investor USING ({mine})")
    append_only("documents.room_texts")
    append_only("documents.room_agreements")
    op.execute("RESET ROLE")
