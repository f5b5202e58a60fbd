"""What can go wrong with tokens."""

from portal.platform.errors import Unauthenticated


class TokenRefused(Unauthenticated):
    """The token is unknown, used up, expired or revoked."""

    code = "token_refused"
    message = "This token is not good (any more). Sign in again."
