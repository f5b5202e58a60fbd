"""The documents of a person are in their export, and go when what is kept of them goes."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import orjson
import pytest
from flask import Flask

from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.services.keeping import place_document_hold
from portal.domain.documents.library.values.documents import Audience
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.people.privacy.queries.exports import list_exports
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories import whole_person as whole
from tests.factories.documents import PAPER, make_document
from tests.factories.privacy import Firm, collected_export, end_retention, erased, make_privacy_firm


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("documents-of-people")


@pytest.fixture
def account(firm: Firm) -> UUID:
    """The one that the person alone acts for."""
    return whole.give_everything(firm).account


@pytest.fixture
def papers(firm: Firm, account: UUID) -> dict[str, UUID]:
    """Some for the account, one given by name, some that are not theirs."""
    of_account = {"audience": Audience.ACCOUNT, "account_id": account}
    made = {
        "agreement": make_document(firm.id, "Agreement", content=PAPER + b"% agreement", **of_account),  # type: ignore[arg-type]
        "to be read": make_document(firm.id, "To be read", view_only=True, **of_account),  # type: ignore[arg-type]
        "draft": make_document(firm.id, "Draft", published=False, **of_account),  # type: ignore[arg-type]
        "named": make_document(firm.id, "Named", audience=Audience.NAMED, content=PAPER + b"% named"),
        "letter": make_document(firm.id, "Letter"),
    }
    with acting_as(firm.system.tenancy):
        grant_document(firm.system, made["named"], firm.person_id)
    return made


def test_an_export_has_ones_documents_and_their_files(firm: Firm, papers: dict[str, UUID]) -> None:
    collected_export(firm.person)
    with acting_as(firm.person.tenancy):
        key = list_exports(firm.person)[0].file_key
    assert key
    with zipfile.ZipFile(io.BytesIO(resources().store.get(key))) as archive:
        told = {each["title"]: each for each in orjson.loads(archive.read("documents/documents.json"))}
        files = {name for name in archive.namelist() if name.startswith("documents/") and name.endswith(".pdf")}
        assert archive.read(told["Agreement"]["copy"]) == PAPER + b"% agreement"
    assert told.keys() == {"Agreement", "To be read", "Named"}
    assert files == {f"documents/{papers[name]}.pdf" for name in ("agreement", "named")}
    assert (told["To be read"]["copy"], told["Named"]["account"]) == (None, None)
    assert told["Agreement"]["account"] == "Mona Account Canary"


def test_documents_of_the_erased_stay_as_long_as_the_books_and_then_go(firm: Firm, papers: dict[str, UUID]) -> None:
    held = papers["to be read"]
    with acting_as(firm.system.tenancy):
        key = db.fetch_value(
            "SELECT file_key FROM documents.versions WHERE document_id = %(id)s", id=papers["agreement"]
        )
    _hold(firm, held)
    erased(firm)
    assert there(firm) == set(papers.values())
    end_retention(firm)
    assert there(firm) == {held, papers["named"], papers["letter"]}
    with acting_as(firm.system.tenancy):
        discarded = db.fetch_all(
            "SELECT arguments ->> 'key' AS key FROM platform.outbox WHERE job = 'documents.discard'"
        )
        assert key in {row.key for row in discarded}
        assert not db.fetch_all("SELECT FROM documents.audiences WHERE starts_with(reach, 'person:')")


def there(firm: Firm) -> set[UUID]:
    with acting_as(firm.system.tenancy):
        return {row.id for row in db.fetch_all("SELECT id FROM documents.documents")}


def _hold(firm: Firm, document_id: UUID) -> None:
    with acting_as(firm.officer.tenancy):
        place_document_hold(firm.officer, HoldSubject.DOCUMENT, document_id, reason="A dispute")
