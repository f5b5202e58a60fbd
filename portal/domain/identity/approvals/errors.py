"""What can go wrong between asking and deciding."""

from portal.platform.errors import Conflict, Forbidden


class AlreadyAsked(Conflict):
    """An approval for the same act on the same thing is open."""

    code = "approval_open"
    message = "This waits for approval already. Change that request, or withdraw it and ask anew."


class OwnRequest(Forbidden):
    """Somebody tried to decide what they asked for themselves."""

    code = "own_request"
    message = "You asked for this yourself: another person has to decide it."


class NotOpen(Conflict):
    """The request was decided, withdrawn, or has run out."""

    code = "approval_closed"
    message = "This request is not open any more. Ask anew if it is still wanted."


class ChangedMeanwhile(Conflict):
    """What is decided is not what was read."""

    code = "approval_changed"
    message = "The request was changed after you opened it. Read it again, then decide."


class MakerGone(Conflict):
    """Who asked may no longer sign in: nobody wants it any more."""

    code = "maker_gone"
    message = "Whoever asked for this may no longer sign in. Reject it; somebody else can ask anew."


class DecidedBefore(Conflict):
    """The same person decided on the same content before."""

    code = "approval_decided"
    message = "You have decided on this already."
