"""What can go wrong with papers that are sent."""

from __future__ import annotations

from portal.platform.errors import Conflict


class TooManyPapers(Conflict):
    """The account has as much here as may wait, or came too often today."""

    code = "too_many_papers"
    message = "There is no room for another paper of this account until the firm has looked at those it has."


class AlreadyDecided(Conflict):
    """Somebody accepted the paper or sent it back before."""

    code = "already_decided"
    message = "Somebody has accepted this paper or sent it back already."


class NotCheckedYet(Conflict):
    """A paper whose file has not passed its check is not accepted."""

    code = "not_checked"
    message = "The file has not passed its check. Wait for it, or send the paper back."
