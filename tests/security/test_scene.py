"""The scene has everything that a firm can have, and its mail told nobody what is not theirs."""

from __future__ import annotations

from email import message_from_bytes, policy

import psycopg
from psycopg import sql

from portal.platform.embedded.mailbox import Mailbox
from tests.security.canaries import CANARY
from tests.security.harvest import SCHEMAS
from tests.security.reading import scopes_in
from tests.security.scene import Scene

# Names of columns in which nobody writes words of their own: codes, digests, keys, numbers of the product.
CODES = {
    "accent", "act", "business_key", "content_digest", "currency", "day_count", "digest", "file_digest", "file_key",
    "figures_digest", "frequency", "hash", "host", "image_key", "job", "kind", "locale", "number", "once_key",
    "options", "password_hash", "pdf_digest", "preferred_compounding", "proven_by", "purpose", "request_id", "result",
    "role", "shape_key", "slug", "stage", "state", "subject", "tax_class", "tax_residence", "time_zone", "type",
    "waterfall",
}  # fmt: skip
# Columns whose words nobody can choose, or that are public.
FREE = {
    "documents.acknowledgements.address": "a network address",
    "documents.archive_items.left_out": "a code",
    "documents.reads.address": "a network address",
    "documents.reads.way": "a code",
    "documents.audiences.reach": "codes and ids",
    "documents.batches.period": "a year, quarter or month",
    "documents.batches.problem": "a sentence of the product",
    "documents.documents.audience": "a code",
    "documents.documents.period": "a year, quarter or month",
    "documents.documents.roles": "codes",
    "documents.documents.source": "an id",
    "documents.documents.stopped": "a sentence of the product",
    "documents.share_devices.address": "a network address",
    "documents.envelopes.consent_version": "the version of a text of the product",
    "documents.envelopes.finished_digest": "a digest",
    "documents.signing_events.address": "a network address",
    "documents.signing_events.consent_version": "the version of a text of the product",
    "documents.signing_events.shown": "a digest",
    "documents.pieces.evidence": "ids and codes",
    "documents.pieces.problem": "a sentence of the product",
    "documents.uploads.key": "a key of the store",
    "documents.uploads.store_upload": "a name of the store's",
    "documents.versions.raw_key": "a key of the store",
    "documents.versions.refusal": "a sentence of the product",
    "documents.versions.removed": "codes",
    "documents.room_agreements.address": "a network address",
    "documents.room_answers.audience": "a code",
    "documents.room_permissions.permission": "a code",
    "documents.withdrawals.reach": "codes and ids",
    "identity.attempts.address": "a network address; the rows go with every success",
    "identity.firms.name": "on the sign-in page for everybody",
    "identity.passkeys.rp_id": "the name of the host",
    "identity.passkeys.transports": "codes",
    "identity.recoveries.ended": "a code",
    "people.attestations.content": "ids, codes and dates",
    "people.consents.address": "a network address",
    "people.erasures.account_ids": "ids",
    "people.erasures.plan": "codes and dates",
    "people.retention_terms.category": "a code",
    "people.delegations.relation": "a code",
    "people.delegations.scopes": "codes",
    "people.payment_instructions.escalated_for": "codes",
    "people.payment_instructions.method": "a code",
    "identity.subject_keys.key_id": "the name of a key",
    "identity.sessions.address": "a network address",
    "investments.call_shares.reference": "the number of the call and of the account",
    "investments.receiving_details.method": "a code",
    "investments.receiving_details.routing": "the number of a bank",
    "investments.bank_files.format": "a code",
    "investments.bank_lines.identity": "a digest",
    "investments.late_interests.reference": "the number of the call and of the account",
    "investments.outgoing_payments.payment_code": "the number of the file and of the place in it",
    "investments.outgoing_payments.return_code": "a code",
    "investments.outgoing_payments.trace": "the numbers of a bank and of the place in a file",
    "investments.payment_files.format": "a code",
    "investments.payment_origins.bic": "the code of a bank",
    "investments.payment_origins.company_id": "the number of the firm at its bank",
    "investments.payment_origins.iban": "the number of the firm's own account",
    "investments.payment_origins.routing": "the number of a bank",
    "investments.receipt_parts.reference": "the number of the call and of the account",
    "investments.receipts.excess_state": "a code",
    "investments.receipts.reason": "a code",
    "investments.imports.problem": "a sentence of the product",
    "investments.index_versions.digest": "a digest",
    "investments.pacings.contributions": "numbers",
    "investments.opportunities.audience": "a code",
    "investments.opportunities.exemption": "a code",
    "investments.opportunities.jurisdictions": "codes of countries",
    "investments.opportunity_answers.audience": "a code",
    "investments.deals.costs": "days, codes and amounts",
    "investments.distribution_shares.tiers": "codes and amounts",
    "investments.distributions.lines": "codes and amounts",
    "investments.distributions.method": "a code",
    "investments.withholding_rates.holder_kind": "a code",
    "investments.withholding_rates.residence": "a country",
    "investments.withholding_rates.source": "a code",
    "investments.postings.bucket": "a code",
    "investments.verifications.basis": "a code",
    "investments.subscription_setups.allocation": "a code",
    "investments.subscriptions.agreed": "codes",
    "investments.statement_runs.fund": "codes and amounts",
    "investments.statements.problem": "a sentence of the product",
    "investments.vehicles.accrues_from": "a code",
    "investments.vehicles.calendar": "a code",
    "investments.vehicles.fee_basis": "a code",
    "investments.vehicles.fee_frequency": "a code",
    "investments.valuations.components": "codes and amounts",
    "investments.valuations.basis": "a code",
    "investments.fee_charges.basis": "a code",
    "investments.tax_allocations.boxes": "numbers of boxes and amounts",
    "investments.tax_allocations.income": "codes and rates",
    "investments.tax_consents.body": "a text of the product",
    "investments.tax_forms.delivery": "a code",
    "investments.tax_forms.income": "codes and rates",
    "investments.tax_forms.stage": "a code",
    "investments.tax_runs.payer_ein": "digits",
    "investments.tax_runs.stage": "a code",
    "investments.tax_runs.totals": "numbers of boxes and amounts",
    "investments.fee_charges.paid_from": "a code",
    "platform.file_losses.place": "the name of a table",
    "platform.file_losses.problem": "a code",
    "platform.outbox.arguments": "ids, and what is sealed",
}
TEXTS = """
SELECT table_schema, table_name, column_name FROM information_schema.columns JOIN information_schema.tables
  USING (table_schema, table_name)
WHERE table_schema = ANY(%s) AND table_type = 'BASE TABLE' AND data_type IN ('text', 'character', 'jsonb', 'ARRAY')
ORDER BY 1, 2, ordinal_position
"""
TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema = ANY(%s) AND table_type = 'BASE TABLE' ORDER BY 1, 2
"""


def test_each_text_has_a_canary(scene: Scene, scene_url: str) -> None:
    with psycopg.connect(scene_url) as connection:
        missing = [
            f"{schema}.{table}.{column}"
            for schema, table, column in connection.execute(TEXTS, (SCHEMAS,)).fetchall()
            if column not in CODES
            and f"{schema}.{table}.{column}" not in FREE
            and not _has_canary(connection, schema, table, column)
        ]
    assert not missing, f"Let the scene (tests/security/scene.py) write a canary into {missing}, or say why not here."


def test_no_excuse_outlives_its_reason(scene: Scene, scene_url: str) -> None:
    with psycopg.connect(scene_url) as connection:
        texts = {".".join(place): place for place in connection.execute(TEXTS, (SCHEMAS,))}
        over = [name for name in FREE if name not in texts or _has_canary(connection, *texts[name])]
    assert not over, f"Take {over} out of FREE: they are gone, or the scene writes a canary there."


def test_each_table_has_rows(scene: Scene, scene_url: str) -> None:
    with psycopg.connect(scene_url) as connection:
        missing = [
            f"{schema}.{table}"
            for schema, table in connection.execute(TABLES, (SCHEMAS,)).fetchall()
            if not _answer(connection, sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema, table)))
        ]
    assert not missing, f"Let the scene (tests/security/scene.py) make a row in {missing}."


def _has_canary(connection: psycopg.Connection, schema: str, table: str, column: str) -> bool:
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {}::text ~* {})")
    return _answer(
        connection,
        statement.format(
            sql.Identifier(schema, table), sql.Identifier(column), sql.Literal(CANARY.pattern.replace(r"\d", "[0-9]"))
        ),
    )


def _answer(connection: psycopg.Connection, statement: sql.Composed) -> bool:
    row = connection.execute(statement).fetchone()
    return row is not None and bool(row[0])


def test_mail_tells_its_reader_only_what_is_theirs(scene: Scene, scene_mail: Mailbox) -> None:
    read = 0
    for file in scene_mail.directory.glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        text = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
        (reader,) = scopes_in(mail["To"].addresses[0].addr_spec)
        theirs = {reader, reader.removesuffix("own"), f"{reader}own", f"{reader}lent", "shared"}
        theirs |= {"ada"} if reader == "delegate" else set()
        # Who asked for a signature is told what became of it; their address is known to all of the firm.
        theirs |= {"ada", "adaown", "ben", "benown"} if reader == "shared" else set()
        strangers = scopes_in(f"{mail['Subject']} {text}").keys() - theirs
        assert not strangers, f"{mail['To']} reads of {strangers} in {mail['Subject']}"
        read += 1
    assert read >= 10
