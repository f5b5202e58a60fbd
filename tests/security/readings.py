"""What investors and delegates of the scene do with their documents: look at pages, say that they read them, take some
away together."""

from __future__ import annotations

from flask import Flask

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.values.pages import Readable
from portal.domain.identity.access.values import Actor
from portal.platform.tenancy import acting_as


def read_papers(app: Flask, person: Actor, cookie: str, agent: str) -> None:
    """Open the first page of each document of theirs, in the browser that calls itself `agent`, and so on."""
    browser = app.test_client()
    browser.set_cookie("sid", cookie)
    browser.environ_base["HTTP_USER_AGENT"] = agent
    papers = _readable(person)
    for each in papers:
        shown = browser.get(f"/documents/pages/{each.document_id}/{each.number}/1")
        assert shown.status_code == (200 if each.pages else 404), (each, shown.status_code, shown.text[:300])
        if each.must_acknowledge:
            said = {"version": str(each.version_id), "read": "y"}
            browser.post(f"/documents/acknowledgements/{each.document_id}", data=said)
    chosen = [str(each.document_id) for each in papers if not each.view_only]
    assert browser.post("/documents/archives", data={"document": chosen}).status_code == 303


def _readable(person: Actor) -> list[Readable]:
    with acting_as(person.tenancy):
        return [get_readable(person, each.id) for each in list_documents(person, DocumentFilter())]
