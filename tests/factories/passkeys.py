"""An authenticator in software: makes passkeys and answers with them, also wrongly."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from portal.domain.identity.access.values import Actor
from portal.domain.identity.passkeys.queries import get_enrolment_offer
from portal.domain.identity.passkeys.services import confirm_passkey
from portal.domain.identity.passkeys.values import Offer, PasskeyAnswer
from portal.platform.ids import new_id
from portal.platform.passkeys import RelyingParty
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

PARTY = RelyingParty("localhost", "http://localhost")
PRESENT, VERIFIED, CREATED = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


@dataclass
class Authenticator:
    """One passkey. `counts` is whether it has a counter; `verifies`, whether it asks its person."""

    counts: bool = True
    verifies: bool = True
    origin: str = PARTY.origin
    count: int = 0
    user_handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: new_id().bytes)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.create() gives."""
        self.user_handle = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + encode_cbor(public)
        said = self._said(options["rp"]["id"], CREATED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": said})
        client = self._client("webauthn.create", options["challenge"])
        response = {
            "clientDataJSON": encoded(client),
            "attestationObject": encoded(statement),
            "transports": ["internal", "no-such"],
        }
        return self._credential(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get() gives."""
        said, client = self._said(options["rpId"]), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(said),
            "signature": encoded(signature),
            "userHandle": encoded(self.user_handle),
        }
        return self._credential(response)

    def answer(self, offer: Offer) -> PasskeyAnswer:
        """What a page brings back for `offer`."""
        credential = self.create(offer.options) if "user" in offer.options else self.get(offer.options)
        return PasskeyAnswer(PARTY, offer.ceremony, json.dumps(credential))

    def _said(self, host: str, flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = encoded(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def give_passkey(actor: Actor, *, counts: bool = True, name: str = "Phone") -> Authenticator:
    """A passkey of this person, set up as the pages do it after a proof."""
    authenticator = Authenticator(counts=counts)
    with acting_as(actor.tenancy):
        offer = get_enrolment_offer(
            actor, resources().vault, PARTY, email="x@example.com", firm="Harbour Capital", replaces=True
        )
    confirm_passkey(actor, resources().vault, authenticator.answer(offer), name=name)
    return authenticator
