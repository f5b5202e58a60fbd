"""The pages of the product: every blueprint, and what they share."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from portal.settings import Settings
from portal.web.dashboard import index as dashboard
from portal.web.development import components, mailbox
from portal.web.documents import (
    acknowledgements,
    archives,
    data_rooms,
    documents,
    downloads,
    envelope_fields,
    envelope_signers,
    envelopes,
    filing,
    folders,
    grants,
    handling,
    moves,
    outside_reading,
    pages,
    papers,
    pieces,
    receipts,
    received_papers,
    recipients,
    retention,
    room_activity,
    room_contents,
    room_members,
    room_permissions,
    room_questions,
    room_texts,
    rooms,
    shares,
    signatures,
    upload_parts,
    uploads,
)
from portal.web.identity import (
    approvals,
    contact,
    corrections,
    factors,
    invitations,
    passkeys,
    password,
    preferences,
    recoveries,
    security,
    sessions,
    texts,
    users,
    viewings,
)
from portal.web.identity import register as registering
from portal.web.investments import (
    figures,
    holdings,
    imports,
    portfolio,
    statement_lines,
    statement_runs,
    statements,
    transactions,
    vehicles,
    verification,
)
from portal.web.operations import audit, files, jobs, lost_files
from portal.web.people import (
    access_review,
    delegations,
    investor_accounts,
    payment_instructions,
    profiles,
    shared_access,
)
from portal.web.privacy import cases, consent_texts, erasures, exports
from portal.web.privacy import index as privacy
from portal.web.toolkit import (
    assets,
    errors,
    formatting,
    forms,
    headers,
    htmx,
    looks,
    once,
    origin,
    page,
    passwords,
    session,
    viewing,
)
from portal.web.toolkit.navigation import current_frame

MODULES = (
    dashboard,
    sessions,
    factors,
    passkeys,
    recoveries,
    security,
    contact,
    corrections,
    texts,
    preferences,
    users,
    viewings,
    approvals,
    password,
    invitations,
    registering,
    investor_accounts,
    profiles,
    payment_instructions,
    shared_access,
    delegations,
    access_review,
    portfolio,
    holdings,
    figures,
    transactions,
    vehicles,
    imports,
    statements,
    statement_lines,
    statement_runs,
    verification,
    documents,
    pages,
    downloads,
    acknowledgements,
    receipts,
    archives,
    shares,
    outside_reading,
    envelopes,
    envelope_signers,
    envelope_fields,
    signatures,
    filing,
    pieces,
    recipients,
    folders,
    uploads,
    upload_parts,
    retention,
    handling,
    grants,
    moves,
    papers,
    received_papers,
    rooms,
    room_activity,
    room_contents,
    room_permissions,
    room_members,
    room_texts,
    room_questions,
    data_rooms,
    files,
    privacy,
    exports,
    erasures,
    consent_texts,
    cases,
    audit,
    jobs,
    lost_files,
)
DEVELOPMENT = (components, mailbox)


def register(app: Flask, settings: Settings, *, elsewhere: Callable[[Exception], Response | None]) -> None:
    """Put the pages into `app`; the component gallery and the mailbox stay out of production. `elsewhere` answers to
    errors on addresses that are no pages."""
    htmx.init_app(app)
    page.init_app(app, frame=current_frame)
    assets.init_app(app, watch=settings.mode == "development")
    headers.init_app(app, secure=settings.secure)
    formatting.init_app(app)
    passwords.init_app(app)
    origin.init_app(app)
    session.init_app(app)
    forms.init_app(app)
    once.init_app(app)
    viewing.init_app(app)
    looks.init_app(app)
    errors.init_app(app, elsewhere=elsewhere)
    for module in MODULES + (() if settings.mode == "production" else DEVELOPMENT):
        app.register_blueprint(module.blueprint)
