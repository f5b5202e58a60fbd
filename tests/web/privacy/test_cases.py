"""Erasures from the desk of those who handle privacy."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ERASURE
from portal.jobs.drain import drain
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user
from tests.factories.privacy import Firm, ask, make_privacy_firm
from tests.factories.web import sign_in

CASES = "/privacy/cases"


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("cases-web")


def test_one_asks_another_approves_and_it_is_done(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.officer)
    assert "Nobody asked to be erased" in client.get(CASES).text
    found = client.get(f"{CASES}?search=leaving").text
    place = f"{CASES}/{firm.person_id}"
    assert place in found
    asked = client.post(place, data={"reason": "By letter of May 3"}, follow_redirects=True)
    assert "By letter of May 3" in asked.text
    proposed = client.post(f"{place}/propose", data={"reason": "Letter checked"}, follow_redirects=True)
    assert "Waits for approval" in proposed.text
    with acting_as(firm.other.tenancy):
        approval = find_open_approval(firm.other, ERASURE.name, f"user:{firm.person_id}")
    assert approval is not None
    own = client.post(f"/approvals/{approval.id}/approve", data={"digest": approval.digest})
    assert (own.status_code, "another person has to decide" in own.text) == (422, True)
    sign_in(client, firm.other)
    read = client.get(f"/approvals/{approval.id}").text
    assert "kept until Dec 31," in read
    done = client.post(f"/approvals/{approval.id}/approve", data={"digest": approval.digest}, follow_redirects=True)
    assert "Approved, and done" in done.text
    drain()
    page = client.get(place).text
    assert "Erasure of Erased person" in page
    assert "Ask on their behalf" not in page


def test_a_refusal_needs_a_reason(client: FlaskClient, firm: Firm) -> None:
    ask(firm)
    sign_in(client, firm.officer)
    place = f"{CASES}/{firm.person_id}"
    assert client.post(f"{place}/refuse", data={"reason": ""}).status_code == 422
    assert "refused" in client.post(f"{place}/refuse", data={"reason": "Dispute"}, follow_redirects=True).text
    assert client.post(f"{place}/refuse", data={"reason": "Dispute"}).status_code == 422


def test_a_hold_is_placed_and_lifted(client: FlaskClient, firm: Firm) -> None:
    ask(firm)
    sign_in(client, firm.officer)
    place = f"{CASES}/{firm.person_id}"
    held = client.post(f"{place}/holds", data={"reason": "Litigation"}, follow_redirects=True)
    assert "A legal hold is in force" in held.text
    refused = client.post(f"{place}/propose", data={"reason": "As asked"})
    assert (refused.status_code, "until it is lifted" in refused.text) == (422, True)
    lift = held.text.split(f'action="{place}/holds/')[1].split('"')[0]
    assert "The hold is lifted" in client.post(f"{place}/holds/{lift}", follow_redirects=True).text
    assert client.post(f"{place}/holds/{lift}").status_code == 404


def test_the_firm_keeps_longer_and_not_shorter(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.officer)
    assert 'value="7"' in client.post(f"{CASES}/terms/books", data={"years": "7"}, follow_redirects=True).text
    for years in ("4", "101", "many", ""):
        assert client.post(f"{CASES}/terms/books", data={"years": years}).status_code == 422
    assert client.post(f"{CASES}/terms/sign_in", data={"years": "7"}).status_code == 404
    assert client.post(f"{CASES}/terms/nothing-like-it", data={"years": "7"}).status_code == 404


def test_nobody_else_opens_them(client: FlaskClient, firm: Firm) -> None:
    place = f"{CASES}/{firm.person_id}"
    for role in (Role.INVESTOR, Role.ASSOCIATE, Role.MANAGER, Role.AUDITOR):
        sign_in(client, make_user(firm.id, f"{role}@cases.example", role))
        assert client.get(CASES).status_code == 403
        assert client.get(place).status_code == 403
        for act in ("", "/propose", "/refuse", "/holds", f"/holds/{new_id()}/lift"):
            assert client.post(f"{place}{act}", data={"reason": "x"}).status_code == 403
    sign_in(client, make_user(found_firm("cases-else", "Else"), "officer@cases-else.example", Role.COMPLIANCE))
    for act in ("", "/propose", "/refuse", "/holds", f"/holds/{new_id()}/lift"):
        assert client.post(f"{place}{act}", data={"reason": "x"}).status_code == 404
    assert client.get(place).status_code == 404
