"""Every id there is, with the firm it belongs to and the investors who may know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
from psycopg import sql

SCHEMAS = ["platform", "identity", "people", "documents", "investments"]
# What is kept of a person or account under their own id is named by that. Of ids that are numbers only those of acts
# stand in addresses.
KEYS = """
SELECT n.nspname AS schema, c.relname AS name, array_agg(a.attname::text) AS keys, (
    SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  ) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
  AND format_type(a.atttypid, NULL) = CASE c.relname WHEN 'audit_events' THEN 'bigint' ELSE 'uuid' END
WHERE n.nspname = ANY(%s) AND c.relkind = 'r'
  AND c.relname <> ALL (%s) GROUP BY 1, 2, c.oid ORDER BY 1, 2
"""
# What joins others, whose ids are harvested where they are.
UNNAMED = [
    "subject_keys", "profiles", "call_excuses", "call_share_lines", "call_equalisations",
    *("room_descriptions", "room_members", "room_permissions", "room_placements", "room_visits"),
    *("opportunity_accounts", "opportunity_capacities", "opportunity_documents", "opportunity_watches"),
    "opportunity_vehicles",
    *("subscription_setups", "statement_sheets", "index_versions", "index_levels", "line_draws"),
    *("tax_allocations", "tax_seasons"),
]  # fmt: skip
# Whoever acts for an account, and whoever is let see it.
SEERS = """
(SELECT account_id, user_id FROM people.account_members
 UNION SELECT a.account_id, d.delegate_id FROM people.delegated_accounts a
   JOIN people.delegations d ON d.id = a.delegation_id) AS seers
"""
MEMBERS = f"SELECT account_id, array_agg(user_id) FROM {SEERS} GROUP BY 1"
HOLDERS = f"SELECT h.vehicle_id, user_id FROM investments.holdings h JOIN {SEERS} USING (account_id)"
# Who may see a document, said another way than the product says it: whoever acts for an account it is for, and whoever
# is let see papers of its type there. (Those who are let see any are let see statements, notices and tax forms.)
COMERS = """
(SELECT m.room_id, m.user_id, r.nda_version IS NULL OR EXISTS (
    SELECT FROM documents.room_agreements a
    WHERE (a.room_id, a.user_id, a.version) = (r.id, m.user_id, r.nda_version)) AS has_signed
  FROM documents.room_members m JOIN documents.rooms r ON r.id = m.room_id
  WHERE m.removed_at IS NULL AND (m.until IS NULL OR m.until > now()) AND r.state = 'open'
    AND tstzrange(r.opens_at, r.closes_at) @> now()) AS m
"""
FOLDERS = f"""
SELECT folder_id, array_agg(user_id) FROM documents.room_permissions JOIN documents.room_placements USING (group_id)
JOIN {COMERS} USING (room_id, user_id) WHERE has_signed GROUP BY 1
"""
ROOMS = f"SELECT room_id, array_agg(user_id) FROM {COMERS} GROUP BY 1"
GROUPS = f"""
SELECT group_id, array_agg(user_id) FROM documents.room_placements JOIN {COMERS} USING (room_id, user_id)
WHERE has_signed GROUP BY 1
"""
READERS = f"""
WITH reaches AS (
  SELECT a.document_id, split_part(a.reach, ':', 1) AS scope, split_part(a.reach, ':', 2)::uuid AS id
  FROM documents.audiences a JOIN documents.documents d ON d.id = a.document_id
  WHERE d.state = 'published' AND COALESCE(d.expires_at, 'infinity') > now() AND COALESCE(a.until, 'infinity') > now()),
accounts AS (
  SELECT r.document_id, r.scope, a.id FROM reaches r JOIN people.investor_accounts a ON r.id IN (a.id, a.firm_id)
  UNION SELECT r.document_id, r.scope, h.account_id FROM reaches r JOIN investments.holdings h ON h.vehicle_id = r.id)
SELECT document_id, array_agg(user_id) FROM (
  SELECT document_id, user_id FROM accounts JOIN people.account_members m ON m.account_id = accounts.id
  UNION SELECT document_id, user_id FROM accounts JOIN {SEERS} ON seers.account_id = accounts.id
    WHERE scope IN ('statements', 'notices', 'tax_forms')
  UNION SELECT r.document_id, m.user_id FROM reaches r
    JOIN documents.room_permissions ON scope = 'room' AND folder_id = r.id
    JOIN documents.room_placements USING (group_id) JOIN {COMERS} USING (room_id, user_id) WHERE has_signed
  UNION SELECT document_id, id FROM reaches WHERE scope = 'person') readers GROUP BY 1
"""
IN_FORCE = """
SELECT v.id, v.document_id FROM documents.versions v JOIN documents.documents d ON d.id = v.document_id
WHERE v.number = d.published_version AND v.state = 'released'
"""
# Who is asked to sign, or was: only the right one of those a document went through.
SIGNERS = """
SELECT envelope_id, array_agg(user_id) FROM documents.signers
WHERE asked_at IS NOT NULL AND state <> 'forwarded' GROUP BY 1
"""
# Whoever entered and asked, is in the group it was answered to, or one of everybody; who may read what it is about.
ANSWERS = f"""
WITH readers (document_id, users) AS ({READERS})
SELECT a.id, array_agg(m.user_id) FROM documents.room_answers a
JOIN documents.room_questions q ON q.id = a.question_id
JOIN {COMERS} ON m.room_id = a.room_id AND has_signed
LEFT JOIN readers r ON r.document_id = a.document_id
WHERE (a.document_id IS NULL OR m.user_id = ANY (r.users))
  AND (m.user_id = q.asked_by OR a.audience = 'everybody' OR EXISTS (
    SELECT FROM documents.room_placements p WHERE (p.group_id, p.user_id) = (a.group_id, m.user_id)))
GROUP BY 1
"""
QUESTIONS = f"""
SELECT q.id, array_agg(q.asked_by) FROM documents.room_questions q
JOIN {COMERS} ON (m.room_id, m.user_id) = (q.room_id, q.asked_by) AND has_signed GROUP BY 1
"""
AGREEMENTS = f"""
SELECT a.id, array_agg(a.user_id) FROM documents.room_agreements a JOIN {COMERS} USING (room_id, user_id) GROUP BY 1
"""
# To whom an opportunity is shown; a question about it is known to who asked, and to all once all read the answer.
OFFERED = """
SELECT o.id, array_agg(m.user_id) FROM investments.opportunities o
JOIN people.account_members m ON m.firm_id = o.firm_id
LEFT JOIN (
  SELECT opportunity_id, account_id FROM investments.opportunity_accounts
  UNION SELECT v.opportunity_id, h.account_id FROM investments.opportunity_vehicles v
    JOIN investments.holdings h USING (vehicle_id)
) a ON (a.opportunity_id, a.account_id) = (o.id, m.account_id)
WHERE o.opened_at > CASE o.exemption WHEN '506b' THEN m.granted_at ELSE '-infinity' END
  AND 'everybody' = CASE WHEN a.account_id IS NULL THEN o.audience ELSE 'everybody' END GROUP BY 1
"""
INQUIRIES = f"""
SELECT q.id, q.asked_by || COALESCE(o.users, '{{}}') FROM investments.opportunity_questions q
LEFT JOIN investments.opportunity_answers w ON w.question_id = q.id AND w.audience = 'everybody'
LEFT JOIN ({OFFERED}) AS o (id, users) ON o.id = w.opportunity_id
"""
# Whoever sees an account that an approved distribution pays.
PAID = f"""
SELECT distribution_id, array_agg(user_id) FROM investments.distribution_shares JOIN {SEERS} USING (account_id)
WHERE issued GROUP BY 1
"""
ITEMS = "SELECT id, COALESCE(document_id, child_id) FROM documents.room_items"
ARCHIVES = "SELECT id, user_id FROM documents.archives"
CALLED = f"""
SELECT call_id, array_agg(user_id) FROM investments.call_shares JOIN {SEERS} USING (account_id) GROUP BY 1
"""
EVERYBODY = "SELECT firm_id, array_agg(id) FROM identity.users GROUP BY 1"
# The column that says whom a row is about, where it is not its account or its user.
WHOSE = {
    "investor_accounts": "id", "users": "id", "vehicles": "id", "consent_purposes": "firm_id", "documents": "id",
    "versions": "id", "audiences": "document_id", "withdrawals": "document_id", "envelopes": "id",
    "signing_fields": "envelope_id",
    "page_images": "version_id", "archive_items": "archive_id",
    "capital_calls": "id", "call_lines": "call_id",
    "folders": "id", "rooms": "id", "room_answers": "id", "room_items": "id", "room_texts": "room_id",
    "room_questions": "id", "room_groups": "id", "room_agreements": "id",
    "opportunities": "id", "opportunity_closes": "opportunity_id", "opportunity_questions": "id",
    "subscription_forms": "opportunity_id",
    "opportunity_answers": "question_id", "prospects": "owner_id",
    "distributions": "id", "index_series": "firm_id",
}  # fmt: skip
OF_PEOPLE = {"investor_accounts", "users"}


@dataclass(frozen=True)
class Found:
    """An id of a row of `table`; `owners` are the investors whom the row is about."""

    table: str
    id: str
    firm_id: UUID
    owners: frozenset[UUID]


def harvest(admin_url: str) -> list[Found]:
    """The ids of every table of both firms, in one order on every machine that made them in one order."""
    with psycopg.connect(admin_url) as connection:
        members = {account: frozenset(users) for account, users in connection.execute(MEMBERS)}
        holders: dict[UUID, frozenset[UUID]] = {}
        for vehicle, user in connection.execute(HOLDERS):
            holders[vehicle] = holders.get(vehicle, frozenset()) | {user}
        firms = {firm: frozenset(users) for firm, users in connection.execute(EVERYBODY)}
        readers = {document: frozenset(users) for document, users in connection.execute(READERS)}
        readers |= {room: frozenset(users) for room, users in connection.execute(ROOMS)}
        for those in (GROUPS, QUESTIONS, ANSWERS, AGREEMENTS, OFFERED, INQUIRIES):
            readers |= {thing: frozenset(users) for thing, users in connection.execute(those)}
        readers |= {archive: frozenset([user]) for archive, user in connection.execute(ARCHIVES)}
        readers |= {call: frozenset(users) for call, users in connection.execute(CALLED)}
        readers |= {folder: frozenset(users) for folder, users in connection.execute(FOLDERS)}
        readers |= {item: readers.get(thing, frozenset()) for item, thing in connection.execute(ITEMS)}
        readers |= {version: readers.get(document, frozenset()) for version, document in connection.execute(IN_FORCE)}
        readers |= {envelope: frozenset(users) for envelope, users in connection.execute(SIGNERS)}
        readers |= {payout: frozenset(users) for payout, users in connection.execute(PAID)}
        found = {
            (each.table, each.id): each
            for schema, name, keys, columns in connection.execute(KEYS, (SCHEMAS, UNNAMED)).fetchall()
            for each in _rows(connection, schema, name, keys, columns, members, holders | firms | readers)
        }
    owners: dict[str, frozenset[UUID]] = {}
    for each in found.values():
        owners[each.id] = owners.get(each.id, frozenset()) | each.owners
    return [replace(each, owners=owners[each.id]) for each in found.values()]


def _rows(
    connection: psycopg.Connection, schema: str, name: str, keys: list[str], columns: list[str],
    members: dict[UUID, frozenset[UUID]], others: dict[UUID, frozenset[UUID]],
) -> list[Found]:  # fmt: skip
    """What one table holds. A row is about the members of its account, else about its user, else about nobody; what a
    firm asks consent for is everybody's in it."""
    whose = WHOSE.get(name)
    whose = whose or next((each for each in ("account_id", "user_id") if each in columns), None)
    firm = "firm_id" if "firm_id" in columns else "id"
    statement = sql.SQL("SELECT {}, {}, {} FROM {}").format(
        sql.Identifier(firm),
        sql.Identifier(whose) if whose else sql.SQL("NULL::uuid"),
        sql.SQL("ARRAY[{}]").format(sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(k)) for k in keys)),
        sql.Identifier(schema, name),
    )
    known = {"account_id": members, "investor_accounts": members} | dict.fromkeys(WHOSE.keys() - OF_PEOPLE, others)
    found = []
    for firm_id, subject, ids in connection.execute(statement):
        table = known.get(name) or known.get(whose or "")
        about = table.get(subject, frozenset()) if table is not None else frozenset({subject} - {None})
        found += [Found(f"{schema}.{name}", each, firm_id, about) for each in ids]
    return found
