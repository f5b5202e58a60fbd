"""Files by their signed links. Whoever has a link that is still good may have the file: the page that gave it made
sure of that."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator
from itertools import chain

from flask import Blueprint, Response, request

from portal.platform.errors import NotFound
from portal.platform.resources import resources
from portal.platform.storage.errors import LinkRefused, ObjectDamaged, ObjectMissing
from portal.platform.storage.files import FileStore, LinkedFile
from portal.platform.storage.interface import NEVER_CACHED, ListedObject, attachment
from portal.web.toolkit.access import public

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<token>")
@public
def show(token: str) -> Response:
    """The file of a link, or the range of it that is asked for, as a download; a bucket serves its links itself."""
    store = resources().store
    if not isinstance(store, FileStore):
        raise NotFound
    try:
        linked = store.resolve(token)
        found = store.describe(linked.key)
        return _answer(store, linked, found)
    except LinkRefused as error:
        raise NotFound(str(error)) from error
    except ObjectMissing as error:
        raise NotFound("The file behind this link is gone.") from error
    except ObjectDamaged as error:
        raise NotFound(
            "The file behind this link is not the one that was kept, so it is not given out."
            " Tell your contact at the firm: it can be restored."
        ) from error


def _answer(store: FileStore, linked: LinkedFile, found: ListedObject) -> Response:
    """The whole is checked against its digest as it goes, and one that fits into a block before it goes; of a range no
    digest is known."""
    tag = linked.digest or f"{found.size:x}-{found.written_at.timestamp():f}"
    wanted = _wanted(found.size, tag)
    if wanted is None:
        response = _response(linked, _begun(store.stream(linked.key, digest=linked.digest)), found.size)
    elif wanted[0] >= found.size:
        response = Response(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    else:
        start, end = wanted
        response = _response(linked, store.stream(linked.key, start, end), end - start)
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    response.set_etag(tag)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = NEVER_CACHED
    return response


def _wanted(size: int, tag: str) -> tuple[int, int] | None:
    """The bytes that are asked for, from one to before another; None for the whole: where nothing else is asked, what
    is asked makes no sense or is several ranges, or the file is not the one that the asker has the rest of."""
    asked, known = request.range, request.if_range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if (known.etag or known.date) and known.etag != tag:
        return None
    start, end = asked.ranges[0]
    return max(0, size + start) if start < 0 else start, size if end is None else min(end, size)


def _begun(blocks: Iterator[bytes]) -> Iterable[bytes]:
    """`blocks`, the first of them read: what goes wrong with it can still be answered."""
    return chain([next(blocks, b"")], blocks)


def _response(linked: LinkedFile, content: Iterable[bytes], size: int) -> Response:
    name = linked.filename
    response = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Content-Disposition"] = attachment(name)
    response.content_length = size
    return response
