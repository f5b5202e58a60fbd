"""What was filed of a batch as drafts is looked through and published together."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.filing.errors import BatchChanged, NothingToPublish
from portal.domain.documents.filing.queries.batches import get_batch, list_pieces
from portal.domain.documents.filing.queries.views import count_views, get_view
from portal.domain.documents.filing.services import publishing
from portal.domain.documents.filing.services.batches import discard_batch
from portal.domain.documents.filing.services.publishing import publish_batch, publish_pieces
from portal.domain.documents.filing.services.reviewing import choose_account
from portal.domain.documents.filing.values.batches import BatchState
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.errors import Forbidden, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.domain.documents.filing.test_batches import PAGES, confirm, seen, send, stands
from tests.factories.filing import paper
from tests.factories.investments import make_account

LANE, HARBOUR = "K-1 2025, Lane Family Trust", "K-1 2025, Harbour Point Holdings LP"


@pytest.fixture
def filed(app: Flask, world: World) -> UUID:
    """A batch filed as three drafts: the first two name their own accounts, the third another's too."""
    lane = make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_account(world.firm_id, "Harbour Point Holdings LP", world.another_investor)
    batch = send(world.associate, paper(*PAGES))
    pieces = stands(world.associate, batch)[1]
    with acting_as(world.associate.tenancy):
        choose_account(world.associate, batch, pieces[3].id, lane)
    confirm(world.associate, batch)
    return batch


def have_published(actor: Actor, batch: UUID) -> None:
    with acting_as(actor.tenancy):
        publish_batch(actor, batch)


def test_each_view_is_what_its_recipients_will_see(world: World, filed: UUID) -> None:
    with acting_as(world.associate.tenancy):
        count = count_views(world.associate, filed)
        views = [get_view(world.associate, filed, number) for number in (1, 2, 3)]
        for number in (0, 4, 2**70):
            with pytest.raises(NotFound):
                get_view(world.associate, filed, number)
    assert (count.views, count.drafts) == (3, 3)
    assert [each.document.summary.title for each in views] == [LANE, HARBOUR, LANE]
    assert [len(each.people) for each in views] == [1, 1, 1]
    assert views[0].people == views[2].people != views[1].people
    assert [bool(each.problem) for each in views] == [False, False, True]


def test_what_names_others_stays_a_draft_and_the_rest_is_published(world: World, filed: UUID) -> None:
    have_published(world.manager, filed)
    with acting_as(world.manager.tenancy):
        with pytest.raises(BatchChanged):
            publish_batch(world.manager, filed)
        with pytest.raises(BatchChanged):
            discard_batch(world.manager, filed)
    drain()
    batch, pieces = stands(world.manager, filed)
    assert batch.state is BatchState.FILED
    assert (seen(world.investor), seen(world.another_investor)) == ([LANE], [HARBOUR])
    assert [each.problem is None for each in pieces if each.document_id] == [True, True, False]
    assert "It stays a draft. It has another investor's name on page 1" in str(pieces[3].problem)
    with acting_as(world.manager.tenancy):
        assert get_view(world.manager, filed, 1).document.summary.state is DocumentState.PUBLISHED
        assert count_views(world.manager, filed).drafts == 1
    have_published(world.manager, filed)
    drain()
    assert seen(world.investor) == [LANE], "tried again, it is held back again"


def test_only_who_publishes_may_and_of_their_own_firm(world: World, filed: UUID) -> None:
    for person, refusal in (
        (world.associate, Forbidden),
        (world.investor, Forbidden),
        (world.foreign_manager, NotFound),
    ):
        with acting_as(person.tenancy), pytest.raises(refusal):
            publish_batch(person, filed)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        get_view(world.foreign_manager, filed, 1)
    with acting_as(world.associate.tenancy):
        assert get_batch(world.associate, filed).state is BatchState.FILED


def test_a_batch_without_drafts_says_so_and_one_under_review_is_not_published(world: World, filed: UUID) -> None:
    clean = send(world.manager, paper(*PAGES[:3]))
    with acting_as(world.manager.tenancy), pytest.raises(BatchChanged):
        publish_batch(world.manager, clean)
    confirm(world.manager, clean, publish=True)
    with acting_as(world.manager.tenancy), pytest.raises(NothingToPublish):
        publish_batch(world.manager, clean)
    assert stands(world.manager, clean)[0].state is BatchState.FILED


def test_publishing_goes_on_in_stretches_and_after_a_worker_died(
    world: World, filed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one stretch published the next leaves alone, and what a dead worker did not finish is done by another."""
    monkeypatch.setattr(publishing, "AT_ONCE", 1)
    monkeypatch.setattr(publishing, "SECONDS", 0)
    system = Actor.system(world.firm_id)
    have_published(world.manager, filed)
    with acting_as(system.tenancy):
        assert publish_pieces(system, filed)
        assert count_views(system, filed).waiting == 2
    assert (seen(world.investor), seen(world.another_investor)) == ([LANE], [])
    drain()  # the row of the job is still there
    assert stands(world.manager, filed)[0].state is BatchState.FILED
    assert (seen(world.investor), seen(world.another_investor)) == ([LANE], [HARBOUR])
    with acting_as(system.tenancy):
        assert not publish_pieces(system, filed), "done, it is not begun again"
        acts = "SELECT count(*) FROM identity.audit_events WHERE act = 'document.publish'"
        assert db.fetch_value(acts) == 2
        assert [each.problem is None for each in list_pieces(system, filed) if each.document_id] == [True, True, False]
