"""Security headers of every answer.

Scripts run only with this answer's nonce, and only htmx's one Trusted Types policy may write HTML. The same
nonce is stamped on the htmx elements of our templates (see htmx.py), so that injected markup asks nothing.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

from portal.web.toolkit.session import signed_in

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    ]
)
# A document shown on its own (a mail's HTML part): nothing runs, nothing is fetched, nothing is sent.
INERT_DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
TWO_YEARS = 2 * 365 * 24 * 3600
SECURE = {**FIXED, "Strict-Transport-Security": f"max-age={TWO_YEARS}; includeSubDomains"}


def csp_nonce() -> str:
    """The nonce of the answer being made; the same through one request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def security_headers(response: Response, *, secure: bool) -> Response:
    """Adds the headers to `response`; what the view set itself of a policy or of keeping stays.

    Nobody keeps what was made for a signed-in person. A 304 carries no policy: the browser keeps the one that came
    with its body, whose nonce fits that body.
    """
    headers = response.headers
    headers.extend(SECURE if secure else FIXED)
    if response.status_code != 304 and "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY.replace("{nonce}", csp_nonce()))
    if signed_in() and "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    return response


def init_app(app: Flask, *, secure: bool) -> None:
    """Adds the headers to every answer and `csp_nonce()` to the templates."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add(response: Response) -> Response:
        return security_headers(response, secure=secure)
