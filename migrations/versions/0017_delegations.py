"""What an investor lets somebody else see, and until when.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

from portal.platform.live_tables import add_index
from portal.platform.row_security import FIRM, protect

revision = "0017"
down_revision = "0016"

TABLES = """
CREATE TABLE people.delegations (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT delegations_firm REFERENCES identity.firms,
  grantor_id uuid NOT NULL CONSTRAINT delegations_grantor REFERENCES identity.users,
  delegate_id uuid NOT NULL CONSTRAINT delegations_delegate REFERENCES identity.users,
  called text NOT NULL,
  relation text NOT NULL CHECK (relation IN ('spouse', 'accountant', 'lawyer', 'other')),
  scopes text[] NOT NULL
    CHECK (scopes <@ '{figures,statements,tax_forms,notices}'::text[] AND cardinality(scopes) > 0),
  given_on date NOT NULL,
  until date NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  CONSTRAINT delegations_pair UNIQUE (id, grantor_id, delegate_id, firm_id),
  CONSTRAINT delegations_not_oneself CHECK (grantor_id <> delegate_id),
  CONSTRAINT delegations_length CHECK (until >= given_on AND until <= given_on + 366)
);
CREATE UNIQUE INDEX delegations_open ON people.delegations (grantor_id, delegate_id) WHERE revoked_at IS NULL;
CREATE INDEX delegations_by_delegate ON people.delegations (delegate_id) WHERE revoked_at IS NULL;
CREATE TABLE people.delegated_accounts (
  delegation_id uuid NOT NULL,
  account_id uuid NOT NULL,
  grantor_id uuid NOT NULL,
  delegate_id uuid NOT NULL,
  firm_id uuid NOT NULL,
  PRIMARY KEY (delegation_id, account_id),
  CONSTRAINT delegated_accounts_delegation FOREIGN KEY (delegation_id, grantor_id, delegate_id, firm_id)
    REFERENCES people.delegations (id, grantor_id, delegate_id, firm_id),
  CONSTRAINT delegated_accounts_member FOREIGN KEY (account_id, grantor_id)
    REFERENCES people.account_members (account_id, user_id) ON DELETE CASCADE
);
CREATE INDEX delegated_accounts_by_member ON people.delegated_accounts (account_id, grantor_id);
"""
# The one place that says who may see an account as whose, besides those who act for it: others ask these functions.
# Who gave it must still act for the account: where they do not, the key above has taken the account away.
SIGHT = """
CREATE VIEW people.accounts_shared_with_me WITH (security_invoker = true) AS
  SELECT s.account_id, d.scopes
  FROM people.delegations d JOIN people.delegated_accounts s ON s.delegation_id = d.id
  WHERE d.delegate_id = (SELECT platform.current_actor()) AND d.revoked_at IS NULL
    AND d.until >= (now() AT TIME ZONE 'UTC')::date
    AND EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = d.delegate_id AND g.role = 'delegate');
CREATE FUNCTION people.my_accounts_for(what text) RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(mine.account_id), '{}') FROM (
          SELECT account_id FROM people.account_members WHERE user_id = (SELECT platform.current_actor())
          UNION ALL
          SELECT account_id FROM people.accounts_shared_with_me WHERE what = 'anything' OR what = ANY (scopes)
        ) mine $$;
CREATE OR REPLACE FUNCTION people.my_account_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT people.my_accounts_for('figures') $$;
CREATE FUNCTION people.my_paper_account_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(account_id), '{}') FROM people.accounts_shared_with_me
        WHERE 'statements' = ANY (scopes) AND 'figures' <> ALL (scopes) $$;
CREATE OR REPLACE FUNCTION investments.my_vehicle_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(DISTINCT seen.vehicle_id), '{}') FROM (
          SELECT vehicle_id FROM investments.holdings
          UNION ALL
          SELECT vehicle_id FROM investments.statements
          WHERE account_id = ANY ((SELECT people.my_paper_account_ids())::uuid[])
        ) seen $$;
"""
SHARED_WITH_ME = f"{FIRM} AND delegate_id = (SELECT platform.current_actor())"
MY_ACCOUNTS = f"{FIRM} AND id = ANY ((SELECT people.my_accounts_for('anything'))::uuid[])"
MY_RELEASED = (
    f"{FIRM} AND account_id = ANY ((SELECT people.my_accounts_for('statements'))::uuid[])"
    " AND state = ANY ('{published,superseded}'::text[])"
)


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    add_index(
        "audit_events_by_behalf",
        "identity.audit_events",
        "(firm_id, on_behalf_of, id DESC) WHERE on_behalf_of IS NOT NULL",
    )
    op.execute(TABLES)
    rows = {"investor": SHARED_WITH_ME, "staff": FIRM, "system": FIRM}
    protect("people.delegations", {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE"}, rows)
    protect(
        "people.delegated_accounts",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, DELETE"},
        rows,
    )
    op.execute(SIGHT)
    op.execute("GRANT SELECT ON people.accounts_shared_with_me TO portal_investor, portal_staff, portal_system")
    for table, condition in (("people.investor_accounts", MY_ACCOUNTS), ("investments.statements", MY_RELEASED)):
        op.execute(f"ALTER POLICY investor ON {table} USING ({condition}) WITH CHECK ({condition})")
    op.execute("RESET ROLE")
