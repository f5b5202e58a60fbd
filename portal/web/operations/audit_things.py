"""The things that acts were done to: their names and pages, as far as the reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.record.queries import find_person_names
from portal.domain.identity.record.values.events import Event
from portal.domain.investments.capital_calls.queries.calls import find_call_names
from portal.domain.investments.distributions.queries.distributions import find_distribution_names
from portal.domain.investments.fees.queries import find_fee_names
from portal.domain.investments.imports.queries.imports import find_import_names
from portal.domain.investments.index_series.queries import find_index_names
from portal.domain.investments.opportunities.queries.opportunities import find_opportunity_names
from portal.domain.investments.tax_forms.queries.runs import find_tax_run_names
from portal.domain.investments.transfers.queries import find_transfer_names
from portal.domain.investments.valuations.queries import find_valuation_names
from portal.domain.investments.vehicles.queries import find_vehicle_names
from portal.domain.people.investor_accounts.queries import find_account_names

P = Permission
KINDS = {
    "account": "Account",
    "approval": "Approval",
    "attestation": "Attestation",
    "bank_file": "Bank file",
    "bank_line": "Payment received",
    "batch": "Ledger batch",
    "call_share": "Share of a capital call",
    "capital_call": "Capital call",
    "delegation": "Shared access",
    "distribution": "Distribution",
    "document": "Document",
    "document_archive": "Several documents in one file",
    "document_hold": "Legal hold on documents",
    "document_type": "Type of document",
    "envelope": "Document for signing",
    "erasure": "Erasure",
    "export": "Export of personal data",
    "factor": "Second factor",
    "field": "Field of a document for signing",
    "filing_batch": "Batch of documents",
    "firm": "Firm",
    "folder": "Folder",
    "group": "Group of a data room",
    "hold": "Legal hold",
    "holding": "Holding",
    "import": "Import",
    "index": "Index",
    "instruction": "Bank details",
    "item": "Place in a data room",
    "journal": "Transaction",
    "late_interest": "Interest on a late payment",
    "link": "Link",
    "list": "List",
    "close": "Close of an opportunity",
    "offering_question": "Question about an opportunity",
    "opportunity": "Opportunity",
    "notice": "Notice",
    "rate": "Rate of withholding",
    "paper": "Paper of an investor",
    "passkey": "Passkey",
    "payment_file": "Payment file",
    "piece": "Piece of a batch of documents",
    "prospect": "Somebody in the pipeline",
    "purpose": "Consent",
    "question": "Question in a data room",
    "receipt": "Receipt of a payment",
    "recovery": "Lost second factor",
    "room": "Data room",
    "route": "Page",
    "session": "Session",
    "share": "Share with a reader outside",
    "statement": "Statement",
    "subscription": "Subscription",
    "statement_run": "Statement run",
    "subject": "Personal details",
    "upload": "Upload",
    "user": "Person",
    "vehicle": "Vehicle",
    "verification": "Verification of an account",
    "version": "Version of a document",
    "viewing": "View as an investor",
    "valuation": "Valuation",
    "fee_charge": "Management fee",
    "tax_form": "Tax form",
    "tax_run": "Tax forms of a vehicle",
    "transfer": "Transfer of an interest",
}
Names = Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]]
# Where the names of a kind come from, and who may see them.
NAMES: dict[str, tuple[Names, Permission]] = {
    "account": (find_account_names, P.SEE_ALL_PORTFOLIOS),
    "batch": (find_import_names, P.SEE_ALL_PORTFOLIOS),
    "capital_call": (find_call_names, P.SEE_ALL_PORTFOLIOS),
    "distribution": (find_distribution_names, P.SEE_ALL_PORTFOLIOS),
    "import": (find_import_names, P.SEE_ALL_PORTFOLIOS),
    "index": (find_index_names, P.SEE_ALL_PORTFOLIOS),
    "opportunity": (find_opportunity_names, P.SEE_ALL_PORTFOLIOS),
    "user": (find_person_names, P.SEE_AUDIT),
    "vehicle": (find_vehicle_names, P.SEE_ALL_PORTFOLIOS),
    "valuation": (find_valuation_names, P.SEE_ALL_PORTFOLIOS),
    "fee_charge": (find_fee_names, P.SEE_ALL_PORTFOLIOS),
    "tax_run": (find_tax_run_names, P.SEE_ALL_PORTFOLIOS),
    "transfer": (find_transfer_names, P.SEE_ALL_PORTFOLIOS),
}
# The page of a thing: its endpoint, what the address calls the id, and who may open it.
PAGES = {
    "account": ("investor_accounts.show", "account_id", P.SEE_ALL_PORTFOLIOS),
    "capital_call": ("capital_calls.show", "call_id", P.SEE_ALL_PORTFOLIOS),
    "delegation": ("shared_access.show", "delegation_id", P.SEE_ALL_PORTFOLIOS),
    "distribution": ("distributions.show", "distribution_id", P.SEE_ALL_PORTFOLIOS),
    "holding": ("holdings.show", "holding_id", P.SEE_ALL_PORTFOLIOS),
    "statement": ("statements.show", "statement_id", P.SEE_ALL_PORTFOLIOS),
    "index": ("index_series.show", "index_id", P.SEE_ALL_PORTFOLIOS),
    "import": ("imports.show", "import_id", P.PREPARE_IMPORTS),
    "statement_run": ("statement_runs.show", "run_id", P.PREPARE_STATEMENTS),
    "opportunity": ("opportunities.show", "opportunity_id", P.SEE_ALL_PORTFOLIOS),
    "prospect": ("prospects.show", "prospect_id", P.SEE_ALL_PORTFOLIOS),
    "verification": ("verifications.show", "verification_id", P.VERIFY_INVESTORS),
    "approval": ("approvals.show", "approval_id", P.APPROVE_PEOPLE),
    "purpose": ("consent_texts.show", "purpose_id", P.HANDLE_PRIVACY),
    "user": ("users.show", "user_id", P.EDIT_PEOPLE),
    "vehicle": ("vehicles.show", "vehicle_id", P.SEE_ALL_PORTFOLIOS),
    "valuation": ("valuations.show", "valuation_id", P.SEE_ALL_PORTFOLIOS),
    "fee_charge": ("fees.show", "charge_id", P.SEE_ALL_PORTFOLIOS),
    "tax_form": ("tax_forms.show", "tax_form_id", P.SEE_ALL_PORTFOLIOS),
    "tax_run": ("tax_runs.show", "tax_run_id", P.SEE_ALL_PORTFOLIOS),
    "transfer": ("transfers.show", "transfer_id", P.SEE_ALL_PORTFOLIOS),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act was done to: the kind in words, its name or else its id, its page where the reader may open it."""

    kind: str
    name: str
    url: str | None

    @property
    def short(self) -> str:
        """The name, or the beginning of an id."""
        return self.name if split_resource(f":{self.name}")[1] is None else f"{self.name[:8]}…"


def split_resource(resource: str) -> tuple[str, UUID | None]:
    """The kind of a resource, and its id where it has one."""
    kind, _, rest = resource.partition(":")
    try:
        return kind, UUID(rest)
    except ValueError:
        return kind, None


def things_of(actor: Actor, resources: Iterable[str]) -> dict[str, Thing]:
    """What these resources are; one query per kind."""
    split = {resource: split_resource(resource) for resource in resources}
    ids = defaultdict[str, list[UUID]](list)
    for kind, thing_id in split.values():
        if thing_id is not None:
            ids[kind].append(thing_id)
    names = {kind: _names(actor, kind, of_kind) for kind, of_kind in ids.items()}
    return {
        resource: _thing(actor, resource, kind, thing_id, names.get(kind, {}))
        for resource, (kind, thing_id) in split.items()
    }


def details_of(actor: Actor, event: Event) -> list[tuple[str, str]]:
    """What else was recorded of an act, with people by name."""
    given = {name: str(value) for name, value in event.detail.items()}
    user_id = split_resource(f"user:{given.get('user', '')}")[1]
    if user_id is not None:
        given["user"] = find_person_names(actor, [user_id]).get(user_id, given["user"])
    return [(name.replace("_", " ").capitalize(), value) for name, value in given.items()]


def _names(actor: Actor, kind: str, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    if kind not in NAMES or not can(actor, NAMES[kind][1]):
        return {}
    return NAMES[kind][0](actor, ids)


def _thing(actor: Actor, resource: str, kind: str, thing_id: UUID | None, names: Mapping[UUID, str]) -> Thing:
    rest = resource.partition(":")[2]
    if thing_id is None:
        return Thing(KINDS.get(kind, kind), rest, None)
    return Thing(KINDS.get(kind, kind), names.get(thing_id, rest), _page_of(actor, kind, thing_id, names))


def _page_of(actor: Actor, kind: str, thing_id: UUID, names: Mapping[UUID, str]) -> str | None:
    """The page of a thing that is still there and that the reader may open."""
    if kind not in PAGES or (kind in NAMES and thing_id not in names):
        return None
    endpoint, argument, permission = PAGES[kind]
    parts: dict[str, Any] = {argument: thing_id}
    return url_for(endpoint, **parts) if can(actor, permission) else None
