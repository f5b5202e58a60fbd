"""What a room says of itself lies where only those read it who entered; a new folder is seen by whom it is said to be.

Revision ID: 0037
Revises: 0036
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0037"
down_revision = "0036"

TABLE = """
CREATE TABLE documents.room_descriptions (
  room_id uuid PRIMARY KEY CONSTRAINT room_descriptions_room REFERENCES documents.rooms,
  firm_id uuid NOT NULL CONSTRAINT room_descriptions_firm REFERENCES identity.firms,
  introduction text NOT NULL DEFAULT '',
  vehicle_id uuid CONSTRAINT room_descriptions_vehicle REFERENCES investments.vehicles
);
"""
# For those that are there already. Forced row security closes the tables to their owner too.
EARLIER = """
ALTER TABLE documents.rooms NO FORCE ROW LEVEL SECURITY;
INSERT INTO documents.room_descriptions (room_id, firm_id, introduction, vehicle_id)
SELECT id, firm_id, introduction, vehicle_id FROM documents.rooms;
ALTER TABLE documents.rooms FORCE ROW LEVEL SECURITY;
ALTER TABLE documents.rooms DROP COLUMN introduction, DROP COLUMN vehicle_id;
"""
# Who sees a new folder is said by whoever makes it; made in other ways it is the staff's alone at first.
NUMBERS = """
CREATE OR REPLACE FUNCTION documents.number_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM documents.room_items WHERE child_id = NEW.id AND folder_id <> NEW.parent_id;
  PERFORM documents.number_in_room(NEW.parent_id, NULL, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER folders_renumbered AFTER UPDATE OF parent_id ON documents.folders
  FOR EACH ROW WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id) EXECUTE FUNCTION documents.number_folder();
"""
ME = "(SELECT platform.current_actor())"
OWN = f"{FIRM} AND user_id = {ME}"
ENTERED = f"room_id IN (SELECT mine.room_id FROM documents.rooms_of({ME}) mine WHERE mine.entered)"
OF_MY_ROOM = "EXISTS (SELECT FROM documents.rooms r WHERE r.id = room_id)"
# Rows of one's own name a room as long as one may come to it, and its groups once one entered.
NARROWER = {
    "room_placements": f"{OWN} AND {ENTERED}",
    "room_agreements": f"{OWN} AND {OF_MY_ROOM}",
    "room_visits": f"{OWN} AND {OF_MY_ROOM}",
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLE)
    op.execute(EARLIER)
    writing = "SELECT, INSERT, UPDATE, DELETE"
    protect(
        "documents.room_descriptions",
        {"investor": "SELECT", "staff": writing, "system": writing},
        {"investor": f"{FIRM} AND {ENTERED}", "staff": FIRM, "system": FIRM},
    )
    for table, rows in NARROWER.items():
        op.execute(f"ALTER POLICY investor ON documents.{table} USING ({rows}) WITH CHECK ({rows})")
    op.execute(NUMBERS)
    op.execute("RESET ROLE")
