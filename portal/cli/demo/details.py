"""The demo's personal details: tax numbers of companies and trusts, and bank details that wait for approval."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from portal.cli.demo.cast import Cast
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.payment_instructions.services import record_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind

LEGAL_PERSONS = {AccountKind.TRUST, AccountKind.COMPANY, AccountKind.PARTNERSHIP}
IBAN = "GB82WEST12345698765432"  # of a bank that does not exist


def give_details(system: Actor, cast: Cast, people: Mapping[str, UUID], accounts: Mapping[str, UUID]) -> None:
    """Write invented tax numbers of legal persons, and have the first investor ask to be paid elsewhere; inside the
    operation that founds the firm."""
    legal = [holder.name for holder in cast.holders if holder.kind in LEGAL_PERSONS]
    for number, name in enumerate(legal, start=1):
        given = Details(TaxNumberKind.EIN, f"98-{number:07}", postal_address=f"{number} Harbour Row\nBoston MA 02110")
        change_profile(system, accounts[name], given=given)
    investor = cast.investors[0]
    account = cast.accounts_of(investor)[0]
    person = Actor(system.firm_id, people[investor.name], frozenset({Role.INVESTOR}), investor.name)
    details = BankDetails(Method.IBAN, account, "Harbour Street Bank", IBAN)
    record_payment_instruction(person, accounts[account], details=details)
