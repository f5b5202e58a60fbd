"""What can go wrong with links from a mail."""

from __future__ import annotations

from portal.platform.errors import Conflict, NotFound


class UnknownLink(NotFound):
    """No link has this token."""

    code = "unknown_link"
    message = "This link leads nowhere. Copy the whole of it from the mail, or ask for another one."


class LinkClosed(Conflict):
    """The link was used, withdrawn or replaced, or its time is over."""

    code = "link_closed"
    message = "This link no longer opens."
