"""Large files in parts: begun, sent, asked about and gone on with. For scripts, which answer in JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, request

from portal.domain.documents.library.queries.uploads import find_uploads
from portal.domain.documents.library.services.uploads import PART, add_part, cancel_upload, start_upload
from portal.domain.documents.library.values.files import Upload
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Conflict, DomainError, Invalid, NotFound
from portal.web.toolkit.access import requires
from portal.web.toolkit.once import every_time
from portal.web.toolkit.session import actor

blueprint = Blueprint("upload_parts", __name__, url_prefix="/documents/upload-parts")
EDIT = Permission.EDIT_DOCUMENTS
STATUSES = {Invalid: 422, Conflict: 409, NotFound: 404}
V = TypeVar("V", bound=Callable[..., Any])


def told(view: V) -> V:
    """Tell a script of a refusal in JSON."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Response:
        try:
            return make_response(view(*args, **kwargs))
        except DomainError as error:
            status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 403)
            return make_response(jsonify(message=error.message), status)

    return run  # type: ignore[return-value]  # of the same signature


@blueprint.post("")
@requires(EDIT)
@every_time("a file begun twice is two uploads, of which one is forgotten after a day")
@told
def start() -> Response:
    """Begin a file of this name and size."""
    given = request.get_json(silent=True)
    name, size = (given.get("name"), given.get("size")) if isinstance(given, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(size, int) or "\0" in name:
        raise Invalid("Give the file's name and its size in bytes.")
    return make_response(_upload(start_upload(actor(), name=name, size=size)), 201)


@blueprint.put("/<uuid:upload_id>")
@requires(EDIT)
@told
def add(upload_id: UUID) -> Response:
    """Add the part whose bytes begin at `offset`."""
    offset = request.args.get("offset", type=int)
    if offset is None:
        raise Invalid("Say at which byte the part begins.")
    return _upload(add_part(actor(), upload_id, offset=offset, content=request.get_data(cache=False)))


@blueprint.get("/<uuid:upload_id>")
@requires(EDIT)
@told
def show(upload_id: UUID) -> Response:
    """How much has arrived: where a broken upload goes on."""
    found = find_uploads(actor(), [upload_id])
    if not found:
        raise NotFound
    return _upload(found[0])


@blueprint.delete("/<uuid:upload_id>")
@requires(EDIT)
@told
def cancel(upload_id: UUID) -> Response:
    """Throw it away."""
    cancel_upload(actor(), upload_id)
    return Response(status=204)


def _upload(upload: Upload) -> Response:
    answer = jsonify(
        id=str(upload.id),
        name=upload.name,
        size=upload.size,
        offset=upload.received,
        finished=upload.finished,
        part=PART,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
