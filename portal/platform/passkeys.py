"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right.

User verification (a fingerprint, a face, a PIN) is always asked for, so that a passkey is two factors in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

MILLISECONDS = 120_000  # that a browser waits for its person
TRANSPORTS = frozenset(AuthenticatorTransport)


class BadPasskey(Exception):
    """What a browser answered is not ours, not for this, or not signed by the passkey."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom a passkey is for: the host name it is bound to, and the origin of the pages that ask for it."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that there is already, and how its authenticator is reached."""

    credential_id: bytes
    transports: Sequence[str]

    def described(self) -> PublicKeyCredentialDescriptor:
        """The same as browsers are told it."""
        reached = [AuthenticatorTransport(each) for each in self.transports if each in TRANSPORTS]
        return PublicKeyCredentialDescriptor(id=self.credential_id, transports=reached or None)


@dataclass(frozen=True, slots=True)
class Created:
    """A passkey that was just made; `backed_up` where it is kept by an account and not by one device alone."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    transports: list[str]


def creation_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    user_id: UUID,
    name: str,
    display_name: str,
    firm: str,
    known: Sequence[Known],
) -> dict[str, Any]:
    """What navigator.credentials.create() is given, in JSON (`publicKey`): a discoverable passkey for this person, not
    on an authenticator that holds one of the `known`."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=firm,
        user_id=user_id.bytes,
        user_name=name,
        user_display_name=display_name,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[each.described() for each in known],
    )
    return options_to_json_dict(options)


def request_options(party: RelyingParty, *, challenge: bytes, known: Sequence[Known] = ()) -> dict[str, Any]:
    """What navigator.credentials.get() is given, in JSON (`publicKey`): one of the `known`, or whichever the person
    chooses of those they have here."""
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=[each.described() for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def check_created(party: RelyingParty, challenge: bytes, credential: str) -> Created:
    """The passkey that a browser made for `challenge` (its answer as JSON); BadPasskey where something is off."""
    try:
        parsed = parse_registration_credential_json(credential)
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # parsers of three formats fail in ways of their own
        raise BadPasskey(type(error).__name__) from error
    transports = [each.value for each in parsed.response.transports or []]
    return Created(
        made.credential_id, made.credential_public_key, made.sign_count, made.credential_backed_up, transports
    )


def read_credential_id(credential: str) -> bytes:
    """Which passkey an answer names; BadPasskey for what is no answer."""
    try:
        return parse_authentication_credential_json(credential).raw_id
    except Exception as error:  # as above
        raise BadPasskey(type(error).__name__) from error


def check_assertion(
    party: RelyingParty, challenge: bytes, credential: str, *, public_key: bytes, user_id: UUID, must_name: bool
) -> int:
    """The counter of the authenticator that signed `challenge`, 0 where it has none; BadPasskey where something is
    off, or it names another person, or (`must_name`) nobody. Whoever keeps counters compares them."""
    try:
        parsed = parse_authentication_credential_json(credential)
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise BadPasskey(type(error).__name__) from error
    named = parsed.response.user_handle
    if named != user_id.bytes and (must_name or named is not None):
        raise BadPasskey("it is of another person")
    return verified.new_sign_count
