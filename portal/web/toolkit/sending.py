"""Files of the store in answers: a link to one, and one itself, whole or the range of it that is asked for."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator
from itertools import chain
from uuid import UUID

from flask import Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from portal.platform.errors import NotFound
from portal.platform.file_links import Thing
from portal.platform.resources import resources
from portal.platform.storage.errors import ObjectDamaged, ObjectMissing
from portal.platform.storage.interface import NEVER_CACHED, GivenFile, attachment
from portal.web.toolkit.session import actor


def led_to_file(thing: Thing, thing_id: UUID, version: int | None = None) -> Redirect:
    """Off to the file of a thing that the person was just found to be allowed, by a link that is good for a minute."""
    person = actor()
    address = resources().links.link_to(thing, thing_id, person.user_id, person.session_id, version)
    response = redirect(address, 303)
    response.headers["Cache-Control"] = NEVER_CACHED
    return response


def sent_file(file: GivenFile) -> Response:
    """The file as a download, for whoever was just found to be allowed it. NotFound where the store has it no more, or
    not as it was.

    The whole is checked against its digest as it goes, and one that fits into a block before it goes; of a range no
    digest is known.
    """
    try:
        return _answer(file)
    except ObjectMissing as error:
        raise NotFound("The file behind this link is gone.") from error
    except ObjectDamaged as error:
        raise NotFound(
            "The file behind this link is not the one that was kept, so it is not given out."
            " Tell your contact at the firm: it can be restored."
        ) from error


def _answer(file: GivenFile) -> Response:
    store = resources().store
    size = store.describe(file.key).size
    wanted = _wanted(size, file.digest)
    if wanted is None:
        response = _response(file, _begun(store.stream(file.key, digest=file.digest)), size)
    elif wanted[0] >= size:
        response = Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        start, end = wanted
        response = _response(file, store.stream(file.key, start, end), end - start)
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.set_etag(file.digest)
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


def _response(file: GivenFile, content: Iterable[bytes], size: int) -> Response:
    response = Response(content, mimetype=mimetypes.guess_type(file.name)[0] or "application/octet-stream")
    response.headers["Content-Disposition"] = attachment(file.name)
    response.content_length = size
    return response
