"""Raising: verifications of accounts, opportunities with interest and questions, prospects.

Revision ID: 0047
Revises: 0046
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0047"
down_revision = "0046"

TABLES = """
CREATE TABLE investments.verifications (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT verifications_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT verifications_account REFERENCES people.investor_accounts,
  kind text NOT NULL CHECK (kind IN ('accreditation', 'identity', 'tax_form')),
  basis text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'confirmed', 'refused', 'ended')),
  document_id uuid CONSTRAINT verifications_evidence REFERENCES documents.documents,
  dated_on date NOT NULL,
  expires_on date,
  note text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  asked_by uuid NOT NULL CONSTRAINT verifications_asked_by REFERENCES identity.users,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by uuid CONSTRAINT verifications_decided_by REFERENCES identity.users,
  decided_at timestamptz,
  CONSTRAINT verifications_decided CHECK ((decided_at IS NULL) = (state = 'waiting')),
  CONSTRAINT verifications_two_people CHECK (decided_by <> asked_by)
);
CREATE INDEX verifications_by_account ON investments.verifications (account_id, kind, decided_at DESC);
CREATE UNIQUE INDEX verifications_waiting_once ON investments.verifications (account_id, kind) WHERE state = 'waiting';
CREATE INDEX verifications_to_decide ON investments.verifications (firm_id, asked_at, id) WHERE state = 'waiting';
CREATE INDEX verifications_expiring ON investments.verifications (firm_id, expires_on, id) WHERE state = 'confirmed';
CREATE TABLE investments.opportunities (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT opportunities_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT opportunities_vehicle REFERENCES investments.vehicles,
  name text NOT NULL CHECK (name <> ''),
  name_key text NOT NULL,
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'waiting', 'open', 'closed', 'funded')),
  exemption text NOT NULL CHECK (exemption IN ('506b', '506c', 'reg_s')),
  audience text NOT NULL DEFAULT 'everybody' CHECK (audience IN ('everybody', 'named')),
  currency char(3) NOT NULL,
  target numeric(20,4) NOT NULL CHECK (target > 0),
  minimum numeric(20,4) NOT NULL CHECK (minimum > 0),
  maximum numeric(20,4),
  cap numeric(20,4),
  jurisdictions text[] NOT NULL DEFAULT '{}',
  summary text NOT NULL DEFAULT '',
  terms jsonb NOT NULL DEFAULT '{}',
  room_id uuid CONSTRAINT opportunities_room REFERENCES documents.rooms,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  opened_at timestamptz,
  closed_at timestamptz,
  funded_at timestamptz,
  CONSTRAINT opportunities_name UNIQUE (firm_id, name_key),
  CONSTRAINT opportunities_amounts CHECK (maximum >= minimum AND cap >= minimum),
  CONSTRAINT opportunities_opened CHECK (state IN ('draft', 'waiting') OR opened_at IS NOT NULL)
);
CREATE INDEX opportunities_by_firm ON investments.opportunities (firm_id, created_at DESC, id DESC);
CREATE INDEX opportunities_by_vehicle ON investments.opportunities (vehicle_id);
CREATE TABLE investments.opportunity_capacities (
  opportunity_id uuid PRIMARY KEY CONSTRAINT opportunity_capacities_opportunity REFERENCES investments.opportunities,
  firm_id uuid NOT NULL CONSTRAINT opportunity_capacities_firm REFERENCES identity.firms,
  taken numeric(20,4) NOT NULL DEFAULT 0 CHECK (taken >= 0),
  places integer NOT NULL DEFAULT 0 CHECK (places >= 0),
  non_accredited integer NOT NULL DEFAULT 0 CHECK (non_accredited BETWEEN 0 AND 35)
);
CREATE TABLE investments.opportunity_closes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT opportunity_closes_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_closes_opportunity REFERENCES investments.opportunities,
  number integer NOT NULL CHECK (number > 0),
  closes_on date NOT NULL,
  CONSTRAINT opportunity_closes_number UNIQUE (opportunity_id, number)
);
CREATE TABLE investments.opportunity_documents (
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_documents_opportunity REFERENCES investments.opportunities,
  document_id uuid NOT NULL CONSTRAINT opportunity_documents_document REFERENCES documents.documents ON DELETE CASCADE,
  firm_id uuid NOT NULL CONSTRAINT opportunity_documents_firm REFERENCES identity.firms,
  must_read boolean NOT NULL DEFAULT false,
  PRIMARY KEY (opportunity_id, document_id)
);
CREATE INDEX opportunity_documents_by_document ON investments.opportunity_documents (document_id);
CREATE TABLE investments.opportunity_accounts (
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_accounts_opportunity REFERENCES investments.opportunities,
  account_id uuid NOT NULL CONSTRAINT opportunity_accounts_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL CONSTRAINT opportunity_accounts_firm REFERENCES identity.firms,
  PRIMARY KEY (opportunity_id, account_id)
);
CREATE INDEX opportunity_accounts_by_account ON investments.opportunity_accounts (account_id);
CREATE TABLE investments.opportunity_watches (
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_watches_opportunity REFERENCES investments.opportunities,
  user_id uuid NOT NULL CONSTRAINT opportunity_watches_user REFERENCES identity.users,
  firm_id uuid NOT NULL CONSTRAINT opportunity_watches_firm REFERENCES identity.firms,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (opportunity_id, user_id)
);
CREATE INDEX opportunity_watches_by_user ON investments.opportunity_watches (user_id);
CREATE TABLE investments.interests (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT interests_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT interests_opportunity REFERENCES investments.opportunities,
  account_id uuid NOT NULL CONSTRAINT interests_account REFERENCES people.investor_accounts,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  state text NOT NULL DEFAULT 'standing' CHECK (state IN ('standing', 'withdrawn')),
  changed_at timestamptz NOT NULL,
  CONSTRAINT interests_once UNIQUE (opportunity_id, account_id),
  CONSTRAINT interests_owned UNIQUE (id, firm_id, account_id)
);
CREATE INDEX interests_by_account ON investments.interests (account_id);
CREATE TABLE investments.interest_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL,
  interest_id uuid NOT NULL,
  account_id uuid NOT NULL,
  amount numeric(20,4) NOT NULL,
  state text NOT NULL CHECK (state IN ('standing', 'withdrawn')),
  note text NOT NULL DEFAULT '',
  changed_by uuid NOT NULL CONSTRAINT interest_changes_by REFERENCES identity.users,
  changed_at timestamptz NOT NULL,
  CONSTRAINT interest_changes_interest FOREIGN KEY (interest_id, firm_id, account_id)
    REFERENCES investments.interests (id, firm_id, account_id)
);
CREATE INDEX interest_changes_by_interest ON investments.interest_changes (interest_id, id);
CREATE TABLE investments.opportunity_questions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT opportunity_questions_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_questions_opportunity REFERENCES investments.opportunities,
  asked_by uuid NOT NULL CONSTRAINT opportunity_questions_asker REFERENCES identity.users,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  question text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 2000),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered'))
);
CREATE INDEX opportunity_questions_by_opportunity
  ON investments.opportunity_questions (opportunity_id, asked_at DESC, id DESC);
CREATE INDEX opportunity_questions_by_asker ON investments.opportunity_questions (asked_by, asked_at DESC);
CREATE TABLE investments.opportunity_answers (
  question_id uuid PRIMARY KEY CONSTRAINT opportunity_answers_question REFERENCES investments.opportunity_questions,
  firm_id uuid NOT NULL CONSTRAINT opportunity_answers_firm REFERENCES identity.firms,
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_answers_opportunity REFERENCES investments.opportunities,
  audience text NOT NULL CHECK (audience IN ('asker', 'everybody')),
  question text NOT NULL,
  answer text NOT NULL CHECK (char_length(answer) BETWEEN 1 AND 10000),
  answered_by uuid NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX opportunity_answers_by_opportunity ON investments.opportunity_answers (opportunity_id, answered_at DESC);
CREATE TABLE investments.prospects (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT prospects_firm REFERENCES identity.firms,
  name text NOT NULL CHECK (name <> ''),
  organisation text NOT NULL DEFAULT '',
  account_id uuid CONSTRAINT prospects_account REFERENCES people.investor_accounts,
  opportunity_id uuid CONSTRAINT prospects_opportunity REFERENCES investments.opportunities,
  stage text NOT NULL CHECK (stage IN ('lead', 'contacted', 'meeting', 'diligence', 'committed', 'won', 'lost')),
  amount numeric(20,4) NOT NULL CHECK (amount >= 0),
  currency char(3) NOT NULL,
  probability smallint NOT NULL CHECK (probability BETWEEN 0 AND 100),
  owner_id uuid NOT NULL CONSTRAINT prospects_owner REFERENCES identity.users,
  next_on date,
  next_step text NOT NULL DEFAULT '',
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX prospects_by_stage ON investments.prospects (firm_id, stage, changed_at DESC, id DESC);
CREATE INDEX prospects_by_change ON investments.prospects (firm_id, changed_at DESC, id DESC);
CREATE INDEX prospects_due ON investments.prospects (firm_id, next_on) WHERE next_on IS NOT NULL;
CREATE TABLE investments.prospect_notes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT prospect_notes_firm REFERENCES identity.firms,
  prospect_id uuid NOT NULL CONSTRAINT prospect_notes_prospect REFERENCES investments.prospects ON DELETE CASCADE,
  body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 5000),
  written_by uuid NOT NULL CONSTRAINT prospect_notes_writer REFERENCES identity.users,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX prospect_notes_by_prospect ON investments.prospect_notes (prospect_id, written_at DESC, id DESC);
"""
# Which accounts of a person an opportunity is shown to. Acting for one made the person known to the firm, which for a
# private offering has to be older than the offering. For whom is a parameter, so that the firm's machinery asks alike.
OFFERED = """
CREATE FUNCTION investments.offered_to(person uuid) RETURNS TABLE (opportunity_id uuid, account_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT o.id, m.account_id FROM people.account_members m JOIN investments.opportunities o ON o.firm_id = m.firm_id
  WHERE m.user_id = person AND o.state IN ('open', 'closed', 'funded')
    AND (o.exemption <> '506b' OR m.granted_at < o.opened_at)
    AND (o.audience = 'everybody' OR EXISTS (SELECT FROM investments.opportunity_accounts a
      WHERE a.opportunity_id = o.id AND a.account_id = m.account_id)) $$;
"""
ME = "(SELECT platform.current_actor())"
MINE = f"{FIRM} AND account_id = ANY ((SELECT people.my_accounts_for('members'))::uuid[])"
MY_OPPORTUNITIES = (
    f"{FIRM} AND state IN ('open', 'closed', 'funded') AND EXISTS (SELECT FROM people.account_members m"
    f" WHERE m.user_id = {ME} AND CASE exemption WHEN '506b' THEN m.granted_at < opened_at ELSE true END"
    " AND CASE audience WHEN 'everybody' THEN true ELSE EXISTS (SELECT FROM investments.opportunity_accounts a"
    " WHERE a.opportunity_id = opportunities.id AND a.account_id = m.account_id) END)"
)
OF_MINE = f"{FIRM} AND opportunity_id IN (SELECT o.id FROM investments.opportunities o)"
MY_ANSWERS = (
    f"{OF_MINE} AND CASE audience WHEN 'everybody' THEN true ELSE"
    f" question_id IN (SELECT q.id FROM investments.opportunity_questions q WHERE q.asked_by = {ME}) END"
)
INVESTORS = {
    "verifications": MINE,
    "opportunities": MY_OPPORTUNITIES,
    "opportunity_capacities": OF_MINE,
    "opportunity_closes": OF_MINE,
    "opportunity_documents": f"{OF_MINE} AND document_id IN (SELECT d.id FROM documents.documents d)",
    "opportunity_accounts": MINE,
    "opportunity_watches": f"{FIRM} AND user_id = {ME}",
    "interests": MINE,
    "interest_changes": MINE,
    "opportunity_questions": f"{OF_MINE} AND asked_by = {ME}",
    "opportunity_answers": MY_ANSWERS,
}
KEPT = {
    "verifications": "SELECT, INSERT, UPDATE",
    "interests": "SELECT, INSERT, UPDATE",
    "interest_changes": "SELECT, INSERT",
    "opportunity_answers": "SELECT, INSERT",
}
# Of what is only ever added the firm's machinery takes the words of the erased.
FORGETTING = {
    "interest_changes": "SELECT, INSERT, UPDATE (note)",
    "opportunity_answers": "SELECT, INSERT, UPDATE (question)",
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(OFFERED)
    for table in (*INVESTORS, "prospects", "prospect_notes"):
        rights = KEPT.get(table, "SELECT, INSERT, UPDATE, DELETE")
        theirs = {"investor": "SELECT"} if table in INVESTORS else {}
        mine = {"investor": INVESTORS[table]} if table in INVESTORS else {}
        protect(
            f"investments.{table}",
            {**theirs, "staff": rights, "system": FORGETTING.get(table, rights)},
            {**mine, "staff": FIRM, "system": FIRM},
        )
    op.execute("RESET ROLE")
