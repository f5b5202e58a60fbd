"""Large files in parts, as a script sends them, and as people see it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.identity.access.values import Role
from portal.jobs.drain import drain
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_folder
from tests.factories.identity import found_firm, make_user
from tests.factories.uploads import paper, sent
from tests.factories.web import sign_in
from tests.web.browser import served

PLACE = "/documents/upload-parts"


@pytest.fixture
def folder(app: Flask, world: World) -> UUID:
    return make_folder(world.firm_id)


def titles(world: World) -> set[str]:
    with acting_as(world.manager.tenancy):
        return {each.title for each in list_documents(world.manager, DocumentFilter())}


def arrived(client: FlaskClient, content: bytes, name: str = "Annual_report.pdf") -> str:
    begun = client.post(PLACE, json={"name": name, "size": len(content)})
    assert begun.status_code == 201
    upload = begun.get_json()
    assert (upload["offset"], upload["finished"]) == (0, False)
    answer = client.put(f"{PLACE}/{upload['id']}?offset=0", data=content)
    assert answer.get_json()["finished"]
    return str(upload["id"])


def test_what_arrived_in_parts_is_filed_with_the_form(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.manager)
    upload = arrived(client, paper())
    refused = client.post(f"/documents/uploads?folder={folder}", data=sent(uploads=upload, period="soon"))
    assert refused.status_code == 422
    assert "Annual_report.pdf" in refused.text, "what has arrived stays"
    assert upload in refused.text
    assert client.post(f"/documents/uploads?folder={folder}", data=sent(uploads=upload)).status_code == 303
    drain()
    assert titles(world) == {"Annual report"}
    again = client.post(f"/documents/uploads?folder={folder}", data=sent(uploads=upload))
    assert again.status_code == 422
    assert "no longer here" in again.text
    assert client.post(f"/documents/uploads?folder={folder}", data=sent(uploads="x")).status_code == 422


def test_a_script_asks_where_to_go_on_and_is_told_what_is_wrong(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    for given in (None, [], {}, {"name": "a.pdf"}, {"name": 1, "size": 1}, {"name": "a.pdf", "size": 0}):
        refused = client.post(PLACE, json=given)
        assert refused.status_code == 422, given
        assert refused.get_json()["message"]
    upload = client.post(PLACE, json={"name": "a.pdf", "size": 100}).get_json()["id"]
    assert client.get(f"{PLACE}/{upload}").get_json()["offset"] == 0
    assert client.put(f"{PLACE}/{upload}", data=b"x").status_code == 422
    assert client.put(f"{PLACE}/{upload}?offset=0", data=b"x").status_code == 422
    assert client.put(f"{PLACE}/{upload}?offset=7", data=b"x").status_code == 409
    sign_in(client, world.manager)
    assert client.get(f"{PLACE}/{upload}").status_code == 404
    sign_in(client, world.associate)
    assert client.delete(f"{PLACE}/{upload}").status_code == 204
    assert client.get(f"{PLACE}/{upload}").status_code == 404


def test_investors_begin_none(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert client.post(PLACE, json={"name": "a.pdf", "size": 1}).status_code == 403


DROP = """
async (box, files) => {
  const dropped = new DataTransfer();
  for (const [name, size] of files) {
    const content = new Uint8Array(size).fill(32);
    content.set(new TextEncoder().encode("%PDF-1.7\\n"));
    dropped.items.add(new File([content], name));
  }
  box.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}
"""
LARGE = 10 << 20


def test_files_are_dropped_one_is_refused_and_a_broken_one_goes_on_where_it_ended(
    committed_app: Flask, browser: Browser
) -> None:
    slug = f"parts-{new_id().hex[:8]}"
    with committed_app.app_context():
        firm_id = found_firm(slug, "Parts Capital")
        manager = make_user(firm_id, f"manager@{slug}.example", Role.MANAGER)
    with served(committed_app) as url, browser.new_context(base_url=url) as context:
        client = sign_in(committed_app.test_client(), manager)
        cookie = client.get_cookie("sid")
        assert cookie is not None
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto("/documents/uploads/new")
        rows, box = page.locator("[data-files] li"), page.locator("[data-resumable]")
        box.evaluate(DROP, [["First_letter.pdf", 900], ["setup.exe", 900], ["Second_letter.pdf", 900]])
        expect(rows).to_have_count(3)
        expect(rows.nth(0)).to_contain_text("Arrived")
        expect(rows.nth(2)).to_contain_text("Arrived")
        expect(rows.nth(1)).to_contain_text("are not accepted. Save it as one of")
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_text("Not every file arrived.")).to_be_visible()
        rows.nth(1).get_by_role("button", name="Remove").click()
        _lose_a_part(page)
        page.get_by_role("button", name="Upload").click()
        for name in ("First letter", "Second letter", "Large report"):
            expect(page.get_by_role("link", name=name)).to_be_visible()
        expect(page.get_by_role("link", name="setup")).to_have_count(0)


def _lose_a_part(page: Page) -> None:
    """A large file whose second part is lost on its way arrives all the same."""
    offsets: list[int] = []

    def lose_the_second(route: Route) -> None:
        offsets.append(int(route.request.url.rpartition("offset=")[2]))
        if len(offsets) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    row = page.locator("[data-files] li").nth(2)
    page.route("**/upload-parts/*offset=*", lose_the_second)
    page.locator("[data-resumable]").evaluate(DROP, [["Large_report.pdf", LARGE]])
    expect(row).to_contain_text("Arrived")
    assert len(offsets) >= 3
    assert offsets[2] == offsets[1] > 0, "what had arrived is not sent again"
    assert row.locator("progress").evaluate("bar => bar.value") == 1
