"""What can go wrong with tokens."""

from portal.platform.errors import Unauthenticated


class TokenRefused(Unauthenticated):
    """The token is unknown, used up, expired or revoked."""

    code = "token_refused"
    message = "This token is not good (any more). Sign in again."


class FactorRequired(Unauthenticated):
    """The password is right, and the code of a second factor is asked for."""

    code = "mfa_required"
    message = "A code of the second factor is asked for. Send it with the mfa_token."
