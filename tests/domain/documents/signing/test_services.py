"""Envelopes in the database: turns kept, nobody sees what is not theirs, and what is written cannot be changed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.signing.errors import (
    AlreadySigned,
    EnvelopeClosed,
    EnvelopeSent,
    NotReady,
    RemindedLately,
    ShownOtherwise,
)
from portal.domain.documents.signing.queries.envelopes import (
    get_envelope,
    list_envelopes,
    list_fields,
    list_history,
    list_people,
)
from portal.domain.documents.signing.queries.requests import count_awaited_requests, get_request, list_requests
from portal.domain.documents.signing.services.preparing import add_signer, place_field, prepare_envelope, remove_signer
from portal.domain.documents.signing.services.sending import (
    cancel_envelope,
    expire_envelope,
    name_other_signer,
    remind_signer,
    send_envelope,
)
from portal.domain.documents.signing.services.signing import decline_envelope, forward_envelope, open_envelope
from portal.domain.documents.signing.values.envelopes import USUAL, EnvelopeState, EventKind, NewSigner, SignerState
from portal.domain.documents.signing.values.fields import FieldKind, NewField
from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock, db
from portal.platform.errors import Conflict, Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.signing import circumstances, make_box, make_envelope, make_paper, make_signing, sign

S = EnvelopeState


@pytest.fixture
def third(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "gil.hart@example.com", Role.INVESTOR)


def state_of(world: World, envelope_id: UUID) -> EnvelopeState:
    with acting_as(world.manager.tenancy):
        return get_envelope(world.manager, envelope_id).state


def asked(*people: Actor) -> list[int]:
    """How many signatures are awaited from each; the database itself shows them no other envelope."""
    counts = []
    for person in people:
        with acting_as(person.tenancy):
            listed = {each.envelope_id for each in list_requests(person)}
            assert {row.id for row in db.fetch_all("SELECT id FROM documents.envelopes")} == listed
            assert {row.user_id for row in db.fetch_all("SELECT user_id FROM documents.signers")} <= {person.user_id}
            counts.append(count_awaited_requests(person))
    return counts


def happened(world: World, envelope_id: UUID) -> list[EventKind]:
    with acting_as(world.manager.tenancy):
        return [each.kind for each in list_history(world.manager, envelope_id)]


def forward(person: Actor, envelope_id: UUID, email: str) -> None:
    with acting_as(person.tenancy):
        forward_envelope(person, envelope_id, circumstances(), email=email, reason="She signs for us.")


def test_turns_are_kept_and_the_last_signature_ends_it(app: Flask, world: World, third: Actor) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (third, 2))
    assert asked(world.investor, third) == [1, 0]
    with pytest.raises(NotFound):
        sign(third, envelope, shown="00" * 32)
    sign(world.investor, envelope)
    assert asked(world.investor, third) == [0, 1]
    sign(third, envelope)
    assert state_of(world, envelope) is S.SIGNED
    kinds = happened(world, envelope)
    assert [kinds.count(kind) for kind in (EventKind.SENT, EventKind.ASKED, EventKind.SIGNED)] == [1, 2, 2]


def test_a_draft_does_not_exist_outside_the_staff(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    assert asked(world.investor, world.another_investor) == [0, 0]
    for person in (world.investor, world.another_investor, world.foreign_investor):
        with acting_as(person.tenancy), pytest.raises(NotFound):
            get_request(person, envelope)


def test_what_one_signs_is_for_nobody_else(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    assert asked(world.investor, world.another_investor, world.foreign_investor) == [1, 0, 0]
    with acting_as(world.foreign_manager.tenancy):
        assert list_envelopes(world.foreign_manager, before=(clock.now(), uuid4()), most=10) == []
        with pytest.raises(NotFound):
            get_envelope(world.foreign_manager, envelope)
        with pytest.raises(NotFound):
            cancel_envelope(world.foreign_manager, envelope)
    for actor in (world.another_investor, world.foreign_investor):
        with pytest.raises(NotFound), acting_as(actor.tenancy):
            decline_envelope(actor, envelope, circumstances(), reason="Not mine.")
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        get_envelope(world.investor, envelope)


def test_only_who_may_publish_sends(app: Flask, world: World) -> None:
    envelope = make_envelope(world.associate, (world.investor, 1), sent=False)
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        send_envelope(world.associate, envelope)
    with acting_as(world.manager.tenancy):
        send_envelope(world.manager, envelope)
        with pytest.raises(EnvelopeSent):
            send_envelope(world.manager, envelope)
        with pytest.raises(EnvelopeSent):
            add_signer(world.manager, envelope, NewSigner(world.another_investor.user_id, "Also"))  # type: ignore[arg-type]


def test_nobody_signs_twice_or_something_else_than_was_shown(app: Flask, world: World, third: Actor) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (third, 1))
    with pytest.raises(ShownOtherwise):
        sign(world.investor, envelope, shown="ab" * 32)
    for consent in ("", "2020-01"):
        with pytest.raises(Invalid) as refused:
            sign(world.investor, envelope, consent=consent)
        assert set(refused.value.fields) == {"consent"}
    with pytest.raises(Invalid) as refused:
        sign(world.investor, envelope, name="", path="M0 0L1 1")
    assert set(refused.value.fields) >= {"name"}
    sign(world.investor, envelope)
    with pytest.raises(AlreadySigned):
        sign(world.investor, envelope)


def test_answers_and_strokes_are_kept_sealed(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope, name="Ada Q. Canary")
    with acting_as(Actor.system(world.firm_id).tenancy):
        (row,) = db.fetch_all("SELECT answers_sealed::text AS kept FROM documents.signers WHERE state = 'signed'")
    assert b"Canary".hex() not in row.kept


def test_a_refusal_ends_it_for_everybody(app: Flask, world: World, third: Actor) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (third, 1))
    with acting_as(third.tenancy):
        with pytest.raises(Invalid):
            decline_envelope(third, envelope, circumstances(), reason=" ")
        decline_envelope(third, envelope, circumstances(), reason="The fee is not what we agreed.")
    assert state_of(world, envelope) is S.DECLINED
    with pytest.raises(EnvelopeClosed):
        sign(world.investor, envelope)
    with acting_as(world.manager.tenancy):
        last = list_history(world.manager, envelope)[-1]
    assert (last.kind, last.name, last.note) == (EventKind.DECLINED, "Gil Hart", "The fee is not what we agreed.")


def test_it_is_passed_on_to_the_right_person(app: Flask, world: World, third: Actor) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    forward(world.investor, envelope, " Gil.Hart@Example.com ")
    assert asked(world.investor, third) == [0, 1]
    with acting_as(world.investor.tenancy), pytest.raises(NotFound):
        get_request(world.investor, envelope)
    sign(third, envelope)
    assert state_of(world, envelope) is S.SIGNED


@pytest.mark.parametrize("email", ["nobody@example.com", "foreign@example.com", "ben.ortiz@example.com"])
def test_who_is_not_known_or_signs_already_is_answered_alike(app: Flask, world: World, email: str) -> None:
    """Nobody learns by passing something on who is here, or who else signs."""
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 2))
    forward(world.investor, envelope, email)
    assert asked(world.investor, world.another_investor, world.foreign_investor) == [0, 0, 0]
    with acting_as(world.manager.tenancy):
        vacant = list_people(world.manager, envelope)[0]
        assert (vacant.seat, vacant.user_id, vacant.state) == (1, None, SignerState.WAITING)
        told = next(each for each in list_history(world.manager, envelope) if each.kind is EventKind.FORWARDED)
        assert told.named == email
        assert world.another_investor.user_id
        with pytest.raises(Conflict):
            name_other_signer(world.manager, envelope, 1, world.another_investor.user_id)
        assert world.investor.user_id
        name_other_signer(world.manager, envelope, 1, world.investor.user_id)
    assert asked(world.investor) == [1]


def test_time_that_is_up_ends_it(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    system, later = Actor.system(world.firm_id), clock.now() + USUAL + timedelta(seconds=1)
    with acting_as(system.tenancy):
        expire_envelope(system, envelope)
    assert state_of(world, envelope) is S.SENT
    signing = make_signing(world.investor, envelope)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(EnvelopeClosed):
        sign(world.investor, envelope, shown=signing.shown)
    with acting_as(system.tenancy):
        expire_envelope(system, envelope)
        expire_envelope(system, envelope)
    assert state_of(world, envelope) is S.EXPIRED
    assert happened(world, envelope).count(EventKind.EXPIRED) == 1


def test_it_is_taken_back(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        cancel_envelope(world.associate, envelope)
    with acting_as(world.manager.tenancy):
        cancel_envelope(world.manager, envelope, reason="The terms have changed.")
        with pytest.raises(EnvelopeClosed):
            cancel_envelope(world.manager, envelope)
    with pytest.raises(EnvelopeClosed):
        sign(world.investor, envelope)


def test_a_document_that_is_deleted_is_signed_by_nobody(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.manager.tenancy):
        delete_document(world.manager, get_envelope(world.manager, envelope).document_id)
    assert state_of(world, envelope) is S.CANCELLED


def test_a_reminder_goes_out_once_a_day(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.associate.tenancy):
        with pytest.raises(RemindedLately):
            remind_signer(world.associate, envelope, 1)
        later = clock.now() + timedelta(days=1, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        remind_signer(world.associate, envelope, 1)
        with pytest.raises(RemindedLately):
            remind_signer(world.associate, envelope, 1)
        with pytest.raises(NotFound):
            remind_signer(world.associate, envelope, 2)


def test_what_was_opened_is_noted_once(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.investor.tenancy):
        open_envelope(world.investor, envelope, circumstances())
        open_envelope(world.investor, envelope, circumstances())
    with acting_as(world.another_investor.tenancy):
        open_envelope(world.another_investor, envelope, circumstances())
    assert happened(world, envelope).count(EventKind.OPENED) == 1


def test_nothing_is_sent_that_somebody_cannot_sign(app: Flask, world: World) -> None:
    with acting_as(world.manager.tenancy):
        document = make_paper(world.firm_id)
        envelope = prepare_envelope(world.manager, document, expires_at=clock.now() + USUAL)
        with pytest.raises(NotReady):
            send_envelope(world.manager, envelope)
        assert world.investor.user_id
        seat = add_signer(world.manager, envelope, NewSigner(world.investor.user_id, "Investor"))
        with pytest.raises(Invalid):
            add_signer(world.manager, envelope, NewSigner(world.investor.user_id, "Twice"))
        with pytest.raises(NotReady):
            send_envelope(world.manager, envelope)
        with pytest.raises(NotFound):
            place_field(world.manager, envelope, NewField(2, FieldKind.SIGNATURE, 1, make_box("0.1", "0.1")))
        place_field(world.manager, envelope, NewField(seat, FieldKind.SIGNATURE, 1, make_box("0.1", "0.1")))
        assert len(list_fields(world.manager, envelope)) == 1
        assert world.foreign_investor.user_id
        with pytest.raises(NotFound):
            add_signer(world.manager, envelope, NewSigner(world.foreign_investor.user_id, "Stranger"))
        remove_signer(world.manager, envelope, seat)
        assert list_fields(world.manager, envelope) == []


@pytest.mark.parametrize("days", [-1, 181])
def test_an_envelope_ends_on_a_day_to_come(app: Flask, world: World, days: int) -> None:
    with acting_as(world.manager.tenancy), pytest.raises(Invalid):
        prepare_envelope(world.manager, make_paper(world.firm_id), expires_at=clock.now() + timedelta(days=days))


@db.transactional
def tamper(statement: str) -> None:
    db.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE documents.signing_events SET kind = 'opened'", "DELETE FROM documents.signing_events"],
)
def test_the_history_is_never_changed(app: Flask, world: World, statement: str) -> None:
    make_envelope(world.manager, (world.investor, 1))
    with acting_as(Actor.system(world.firm_id).tenancy), pytest.raises(DBAPIError):
        tamper(statement)


@pytest.mark.parametrize("table", ["envelopes", "signers", "signing_fields"])
def test_who_signs_writes_nothing_themselves(app: Flask, world: World, table: str) -> None:
    make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.investor.tenancy), pytest.raises(DBAPIError):
        tamper(f"UPDATE documents.{table} SET firm_id = firm_id")
