"""Links to files: signed, good for a minute, and for one session of one person.

A link names a thing and says nothing of where its file lies. Who opens it is asked about anew, so that it opens nothing
from the moment in which the thing is closed to them, or they are signed out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from portal.platform import clock
from portal.platform.errors import NotFound, Unauthenticated

SECONDS = 60


class LinkRefused(NotFound):
    """The link has expired, was changed, was not made here, or leads to what is closed by now."""

    message = "This link opens nothing any more. Open the page again to get a new one."


class Thing(StrEnum):
    """What has a file to take away."""

    DOCUMENT = "document"
    ARCHIVE = "archive"
    STATEMENT = "statement"
    SIGNATURE = "signature"
    ENVELOPE = "envelope"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class FileLink:
    """A thing, one `version` of it where it has several, who may open the link, and in which session."""

    thing: Thing
    thing_id: UUID
    user_id: UUID
    session_id: UUID
    version: int | None = None


class FileLinks:
    """Makes and reads the links of one installation, at `address` followed by a token."""

    def __init__(self, secret_key: str, address: str) -> None:
        self._address = address
        self._signer = URLSafeSerializer(
            secret_key, salt="file.link", signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )

    def link_to(
        self, thing: Thing, thing_id: UUID, user_id: UUID | None, session_id: UUID | None, version: int | None = None
    ) -> str:
        """A link that this person may open for SECONDS; Unauthenticated for who is nobody, or in no session."""
        if user_id is None or session_id is None:
            raise Unauthenticated
        expires = int(clock.now().timestamp()) + SECONDS
        named = [thing.value, thing_id.hex, user_id.hex, session_id.hex, version, expires]
        return self._address + self._signer.dumps(named)

    def read(self, token: str) -> FileLink:
        """What a link's `token` names; LinkRefused when it expired or is not ours."""
        try:
            thing, thing_id, user_id, session_id, version, expires = self._signer.loads(token)
        except (BadData, ValueError) as error:
            raise LinkRefused("This link was changed, or was not made by this portal.") from error
        if clock.now().timestamp() >= expires:
            raise LinkRefused("This link has expired; open the page again to get a new one.")
        return FileLink(Thing(thing), UUID(thing_id), UUID(user_id), UUID(session_id), version)
