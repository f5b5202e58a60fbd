"""Under which heading staff find each place of the navigation."""

from __future__ import annotations

from collections.abc import Mapping

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "Portfolio": (
        "vehicles.index",
        "investor_accounts.index",
        "transactions.index",
        "valuations.index",
        "returns.index",
        "index_series.index",
        "forecasts.index",
        "statement_runs.index",
        "tax_seasons.index",
        "imports.index",
    ),
    "Raising": (
        "opportunities.index",
        "prospects.index",
        "verifications.index",
        "subscriptions.index",
        "transfers.index",
    ),
    "Money": (
        "capital_calls.index",
        "payments.index",
        "distributions.index",
        "payment_files.index",
        "fees.index",
        "line_draws.index",
    ),
    "Documents": (
        "documents.index",
        "folders.index",
        "received_papers.index",
        "filing.index",
        "signatures.index",
        "envelopes.index",
        "data_rooms.index",
        "rooms.index",
    ),
    "People": ("users.index", "access_review.index", "consent_texts.index"),
    "Firm": ("audit.index", "jobs.index"),
}
# Home and what is decided about everything stand above the headings.
ABOVE = ("dashboard.index", "approvals.index")
HEADING_OF = {endpoint: heading for heading, endpoints in HEADINGS.items() for endpoint in endpoints}


def place_of(endpoint: str) -> tuple[int, int]:
    """Where an endpoint stands among the headings and under its own; what has none stands above them."""
    heading = HEADING_OF.get(endpoint)
    if heading is None:
        return (-1, ABOVE.index(endpoint) if endpoint in ABOVE else len(ABOVE))
    return (list(HEADINGS).index(heading), HEADINGS[heading].index(endpoint))
