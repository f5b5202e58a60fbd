"""Two people at one account's papers at the same moment."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.papers import services
from portal.domain.documents.papers.errors import AlreadyDecided, TooManyPapers
from portal.domain.documents.papers.services import return_paper
from portal.domain.identity.access.values import Actor, Role
from portal.platform.ids import new_id
from tests.domain.documents.library.test_at_once import together
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account
from tests.factories.papers import send


@pytest.fixture
def people(committed_app: Flask) -> tuple[Actor, Actor, UUID]:
    """A manager, and an investor with an account, of a firm of their own."""
    slug = f"papers-{new_id().hex[:8]}"
    with committed_app.app_context():
        firm_id = found_firm(slug, "Papers Capital")
        investor = make_user(firm_id, f"investor@{slug}.example", Role.INVESTOR)
        manager = make_user(firm_id, f"manager@{slug}.example", Role.MANAGER)
        return manager, investor, make_account(firm_id, "Lane Family Trust", investor)


def test_a_paper_is_decided_once(committed_app: Flask, people: tuple[Actor, Actor, UUID]) -> None:
    manager, investor, account = people
    with committed_app.app_context():
        sent = send(investor, account)
    act = (manager, lambda: return_paper(manager, sent, comment="Too dark"))
    came = together(committed_app, act, act)
    assert sorted(type(each) for each in came if each is not None) == [AlreadyDecided]


def test_two_who_send_at_once_are_counted_one_after_the_other(
    committed_app: Flask, people: tuple[Actor, Actor, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    _manager, investor, account = people
    monkeypatch.setattr(services, "has_room", lambda load, size: load.waiting < 1)
    act = (investor, lambda: send(investor, account))
    came = together(committed_app, act, act, act)
    assert [type(each) for each in came].count(UUID) == 1
    assert [type(each) for each in came].count(TooManyPapers) == 2
