"""What the API says of itself."""

from __future__ import annotations

from flask import Response, request

from portal.api.auth import public
from portal.api.openapi import document, document_digest
from portal.api.v1.routes import v1


@v1.get("/openapi.json")
@public
def show_description() -> Response:
    """This description, as OpenAPI 3.1."""
    response = Response(document(), content_type="application/json")
    response.set_etag(document_digest())
    response.headers["Cache-Control"] = "public, max-age=300"
    response.make_conditional(request)
    return response
