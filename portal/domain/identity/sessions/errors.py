"""What can go wrong at the door."""

from portal.platform.errors import Unauthenticated


class WrongCredentials(Unauthenticated):
    """The address and the password do not belong together; which of them is wrong is not said."""

    code = "wrong_credentials"
    message = "This e-mail address and password do not match. Check both and try again."


class SessionEnded(Unauthenticated):
    """The session has expired or was ended."""

    code = "session_ended"
    message = "Your session has ended. Sign in to go on."
