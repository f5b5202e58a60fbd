"""What surrounds a page: the navigation of the person's roles, the firm, who is signed in."""

from __future__ import annotations

from functools import lru_cache

from flask import g, request, url_for
from flask_wtf.csrf import generate_csrf

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.identity.sessions.values import IDLE_INVESTOR, IDLE_STAFF
from portal.domain.identity.viewings.values import Viewing
from portal.platform import formatting
from portal.platform.resources import resources
from portal.web.toolkit.consent import consent_awaited
from portal.web.toolkit.formatting import reader_locale, reader_timezone
from portal.web.toolkit.frame import Banner, Frame, NavigationItem, Person
from portal.web.toolkit.menu import HEADING_OF, place_of
from portal.web.toolkit.session import signed_in

P = Permission
# label, endpoint, icon, who sees it (None: staff; an investor's home is the portfolio)
ENTRIES = (
    ("Home", "dashboard.index", "home", None),
    ("Portfolio", "portfolio.index", "chart-line", P.SEE_OWN_PORTFOLIO),
    ("Transactions", "transactions.index", "receipt", P.SEE_OWN_PORTFOLIO),
    ("Statements", "statements.index", "file-text", P.SEE_OWN_PORTFOLIO),
    ("Returns", "returns.index", "chart-line", P.SEE_OWN_PORTFOLIO),
    ("Tax forms", "tax_forms.index", "file-text", P.SEE_OWN_PORTFOLIO),
    ("Forecast", "forecasts.index", "chart-line", P.SEE_OWN_PORTFOLIO),
    ("Opportunities", "opportunities.index", "building-bank", P.INVEST),
    ("Verifications", "verifications.index", "circle-check", P.INVEST),
    ("Capital calls", "capital_calls.index", "receipt", P.SEE_OWN_PORTFOLIO),
    ("Distributions", "distributions.index", "receipt", P.SEE_OWN_PORTFOLIO),
    ("Valuations", "valuations.index", "chart-line", P.SEE_OWN_PORTFOLIO),
    ("Subscriptions", "subscriptions.index", "pencil", P.INVEST),
    ("Documents", "documents.index", "files", P.SEE_DOCUMENTS),
    ("Papers you send", "papers.index", "upload", P.SEND_PAPERS),
    ("To sign", "signatures.index", "pencil", P.SEE_DOCUMENTS),
    ("Data rooms", "data_rooms.index", "lock", P.SEE_DOCUMENTS),
    ("Shared access", "delegations.index", "users", P.SEE_OWN_PORTFOLIO),
    ("Vehicles", "vehicles.index", "building-bank", P.SEE_ALL_PORTFOLIOS),
    ("Accounts", "investor_accounts.index", "briefcase", P.SEE_ALL_PORTFOLIOS),
    ("Ledger", "transactions.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Returns", "returns.index", "chart-line", P.SEE_ALL_PORTFOLIOS),
    ("Indices", "index_series.index", "chart-line", P.SEE_ALL_PORTFOLIOS),
    ("Subscription lines", "line_draws.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Forecast", "forecasts.index", "chart-line", P.SEE_ALL_PORTFOLIOS),
    ("Opportunities", "opportunities.index", "building-bank", P.SEE_ALL_PORTFOLIOS),
    ("Pipeline", "prospects.index", "users", P.EDIT_OFFERINGS),
    ("Verifications", "verifications.index", "list-check", P.SEE_ALL_PORTFOLIOS),
    ("Distributions", "distributions.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Valuations", "valuations.index", "chart-line", P.SEE_ALL_PORTFOLIOS),
    ("Management fees", "fees.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Transfers", "transfers.index", "arrows-sort", P.SEE_ALL_PORTFOLIOS),
    ("Subscriptions", "subscriptions.index", "pencil", P.SEE_ALL_PORTFOLIOS),
    ("Documents", "documents.index", "files", P.SEE_ALL_DOCUMENTS),
    ("Folders", "folders.index", "files", P.SEE_ALL_DOCUMENTS),
    ("Papers received", "received_papers.index", "file-text", P.SEE_ALL_DOCUMENTS),
    ("Filing in bulk", "filing.index", "upload", P.EDIT_DOCUMENTS),
    ("Signing", "envelopes.index", "pencil", P.SEE_ALL_DOCUMENTS),
    ("Data rooms", "rooms.index", "lock", P.SEE_ALL_DOCUMENTS),
    ("Capital calls", "capital_calls.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Imports", "imports.index", "upload", P.PREPARE_IMPORTS),
    ("Statement runs", "statement_runs.index", "files", P.PREPARE_STATEMENTS),
    ("Tax season", "tax_seasons.index", "list-check", P.SEE_ALL_PORTFOLIOS),
    ("Payments received", "payments.index", "receipt", P.SEE_ALL_PORTFOLIOS),
    ("Payment files", "payment_files.index", "upload", P.SEE_ALL_PORTFOLIOS),
    ("People", "users.index", "users", P.INVITE_PEOPLE),
    ("Approvals", "approvals.index", "circle-check", P.APPROVE_PEOPLE),
    ("Approvals", "approvals.index", "circle-check", P.APPROVE_PAYMENTS),
    ("Approvals", "approvals.index", "circle-check", P.EDIT_OFFERINGS),
    ("Approvals", "approvals.index", "circle-check", P.PREPARE_MONEY),
    ("Your details", "profiles.index", "user", P.SEE_OWN_PORTFOLIO),
    ("Access review", "access_review.index", "list-check", P.REVIEW_ACCESS),
    ("Privacy", "consent_texts.index", "lock", P.HANDLE_PRIVACY),
    ("Record", "audit.index", "clock", P.SEE_AUDIT),
    ("Jobs", "jobs.index", "settings", P.SEE_JOBS),
)
# Pages that lie elsewhere than what they belong to in the navigation, by how their addresses begin.
BELONGS = (
    ("/investments/offering-", "/investments/opportunities"),
    ("/investments/interests", "/investments/opportunities"),
    ("/investments/call-drafts", "/investments/capital-calls"),
    ("/investments/tax-consents", "/investments/tax-forms"),
    ("/investments/tax-runs", "/investments/tax-seasons"),
    ("/investments/receiving-accounts", "/investments/vehicles"),
    ("/investments/subscription-", "/investments/subscriptions"),
    ("/documents/room-", "/documents/rooms"),
    ("/documents/signatures", "/documents/envelopes"),
    ("/documents/handling/", "/documents/folders"),
    ("/documents/uploads", "/documents/folders"),
    ("/documents/retention", "/documents/folders"),
    ("/investments/bank-files", "/investments/payments"),
    ("/investments/payment-receipts", "/investments/payments"),
    ("/investments/late-interests", "/investments/payments"),
    ("/investments/carries", "/investments/vehicles"),
    ("/investments/paybacks", "/investments/vehicles"),
    ("/investments/payment-origins", "/investments/payment-files"),
)
ROLE_NAMES = {
    Role.INVESTOR: "Investor",
    Role.DELEGATE: "Delegate",
    Role.ASSOCIATE: "IR associate",
    Role.MANAGER: "IR manager",
    Role.COMPLIANCE: "Compliance officer",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}


# What a permission allows, after "may".
PERMISSION_NAMES = {
    P.SEE_OWN_PORTFOLIO: "See accounts of their own, or shown to them",
    P.SHARE_ACCOUNTS: "Show their accounts to others",
    P.SEE_ALL_PORTFOLIOS: "See every account and vehicle",
    P.VIEW_AS_INVESTOR: "View the portal as an investor",
    P.EDIT_VEHICLES: "Change vehicles",
    P.EDIT_ACCOUNTS: "Change accounts and who acts for them",
    P.EDIT_PEOPLE: "Look after people and ask for roles",
    P.APPROVE_PEOPLE: "Approve roles and lost factors",
    P.INVITE_PEOPLE: "Invite people",
    P.END_DELEGATIONS: "End what an investor shared",
    P.APPROVE_PAYMENTS: "Approve bank details",
    P.REVEAL_DETAILS: "Show tax numbers in full",
    P.PREPARE_IMPORTS: "Import history",
    P.PREPARE_STATEMENTS: "Prepare statements",
    P.PUBLISH_STATEMENTS: "Publish statements",
    P.SEE_JOBS: "See jobs",
    P.RERUN_JOBS: "Try failed jobs again",
    P.SEE_AUDIT: "Read the record",
    P.REVIEW_ACCESS: "Review who sees what",
    P.ATTEST_ACCESS: "Attest the access review",
    P.HANDLE_PRIVACY: "Handle consents and erasures",
    P.SEE_DOCUMENTS: "Read documents that are for them",
    P.SEND_PAPERS: "Send the firm papers for their accounts",
    P.SEE_ALL_DOCUMENTS: "See the whole library",
    P.EDIT_DOCUMENTS: "File documents",
    P.PUBLISH_DOCUMENTS: "Publish documents and share them",
    P.MANAGE_RETENTION: "Set holds and how long documents are kept",
    P.INVEST: "Express interest and subscribe for their accounts",
    P.EDIT_OFFERINGS: "Prepare offerings and look after prospects",
    P.APPROVE_OFFERINGS: "Open offerings and accept subscriptions",
    P.VERIFY_INVESTORS: "Decide on checks of investors",
    P.PREPARE_MONEY: "Prepare calls, distributions, valuations, fees and tax forms",
    P.APPROVE_MONEY: "Approve calls, distributions, valuations, fees and tax forms",
}


@lru_cache(maxsize=1024)
def _entries(actor: Actor, path: str) -> tuple[NavigationItem, ...]:
    """The navigation of this person, seen from `path`."""
    mine: dict[str, tuple[str, str, str]] = {}
    seen_by = [entry for entry in ENTRIES if (actor.is_staff if entry[3] is None else can(actor, entry[3]))]
    for label, endpoint, icon, _ in (
        sorted(seen_by, key=lambda entry: place_of(entry[1])) if actor.is_staff else seen_by
    ):
        heading = HEADING_OF.get(endpoint, "") if actor.is_staff else ""
        mine.setdefault(url_for(endpoint), (label, icon, heading))
    seen = (path, *(page for beginning, page in BELONGS if path.startswith(beginning)))
    above = [url for url in mine if any(each == url or (url != "/" and each.startswith(f"{url}/")) for each in seen)]
    current = max(above, key=len, default=None)
    return tuple(
        NavigationItem(label, url, icon, url == current, heading) for url, (label, icon, heading) in mine.items()
    )


def current_frame() -> Frame:
    """The frame of the page of this request."""
    theme = request.cookies.get("theme", "auto")
    person = signed_in()
    strip = "Demo: the firm, the people and the figures are invented." if resources().settings.mode == "demo" else None
    if person is None:
        coming = g.get("entrant")
        firm_name, accent = (coming.firm.name, coming.firm.accent) if coming else ("Investor portal", "navy")
        return Frame(firm_name, accent=accent, theme=theme, csrf_token=generate_csrf(), strip=strip)
    actor, viewing = person.actor, person.viewing
    idle = IDLE_STAFF if person.author.is_staff else IDLE_INVESTOR
    return Frame(
        person.firm.name,
        accent=person.firm.accent,
        theme=theme,
        home_url=url_for("dashboard.index"),
        navigation=_entries(actor, request.path),
        person=Person(actor.name, ", ".join(ROLE_NAMES[role] for role in sorted(actor.roles))),
        sign_out_url=None if viewing else url_for("sessions.end"),
        theme_url=None if viewing else url_for("preferences.choose_theme"),
        security_url=None if viewing else url_for("security.show"),
        privacy_url=None if viewing else url_for("privacy.index"),
        consent_awaited=viewing is None and consent_awaited(actor),
        csrf_token=generate_csrf(),
        idle_minutes=int(idle.total_seconds() // 60),
        strip=strip,
        banner=None if viewing is None else _banner(viewing),
    )


def _banner(viewing: Viewing) -> Banner:
    until = formatting.moment(viewing.ends_at, reader_locale(), reader_timezone())
    return Banner(viewing.investor.name, viewing.reason, until, url_for("viewings.end"))
