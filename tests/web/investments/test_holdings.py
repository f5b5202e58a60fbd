"""A holding's page: its figures, terms, history, for whom it is and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.services import reverse_batch
from portal.domain.investments.returns.queries import get_holding_returns
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.formatting import money, percent
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.web.investments.conftest import Book, figures_on, holding_of

PAGE = "/investments/holdings"


def test_a_holding_shows_its_figures_and_history(app: Flask, world: World, book: Book) -> None:
    held = holding_of(world.investor, book.trust, book.buyout)
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}/{held.id}").text
    with acting_as(world.investor.tenancy):
        figures = get_holding_returns(world.investor, held.id, as_of=clock.today()).figures
    shown = figures_on(html)
    assert shown["nav", f"holding={held.id}"] == money(figures.nav, "USD", "en_US")
    assert shown["irr", f"holding={held.id}"] == percent(figures.irr, "en_US")
    assert "Lane Family Trust" in html
    assert "Notice 7" in html
    assert "Value against paid-in" in html
    assert f"account={book.trust}" in html
    assert "/investments/statements?" in html


def test_terms_are_those_of_the_vehicle(app: Flask, world: World) -> None:
    terms = Terms(Decimal("0.08"), carry=Decimal("0.2"), catch_up=Decimal(1), management_fee=Decimal("0.0175"))
    vehicle = make_vehicle(world.firm_id, "Termed Fund", terms=terms)
    account = make_account(world.firm_id, "Termed Account", world.investor)
    post_history(world.firm_id, account, vehicle, [("commitment", "2020-01-01", "100")])
    held = holding_of(world.investor, account, vehicle)
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}/{held.id}").text
    assert "8.00%, compounded yearly, actual/365" in html
    assert "1.75% a year" in html
    assert "Whole fund (European)" in html


def test_what_is_called_and_not_paid_is_told(app: Flask, world: World) -> None:
    vehicle = make_vehicle(world.firm_id, "Called Fund")
    account = make_account(world.firm_id, "Called Account", world.investor)
    post_history(world.firm_id, account, vehicle, [("commitment", "2020-01-01", "1000"), ("call", "2020-02-01", "321")])
    held = holding_of(world.investor, account, vehicle)
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}/{held.id}").text
    assert "321.00 called, not yet paid" in html
    assert "679.00" in html


def test_what_another_owns_is_as_unknown_as_a_random_id(app: Flask, world: World, book: Book) -> None:
    theirs = holding_of(world.another_investor, book.others, book.buyout).id
    mine = sign_in(app.test_client(), world.investor)
    refused, random = mine.get(f"{PAGE}/{theirs}"), mine.get(f"{PAGE}/{new_id()}")
    assert (refused.status_code, random.status_code) == (404, 404)
    assert len(refused.text) == len(random.text)
    assert mine.get(f"{PAGE}/{theirs}?as_of=1999-01-01").status_code == 404
    assert sign_in(app.test_client(), world.manager).get(f"{PAGE}/{theirs}").status_code == 200
    assert sign_in(app.test_client(), world.foreign_manager).get(f"{PAGE}/{theirs}").status_code == 404
    assert sign_in(app.test_client(), world.administrator).get(f"{PAGE}/{theirs}").status_code == 403
    assert app.test_client().get(f"{PAGE}/{theirs}").status_code == 303


def test_other_dates(app: Flask, world: World, book: Book) -> None:
    held = holding_of(world.investor, book.trust, book.buyout).id
    browser = sign_in(app.test_client(), world.investor)
    past = browser.get(f"{PAGE}/{held}?as_of=2020-04-01").text
    assert figures_on(past)["nav", f"holding={held}"] == "290,000.00"
    assert "May 1, 2020" not in past
    assert "Nothing was held then" in browser.get(f"{PAGE}/{held}?as_of=2000-01-01").text
    refused = browser.get(f"{PAGE}/{held}?as_of=soon")
    assert refused.status_code == 422
    assert 'value="soon" aria-invalid="true"' in refused.text
    assert not figures_on(refused.text)


def test_transactions_are_those_known_then(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account, vehicle = make_account(world.firm_id, "Known Account", world.investor), make_vehicle(world.firm_id, "Fund")
    batch = new_id()
    first = [("commitment", "2020-01-01", "1000"), ("contribution", "2020-02-01", "111")]
    post_history(world.firm_id, account, vehicle, first, batch_id=batch)
    then = clock.now()
    with acting_as(Actor.system(world.firm_id).tenancy):
        reverse_batch(Actor.system(world.firm_id), batch)
    post_history(world.firm_id, account, vehicle, [("contribution", "2020-02-01", "222")])
    held = holding_of(world.investor, account, vehicle).id
    monkeypatch.setattr("portal.web.investments.selection.END_OF_DAY", then.timetz())
    with time_machine.travel(then + timedelta(days=2)):
        browser = sign_in(app.test_client(), world.investor)
        listed = _listed(browser.get(f"{PAGE}/{held}?known_on={then.date()}").text)
        today = _listed(browser.get(f"{PAGE}/{held}").text)
    assert "(111.00)" in listed
    assert "Only what was recorded by" in listed
    assert not [word for word in ("222.00", "Reversal", "Reversed") if word in listed]
    assert all(word in today for word in ("(222.00)", "(111.00)", "Reversal", "Reversed"))
    assert "Only what was recorded by" not in today


def _listed(html: str) -> str:
    """The part of a holding's page that lists its transactions."""
    return html.partition("<h2>Latest transactions</h2>")[2].partition("</section>")[0]
