"""The demo's personal details: tax numbers and addresses of all accounts, and bank details that wait for approval."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from babel import Locale

from portal.cli.demo.cast import Cast, Holder
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.payment_instructions.services import record_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind

LEGAL_PERSONS = {AccountKind.TRUST, AccountKind.COMPANY, AccountKind.PARTNERSHIP}
COUNTRIES = Locale("en").territories
IBAN = "GB82WEST12345698765432"  # of a bank that does not exist


def give_details(system: Actor, cast: Cast, people: Mapping[str, UUID], accounts: Mapping[str, UUID]) -> None:
    """Write invented tax numbers and addresses of all accounts, and have the first investor ask to be paid elsewhere;
    inside the operation that founds the firm."""
    for number, holder in enumerate(cast.holders, start=1):
        change_profile(system, accounts[holder.name], given=_details(holder, number))
    investor = cast.investors[0]
    account = cast.accounts_of(investor)[0]
    person = Actor(system.firm_id, people[investor.name], frozenset({Role.INVESTOR}), investor.name)
    details = BankDetails(Method.IBAN, account, "Harbour Street Bank", IBAN)
    record_payment_instruction(person, accounts[account], details=details)


def _details(holder: Holder, number: int) -> Details:
    """Of who lives abroad with the number of that country."""
    if holder.residence != "US":
        address = f"{number} Harbour Row\n{COUNTRIES[holder.residence]}"
        return Details(TaxNumberKind.FOREIGN, f"{holder.residence}{number:08}", postal_address=address)
    address = f"{number} Harbour Row\nBoston, MA 02110"
    if holder.kind in LEGAL_PERSONS:
        return Details(TaxNumberKind.EIN, f"98-{number:07}", postal_address=address)
    return Details(TaxNumberKind.SSN, f"899-01-{number:04}", postal_address=address)
