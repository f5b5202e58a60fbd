"""Addresses of people are sealed from now on: the plain ones go.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0013"
down_revision = "0012"

# NOT NULL need not look at the rows again under its lock, since a check has.
SEALED = """
ALTER TABLE identity.users ALTER COLUMN email_sealed SET NOT NULL, ALTER COLUMN email_index SET NOT NULL,
  DROP COLUMN email, DROP CONSTRAINT users_sealed;
"""


# Who is to act for new accounts is kept sealed from now on. In the imports there are it stood in plain: those that are
# over need it no longer, and for an open one it is chosen anew.
IMPORTS = """
ALTER TABLE investments.imports NO FORCE ROW LEVEL SECURITY;
UPDATE investments.imports SET options = jsonb_set(options, '{owner}', 'null') WHERE options->>'owner' IS NOT NULL;
ALTER TABLE investments.imports FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("users_sealed", "identity.users", "email_sealed IS NOT NULL AND email_index IS NOT NULL")
    op.execute(SEALED)
    op.execute(IMPORTS)
    op.execute("RESET ROLE")
