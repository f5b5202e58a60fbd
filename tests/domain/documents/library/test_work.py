"""What of the library waits for the staff."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.work import list_waiting_documents
from portal.domain.documents.library.services.receiving import receive_document, refuse_version
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.identity.access.values import Actor
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder


def test_checked_drafts_wait_and_say_what_is_wrong_with_them(app: Flask, world: World) -> None:
    manager, system = world.manager, Actor.system(world.firm_id)
    draft = make_document(world.firm_id, "To publish", published=False)
    make_document(world.firm_id, "Published")
    make_document(world.firm_id, "Staff's own", audience=Audience.STAFF, published=False)
    make_document(world.firm_id, "For managers", roles=("manager",), published=False)
    make_document(world.other_firm_id, "Foreign", published=False)
    folder, details = make_folder(world.firm_id), DocumentDetails("Refused", DocumentType.REPORT, Audience.FIRM)
    with acting_as(manager.tenancy):
        refused = receive_document(manager, folder, details, Arrival("documents/raw", "a.pdf", 1), quota=1 << 40)
        assert refused not in {each.id for each in list_waiting_documents(manager, most=50)}, "its check is not over"
    with acting_as(system.tenancy):
        refuse_version(system, get_document(system, refused).versions[0].id, "It is a program.")
    with acting_as(manager.tenancy):
        found = {each.title: each.fault for each in list_waiting_documents(manager, most=50)}
    assert found == {"To publish": None, "For managers": None, "Refused": "It is a program."}
    with acting_as(world.associate.tenancy):
        assert draft in {each.id for each in list_waiting_documents(world.associate, most=50)}
        assert "For managers" not in {each.title for each in list_waiting_documents(world.associate, most=50)}
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        list_waiting_documents(world.investor, most=50)
