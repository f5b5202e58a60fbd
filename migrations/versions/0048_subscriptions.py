"""Subscriptions: what the firm asks for an offering, what accounts answer, and what becomes of it.

Revision ID: 0048
Revises: 0047
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0048"
down_revision = "0047"

TABLES = """
CREATE TABLE investments.subscription_setups (
  opportunity_id uuid PRIMARY KEY CONSTRAINT subscription_setups_opportunity REFERENCES investments.opportunities,
  firm_id uuid NOT NULL CONSTRAINT subscription_setups_firm REFERENCES identity.firms,
  allocation text NOT NULL CHECK (allocation IN ('first_come', 'pro_rata', 'by_hand')),
  places integer CHECK (places > 0),
  countersigner_id uuid CONSTRAINT subscription_setups_countersigner REFERENCES identity.users,
  form_version integer NOT NULL CHECK (form_version > 0)
);
CREATE TABLE investments.subscription_forms (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT subscription_forms_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT subscription_forms_opportunity REFERENCES investments.opportunities,
  version integer NOT NULL CHECK (version > 0),
  questions jsonb NOT NULL,
  statements jsonb NOT NULL,
  terms text NOT NULL CHECK (terms <> ''),
  written_by uuid,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT subscription_forms_version UNIQUE (opportunity_id, version)
);
CREATE TABLE investments.subscriptions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT subscriptions_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT subscriptions_opportunity REFERENCES investments.opportunities,
  close_id uuid CONSTRAINT subscriptions_close REFERENCES investments.opportunity_closes,
  account_id uuid NOT NULL CONSTRAINT subscriptions_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT subscriptions_vehicle REFERENCES investments.vehicles,
  currency char(3) NOT NULL,
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'sent_back', 'accepted', 'signed',
    'confirmed', 'declined', 'withdrawn', 'cancelled')),
  form_version integer NOT NULL,
  amount numeric(20,4) CHECK (amount > 0),
  answers jsonb NOT NULL DEFAULT '{}',
  agreed text[] NOT NULL DEFAULT '{}',
  has_read boolean NOT NULL DEFAULT false,
  reserved numeric(20,4) NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  accredited boolean NOT NULL DEFAULT false,
  accepted numeric(20,4) CHECK (accepted > 0),
  comment text NOT NULL DEFAULT '',
  submitted_by uuid CONSTRAINT subscriptions_submitted_by REFERENCES identity.users,
  submitted_at timestamptz,
  decided_at timestamptz,
  envelope_id uuid CONSTRAINT subscriptions_envelope REFERENCES documents.envelopes,
  confirmed_on date,
  created_by uuid NOT NULL CONSTRAINT subscriptions_created_by REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT subscriptions_submitted CHECK (state NOT IN ('submitted', 'accepted', 'signed', 'confirmed')
    OR (submitted_at IS NOT NULL AND submitted_by IS NOT NULL AND amount IS NOT NULL)),
  CONSTRAINT subscriptions_accepted CHECK (state NOT IN ('accepted', 'signed', 'confirmed')
    OR (accepted IS NOT NULL AND accepted <= amount AND reserved = accepted)),
  CONSTRAINT subscriptions_over CHECK (state NOT IN ('draft', 'sent_back', 'declined', 'withdrawn', 'cancelled')
    OR reserved = 0),
  CONSTRAINT subscriptions_confirmed CHECK ((state = 'confirmed') = (confirmed_on IS NOT NULL)),
  CONSTRAINT subscriptions_reasons CHECK (state NOT IN ('sent_back', 'declined') OR comment <> '')
);
CREATE UNIQUE INDEX subscriptions_one_under_way ON investments.subscriptions (opportunity_id, account_id)
  WHERE state IN ('draft', 'submitted', 'sent_back', 'accepted', 'signed');
CREATE INDEX subscriptions_by_account ON investments.subscriptions (account_id, created_at DESC, id DESC);
CREATE INDEX subscriptions_by_opportunity ON investments.subscriptions (opportunity_id, submitted_at, id);
CREATE INDEX subscriptions_by_firm ON investments.subscriptions (firm_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX subscriptions_by_envelope ON investments.subscriptions (envelope_id) WHERE envelope_id IS NOT NULL;
CREATE TABLE investments.subscription_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL,
  subscription_id uuid NOT NULL CONSTRAINT subscription_events_subscription REFERENCES investments.subscriptions,
  account_id uuid NOT NULL,
  act text NOT NULL CHECK (act IN ('begin', 'submit', 'send_back', 'accept', 'sign', 'confirm', 'decline', 'withdraw',
    'cancel')),
  actor_id uuid,
  note text NOT NULL DEFAULT '',
  amount numeric(20,4),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX subscription_events_by_subscription ON investments.subscription_events (subscription_id, id);
"""
# As one sees an offering, one sees how it is subscribed to; what one has answered stays one's own after that.
OFFERED = f"{FIRM} AND opportunity_id IN (SELECT o.id FROM investments.opportunities o)"
ASKED = (
    f"{FIRM} AND opportunity_id IN (SELECT o.id FROM investments.opportunities o"
    " UNION SELECT s.opportunity_id FROM investments.subscriptions s)"
)
MINE = f"{FIRM} AND account_id = ANY ((SELECT people.my_accounts_for('members'))::uuid[])"
TABLES_OF = {
    "subscription_setups": ("SELECT, INSERT, UPDATE", OFFERED),
    "subscription_forms": ("SELECT, INSERT", ASKED),
    "subscriptions": ("SELECT, INSERT, UPDATE", MINE),
    "subscription_events": ("SELECT, INSERT", MINE),
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    for table, (rights, mine) in TABLES_OF.items():
        protect(
            f"investments.{table}",
            {"investor": "SELECT", "staff": rights, "system": rights},
            {"investor": mine, "staff": FIRM, "system": FIRM},
        )
    append_only("investments.subscription_forms")
    append_only("investments.subscription_events")
    op.execute("RESET ROLE")
