"""What can go wrong between preparing an envelope and its last signature."""

from portal.platform.errors import Conflict, Invalid, Limited


class EnvelopeClosed(Conflict):
    """The envelope was declined, cancelled, or has run out: nothing is signed in it any more."""

    code = "envelope_closed"
    message = "This is not open for signing any more. Ask the firm if you expected otherwise."


class EnvelopeSent(Conflict):
    """The envelope is with its signers: what they sign is not changed under their hands."""

    code = "envelope_sent"
    message = "This was sent already. Cancel it and prepare another if something has to change."


class NotSent(Conflict):
    """The envelope is a draft still."""

    code = "envelope_draft"
    message = "This was not sent yet."


class AlreadySigned(Conflict):
    """The signer has signed; nobody signs twice."""

    code = "already_signed"
    message = "You have signed this already. Nothing more is needed from you."


class ShownOtherwise(Conflict):
    """What is signed is not what was shown."""

    code = "shown_otherwise"
    message = "What you are asked to sign was changed after you opened it. Read it again, then sign."


class PreparedOtherwise(Conflict):
    """What is sent is not what was looked at."""

    code = "prepared_otherwise"
    message = "Somebody changed this after you opened it. Look at it again, then send it."


class NotReady(Conflict):
    """Something is missing before the envelope can go out."""

    code = "envelope_not_ready"
    message = "Something is missing before this can be sent."


class PlacedBadly(Invalid):
    """A field does not lie on its page."""

    code = "field_placed_badly"
    message = "The field does not lie on a page of the document."


class BadMark(Invalid):
    """A signature that cannot be one."""

    code = "bad_mark"
    message = "Type your name, or draw your signature."


class RemindedLately(Limited):
    """The signer had a reminder not long ago."""

    code = "reminded_lately"
    message = "They were reminded less than a day ago."
