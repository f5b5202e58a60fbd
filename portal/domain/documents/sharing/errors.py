"""What can go wrong with documents that are shared."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, NotFound


class ShareClosed(NotFound):
    """The link leads nowhere, or no longer: why is nobody's business who holds it."""

    code = "share_closed"
    message = "This link opens nothing: it was taken back, its time is over, or it is not whole. Ask who sent it."


class NotPublished(Conflict):
    """What is not published is nobody's outside the staff."""

    code = "not_published"
    message = "Publish the document first; a draft is shared with nobody."


class TooManyDevices(Conflict):
    """The link was opened on as many devices as it may be."""

    code = "too_many_devices"
    message = "This link was opened on three devices already, which is the most. Ask who sent it for another one."


class WrongShareCode(Forbidden):
    """It is not the code that was sent last, or that one is used or too old."""

    code = "wrong_share_code"
    message = "This code is not right, or no longer good. Look at the newest message, or ask for another code."


class ViewOnlyShare(Forbidden):
    """The document is to be read here and not to be taken away."""

    code = "view_only"
    message = "This document can only be read here."
