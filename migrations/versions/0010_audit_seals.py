"""The record of acts is sealed: blocks chained by their hashes, and who an act was done for and with what.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

from portal.platform.live_tables import add_index
from portal.platform.row_security import FIRM, append_only, protect

revision = "0010"
down_revision = "0009"

INDEXES = {
    "audit_events_by_firm": "(firm_id, id DESC)",
    "audit_events_by_actor": "(firm_id, actor_id, id DESC)",
    "audit_events_by_txid": "(firm_id, txid)",
}
TABLES = """
ALTER TABLE identity.audit_events ADD COLUMN on_behalf_of uuid, ADD COLUMN agent text;
CREATE TABLE identity.audit_seals (
  firm_id uuid NOT NULL CONSTRAINT audit_seals_firm REFERENCES identity.firms,
  number bigint NOT NULL CHECK (number > 0),
  first_id bigint NOT NULL,
  last_id bigint NOT NULL,
  events integer NOT NULL CHECK (events > 0),
  below_txid xid8 NOT NULL,
  next_txid xid8 NOT NULL,
  sealed_at timestamptz NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  CONSTRAINT audit_seals_pkey PRIMARY KEY (firm_id, number)
);
CREATE TABLE identity.audit_sealed (
  event_id bigint PRIMARY KEY,
  firm_id uuid NOT NULL,
  number bigint NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  CONSTRAINT audit_sealed_seal FOREIGN KEY (firm_id, number) REFERENCES identity.audit_seals (firm_id, number)
);
CREATE INDEX audit_sealed_by_seal ON identity.audit_sealed (firm_id, number, event_id);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for name, columns in INDEXES.items():
        add_index(name, "identity.audit_events", columns)
    op.execute(TABLES)
    for table in ("identity.audit_seals", "identity.audit_sealed"):
        protect(table, {"staff": "SELECT", "system": "SELECT, INSERT"}, {"staff": FIRM, "system": FIRM})
        append_only(table)
    op.execute("RESET ROLE")
