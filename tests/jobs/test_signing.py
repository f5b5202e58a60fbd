"""Signing in the worker: people asked and told, and one finished file that cannot be changed unseen."""

from __future__ import annotations

import hashlib
import io
from email.utils import parseaddr
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import find_document_by_source, get_document
from portal.domain.documents.library.signals import DocumentPublishing
from portal.domain.documents.library.values.documents import Document
from portal.domain.documents.signing.queries.envelopes import get_envelope, list_history
from portal.domain.documents.signing.queries.finishing import find_signed_file
from portal.domain.documents.signing.services.sending import expire_envelope
from portal.domain.documents.signing.services.signing import decline_envelope, forward_envelope
from portal.domain.documents.signing.signals import EnvelopeFinished
from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind
from portal.domain.identity.access.values import Actor, Role
from portal.jobs import signing as jobs
from portal.jobs.drain import drain
from portal.platform import db, signals
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.errors import Conflict, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.storage.errors import ObjectDamaged
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, make_user
from tests.factories.signing import DRAWN_PATH, circumstances, make_envelope, sign, write_document


def finished(actor: Actor, envelope_id: UUID) -> Document:
    """The finished document as somebody finds it in the library."""
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        found = find_document_by_source(system, f"envelope:{envelope_id}")
    assert found is not None
    with acting_as(actor.tenancy):
        return get_document(actor, found)


def file_of(document: Document) -> bytes:
    assert document.version is not None
    assert document.version.file_key is not None
    return resources().store.get(document.version.file_key)


def letters(directory: Path) -> list[tuple[str, str, str]]:
    """To whom, about what, and what was written; the newest first."""
    found = []
    for each in list_messages(directory):
        read = read_message(directory, each.name)
        found.append((parseaddr(each.recipients)[1], each.subject, read.text))
    return found


def test_everybody_who_signed_gets_the_whole_file(app: Flask, world: World, mailing: Path) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 2), title="Side letter")
    sign(world.investor, envelope, path=DRAWN_PATH)
    sign(world.another_investor, envelope, name="Ben Ortiz")
    drain()
    for person in (world.investor, world.another_investor, world.manager):
        assert finished(person, envelope).summary.title == "Side letter (signed)"
    with pytest.raises(NotFound):
        finished(make_user(world.firm_id, "gil.hart@example.com", Role.INVESTOR), envelope)
    document = finished(world.investor, envelope)
    content = file_of(document)
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    assert document.version is not None
    assert document.version.pages == len(pages) >= 4
    assert "Ben Ortiz" in pages[2]
    certificate = " ".join(" ".join(pages[3:]).split())
    original = write_document(3, text="Side letter")
    said = ["Ada Lane", "Ben Ortiz", "a•••@e•••.com", "Drawn by hand", "Typed name", "192.0.2.7", "Party 1", "Party 2"]
    for part in (*said, hashlib.sha256(original).hexdigest(), str(envelope), "Password and a code of a second factor"):
        assert part in certificate, part


def test_a_changed_byte_anywhere_is_found(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 1))
    for person in (world.investor, world.another_investor):
        sign(person, envelope)
    drain()
    content = file_of(finished(world.investor, envelope))
    found = find_signed_file(world.firm_id, hashlib.sha256(content).hexdigest())
    assert found is not None
    assert found.signers == 2
    assert find_signed_file(world.other_firm_id, hashlib.sha256(content).hexdigest()) is None
    for place in {*range(0, len(content), max(1, len(content) // 997)), len(content) - 1}:
        other = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert find_signed_file(world.firm_id, hashlib.sha256(other).hexdigest()) is None
    assert find_signed_file(world.firm_id, hashlib.sha256(content + b"\n").hexdigest()) is None
    assert find_signed_file(world.firm_id, hashlib.sha256(content[:-1]).hexdigest()) is None


def test_the_asked_are_written_to_in_their_turn(app: Flask, world: World, mailing: Path) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 2), title="Side <letter>")
    drain()
    assert [to for to, _, _ in letters(mailing)] == ["ada.lane@example.com"]
    _, subject, text = letters(mailing)[0]
    assert subject == "Please sign Side <letter>"
    assert f"/documents/signatures/{envelope}" in text
    assert "Please sign by Friday." in text
    sign(world.investor, envelope)
    drain()
    assert sorted(to for to, _, _ in letters(mailing)) == ["ada.lane@example.com", "ben.ortiz@example.com"]
    sign(world.another_investor, envelope)
    drain()
    told = [to for to, subject, _ in letters(mailing) if "signed by everybody" in subject]
    assert sorted(told) == ["ada.lane@example.com", "ben.ortiz@example.com", "manager@example.com"]


def test_the_sender_is_told_of_refusals_and_who_it_was_passed_to(app: Flask, world: World, mailing: Path) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.investor.tenancy):
        forward_envelope(
            world.investor, envelope, circumstances(), email="ben.ortiz@example.com", reason="He signs for us."
        )
    with acting_as(world.another_investor.tenancy):
        decline_envelope(world.another_investor, envelope, circumstances(), reason="The fee is wrong.")
    drain()
    to_manager = {subject: text for to, subject, text in letters(mailing) if to == "manager@example.com"}
    assert "They wrote: He signs for us." in to_manager["Ada Lane passed Subscription agreement on"]
    assert "They wrote: The fee is wrong." in to_manager["Ben Ortiz declined to sign Subscription agreement"]
    assert not [to for to, _, _ in letters(mailing) if to == "ada.lane@example.com"]


def test_who_has_not_signed_is_reminded_until_they_have(app: Flask, world: World, mailing: Path) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), remind_days=3)
    drain()
    remind(world, envelope)
    drain()
    assert [subject for _, subject, _ in letters(mailing)].count("Reminder: please sign Subscription agreement") == 1
    sign(world.investor, envelope)
    remind(world, envelope)
    drain()
    assert sum(subject.startswith("Reminder") for _, subject, _ in letters(mailing)) == 1


def remind(world: World, envelope_id: UUID) -> None:
    """Do what is due some days after somebody was asked."""
    with acting_as(Actor.system(world.firm_id).tenancy):
        (row,) = db.fetch_all("SELECT id FROM documents.signers WHERE envelope_id = %(id)s", id=envelope_id)
        db.transactional(jobs.remind)(Work(new_id(), world.firm_id, "signing.remind", {"signer_id": str(row.id)}, 1))


@db.transactional
def run_out(envelope_id: UUID) -> None:
    """Let the time of an envelope be up."""
    db.execute("UPDATE documents.envelopes SET expires_at = now() - interval '1 s' WHERE id = %(id)s", id=envelope_id)


def test_the_sender_is_told_when_time_is_up(app: Flask, world: World, mailing: Path) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        run_out(envelope)
        expire_envelope(system, envelope)
    drain()
    assert ("manager@example.com", "The time for signing Subscription agreement is over") in [
        (to, subject) for to, subject, _ in letters(mailing)
    ]


def test_a_worker_killed_before_it_was_done_leaves_nothing_half_done(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope)
    work = Work(new_id(), world.firm_id, "signing.finish", {"envelope_id": str(envelope)}, 1)
    system = Actor.system(world.firm_id)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, acting_as(system.tenancy):
        patched.setattr(jobs, "finish_envelope", die)
        with pytest.raises(KeyboardInterrupt):
            db.transactional(jobs.finish)(work)
    with acting_as(system.tenancy):
        assert get_envelope(system, envelope).state is EnvelopeState.SIGNED
        assert find_document_by_source(system, f"envelope:{envelope}") is None
        db.transactional(jobs.finish)(work)
        db.transactional(jobs.finish)(work)
        assert get_envelope(system, envelope).state is EnvelopeState.FINISHED
    assert finished(world.investor, envelope).latest_version == 1
    with acting_as(world.manager.tenancy):
        kinds = [each.kind for each in list_history(world.manager, envelope)]
    assert kinds.count(EventKind.FINISHED) == 1


def test_a_file_that_was_changed_in_the_store_is_not_sealed(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope)
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        key = get_envelope(system, envelope).file_key
        resources().store.put(key, write_document(3, text="Another agreement"), "application/pdf")
        with pytest.raises(ObjectDamaged):
            db.transactional(jobs.finish)(
                Work(new_id(), world.firm_id, "signing.finish", {"envelope_id": str(envelope)}, 1)
            )
        assert get_envelope(system, envelope).state is EnvelopeState.SIGNED


def test_two_workers_at_once_finish_it_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        name = new_id().hex[:8]
        firm = found_firm(f"finish-{name}", "Finishing Capital")
        manager = make_user(firm, f"manager@{name}.example", Role.MANAGER)
        signer = make_user(firm, f"signer@{name}.example", Role.INVESTOR)
        envelope = make_envelope(manager, (signer, 1))
        sign(signer, envelope)
    gate, finish = Barrier(3), db.transactional(jobs.finish)

    def run() -> None:
        work = Work(new_id(), firm, "signing.finish", {"envelope_id": str(envelope)}, 1)
        with committed_app.app_context(), acting_as(Actor.system(firm).tenancy):
            gate.wait()
            finish(work)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        assert finished(signer, envelope).latest_version == 1
        with acting_as(manager.tenancy):
            kinds = [each.kind for each in list_history(manager, envelope)]
        assert kinds.count(EventKind.FINISHED) == 1


def test_others_are_told_who_signed_what(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[EnvelopeFinished] = []
    monkeypatch.setitem(signals._reactions, EnvelopeFinished, [told.append])
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope)
    drain()
    (fact,) = told
    assert fact.envelope_id == envelope
    assert fact.signer_ids == (world.investor.user_id,)
    assert fact.finished_document_id == finished(world.investor, envelope).id


def test_a_file_that_a_check_holds_back_waits_for_the_staff(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: DocumentPublishing) -> None:
        raise Conflict("It names somebody else.")

    monkeypatch.setitem(signals._reactions, DocumentPublishing, [refuse])
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope)
    drain()
    assert finished(world.manager, envelope).published_at is None
    with pytest.raises(NotFound):
        finished(world.investor, envelope)


def test_fields_are_filled_in_where_they_were_placed(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope, name="Ada Lane")
    drain()
    with pypdfium2.PdfDocument(io.BytesIO(file_of(finished(world.investor, envelope)))) as pdf:
        page = pdf[2]
        width, height = page.get_size()
        corner = page.get_textpage().get_text_bounded(left=width * 0.6, bottom=0, right=width, top=height * 0.2)
    assert "Ada Lane" in corner


def test_who_passed_it_on_is_named_and_does_not_keep_the_file_from_who_signed(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.investor.tenancy):
        forward_envelope(
            world.investor, envelope, circumstances(), email="ben.ortiz@example.com", reason="He signs for us."
        )
    sign(world.another_investor, envelope)
    drain()
    with pypdfium2.PdfDocument(file_of(finished(world.another_investor, envelope))) as pdf:
        said = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Ada Lane passed it on to somebody else: He signs for us." in " ".join(said.split())
    with pytest.raises(NotFound):
        finished(world.investor, envelope)
