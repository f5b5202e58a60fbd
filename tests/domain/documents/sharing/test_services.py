"""Who may give a document to readers outside, what a link opens, and when it stops."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from structlog.contextvars import bound_contextvars

from portal.domain.documents.library.services.keeping import place_document_hold
from portal.domain.documents.library.services.publishing import archive_document, publish_document
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.documents.sharing.errors import NotPublished, ShareClosed, TooManyDevices, WrongShareCode
from portal.domain.documents.sharing.queries import (
    count_addresses_by_key,
    exists_device,
    get_shared_document,
    list_shares,
)
from portal.domain.documents.sharing.services import (
    forget_shares,
    note_reading,
    prove_reader,
    reseal_addresses,
    revoke_share,
    send_share_code,
)
from portal.domain.documents.sharing.values import MOST_DEVICES, MOST_TRIES, REMEMBERED, Share, ShareState
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.record.queries import list_history
from portal.domain.identity.sessions.values import Browser
from portal.platform import clock, db
from portal.platform.crypto import Vault, create_encryption_key
from portal.platform.errors import Forbidden, Invalid, Limited, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.identity import found_firm, make_user
from tests.factories.shares import READER, link_of, make_share

HERE = Browser("Firefox", "192.0.2.1")


@pytest.fixture
def document_id(app: Flask, world: World) -> UUID:
    return make_document(world.firm_id)


@pytest.fixture
def share_id(world: World, document_id: UUID) -> UUID:
    return make_share(world.manager, document_id)


def sent_code(share_id: UUID, firm_id: UUID) -> str:
    """The code that the reader was written last."""
    statement = (
        "SELECT arguments->>'code' FROM platform.outbox WHERE job = 'sharing.send_code' AND state = 'ready'"
        " AND arguments->>'share_id' = %(share)s ORDER BY created_at DESC, id LIMIT 1"
    )
    with acting_as(Actor.system(firm_id).tenancy):
        return resources().sealer.unseal(db.fetch_value(statement, share=str(share_id)))


def ask(share_id: UUID, firm_id: UUID) -> str:
    """A code, asked for and read; the messages before it are out of the way."""
    with acting_as(Actor.system(firm_id).tenancy):
        _forget_messages()
    send_share_code(resources().sealer, link_of(share_id))
    return sent_code(share_id, firm_id)


@db.transactional
def _forget_messages() -> None:
    db.execute("UPDATE platform.outbox SET state = 'done' WHERE job = 'sharing.send_code'")


def enter(share_id: UUID, firm_id: UUID) -> str:
    """A browser in which the reader proved their address."""
    return prove_reader(resources().vault, link_of(share_id), ask(share_id, firm_id), HERE)


def opened(share_id: UUID) -> str | None:
    """The title that the link opens, or None."""
    try:
        return get_shared_document(resources().vault, link_of(share_id)).title
    except ShareClosed:
        return None


def shares(actor: Actor, document_id: UUID) -> list[Share]:
    with acting_as(actor.tenancy):
        return list_shares(actor, resources().vault, document_id)


def test_a_reader_proves_their_address_and_reads(world: World, document_id: UUID, share_id: UUID) -> None:
    found = get_shared_document(resources().vault, link_of(share_id))
    assert (found.title, found.email, found.view_only) == ("Letter to investors", READER, False)
    assert not exists_device(found, None)
    assert not exists_device(found, "made up")
    device = enter(share_id, world.firm_id)
    assert exists_device(found, device)
    for page in (1, 2, None):
        note_reading(found, device, page=page)
    (share,) = shares(world.manager, document_id)
    (known,) = share.devices
    assert (share.state, share.email, share.created_by) == (ShareState.OPEN, READER, "Manager")
    assert (known.agent, known.address, known.opened, known.taken) == ("Firefox", "192.0.2.1", 2, 1)
    with acting_as(world.manager.tenancy):
        acts = [each.act for each in list_history(world.manager, f"document:{document_id}")]
    for act, times in {"share": 1, "share_prove": 1, "share_read": 2, "share_take": 1}.items():
        assert acts.count(f"document.{act}") == times


def test_who_may_give(world: World, document_id: UUID) -> None:
    for actor, refusal in (
        (world.associate, Forbidden),
        (world.investor, Forbidden),
        (world.auditor, Forbidden),
        (world.foreign_manager, NotFound),
    ):
        with pytest.raises(refusal):
            make_share(actor, document_id)


def test_drafts_are_shared_with_nobody(world: World, app: Flask) -> None:
    with pytest.raises(NotPublished):
        make_share(world.manager, make_document(world.firm_id, published=False))


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_until_a_day_within_a_year(world: World, document_id: UUID, days: int) -> None:
    with time_machine.travel(clock.now(), tick=False), pytest.raises(Invalid) as refused:
        make_share(world.manager, document_id, until=clock.now() + timedelta(days=days))
    assert "until" in refused.value.fields


def test_what_can_only_be_read_here_stays_so(world: World, app: Flask) -> None:
    share_id = make_share(world.manager, make_document(world.firm_id, view_only=True), view_only=False)
    assert get_shared_document(resources().vault, link_of(share_id)).view_only


def end_by_revoking(world: World, document_id: UUID, share_id: UUID) -> None:
    with acting_as(world.manager.tenancy):
        revoke_share(world.manager, document_id, share_id)


def end_by_archiving(world: World, document_id: UUID, _share_id: UUID) -> None:
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, document_id)


@pytest.mark.parametrize("end", [end_by_revoking, end_by_archiving])
def test_what_ended_opens_nothing_in_no_browser(
    world: World, document_id: UUID, share_id: UUID, end: Callable[[World, UUID, UUID], None]
) -> None:
    device, code = enter(share_id, world.firm_id), ask(share_id, world.firm_id)
    found = get_shared_document(resources().vault, link_of(share_id))
    end(world, document_id, share_id)
    assert opened(share_id) is None
    with pytest.raises(ShareClosed):
        prove_reader(resources().vault, link_of(share_id), code, HERE)
    with pytest.raises(ShareClosed):
        send_share_code(resources().sealer, link_of(share_id))
    with pytest.raises(ShareClosed):
        get_shared_document(resources().vault, link_of(share_id))
    assert exists_device(found, device)  # the browser is known still: it is the share that is not there


def test_what_was_archived_is_not_given_again_by_publishing_it(world: World, document_id: UUID, share_id: UUID) -> None:
    end_by_archiving(world, document_id, share_id)
    with acting_as(world.manager.tenancy):
        publish_document(world.manager, document_id, tell=False)
    assert opened(share_id) is None
    assert [each.state for each in shares(world.manager, document_id)] == [ShareState.REVOKED]


def test_it_ends_at_its_moment_and_with_the_document(world: World, document_id: UUID) -> None:
    now = clock.now()
    short = make_share(world.manager, document_id, until=now + timedelta(days=2))
    dying = make_share(world.manager, make_document(world.firm_id, expires_at=now + timedelta(days=1)))
    assert opened(short) == opened(dying) == "Letter to investors"
    with time_machine.travel(now + timedelta(days=1, seconds=1), tick=False):
        assert (opened(short), opened(dying)) == ("Letter to investors", None)
    with time_machine.travel(now + timedelta(days=2), tick=False):
        assert opened(short) is None
        assert [each.state for each in shares(world.manager, document_id)] == [ShareState.EXPIRED]


def test_a_code_is_good_once_and_for_its_share_alone(world: World, document_id: UUID, share_id: UUID) -> None:
    vault, other = resources().vault, make_share(world.manager, document_id, email="other@example.org")
    code = ask(share_id, world.firm_id)
    with pytest.raises(WrongShareCode):
        prove_reader(vault, link_of(other), code, HERE)
    device = prove_reader(vault, link_of(share_id), f" {code[:3]} {code[3:]} ", HERE)
    with pytest.raises(WrongShareCode):
        prove_reader(vault, link_of(share_id), code, HERE)
    assert not exists_device(get_shared_document(vault, link_of(other)), device)


def test_a_code_is_over_after_ten_minutes_or_with_the_next(world: World, share_id: UUID) -> None:
    vault, old = resources().vault, ask(share_id, world.firm_id)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False), pytest.raises(WrongShareCode):
        prove_reader(vault, link_of(share_id), old, HERE)
    new = ask(share_id, world.firm_id)
    if new != old:
        with pytest.raises(WrongShareCode):
            prove_reader(vault, link_of(share_id), old, HERE)
    assert prove_reader(vault, link_of(share_id), new, HERE)


def test_a_code_is_not_to_be_guessed(world: World, share_id: UUID) -> None:
    """Each wrong one counts, and stays counted."""
    vault, code = resources().vault, ask(share_id, world.firm_id)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongShareCode):
            prove_reader(vault, link_of(share_id), wrong, HERE)
    with pytest.raises(WrongShareCode):
        prove_reader(vault, link_of(share_id), code, HERE)
    for _ in range(10 - MOST_TRIES - 1):
        with pytest.raises(WrongShareCode):
            prove_reader(vault, link_of(share_id), wrong, HERE)
    with pytest.raises(Limited):
        prove_reader(vault, link_of(share_id), wrong, HERE)


def test_nobody_is_flooded_with_codes(world: World, share_id: UUID) -> None:
    for _ in range(10):
        send_share_code(resources().sealer, link_of(share_id))
    with pytest.raises(Limited):
        send_share_code(resources().sealer, link_of(share_id))


def test_three_browsers_and_no_more(world: World, share_id: UUID) -> None:
    devices = {enter(share_id, world.firm_id) for _ in range(MOST_DEVICES)}
    found = get_shared_document(resources().vault, link_of(share_id))
    assert len(devices) == MOST_DEVICES
    assert all(exists_device(found, each) for each in devices)
    with pytest.raises(TooManyDevices):
        send_share_code(resources().sealer, link_of(share_id))


def test_another_firm_cannot_take_back_nor_see(world: World, document_id: UUID, share_id: UUID) -> None:
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        revoke_share(world.foreign_manager, document_id, share_id)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        list_shares(world.foreign_manager, resources().vault, document_id)
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        list_shares(world.associate, resources().vault, document_id)
    with acting_as(world.investor.tenancy), pytest.raises(Exception, match="permission denied"):
        db.fetch_all("SELECT FROM documents.shares")
    assert opened(share_id)


def test_addresses_are_sealed_and_follow_a_rotation(
    world: World, share_id: UUID, tmp_path_factory: pytest.TempPathFactory
) -> None:
    system, file = Actor.system(world.firm_id), tmp_path_factory.mktemp("keys") / "keys"
    create_encryption_key(file)
    first = resources().settings.encryption_key_file.read_bytes()
    file.write_bytes(file.read_bytes() + first)
    rotated = Vault(file)
    with acting_as(system.tenancy):
        assert READER.encode() not in bytes(db.fetch_value("SELECT email FROM documents.shares"))
        assert reseal_addresses(system, rotated, most=10) == 1
        assert reseal_addresses(system, rotated, most=10) == 0
        assert count_addresses_by_key(world.firm_id) == {rotated.key_in_force(): 1}
    assert get_shared_document(rotated, link_of(share_id)).email == READER


def test_of_many_who_bring_one_code_one_comes_in(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm_id = found_firm(f"shared-{uuid4().hex[:12]}", "Shared Capital")
        manager = make_user(firm_id, f"{firm_id}@example.com", Role.MANAGER)
        share_id = make_share(manager, make_document(firm_id))
        with bound_contextvars(address=str(uuid4())):  # of which no other test counts the tries
            code, link = ask(share_id, firm_id), link_of(share_id)
        db.session.remove()
    ready, came = threading.Barrier(4), list[str]()

    def bring() -> None:
        with committed_app.app_context(), bound_contextvars(address=str(uuid4())):
            ready.wait(60)
            with contextlib.suppress(WrongShareCode):
                came.append(prove_reader(resources().vault, link, code, HERE))

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(came) == 1


def test_who_a_reader_was_is_forgotten_a_year_after_the_end(app: Flask, world: World) -> None:
    system, day = Actor.system(world.firm_id), clock.now() + timedelta(days=1)
    over, taken, held, still = (make_document(world.firm_id, title) for title in ("Over", "Taken", "Held", "Still"))
    for document in (over, held):
        make_share(world.manager, document, until=day)
    back = make_share(world.manager, taken, until=clock.now() + timedelta(days=300))
    make_share(world.manager, still, until=clock.now() + timedelta(days=300))
    with acting_as(world.manager.tenancy):
        revoke_share(world.manager, taken, back)
    officer = make_user(world.firm_id, "officer.of.holds@example.com", Role.COMPLIANCE)
    with acting_as(officer.tenancy):
        place_document_hold(officer, HoldSubject.DOCUMENT, held, reason="Litigation")
    with acting_as(system.tenancy):
        with time_machine.travel(day + REMEMBERED - timedelta(minutes=1), tick=True):
            assert forget_shares(system) == 1
        with time_machine.travel(day + REMEMBERED + timedelta(minutes=1), tick=True):
            assert forget_shares(system) == 1
    left = {document: len(shares(world.manager, document)) for document in (over, taken, held, still)}
    assert left == {over: 0, taken: 0, held: 1, still: 1}
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        forget_shares(world.manager)
