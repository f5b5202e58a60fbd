"""People are told that their payment was booked: each once, without amounts, and nobody when it was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.keeping import delete_document, restore_document
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.values.shares import CallShare
from portal.domain.investments.payments.queries.papers import find_receipt_documents
from portal.domain.investments.payments.queries.receipts import find_receipt_notice, list_receipts
from portal.domain.investments.payments.services.booking import undo_posted_receipt
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.values.receipts import HandPart
from portal.domain.investments.vehicles.values import Terms
from portal.jobs.drain import drain
from portal.platform import clock, outbox
from portal.platform.db import execute, transactional
from portal.platform.embedded.mailbox import MailSummary, list_messages, read_message
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account, open_request
from tests.factories.payments import lines_of, read_file
from tests.factories.web import sign_in


@transactional
def _age() -> None:
    execute("UPDATE investments.call_shares SET due_on = %(due)s", due=clock.today() - timedelta(days=30))


def test_the_people_of_the_account_are_told_once(
    app: Flask, world: World, associate: Actor, manager: Actor, investor: Actor, mailing: Path
) -> None:
    terms = Terms(late_interest=Decimal("0.10"))
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000"], members=[[investor]], terms=terms)
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        _age()
        (due,) = list_dues(associate)
    read_file(associate, (clock.today().isoformat(), "Ada", due.reference, f"{due.open:f}"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        (receipt,) = list_receipts(associate)
    drain(20)
    (told,) = _received(mailing)
    text = read_message(mailing, told.name).text
    assert due.reference in text
    assert "after its due date" in text
    assert "1,000" not in text
    with acting_as(manager.tenancy):
        undo_posted_receipt(manager, receipt.id, reason="A mistake")
    system = Actor.system(world.firm_id)
    assert investor.user_id
    with acting_as(system.tenancy):
        assert find_receipt_notice(system, receipt.id, investor.user_id) is None


def _received(mailing: Path) -> list[MailSummary]:
    return [each for each in list_messages(mailing) if "received your payment" in each.subject]


@pytest.mark.usefixtures("mailing")
def test_a_receipt_is_filed_to_each_account_and_says_when_it_counts_no_longer(
    client: FlaskClient, world: World, associate: Actor, manager: Actor, investor: Actor, another_investor: Actor
) -> None:
    """One payment for two accounts: each reads its own part alone, on the page of the call, in JSON and on paper."""
    members = [[investor], [another_investor]]
    vehicle, accounts = make_fund(world.firm_id, "Harbour Fund I", ["1000000", "3000000"], members=members)
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    (line,) = lines_of(associate, read_file(associate, (clock.today().isoformat(), "Ada", "for both", "1100")))
    with acting_as(associate.tenancy):
        dues = sorted(list_dues(associate), key=lambda due: due.amount)
        made = match_by_hand(associate, line.id, [HandPart(due.id, due.amount) for due in dues])
    approve(manager, open_request(manager, f"receipt:{made}"))
    drain()
    for person, due, own, foreign in ((investor, dues[0], "250.00", "750.00"), (another_investor, *_other(dues))):
        text, document_id = _printed(person, made, due.account_id)
        assert (due.reference in text, own in text, foreign in text) == (True, True, False)
        sign_in(client, person)
        address = f"/investments/capital-calls/shares/{due.id}"
        assert f'href="/documents/{document_id}"' in client.get(address).text
        told = client.get(f"/api/v1/investments/capital-calls/{due.id}", headers=bearer(person)).json
        assert [each["receipt_id"] for each in told["payments"]] == [str(document_id)]
    with acting_as(investor.tenancy):
        assert find_receipt_documents(investor, accounts[1], [made]) == {}
    with acting_as(manager.tenancy):
        undo_posted_receipt(manager, made, reason="Another fund's")
    drain()
    text, again = _printed(another_investor, made, dues[1].account_id)
    assert (again, "Taken back on" in text, "Another fund" in text) == (document_id, True, False)


@pytest.mark.usefixtures("mailing")
def test_a_payment_whose_receipt_was_deleted_is_taken_back_on_a_new_paper(
    world: World, associate: Actor, manager: Actor, investor: Actor
) -> None:
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000"], members=[[investor]])
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        (due,) = list_dues(associate)
    read_file(associate, (clock.today().isoformat(), "Ada", due.reference, f"{due.open:f}"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        (receipt,) = list_receipts(associate)
    drain()
    _, deleted = _printed(investor, receipt.id, due.account_id)
    with acting_as(manager.tenancy):
        delete_document(manager, deleted)
        undo_posted_receipt(manager, receipt.id, reason="A mistake")
    drain()
    text, again = _printed(investor, receipt.id, due.account_id)
    assert (again == deleted, "Taken back on" in text) == (False, True)
    with acting_as(manager.tenancy):
        assert outbox.count_work().keys() == {"done"}
        restore_document(manager, deleted)
        assert get_document(manager, deleted).summary.state is DocumentState.ARCHIVED


def _other(dues: Sequence[CallShare]) -> tuple[CallShare, str, str]:
    return dues[1], "750.00", "250.00"


def _printed(person: Actor, receipt_id: UUID, account_id: UUID) -> tuple[str, UUID]:
    """What the paper says that a person gets, and its id."""
    with acting_as(person.tenancy):
        document_id = find_receipt_documents(person, account_id, [receipt_id])[receipt_id]
        key = get_document(person, document_id).versions[0].file_key
    assert key is not None
    reader = PdfReader(BytesIO(resources().store.get(key)))
    return " ".join(each.extract_text() for each in reader.pages), document_id
