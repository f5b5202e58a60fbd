"""Indices of markets with their uploads, and when a subscription line was drawn for a call.

Revision ID: 0056
Revises: 0055
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0056"
down_revision = "0055"

TABLES = """
CREATE TABLE investments.index_series (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT index_series_firm REFERENCES identity.firms,
  name text NOT NULL CHECK (name <> ''),
  name_key text NOT NULL,
  currency char(3) NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  CONSTRAINT index_series_name UNIQUE (firm_id, name_key)
);
CREATE TABLE investments.index_versions (
  series_id uuid NOT NULL CONSTRAINT index_versions_series REFERENCES investments.index_series,
  version integer NOT NULL CHECK (version > 0),
  firm_id uuid NOT NULL CONSTRAINT index_versions_firm REFERENCES identity.firms,
  levels integer NOT NULL CHECK (levels > 0),
  first_on date NOT NULL,
  last_on date NOT NULL,
  added integer NOT NULL,
  changed integer NOT NULL,
  removed integer NOT NULL,
  reason text NOT NULL,
  digest text NOT NULL,
  uploaded_by uuid NOT NULL CONSTRAINT index_versions_uploaded_by REFERENCES identity.users,
  uploaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (series_id, version)
);
CREATE TABLE investments.index_levels (
  series_id uuid NOT NULL,
  version integer NOT NULL,
  "on" date NOT NULL,
  firm_id uuid NOT NULL,
  level numeric(24,10) NOT NULL CHECK (level > 0),
  PRIMARY KEY (series_id, version, "on"),
  CONSTRAINT index_levels_version FOREIGN KEY (series_id, version) REFERENCES investments.index_versions
);
CREATE TABLE investments.line_draws (
  call_id uuid PRIMARY KEY CONSTRAINT line_draws_call REFERENCES investments.capital_calls,
  firm_id uuid NOT NULL CONSTRAINT line_draws_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT line_draws_vehicle REFERENCES investments.vehicles,
  drawn_on date NOT NULL,
  recorded_by uuid NOT NULL CONSTRAINT line_draws_recorded_by REFERENCES identity.users,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX line_draws_by_vehicle ON investments.line_draws (vehicle_id);
"""
MY_VEHICLES = f"{FIRM} AND vehicle_id = ANY ((SELECT investments.my_vehicle_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    adding = "SELECT, INSERT"
    for table, writing in (("series", f"{adding}, UPDATE"), ("versions", adding), ("levels", adding)):
        grants = {"investor": "SELECT", "staff": writing, "system": writing}
        protect(f"investments.index_{table}", grants, {"investor": FIRM, "staff": FIRM, "system": FIRM})
    append_only("investments.index_versions")
    append_only("investments.index_levels")
    writing = "SELECT, INSERT, UPDATE, DELETE"
    protect(
        "investments.line_draws",
        {"investor": "SELECT", "staff": writing, "system": writing},
        {"investor": MY_VEHICLES, "staff": FIRM, "system": FIRM},
    )
    op.execute("RESET ROLE")
