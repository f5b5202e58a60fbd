"""What the product holds about people, table by table: what its owner is given of it, and what erasure does with it.

Each table that names a person or an account stands here; a test keeps it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What erasure treats alike."""

    SIGN_IN = "sign_in"
    CONTACT = "contact"
    EXPORTS = "exports"
    READING = "reading"
    BOOKS = "books"
    TAX = "tax"
    RECORD = "record"
    NOTHING = "nothing"  # of a person: of the firm, or nobody's


@dataclass(frozen=True, slots=True)
class Held:
    """A table. `file` is what its owner gets of it in an export; where there is none, `reason` says why not."""

    table: str
    category: Category
    file: str | None = None
    reason: str = ""


C = Category
INVENTORY = (
    Held("identity.users", C.CONTACT, "you/person"),
    Held("identity.role_grants", C.SIGN_IN, "sign-in/roles"),
    Held("identity.sessions", C.SIGN_IN, "sign-in/sessions"),
    Held("identity.totp_factors", C.SIGN_IN, "sign-in/factors"),
    Held("identity.recovery_codes", C.SIGN_IN, "sign-in/recovery-codes"),
    Held("identity.passkeys", C.SIGN_IN, "sign-in/passkeys"),
    Held("identity.text_factors", C.SIGN_IN, "sign-in/text-messages"),
    Held("identity.text_codes", C.SIGN_IN, reason="A code on its way, good for five minutes; we keep a digest of it."),
    Held("identity.recoveries", C.RECORD, "sign-in/recoveries"),
    Held("identity.contact_changes", C.CONTACT, "you/contact-changes"),
    Held("identity.viewings", C.RECORD, "record/views"),
    Held("identity.links", C.SIGN_IN, "sign-in/links"),
    Held("identity.refresh_tokens", C.SIGN_IN, reason="Secrets of apps; the sessions they belong to are listed."),
    Held(
        "platform.idempotency", C.SIGN_IN, reason="Answers to what was sent, so that nothing is done twice; seven days."
    ),
    Held("identity.factor_attempts", C.SIGN_IN, reason="Moments of wrong codes, forgotten after a day."),
    Held("identity.approvals", C.RECORD, "record/requests"),
    Held("identity.approval_votes", C.RECORD, "record/decisions"),
    Held("identity.audit_events", C.RECORD, "record/acts"),
    Held("people.investor_accounts", C.BOOKS, "accounts/accounts"),
    Held("people.account_members", C.BOOKS, "accounts/accounts"),
    Held("people.profiles", C.TAX, "you/details"),
    Held("people.payment_instructions", C.TAX, "accounts/bank-details"),
    Held("people.payment_instruction_events", C.RECORD, "accounts/bank-detail-steps"),
    Held("people.delegations", C.RECORD, "accounts/delegations"),
    Held("people.delegated_accounts", C.SIGN_IN, "accounts/delegations"),
    Held("people.attestations", C.RECORD, reason="The firm's yearly review of who sees what, kept word for word."),
    Held("people.consents", C.RECORD, "you/consents"),
    Held("people.consent_texts", C.NOTHING, "you/consents"),
    Held("people.data_exports", C.EXPORTS, "you/exports"),
    Held("people.erasures", C.RECORD, "you/erasures"),
    Held("people.legal_holds", C.RECORD, reason="Told by the firm alone, which may have to keep a dispute quiet."),
    Held("identity.subject_keys", C.TAX, reason="The sealed key under which details of yours are kept; a secret."),
    Held("investments.holdings", C.BOOKS, "investments/holdings"),
    Held("investments.journals", C.BOOKS, "investments/transactions"),
    Held("investments.postings", C.BOOKS, "investments/postings"),
    Held("investments.statements", C.BOOKS, "investments/statements"),
    Held("documents.documents", C.BOOKS, "documents/documents"),
    Held("documents.versions", C.BOOKS, "documents/documents"),
    Held("documents.audiences", C.BOOKS, "documents/documents"),
    Held("documents.withdrawals", C.BOOKS, reason="Which documents were taken from a list, so that apps learn of it."),
    Held("documents.texts", C.BOOKS, reason="What documents say, sealed, to find whom they name; yours are listed."),
    Held("documents.clearings", C.BOOKS, reason="The firm's checks of whom a document may name; yours are listed."),
    Held("documents.batches", C.NOTHING, reason="The firm's work on files of many; what came of them are documents."),
    Held("documents.pieces", C.BOOKS, reason="How such a file was split; what came of it for you are documents."),
    Held("documents.papers", C.BOOKS, "documents/papers"),
    Held("documents.uploads", C.READING, "documents/uploads"),
    Held("documents.folders", C.BOOKS, reason="How the firm sorts its documents; yours are listed."),
    Held("documents.holds", C.NOTHING, reason="Told by the firm alone, which may have to keep a dispute quiet."),
    Held("documents.retention", C.NOTHING, reason="How long the firm keeps documents of each type."),
    Held("documents.reads", C.READING, "documents/readings"),
    Held("documents.page_views", C.READING, "documents/pages-read"),
    Held("documents.acknowledgements", C.RECORD, "documents/confirmations"),
    Held("documents.archives", C.EXPORTS, "documents/archives"),
    Held("documents.archive_items", C.EXPORTS, "documents/archives"),
    Held("documents.shares", C.NOTHING, "documents/shares"),
    Held("documents.share_codes", C.NOTHING, reason="A code on its way to a reader outside; we keep a digest of it."),
    Held("documents.share_devices", C.NOTHING, reason="Of readers outside, who ask the firm; forgotten with the link."),
    Held("documents.envelopes", C.RECORD, "documents/signing"),
    Held("documents.signers", C.RECORD, "documents/signing"),
    Held("documents.signing_events", C.RECORD, "documents/signing-steps"),
    Held("documents.rooms", C.NOTHING, "documents/rooms"),
    Held("documents.room_members", C.READING, "documents/rooms"),
    Held("documents.room_visits", C.READING, "documents/rooms"),
    Held("documents.room_placements", C.READING, reason="How the firm sorts the people of a room; they are not told."),
    Held("documents.room_texts", C.NOTHING, "documents/room-agreements"),
    Held("documents.room_agreements", C.RECORD, "documents/room-agreements"),
    Held("documents.room_questions", C.RECORD, "documents/room-questions"),
    Held("documents.room_answers", C.RECORD, "documents/room-questions"),
    Held("investments.statement_runs", C.NOTHING, reason="The firm's work on the statements of a whole vehicle."),
    Held("investments.imports", C.NOTHING, reason="The firm's files of history; what came of them are transactions."),
)
