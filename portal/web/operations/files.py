"""Files by their signed links. Whoever has a link that is still good may have the file: the page that gave it made
sure of that."""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response

from portal.platform.errors import NotFound
from portal.platform.resources import resources
from portal.platform.storage.errors import LinkRefused, ObjectMissing
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import attachment
from portal.web.toolkit.access import public

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<token>")
@public
def show(token: str) -> Response:
    """The file of a link, as a download; a bucket serves its links itself."""
    store = resources().store
    if not isinstance(store, FileStore):
        raise NotFound
    try:
        key, name = store.resolve(token)
        content = store.stream(key)
    except LinkRefused as error:
        raise NotFound(str(error)) from error
    except ObjectMissing as error:
        raise NotFound("The file behind this link is gone.") from error
    response = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
