"""Reading passkeys, and what browsers are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.passkeys.values import Ceremony, Offer, Passkey, Purpose
from portal.platform import db
from portal.platform.crypto import Vault
from portal.platform.errors import NotFound
from portal.platform.passkeys import Known, RelyingParty, creation_options, request_options
from portal.platform.tenancy import GATE, acting_as

OWN = """
SELECT id, name, backed_up, created_at, used_at FROM identity.passkeys
WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY created_at, id
"""
KNOWN = """
SELECT credential_id, transports FROM identity.passkeys
WHERE firm_id = %(firm)s AND user_id = %(user)s AND rp_id = %(host)s ORDER BY created_at
"""
HOLDER = """
SELECT p.id, p.firm_id, p.user_id, p.public_key, p.rp_id FROM identity.passkeys p
JOIN identity.users u ON u.id = p.user_id AND u.active WHERE p.credential_id = %(credential)s
"""


def get_relying_party(host: str, public_url: str) -> RelyingParty:
    """Whom passkeys are for on pages under `host` (without port): a firm that has this host for its own, or else the
    installation at `public_url`; asked at the gate."""
    address = urlsplit(public_url)
    ours = address.hostname or ""
    if host != ours:
        with acting_as(GATE):
            if db.fetch_value("SELECT EXISTS (SELECT FROM identity.firms WHERE host = %(host)s)", host=host):
                port = f":{address.port}" if address.port else ""
                return RelyingParty(host, f"{address.scheme}://{host}{port}")
    return RelyingParty(ours, f"{address.scheme}://{address.netloc}")


def list_passkeys(actor: Actor) -> Sequence[Passkey]:
    """The actor's passkeys, the oldest first."""
    return [Passkey(*row) for row in db.fetch_all(OWN, firm=actor.firm_id, user=actor.user_id)]


def get_passkey(actor: Actor, passkey_id: UUID) -> Passkey:
    """One of the actor's passkeys; NotFound where it is not theirs."""
    found = next((each for each in list_passkeys(actor) if each.id == passkey_id), None)
    if found is None:
        raise NotFound
    return found


def find_passkey_holder(credential_id: bytes) -> db.AnyRow | None:
    """`id`, `firm_id`, `user_id`, `public_key` and `rp_id` of a passkey of anybody who may sign in, or None; asked at
    the gate."""
    with acting_as(GATE):
        return db.fetch_one(HOLDER, credential=credential_id)


def get_sign_in_offer(vault: Vault, party: RelyingParty) -> Offer:
    """The question for whichever passkey the person has for this host."""
    ceremony = Ceremony.new()
    options = request_options(party, challenge=ceremony.challenge)
    return Offer(options, ceremony.seal(vault, Purpose.SIGN_IN, None))


def get_proof_offer(actor: Actor, vault: Vault, party: RelyingParty) -> Offer:
    """The question for one of the actor's passkeys, in their session."""
    ceremony = Ceremony.new()
    options = request_options(party, challenge=ceremony.challenge, known=_known(actor, party))
    return Offer(options, ceremony.seal(vault, Purpose.PROVE, actor.session_id))


def get_enrolment_offer(
    actor: Actor, vault: Vault, party: RelyingParty, *, email: str, firm: str, replaces: bool
) -> Offer:
    """The question for a new passkey of the actor, in their session; `replaces` where a factor was proven before."""
    assert actor.user_id
    ceremony = Ceremony.new(replaces=replaces)
    options = creation_options(
        party,
        challenge=ceremony.challenge,
        user_id=actor.user_id,
        name=email,
        display_name=actor.name or email,
        firm=firm,
        known=_known(actor, party),
    )
    return Offer(options, ceremony.seal(vault, Purpose.ENROL, actor.session_id))


def _known(actor: Actor, party: RelyingParty) -> list[Known]:
    rows = db.fetch_all(KNOWN, firm=actor.firm_id, user=actor.user_id, host=party.host)
    return [Known(bytes(row.credential_id), row.transports) for row in rows]
