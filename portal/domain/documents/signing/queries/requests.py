"""What somebody is asked to sign: their own requests, once it is their turn, and nobody else's."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.reading.queries.files import get_takeable_file
from portal.domain.documents.signing.queries.envelopes import list_fields
from portal.domain.documents.signing.rules.evidence import shown_digest
from portal.domain.documents.signing.values.envelopes import EnvelopeState, Request, Shown, SignerState
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_names
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile
from portal.platform.tenancy import acting_as

SELECT = """
SELECT e.id AS envelope_id, s.id AS signer_id, s.seat, s.role, e.title, e.message, e.created_by, s.state,
  e.state AS envelope_state, s.asked_at, s.decided_at, e.expires_at, e.consent_version, e.digest, e.file_key,
  e.file_name, e.pages, e.finished_document_id
FROM documents.signers s JOIN documents.envelopes e ON e.id = s.envelope_id
WHERE {visible}
"""
AWAITED = "s.state IN ('asked', 'opened') AND e.state = 'sent' AND e.expires_at > now()"
COUNT = f"""
SELECT count(*) FROM documents.signers s JOIN documents.envelopes e ON e.id = s.envelope_id
WHERE {{visible}} AND {AWAITED}
"""  # noqa: S608 - our own condition
MOST = 200


def visible_requests(actor: Actor) -> str:
    """The condition that leaves the seats (alias `s`) of envelopes (`e`) in which the actor is, or was, asked to sign;
    its parameters are `firm` and `user`. Who waits for their turn, or passed it on, is in none."""
    if actor.user_id is None:
        return "false"
    return (
        "s.firm_id = %(firm)s AND s.user_id = %(user)s AND s.asked_at IS NOT NULL AND e.state <> 'draft'"
        " AND s.state IN ('asked', 'opened', 'signed', 'declined', 'expired')"
    )


def list_requests(actor: Actor) -> list[Request]:
    """What the actor is asked to sign and has signed or declined, what waits for them first, then the newest."""
    return _list(actor, f" ORDER BY ({AWAITED}) DESC, s.asked_at DESC, s.id LIMIT {MOST}")


def get_request(actor: Actor, envelope_id: UUID) -> Request:
    """What the actor is asked to sign, or was; NotFound."""
    found = _list(actor, " AND e.id = %(id)s", id=envelope_id)
    if not found:
        raise NotFound
    return found[0]


def get_readable_request(actor: Actor, envelope_id: UUID) -> Request:
    """What the actor is asked to sign, or has signed and others have not yet; NotFound."""
    asked = get_request(actor, envelope_id)
    signed = asked.state is SignerState.SIGNED and asked.envelope_state in {EnvelopeState.SENT, EnvelopeState.SIGNED}
    if not asked.is_open and not signed:
        raise NotFound
    return asked


def get_request_file(actor: Actor, envelope_id: UUID) -> GivenFile:
    """The document that the actor is asked to sign, or once there is one the finished one; NotFound."""
    asked = get_request(actor, envelope_id)
    if asked.finished_document_id is not None:
        return get_takeable_file(actor, asked.finished_document_id)
    asked = get_readable_request(actor, envelope_id)
    return GivenFile(asked.file_key, asked.file_name, asked.digest)


def get_shown(actor: Actor, envelope_id: UUID) -> Shown:
    """What the actor is shown of an envelope in which they are asked to sign, or were; NotFound."""
    asked = get_request(actor, envelope_id)
    fields = tuple(list_fields(actor, envelope_id, seat=asked.seat))
    return Shown(asked, fields, shown_digest(envelope_id, asked.digest, asked.consent_version, fields))


def count_awaited_requests(actor: Actor) -> int:
    """How many signatures are awaited from the actor."""
    count: int = db.fetch_value(
        COUNT.format(visible=visible_requests(actor)),
        firm=actor.firm_id,
        user=actor.user_id,
    )
    return count


def _list(actor: Actor, rest: str, **parameters: object) -> list[Request]:
    statement = SELECT.format(visible=visible_requests(actor)) + rest
    rows = db.fetch_all(statement, firm=actor.firm_id, user=actor.user_id, **parameters)
    senders = _senders(actor, [row.created_by for row in rows if row.created_by is not None])
    return [
        Request(
            row.envelope_id, row.signer_id, row.seat, row.role, row.title, row.message,
            senders.get(row.created_by, ""), SignerState(row.state), EnvelopeState(row.envelope_state), row.asked_at,
            row.decided_at, row.expires_at, row.consent_version, row.digest, row.file_key, row.file_name, row.pages,
            row.finished_document_id,
        )
        for row in rows
    ]  # fmt: skip


def _senders(actor: Actor, ids: list[UUID]) -> dict[UUID, str]:
    """Who at the firm asks; the name alone, which an investor does not read otherwise."""
    if not ids:
        return {}
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return find_user_names(actor, ids)
