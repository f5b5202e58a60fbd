"""A long PDF or an archive becomes documents of accounts; what is nobody's is seen by nobody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.domain.documents.filing.errors import BatchChanged, NothingToFile
from portal.domain.documents.filing.queries import known
from portal.domain.documents.filing.queries.batches import get_batch, list_part_keys, list_pieces
from portal.domain.documents.filing.services import filing
from portal.domain.documents.filing.services.batches import discard_batch, finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.services.reviewing import choose_account, confirm_batch, join_piece, split_piece
from portal.domain.documents.filing.values.batches import Batch, BatchDetails, BatchState, Piece
from portal.domain.documents.filing.values.evidence import Known
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.values.documents import DocumentFilter, DocumentState, DocumentType
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.filing import give_number, paper
from tests.factories.investments import make_account
from tests.platform.screening.other_files import workbook

DETAILS = BatchDetails(DocumentType.TAX_FORM, "K-1 {period}, {account}", "2025")
PAGES = (
    "Schedule K-1\nLane Family Trust\nPage 1 of 2",
    "continued\nPage 2 of 2",
    "Schedule K-1\nHarbour Point Holdings LP",
    "Schedule K-1\nSomebody Unknown Ltd\nPage 1 of 1",
    "Lane Family Trust and Harbour Point Holdings LP",
)


@pytest.fixture
def lane(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def harbour(app: Flask, world: World) -> UUID:
    account = make_account(world.firm_id, "Harbour Point Holdings LP", world.another_investor)
    give_number(world.firm_id, account, "H-77")
    return account


def archive(files: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return kept.getvalue()


def send(actor: Actor, content: bytes, name: str = "k1s.pdf", *, parts: int = 1) -> UUID:
    """A batch of this file, sent in so many parts, and read."""
    length = -(-len(content) // parts)
    with acting_as(actor.tenancy):
        batch = start_batch(actor, DETAILS, name=name, size=len(content))
        for number in reversed(range(parts)):
            keep_part(actor, batch, number, content[number * length : (number + 1) * length])
        finish_receiving(actor, batch)
    drain()
    return batch


def stands(actor: Actor, batch: UUID) -> tuple[Batch, Sequence[Piece]]:
    with acting_as(actor.tenancy):
        return get_batch(actor, batch), list_pieces(actor, batch)


def confirm(actor: Actor, batch: UUID, *, publish: bool = False) -> None:
    with acting_as(actor.tenancy):
        confirm_batch(actor, batch, publish=publish)
    drain()


def seen(actor: Actor) -> list[str]:
    with acting_as(actor.tenancy):
        return sorted(each.title for each in list_documents(actor, DocumentFilter()))


def test_a_long_document_is_split_where_the_account_changes(
    app: Flask, world: World, lane: UUID, harbour: UUID
) -> None:
    batch, pieces = stands(world.associate, send(world.associate, paper(*PAGES), parts=3))
    assert (batch.state, batch.pages, batch.pieces, batch.matched) == (BatchState.REVIEW, 5, 4, 2)
    assert [(each.first, each.last, each.account_id) for each in pieces] == [
        (1, 2, lane),
        (3, 3, harbour),
        (4, 4, None),
        (5, 5, None),
    ]
    assert pieces[0].evidence[0].names == ("Lane Family Trust",)
    assert (pieces[0].evidence[0].page, pieces[0].evidence[0].line) == (1, 2)
    assert len(pieces[3].evidence) == 2, "whom it names is shown, so that a person can choose"


def test_what_is_confirmed_is_filed_and_nothing_else(app: Flask, world: World, lane: UUID, harbour: UUID) -> None:
    sent = send(world.associate, paper(*PAGES))
    with acting_as(world.associate.tenancy):
        keys = list_part_keys(world.associate, sent)
    confirm(world.associate, sent)
    batch, pieces = stands(world.associate, sent)
    assert (batch.state, batch.filed) == (BatchState.FILED, 2)
    with acting_as(world.associate.tenancy):
        first = get_document(world.associate, pieces[0].document_id or UUID(int=0))
    assert (first.summary.title, first.summary.state) == ("K-1 2025, Lane Family Trust", DocumentState.DRAFT)
    assert (first.details.account_id, first.details.type, first.details.period) == (lane, DocumentType.TAX_FORM, "2025")
    assert first.version is not None
    content = PdfReader(io.BytesIO(resources().store.get(first.version.file_key or "")))
    assert [page.extract_text().split("\n")[0] for page in content.pages] == ["Schedule K-1", "continued"]
    assert seen(world.investor) == seen(world.another_investor) == [], "drafts do not exist for them"
    drain()
    assert keys
    assert not any(resources().store.exists(key) for key in keys.values()), "what was sent is thrown away"


def test_whom_the_firm_knows_is_asked_once_for_all_that_is_published(
    app: Flask, world: World, lane: UUID, harbour: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, get_known = list[Actor](), known.get_known

    def counted(actor: Actor) -> Known:
        asked.append(actor)
        return get_known(actor)

    sent = send(world.manager, paper(*PAGES))
    monkeypatch.setattr(known, "get_known", counted)
    confirm(world.manager, sent, publish=True)
    assert len(asked) == 1
    assert len(seen(world.investor)) == len(seen(world.another_investor)) == 1


def test_published_pieces_are_seen_by_their_own_and_unmatched_ones_by_nobody(
    app: Flask, world: World, lane: UUID, harbour: UUID
) -> None:
    sent = send(world.manager, paper(*PAGES))
    confirm(world.manager, sent, publish=True)
    assert seen(world.investor) == ["K-1 2025, Lane Family Trust"]
    assert seen(world.another_investor) == ["K-1 2025, Harbour Point Holdings LP"]
    assert seen(world.foreign_investor) == []
    with acting_as(world.investor.tenancy), pytest.raises(Exception, match="permission denied"):
        db.fetch_all("SELECT FROM documents.pieces")


def test_a_piece_that_names_another_stays_a_draft(app: Flask, world: World, lane: UUID, harbour: UUID) -> None:
    sent = send(world.manager, paper(*PAGES))
    _, pieces = stands(world.manager, sent)
    with acting_as(world.manager.tenancy):
        choose_account(world.manager, sent, pieces[3].id, lane)
    confirm(world.manager, sent, publish=True)
    _, pieces = stands(world.manager, sent)
    assert pieces[3].problem is not None
    assert "filed as a draft" in pieces[3].problem
    assert pieces[3].document_id is not None
    assert seen(world.investor) == ["K-1 2025, Lane Family Trust"]


def test_an_archive_is_matched_by_names_of_files_and_what_they_say(
    app: Flask, world: World, lane: UUID, harbour: UUID
) -> None:
    files = {
        "k1/lane_family_trust.pdf": paper("Schedule K-1"),
        "k1/0001.pdf": paper("Schedule K-1\nAccount H-77"),
        "holdings.xlsx": workbook(("Lane Family Trust", 5)),
        "unknown.pdf": paper("Schedule K-1"),
        "setup.exe": b"MZ",
        "broken.pdf": b"%PDF-1.4 nothing",
        "__MACOSX/._0001.pdf": b"x",
    }
    batch, pieces = stands(world.manager, send(world.manager, archive(files), "k1s.zip"))
    found = {each.name: (each.account_id, each.problem is not None) for each in pieces}
    assert found == {
        "lane_family_trust.pdf": (lane, False),
        "0001.pdf": (harbour, False),
        "holdings.xlsx": (lane, False),
        "unknown.pdf": (None, False),
        "setup.exe": (None, True),
        "broken.pdf": (None, True),
    }
    confirm(world.manager, batch.id, publish=True)
    assert seen(world.investor) == ["K-1 2025, Lane Family Trust"] * 2
    assert seen(world.another_investor) == ["K-1 2025, Harbour Point Holdings LP"]


def test_staff_choose_leave_out_split_and_join(app: Flask, world: World, lane: UUID, harbour: UUID) -> None:
    staff = world.associate
    sent = send(staff, paper(*PAGES))
    _, pieces = stands(staff, sent)
    with acting_as(staff.tenancy):
        choose_account(staff, sent, pieces[2].id, harbour)
        choose_account(staff, sent, pieces[3].id, None)
        split_piece(staff, sent, pieces[0].id, after=1)
        with pytest.raises(Invalid):
            split_piece(staff, sent, pieces[1].id, after=3)
    _, pieces = stands(staff, sent)
    assert [(each.first, each.last, each.account_id, each.left_out) for each in pieces] == [
        (1, 1, lane, False),
        (2, 2, None, False),
        (3, 3, harbour, False),
        (4, 4, harbour, False),
        (5, 5, None, True),
    ]
    assert pieces[3].chosen
    assert pieces[3].sure is None
    with acting_as(staff.tenancy):
        join_piece(staff, sent, pieces[2].id)
    batch, pieces = stands(staff, sent)
    assert [(each.first, each.last) for each in pieces] == [(1, 1), (2, 2), (3, 4), (5, 5)]
    assert (batch.matched, batch.left_out, batch.unmatched) == (2, 1, 1)


def test_accounts_of_another_firm_and_pieces_of_another_batch_are_not_there(
    app: Flask, world: World, lane: UUID
) -> None:
    sent = send(world.associate, paper(*PAGES))
    _, pieces = stands(world.associate, sent)
    foreign = make_account(world.other_firm_id, "Elsewhere Trust")
    with acting_as(world.associate.tenancy), pytest.raises(NotFound):
        choose_account(world.associate, sent, pieces[0].id, foreign)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        choose_account(world.foreign_manager, sent, pieces[0].id, foreign)
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        get_batch(world.investor, sent)


def test_only_who_publishes_confirms_publishing_and_only_once(app: Flask, world: World, lane: UUID) -> None:
    sent = send(world.associate, paper(*PAGES))
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        confirm_batch(world.associate, sent, publish=True)
    confirm(world.associate, sent)
    with acting_as(world.associate.tenancy), pytest.raises(BatchChanged):
        confirm_batch(world.associate, sent, publish=False)
    with acting_as(world.associate.tenancy), pytest.raises(BatchChanged):
        choose_account(world.associate, sent, stands(world.associate, sent)[1][0].id, None)


def test_nothing_is_filed_where_nobody_is_matched(app: Flask, world: World) -> None:
    sent = send(world.associate, paper("Nobody at all"))
    with acting_as(world.associate.tenancy), pytest.raises(NothingToFile):
        confirm_batch(world.associate, sent, publish=False)


def test_parts_may_be_sent_again_and_missing_ones_are_said(app: Flask, world: World, lane: UUID) -> None:
    content, staff = paper(*PAGES), world.associate
    with acting_as(staff.tenancy):
        batch = start_batch(staff, DETAILS, name="k1s.pdf", size=len(content))
        keep_part(staff, batch, 0, b"wrong")
        keep_part(staff, batch, 0, content[:900])
        with pytest.raises(Invalid, match="missing"):
            finish_receiving(staff, batch)
        keep_part(staff, batch, 1, content[900:])
        finish_receiving(staff, batch)
        with pytest.raises(BatchChanged):
            keep_part(staff, batch, 1, content[900:])
    drain()
    assert stands(staff, batch)[0].pieces == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("k1s.pdf", b"%PDF-1.4 nothing"), ("k1s.zip", b"PK nothing"), ("k1s.zip", archive({}))],
)
def test_what_cannot_be_read_says_so(app: Flask, world: World, name: str, content: bytes) -> None:
    batch, pieces = stands(world.associate, send(world.associate, content, name))
    assert (batch.state, list(pieces)) == (BatchState.FAILED, [])
    assert batch.problem is not None
    assert ". " in batch.problem


@pytest.mark.parametrize("name", ["k1s.exe", "k1s", "k1s.docx"])
def test_other_files_are_refused_at_the_door(app: Flask, world: World, name: str) -> None:
    with acting_as(world.associate.tenancy), pytest.raises(Invalid):
        start_batch(world.associate, DETAILS, name=name, size=10)


def test_filing_goes_on_in_stretches(
    app: Flask, world: World, lane: UUID, harbour: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stretch is a row of its own: what one filed is not filed again by the next."""
    monkeypatch.setattr(filing, "AT_ONCE", 1)
    monkeypatch.setattr(filing, "SECONDS", 0)
    sent = send(world.associate, paper(*PAGES))
    confirm(world.associate, sent)
    batch, _ = stands(world.associate, sent)
    assert (batch.state, batch.filed) == (BatchState.FILED, 2)
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT source FROM documents.documents WHERE starts_with(source, 'filing:')")
    assert len(rows) == 2


def test_a_discarded_batch_leaves_nothing_but_what_was_filed(
    app: Flask, world: World, lane: UUID, harbour: UUID
) -> None:
    sent = send(world.associate, paper(*PAGES))
    with acting_as(world.associate.tenancy):
        keys = list_part_keys(world.associate, sent)
        discard_batch(world.associate, sent)
        with pytest.raises(NotFound):
            get_batch(world.associate, sent)
    drain()
    assert not any(resources().store.exists(key) for key in keys.values())
