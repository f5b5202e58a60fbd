"""Lost files as staff see them."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from portal.domain.identity.access.values import Actor
from portal.platform.storage.claims import Claim, file_columns
from portal.platform.storage.losses import Loss, Problem, finish_check
from portal.platform.tenancy import acting_as
from portal.web.operations.lost_files import PLACES
from tests.conftest import World
from tests.factories.web import sign_in
from tests.web.browser import accessibility_findings, served
from tests.web.identity.test_factors import cookie_of


def _lose(firm_id: UUID, *keys: str, problem: Problem = Problem.MISSING, table: str = "investments.imports") -> None:
    losses = [Loss(Claim(firm_id, key, table, uuid4(), None, None), problem) for key in keys]
    with acting_as(Actor.system(firm_id).tenancy):
        finish_check(files=1_200, losses=losses)


def test_before_the_first_check_nothing_is_said(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    shown = client.get("/operations/lost-files")
    assert "They were not compared yet." in shown.text
    assert "Nothing was compared yet" in shown.text
    assert "No file is lost" not in shown.text


def test_what_is_lost_is_listed_with_what_to_do(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    _lose(firm_id, "imports/one", "imports/two", problem=Problem.DAMAGED)
    sign_in(client, associate)
    shown = client.get("/operations/lost-files").text
    assert "imports/one" in shown
    assert "imports/two" in shown
    assert "Damaged" in shown
    assert "from a back-up" in shown
    assert "files 1,200, lost 2." in shown
    assert 'href="/investments/imports/' in shown
    jobs = client.get("/operations/jobs").text
    assert "found 2 that cannot be downloaded" in jobs
    assert 'href="/operations/lost-files"' in jobs


def test_what_was_mended_is_gone(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    _lose(firm_id, "imports/one", "imports/two")
    _lose(firm_id, "imports/two")
    sign_in(client, associate)
    shown = client.get("/operations/lost-files").text
    assert "imports/one" not in shown
    assert "imports/two" in shown
    _lose(firm_id)
    assert "No file is lost" in client.get("/operations/lost-files").text
    assert "cannot be downloaded" not in client.get("/operations/jobs").text


def test_many_are_shown_in_pages(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    keys = [f"statements/{number:03d}.pdf" for number in range(60)]
    _lose(firm_id, *keys, table="investments.statements")
    sign_in(client, associate)
    first = client.get("/operations/lost-files").text
    after = first.partition("/operations/lost-files?cursor=")[2].partition('"')[0]
    second = client.get(f"/operations/lost-files?cursor={after}").text
    assert [(key in first) != (key in second) for key in keys] == [True] * 60


def test_only_staff_of_the_firm_see_them(client: FlaskClient, world: World) -> None:
    _lose(world.firm_id, "imports/one")
    sign_in(client, world.auditor)
    assert "imports/one" in client.get("/operations/lost-files").text
    client.post("/sign-out")
    sign_in(client, world.foreign_manager)
    assert "imports/one" not in client.get("/operations/lost-files").text
    client.post("/sign-out")
    sign_in(client, world.investor)
    assert client.get("/operations/lost-files").status_code == 403


def test_the_files_of_every_table_have_a_name_for_people() -> None:
    assert set(PLACES) == {table for table, _, _ in file_columns()}


def test_the_list_fits_a_telephone_and_can_be_used_by_everybody(
    client: FlaskClient, associate: Actor, firm_id: UUID, browser: Browser
) -> None:
    _lose(firm_id, f"statements/{uuid4()}.pdf", table="investments.statements")
    sign_in(client, associate)
    with served(client.application) as url:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": "sid", "value": cookie_of(client), "url": url}])
        page = context.new_page()
        page.goto(f"{url}/operations/jobs")
        page.get_by_role("link", name="See which, and what to do").click()
        expect(page.get_by_role("heading", name="Lost files")).to_be_visible()
        assert accessibility_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        context.close()
