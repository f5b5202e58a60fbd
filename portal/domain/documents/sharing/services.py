"""Giving documents to readers outside, and their way to them: the link, the code, the device.

A reader is no user: what they do works in the firm's system tenancy, and begins with `get_shared_document`.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.signals import DocumentGiven
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.documents.sharing.errors import (
    NotPublished,
    ShareClosed,
    TooManyDevices,
    WrongShareCode,
)
from portal.domain.documents.sharing.models import ShareDeviceRecord, ShareRecord
from portal.domain.documents.sharing.queries import (
    count_devices,
    get_shared_document,
    list_addresses_to_reseal,
)
from portal.domain.documents.sharing.values import (
    CODE_COLUMN,
    CODE_LENGTH,
    LONGEST_AGENT,
    LONGEST_SHARE,
    MOST_DEVICES,
    MOST_TRIES,
    REMEMBERED,
    Invitation,
    SharedDocument,
    place_of,
)
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.accounts.values import User
from portal.domain.identity.attempts.services import forgive_attempt, note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.emails.values import normal_email
from portal.domain.identity.sessions.values import Browser
from portal.platform import clock
from portal.platform.crypto import Vault
from portal.platform.db import execute, fetch_value, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import digest, new_id, new_secret
from portal.platform.outbox import enqueue
from portal.platform.personal import blind_index, blind_indexes
from portal.platform.sealing import Sealer
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as

REVOKE = """
UPDATE documents.shares SET revoked_at = %(now)s, revoked_by = %(actor)s
WHERE firm_id = %(firm)s AND document_id = %(document)s AND id = %(share)s AND revoked_at IS NULL
"""
END = """
UPDATE documents.shares SET revoked_at = %(now)s, revoked_by = %(actor)s
WHERE firm_id = %(firm)s AND document_id = %(document)s AND revoked_at IS NULL
"""
HOLD = """
SELECT true FROM documents.shares WHERE firm_id = %(firm)s AND id = %(share)s AND revoked_at IS NULL
  AND until > %(now)s FOR UPDATE
"""
SEND = """
INSERT INTO documents.share_codes (share_id, firm_id, code_index, tries_left, expires_at)
VALUES (%(share)s, %(firm)s, %(code)s, %(tries)s, %(expires)s)
ON CONFLICT (share_id) DO UPDATE SET code_index = excluded.code_index, tries_left = excluded.tries_left,
  expires_at = excluded.expires_at
"""
TAKE = """
DELETE FROM documents.share_codes WHERE firm_id = %(firm)s AND share_id = %(share)s AND tries_left > 0
  AND expires_at > %(now)s AND code_index = ANY(%(codes)s)
"""
MISS = """
UPDATE documents.share_codes SET tries_left = GREATEST(0, tries_left - 1)
WHERE firm_id = %(firm)s AND share_id = %(share)s
"""
NOTE = """
UPDATE documents.share_devices SET opened = opened + %(opened)s, taken = taken + %(taken)s, last_at = %(now)s
WHERE firm_id = %(firm)s AND share_id = %(share)s AND token_hash = %(hash)s
"""
# What is held by law is held with whom it was given to.
FORGET = """
DELETE FROM documents.shares s USING documents.documents d
WHERE s.firm_id = %(firm)s AND d.id = s.document_id AND LEAST(s.until, s.revoked_at) < %(before)s
  AND NOT EXISTS (SELECT FROM documents.holds h WHERE h.firm_id = s.firm_id AND h.lifted_at IS NULL
    AND (h.subject, h.subject_id) IN (('document', d.id), ('account', d.account_id), ('vehicle', d.vehicle_id)))
"""
RESEAL = "UPDATE documents.shares SET email = %(email)s WHERE firm_id = %(firm)s AND id = %(id)s"


@transactional
def share_document(actor: Actor, sealer: Sealer, document_id: UUID, given: Invitation) -> UUID:
    """Give a published document to a reader outside, who is written to; the id of the share. What can only be read
    here stays so. NotFound, NotPublished, Invalid for an end that is past or too far, and whatever keeps it from more
    readers (another investor's name in it)."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    document, now = get_document(actor, document_id), clock.now()
    if document.summary.state is not DocumentState.PUBLISHED or document.version is None:
        raise NotPublished
    if not now < given.until <= now + LONGEST_SHARE:
        raise Invalid(fields={"until": "Choose a day from today to a year from now."})
    publish(DocumentGiven(actor, document_id, document.version.id))
    share_id = new_id()
    session.add(
        ShareRecord(
            id=share_id,
            firm_id=actor.firm_id,
            document_id=document_id,
            token_hash=digest(sealer.link_token(share_id)),
            name=given.name.strip(),
            email=sealer.vault.seal(normal_email(given.email).encode(), place=place_of(share_id)),
            note=given.note.strip(),
            view_only=given.view_only or document.summary.view_only,
            until=given.until,
            created_by=actor.user_id,
            created_at=now,
        )
    )
    session.flush()
    enqueue("sharing.invite", share_id=str(share_id))
    record_act(actor.user_id, "document.share", f"document:{document_id}", share=str(share_id))
    return share_id


@transactional
def give_document(actor: Actor, sealer: Sealer, document_id: UUID, given: Invitation) -> User | None:
    """Give a published document to one more person: among their documents where they sign in here, who is answered
    then, and by a link otherwise (`share_document`). NotFound, NotPublished, Invalid."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    person = find_user_by_email(actor, given.email)
    if person is None or not person.active:
        share_document(actor, sealer, document_id, given)
        return None
    grant_document(actor, document_id, person.id, until=given.until)
    return person


@transactional
def revoke_share(actor: Actor, document_id: UUID, share_id: UUID) -> None:
    """Let a share open nothing any more, from the reader's next request on. NotFound where it opens nothing already."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    get_document(actor, document_id)
    named = {"firm": actor.firm_id, "document": document_id, "share": share_id}
    if execute(REVOKE, now=clock.now(), actor=actor.user_id, **named) != 1:
        raise NotFound
    record_act(actor.user_id, "document.unshare", f"document:{document_id}", share=str(share_id))


@transactional
def end_shares(actor: Actor, document_id: UUID) -> None:
    """Let no share of a document open it any more, whatever becomes of it later."""
    ended = execute(END, now=clock.now(), actor=actor.user_id, firm=actor.firm_id, document=document_id)
    if ended:
        record_act(actor.user_id, "document.unshare", f"document:{document_id}", shares=ended)


def send_share_code(sealer: Sealer, token: str) -> None:
    """Have a code sent to the reader whom a link names, and to nobody else, whoever holds the link; one sent before is
    worth nothing then. ShareClosed, TooManyDevices, Limited."""
    document = get_shared_document(sealer.vault, token)
    note_attempt(Trial.SHARE, str(document.share_id), firm_id=document.firm_id)
    with acting_as(Actor.system(document.firm_id).tenancy):
        _send_code(Actor.system(document.firm_id), sealer, document)


@transactional
def _send_code(system: Actor, sealer: Sealer, document: SharedDocument) -> None:
    _hold(system, document)
    if count_devices(system, document.share_id) >= MOST_DEVICES:
        raise TooManyDevices
    code = f"{secrets.randbelow(1_000_000):06d}"
    execute(
        SEND,
        share=document.share_id,
        firm=system.firm_id,
        code=blind_index(CODE_COLUMN, f"{document.share_id}:{code}"),
        tries=MOST_TRIES,
        expires=clock.now() + CODE_LENGTH,
    )
    enqueue("sharing.send_code", share_id=str(document.share_id), code=sealer.seal(code))


def prove_reader(vault: Vault, token: str, code: str, browser: Browser) -> str:
    """Use up the code that was sent to the reader; the token by which their browser is known from now on. ShareClosed,
    WrongShareCode, TooManyDevices, Limited."""
    document = get_shared_document(vault, token)
    attempt = note_attempt(Trial.SHARE_CODE, str(document.share_id), firm_id=document.firm_id)
    system, device = Actor.system(document.firm_id), new_secret()
    with acting_as(system.tenancy):
        if not _take_code(system, document, "".join(code.split()), browser, device):
            raise WrongShareCode
    forgive_attempt(attempt)
    return device


@transactional
def _take_code(system: Actor, document: SharedDocument, code: str, browser: Browser, device: str) -> bool:
    """Whether the code was right; a wrong one is counted, which has to stay, so that this does not raise for it."""
    _hold(system, document)
    named = {"firm": system.firm_id, "share": document.share_id}
    now, codes = clock.now(), blind_indexes(CODE_COLUMN, f"{document.share_id}:{code}")
    if execute(TAKE, now=now, codes=list(codes), **named) != 1:
        execute(MISS, **named)
        return False
    if count_devices(system, document.share_id) >= MOST_DEVICES:
        raise TooManyDevices
    session.add(
        ShareDeviceRecord(
            firm_id=system.firm_id,
            share_id=document.share_id,
            token_hash=digest(device),
            agent=browser.agent[:LONGEST_AGENT],
            address=browser.address,
            proven_at=now,
        )
    )
    session.flush()
    record_act(None, "document.share_prove", f"document:{document.document_id}", share=str(document.share_id))
    return True


def note_reading(document: SharedDocument, device: str, *, page: int | None) -> None:
    """Note that the reader opens a page of the document in a browser, or takes its file (None)."""
    system = Actor.system(document.firm_id)
    with acting_as(system.tenancy):
        _note(system, document, device, page)


@transactional
def _note(system: Actor, document: SharedDocument, device: str, page: int | None) -> None:
    named = {"firm": system.firm_id, "share": document.share_id, "hash": digest(device)}
    if execute(NOTE, opened=int(page is not None), taken=int(page is None), now=clock.now(), **named) != 1:
        raise ShareClosed
    place, share = f"document:{document.document_id}", str(document.share_id)
    if page is None:
        record_act(None, "document.share_take", place, share=share, version=document.number)
    else:
        record_act(None, "document.share_read", place, share=share, version=document.number, page=page)


def _hold(system: Actor, document: SharedDocument) -> None:
    """Hold the share, so that two codes or devices do not pass each other; ShareClosed where it ended meanwhile."""
    if not fetch_value(HOLD, firm=system.firm_id, share=document.share_id, now=clock.now()):
        raise ShareClosed


@transactional
def forget_shares(actor: Actor) -> int:
    """Forget readers outside, their names, addresses and browsers, whose link ended longer ago than REMEMBERED; how
    many there were. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    return execute(FORGET, firm=actor.firm_id, before=clock.now() - REMEMBERED)


@transactional
def reseal_addresses(system: Actor, vault: Vault, *, most: int) -> int:
    """Seal the addresses in up to `most` shares of the firm with the vault's key in force; how many there were."""
    found = list_addresses_to_reseal(system, vault.key_in_force(), most=most)
    for row in found:
        place = place_of(row.id)
        email = vault.seal(vault.unseal(bytes(row.email), place=place), place=place)
        execute(RESEAL, firm=system.firm_id, id=row.id, email=email)
    return len(found)
