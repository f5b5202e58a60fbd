"""The JSON edge, version 1."""

from __future__ import annotations

from flask import Blueprint, Flask

from portal.api.v1 import description
from portal.api.v1.documents import (
    acknowledgements,
    archives,
    changes,
    documents,
    downloads,
    papers,
    publishing,
    rooms,
    shares,
    signatures,
    uploads,
)
from portal.api.v1.identity import auth, contact, factors, joining, passkeys, passwords, sessions, texts
from portal.api.v1.investments import (
    capital_calls,
    derivations,
    distributions,
    fees,
    forecasts,
    holdings,
    notices,
    opportunities,
    portfolio,
    returns,
    statements,
    subscriptions,
    tax_forms,
    transactions,
    transfers,
    valuations,
    vehicle_calls,
)
from portal.api.v1.people import consents, delegations, erasures, exports, invitations, payment_instructions
from portal.api.v1.routes import v1

# Importing a module puts its views into the blueprint.
RESOURCES = (
    auth,
    passkeys,
    contact,
    factors,
    texts,
    joining,
    passwords,
    sessions,
    invitations,
    rooms,
    portfolio,
    returns,
    derivations,
    forecasts,
    capital_calls,
    notices,
    holdings,
    transactions,
    statements,
    tax_forms,
    opportunities,
    subscriptions,
    downloads,
    acknowledgements,
    archives,
    documents,
    changes,
    uploads,
    publishing,
    shares,
    papers,
    signatures,
    payment_instructions,
    delegations,
    consents,
    exports,
    erasures,
    distributions,
    vehicle_calls,
    valuations,
    fees,
    transfers,
    description,
)


def register(app: Flask) -> Blueprint:
    """Put the API into `app`; the blueprint, which needs no form token."""
    app.register_blueprint(v1)
    return v1
