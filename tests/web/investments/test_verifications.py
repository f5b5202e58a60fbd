"""Verifications as pages: asked for by investors, decided by compliance."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.values.documents import Audience, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.eligibility.services import confirm_verification, request_verification
from portal.domain.investments.eligibility.values import Basis, VerificationKind, VerificationRequest
from portal.platform import clock
from portal.platform.tenancy import acting_as
from portal.web.investments import verifications
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in

PAGES = "/investments/verifications"


def test_an_investor_asks_and_compliance_decides(
    app: Flask, firm_id: UUID, investor: Actor, another_investor: Actor, associate: Actor
) -> None:
    account = make_account(firm_id, "Lane Family Trust", investor)
    officer = sign_in(app.test_client(), make_user(firm_id, "officer@example.com", Role.COMPLIANCE))
    client, other, staff = (sign_in(app.test_client(), each) for each in (investor, another_investor, associate))
    form = f"{PAGES}/new?account={account}&what=identity"
    assert "Lane Family Trust" in client.get(form).text
    assert other.get(form).status_code == 404
    said = {"basis": "checked", "dated_on": clock.today().isoformat(), "document": "", "note": "My passport."}
    address = f"{PAGES}?account={account}&what=identity"
    wrong = client.post(address, data={**said, "dated_on": "2999-01-01"})
    assert (wrong.status_code, "My passport." in wrong.text) == (422, True)
    assert "with the firm" in client.post(address, data=said, follow_redirects=True).text
    assert "looking at this already" in client.post(address, data=said).text
    work = officer.get(PAGES).text
    place = PAGES + next(each.split('"')[0] for each in work.split(f'href="{PAGES}')[1:] if each[0] == "/")
    assert staff.get(place).status_code == 403
    assert "My passport." in officer.get(place).text
    assert officer.post(f"{place}/refuse", data={"reason": ""}).status_code == 422
    assert officer.post(f"{place}/refuse", data={"reason": "It ran out."}).status_code == 303
    assert "It ran out." in client.get(PAGES).text
    assert "decided already" in officer.post(f"{place}/confirm", data={}).text


def test_staff_ask_and_what_is_confirmed_counts_until_it_ends(
    app: Flask, firm_id: UUID, investor: Actor, associate: Actor
) -> None:
    account = make_account(firm_id, "Lane Family Trust", investor)
    officer = sign_in(app.test_client(), make_user(firm_id, "officer@example.com", Role.COMPLIANCE))
    staff, client = sign_in(app.test_client(), associate), sign_in(app.test_client(), investor)
    said = {"basis": "letter", "dated_on": clock.today().isoformat(), "document": "", "note": ""}
    assert staff.post(f"{PAGES}?account={account}&what=accreditation", data=said).status_code == 303
    history = f"{PAGES}/of/{account}"
    assert "Letter of a third party" in staff.get(history).text
    work = officer.get(PAGES).text
    place = PAGES + next(each.split('"')[0] for each in work.split(f'href="{PAGES}')[1:] if each[0] == "/")
    late = {"expires_on": "2999-01-01"}
    assert "at the most" in officer.post(f"{place}/confirm", data=late).text
    assert officer.post(f"{place}/confirm", data={}).status_code == 303
    assert "confirmed" in client.get(PAGES).text
    assert officer.post(f"{place}/end", data={"reason": "It was false."}).status_code == 303
    assert "It was false." in staff.get(history).text


def test_many_accounts_and_requests_come_in_pages(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, firm_id: UUID, investor: Actor
) -> None:
    monkeypatch.setattr(verifications, "MOST", 1)
    officer = make_user(firm_id, "second.officer@example.com", Role.COMPLIANCE)
    for name, days in (("Alder Trust", 5), ("Birch Trust", 9)):
        account = make_account(firm_id, name, investor)
        for kind, basis in ((VerificationKind.IDENTITY, Basis.CHECKED), (VerificationKind.ACCREDITATION, Basis.LETTER)):
            with acting_as(investor.tenancy):
                asked = request_verification(investor, account, VerificationRequest(kind, basis, clock.today()))
        with acting_as(officer.tenancy):
            confirm_verification(officer, asked, expires_on=clock.today() + timedelta(days=days))
    for person, lists in ((investor, 1), (officer, 2)):
        sign_in(client, person)
        first = client.get(PAGES).text
        assert ("Alder Trust" in first, "Birch Trust" in first) == (True, False)
        addresses = re.findall(r'rel="next" href="([^"]+)"', first)
        assert len(addresses) == lists
        for address in addresses:
            shown = client.get(unescape(address)).text
            assert "Birch Trust" in shown
            assert len(re.findall(r'rel="next"', shown)) == lists - 1


def test_the_staff_find_each_of_many_papers(client: FlaskClient, firm_id: UUID, associate: Actor) -> None:
    account = make_account(firm_id, "Lane Family Trust")
    said = {"type": DocumentType.IDENTIFICATION, "audience": Audience.ACCOUNT, "account_id": account}
    oldest = make_document(firm_id, "Passport of Ada", **said)
    for number in range(verifications.MOST_PAPERS):
        make_document(firm_id, f"Letter {number}", **said)
    form, option = f"{PAGES}/new?account={account}&what=identity", f'<option value="{oldest}"'
    first = sign_in(client, associate).get(form).text
    assert option not in first
    older = unescape(re.findall(r'<a href="([^"]*)">Older papers', first)[0])
    for address in (older, f"{form}&search=passport"):
        page = client.get(address).text
        assert option in page
        action = unescape(re.findall(rf'action="({PAGES}\?[^"]*)"', page)[0])
        chosen = {"basis": "checked", "dated_on": "2999-01-01", "document": str(oldest), "note": ""}
        again = client.post(action, data=chosen)
        assert (again.status_code, f'selected value="{oldest}"' in again.text) == (422, True)
