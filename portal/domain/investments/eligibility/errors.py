"""What can go wrong with verifications."""

from portal.platform.errors import Conflict, Forbidden


class VerificationWaiting(Conflict):
    """The same is asked for already."""

    code = "verification_waiting"
    message = "The firm is looking at this already. Wait for its decision, then ask anew if it is still wanted."


class VerificationDecided(Conflict):
    """Somebody else decided it, or its time is over."""

    code = "verification_decided"
    message = "This is decided already. Open it again to see by whom and how."


class OwnVerification(Forbidden):
    """Who asked for a verification would decide it."""

    code = "own_verification"
    message = "You asked for this yourself, or act for the account: another person of compliance has to decide it."
