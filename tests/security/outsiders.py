"""The readers outside of the scene: each opens a document by a link, with a code, in one browser; and had others that
were taken back, or whose time is over."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address
from uuid import UUID

import psycopg
from structlog.contextvars import bound_contextvars

from portal.domain.documents.library.values.documents import Audience, DocumentType
from portal.domain.documents.sharing.services import prove_reader, revoke_share, send_share_code, share_document
from portal.domain.documents.sharing.values import Invitation
from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.values import Browser
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.db import fetch_value
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.security.papers import Desk

SENT = "SELECT arguments->>'code' FROM platform.outbox WHERE job = 'sharing.send_code' AND state = 'ready'"
END = "UPDATE documents.shares SET until = now() - interval '1 minute' WHERE id = ANY (%s)"


@dataclass(frozen=True)
class Outsider:
    """What somebody outside holds: their links, and the cookie of the browser in which each was opened. Those that
    opened until now (`over`) open nothing any more."""

    links: tuple[str, ...]
    cookie: str
    over: UUID


def lent_scope(scope: str) -> str:
    """The scope of what an investor's paper says that somebody outside reads too."""
    return scope if scope == "foreign" else f"{scope}lent"


def reader_scope(scope: str) -> str:
    """The scope of what is said of that reader, which the investor does not know."""
    return scope if scope == "foreign" else f"{scope}reader"


def lend(desk: Desk, account: UUID, scope: str, inside: str, closed: UUID) -> Outsider:
    """A paper of an account that somebody outside reads; and two shares of the paper `closed` that ended."""
    paper = desk.file(lent_scope(scope), DocumentType.REPORT, Audience.ACCOUNT, account_id=account)
    desk.publish(paper)
    opened, revoked, over = (_share(desk, reader_scope(scope), inside, each) for each in (paper, closed, closed))
    with acting_as(desk.staff.manager.tenancy):
        revoke_share(desk.staff.manager, closed, revoked[0])
    cookie = "; ".join(f"share-{share.hex}={device}" for share, _, device in (opened, revoked, over))
    drain()
    with _from_home(opened[0]):
        send_share_code(resources().sealer, opened[1])
    return Outsider(tuple(link for _, link, _ in (opened, revoked, over)), cookie, over[0])


def _share(desk: Desk, reader: str, inside: str, document_id: UUID) -> tuple[UUID, str, str]:
    """A share, its link, and the device by which the reader is known who opened it."""
    write, manager, sealer = desk.write, desk.staff.manager, resources().sealer
    until, address = clock.now() + timedelta(days=30), f"{write(reader)}@example.com"
    given = Invitation(write(reader), address, until, note=write(reader))
    with acting_as(manager.tenancy):
        share_id = share_document(manager, sealer, document_id, given)
    link = sealer.link_token(share_id)
    with _from_home(share_id):
        send_share_code(sealer, link)
        with acting_as(Actor.system(manager.firm_id).tenancy):
            code = sealer.unseal(fetch_value(SENT))
        device = prove_reader(resources().vault, link, code, Browser(write(inside), "192.0.2.9"))
    drain()
    return share_id, link, device


def _from_home(share_id: UUID) -> AbstractContextManager[None]:
    """At a network address of one's own, as there is a limit to how often one from the same may try."""
    return bound_contextvars(address=str(IPv6Address(share_id.int)))


def end_shares(connection: psycopg.Connection, outsiders: list[Outsider]) -> None:
    """Let the time of those that are over have passed."""
    connection.execute(END, ([each.over for each in outsiders],))
