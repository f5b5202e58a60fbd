"""What can go wrong at the door."""

from portal.platform.errors import Forbidden, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The address and the password do not belong together; which of them is wrong is not said."""

    code = "wrong_credentials"
    message = "This e-mail address and password do not match. Check both and try again."


class SessionEnded(Unauthenticated):
    """The session has expired or was ended."""

    code = "session_ended"
    message = "Your session has ended. Sign in to go on."


class ProofNeeded(Forbidden):
    """The act asks for a proof of late that it is still the person themselves."""

    code = "proof_needed"
    message = "To do this, prove once more that it is you."
