"""Consents, exports and erasures for tests."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import time_machine

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.people.privacy.queries.erasures import find_erasure
from portal.domain.people.privacy.services.consents import answer_consent, create_purpose, publish_text
from portal.domain.people.privacy.services.erasures import propose_erasure, request_erasure
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.services.retention import destroy_due_keys
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user


def make_purpose(actor: Actor, name: str = "News by e-mail", *, needed: bool = True, body: str = "We write.") -> UUID:
    """Something that the firm of `actor` (who handles privacy) asks for."""
    with acting_as(actor.tenancy):
        return create_purpose(actor, name=name, needed=needed, body=body)


def publish_next(actor: Actor, purpose_id: UUID, *, replaces: int = 1, body: str = "We write more.") -> int:
    """The next version of its text."""
    with acting_as(actor.tenancy):
        return publish_text(actor, purpose_id, replaces=replaces, needed=True, body=body)


def answer(actor: Actor, purpose_id: UUID, *, version: int = 1, given: bool = True) -> None:
    """This person's answer."""
    with acting_as(actor.tenancy):
        answer_consent(actor, purpose_id, version=version, given=given)


def collected_export(actor: Actor) -> UUID:
    """All of this person's data, ready to be fetched."""
    with acting_as(actor.tenancy):
        export_id = request_export(actor)
    drain()
    return export_id


@dataclass(frozen=True)
class Firm:
    """A firm with two who handle privacy, and somebody to be erased."""

    id: UUID
    officer: Actor
    other: Actor
    person: Actor
    email: str

    @property
    def system(self) -> Actor:
        return Actor.system(self.id)

    @property
    def person_id(self) -> UUID:
        assert self.person.user_id is not None
        return self.person.user_id


def make_privacy_firm(slug: str) -> Firm:
    """One of its own, so that nobody else's people are erased."""
    firm_id, email = found_firm(slug, slug.title()), f"mona.leaving@{slug}.example"
    officers = (make_user(firm_id, f"{name}@{slug}.example", Role.COMPLIANCE) for name in ("officer", "other"))
    return Firm(firm_id, *officers, make_user(firm_id, email, Role.INVESTOR), email)


def ask(firm: Firm, person: Actor | None = None) -> UUID:
    """This person (the one to be erased, if none is named) asks for it."""
    return ask_erasure(person or firm.person)


def ask_erasure(person: Actor) -> UUID:
    """This person asks to be erased."""
    assert person.user_id
    with acting_as(person.tenancy):
        return request_erasure(person, person.user_id, reason="I want to leave.")


def propose(firm: Firm, erasure_id: UUID) -> tuple[UUID, str]:
    """The officer puts it up; the approval and its digest."""
    with acting_as(firm.officer.tenancy):
        approval_id = propose_erasure(firm.officer, erasure_id, reason="As asked.")
        return approval_id, get_approval(firm.officer, approval_id).digest


def approve(firm: Firm, approval_id: UUID, digest: str, *, done: bool = True) -> None:
    """The other approves, and it is carried out unless not to be `done` yet."""
    with acting_as(firm.other.tenancy):
        decide_approval(firm.other, approval_id, digest=digest, approves=True)
    if done:
        drain()


def erased(firm: Firm) -> None:
    """The person is erased, by all who have to agree."""
    approve(firm, *propose(firm, ask(firm)))


def end_retention(firm: Firm) -> None:
    """The years pass for which the law keeps what is left of the person."""
    with acting_as(firm.officer.tenancy):
        erasure = find_erasure(firm.officer, firm.person_id)
    assert erasure is not None
    assert erasure.destroy_after is not None
    end = f"{erasure.destroy_after.year + 1}-01-02T12:00:00+00:00"
    with time_machine.travel(end, tick=True), acting_as(firm.system.tenancy):
        assert destroy_due_keys(firm.system) == 1
