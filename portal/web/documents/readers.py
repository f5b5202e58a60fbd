"""Who is behind a request for a page or a file: somebody who reads, or a program that looks ahead."""

from __future__ import annotations

import re

from flask import request

from portal.domain.documents.reading.values.pages import Reader
from portal.platform.errors import Unauthenticated
from portal.web.toolkit.session import actor, browser, signed_in

OURS = frozenset({"same-origin", "none"})  # none: from the address bar
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
LOOKS_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
# Programs that open links to show or judge what is behind them; they say so, where they have a session at all.
PREVIEWS = re.compile(
    r"bot\b|preview|crawler|spider|scanner|facebookexternalhit|whatsapp/|ms-office|googleimageproxy"
    r"|proofpoint|mimecast|barracuda",
    re.IGNORECASE,
)


def is_reading() -> bool:
    """Whether this request is somebody's who reads: not one made ahead of them, by a scanner of mail, a preview of a
    link, another site's page, or staff who see the portal as an investor. Only such requests become receipts."""
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("Sec-Fetch-Site", "none") in OURS
        and not any(LOOKS_AHEAD.search(headers.get(name, "")) for name in AHEAD)
        and not PREVIEWS.search(request.user_agent.string)
        and not is_viewing()
    )


def is_viewing() -> bool:
    """Whether staff see the portal as an investor."""
    person = signed_in()
    return person is not None and person.viewing is not None


def reader() -> Reader:
    """Where the person of this request reads; Unauthenticated where nobody is signed in."""
    session_id, seen = actor().session_id, browser()
    if session_id is None:
        raise Unauthenticated
    return Reader(session_id, seen.agent, seen.address)
