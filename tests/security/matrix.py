"""Which requests are tried: every route with every method, its parameters filled."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from inspect import unwrap
from typing import Any, get_args, get_type_hints
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from tests.security.harvest import Found

FULL = os.environ.get("ORACLE") == "full"
# What a parameter of a route names.
TABLES = {
    "account_id": "people.investor_accounts",
    "archive_id": "documents.archives",
    "bank_file_id": "investments.bank_files",
    "bank_line_id": "investments.bank_lines",
    "late_interest_id": "investments.late_interests",
    "payment_file_id": "investments.payment_files",
    "receipt_id": "investments.receipts",
    "batch_id": "documents.batches",
    "approval_id": "identity.approvals",
    "delegation_id": "people.delegations",
    "document_hold_id": "documents.holds",
    "document_id": "documents.documents",
    "close_id": "investments.opportunity_closes",
    "call_id": "investments.capital_calls",
    "call_share_id": "investments.call_shares",
    "envelope_id": "documents.envelopes",
    "erasure_id": "people.erasures",
    "event_id": "identity.audit_events",
    "export_id": "people.data_exports",
    "factor_id": "identity.totp_factors",
    "field_id": "documents.signing_fields",
    "group_id": "documents.room_groups",
    "item_id": "documents.room_items",
    "question_id": "documents.room_questions",
    "room_id": "documents.rooms",
    "folder_id": "documents.folders",
    "holding_id": "investments.holdings",
    "import_id": "investments.imports",
    "index_id": "investments.index_series",
    "instruction_id": "people.payment_instructions",
    "hold_id": "people.legal_holds",
    "journal_id": "investments.journals",
    "offering_question_id": "investments.opportunity_questions",
    "opportunity_id": "investments.opportunities",
    "notice_id": "investments.notices",
    "paper_id": "documents.papers",
    "piece_id": "documents.pieces",
    "passkey_id": "identity.passkeys",
    "prospect_id": "investments.prospects",
    "purpose_id": "people.consent_purposes",
    "recovery_id": "identity.recoveries",
    "run_id": "investments.statement_runs",
    "session_id": "identity.sessions",
    "share_id": "documents.shares",
    "statement_id": "investments.statements",
    "subject_id": "people.investor_accounts",
    "subscription_id": "investments.subscriptions",
    "upload_id": "documents.uploads",
    "user_id": "identity.users",
    "vehicle_id": "investments.vehicles",
    "verification_id": "investments.verifications",
    "version_id": "documents.versions",
    "deal_id": "investments.deals",
    "distribution_id": "investments.distributions",
    "rate_id": "investments.withholding_rates",
    "valuation_id": "investments.valuations",
    "charge_id": "investments.fee_charges",
    "transfer_id": "investments.transfers",
    "tax_form_id": "investments.tax_forms",
    "tax_run_id": "investments.tax_runs",
}
# Parameters that name nothing of anybody's: these are tried, each with everything else.
WORDS: Mapping[str, Sequence[str]] = {
    "category": ("books",),
    "code": ("ending_nav",),
    "column": ("period",),
    "figure": ("nav", "irr"),
    "figure_id": ("balance.irr.2024-12-31.USD", "return.irr.net.inception.2024-12-31.USD"),
    "measure": ("irr", "time_weighted", "tvpi"),
    "filename": ("portal.css",),
    "seat": ("1",),
    "kind": ("csv", "xlsx", "name"),
    "number": ("0", "1"),
    "step": ("amount", "questions", "statements", "documents", "review"),
    "slug": ("harbour", "northwind"),
    "tax_year": ("2025",),
    "version": ("1", "2"),
    "token": ("zG9uZSBvZiBvdXIgdG9rZW5zIGxvb2tzIGxpa2UgdGhpcw",),
}
# Fields of the address or of the form that name a thing; the API's are read off its models.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "acknowledgements.create": {"version": "version_id"},
    "archives.create": {"document": "document_id"},
    "audit.export": {"person": "user_id", "resource": "account_id"},
    "audit.index": {"person": "user_id", "resource": "account_id"},
    "envelopes.create": {"document": "document_id"},
    "envelopes.new": {"document": "document_id"},
    "moves.choose": {"folder": "folder_id"},
    "moves.move": {"folder": "folder_id"},
    "offering_parts.include": {"vehicle": "vehicle_id"},
    "offering_parts.offer": {"document": "document_id"},
    "opportunities.create": {"vehicle": "vehicle_id"},
    "opportunities.update": {"vehicle": "vehicle_id"},
    "payment_files.create": {"distribution": "distribution_id"},
    "payment_files.new": {"distribution": "distribution_id"},
    "payments.match": {"account": "account_id"},
    "papers.create": {"account": "account_id"},
    "papers.new": {"account": "account_id"},
    "uploads.create": {"folder": "folder_id"},
    "uploads.new": {"folder": "folder_id"},
    "data_rooms.ask": {"document": "document_id"},
    "data_rooms.questions": {"document": "document_id"},
    "room_contents.create": {"folder": "folder_id", "groups": "group_id"},
    "room_contents.consider": {"folder": "folder_id"},
    "room_contents.new": {"folder": "folder_id"},
    "room_contents.place": {"folder": "folder_id"},
    "room_questions.answer": {"group": "group_id"},
    "rooms.show": {"group": "group_id"},
    "figures.export": {"holding": "holding_id", "account": "account_id", "vehicle": "vehicle_id"},
    "figures.show": {"holding": "holding_id", "account": "account_id", "vehicle": "vehicle_id"},
    "forecasts.index": {"account": "account_id", "vehicle": "vehicle_id"},
    "holdings.show": {"account": "account_id", "vehicle": "vehicle_id"},
    "interests.create": {"account": "account_id"},
    "prospects.create": {"opportunity": "opportunity_id"},
    "prospects.update": {"opportunity": "opportunity_id"},
    "interests.withdraw": {"account": "account_id"},
    "invitations.new": {"account": "account_id"},
    "jobs.rerun": {"job": "outbox"},
    "distributions.create": {"deal_1": "deal_id"},
    "distributions.index": {"vehicle": "vehicle_id"},
    "distributions.new": {"vehicle": "vehicle_id"},
    "distributions.update": {"deal_1": "deal_id"},
    "waterfalls.show": {"vehicle": "vehicle_id"},
    "documents.index": {"account": "account_id", "vehicle": "vehicle_id"},
    "portfolio.export": {"account": "account_id", "vehicle": "vehicle_id"},
    "portfolio.index": {"account": "account_id", "vehicle": "vehicle_id"},
    "returns.index": {"account": "account_id", "vehicle": "vehicle_id", "index": "index_id"},
    "return_figures.export": {"account": "account_id", "vehicle": "vehicle_id", "index": "index_id"},
    "return_figures.show": {"account": "account_id", "vehicle": "vehicle_id", "index": "index_id"},
    "call_drafts.create": {"vehicle": "vehicle_id", "call": "call_id"},
    "call_drafts.create_late": {"vehicle": "vehicle_id"},
    "call_drafts.new_late": {"vehicle": "vehicle_id"},
    "call_drafts.new": {"vehicle": "vehicle_id", "call": "call_id"},
    "statement_runs.create": {"vehicle": "vehicle_id"},
    "statement_runs.new": {"vehicle": "vehicle_id"},
    "statements.index": {"account": "account_id", "vehicle": "vehicle_id"},
    "subscriptions.create": {"opportunity": "opportunity_id", "account": "account_id"},
    "subscriptions.index": {"opportunity": "opportunity_id"},
    "subscriptions.new": {"opportunity": "opportunity_id"},
    "transactions.export": {"holding": "holding_id", "account": "account_id", "vehicle": "vehicle_id"},
    "valuations.new": {"vehicle": "vehicle_id"},
    "valuations.create": {"vehicle": "vehicle_id"},
    "fees.create": {"vehicle": "vehicle_id"},
    "transfers.create": {"vehicle": "vehicle_id"},
    "tax_runs.create": {"vehicle": "vehicle_id"},
    "tax_runs.new": {"vehicle": "vehicle_id"},
    "transactions.index": {"holding": "holding_id", "account": "account_id", "vehicle": "vehicle_id"},
    "verifications.create": {"account": "account_id", "document": "document_id"},
    "verifications.new": {"account": "account_id"},
}
# What is not tried, and why.
LEFT_OUT = {
    "components": "the gallery of components shows samples, and is not there in production",
    "mailbox": "the mailbox of a developer's machine shows everything, and is not there in production",
    "static": "the files of the product are the same for everybody",
}
# A form that has every field there is: each route takes those it knows, and gets beyond the first check of them.
FORM: Mapping[str, str] = {
    "answer": "So.", "audience": "everybody", "body": "Words", "number": "1", "question": "Why?",
    "typed_name": "Some Body", "accent": "slate", "attempt": "2", "code": "000000", "comment": "Seen",
    "currency": "USD", "current": "not it",
    "day_count": "actual_365", "digest": "0" * 64, "email": "somebody@example.com", "kind": "trust", "name": "Somebody",
    "next": "/", "opened": "yes", "password": "another long enough one", "period": "2025-Q3", "proof": "000000",
    "read": "y", "reason": "Because", "required": "yes", "roles": "manager", "seconds": "1:3",
    "tax_class": "partnership", "theme": "dark",
    "drawn_on": "2024-06-01",
    "pay_on": "2026-01-01", "method": "paid_in", "source_1": "gain", "amount_1": "1", "residence": "DE",
    "source": "gain", "rate": "1", "basis": "A treaty", "costs": "2025-01-01 capital 5", "catch_up": "1", "carry": "0",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A route with one of its methods."""

    rule: Rule
    method: str
    view: Any

    @property
    def name(self) -> str:
        """`POST /users/<uuid:user_id>/roles`"""
        return f"{self.method} {self.rule.rule}"

    @property
    def arguments(self) -> list[str]:
        """The parts of the address that name things."""
        return sorted(self.rule.arguments & TABLES.keys())

    @cached_property
    def takes_files(self) -> bool:
        """Whether an app sends a form there."""
        return self.rule.endpoint.startswith("api.") and "form" in get_type_hints(unwrap(self.view))

    @cached_property
    def fields(self) -> dict[str, str]:
        """The fields of query or body that name things, by what they name."""
        hints = get_type_hints(unwrap(self.view)) if self.rule.endpoint.startswith("api.") else {}
        model = hints.get("form") or hints.get("query")
        if model is None:
            return dict(FIELDS.get(self.rule.endpoint, {}))
        named = [name for name, field in model.model_fields.items() if UUID in get_args(field.annotation)]
        return {name: f"{name}_id" for name in named}


@dataclass(frozen=True)
class Probe:
    """One request to be made: `tried` is the id that is tried, and None where the place takes none."""

    place: Place
    values: Mapping[str, str]
    tried: Found | None
    field: str = ""

    def instead(self, other: str) -> Probe:
        """The same with another id in the place of the one that is tried."""
        assert self.tried is not None
        values = {name: other if value == self.tried.id else value for name, value in self.values.items()}
        return replace(self, values=values, tried=replace(self.tried, id=other))


def places(app: Flask) -> list[Place]:
    """Every route with every method that does something, those left out aside."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [
        Place(rule, method, app.view_functions[rule.endpoint])
        for rule in rules
        for method in sorted(rule.methods or ())
        if method not in {"HEAD", "OPTIONS"} and rule.endpoint.partition(".")[0] not in LEFT_OUT
    ]


def unfilled(app: Flask) -> Iterator[str]:
    """What the matrix does not know how to try, with what to do about it."""
    for place in places(app):
        for name in sorted(place.rule.arguments - TABLES.keys() - WORDS.keys()):
            yield f"{place.name}: say in TABLES which ids <{name}> names, or in WORDS what to put there"
    for endpoint in sorted(FIELDS.keys() - app.view_functions.keys()):
        yield f"FIELDS names {endpoint}, which is no route (any more)"


def table_of(name: str) -> str:
    """The table of what a parameter or field names."""
    return "platform.outbox" if name == "outbox" else TABLES[name]


def probes_of(
    place: Place, ids: Mapping[str, Sequence[Found]], good: Mapping[str, str], links: Sequence[str]
) -> Iterator[Probe]:
    """What is tried at a place: each id of `ids` (by what it is a name of) in one spot, `good` ones in the others; the
    links of others wherever a link is taken."""
    for turn, words in enumerate(_words(place, {**WORDS, "token": (*WORDS["token"], *links)})):
        others = {name: good[name] for name in place.arguments}
        if not place.arguments:
            yield Probe(place, words, None)
        if turn and not FULL:
            continue
        for spot in place.arguments:
            for found in ids[spot]:
                yield Probe(place, {**words, **others, spot: found.id}, found)
        for field, kind in place.fields.items():
            for found in ids[kind]:
                yield Probe(place, {**words, **others}, found, field)


def _words(place: Place, words: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    chosen: list[dict[str, str]] = [{}]
    for name in sorted(place.rule.arguments & words.keys()):
        chosen = [{**each, name: word} for each in chosen for word in words[name]]
    return chosen
