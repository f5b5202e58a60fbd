"""Home, as each role finds it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.filing.services.batches import start_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.identity.access.values import PERMISSIONS, Role
from portal.domain.investments.eligibility.services import request_verification
from portal.domain.investments.eligibility.values import Basis, VerificationKind, VerificationRequest
from portal.domain.investments.opportunities.services.interests import ask_about_opportunity
from portal.domain.investments.tax_forms.queries.runs import get_tax_run
from portal.domain.investments.tax_forms.services.preparing import propose_tax_run
from portal.domain.people.invitations.services import invite_person
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.platform import clock
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.web.toolkit.menu import ABOVE, HEADING_OF
from portal.web.toolkit.navigation import ENTRIES
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering
from tests.factories.payments import read_file
from tests.factories.rooms import make_room
from tests.factories.signing import make_envelope
from tests.factories.tax_forms import new_run, prepare_forms
from tests.factories.web import sign_in
from tests.statements import noted_statements
from tests.web.investments.taxing import SHEET, make_partnership


def test_an_investor_lands_on_the_portfolio(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert client.get("/").location == "/investments/portfolio"


def test_staff_find_what_waits_for_them(client: FlaskClient, world: World, firm_id: UUID) -> None:
    sign_in(client, world.associate)
    assert "Nothing waits for you" in client.get("/").text
    make_account(firm_id, "Lane Family Trust")
    make_account(firm_id, "Ortiz Holdings", world.another_investor)
    home = client.get("/").text
    assert "Accounts without people" in home
    assert "Lane Family Trust" in home
    assert "Ortiz Holdings" not in home


def test_drafts_wait_for_who_may_publish(client: FlaskClient, world: World, firm_id: UUID) -> None:
    draft = make_document(firm_id, "Quarterly letter", published=False)
    home = sign_in(client, world.manager).get("/").text
    assert "Documents to publish" in home
    assert f'href="/documents/handling/{draft}"' in home
    assert "Quarterly letter" not in sign_in(client, world.associate).get("/").text


def test_signatures_batches_and_questions_wait(client: FlaskClient, world: World) -> None:
    envelope_id = make_envelope(world.manager, (world.associate, 1), title="Consent to the extension")
    with acting_as(world.associate.tenancy):
        batch_id = start_batch(
            world.associate, BatchDetails(DocumentType.TAX_FORM, "{account}", "2025", None), name="k1s.pdf", size=10
        )
    room = make_room(world.manager)
    room.let_in(world.investor, room.group("Leads"))
    with acting_as(world.investor.tenancy):
        ask_question(world.investor, room.id, "Is there a cap?")
    home = sign_in(client, world.associate).get("/").text
    assert f'href="/documents/signatures/{envelope_id}"' in home
    assert f'href="/documents/filing/{batch_id}"' in home
    assert "1 question waits" not in home
    home = sign_in(client, world.manager).get("/").text
    assert f'href="/documents/room-questions/{room.id}"' in home
    assert "1 question waits" in home
    assert f"/documents/signatures/{envelope_id}" not in home


def test_what_is_to_be_decided_says_about_whom(client: FlaskClient, world: World) -> None:
    officer = make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)
    account_id = make_account(world.firm_id, "Lane Family Trust", world.investor)
    with acting_as(world.investor.tenancy):
        details = BankDetails(Method.IBAN, "Lane Family Trust", "", "DE89370400440532013000")
        enter_payment_instruction(world.investor, account_id, given=details)
    with acting_as(world.administrator.tenancy):
        invite_person(
            world.administrator, resources().sealer, email="cleo@example.com", name="Cleo Marsh", roles=[Role.MANAGER]
        )
    home = sign_in(client, officer).get("/").text
    assert "Change of bank details: Lane Family Trust" in home
    assert "Change of roles: Cleo Marsh" in home


def test_tax_forms_to_be_decided_are_named(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    run = prepare_forms(world.associate, new_run(vehicle), SHEET)
    with acting_as(world.associate.tenancy):
        propose_tax_run(world.associate, run)
        name = get_tax_run(world.associate, run).name
    assert f"Tax forms: {name}" in sign_in(client, world.manager).get("/").text


def test_an_administrator_sees_no_money(client: FlaskClient, world: World, firm_id: UUID) -> None:
    make_account(firm_id, "Lane Family Trust")
    sign_in(client, world.administrator)
    assert "Lane Family Trust" not in client.get("/").text


def _sections(home: str) -> dict[str, str]:
    """What stands under each heading, with the count beside it."""
    parts = re.split(r'<h2 id="(\w+)">[^<]*<span class="badge">([^<]+)</span></h2>', home)[1:]
    return {f"{key} {count}": text for key, count, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}


def test_payments_and_questions_stand_under_their_headings_the_oldest_first(
    client: FlaskClient, world: World, firm_id: UUID
) -> None:
    account_id = make_account(firm_id, "Lane Family Trust", world.investor)
    made = make_opportunity(world.associate, world.manager, offering(make_vehicle(firm_id, "Harbour Growth II")))
    with acting_as(world.investor.tenancy):
        ask_about_opportunity(world.investor, made, "What are the fees?")
        request_verification(
            world.investor, account_id, VerificationRequest(VerificationKind.IDENTITY, Basis.CHECKED, clock.today())
        )
    days = [(clock.today() - timedelta(days=each)).isoformat() for each in range(7)]
    read_file(world.associate, *((day, f"Payer {age}", "?", "3") for age, day in enumerate(days)))
    sections = _sections(sign_in(client, world.associate).get("/").text)
    assert list(sections) == ["chase 1", "match 7"]
    assert "What are the fees?" in sections["chase 1"]
    assert re.findall(r"Payer \d", sections["match 7"]) == [f"Payer {age}" for age in (6, 5, 4, 3, 2)]
    assert "All 7" in sections["match 7"]
    officer = make_user(firm_id, "officer@example.com", Role.COMPLIANCE)
    (decided,) = _sections(sign_in(client, officer).get("/").text).values()
    assert "Lane Family Trust" in decided, "who decides on checks finds the one that waits"
    assert "Payer" not in decided, "and nothing of money"


def test_home_takes_as_many_statements_for_many_tasks_as_for_few(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    today, counted = clock.today().isoformat(), []
    for round_, rows in enumerate((1, 20)):
        read_file(
            world.associate, *((today, "Ada", f"{round_} {row}", "3") for row in range(rows)), name=f"{round_}.csv"
        )
        make_account(world.firm_id, f"Account {round_}")
        client.get("/")
        with noted_statements() as statements:
            assert "Ada" in client.get("/").text
        counted.append(len(statements))
    assert counted[0] == counted[1] < 60


def test_staff_find_every_place_under_a_heading(app: Flask, world: World) -> None:
    everybody = set(Role) - {Role.INVESTOR, Role.DELEGATE}
    granted = set().union(*(PERMISSIONS[role] for role in everybody))
    staff = {endpoint for _, endpoint, _, permission in ENTRIES if permission is None or permission in granted}
    assert staff - set(ABOVE) <= set(HEADING_OF)
    page = sign_in(app.test_client(), world.manager).get("/investments/payments").text
    groups = re.findall(r'<details class="disclosure"( open)?>\s*<summary>(\w+)</summary>', page)
    assert ("", "Raising") in groups
    assert (" open", "Money") in groups
    assert [name for is_open, name in groups if is_open] == ["Money", "Money"], "in the side bar and in the menu"
    own = sign_in(app.test_client(), world.investor).get("/investments/portfolio").text
    assert "<summary>Raising" not in own, "investors have few places: they stand in one list"
