"""Home, as each role finds it."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.documents.filing.services.batches import start_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.identity.access.values import Role
from portal.domain.people.invitations.services import invite_person
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.rooms import make_room
from tests.factories.signing import make_envelope
from tests.factories.web import sign_in


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


def test_an_administrator_sees_no_money(client: FlaskClient, world: World, firm_id: UUID) -> None:
    make_account(firm_id, "Lane Family Trust")
    sign_in(client, world.administrator)
    assert "Lane Family Trust" not in client.get("/").text
