"""Somebody of whom everything is held that can be held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.contact.services.changing import confirm_phone_change, request_phone_change
from portal.domain.identity.recoveries.services import ask_recovery
from portal.domain.identity.texts.services import enrol_texts, set_text_codes
from portal.domain.identity.viewings.services import begin_viewing
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.api import open_app
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.passkeys import give_passkey
from tests.factories.privacy import Firm

PHONE = "+14155550147"
TAX_NUMBER = "536904399"
BORN = date(1970, 2, 28)
STREET = "17 Canary Wharf Row"
BANK = BankDetails(Method.ACH, "Mona Holder Canary", "Canary Trust Bank", "4407716639", "111000025")
HELPER, HELPING = "Helper Called Canary", "Mona Called Canary"
PASSKEY = "Canary phone"
WHY_VIEWED = "Canary asked us by telephone"
WHY_RECOVERED = "Canary lost both phones"


@dataclass(frozen=True)
class Whole:
    """The account that the person alone acts for, and whom they let see it and who lets them see theirs."""

    account: UUID
    helper: Actor
    helped: Actor


def give_everything(firm: Firm) -> Whole:
    """Details, bank details, delegations given and had, each kind of factor, a recovery and a view, all of
    `firm.person`."""
    person, slug = firm.person, firm.email.partition("@")[2]
    manager = make_user(firm.id, f"manager@{slug}", Role.MANAGER)
    helper, helped = (make_user(firm.id, f"{name}@{slug}", Role.INVESTOR) for name in ("helper", "helped"))
    account = _account(firm, "Mona Account Canary", person)
    _details(person, account)
    let_in(person, f"helper@{slug}", [account], called=HELPER)
    let_in(helped, firm.email, [_account(firm, "Helped Account", helped)], called=HELPING)
    _factors(firm, make_user(firm.id, f"chief@{slug}", Role.ADMINISTRATOR))
    ask_recovery(person, resources().sealer, reason=WHY_RECOVERED)
    viewer = replace(manager, session_id=open_app(manager))
    with acting_as(viewer.tenancy):
        begin_viewing(viewer, firm.person_id, reason=WHY_VIEWED)
    return Whole(account, helper, helped)


def _account(firm: Firm, name: str, member: Actor) -> UUID:
    assert member.user_id
    with acting_as(firm.system.tenancy):
        return open_account(firm.system, name=name, kind=AccountKind.INDIVIDUAL, members=[member.user_id])


def _details(person: Actor, account: UUID) -> None:
    assert person.user_id
    given = Details(TaxNumberKind.SSN, TAX_NUMBER, BORN, STREET)
    with acting_as(person.tenancy):
        for subject in (person.user_id, account):
            change_profile(person, subject, given=given)
        enter_payment_instruction(person, account, given=BANK)


def _factors(firm: Firm, chief: Actor) -> None:
    """A passkey, and codes to the telephone number that goes with them."""
    sealer = resources().sealer
    give_passkey(firm.person, name=PASSKEY)
    request_phone_change(firm.person, sealer, phone=PHONE)
    with acting_as(firm.system.tenancy):
        change = db.fetch_value(
            "SELECT id FROM identity.contact_changes WHERE user_id = %(id)s ORDER BY asked_at DESC LIMIT 1",
            id=firm.person_id,
        )
    confirm_phone_change(firm.person, sealer, sealer.digits(change))
    with acting_as(chief.tenancy):
        set_text_codes(chief, allowed=True)
    enrol_texts(firm.person)
