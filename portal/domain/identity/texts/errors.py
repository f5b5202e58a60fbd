"""What can go wrong with codes by text message."""

from __future__ import annotations

from portal.platform.errors import Conflict


class TextsNotOffered(Conflict):
    """The firm does not allow it, the person works for it, or there is no number to send to."""

    code = "texts_not_offered"
    message = "Codes by text message are not offered here. Use a passkey or an authenticator app."
