"""What can go wrong with passkeys."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, Unauthenticated


class PasskeyRefused(Forbidden):
    """The passkey did not prove who this is; why is not said."""

    code = "passkey_refused"
    message = "This passkey did not work here. Try again, or use another way."


class UnknownPasskey(Unauthenticated):
    """Nobody signs in with this passkey, or not here."""

    code = "unknown_passkey"
    message = "This passkey opens nothing here. Sign in with your e-mail address and password."


class CeremonyOver(Conflict):
    """The browser answered too late, twice, or for somebody else."""

    code = "ceremony_over"
    message = "This took too long, or was sent twice. Start again."


class PasskeyKnown(Conflict):
    """The authenticator brought a passkey that is here already."""

    code = "passkey_known"
    message = "This passkey is set up already."
