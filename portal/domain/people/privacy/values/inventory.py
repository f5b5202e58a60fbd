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
    Held("investments.distribution_shares", C.BOOKS, "investments/distributions"),
    Held("investments.subscriptions", C.BOOKS, "investments/subscriptions"),
    Held("investments.subscription_events", C.BOOKS, "investments/subscription-steps"),
    Held("investments.subscription_setups", C.NOTHING, reason="How an offering takes subscriptions, and who signs."),
    Held("investments.subscription_forms", C.NOTHING, reason="What the firm asks of all who subscribe."),
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
    Held("investments.notices", C.BOOKS, "investments/notices"),
    Held("investments.call_shares", C.BOOKS, reason="What you were called for is in the notices among your documents."),
    Held("investments.call_share_lines", C.BOOKS, reason="The lines of what you were called for, as in the notices."),
    Held("investments.call_equalisations", C.BOOKS, reason="What a late close changes for you is in its notice."),
    Held("investments.call_payments", C.BOOKS, reason="What you paid of a call is among your transactions."),
    Held(
        "investments.call_excuses", C.BOOKS, reason="The firm's preparation of a call; what came of it is the notice."
    ),
    Held("investments.capital_calls", C.NOTHING, reason="The firm's work on the calls of a whole vehicle."),
    Held("investments.receiving_details", C.NOTHING, reason="The firm's own bank accounts."),
    Held("investments.valuations", C.NOTHING, reason="What a whole vehicle was worth; your parts are transactions."),
    Held("investments.valuation_shares", C.BOOKS, reason="Your part of each value; it is among your transactions."),
    Held("investments.fee_charges", C.NOTHING, reason="The fee of a whole vehicle; your parts are transactions."),
    Held("investments.fee_shares", C.BOOKS, reason="Your part of each fee; it is among your transactions."),
    Held("investments.transfers", C.BOOKS, reason="Interests given and taken over; they are among your transactions."),
    Held("investments.tax_forms", C.BOOKS, "investments/tax-forms"),
    Held("investments.tax_allocations", C.BOOKS, reason="The firm's work on tax forms; what came of it are the forms."),
    Held("investments.tax_runs", C.NOTHING, reason="The firm's work on the tax forms of a whole vehicle."),
    Held("investments.tax_seasons", C.NOTHING, reason="When the tax forms of a vehicle are expected."),
    Held("investments.tax_consents", C.RECORD, "accounts/tax-consents"),
    Held("investments.statement_runs", C.NOTHING, reason="The firm's work on the statements of a whole vehicle."),
    Held("investments.verifications", C.BOOKS, "investments/verifications"),
    Held("investments.opportunities", C.NOTHING, reason="What the firm offers; what you said to it is listed."),
    Held("investments.opportunity_vehicles", C.NOTHING, reason="To the investors of which vehicles the firm offers."),
    Held("investments.opportunity_accounts", C.BOOKS, reason="To whom the firm offers something; you see what it is."),
    Held("investments.opportunity_watches", C.READING, "investments/watched"),
    Held("investments.interests", C.BOOKS, "investments/interests"),
    Held("investments.interest_changes", C.BOOKS, "investments/interests"),
    Held("investments.opportunity_questions", C.RECORD, "investments/opportunity-questions"),
    Held("investments.opportunity_answers", C.RECORD, "investments/opportunity-questions"),
    Held("investments.prospects", C.NOTHING, reason="The firm's own notes on whom it may come to work with."),
    Held("investments.prospect_notes", C.NOTHING, reason="The firm's own notes on whom it may come to work with."),
    Held(
        "investments.distributions", C.NOTHING, reason="Payments out of a whole vehicle; yours are your shares of them."
    ),
    Held("investments.deals", C.NOTHING, reason="What a vehicle invested in, and what it cost."),
    Held("investments.withholding_rates", C.NOTHING, reason="Rates of tax by country, for whole vehicles."),
    Held("investments.carry_releases", C.BOOKS, reason="Carry let go to an account; it is among your transactions."),
    Held("investments.index_versions", C.NOTHING, reason="Values of public markets that staff uploaded."),
    Held("investments.line_draws", C.NOTHING, reason="When a vehicle drew on its bank for a whole capital call."),
    Held("investments.bank_files", C.NOTHING, reason="The firm's bank statements; what came of them are transactions."),
    Held("investments.receipts", C.NOTHING, reason="The firm's work on its bank statements; your payments are listed."),
    Held("investments.receipt_parts", C.BOOKS, reason="Which payment paid what; your payments and calls are listed."),
    Held("investments.late_interests", C.BOOKS, reason="Interest asked for on late payments; what was paid is listed."),
    Held("investments.bank_layouts", C.NOTHING, reason="The names of columns in the firm's bank statements."),
    Held("investments.payment_origins", C.NOTHING, reason="The bank accounts that the firm's vehicles pay from."),
    Held("investments.payment_files", C.NOTHING, reason="Files for the firm's banks; your distributions are listed."),
    Held("investments.outgoing_payments", C.BOOKS, reason="Which file paid what; your distributions are listed."),
    Held("investments.imports", C.NOTHING, reason="The firm's files of history; what came of them are transactions."),
)
