"""The demo's business under way: people who are to come, a lost telephone, bank details on hold, answers, requests."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast, UnderWay
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import PAYMENT_CHANGE
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.domain.identity.recoveries.services import begin_recovery
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.domain.people.invitations.services import invite_person
from portal.domain.people.payment_instructions.services import record_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.privacy.queries.consents import list_consents
from portal.domain.people.privacy.services.consents import answer_consent
from portal.domain.people.privacy.services.erasures import request_erasure
from portal.domain.people.privacy.services.exports import request_export
from portal.platform.db import transactional
from portal.platform.ids import name_key
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

IBAN = "FR7630006000011234567890189"  # the example of its country's banks


def set_work_going(cast: Cast) -> None:
    """Have people of the firm ask, answer and decide what the cast says, once."""
    firm = get_firm_by_slug(cast.slug)
    system = Actor.system(firm.id)
    if cast.under_way is None:
        return
    told = cast.under_way
    with acting_as(system.tenancy):
        if find_user_by_email(system, told.invited.email) is not None:
            return
        answering = [
            (find_actor(system, cast, name), name in told.consented) for name in (*told.consented, *told.declined)
        ]
    for person, given in answering:
        with acting_as(person.tenancy):
            _answer(person, given=given)
    with acting_as(system.tenancy):
        _set_going(system, cast, told)


@transactional
def _set_going(system: Actor, cast: Cast, told: UnderWay) -> None:
    by_name = partial(find_actor, system, cast)
    _pay_elsewhere(system, cast, told.on_hold)
    erased, copied, lost = by_name(told.erased), by_name(told.copied), by_name(told.lost)
    request_erasure(erased, _id_of(erased), reason="I hold nothing with you any more that I want to follow here.")
    request_export(copied)
    _invite(system, cast, told)
    begin_recovery(lost, _id_of(lost), resources().sealer, reason="My telephone was stolen, and the app with it.")


def _id_of(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id


def _answer(person: Actor, *, given: bool) -> None:
    for consent in list_consents(person):
        answer_consent(person, consent.purpose_id, version=consent.version, given=given)


def _pay_elsewhere(system: Actor, cast: Cast, account: str) -> None:
    """The account's first person enters bank details, and two of the staff approve them."""
    holder = next(each for each in cast.holders if each.name == account)
    account_id = find_account_ids(system, [account])[name_key(account)]
    details = BankDetails(Method.IBAN, account, "Banque du Vieux Port", IBAN)
    person = find_actor(system, cast, holder.members[0])
    instruction_id = record_payment_instruction(person, account_id, details=details)
    for role in (Role.MANAGER, Role.COMPLIANCE):
        approver = find_actor(system, cast, cast.first(role).name)
        waiting = find_open_approval(system, PAYMENT_CHANGE.name, f"payment_instruction:{instruction_id}")
        assert waiting is not None
        comment = "Called back at the number we have had for years."
        decide_approval(approver, waiting.id, digest=waiting.digest, approves=True, comment=comment)


def _invite(system: Actor, cast: Cast, told: UnderWay) -> None:
    associate, administrator = (
        find_actor(system, cast, cast.first(role).name) for role in (Role.ASSOCIATE, Role.ADMINISTRATOR)
    )
    for inviter, person, accounts in (
        (associate, told.invited, [told.invited_to]),
        (administrator, told.joining, []),
    ):
        invite_person(
            inviter,
            resources().sealer,
            email=person.email,
            name=person.name,
            roles=[person.role],
            accounts=accounts,
        )
