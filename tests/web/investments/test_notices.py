"""Notices: printed, filed with the account's papers, told of, and the same figures as page, file and PDF."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from portal.domain.documents.library.queries.documents import find_document_by_source
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.notices.queries import list_notice_ids
from portal.domain.investments.notices.values import NoticeKind, source_of
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import pay_out
from tests.factories.identity import make_user
from tests.factories.web import sign_in

NOTICES = "/investments/notices"


@pytest.fixture
def call_id(app: Flask, firm_id: UUID, associate: Actor, manager: Actor, investor: Actor) -> UUID:
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000000"], members=[[investor]])
    open_bank_account(associate, manager, vehicle)
    return issue_call(associate, manager, draft_of(vehicle, purpose="To buy a port"))


def notice_of(actor: Actor, call_id: UUID) -> UUID:
    with acting_as(actor.tenancy):
        return list_notice_ids(actor, call_id, NoticeKind.CALL)[0]


def test_page_file_and_pdf_say_the_same(client: FlaskClient, investor: Actor, call_id: UUID) -> None:
    notice = notice_of(investor, call_id)
    sign_in(client, investor)
    early = client.get(f"{NOTICES}/{notice}/document")
    assert early.status_code == 404
    assert "still being made" in early.text
    drain()
    shown = client.get(f"{NOTICES}/{notice}").text
    row = client.get(f"{NOTICES}/{notice}/export.csv").text
    led = client.get(f"{NOTICES}/{notice}/document")
    assert led.status_code == 303
    file = client.get(client.get(led.location).location)
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    for text in ("To buy a port", "4407716639", "Harbour Fund I account 1"):
        assert text in shown, text
        assert text in printed, text
        assert text in row, text
    assert "net due,,USD,,1000.00,," in row
    assert "unfunded after,,USD,,999000.00,," in row
    for text in ("1,000.00", "(1,000.00)", "999,000.00", "1,000,000.00"):
        assert text in shown, text
        assert text in printed, text
    assert re.sub(r"\s", "", re.findall(r"Figures ([0-9a-f ]{19})", printed)[0]) in shown


def test_of_a_distribution_all_say_to_where_it_is_paid_and_what_is_taken_off(
    client: FlaskClient, world: World, associate: Actor, manager: Actor, investor: Actor
) -> None:
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000", "9000000"], members=[[investor]])
    approvers = (manager, make_user(world.firm_id, "second@example.com", Role.MANAGER))
    today, lines = clock.today().isoformat(), (("gain", "400"), ("in_kind", "100"))
    paid = pay_out(associate, approvers, vehicle, today, *lines, method=Method.COMMITMENT)
    drain()
    with acting_as(investor.tenancy):
        (notice,) = list_notice_ids(investor, paid, NoticeKind.DISTRIBUTION)
    sign_in(client, investor)
    shown, row = (client.get(f"{NOTICES}/{notice}{end}").text for end in ("", "/export.csv"))
    file = client.get(client.get(client.get(f"{NOTICES}/{notice}/document").location).location)
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    for text in ("Is paid to", "Reference", "the one in force in the portal", "Paid out in kind", "10,000,000.00"):
        assert text in shown, text
        assert text in printed, text
    for text in ("paid to,bank account", "in kind,,USD,,10.00", "net due,,USD,,-40.00", "share of the fund"):
        assert text in row, text
    assert "commitment,,USD,10000000.00,1000000.00" in row


def test_it_lies_with_the_papers_of_the_account_and_nobody_else_sees_it(
    client: FlaskClient, investor: Actor, another_investor: Actor, call_id: UUID
) -> None:
    drain()
    notice = notice_of(investor, call_id)
    with acting_as(investor.tenancy):
        assert find_document_by_source(investor, source_of(notice)) is not None
    sign_in(client, investor)
    assert "Capital call notice C1" in client.get("/documents").text
    sign_in(client, another_investor)
    for address in (f"{NOTICES}/{notice}", f"{NOTICES}/{notice}/document", f"{NOTICES}/{notice}/export.csv"):
        assert client.get(address).status_code == 404
