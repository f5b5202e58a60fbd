"""Bank files on their pages."""

from __future__ import annotations

import io
import json
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.queries.bank_layouts import list_bank_accounts
from portal.platform.tenancy import acting_as
from portal.web.investments import bank_files
from tests.factories.calls import make_fund, open_bank_account
from tests.factories.payments import lines_of, read_file, statement_of
from tests.factories.web import sign_in

FILES = "/investments/bank-files"
MARCH = (("2026-03-30", "Ada Lovelace", "C1-A1", "1234.50"), ("2026-03-31", "", "bank fee", "-3.10"))


def test_a_file_is_read_in_and_its_movements_are_shown(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    assert "No bank files yet" in client.get(FILES).text
    assert "Bank statement" in client.get(f"{FILES}/new").text
    sent = {"file": (io.BytesIO(statement_of(*MARCH)), "march.csv"), "currency": "usd", "dates": "auto"}
    response = client.post(FILES, data=sent)
    assert response.status_code == 303
    shown = client.get(response.location).text
    for text in ("march.csv", "Ada Lovelace", "C1-A1", "1,234.50", "to match", "2 new movements"):
        assert text in shown
    assert "march.csv" in client.get(FILES).text


def test_a_bad_file_is_told_why_beside_the_form(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    sent = {"file": (io.BytesIO(b"Name,Amount\nx,1\n"), "x.csv"), "currency": "EUR", "dates": "auto"}
    response = client.post(FILES, data=sent)
    assert response.status_code == 422
    assert "No column holds the date" in response.text
    assert 'value="EUR"' in response.text
    assert client.post(FILES, data={"currency": "E"}).status_code == 422


def test_columns_of_other_names_are_asked_for_once_and_kept_for_the_account(
    client: FlaskClient, associate: Actor, manager: Actor, firm_id: UUID
) -> None:
    vehicle, _ = make_fund(firm_id, "Columns I", ["1000"])
    open_bank_account(associate, manager, vehicle)
    with acting_as(associate.tenancy):
        ((account, name),) = list_bank_accounts(associate)
    assert name == "Columns I: First Bank, … 6639"
    sign_in(client, associate)
    assert name in client.get(f"{FILES}/new").text

    def send(day: str, **chosen: str) -> TestResponse:
        content = f"Tag,Wer,Wofür,Rein,Raus\n{day},Ada Lovelace,C1-A1,1234.50,\n{day},Bank,fee,,3.10\n".encode()
        given = {"currency": "eur", "dates": "auto", "account": str(account), **chosen}
        return client.post(FILES, data={"file": (io.BytesIO(content), f"{day}.csv"), **given})

    asked = send("2026-03-30")
    assert asked.status_code == 422
    for text in ("Which column holds what", '<option value="Wofür">Wofür', "Nothing of it was kept", 'value="EUR"'):
        assert text in asked.text.replace('value="eur"', 'value="EUR"')
    header = json.dumps(["Tag", "Wer", "Wofür", "Rein", "Raus"])
    columns = {"header": header, "booked_on": "Tag", "reference": "Wofür", "payer": "Wer", "debit": "Raus"}
    unsaid = send("2026-03-30", **{**columns, "debit": "", "booked_on": ""})
    for message in ("Choose the column of the dates", "Choose the column of the amounts"):
        assert message in unsaid.text
    done = send("2026-03-30", **columns, credit="Rein")
    assert done.status_code == 303
    shown = client.get(done.location).text
    for text in ("Ada Lovelace", "C1-A1", "1,234.50", "(3.10)"):
        assert text in shown
    assert send("2026-03-31").status_code == 303
    assert send("2026-04-01", account="").status_code == 422
    assert send("2026-04-01", header="no list").status_code == 303


def test_a_payment_is_set_aside_and_taken_up(client: FlaskClient, associate: Actor) -> None:
    file_id = read_file(associate, *MARCH)
    line = lines_of(associate, file_id)[0]
    sign_in(client, associate)
    aside = client.post(f"{FILES}/lines/{line.id}/aside", data={"note": "The landlord's"})
    assert aside.status_code == 303
    assert "The landlord&#39;s" in client.get(f"{FILES}/{file_id}").text
    assert client.post(f"{FILES}/lines/{line.id}/aside").status_code == 409
    assert client.post(f"{FILES}/lines/{line.id}/take-up").status_code == 303
    assert "The landlord&#39;s" not in client.get(f"{FILES}/{file_id}").text


def test_investors_find_nothing_here(client: FlaskClient, associate: Actor, investor: Actor) -> None:
    file_id = read_file(associate, *MARCH)
    sign_in(client, investor)
    assert {client.get(path).status_code for path in (FILES, f"{FILES}/{file_id}")} == {403}


def test_each_of_many_accounts_is_searched_for(
    client: FlaskClient, associate: Actor, manager: Actor, firm_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_files, "MOST_ACCOUNTS", 2)
    for name in ("Alder I", "Birch I", "Zenith Growth"):
        open_bank_account(associate, manager, make_fund(firm_id, name, ["1000"])[0])
    sign_in(client, associate)
    page = client.get(f"{FILES}/new").text
    assert ("Birch I: First Bank" in page, "Zenith Growth: First Bank" in page) == (True, False)
    found = client.get(f"{FILES}/new?search=zenith").text
    assert f'action="{FILES}?search=zenith"' in found
    (account,) = re.findall(r'<option value="([^"]+)">Zenith Growth: First Bank', found)
    again = client.post(f"{FILES}?search=zenith", data={"currency": "E", "account": account}).text
    assert f'<option selected value="{account}">' in again
    assert "No account has this in its name." in client.get(f"{FILES}/new?search=nowhere").text
