"""What can go wrong with users."""

from portal.platform.errors import Conflict


class EmailTaken(Conflict):
    """Somebody of this firm has this e-mail address already."""

    code = "email_taken"
    message = "Somebody with this e-mail address is here already."
