"""Documents for apps: the file by a short link, for those who may, and noted."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.documents.reading.queries.receipts import list_receipts
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account
from tests.factories.reading import make_paper
from tests.platform.screening.pdf_files import clean_pdf


def test_the_file_is_a_minute_away_and_noted(client: FlaskClient, world: World) -> None:
    account = make_account(world.firm_id, "Lane", world.investor)
    paper = make_paper(account, world.firm_id, content=clean_pdf("Mine"), pages=1)
    sent = client.get(f"/api/v1/documents/{paper}/download", headers=bearer(world.investor))
    assert (sent.status_code, sent.headers["Cache-Control"]) == (303, "no-store")
    assert client.get(sent.location).data == clean_pdf("Mine")
    with acting_as(world.manager.tenancy):
        (receipt,) = list_receipts(world.manager, paper)
    assert (receipt.name, receipt.way) == (world.investor.name, "downloaded")
    for other in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert client.get(f"/api/v1/documents/{paper}/download", headers=bearer(other)).status_code == 404
    headed = client.head(f"/api/v1/documents/{paper}/download", headers=bearer(world.investor))
    assert (headed.status_code, headed.location) == (409, None)


def test_what_can_only_be_read_in_the_portal_stays_there(client: FlaskClient, world: World) -> None:
    paper = make_paper(make_account(world.firm_id, "Lane", world.investor), world.firm_id, view_only=True)
    refused = client.get(f"/api/v1/documents/{paper}/download", headers=bearer(world.investor))
    assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:view_only")
    assert client.get(f"/api/v1/documents/{paper}/download", headers=bearer(world.manager)).status_code == 303
