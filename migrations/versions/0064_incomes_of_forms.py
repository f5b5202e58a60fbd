"""Tax forms of which a holder of a vehicle gets one for each kind of income.

Revision ID: 0064
Revises: 0063
"""

from alembic import op

from portal.platform.live_tables import add_index, open_to_owner

revision = "0064"
down_revision = "0063"

ALLOCATIONS, FORMS = "investments.tax_allocations", "investments.tax_forms"
# What tells the income of a Form 1042-S: its code, the chapter, and the rates of both chapters.
OF_ALLOCATIONS = f"""
UPDATE {ALLOCATIONS} l SET income = concat_ws('/', COALESCE(boxes ->> '1', ''), COALESCE(boxes ->> '3', ''),
  COALESCE(boxes ->> '3b', ''), COALESCE(boxes ->> '4b', ''))
FROM investments.tax_runs r WHERE r.id = l.run_id AND r.kind = '1042_s' AND l.boxes ?| '{{1,3,3b,4b}}'
"""
OF_FORMS = f"""
UPDATE {FORMS} t SET income = (
  SELECT string_agg(COALESCE(box ->> 'value', ''), '/' ORDER BY place)
  FROM unnest('{{1,3,3b,4b}}'::text[]) WITH ORDINALITY AS wanted (code, place)
  LEFT JOIN jsonb_array_elements(t.content -> 'boxes') box ON box ->> 'code' = wanted.code)
WHERE t.kind = '1042_s' AND t.content @? '$.boxes[*].code ? (@ == "1" || @ == "3" || @ == "3b" || @ == "4b")'
"""
KEYS = f"""
ALTER TABLE {ALLOCATIONS} DROP CONSTRAINT tax_allocations_pkey,
  ADD CONSTRAINT tax_allocations_pkey PRIMARY KEY USING INDEX tax_allocations_by_income;
ALTER TABLE {FORMS} DROP CONSTRAINT tax_forms_versions,
  ADD CONSTRAINT tax_forms_versions UNIQUE USING INDEX tax_forms_by_income;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for table in (ALLOCATIONS, FORMS):
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS income text NOT NULL DEFAULT ''")
    with open_to_owner("investments.tax_runs", ALLOCATIONS, FORMS):
        op.execute(OF_ALLOCATIONS)
        op.execute(f"ALTER TABLE {FORMS} DISABLE TRIGGER tax_forms_kept")
        op.execute(OF_FORMS)
        op.execute(f"ALTER TABLE {FORMS} ENABLE TRIGGER tax_forms_kept")
    add_index("tax_allocations_by_income", ALLOCATIONS, "(run_id, account_id, income)", unique=True)
    add_index("tax_forms_by_income", FORMS, "(vehicle_id, tax_year, kind, account_id, income, version)", unique=True)
    op.execute(KEYS)
    op.execute("RESET ROLE")
