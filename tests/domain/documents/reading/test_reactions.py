"""With a document goes what was made of it: pages, receipts, what was said of it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal.domain.documents.library.services.keeping import GRACE, delete_document, destroy_deleted_documents
from portal.domain.documents.reading.services.acknowledgements import acknowledge_document
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.documents.reading.services.pages import keep_pages
from portal.domain.documents.reading.services.receipts import note_page_view
from portal.domain.documents.reading.values.pages import KeptPage
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.reading import READER, make_paper, readable_by

LEFT = """
SELECT (SELECT count(*) FROM documents.page_images) + (SELECT count(*) FROM documents.reads)
  + (SELECT count(*) FROM documents.page_views) + (SELECT count(*) FROM documents.acknowledgements)
  + (SELECT count(*) FROM documents.archive_items)
"""


def test_what_was_made_of_a_document_goes_with_it(app: Flask, world: World) -> None:
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    paper = make_paper(account, world.firm_id, must_acknowledge=True)
    readable, system = readable_by(world.investor, paper), Actor.system(world.firm_id)
    page = resources().store.put("documents/pages/one.webp", b"a page", "image/webp").key
    with acting_as(world.investor.tenancy):
        keep_pages(world.investor, readable.version_id, [KeptPage(1, page, 10, 10)])
        note_page_view(world.investor, readable, 1, READER)
        acknowledge_document(world.investor, paper, readable.version_id, READER)
        request_archive(world.investor, [paper])
    with acting_as(world.manager.tenancy):
        delete_document(world.manager, paper)
    with acting_as(system.tenancy):
        _write("UPDATE documents.documents SET deleted_at = deleted_at - %(grace)s", grace=GRACE + timedelta(minutes=1))
        assert db.fetch_value(LEFT) == 5
        assert destroy_deleted_documents(system) == 1
        assert db.fetch_value(LEFT) == 0
    drain()
    assert not resources().store.exists(page)


@db.transactional
def _write(statement: str, **values: object) -> None:
    db.execute(statement, **values)
